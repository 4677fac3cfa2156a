#pragma once

#include "app/cli/opened_project.h"
#include "core/interop/prepared_model.h"

namespace lb {

/// Which project to make a model of, and with which weights.
struct ProjectModelOptions {
    std::string project;
    std::string weights; ///< as weightsFile() takes it
    std::string data;
};

struct ProjectModel {
    OpenedProject project; ///< data that were absent are stood in for
    PreparedModel model;
    std::string weightsFile; ///< "" if none was used
};

/// Adapts what never was, takes initial weights where there are none; every such thing is a line on
/// stderr. Errors: those of the project, the archive, the data (also of named ones that are not there)
/// and preparedModel().
Result<ProjectModel> projectModel(const ProjectModelOptions& options,
                                  const LayerRegistry& registry);
Result<PreparedModel> modelOfProject(const ProjectModelOptions& options,
                                     const LayerRegistry& registry);

} // namespace lb
