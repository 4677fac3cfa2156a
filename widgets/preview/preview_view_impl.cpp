#include "widgets/preview/preview_view_impl.h"

#include "core/graph/flow.h"
#include "widgets/preview/pictures.h"
#include "widgets/preview/strip_plot.h"
#include "widgets/preview/word_picture.h"
#include "widgets/support/tensor_picture.h"
#include "widgets/support/translated.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <set>

namespace lb {
namespace {

constexpr int kDraws = 8;
constexpr int kMaxSide = 256;
constexpr int kBusyAfter = 200; // ms
constexpr std::int64_t kLarge = 512 * 512; // pixels: shown small first

constexpr QSize kWaveSize{244, 120};

QString sizeText(const PreviewSample& sample)
{
    if (sample.cells.size() > 1)
        return PreviewView::tr("%n column(s)", nullptr, static_cast<int>(sample.cells.size()));
    if (sample.isRow() && sample.cells.front().dtype() != DType::String)
        return sizesText(sample.cells.front().shape());
    if (sample.isRow())
        return PreviewView::tr("%n chars", nullptr,
                               static_cast<int>(
                                   QString::fromStdString(elementText(sample.cells.front(), 0))
                                       .size()));
    const Shape& shape = sample.image.shape();
    return shape.size() == 3 ? QString("%1×%2").arg(shape[1]).arg(shape[0]) : QString();
}

std::int64_t pixelsOf(const PreviewSample& sample)
{
    const Shape& shape = sample.image.shape();
    return shape.size() == 3 ? shape[0] * shape[1] : 0;
}

QString sentenceOf(const Error& error)
{
    const QString sentence = translated(error.message);
    return error.where.empty() ? sentence : QString::fromStdString(error.where) + ": " + sentence;
}

/// "×0.21 + #5" names the data's row 4; "#0" the sample itself.
QString withRowNumbers(QString caption)
{
    static const QRegularExpression partner("#(\\d+)$");
    const auto match = partner.match(caption);
    if (!match.hasMatch())
        return caption;
    const int number = match.captured(1).toInt();
    return caption.replace(match.capturedStart(), match.capturedLength(),
                           number == 0 ? PreviewView::tr("itself")
                                       : PreviewView::tr("no. %1").arg(number - 1));
}

/// A quick look at a large picture, in its proportions.
PreviewSample quick(const PreviewSample& sample)
{
    const Shape& shape = sample.image.shape();
    const double scale
        = kMaxSide / static_cast<double>(std::max<std::int64_t>({shape[0], shape[1], 1}));
    const auto scaled = [&](std::int64_t length) {
        return std::max<std::int64_t>(1, std::llround(static_cast<double>(length) * scale));
    };
    return resizedSample(sample, scaled(shape[0]), scaled(shape[1]));
}

/// Random layers before `node` in its body.
bool drawsBefore(const Document& document, const LayerRegistry& registry, NodeId node)
{
    std::vector<NodeId> open{node};
    std::set<NodeId> seen;
    while (!open.empty()) {
        const Node* at = document.node(open.back());
        open.pop_back();
        if (!at || !seen.insert(at->id).second)
            continue;
        const LayerDef* layer = document.layerOf(at->id);
        if (layer && at->id != node && !at->muted)
            if (const auto type = registry.find(layer->kerasClass);
                type.ok() && type.value()->about().trainOnly)
                return true;
        for (const PortRef& wire : flow::dataWires(*at))
            open.push_back(wire.node);
    }
    return false;
}

QImage pictureOfPin(const Pin& pin)
{
    const PreviewSample& sample = pin.sample;
    if (!pin.failure.isEmpty())
        return {};
    if (isSound(sample))
        return waveOf(sample.cells.front(), kWaveSize);
    if (sample.cells.size() == 1 && sample.cells.front().dtype() != DType::String)
        return imageOf(pictureOf(sample.cells.front(), ValueRange::unknown(),
                                 pictureOptions(kMaxSide)));
    return sample.isRow() ? QImage() : imageOf(pictureOf(sample, pictureOptions(kMaxSide)));
}

} // namespace

void PreviewView::Impl::drawAnew()
{
    for (Row& row : rows)
        row.picture = pictureOfPin(row.pin);
    refresh();
}

/// Keeps what was made of a picture while it stays pinned.
void PreviewView::Impl::takePins()
{
    std::vector<Row> old = std::move(rows);
    rows.clear();
    for (const Pin& pin : pins) {
        const auto known = std::ranges::find(old, pin, &Row::pin);
        if (known != old.end()) {
            rows.push_back(std::move(*known));
            old.erase(known);
            continue;
        }
        Row row;
        row.pin = pin;
        row.picture = pictureOfPin(pin);
        row.native = std::make_shared<const PreviewSample>(pin.sample);
        if (pixelsOf(pin.sample) > kLarge)
            row.nativeQuick = std::make_shared<const PreviewSample>(quick(pin.sample));
        rows.push_back(std::move(row));
    }
    modelSize.clear(); // model samples are made again
    current = std::clamp(current, 0, std::max(0, static_cast<int>(rows.size()) - 1));
}

void PreviewView::Impl::clear()
{
    wanted.clear();
    numbers.clear();
    probeKey.clear();
    busyTimer.stop();
    runner.want({});
    sheet->setLayoutOf({}, {});
    sheet->setExtremes({}, {});
}

void PreviewView::Impl::refresh()
{
    const Node* shown = document ? document->node(node) : nullptr;
    QStringList names;
    for (const Row& row : rows)
        names << QString::fromStdString(row.pin.sample.name);
    bar->setPins(names);
    sheet->setEmptyText(
        !shown ? PreviewView::tr("Select a node to see its output.")
            : facts.columns.empty() || !facts.image().shape.empty()
            ? PreviewView::tr("Drop an image here to see what this node makes of it.")
            : PreviewView::tr("Pin a row of the data to see what this node makes of it."));
    bar->setRows(!facts.columns.empty() && facts.image().shape.empty());
    if (!shown || rows.empty())
        return clear();
    lookAtNode(*shown);
    showControls(*shown);
    layOut();
    wanted.clear();
    numbers.clear();
    const TargetHandle target
        = previewTarget({document, node, scope(), phase, bar->seed(), weights}, registry);
    std::vector<PreviewTask> tasks;
    askForDraws(tasks, target);
    askForExtremes(tasks);
    if (!busyTimer.isActive())
        busyTimer.start(kBusyAfter);
    runner.want(std::move(tasks));
}

void PreviewView::Impl::lookAtNode(const Node& shown)
{
    random = nullptr;
    range.reset();
    const LayerDef* layer = document->layerOf(node);
    bool trainOnly = false, perBatch = false;
    if (layer)
        if (const auto type = registry.find(layer->kerasClass); type.ok()) {
            trainOnly = type.value()->about().trainOnly;
            perBatch = type.value()->about().perBatch;
            random = dynamic_cast<const RandomLayerType*>(type.value());
        }
    if (random && !shown.muted)
        range = random->range(layer->config);
    bar->setBatchMatters(perBatch);
    const bool drawsHere = trainOnly && !shown.muted;
    const bool before = phase == Phase::Training && scope() == PreviewScope::UpToHere
        && drawsBefore(*document, registry, node);
    columns = drawsHere || before || std::holds_alternative<BodyId>(shown.calls) ? kDraws : 1;
}

void PreviewView::Impl::showControls(const Node& shown)
{
    bar->setProjectSeed(document->recipe.seed);
    const Shape image = facts.image().shape;
    const bool known = image.size() == 3 && image[0] > 0 && image[1] > 0;
    const bool inModel = shown.stage == Stage::Model && known;
    bar->setModelSize(
        known ? QString("%1×%2").arg(image[1]).arg(image[0]) : PreviewView::tr("Model"), !inModel,
        PreviewView::tr("Layers of the model take images of the model’s size"));
    if (known && modelSize != image) {
        modelSize = image;
        for (Row& row : rows)
            row.model.reset();
    }
    for (Row& row : rows)
        if (!row.model)
            row.model = known ? std::make_shared<const PreviewSample>(
                            resizedSample(*row.native, image[0], image[1]))
                              : row.native;
}

void PreviewView::Impl::layOut()
{
    QStringList heads{PreviewView::tr("original")};
    for (int draw = 1; draw <= columns; ++draw)
        heads << (columns == 1 ? PreviewView::tr("output") : PreviewView::tr("draw %1").arg(draw));
    std::vector<SheetRow> shown;
    for (const Row& row : rows) {
        SheetRow each;
        each.name = QString::fromStdString(row.pin.sample.name);
        each.size = sizeText(row.pin.sample);
        each.cells.resize(static_cast<std::size_t>(columns) + 1);
        each.cells[0] = {row.picture, row.pin.label, true, false, {}, {}};
        if (row.pin.sample.isRow())
            each.cells[0].words = rowWords(row.pin.sample.columns, row.pin.sample.cells);
        else if (!row.pin.failure.isEmpty())
            for (std::size_t i = 1; i < each.cells.size(); ++i)
                each.cells[i].error = row.pin.failure;
        else if (!bar->native())
            each.cells[0].picture
                = imageOf(pictureOf(*row.model, pictureOptions(kMaxSide)));
        shown.push_back(std::move(each));
    }
    sheet->setLayoutOf(heads, std::move(shown));
    sheet->setCurrentRow(current);
}

void PreviewView::Impl::ask(std::vector<PreviewTask>& tasks, PreviewTask task, Place place)
{
    task.picture = pictureOptions(kMaxSide);
    wanted[task.key()].push_back(place);
    tasks.push_back(std::move(task));
}

/// The other pinned samples, up to a whole row of draws; of one that is alone the data's first.
void PreviewView::Impl::addPartners(PreviewTask& task, int row, bool isQuick) const
{
    constexpr std::size_t kMost = 7, kSpares = 3;
    const Row& own = rows[static_cast<std::size_t>(row)];
    task.place = row;
    for (int i = 0; i < std::ssize(rows) && task.partners.size() < kMost; ++i)
        if (const Row& each = rows[static_cast<std::size_t>(i)];
            i != row && each.pin.failure.isEmpty())
            task.partners.push_back(
                {isQuick && each.nativeQuick ? each.nativeQuick : sampleOf(each), i});
    if (!task.partners.empty() || own.pin.sample.isRow())
        return;
    task.place = -1;
    for (const auto& spare : spares)
        if (spare->key != own.pin.sample.key && task.partners.size() < kSpares)
            task.partners.push_back({spare, static_cast<std::int64_t>(spare->id)});
}

void PreviewView::Impl::askForDraws(std::vector<PreviewTask>& tasks, const TargetHandle& target)
{
    const auto [first, last] = sheet->visibleRows();
    std::vector<int> order;
    const auto isFine = [this](int row) {
        return rows[static_cast<std::size_t>(row)].pin.failure.isEmpty();
    };
    for (int row = 0; row < std::ssize(rows); ++row)
        if (row >= first && row <= last && isFine(row))
            order.push_back(row);
    for (int row = 0; row < std::ssize(rows); ++row)
        if ((row < first || row > last) && isFine(row))
            order.push_back(row);
    const auto add
        = [&](int index, int column, std::shared_ptr<const PreviewSample> sample, bool isQuick) {
              PreviewTask task;
              task.target = target;
              task.sample = std::move(sample);
              task.epoch = bar->epoch();
              task.batch = bar->batch();
              task.draw = static_cast<std::uint32_t>(column - 1);
              if (target->mixes)
                  addPartners(task, index, isQuick);
              task.statistics = index == current && column == 1 && !isQuick;
              if (task.statistics) {
                  PreviewTask keyed = task;
                  keyed.picture = pictureOptions(kMaxSide);
                  probeKey = keyed.key();
              }
              ask(tasks, std::move(task), {index, column, isQuick});
          };
    if (bar->native())
        for (const int index : order)
            if (const Row& row = rows[static_cast<std::size_t>(index)]; row.nativeQuick)
                for (int column = 1; column <= columns; ++column)
                    add(index, column, row.nativeQuick, true);
    for (const int index : order)
        for (int column = 1; column <= columns; ++column)
            add(index, column, sampleOf(rows[static_cast<std::size_t>(index)]), false);
}

/// The ends of the range as training draws them, whatever the phase.
void PreviewView::Impl::askForExtremes(std::vector<PreviewTask>& tasks)
{
    const Row& row = rows[static_cast<std::size_t>(current)];
    if (!range || !row.pin.failure.isEmpty())
        return sheet->setExtremes({}, {});
    const TargetHandle target = previewTarget(
        {document, node, PreviewScope::ThisNode, Phase::Training, bar->seed(), weights}, registry);
    std::vector<SheetCell> cells;
    const std::array<std::pair<QString, double>, 3> ends{
        {{PreviewView::tr("min"), range->low},
         {PreviewView::tr("median"), (range->low + range->high) / 2},
         {PreviewView::tr("max"), range->high}}};
    for (int i = 0; i < 3; ++i) {
        const auto& [name, number] = ends[static_cast<std::size_t>(i)];
        SheetCell cell;
        cell.caption = name + " " + drawnText(*random, *range, number);
        cells.push_back(std::move(cell));
        PreviewTask task;
        task.target = target;
        task.sample = bar->native() && row.nativeQuick ? row.nativeQuick : sampleOf(row);
        task.number = number;
        ask(tasks, std::move(task), {-1, i, false});
    }
    StripPlot plot = sheet->plot();
    if (phase == Phase::Inference)
        plot.sentence = PreviewView::tr("At inference every draw equals the original. The extremes "
                                        "show the training range.");
    else
        plot.sentence.clear();
    sheet->setExtremes(std::move(cells), std::move(plot));
}

void PreviewView::Impl::take(const PreviewResult& result)
{
    const auto found = wanted.find(result.key);
    if (found == wanted.end())
        return; // of an older state
    const std::vector<Place> places = std::move(found->second);
    wanted.erase(found);
    for (const Place& place : places)
        takeInto(place, result);
    if (result.key == probeKey && !result.error) {
        const Row& row = rows[static_cast<std::size_t>(current)];
        Q_EMIT self.probed(
            result.statistics,
            PreviewView::tr("output, %1").arg(QString::fromStdString(row.pin.sample.name)));
        Q_EMIT self.costMeasured(result.cost);
    } else if (result.key == probeKey) {
        Q_EMIT self.probed({}, {});
    }
    showPlot();
    if (wanted.empty())
        busyTimer.stop();
}

void PreviewView::Impl::takeInto(const Place& place, const PreviewResult& result)
{
    const NodePicture* picture = result.pictures.empty() ? nullptr : &result.pictures.front();
    if (place.row < 0) {
        if (place.column < std::ssize(sheet->extremes())) // a refused one shows no older picture
            sheet->setExtreme(place.column, picture ? imageOf(picture->picture) : QImage());
        return;
    }
    sheet->setBusy(place.row, place.column, false);
    if (result.error || !picture) {
        if (!place.isQuick && result.error)
            sheet->setError(place.row, place.column, sentenceOf(*result.error));
        return;
    }
    QString caption = QString::fromStdString(result.shown);
    caption.replace('-', QChar(0x2212));
    const auto fine = std::ranges::count_if(
        rows, [](const Row& each) { return each.pin.failure.isEmpty(); });
    if (fine == 1) // partners are rows of the data
        caption = withRowNumbers(caption);
    ValueWords words;
    if (rows[static_cast<std::size_t>(place.row)].pin.sample.isRow())
        words = shownWords(*picture, facts.classNames);
    if (picture->kind == PictureKind::Bars && picture->strongest < std::ssize(facts.classNames)
        && picture->shape == Shape{std::ssize(facts.classNames)})
        caption
            = QString::fromStdString(facts.classNames[static_cast<std::size_t>(picture->strongest)])
            + " " + QString::number(picture->most, 'f', 2);
    else if (columns == 1)
        caption = sizesText(picture->shape);
    sheet->setCell(place.row, place.column, imageOf(picture->picture), caption, words);
    if (result.number && !place.isQuick)
        numbers[{place.row, place.column}] = *result.number;
}

void PreviewView::Impl::showPlot()
{
    if (!range || !wanted.empty() || phase == Phase::Inference || sheet->extremes().empty())
        return;
    std::vector<double> drawn;
    for (const auto& [place, number] : numbers)
        drawn.push_back(number);
    if (drawn.empty()) // nothing came out, so there are no ends either
        return sheet->setExtremes({}, {});
    StripPlot plot = stripPlot(*random, *range, std::move(drawn));
    sheet->setExtremes(sheet->extremes(), std::move(plot));
}

void PreviewView::Impl::markBusy()
{
    for (const auto& [key, places] : wanted)
        for (const Place& place : places)
            if (place.row >= 0)
                sheet->setBusy(place.row, place.column, true);
}

} // namespace lb
