#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/opened_project.h"
#include "core/data/image_file.h"
#include "core/graph/flatten.h"
#include "core/preview/annotated_picture.h"
#include "core/preview/annotated_run.h"
#include "core/support/files.h"
#include "core/tensor/dispatch.h"
#include "core/training/adapt.h"
#include "core/training/plan.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>

namespace lb {
namespace {

constexpr std::int64_t kCell = 96; // pixels; smaller pictures are enlarged by a whole factor
constexpr std::int64_t kGap = 4;
constexpr std::int64_t kMostCells = 4'096;
constexpr std::uint8_t kGround = 28;

struct PreviewOptions {
    std::string project, data, node, out;
    std::int64_t count = 16;
    std::int64_t seed = 0;
    bool seeded = false, inference = false;
};

/// A picture of some node's output, [height, width, channels], and what it may show.
struct Cell {
    Tensor image;
    ValueRange range;
    ImageAnnotations annotations = {};
};

Result<NodeId> nodeNamed(const Document& document, const std::string& text)
{
    std::int64_t id = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (failed == std::errc() && end == text.data() + text.size() && document.node(NodeId{id}))
        return NodeId{id};
    if (const Node* node = document.named(text))
        return node->id;
    return noSuchName(text,
                      LB_TR("Error", "is neither the number nor the name of a node in this project"),
                      nodeNames(document));
}

Tensor asFloat(const Tensor& tensor)
{
    return Tensor::make<float>(tensor.shape(), [&](std::span<float> out) {
        dispatch(tensor.dtype(), [&]<typename Number>(Number) {
            std::ranges::transform(tensor.values<Number>(), out.begin(),
                                   [](Number x) { return static_cast<float>(x); });
        });
    });
}

/// Runs the part up to a node on single samples; a plan for each size that occurs.
class Previews {
public:
    Previews(const OpenedProject& project, const LayerRegistry& registry, NodeId node, Phase phase)
        : m_project(project)
        , m_registry(registry)
        , m_node(node)
        , m_phase(phase)
    {
    }

    Result<Cell> cell(std::int64_t row, std::uint32_t round)
    {
        LB_TRY(image, m_project.source->image(row));
        Shape shape = image.shape();
        shape.insert(shape.begin(), 1);
        LB_TRY(annotations, m_project.source->annotations(row));
        LB_TRY(plan, planFor({image.dtype(), shape, m_project.source->imageSpec().range},
                             annotationSpecs(annotations)));
        if (Result<> set = setSample(*plan, image, annotations); !set.ok())
            return set.error();
        const std::uint64_t sample = static_cast<std::uint64_t>(row);
        if (Result<> ran
            = plan->run({round, static_cast<std::uint64_t>(row), std::span(&sample, 1)});
            !ran.ok())
            return ran.error();
        const ValueId output = plan->model().graph.outputs.front();
        const Spec& spec = plan->model().graph.nodes[output].spec;
        const Tensor y = plan->value(output);
        if (y.shape().size() != 4)
            return Error{ErrorCode::BadShape,
                         m_project.document.nameOf(m_node),
                         {LB_TR("Error", "gives %1, which is no picture; choose a node before it"),
                          {text(spec)}}};
        return Cell{y.reshaped({y.shape()[1], y.shape()[2], y.shape()[3]}), spec.range,
                    annotationsAt(*plan, plan->model().annotations)};
    }

private:
    Result<Plan*> planFor(const Spec& input, std::vector<AnnotationSpec> annotations)
    {
        std::vector<Shape> shapes{input.shape};
        for (const AnnotationSpec& annotation : annotations)
            shapes.push_back(annotation.spec.shape);
        const auto found = m_plans.find(shapes);
        if (found != m_plans.end())
            return &found->second;
        FlattenRequest request;
        request.part = FlattenRequest::Part::UpTo;
        request.node = m_node;
        request.phase = m_phase;
        request.inputs = {input};
        request.annotations = std::move(annotations);
        LB_TRY(model, flattened(m_project.document, m_registry, request));
        LB_TRY(store, ParameterStore::initial(
                          model, static_cast<std::uint64_t>(m_project.document.recipe.seed)));
        PlanOptions options;
        for (const Annotation& annotation : model.annotations)
            options.keep.push_back(annotation.value);
        LB_TRY(plan, Plan::make(std::move(model),
                                std::make_shared<ParameterStore>(std::move(store)), options));
        return &m_plans.emplace(std::move(shapes), std::move(plan)).first->second;
    }

