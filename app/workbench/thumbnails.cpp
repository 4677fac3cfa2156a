#include "app/workbench/thumbnails.h"

#include "app/workbench/session.h"
#include "core/graph/flow.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/preview/pictures.h"
#include "widgets/preview/word_picture.h"
#include "widgets/support/tensor_picture.h"
#include "widgets/theme/theme.h"

#include <QEvent>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr int kThumbnailSide = 128; // a node's thumbnail at 200 %
constexpr QSize kWordsSize{122, 60}; // a node's thumbnail at 100 %
constexpr std::size_t kMeasured = 5;

/// Up to eight images, four in a row, cut to squares.
QImage sheetOf(const std::vector<PreviewSample>& images)
{
    constexpr int kTile = 61;
    QImage sheet(4 * kTile + 3, 2 * kTile + 1, QImage::Format_RGB32);
    sheet.fill(currentTheme().field);
    QPainter painter(&sheet);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    for (std::size_t i = 0; i < std::min<std::size_t>(images.size(), 8); ++i) {
        const QImage image
            = imageOf(pictureOf(images[i].image, ValueRange::unknown(), pictureOptions(kTile * 2)));
        const int side = std::min(image.width(), image.height());
        const QRect cut((image.width() - side) / 2, (image.height() - side) / 2, side, side);
        const auto place = static_cast<int>(i);
        painter.drawImage(QRect(place % 4 * (kTile + 1), place / 4 * (kTile + 1), kTile, kTile),
                          image, cut);
    }
    return sheet;
}

/// The first texts below each other. Of tables nothing: the pinned row under its names says more.
QImage linesOf(const std::vector<PreviewSample>& rows)
{
    ValueWords words;
    words.kind = ValueWords::Kind::Texts;
    for (const PreviewSample& row : rows)
        if (row.cells.size() == 1 && words.lines.size() < 4)
            words.lines.push_back({{}, elementText(row.cells.front(), 0)});
    words.count = std::ssize(words.lines);
    return wordsImage(words, kWordsSize);
}

QString rateText(double ms, bool rows)
{
    if (ms <= 0)
        return {};
    const double rate = 1000 / ms;
    const double digits = std::pow(10.0, std::floor(std::log10(rate)) - 2);
    return (rows ? Thumbnails::tr("%1 ms/row, %2 rows/s") : Thumbnails::tr("%1 ms/img, %2 img/s"))
        .arg(ms, 0, 'f', ms < 1 ? 3 : 2)
        .arg(QLocale().toString(qlonglong(std::llround(std::round(rate / digits) * digits))));
}

} // namespace

Thumbnails::Thumbnails(Session& session, CanvasView& canvas, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_canvas(canvas)
    , m_runner(session.registry())
{
    connect(&session, &Session::documentChanged, this, &Thumbnails::refresh);
    connect(&session, &Session::phaseChanged, this, [this] {
        m_costs.clear();
        refresh();
    });
    connect(&session, &Session::sourceChanged, this, &Thumbnails::refresh);
    connect(&session, &Session::projectReplaced, this, [this] {
        setSample({}); // until the data of this one are there
        clear();
    });
    canvas.installEventFilter(this);
    connect(&canvas, &CanvasView::bodyShown, this, &Thumbnails::showKnown);
    connect(&m_runner, &PreviewRunner::ready, this,
            [this](const std::vector<PreviewResultHandle>& results) {
                for (const PreviewResultHandle& result : results)
                    take(*result);
            });
}

void Thumbnails::setSample(std::optional<PreviewSample> sample)
{
    if (sample && m_sample && sample->key == m_sample->key)
        return;
    m_sample = std::move(sample);
    m_model.reset();
    refresh();
}

void Thumbnails::setPartners(std::vector<MixPartner> partners, std::int64_t place)
{
    const bool same = place == m_place
        && std::ranges::equal(partners, m_partners, [](const auto& a, const auto& b) {
               return a.number == b.number && a.sample->key == b.sample->key;
           });
    m_partners = std::move(partners);
    m_place = place;
    if (!same)
        refresh();
}

void Thumbnails::setOverview(const std::vector<PreviewSample>& samples)
{
    m_first = samples;
    drawOverview();
    refresh();
}

void Thumbnails::drawOverview()
{
    m_overview = m_first.empty()    ? QImage()
        : isSound(m_first.front()) ? waveOf(m_first.front().cells.front(), kWordsSize)
        : m_first.front().isRow()  ? linesOf(m_first)
                                   : sheetOf(m_first);
}

bool Thumbnails::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == &m_canvas && event->type() == QEvent::PaletteChange) { // bars and words have the theme's colours
        drawOverview();
        refresh();
    }
    return QObject::eventFilter(watched, event);
}

