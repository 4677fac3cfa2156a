#include "app/workbench/model_jobs.h"

#include "core/interop/code/keras_code.h"
#include "core/support/files.h"
#include "widgets/theme/theme.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <set>

namespace lb {
namespace {

Result<std::string> codeOf(const PreparedModel& model, ExportView::Format format,
                           const LayerRegistry& registry, const std::string& name)
{
    CodeRequest request;
    request.language = format == ExportView::Format::R ? CodeLanguage::R : CodeLanguage::Python;
    request.name = name;
    request.inputs = model.inputs;
    return kerasCode(model.document, registry, request);
}

} // namespace

std::filesystem::path filePath(const QString& path)
{
    return QFile::encodeName(path).toStdString();
}

QString nameOfFile(ExportView::Format format)
{
    switch (format) {
    case ExportView::Format::Keras:
        return "model.keras";
    case ExportView::Format::Onnx:
        return "model.onnx";
    case ExportView::Format::Python:
        return "model.py";
    case ExportView::Format::R:
        return "model.R";
    }
    return {};
}

Result<PreparedModel> preparedOffer(const ModelOffer& offer, const LayerRegistry& registry,
                                    const JobContext& job)
{
    if (!offer.data)
        return Error{ErrorCode::NotFound, "data",
                     LB_TR("Error", "are not open, so nothing tells what the model takes; open "
                                    "them in the Data workspace")};
    PrepareRequest request;
    request.document = *offer.document;
    if (offer.weights)
        request.weights = *offer.weights;
    request.source = offer.data;
    request.heldOut = offer.heldOut != nullptr;
    LB_TRY(model, preparedModel(std::move(request), registry, job));
    model.project = offer.project;
    return std::move(model);
}

Result<> writeOneFile(const ModelOffer& offer, ExportView::Format format,
                      const std::filesystem::path& path, const LayerRegistry& registry,
                      const JobContext& job)
{
    LB_TRY(model, preparedOffer(offer, registry, job));
    const std::string name = path.stem().string();
    Result<std::string> bytes = format == ExportView::Format::Keras
        ? exportedKeras(model, registry, name)
        : format == ExportView::Format::Onnx ? exportedOnnx(model, registry)
                                             : codeOf(model, format, registry, name);
    if (!bytes.ok())
        return std::move(bytes.error());
    if (job.stopped())
        return Error{ErrorCode::Cancelled, "", LB_TR("Error", "was cancelled")};
    return saveAtomically(path, bytes.value());
}

std::vector<ExportStep> exportSteps(const Document& document, const ExportReport& report)
{
    // Depth first from the output gives every node after what it needs.
    std::vector<NodeId> order;
    std::set<NodeId> seen;
    const auto visit = [&](const auto& self, NodeId id) -> void {
        const Node* node = document.node(id);
        if (!node || !seen.insert(id).second)
            return;
        for (const Input& input : node->inputs)
            if (const auto* wire = std::get_if<PortRef>(&input.from))
                self(self, wire->node);
        order.push_back(id);
    };
    if (const Node* output = document.output())
        visit(visit, output->id);
    std::vector<ExportStep> steps;
    for (const NodeId id : order) {
        const LayerDef* layer = document.layerOf(id);
        const std::string kerasClass = layer ? layer->kerasClass : std::string();
        if (kerasClass == "Batch")
            continue; // computes nothing
        const bool removed = std::ranges::any_of(
            report.removed, [&](const ExportReport::Layer& one) { return one.node == id; });
        const QString name = kerasClass == "Source" ? QString("Input")
            : layer                                 ? QString::fromStdString(kerasClass)
                                    : QString::fromStdString(document.nameOf(id)); // a composite
        steps.push_back({name, QString::fromStdString(kerasClass),
                         layer ? layerIcon(kerasClass) : QString("layers"), removed});
    }
    return steps;
}

} // namespace lb
