#include "widgets/canvas/canvas_paint.h"
#include "widgets/canvas/overlays.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace lb::canvas {
namespace {

constexpr int kWidth = 296;
constexpr int kMostFixes = 9; ///< as many as there are digits

/// One way out: tile, name, outcome and the key that takes it.
class FixRow : public QPushButton {
public:
    FixRow(const QString& icon, const QColor& color, const QString& title, const QString& outcome,
           const QString& key, bool first, QWidget* parent)
        : QPushButton(parent)
        , m_icon(icon)
        , m_color(color)
        , m_title(title)
        , m_outcome(outcome)
        , m_key(key)
        , m_first(first)
    {
        setFlat(true);
        setFocusPolicy(Qt::NoFocus);
        setCursor(Qt::PointingHandCursor);
        setAccessibleName(outcome.isEmpty() ? title : title + ", " + outcome);
    }

    QSize sizeHint() const override { return {kWidth - 16, m_outcome.isEmpty() ? 32 : 40}; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = currentTheme();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (m_first || underMouse()) {
            painter.setPen(m_first ? QPen(theme.accent, 1) : QPen(Qt::NoPen));
            painter.setBrush(m_first ? theme.accentBg : theme.hover);
            painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        }
        paintTile(painter, {10, height() / 2.0 - 9, 18, 18}, m_icon, m_color);
        const double textWidth = width() - 38 - 36;
        painter.setFont(canvasFonts().title);
        painter.setPen(theme.text);
        const bool two = !m_outcome.isEmpty();
        painter.drawText(QRectF(38, two ? 4 : 0, textWidth, two ? 17 : height()),
                         Qt::AlignVCenter | Qt::AlignLeft,
                         painter.fontMetrics().elidedText(m_title, Qt::ElideRight,
                                                          static_cast<int>(textWidth)));
        if (two) {
            painter.setFont(canvasFonts().mono);
            painter.setPen(theme.text2);
            painter.drawText(QRectF(38, 20, textWidth, 16), Qt::AlignVCenter | Qt::AlignLeft,
                             painter.fontMetrics().elidedText(m_outcome, Qt::ElideRight,
                                                              static_cast<int>(textWidth)));
        }
        const QRectF badge(width() - 29, height() / 2.0 - 9, 19, 18);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.hover);
        painter.drawRoundedRect(badge, 4, 4);
        painter.setFont(canvasFonts().mono);
        painter.setPen(theme.text2);
        painter.drawText(badge, Qt::AlignCenter, m_key);
    }

private:
    QString m_icon;
    QColor m_color;
    QString m_title, m_outcome, m_key;
    bool m_first;
};

void clear(QLayout& layout)
{
    while (QLayoutItem* item = layout.takeAt(0)) {
        if (QLayout* inner = item->layout())
            clear(*inner);
        if (QWidget* widget = item->widget()) {
            widget->hide(); // a row may be the sender
            widget->deleteLater();
        }
        delete item;
    }
}

} // namespace

ProblemCard::ProblemCard(const LayerRegistry& registry, QWidget* parent)
    : QFrame(parent)
    , m_registry(registry)
    , m_problem{Severity::Error, {}, {}, {}, {}, Message(Text{"Problem", ""}), {}}
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(8, 10, 8, 8);
    m_layout->setSpacing(4);
    setObjectName("problemCard");
    setFixedWidth(kWidth);
    hide();
}

void ProblemCard::setProblem(const Problem& problem, const QString& title, const QString& got)
{
    m_problem = problem;
    clear(*m_layout);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(6, 0, 6, 4);
    head->setSpacing(9);
    auto* icon = new QLabel(this);
    const bool error = problem.severity == Severity::Error;
    icon->setPixmap(themedIcon(error ? "cross-circle" : "warning",
                               error ? &Theme::error : &Theme::warn)
                        .pixmap(16, 16));
    head->addWidget(icon, 0, Qt::AlignTop);
    auto* text = new QVBoxLayout;
    text->setSpacing(3);
    auto* titleLabel = new QLabel(title, this);
    titleLabel->setProperty("look", "title");
    titleLabel->setTextFormat(Qt::PlainText);
    titleLabel->setWordWrap(true);
    text->addWidget(titleLabel);
    QString words = translated(problem.message); // written to follow a name
    words.replace(0, 1, words.left(1).toUpper());
    auto* sentence = new QLabel(words, this);
    sentence->setTextFormat(Qt::PlainText); // names in it come from files
    sentence->setWordWrap(true);
    text->addWidget(sentence);
    if (!got.isEmpty()) {
        auto* gotLabel = new QLabel(got, this);
        gotLabel->setTextFormat(Qt::PlainText);
        gotLabel->setFont(uiFont(FontRole::Mono));
        gotLabel->setProperty("look", error ? "error" : "warn");
        text->addWidget(gotLabel);
    }
    head->addLayout(text, 1);
    m_layout->addLayout(head);
    if (!problem.fixes.empty()) {
        auto* line = new QFrame(this);
        line->setProperty("look", "line");
        line->setFixedHeight(1);
        m_layout->addWidget(line);
    }
    int index = 0;
    for (const Fix& fix : problem.fixes)
        if (index < kMostFixes)
            addFixRow(index++, fix);
    setAccessibleName(title + ". " + translated(problem.message));
    for (QWidget* child : findChildren<QWidget*>())
        child->ensurePolished(); // fonts of the style sheet, before anything is measured
    m_layout->invalidate();
    setFixedHeight(m_layout->totalHeightForWidth(kWidth));
    m_layout->activate();
    update();
}

void ProblemCard::addFixRow(int index, const Fix& fix)
{
    QString icon = "wand";
    QColor color = currentTheme().accent;
    for (const Arg& arg : fix.title.args) // "Insert %1": the layer's own tile
        if (const auto* name = std::get_if<std::string>(&arg))
            if (const auto type = m_registry.find(*name); type.ok()) {
                icon = layerIcon(*name);
                color = layerColor(*name, type.value()->about().family);
            }
    const QString key = index == 0 ? QString(QChar(0x21B5)) : QString::number(index + 1);
    auto* row = new FixRow(icon, color, translated(fix.title), QString::fromStdString(fix.outcome),
                           key, index == 0, this);
    row->setObjectName(QStringLiteral("fix%1").arg(index + 1));
    connect(row, &QPushButton::clicked, this, [this, index] { Q_EMIT fixChosen(index); });
    m_layout->addWidget(row);
}

bool ProblemCard::offers(int fix) const
{
    return fix >= 0 && fix < static_cast<int>(m_problem.fixes.size());
}

bool ProblemCard::handleKey(QKeyEvent* event)
{
    if (event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier))
        return false;
    if (event->key() == Qt::Key_Escape) {
        Q_EMIT left();
        return true;
    }
    int fix = -1;
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        fix = 0;
    else if (event->key() >= Qt::Key_1 && event->key() <= Qt::Key_9)
        fix = event->key() - Qt::Key_1;
    if (!offers(fix))
        return false;
    Q_EMIT fixChosen(fix);
    return true;
}

void ProblemCard::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_problem.severity == Severity::Error ? theme.error : theme.warn, 1));
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

} // namespace lb::canvas