void Thumbnails::clear()
{
    m_shown.clear();
    for (const auto& [node, picture] : std::exchange(m_pictures, {}))
        m_canvas.setThumbnail(node, {});
    if (m_costs.empty())
        return;
    for (const auto& [node, measured] : std::exchange(m_costs, {}))
        m_canvas.setCost(node, -1);
    showLaneNotes();
    Q_EMIT costsChanged();
}

void Thumbnails::setDraws(std::optional<std::uint64_t> seed, std::uint32_t epoch)
{
    m_seed = seed;
    m_epoch = epoch;
    refresh();
}

void Thumbnails::setWeights(WeightsHandle weights)
{
    m_weights = std::move(weights);
    refresh();
}

void Thumbnails::makeSamples()
{
    const Shape size = m_session.facts().image().shape;
    if (m_model && size == m_modelSize)
        return;
    const bool known = size.size() == 3 && size[0] > 0 && size[1] > 0;
    const Shape& own = m_sample->image.shape();
    m_modelSize = size;
    m_model = std::make_shared<const PreviewSample>(
        known ? resizedSample(*m_sample, size[0], size[1]) : *m_sample);
    m_native.reset();
    if (!known || own.size() != 3 || (own[0] == size[0] && own[1] == size[1]))
        return;
    const double scale = std::min(1.0, 2.0 * kThumbnailSide / static_cast<double>(std::max(own[0], own[1])));
    const auto scaled = [&](std::int64_t length) {
        return std::max<std::int64_t>(1, std::llround(static_cast<double>(length) * scale));
    };
    m_native = std::make_shared<const PreviewSample>(
        resizedSample(*m_sample, scaled(own[0]), scaled(own[1])));
}

PreviewTask Thumbnails::taskFor(PreviewScope scope) const
{
    PreviewTask task;
    task.target = previewTarget(
        {m_session.sharedDocument(), {}, scope, m_session.phase(), m_seed, m_weights},
        m_session.registry());
    task.sample = scope == PreviewScope::PipelineNodes ? m_native : m_model;
    task.partners = m_partners;
    task.place = m_place;
    task.epoch = m_epoch;
    task.picture = pictureOptions(kThumbnailSide);
    return task;
}

void Thumbnails::refresh()
{
    m_wanted.clear();
    m_wantedNative.clear();
    if (!m_sample) {
        clear();
        return m_runner.want({});
    }
    makeSamples();
    std::vector<PreviewTask> tasks{taskFor(PreviewScope::EveryNode)};
    m_wanted = tasks.front().key();
    if (m_native) {
        tasks.push_back(taskFor(PreviewScope::PipelineNodes));
        m_wantedNative = tasks.back().key();
    }
    m_runner.want(std::move(tasks));
}

void Thumbnails::take(const PreviewResult& result)
{
    if (result.key == m_wantedNative) {
        m_wantedNative.clear();
        for (const NodePicture& picture : result.pictures)
            show(picture);
        showGroupEnds();
        return;
    }
    if (result.key != m_wanted)
        return; // of an older state: a newer one is on its way
    m_wanted.clear();
    std::vector<NodeId> shown;
    for (const NodePicture& picture : result.pictures) {
        const Node* node = m_session.document().node(picture.node);
        if (!m_native || !node || node->stage != Stage::Pipeline)
            show(picture);
        shown.push_back(picture.node);
    }
    for (const NodeId node : m_shown)
        if (std::ranges::find(shown, node) == shown.end())
            set(node, {}); // it has no value any more
    m_shown = std::move(shown);
    showGroupEnds();
    takeCosts(result);
}

void Thumbnails::show(const NodePicture& picture)
{
    const LayerDef* layer = m_session.document().layerOf(picture.node);
    const bool isSource = layer && layer->kerasClass == flow::kSource;
    set(picture.node, isSource && !m_overview.isNull() ? m_overview : pictureFor(picture));
}

void Thumbnails::set(NodeId node, const QImage& picture)
{
    if (picture.isNull())
        m_pictures.erase(node);
    else
        m_pictures[node] = picture;
    m_canvas.setThumbnail(node, picture);
}

void Thumbnails::showKnown()
{
    for (const auto& [node, picture] : m_pictures)
        m_canvas.setThumbnail(node, picture);
    for (const auto& [node, measured] : m_costs)
        if (const auto ms = cost(node))
            m_canvas.setCost(node, *ms);
    showGroupCosts();
}

