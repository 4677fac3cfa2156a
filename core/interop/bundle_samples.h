#pragma once

#include "core/interop/bundle.h"
#include "core/interop/predictor.h"

namespace lb {

/// Eight rows of `candidates` (all of the source if there are none), of as many classes as there
/// are; ascending.
std::vector<std::int64_t> sampleRows(const Source& source,
                                     std::span<const std::int64_t> candidates);

/// The samples' names and inputs: columns of the source by their names. Errors: those of the source.
Result<std::vector<ExportReport::Sample>> readSamples(const Source& source,
                                                      std::span<const Column> inputs,
                                                      std::span<const std::int64_t> rows);

/// A sample's file in a bundle: .npy of the only input where that is numbers, else .json with an
/// object of columns.
std::string sampleFile(const ExportReport& report, std::size_t sample);
std::string sampleText(const ExportReport& report, const ExportReport::Sample& sample);

/// Predicts every sample on its own and writes down the best class. Result: [samples, ...].
Result<Tensor> predictSamples(Predictor& predictor, std::vector<ExportReport::Sample>& samples);

/// Compares answers with what is expected, row by row, into `member` of each sample.
/// Errors: Diverged naming the first sample beyond `tolerance`.
Result<> compareSamples(std::vector<ExportReport::Sample>& samples, const Tensor& expected,
                        const Tensor& answers, std::optional<double> ExportReport::Sample::*member,
                        double tolerance, const std::string& file);

/// Runs model.onnx where ONNX Runtime is found, into Sample::onnx and report.onnxRuntime.
/// Errors: those of the runtime; Diverged naming the sample.
Result<> runOnnx(const std::filesystem::path& file, const Tensor& expected, ExportReport& report);

/// The first layer, in the order of computation, whose output on `row` differs, and by how much;
/// the name is empty if none does. Both predictors are traced.
std::pair<std::string, double> firstDifference(Predictor& a, Predictor& b,
                                               std::span<const Tensor> row, double tolerance);

} // namespace lb
