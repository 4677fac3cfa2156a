#include "widgets/preview/preview_view.h"

#include "widgets/preview/preview_view_impl.h"

#include <QDragEnterEvent>
#include <QMimeData>
#include <QShortcut>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace lb {

PreviewView::PreviewView(const LayerRegistry& registry, QWidget* parent)
    : QWidget(parent)
    , m_impl(std::make_unique<Impl>(*this, registry))
{
    Impl& impl = *m_impl;
    setObjectName("preview");
    setProperty("look", "panel");
    setAttribute(Qt::WA_StyledBackground);
    setAcceptDrops(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(impl.bar);
    column->addWidget(impl.sheet, 1);
    impl.sheet->setEmptyText(tr("Select a node to see its output."));
    impl.busyTimer.setSingleShot(true);
    impl.scrollTimer.setSingleShot(true);
    connect(&impl.busyTimer, &QTimer::timeout, this, [&impl] { impl.markBusy(); });
    connect(&impl.scrollTimer, &QTimer::timeout, this, [&impl] { impl.refresh(); });
    connect(&impl.runner, &PreviewRunner::ready, this,
            [&impl](const std::vector<PreviewResultHandle>& results) {
                for (const PreviewResultHandle& result : results)
                    impl.take(*result);
            });
    connect(impl.bar, &PreviewBar::changed, this, [this] {
        m_impl->refresh();
        Q_EMIT drawsChanged();
    });
    connect(impl.bar, &PreviewBar::unpinRequested, this, &PreviewView::unpinRequested);
    connect(impl.bar, &PreviewBar::pinRequested, this, &PreviewView::pinRequested);
    connect(impl.sheet, &ContactSheet::unpinRequested, this, &PreviewView::unpinRequested);
    connect(impl.sheet, &ContactSheet::visibleChanged, this,
            [&impl] { impl.scrollTimer.start(50); }); // what is seen comes first
    connect(impl.sheet, &ContactSheet::rowPicked, this, [this](int row) {
        m_impl->current = row;
        m_impl->refresh();
        Q_EMIT currentRowChanged(row);
    });
    auto* another
        = new QShortcut(Qt::Key_S, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(another, &QShortcut::activated, impl.bar, &PreviewBar::reshuffle);
    impl.refresh();
}

PreviewView::~PreviewView() = default;

void PreviewView::setProject(std::shared_ptr<const Document> document, const Facts& facts,
                             Phase phase, NodeId node)
{
    m_impl->document = std::move(document);
    m_impl->facts = facts;
    m_impl->phase = phase;
    m_impl->node = node;
    m_impl->refresh();
}

void PreviewView::setPins(std::vector<Pin> pins)
{
    m_impl->pins = std::move(pins);
    m_impl->takePins();
    m_impl->refresh();
}

void PreviewView::setSpares(const std::vector<PreviewSample>& spares)
{
    if (std::ranges::equal(spares, m_impl->spares, {}, &PreviewSample::key,
                           [](const auto& known) { return known->key; }))
        return;
    m_impl->spares.clear();
    for (const PreviewSample& spare : spares)
        m_impl->spares.push_back(std::make_shared<const PreviewSample>(spare));
    if (m_impl->rows.size() == 1)
        m_impl->refresh();
}

const std::vector<Pin>& PreviewView::pins() const
{
    return m_impl->pins;
}

void PreviewView::setWeights(WeightsHandle weights)
{
    m_impl->weights = std::move(weights);
    m_impl->refresh();
}

QWidget* PreviewView::bar() const
{
    return m_impl->bar;
}

ContactSheet& PreviewView::sheet() const
{
    return *m_impl->sheet;
}

bool PreviewView::settled() const
{
    return m_impl->runner.idle() && m_impl->wanted.empty() && !m_impl->scrollTimer.isActive();
}

int PreviewView::currentRow() const
{
    return m_impl->current;
}

std::optional<std::uint64_t> PreviewView::seed() const
{
    return m_impl->bar->seed();
}

std::uint32_t PreviewView::epoch() const
{
    return m_impl->bar->epoch();
}

void PreviewView::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void PreviewView::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile())
            Q_EMIT imageDropped(url.toLocalFile());
    event->acceptProposedAction();
}

void PreviewView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl) // bars have the theme's colours
        m_impl->drawAnew();
}

} // namespace lb
