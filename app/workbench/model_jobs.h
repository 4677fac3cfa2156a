#pragma once

#include "app/workbench/run_store.h"
#include "widgets/export/export_view.h"

namespace lb {

/// What export and predict do with an offered model, for workers.

/// The offered model with every layer adapted and every weight there. Errors: those of
/// preparedModel(); NotFound if there are no data to tell what it takes.
Result<PreparedModel> preparedOffer(const ModelOffer& offer, const LayerRegistry& registry,
                                    const JobContext& job = {});

/// One file instead of a bundle, whole or not at all. Errors: of the format, naming the layer; Io.
Result<> writeOneFile(const ModelOffer& offer, ExportView::Format format,
                      const std::filesystem::path& path, const LayerRegistry& registry,
                      const JobContext& job = {});

/// The nodes of the root body in the order of computation, with what the report left out.
std::vector<ExportStep> exportSteps(const Document& document, const ExportReport& report);

std::filesystem::path filePath(const QString& path); ///< names are bytes
QString nameOfFile(ExportView::Format format); ///< "model.onnx"

} // namespace lb
