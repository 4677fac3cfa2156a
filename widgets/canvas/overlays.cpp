#include "widgets/canvas/overlays.h"

#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace lb::canvas {

CanvasHeader::CanvasHeader(QWidget* parent)
    : QWidget(parent)
    , m_body(new QLabel(this))
    , m_facts(new QLabel(this))
    , m_thumbnails(new QToolButton(this))
    , m_ranges(new QToolButton(this))
    , m_costs(new QToolButton(this))
{
    m_body->setProperty("look", "title");
    m_body->setObjectName("canvasWay");
    m_body->setTextFormat(Qt::RichText);
    connect(m_body, &QLabel::linkActivated, this,
            [this](const QString& depth) { Q_EMIT bodyClicked(depth.toInt()); });
    m_facts->setProperty("look", "caption");
    auto* segments = new QFrame(this);
    segments->setProperty("look", "segments");
    auto* inside = new QHBoxLayout(segments);
    inside->setContentsMargins(1, 1, 1, 1);
    inside->setSpacing(1);
    const std::pair<QToolButton*, std::pair<QString, QString>> buttons[]
        = {{m_thumbnails, {tr("Thumbnails"), tr("Show each node's output")}},
           {m_ranges, {tr("Ranges"), tr("Show dtype and value range on the wires")}},
           {m_costs, {tr("Cost"), tr("Show the time a sample takes")}}};
    for (const auto& [button, words] : buttons) {
        button->setText(words.first);
        button->setToolTip(words.second);
        button->setProperty("look", "segment");
        button->setFixedHeight(24);
        button->setCheckable(true);
        button->setChecked(true);
        button->setFocusPolicy(Qt::NoFocus); // the keys are the canvas'
        inside->addWidget(button);
        connect(button, &QToolButton::toggled, this, [this] {
            Q_EMIT shownChanged(m_thumbnails->isChecked(), m_ranges->isChecked(),
                                m_costs->isChecked());
        });
    }
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(32, 4, 12, 4);
    row->setSpacing(6);
    row->addWidget(m_body);
    row->addWidget(m_facts);
    row->addStretch();
    row->addWidget(segments);
    setFixedHeight(36);
}

void CanvasHeader::paintEvent(QPaintEvent*)
{
    constexpr int kRound = 6, kAround = 6;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(currentTheme().canvas); // what passes beneath is not read together with it
    painter.drawRoundedRect(QRect(kAround, kAround, m_facts->geometry().right(), height() - 2 * kAround),
                            kRound, kRound);
    paintIcon(painter, QRectF(12, height() / 2.0 - 7, 14, 14), "design", currentTheme().text);
}

void CanvasHeader::setFacts(const QStringList& way, const QString& facts)
{
    QString text;
    for (int depth = 0; depth + 1 < way.size(); ++depth)
        text += QString("<a href=\"%1\" style=\"color:%2;text-decoration:none\">%3</a> › ")
                    .arg(depth)
                    .arg(currentTheme().accent.name(), way[depth].toHtmlEscaped());
    m_body->setText(text + way.last().toHtmlEscaped());
    m_facts->setText(facts);
    update();
}

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent)
{
    auto* sentence = new QLabel(tr("Drop data here, or press Tab."), this);
    sentence->setProperty("look", "caption");
    auto* open = new QPushButton(tr("Open sample"), this);
    open->setToolTip(tr("A working project on pictures that the program draws"));
    connect(open, &QPushButton::clicked, this, &EmptyState::sampleRequested);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(12);
    column->addWidget(sentence, 0, Qt::AlignHCenter);
    column->addWidget(open, 0, Qt::AlignHCenter);
    adjustSize();
}

} // namespace lb::canvas
