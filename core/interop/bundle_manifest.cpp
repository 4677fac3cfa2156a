#include "core/interop/bundle_manifest.h"

#include "core/graph/json_fields.h"
#include "core/interop/bundle_samples.h"
#include "core/interop/predictor.h"
#include "core/support/json.h"
#include "core/support/sha256.h"
#include "core/support/version.h"

namespace lb {
namespace {

constexpr std::string_view kOwnKey = "\n  \"sha256\": \""; // at the top level: two spaces
constexpr std::size_t kDigits = 64;

Config specConfig(std::string name, const Spec& spec)
{
    ConfigList shape;
    for (const std::int64_t size : spec.shape) {
        Config dim;
        if (size != kUnknown)
            dim = size;
        shape.push_back(std::move(dim));
    }
    ConfigObject object{{"name", std::move(name)},
                        {"dtype", std::string(nameOf(spec.dtype))},
                        {"shape", std::move(shape)}};
    if (spec.range.known())
        object.emplace("range", ConfigList{spec.range.least, spec.range.most});
    return object;
}

Config signature(const ExportReport& report)
{
    ConfigList inputs;
    for (const Column& input : report.inputs) {
        ConfigObject object = *specConfig(input.name, input.spec).as<ConfigObject>();
        const Shape& shape = input.spec.shape;
        if (shape.size() == 4 && (shape[3] == 1 || shape[3] == 3))
            object.emplace("pictures",
                           ConfigObject{{"channels", shape[3] == 3 ? "RGB" : "grey"},
                                        {"resize", std::string(kPictureResize)}});
        if (report.samplingRate > 0 && (shape.size() == 2 || shape.size() == 3))
            object.emplace("sounds", ConfigObject{{"sampling_rate", report.samplingRate}});
        inputs.push_back(std::move(object));
    }
    ConfigList outputs{specConfig("probabilities", report.output)};
    if (!report.labels.empty())
        outputs.push_back(ConfigObject{{"name", "label"},
                                       {"dtype", "string"},
                                       {"shape", ConfigList{Config()}},
                                       {"only_in", "model.onnx"}});
    return ConfigObject{{"inputs", std::move(inputs)}, {"outputs", std::move(outputs)}};
}

Config layersConfig(const std::vector<ExportReport::Layer>& layers)
{
    ConfigList list;
    for (const auto& layer : layers)
        list.push_back(ConfigObject{{"name", layer.name}, {"class_name", layer.kerasClass}});
    return list;
}

Config samplesConfig(const ExportReport& report)
{
    ConfigList list;
    for (std::size_t i = 0; i < report.samples.size(); ++i) {
        const ExportReport::Sample& sample = report.samples[i];
        list.push_back(ConfigObject{{"input", sampleFile(report, i)},
                                    {"name", sample.name},
                                    {"label", sample.label},
                                    {"predicted", sample.predicted},
                                    {"probability", sample.probability}});
    }
    return list;
}

Config parity(const ExportReport& report)
{
    ConfigObject object{{"keras", Config()},
                        {"keras_tolerance", kKerasTolerance},
                        {"onnx", Config()},
                        {"onnx_tolerance", kOnnxTolerance},
                        {"onnx_runtime", Config()}};
    if (const auto keras = report.largest(&ExportReport::Sample::keras))
        object["keras"] = *keras;
    if (const auto onnx = report.largest(&ExportReport::Sample::onnx))
        object["onnx"] = *onnx;
    if (!report.onnxRuntime.empty())
        object["onnx_runtime"] = report.onnxRuntime;
    return object;
}

Error broken(std::string where, Text reason)
{
    return {ErrorCode::BadFile, std::move(where), reason};
}

std::string place(std::string_view what)
{
    return std::string(kManifestName) + ": " + std::string(what);
}

} // namespace

std::optional<double> ExportReport::largest(std::optional<double> Sample::*difference) const
{
    std::optional<double> result;
    for (const Sample& sample : samples)
        if (sample.*difference)
            result = std::max(result.value_or(0), *(sample.*difference));
    return result;
}

std::string manifestText(const ExportReport& report, const BundleRequest& request)
{
    ConfigList labels(report.labels.begin(), report.labels.end());
    ConfigList notes;
    for (const Message& note : report.notes)
        notes.push_back(english(note));
    for (const TableColumn& column : report.table)
        if (!column.missing.isNull())
            notes.push_back(english(
                {LB_TR("Export", "a cell of %1 without a value is %2 where predict reads the rows; who "
                                 "calls model.keras or model.onnx on their own gives that value"),
                 {column.name, writeJson(column.missing, JsonStyle::Compact)}}));
    ConfigObject files;
    for (const ExportReport::File& file : report.files)
        files.emplace(file.name, ConfigObject{{"bytes", static_cast<std::int64_t>(file.bytes)},
                                              {"sha256", file.sha256}});
    const Config manifest = ConfigObject{
        {"bundle", kBundleFormat},
        {"name", request.name},
        {"made_by", ConfigObject{{"layerbench", std::string(version())},
                                 {"keras_format", "3"},
                                 {"onnx_opset", 20},
                                 {"onnx_ir", 9}}},
        {"signature", signature(report)},
        {"labels", std::move(labels)},
        {"table", schemaConfig(report.table)},
        {"layers", ConfigObject{{"included", layersConfig(report.included)},
                                {"removed", layersConfig(report.removed)}}},
        {"notes", std::move(notes)},
        {"provenance", request.provenance},
        {"parity", parity(report)},
        {"samples", samplesConfig(report)},
        {"expected", std::string(kExpectedName)},
        {"files", std::move(files)},
        {"sha256", std::string(kDigits, '0')}};
    std::string text = writeJson(manifest, JsonStyle::Canonical);
    const std::string own = sha256Hex(text);
    text.replace(text.find(kOwnKey) + kOwnKey.size(), kDigits, own);
    return text;
}

Result<Config> parseManifest(std::string_view text, const Limits& limits)
{
    Result<Config> manifest = parseJson(text, limits);
    if (!manifest.ok())
        return Error{manifest.error().code, place(manifest.error().where),
                     manifest.error().message};
    const Config* format = manifest.value().find("bundle");
    const auto* number = format ? format->as<std::int64_t>() : nullptr;
    if (!number)
        return broken(std::string(kManifestName), LB_TR("Error", "is not that of a bundle"));
    if (*number > kBundleFormat)
        return Error{ErrorCode::Unsupported,
                     std::string(kManifestName),
                     {LB_TR("Error", "has format %1, this program reads up to %2; update it"),
                      {*number, kBundleFormat}}};
    std::string zeroed(text);
    const std::size_t at = zeroed.find(kOwnKey);
    if (at == std::string::npos || at + kOwnKey.size() + kDigits > zeroed.size())
        return broken(std::string(kManifestName), LB_TR("Error", "has lost its checksum"));
    const std::string own = zeroed.substr(at + kOwnKey.size(), kDigits);
    zeroed.replace(at + kOwnKey.size(), kDigits, kDigits, '0');
    if (sha256Hex(zeroed) != own)
        return broken(std::string(kManifestName),
                      LB_TR("Error", "was changed or is damaged: its checksum differs"));
    return manifest;
}

Result<std::vector<ExportReport::File>> manifestFiles(const Config& manifest)
{
    const Config* files = manifest.find("files");
    const auto* object = files ? files->as<ConfigObject>() : nullptr;
    if (!object)
        return broken(place("files"), LB_TR("Error", "an object is expected"));
    std::vector<ExportReport::File> result;
    for (const auto& [name, entry] : *object) {
        Fields fields(entry, place("files/" + name + "/"));
        std::int64_t bytes = 0;
        ExportReport::File file{name, 0, {}};
        fields.need("bytes", bytes);
        fields.need("sha256", file.sha256);
        Config foreign;
        if (Result<> read = fields.done(foreign); !read.ok())
            return std::move(read.error());
        const std::filesystem::path path(name);
        if (bytes < 0 || path.is_absolute() || name.find("..") != std::string::npos)
            return broken(place("files/" + name), LB_TR("Error", "leads outside the bundle"));
        file.bytes = static_cast<std::uintmax_t>(bytes);
        result.push_back(std::move(file));
    }
    return result;
}

Result<std::vector<ManifestSample>> manifestSamples(const Config& manifest)
{
    std::vector<ManifestSample> result;
    Fields fields(manifest, place(""));
    fields.each("samples", [&](const Config& entry, const std::string& where) -> Result<> {
        Fields sample(entry, where);
        ManifestSample read;
        sample.need("input", read.input);
        sample.read("name", read.name);
        sample.read("label", read.label);
        sample.read("predicted", read.predicted);
        sample.read("probability", read.probability);
        Config foreign;
        result.push_back(std::move(read));
        return sample.done(foreign);
    });
    Config foreign;
    if (Result<> done = fields.done(foreign); !done.ok())
        return std::move(done.error());
    return result;
}

std::vector<std::string> manifestLabels(const Config& manifest)
{
    return labelsOf(manifest);
}

} // namespace lb
