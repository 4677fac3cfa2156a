#include "widgets/vocabulary/vocabulary_view.h"

#include "widgets/support/controls.h"
#include "widgets/theme/theme.h"
#include "widgets/vocabulary/curve_plot.h"
#include "widgets/vocabulary/token_table.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace lb {
namespace {

QString percent(double share)
{
    return QLocale().toString(100 * share, 'f', 1) + " %";
}

QString whole(std::int64_t number)
{
    return QLocale().toString(static_cast<qlonglong>(number));
}

/// Short: seven of them stand side by side.
QString rowsWords(ledger::Split from)
{
    switch (from) {
    case ledger::Split::Training:
        return VocabularyView::tr("training rows");
    case ledger::Split::Validation:
        return VocabularyView::tr("validation rows");
    case ledger::Split::All:
        return VocabularyView::tr("all rows");
    case ledger::Split::Typed:
        return VocabularyView::tr("typed values");
    case ledger::Split::Unknown:
        break;
    }
    return {};
}

QString tokensWords(ledger::Split from)
{
    switch (from) {
    case ledger::Split::Training:
        return VocabularyView::tr("of train tokens");
    case ledger::Split::Validation:
        return VocabularyView::tr("of validation tokens");
    case ledger::Split::Typed:
        return VocabularyView::tr("of typed tokens");
    case ledger::Split::All:
    case ledger::Split::Unknown:
        break;
    }
    return VocabularyView::tr("of its tokens");
}

QWidget* titled(const QString& title, QLabel* note, QWidget* plot)
{
    auto* box = new QWidget;
    auto* head = new QHBoxLayout;
    head->addWidget(makeLabel(title, "title"), 1);
    head->addWidget(note);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(12, 8, 8, 4);
    layout->setSpacing(2);
    layout->addLayout(head);
    layout->addWidget(plot, 1);
    return box;
}

} // namespace

VocabularyView::VocabularyView(QWidget* parent)
    : QWidget(parent)
    , m_pages(new QStackedWidget)
    , m_name(makeLabel({}, "monoHint"))
    , m_emptyHint(makeLabel({}, "hint"))
    , m_tokens(new TokenTable)
    , m_ranks(new CurvePlot(CurvePlot::Scale::LogLog, [] { return currentTheme().group.text; },
                            tr("Count by rank")))
    , m_oovCurve(new CurvePlot(CurvePlot::Scale::Linear, [] { return currentTheme().error; },
                               tr("OOV by size")))
    , m_oovRows(makeLabel({}, "hint"))
    , m_oovWhy(makeLabel({}, "hint"))
    , m_oovPages(new QStackedWidget)
    , m_try(new TryText)
{
    auto* full = new QWidget;
    auto* layout = new QVBoxLayout(full);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    layout->addWidget(makeFigures());
    layout->addWidget(makeLine(Qt::Horizontal));
    auto* split = new QSplitter(Qt::Horizontal);
    split->setChildrenCollapsible(false);
    split->addWidget(m_tokens);
    split->addWidget(makeRight());
    split->setStretchFactor(0, 11);
    split->setStretchFactor(1, 10);
    split->setSizes({550, 450});
    m_tokens->setMinimumWidth(430);
    layout->addWidget(split, 1);

    auto* empty = new QWidget;
    auto* column = new QVBoxLayout(empty);
    column->addStretch(1);
    column->addWidget(m_emptyHint, 0, Qt::AlignHCenter);
    auto* adapt = makeButton(tr("Adapt"), "wand", "primary", tr("Learn from the training split"));
    connect(adapt, &QPushButton::clicked, this, &VocabularyView::adaptRequested);
    column->addWidget(adapt, 0, Qt::AlignHCenter);
    column->addStretch(2);

    m_pages->addWidget(full);
    m_pages->addWidget(empty);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_pages);
    connect(m_tokens, &TokenTable::tokenChosen, this, &VocabularyView::showMark);
    connect(m_tokens, &TokenTable::tokenChosen, this, &VocabularyView::showTools);
    connect(m_tokens, &TokenTable::pinRequested, this, &VocabularyView::pinRequested);
    connect(m_tokens, &TokenTable::renameRequested, this, &VocabularyView::renameRequested);
    connect(m_try, &TryText::sentenceChanged, this, &VocabularyView::sentenceChanged);
    setLayer({}, nullptr);
}