    const OpenedProject& m_project;
    const LayerRegistry& m_registry;
    NodeId m_node;
    Phase m_phase;
    std::map<std::vector<Shape>, Plan> m_plans; ///< of the image and what belongs to it
};

/// A cell enlarged by a whole factor, with its masks and boxes, black and white as in the window.
Picture pictureOf(const Cell& cell, std::int64_t factor)
{
    const Tensor image = asFloat(cell.image);
    const ValueRange shown = shownRange(cell.image, cell.range);
    const auto black = static_cast<float>(shown.least), white = static_cast<float>(shown.most);
    const std::int64_t channels = image.shape()[2];
    const auto x = image.values<float>();
    Picture picture{static_cast<int>(image.shape()[1] * factor),
                    static_cast<int>(image.shape()[0] * factor), {}};
    for (std::int64_t i = 0; i < picture.height; ++i)
        for (std::int64_t j = 0; j < picture.width; ++j)
            for (std::int64_t c = 0; c < 3; ++c) {
                const std::int64_t from = (i / factor * image.shape()[1] + j / factor) * channels
                    + (channels >= 3 && channels <= 4 ? c : 0);
                const float value
                    = (x[static_cast<std::size_t>(from)] - black) / (white - black) * 255;
                picture.rgb.push_back(static_cast<std::uint8_t>(
                    std::lround(std::clamp(std::isnan(value) ? 0 : value, 0.0f, 255.0f))));
            }
    annotate(picture, cell.annotations, image.shape(), {});
    drawFrames(picture);
    return picture;
}

/// A grid of all pictures, uint8 [height, width, 3]. Of feature maps the first channel is shown.
Tensor sheetOf(std::span<const Cell> cells)
{
    std::int64_t side = 1;
    for (const Cell& cell : cells)
        side = std::max({side, cell.image.shape()[0], cell.image.shape()[1]});
    const std::int64_t factor = std::max<std::int64_t>(1, kCell / side);
    const std::int64_t pitch = side * factor + kGap;
    const auto count = std::ssize(cells);
    const auto columns
        = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
    const std::int64_t rows = (count + columns - 1) / columns;
    const std::int64_t width = columns * pitch + kGap;
    return Tensor::make<std::uint8_t>({rows * pitch + kGap, width, 3}, [&](auto out) {
        std::ranges::fill(out, kGround);
        for (std::int64_t k = 0; k < count; ++k) {
            const Picture picture = pictureOf(cells[static_cast<std::size_t>(k)], factor);
            const std::int64_t top = k / columns * pitch + kGap, left = k % columns * pitch + kGap;
            const std::ptrdiff_t line = 3 * picture.width;
            for (std::int64_t i = 0; i < picture.height; ++i)
                std::copy_n(picture.rgb.begin() + i * line, line,
                            out.begin() + ((top + i) * width + left) * 3);
        }
    });
}

Result<> adaptFirst(OpenedProject& project, const LayerRegistry& registry)
{
    AdaptOptions options;
    options.heldOut = project.heldOut != nullptr;
    const Analysis analysis = analysed(project.document, project.facts(), registry);
    for (const auto& [id, facts] : analysis.nodes)
        if (const LayerDef* layer = project.document.layerOf(id);
            layer && facts.needsAdapt && !facts.adapted)
            options.only.push_back(layer->id);
    if (options.only.empty())
        return std::monostate{};
    LB_TRY(document, adapted(project.document, registry, *project.source, options));
    project.document = std::move(document);
    std::fprintf(stderr, "layerbench-cli: layers that were never adapted are adapted for this\n");
    return std::monostate{};
}

Result<int> preview(const PreviewOptions& options, const LayerRegistry& registry)
{
    if (options.count < 1 || options.count > kMostCells)
        return Error{ErrorCode::BadParameter,
                     "--count",
                     {LB_TR("Error", "must be between 1 and %1"), {kMostCells}}};
    LB_TRY(project, openProject(options.project, options.data));
    if (Result<> there = needSource(project); !there.ok())
        return there.error();
    LB_TRY(node, nodeNamed(project.document, options.node));
    if (options.seeded)
        project.document.recipe.seed = options.seed;
    if (Result<> done = adaptFirst(project, registry); !done.ok())
        return done.error();
    Previews previews(project, registry, node,
                      options.inference ? Phase::Inference : Phase::Training);
    std::vector<Cell> cells;
    const std::int64_t rows = project.source->size();
    for (std::int64_t k = 0; k < options.count; ++k) { // a sample that comes again draws anew
        LB_TRY(cell, previews.cell(k % rows, static_cast<std::uint32_t>(k / rows)));
        cells.push_back(std::move(cell));
    }
    LB_TRY(png, encodePng(sheetOf(cells)));
    const Result<> saved = saveAtomically(options.out, png);
    return saved.ok() ? Result<int>(0) : saved.error();
}

} // namespace

void addPreviewCommands(CLI::App& app, Context& context)
{
    auto options = std::make_shared<PreviewOptions>();
    CLI::App* command
        = app.add_subcommand("preview", "Draw what a node makes of the first samples (.png)");
    command->add_option("project", options->project, "A project (.lbench)")->required();
    command->add_option("--node", options->node, "The number or name of a node")->required();
    const CLI::Option* seed
        = command->add_option("--seed", options->seed, "Of the draws, instead of the project's");
    command->add_option("--count", options->count, "How many pictures (16)");
    command->add_option("--out", options->out, "The sheet to write (.png)")->required();
    command->add_option("--data", options->data, "Where the data are, if not as the project says");
    command->add_flag("--inference", options->inference, "As when predicting: nothing is drawn");
    command->callback([&context, options, seed] {
        options->seeded = seed->count() > 0;
        context.run = [&context, options] { return preview(*options, context.registry); };
    });
}

} // namespace lb
