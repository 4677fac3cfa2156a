#include "widgets/vocabulary/token_table.h"

#include "widgets/support/controls.h"
#include "widgets/theme/theme.h"
#include "widgets/vocabulary/token_model.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <array>

namespace lb {
namespace {

constexpr int kTokenHeight = 24, kBarHeight = 5, kMarkHeight = 16;

/// Bars instead of numbers, and what the tokens without a count are for.
class TokenDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        if (index.column() == TokenModel::Bar)
            paintBar(*painter, option.rect, index.data(TokenModel::ShareRole).toDouble());
        else if (index.column() == TokenModel::Word)
            paintKind(*painter, option, index);
    }

private:
    static void paintBar(QPainter& painter, const QRect& cell, double share)
    {
        if (share <= 0)
            return;
        const QRectF bar(cell.left() + 8, cell.center().y() - kBarHeight / 2.0 + 0.5,
                         std::max(2.0, (cell.width() - 16) * share), kBarHeight);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(currentTheme().group.text);
        painter.drawRoundedRect(bar, kBarHeight / 2.0, kBarHeight / 2.0);
    }
    static void paintKind(QPainter& painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index)
    {
        const QString kind = index.data(TokenModel::KindRole).toString();
        if (kind.isEmpty())
            return;
        const Theme& theme = currentTheme();
        const bool oov = kind == "oov";
        QString text = oov      ? TokenModel::tr("out of vocabulary")
            : kind == "pinned" ? TokenModel::tr("pinned")
                                : TokenModel::tr("padding");
        const QFont font = uiFont(FontRole::Chip);
        const int before = QFontMetrics(uiFont(FontRole::Mono))
                               .horizontalAdvance(index.data(Qt::DisplayRole).toString());
        if (const int room = option.rect.width() - before - 32;
            oov && QFontMetrics(font).horizontalAdvance(text) > room)
            text = TokenModel::tr("OOV");
        const QRect chip(option.rect.left() + before + 20,
                         option.rect.center().y() - kMarkHeight / 2,
                         QFontMetrics(font).horizontalAdvance(text) + 12, kMarkHeight);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(oov ? theme.errorBg : theme.hover);
        painter.drawRoundedRect(chip, 4, 4);
        painter.setPen(oov ? theme.error : theme.text2);
        painter.setFont(font);
        painter.drawText(chip, Qt::AlignCenter, text);
    }
};

/// Its sort arrow stands above the words: narrow columns have no room for it beside them.
class TokenHeader : public QHeaderView {
public:
    explicit TokenHeader(QWidget* parent)
        : QHeaderView(Qt::Horizontal, parent)
    {
        setSectionsClickable(true);
    }

protected:
    void initStyleOptionForIndex(QStyleOptionHeader* option, int section) const override
    {
        QHeaderView::initStyleOptionForIndex(option, section);
        option->sortIndicator = QStyleOptionHeader::None;
    }
    void paintSection(QPainter* painter, const QRect& rect, int section) const override
    {
        constexpr double kWide = 3.5, kHigh = 2.5;
        painter->save();
        QHeaderView::paintSection(painter, rect, section);
        painter->restore();
        if (!isSortIndicatorShown() || section != sortIndicatorSection())
            return;
        const QPointF middle(rect.center().x() + 0.5, rect.top() + 3.5);
        const double tip = sortIndicatorOrder() == Qt::AscendingOrder ? -kHigh / 2 : kHigh / 2;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(currentTheme().text2, 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const QPointF ends[]{middle + QPointF(-kWide, -tip), middle + QPointF(0, tip),
                             middle + QPointF(kWide, -tip)};
        painter->drawPolyline(ends, 3);
        painter->restore();
    }
};

void fit(QTableView& table)
{
    constexpr std::array kWidths{48, 120, 84, 64, 64, 52, 56};
    table.verticalHeader()->hide();
    table.verticalHeader()->setDefaultSectionSize(kTokenHeight);
    table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table.horizontalHeader()->setHighlightSections(false);
    table.horizontalHeader()->setMinimumSectionSize(44);
    for (int column = 0; column < TokenModel::kColumns; ++column)
        table.setColumnWidth(column, kWidths[static_cast<std::size_t>(column)]);
    table.horizontalHeader()->setSectionResizeMode(TokenModel::Word, QHeaderView::Stretch);
}

} // namespace