QWidget* VocabularyView::makeHead()
{
    auto* head = new QWidget;
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(12, 6, 12, 0);
    layout->addWidget(m_name, 1);
    auto* bring = makeButton(tr("Import..."), "folder", "small",
                             tr("Take the vocabulary of a text file, one token a line, or of JSON"));
    auto* save = makeButton(tr("Export..."), "export", "small",
                            tr("Write the tokens as text, JSON or a table with their counts"));
    connect(bring, &QPushButton::clicked, this, &VocabularyView::importRequested);
    connect(save, &QPushButton::clicked, this, &VocabularyView::exportRequested);
    m_edit = makeButton(tr("Edit"), {}, "small", tr("Another spelling for the chosen token (F2)"));
    connect(m_edit, &QPushButton::clicked, m_tokens, &TokenTable::editCurrent);
    m_pin = makeButton(tr("Pin"), "pin", "small",
                       tr("Keep the chosen token when adapting again, whatever its count (P)"));
    m_pin->setCheckable(true);
    connect(m_pin, &QPushButton::clicked, this, [this](bool pinned) {
        m_pin->setChecked(!pinned); // the owner's answer shows it
        if (const std::int64_t id = m_tokens->currentToken(); id >= 0)
            Q_EMIT pinRequested(id, pinned);
    });
    auto* compare = makeButton(tr("Compare"), "fork", "small", tr("Put two states side by side"));
    auto* menu = new QMenu(compare);
    connect(menu->addAction(tr("With a file...")), &QAction::triggered, this,
            &VocabularyView::compareFileRequested);
    m_comparePrevious = menu->addAction(tr("With the state before"));
    m_comparePrevious->setEnabled(false);
    connect(m_comparePrevious, &QAction::triggered, this, &VocabularyView::comparePreviousRequested);
    compare->setMenu(menu);
    layout->addWidget(m_edit);
    layout->addWidget(m_pin);
    layout->addWidget(compare);
    layout->addWidget(bring);
    layout->addWidget(save);
    m_export = save;
    return head;
}

QWidget* VocabularyView::makeFigures()
{
    auto* row = new FigureRow;
    row->setContentsMargins(12, 6, 12, 8);
    for (const QString& caption : {tr("Documents"), tr("Distinct tokens"), tr("Kept"),
                                   tr("Coverage"), tr("OOV"), tr("Length"), tr("Cut")})
        m_figures.push_back(row->add(caption));
    return row;
}

QWidget* VocabularyView::makeRight()
{
    auto* plots = new QWidget;
    auto* row = new QHBoxLayout(plots);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(titled(tr("Count by rank"), makeLabel(tr("log–log"), "hint"), m_ranks), 1);
    m_oovRows->setObjectName("oovRows");
    m_oovWhy->setObjectName("oovWhy");
    m_oovWhy->setWordWrap(true);
    m_oovWhy->setAlignment(Qt::AlignCenter);
    m_oovWhy->setContentsMargins(16, 0, 16, 16);
    m_oovPages->addWidget(m_oovCurve);
    m_oovPages->addWidget(m_oovWhy);
    row->addWidget(titled(tr("OOV on validation"), m_oovRows, m_oovPages), 1);
    auto* inside = new QWidget;
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    plots->setMinimumHeight(190);
    column->addWidget(plots, 1);
    column->addWidget(makeLine(Qt::Horizontal));
    column->addWidget(m_try);
    auto* scroll = m_right = new QScrollArea;
    scroll->setWidget(inside);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus); // what is in it takes the keys
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return scroll;
}

void VocabularyView::setLayer(const QString& name, VocabularyHandle vocabulary, const QString& hint,
                              ledger::Split learnedFrom)
{
    const bool changed = vocabulary != m_vocabulary;
    m_learnedFrom = learnedFrom;
    m_name->setText(name);
    m_emptyHint->setText(hint.isEmpty() ? tr("Not adapted yet.") : hint);
    m_vocabulary = std::move(vocabulary);
    m_pages->setCurrentIndex(m_vocabulary ? 0 : 1);
    if (!changed)
        return;
    m_tokens->setVocabulary(m_vocabulary);
    showTools(m_tokens->currentToken());
    m_check = {};
    setCheck({});
    showRanks();
}

void VocabularyView::setCheck(const VocabularyCheck& check, const QString& why)
{
    m_check = check;
    m_oovWhy->setText(why);
    m_oovPages->setCurrentIndex(why.isEmpty() ? 0 : 1);
    m_oovRows->setText(check.rows > 0 ? tr("%1 rows").arg(whole(check.rows)) : QString());
    QList<QPointF> curve;
    for (const auto& [size, share] : check.oovBySize)
        curve << QPointF(static_cast<double>(size), 100 * share);
    m_oovCurve->setCurve(curve);
    if (m_vocabulary && !curve.isEmpty()) {
        const auto kept = static_cast<double>(m_vocabulary->tokens.size());
        m_oovCurve->setCut(kept);
        m_oovCurve->setMark(QPointF(kept, 100 * check.oov()), percent(check.oov()));
    } else {
        m_oovCurve->setCut({});
        m_oovCurve->setMark({});
    }
    showFigures();
}

