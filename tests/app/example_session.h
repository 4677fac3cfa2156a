#pragma once

#include "app/workbench/session.h"
#include "core/data/sources.h"
#include "core/graph/edits.h"
#include "core/graph/project_file.h"
#include "core/training/adapt.h"
#include "tests/support/lb_test.h"

namespace lb {

inline const LayerRegistry& builtinRegistry()
{
    static const LayerRegistry filled = [] {
        LayerRegistry made;
        registerBuiltinLayers(made);
        return made;
    }();
    return filled;
}

inline Document builtinProject(std::string_view name)
{
    for (const Template& built : builtinTemplates())
        if (built.name == name)
            return parseProject(built.json, {}).value();
    return emptyDocument();
}

/// Opens the built-in example with a few drawn pictures and a recipe that is over soon.
inline void openSmallExample(Session& session, std::int64_t epochs = 2)
{
    Document document = builtinProject("drawn_shapes");
    document.recipe.epochs = epochs;
    document.recipe.batchSize = 16;
    session.startFrom(std::move(document), "drawn_shapes");
    const SourceHandle data = drawnShapes(128, 1);
    const SourceHandle heldOut = drawnShapes(60, 2);
    session.setSource(data, factsOf(*data, session.document().recipe, true), heldOut);
}

} // namespace lb