TokenTable::TokenTable(QWidget* parent)
    : QWidget(parent)
    , m_model(new TokenModel(this))
    , m_table(new QTableView)
    , m_search(new QLineEdit)
    , m_which(new SegmentedChoice({tr("All"), tr("Pinned")}))
    , m_count(makeLabel({}, "hint"))
{
    m_search->setPlaceholderText(tr("Find token, or its number"));
    m_search->setAccessibleName(tr("Find token"));
    m_search->setClearButtonEnabled(true);
    m_search->setToolTip(tr("Shows the tokens that hold this. Enter with a number goes to that id."));
    m_search->setMaximumWidth(240);
    m_table->setModel(m_model);
    m_table->setItemDelegate(new TokenDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setHorizontalHeader(new TokenHeader(m_table));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(TokenModel::Id, Qt::AscendingOrder);
    m_table->setShowGrid(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setWordWrap(false);
    m_table->setAccessibleName(tr("Tokens"));
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->installEventFilter(this);
    fit(*m_table);

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(12, 8, 12, 8);
    bar->setSpacing(8);
    bar->addWidget(m_search, 1);
    bar->addWidget(m_which);
    bar->addStretch(1);
    bar->addWidget(m_count);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_table, 1);

    connect(m_search, &QLineEdit::textChanged, this, &TokenTable::filter);
    connect(m_which, &SegmentedChoice::chosen, m_model,
            [this](int which) { m_model->setPinnedOnly(which == 1); });
    connect(m_model, &TokenModel::renameRequested, this, &TokenTable::renameRequested);
    connect(m_table, &QWidget::customContextMenuRequested, this, &TokenTable::showMenu);
    connect(m_search, &QLineEdit::returnPressed, this, &TokenTable::jump);
    connect(m_model, &QAbstractItemModel::modelReset, this, &TokenTable::showCount);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] { Q_EMIT tokenChosen(currentToken()); });
}

/// P, as long as no cell is being edited: the editor has the keys then.
bool TokenTable::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_P && key->modifiers() == Qt::NoModifier) {
            togglePin();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void TokenTable::togglePin()
{
    const std::int64_t id = currentToken();
    const auto& vocabulary = m_model->vocabulary();
    if (id < 0 || !vocabulary || vocabulary->isSpecial(static_cast<std::size_t>(id)))
        return;
    Q_EMIT pinRequested(id, !vocabulary->isPinned(static_cast<std::size_t>(id)));
}

void TokenTable::editCurrent()
{
    const QModelIndex current = m_table->currentIndex();
    if (current.isValid())
        m_table->edit(m_model->index(current.row(), TokenModel::Word));
}

void TokenTable::showMenu(const QPoint& at)
{
    const QModelIndex index = m_table->indexAt(at);
    if (!index.isValid())
        return;
    m_table->setCurrentIndex(index);
    const std::size_t id = m_model->idAt(index.row());
    const auto& vocabulary = m_model->vocabulary();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool pinned = vocabulary->isPinned(id);
    QAction* edit = menu->addAction(tr("Edit token"), this, &TokenTable::editCurrent);
    QAction* pin = menu->addAction(pinned ? tr("Unpin") : tr("Pin: keep it when adapting again"),
                                   this, &TokenTable::togglePin);
    edit->setShortcut(Qt::Key_F2);
    pin->setShortcut(Qt::Key_P);
    for (QAction* each : {edit, pin})
        each->setEnabled(!vocabulary->isSpecial(id));
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

/// The token that was chosen stays it, if it is still there: an edit makes a new vocabulary.
void TokenTable::setVocabulary(VocabularyHandle vocabulary)
{
    if (vocabulary == m_model->vocabulary())
        return;
    const std::int64_t chosen = currentToken();
    const int scrolled = m_table->verticalScrollBar()->value();
    m_model->setVocabulary(std::move(vocabulary));
    const int row = chosen >= 0 ? m_model->rowOf(static_cast<std::size_t>(chosen)) : -1;
    if (row < 0)
        return;
    m_table->setCurrentIndex(m_model->index(row, TokenModel::Word));
    m_table->verticalScrollBar()->setValue(scrolled);
}

std::int64_t TokenTable::currentToken() const
{
    const QModelIndex current = m_table->currentIndex();
    return current.isValid() ? static_cast<std::int64_t>(m_model->idAt(current.row())) : -1;
}

void TokenTable::showToken(std::size_t id)
{
    if (m_model->rowOf(id) < 0)
        m_search->clear();
    const int row = m_model->rowOf(id);
    if (row < 0)
        return;
    const QModelIndex index = m_model->index(row, TokenModel::Word);
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index, QAbstractItemView::PositionAtCenter);
}

void TokenTable::filter()
{
    bool isNumber = false;
    m_search->text().toULongLong(&isNumber);
    m_model->setFilter(isNumber ? QString() : m_search->text());
}

/// A number is an id, unless a token looks like it and no id has it.
void TokenTable::jump()
{
    bool isNumber = false;
    const qulonglong id = m_search->text().toULongLong(&isNumber);
    const auto& vocabulary = m_model->vocabulary();
    if (isNumber && vocabulary && id < vocabulary->tokens.size())
        showToken(id);
    else if (isNumber)
        m_model->setFilter(m_search->text());
}

void TokenTable::showCount()
{
    const auto& vocabulary = m_model->vocabulary();
    const QLocale locale;
    const int shown = m_model->rowCount();
    const auto all = vocabulary ? static_cast<int>(vocabulary->tokens.size()) : 0;
    m_count->setText(shown == all ? tr("%1 tokens").arg(locale.toString(all))
                                  : tr("%1 of %2 tokens")
                                        .arg(locale.toString(shown), locale.toString(all)));
}

} // namespace lb
