#include "core/interop/keras/keras_variables.h"

#include "core/interop/keras/keras_graph.h"
#include "core/interop/keras/keras_names.h"

#include <algorithm>

namespace lb {
namespace {

bool isTrainable(const Config& config)
{
    const Config* value = config.find("trainable");
    const bool* trainable = value ? value->as<bool>() : nullptr;
    return !trainable || *trainable;
}

Result<> fill(const FlatModel& model, const CallOrigin& call, KerasVariables& into)
{
    into.layer = call.layer;
    into.lookup = dynamic_cast<const VocabularyLayerType*>(call.type);
    if (into.lookup) {
        const Config* mode = call.config.find("output_mode");
        const auto* name = mode ? mode->as<std::string>() : nullptr;
        if (name && *name == "tf_idf") {
            into.dataset = "idf_weights";
            into.shapes = {{model.graph.nodes[call.outputs.at(0)].spec.shape.back()}};
        }
        return std::monostate{};
    }
    into.learns = dynamic_cast<const AdaptableLayerType*>(call.type);
    if (into.learns && into.learns->needsState(call.config)) {
        LB_TRY(shapes,
               into.learns->weightShapes(call.config, model.graph.nodes[call.inputs.at(0)].spec));
        into.shapes = std::move(shapes);
        return std::monostate{};
    }
    into.learns = nullptr;
    const bool trainable = isTrainable(call.config);
    for (const FlatWeight& weight : model.weights) {
        if (weight.layer != call.layer)
            continue;
        if (trainable && weight.spec.trainable)
            into.trainable.push_back(into.shapes.size());
        into.shapes.push_back(weight.shape);
    }
    return std::monostate{};
}

Error within(const KerasVariables& layer, ErrorCode code, Message message)
{
    return {code, layer.name, std::move(message)};
}

/// Keras' idf_weights: as many as the layer's vectors are long, 0 behind the vocabulary.
Result<std::vector<Tensor>> idfOf(const KerasVariables& layer, const LayerDef& known)
{
    if (layer.lookup->needsState(known.config) && !known.adapted)
        return within(layer, ErrorCode::BadParameter,
                      LB_TR("Error", "was never adapted to data; adapt it first"));
    if (layer.shapes.empty())
        return std::vector<Tensor>{};
    const auto idf = layer.lookup->idfWeights(known.config, known.adapted);
    return std::vector{Tensor::make<float>(layer.shapes.front(), [&](std::span<float> out) {
        if (idf)
            std::ranges::copy(idf->values<float>().first(std::min(
                                  out.size(), idf->values<float>().size())),
                              out.begin());
    })};
}

Result<std::vector<Tensor>> valuesOf(const KerasVariables& layer, const Document& document,
                                     const LayerWeights& weights)
{
    std::vector<Tensor> values;
    if (layer.lookup) {
        LB_TRY(idf, idfOf(layer, *document.layer(layer.layer)));
        values = std::move(idf);
    } else if (layer.learns) {
        const LayerDef* known = document.layer(layer.layer);
        if (!known->adapted)
            return within(layer, ErrorCode::BadParameter,
                          LB_TR("Error", "was never adapted to data; adapt it first"));
        values = layer.learns->weightsOf(known->config, *known->adapted);
    } else if (const auto found = weights.find(layer.layer); found != weights.end()) {
        values = found->second;
    }
    if (values.size() != layer.shapes.size())
        return within(layer, ErrorCode::BadShape,
                      {LB_TR("Error", "needs %1 weights, got %2"),
                       {std::ssize(layer.shapes), std::ssize(values)}});
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i].shape() != layer.shapes[i])
            return within(layer, ErrorCode::BadShape,
                          {LB_TR("Error", "weight %1 needs shape %2, has %3"),
                           {static_cast<std::int64_t>(i), text(layer.shapes[i]),
                            text(values[i].shape())}});
    return values;
}

} // namespace

Result<std::vector<KerasVariables>> kerasVariables(const FlatModel& model, const KerasOrder& order,
                                                   const std::vector<std::string>& names,
                                                   bool functional)
{
    std::vector<KerasVariables> result;
    KerasChildNames children;
    for (std::size_t i = 0; i < order.layers.size(); ++i) {
        const KerasLayer& layer = order.layers[i];
        KerasVariables variables;
        variables.name = names[i];
        std::string_view kerasClass = "InputLayer";
        if (layer.kind == KerasLayer::Kind::Cast)
            kerasClass = "Rescaling";
        else if (layer.kind == KerasLayer::Kind::Layer) {
            const CallOrigin& call = model.calls[layer.calls.front().call];
            kerasClass = call.type->kerasClass();
            if (Result<> filled = fill(model, call, variables); !filled.ok()) {
                filled.error().where = variables.name;
                return std::move(filled.error());
            }
        } else if (!functional) {
            continue;
        }
        const std::string path = "layers/" + children.next(kerasClass);
        variables.path = path + "/vars";
        if (kerasClass == "TextVectorization")
            variables.inner = path + "/_lookup_layer/vars";
        result.push_back(std::move(variables));
    }
    return result;
}

Result<std::vector<KerasVariables>> kerasVariables(const FlatModel& model,
                                                   const Document& document,
                                                   const std::vector<KerasPlace>& places)
{
    std::vector<KerasVariables> result;
    for (const KerasPlace& place : places) {
        KerasVariables variables;
        variables.path = place.path;
        variables.name = document.layer(place.layer)->name;
        const auto call = std::ranges::find(model.calls, place.layer, &CallOrigin::layer);
        if (call == model.calls.end())
            return Error{ErrorCode::BadFile, variables.name,
                         LB_TR("Error", "does not lead to the model's output")};
        if (Result<> filled = fill(model, *call, variables); !filled.ok()) {
            filled.error().where = variables.name;
            return std::move(filled.error());
        }
        result.push_back(std::move(variables));
    }
    return result;
}

Result<std::vector<std::vector<Tensor>>> kerasValues(const Document& document,
                                                     const std::vector<KerasVariables>& variables,
                                                     const LayerWeights& weights)
{
    std::vector<std::vector<Tensor>> result;
    for (const KerasVariables& layer : variables) {
        LB_TRY(values, valuesOf(layer, document, weights));
        result.push_back(std::move(values));
    }
    return result;
}

} // namespace lb
