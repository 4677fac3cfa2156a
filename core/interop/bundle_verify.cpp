#include "core/interop/bundle.h"
#include "core/interop/bundle_manifest.h"
#include "core/interop/bundle_samples.h"
#include "core/interop/scratch_folder.h"
#include "core/interop/zip.h"
#include "core/support/files.h"
#include "core/support/sha256.h"
#include "core/tensor/npy.h"

#include <algorithm>

namespace lb {
namespace {

namespace fs = std::filesystem;

bool isZipped(const fs::path& path)
{
    return path.extension() == ".zip";
}

Result<> checkFile(const fs::path& folder, const ExportReport::File& file, const Limits& limits)
{
    const Result<std::string> bytes = readFile(folder / file.name, limits.archiveBytes);
    if (!bytes.ok() && bytes.error().code == ErrorCode::NotFound)
        return Error{ErrorCode::BadFile, file.name,
                     LB_TR("Error", "is missing from the bundle; copy the whole bundle again")};
    if (!bytes.ok())
        return bytes.error();
    if (bytes.value().size() != file.bytes || sha256Hex(bytes.value()) != file.sha256)
        return Error{ErrorCode::BadFile, file.name,
                     LB_TR("Error", "was changed or is damaged: its checksum differs from the "
                                    "bundle's; copy the bundle again or export anew")};
    return std::monostate{};
}

Result<Tensor> readTensor(const fs::path& folder, const std::string& name, const Limits& limits)
{
    LB_TRY(bytes, readFile(folder / name, limits.tensorBytes));
    Result<Tensor> tensor = decodeNpy(bytes, limits);
    if (!tensor.ok())
        tensor.error().where = name;
    return tensor;
}

} // namespace

bool looksLikeBundle(const fs::path& path)
{
    std::error_code ignored;
    return fs::is_directory(path, ignored) || isZipped(path);
}

Result<Config> bundleManifest(const fs::path& path, const Limits& limits)
{
    if (!isZipped(path)) {
        LB_TRY(text, readFile(path / kManifestName, limits.jsonBytes));
        return parseManifest(text, limits);
    }
    LB_TRY(zip, ZipReader::open(path, limits));
    LB_TRY(text, zip.read(kManifestName, limits.jsonBytes));
    return parseManifest(text, limits);
}

Result<OpenedBundle> openBundle(const fs::path& path, const Limits& limits)
{
    OpenedBundle bundle;
    bundle.folder = path;
    if (isZipped(path)) {
        LB_TRY(scratch, ScratchFolder::temporary());
        if (Result<> done = unpackZip(path, scratch.path(), limits); !done.ok())
            return std::move(done.error());
        bundle.folder = scratch.path();
        bundle.keptFolder = std::make_shared<ScratchFolder>(std::move(scratch));
    }
    Result<std::string> text = readFile(bundle.folder / kManifestName, limits.jsonBytes);
    if (!text.ok())
        return Error{text.error().code, path.string(),
                     LB_TR("Error", "is no bundle: manifest.json cannot be read in it")};
    LB_TRY(manifest, parseManifest(text.value(), limits));
    LB_TRY(files, manifestFiles(manifest));
    for (const ExportReport::File& file : files)
        if (Result<> same = checkFile(bundle.folder, file, limits); !same.ok())
            return std::move(same.error());
    bundle.manifest = std::move(manifest);
    bundle.labels = manifestLabels(bundle.manifest);
    return bundle;
}

Result<ExportReport> verifiedBundle(const fs::path& path, const LayerRegistry& registry,
                                    const Limits& limits)
{
    LB_TRY(bundle, openBundle(path, limits));
    ExportReport report;
    report.labels = bundle.labels;
    LB_TRY(files, manifestFiles(bundle.manifest));
    report.files = std::move(files);
    LB_TRY(entries, manifestSamples(bundle.manifest));
    for (const ManifestSample& entry : entries) {
        ExportReport::Sample sample;
        sample.name = entry.name;
        sample.label = entry.label;
        report.samples.push_back(std::move(sample));
    }
    LB_TRY(expected, readTensor(bundle.folder, std::string(kExpectedName), limits));
    LB_TRY(archive, readKerasArchive(bundle.kerasFile(), registry, limits));
    PreparedModel model = preparedModel(std::move(archive));
    model.labels = bundle.labels;
    LB_TRY(predictor, Predictor::make(std::move(model), registry));
    report.inputs = predictor.inputs();
    report.table = predictor.model().table;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        LB_TRY(inputs, readRows(predictor, bundle.folder / entries[i].input));
        report.samples[i].inputs = std::move(inputs);
    }
    report.output = predictor.output();
    if (report.samples.empty())
        return Error{ErrorCode::BadFile, std::string(kManifestName),
                     LB_TR("Error", "lists no sample")};
    LB_TRY(answers, predictSamples(predictor, report.samples));
    if (Result<> agrees
        = compareSamples(report.samples, expected, answers, &ExportReport::Sample::keras,
                         kKerasTolerance, "model.keras");
        !agrees.ok())
        return std::move(agrees.error());
    if (std::ranges::find(report.files, "model.onnx", &ExportReport::File::name)
        == report.files.end()) {
        report.noOnnx = Error{ErrorCode::Unsupported, "model.onnx",
                              LB_TR("Error", "is not in the bundle; its manifest says why")};
        return report;
    }
    if (Result<> agrees = runOnnx(bundle.onnxFile(), expected, report); !agrees.ok())
        return std::move(agrees.error());
    return report;
}

} // namespace lb