/// What can be done with the chosen token; -1: none.
void VocabularyView::showTools(qint64 id)
{
    const auto at = static_cast<std::size_t>(id);
    const bool own = m_vocabulary && id >= 0 && at < m_vocabulary->tokens.size()
        && !m_vocabulary->isSpecial(at);
    m_edit->setEnabled(own);
    m_pin->setEnabled(own);
    m_pin->setChecked(own && m_vocabulary->isPinned(at));
}

void VocabularyView::setPreviousKnown(bool known)
{
    m_comparePrevious->setEnabled(known);
}

void VocabularyView::setTried(const TriedText& tried)
{
    m_try->setResult(tried);
}

void VocabularyView::showFigures()
{
    const QString none = QStringLiteral("–");
    const auto set = [&](std::size_t figure, bool known, const QString& value, const QString& note) {
        m_figures[figure]->setValue(known ? value : none, known ? note : QString());
    };
    const VocabularyReport empty;
    const VocabularyReport& all = m_vocabulary ? *m_vocabulary : empty;
    const bool learned = all.rows > 0;
    const bool checked = m_check.occurrences > 0;
    set(0, learned, whole(all.rows), rowsWords(m_learnedFrom));
    set(1, learned, whole(all.distinct),
        tr("%1 cut off").arg(whole(std::max<std::int64_t>(
            0, all.distinct - static_cast<std::int64_t>(all.tokens.size() - all.special)))));
    set(2, m_vocabulary != nullptr, whole(static_cast<std::int64_t>(all.tokens.size())),
        tr("%1 of them special").arg(all.special));
    set(3, all.counted() && all.occurrences > 0, percent(all.coverage()), tokensWords(m_learnedFrom));
    set(4, checked, percent(m_check.oov()), tr("of validation tokens"));
    set(5, checked,
        QString("%1 / %2").arg(m_check.medianLength, 0, 'f', 0).arg(m_check.longLength, 0, 'f', 0),
        tr("median / 95th pct"));
    set(6, checked, percent(m_check.cutShare), tr("of documents"));
}

void VocabularyView::showTry()
{
    m_right->ensureVisible(0, m_try->geometry().bottom(), 0, 0); // its end is the last answer
}

QList<QPointF> VocabularyView::countsByRank() const
{
    return m_ranks->curve();
}

QList<QPointF> VocabularyView::oovBySize() const
{
    return m_oovCurve->curve();
}

QPoint VocabularyView::chosenOnCurve() const
{
    const QPointF at = m_ranks->markPlace();
    return at.isNull() ? QPoint() : m_ranks->mapTo(this, at.toPoint());
}

QList<QRectF> VocabularyView::markTexts() const
{
    QList<QRectF> places;
    for (const CurvePlot* plot : {m_ranks, m_oovCurve})
        places << plot->markTextPlace().translated(plot->mapTo(this, QPointF()));
    return places;
}

QStringList VocabularyView::figures() const
{
    QStringList values;
    for (const KeyFigure* figure : m_figures)
        values << figure->value();
    return values;
}

QStringList VocabularyView::figureTexts() const
{
    QStringList texts;
    for (const KeyFigure* figure : m_figures)
        texts << figure->accessibleDescription();
    return texts;
}

void VocabularyView::showRanks()
{
    QList<QPointF> curve;
    if (m_vocabulary && m_vocabulary->counted()) {
        std::vector<std::int64_t> counts(m_vocabulary->counts.begin()
                                             + static_cast<std::ptrdiff_t>(m_vocabulary->special),
                                         m_vocabulary->counts.end());
        std::ranges::sort(counts, std::greater());
        for (std::size_t i = 0; i < counts.size() && counts[i] > 0; ++i)
            curve << QPointF(static_cast<double>(i + 1), static_cast<double>(counts[i]));
    }
    m_ranks->setCurve(curve);
    showMark(-1);
}

/// The chosen token on the curve of counts.
void VocabularyView::showMark(qint64 id)
{
    const bool known = m_vocabulary && m_vocabulary->counted() && id >= 0
        && !m_vocabulary->isSpecial(static_cast<std::size_t>(id))
        && m_vocabulary->counts[static_cast<std::size_t>(id)] > 0;
    if (!known) {
        m_ranks->setMark({});
        return;
    }
    const auto index = static_cast<std::size_t>(id);
    const std::int64_t count = m_vocabulary->counts[index];
    // Where ids do not follow the counts (a vocabulary that was edited) the rank is looked for.
    const auto more = std::count_if(
        m_vocabulary->counts.begin() + static_cast<std::ptrdiff_t>(m_vocabulary->special),
        m_vocabulary->counts.end(), [&](std::int64_t other) { return other > count; });
    m_ranks->setMark(QPointF(static_cast<double>(more + 1), static_cast<double>(count)),
                     QString::fromStdString(m_vocabulary->tokens[index]));
}

} // namespace lb
