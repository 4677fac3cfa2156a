#include "core/interop/bundle_samples.h"

#include "core/conform/numbers.h"
#include "core/interop/onnx/onnx_runtime.h"
#include "core/support/json.h"
#include "core/tensor/npy.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace lb {
namespace {

constexpr std::size_t kSamples = 8;
constexpr std::int64_t kLookedAt = 100'000;

void nameBest(ExportReport::Sample& sample, const Tensor& y, const std::vector<std::string>& labels)
{
    if (y.dtype() != DType::Float32 || y.values<float>().empty())
        return;
    const auto p = y.values<float>();
    const auto best = std::ranges::max_element(p) - p.begin();
    sample.probability = static_cast<double>(p[static_cast<std::size_t>(best)]);
    if (best < std::ssize(labels))
        sample.predicted = labels[static_cast<std::size_t>(best)];
}

} // namespace

std::vector<std::int64_t> sampleRows(const Source& source,
                                     std::span<const std::int64_t> candidates)
{
    const std::int64_t count
        = candidates.empty() ? source.size() : static_cast<std::int64_t>(candidates.size());
    const auto row = [&](std::int64_t i) {
        return candidates.empty() ? i : candidates[static_cast<std::size_t>(i)];
    };
    // By how many of its class came before: first one of every class, then a second of each.
    std::vector<std::pair<std::int64_t, std::int64_t>> ranked;
    std::map<std::int64_t, std::int64_t> seen;
    for (std::int64_t i = 0; i < std::min(count, kLookedAt); ++i)
        ranked.emplace_back(seen[source.label(row(i))]++, row(i));
    std::ranges::stable_sort(ranked, {}, &std::pair<std::int64_t, std::int64_t>::first);
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < std::min(kSamples, ranked.size()); ++i)
        rows.push_back(ranked[i].second);
    std::ranges::sort(rows);
    return rows;
}

Result<std::vector<ExportReport::Sample>> readSamples(const Source& source,
                                                      std::span<const Column> inputs,
                                                      std::span<const std::int64_t> rows)
{
    LB_TRY(columns, columnsNamed(source, inputs));
    std::vector<ExportReport::Sample> samples;
    for (const std::int64_t row : rows) {
        LB_TRY(values, source.block(columns, {&row, 1}));
        ExportReport::Sample sample;
        sample.name = source.nameOf(row);
        sample.label = labelName(source, row);
        sample.inputs = std::move(values);
        samples.push_back(std::move(sample));
    }
    if (samples.empty())
        return Error{ErrorCode::NotFound, "samples",
                     LB_TR("Error", "there is no row of data to check the export with")};
    return samples;
}

std::string sampleFile(const ExportReport& report, std::size_t sample)
{
    const bool numbers = report.inputs.size() == 1 && report.input().dtype != DType::String;
    return "samples/" + std::to_string(sample) + (numbers ? ".npy" : ".json");
}

std::string sampleText(const ExportReport& report, const ExportReport::Sample& sample)
{
    if (sampleFile(report, 0).ends_with(".npy"))
        return encodeNpy(sample.inputs.front());
    ConfigObject columns;
    for (std::size_t i = 0; i < report.inputs.size(); ++i)
        columns.emplace(report.inputs[i].name, listsOf(sample.inputs[i]));
    return writeJson(columns, JsonStyle::Canonical);
}

Result<Tensor> predictSamples(Predictor& predictor, std::vector<ExportReport::Sample>& samples)
{
    std::vector<Tensor> answers;
    for (ExportReport::Sample& sample : samples) {
        LB_TRY(y, predictor.predict(sample.inputs));
        nameBest(sample, y, predictor.model().labels);
        answers.push_back(std::move(y));
    }
    return stacked(answers);
}

Result<> compareSamples(std::vector<ExportReport::Sample>& samples, const Tensor& expected,
                        const Tensor& answers, std::optional<double> ExportReport::Sample::*member,
                        double tolerance, const std::string& file)
{
    if (answers.shape() != expected.shape())
        return Error{ErrorCode::Diverged,
                     file,
                     {LB_TR("Error", "answers with shape %1 where %2 is expected"),
                      {text(answers.shape()), text(expected.shape())}}};
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        const double difference = largestDifference(rowsBetween(expected, at, at + 1),
                                                    rowsBetween(answers, at, at + 1));
        samples[i].*member = difference;
        if (!(difference <= tolerance))
            return Error{ErrorCode::Diverged,
                         file,
                         {LB_TR("Error", "sample %1 (%2) differs by %3, allowed are %4"),
                          {at, samples[i].name, difference, tolerance}}};
    }
    return std::monostate{};
}

Result<> runOnnx(const std::filesystem::path& file, const Tensor& expected, ExportReport& report)
{
    const OnnxRuntime* runtime = OnnxRuntime::find();
    if (!runtime)
        return std::monostate{};
    std::vector<Tensor> answers;
    for (const ExportReport::Sample& sample : report.samples) {
        std::vector<OnnxRuntime::Input> inputs;
        for (std::size_t i = 0; i < report.inputs.size(); ++i)
            inputs.push_back({report.inputs[i].name, sample.inputs.at(i)});
        LB_TRY(y, runtime->run(file, inputs, "probabilities"));
        answers.push_back(std::move(y));
    }
    LB_TRY(all, stacked(answers));
    report.onnxRuntime = runtime->version();
    return compareSamples(report.samples, expected, all, &ExportReport::Sample::onnx,
                          kOnnxTolerance, file.filename().string());
}

std::pair<std::string, double> firstDifference(Predictor& a, Predictor& b,
                                               std::span<const Tensor> row, double tolerance)
{
    if (!a.predict(row).ok() || !b.predict(row).ok())
        return {};
    const auto ours = a.callOutputs();
    const auto theirs = b.callOutputs();
    for (const auto& one : ours) {
        const auto other = std::ranges::find(theirs, one.layer, &Predictor::CallOutput::layer);
        if (other == theirs.end())
            continue; // flow classes of the project, identities
        const double difference = largestDifference(one.value, other->value);
        if (!(difference <= tolerance))
            return {one.name, difference};
    }
    return {};
}

} // namespace lb