QImage Thumbnails::picture(NodeId node) const
{
    const auto found = m_pictures.find(node);
    return found == m_pictures.end() ? QImage() : found->second;
}

/// What a group takes and gives has the picture of the value.
void Thumbnails::showGroupEnds()
{
    const Document& document = m_session.document();
    const auto copy = [&](NodeId to, const PortRef* from) {
        const auto known = from ? m_pictures.find(from->node) : m_pictures.end();
        set(to, known == m_pictures.end() ? QImage() : QImage(known->second));
    };
    for (const auto& around : document.bodies) // outer ones first, as they were made
        for (const auto& call : around->nodes) {
            const auto* called = std::get_if<BodyId>(&call->calls);
            const Body* body = called ? document.body(*called) : nullptr;
            if (!body)
                continue;
            for (const auto& node : body->nodes)
                if (flow::isClass(document, *node, flow::kInput))
                    copy(node->id, flow::firstWire(*call));
                else if (flow::isClass(document, *node, flow::kOutput))
                    copy(node->id, flow::firstWire(*node));
        }
}

QImage Thumbnails::pictureFor(const NodePicture& picture) const
{
    if (m_sample && m_sample->isRow())
        if (const ValueWords words = shownWords(picture, m_session.facts().classNames);
            !words.empty())
            return wordsImage(words, kWordsSize);
    return withLabel(picture);
}

void Thumbnails::takeCosts(const PreviewResult& result)
{
    for (const auto& [node, ms] : result.cost) {
        std::vector<double>& measured = m_costs[node];
        measured.push_back(ms);
        if (measured.size() > kMeasured)
            measured.erase(measured.begin());
        m_canvas.setCost(node, *cost(node));
    }
    showGroupCosts();
    showLaneNotes();
    Q_EMIT costsChanged();
}

/// A group that is always applied is not measured itself: it takes what its layers take.
void Thumbnails::showGroupCosts()
{
    for (const auto& around : m_session.document().bodies)
        for (const auto& call : around->nodes)
            if (std::holds_alternative<BodyId>(call->calls) && !m_costs.contains(call->id))
                if (const auto ms = costWithin(*call, 0))
                    m_canvas.setCost(call->id, *ms);
}

std::optional<double> Thumbnails::costWithin(const Node& node, int depth) const
{
    constexpr int kDeepest = 16;
    std::optional<double> sum = cost(node.id);
    const auto* called = std::get_if<BodyId>(&node.calls);
    const Body* body = called && !sum && depth < kDeepest ? m_session.document().body(*called)
                                                          : nullptr;
    if (body)
        for (const auto& inner : body->nodes)
            if (const auto ms = costWithin(*inner, depth + 1))
                sum = sum.value_or(0) + *ms;
    return sum;
}

/// The median of the last few: what disturbs a single measure does not show.
std::optional<double> Thumbnails::cost(NodeId node) const
{
    const auto found = m_costs.find(node);
    if (found == m_costs.end() || found->second.empty())
        return std::nullopt;
    std::vector<double> sorted = found->second;
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
}

void Thumbnails::showLaneNotes()
{
    double pipeline = 0, model = 0;
    for (const auto& node : m_session.document().root().nodes)
        if (const auto ms = costWithin(*node, 0))
            (node->stage == Stage::Pipeline ? pipeline : model) += *ms;
    const bool rows = m_sample && m_sample->isRow();
    m_canvas.setLaneNotes(rateText(pipeline, rows), rateText(model, rows));
}

/// The most likely class stands in the picture of a prediction.
QImage Thumbnails::withLabel(const NodePicture& picture) const
{
    QImage image = imageOf(picture.picture);
    const auto& names = m_session.facts().classNames;
    if (picture.kind != PictureKind::Bars || picture.shape != Shape{std::ssize(names)}
        || picture.strongest < 0)
        return image;
    QPainter painter(&image);
    QFont font = uiFont(FontRole::Mono);
    font.setPixelSize(20); // shown at half the size
    painter.setFont(font);
    painter.setPen(currentTheme().text);
    painter.drawText(image.rect().adjusted(0, 4, -8, 0), Qt::AlignTop | Qt::AlignRight,
                     QString::fromStdString(names[static_cast<std::size_t>(picture.strongest)])
                         + " " + QString::number(picture.most, 'f', 2));
    return image;
}

} // namespace lb
