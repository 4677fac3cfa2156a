#include "core/graph/unknown_layer.h"

#include "core/layers/keras_names.h"
#include "core/support/nearest_name.h"

namespace lb {

Message unknownLayer(const LayerRegistry& registry, const std::string& kerasClass)
{
    if (isLayerOfKeras(kerasClass))
        return {LB_TR("Problem", "Keras' layer %1 is not here yet; the palette has those that are"),
                {kerasClass}};
    std::vector<std::string> names;
    for (const LayerType* type : registry.layers())
        names.emplace_back(type->kerasClass());
    const std::string near = nearestName(kerasClass, names);
    if (near.empty())
        return {LB_TR("Problem", "there is no layer of class %1 here"), {kerasClass}};
    return {LB_TR("Problem", "there is no layer of class %1 here; is %2 meant?"), {kerasClass, near}};
}

} // namespace lb
