#pragma once

#include "core/interop/prepared_model.h"

#include <filesystem>

namespace lb {

inline constexpr double kKerasTolerance = 1e-5; ///< model.keras, read back by a new process
inline constexpr double kOnnxTolerance = 1e-4; ///< model.onnx, run by ONNX Runtime

/// What an export tells its user, before and after it was written.
struct ExportReport {
    struct Layer {
        std::string name, kerasClass;
        NodeId node;
        bool operator==(const Layer&) const = default;
    };
    struct Sample {
        std::string name; ///< of the row in its source
        std::string label, predicted; ///< names of classes; may be empty
        double probability = 0; ///< of `predicted`
        std::optional<double> keras, onnx; ///< largest differences; none: not run
        std::vector<Tensor> inputs; ///< [1, ...] each, raw; parallel to the report's inputs
    };
    struct File {
        std::string name; ///< within the bundle: "model.keras", "samples/0.npy"
        std::uintmax_t bytes = 0;
        std::string sha256;
    };
    std::vector<Layer> included; ///< in the order of computation
    std::vector<Layer> removed; ///< train-only
    std::vector<Column> inputs; ///< batch in front, kUnknown
    TableSchema table; ///< how rows of a file become them; may be empty
    std::int64_t samplingRate = 0; ///< of sounds, in Hz; 0: they are none
    Spec output; ///< batch in front, kUnknown
    std::vector<std::string> labels;
    std::vector<Message> notes; ///< what was made up: see PreparedModel
    std::vector<Sample> samples;
    std::vector<File> files; ///< empty before it was written
    std::string onnxRuntime; ///< version that ran model.onnx; "": not run here
    std::optional<Error> noOnnx; ///< why there is no model.onnx: names the layer without a recipe

    Spec input() const { return inputs.empty() ? Spec{} : inputs.front().spec; } ///< the first

    std::optional<double> largest(std::optional<double> Sample::*difference) const;
};

struct BundleRequest {
    PreparedModel model;
    std::shared_ptr<const Source> source; ///< samples come from it; never null
    std::vector<std::int64_t> rows = {}; ///< which; empty: eight, of as many classes as there are
    std::filesystem::path target; ///< a folder, or a zip where it ends in .zip
    std::string name = "model";
    Config provenance = ConfigObject{}; ///< what the caller knows of the run; goes into the manifest
    bool replace = true; ///< an older bundle at `target`
    /// Called with the unfinished folder when model.keras is written and not yet read back: for
    /// tests that damage it.
    std::function<void(const std::filesystem::path&)> beforeCheck = {};
};

/// What would be exported: layers, signature, samples without differences; of texts and tables also
/// why there would be no model.onnx. Reads and writes nothing.
Result<ExportReport> plannedBundle(const BundleRequest& request, const LayerRegistry& registry);

/// Whether a bundle stands at `target`, which exportBundle() would replace: its manifest is whole and
/// of this program. Whatever else is there stays.
bool bundleExists(const std::filesystem::path& target);

/// Writes model.keras, model.onnx (unless a layer has no ONNX form: noOnnx says which), manifest.json, samples/ and verify.py into a folder beside
/// `target`, lets a new process read model.keras back and predict every sample, runs model.onnx
/// where ONNX Runtime is found, and only then moves the folder (or its zip) to `target`.
/// Whatever fails leaves `target` as it was and nothing beside it.
/// Errors: Diverged naming the first sample, layer and difference; those of the archive and of the
/// ONNX recipes, naming the layer; Io (also if something that is no bundle stands at `target`);
/// NotFound without layerbench-cli; Cancelled. Threads: any. Progress: done of total steps.
Result<ExportReport> exportBundle(const BundleRequest& request, const LayerRegistry& registry,
                                  const JobContext& job = {});

/// The archive of the part that predicts, with labels in its own member.
Result<std::string> exportedKeras(const PreparedModel& model, const LayerRegistry& registry,
                                  const std::string& name);
/// The ONNX file of the same: raw rows in; probabilities out, and labels where they are known.
Result<std::string> exportedOnnx(const PreparedModel& model, const LayerRegistry& registry);

/// A bundle that was opened: every checksum agrees.
struct OpenedBundle {
    std::filesystem::path folder; ///< of a zip: a temporary one
    std::shared_ptr<const void> keptFolder; ///< removes the temporary folder with its last copy
    Config manifest;
    std::vector<std::string> labels;
    std::filesystem::path kerasFile() const { return folder / "model.keras"; }
    std::filesystem::path onnxFile() const { return folder / "model.onnx"; }
};

/// Opens a folder or a zip and compares every checksum. Errors: NotFound; BadFile naming the file
/// that is missing, damaged or was changed; Unsupported (a newer format); TooLarge.
Result<OpenedBundle> openBundle(const std::filesystem::path& path, const Limits& limits = {});
/// A folder or a .zip: worth opening; openBundle() says what is missing.
bool looksLikeBundle(const std::filesystem::path& path);

/// Checksums, then every sample again: by model.keras, and by model.onnx where ONNX Runtime is
/// found. Errors: those of openBundle() and readKerasArchive(); Diverged naming the sample.
Result<ExportReport> verifiedBundle(const std::filesystem::path& path,
                                    const LayerRegistry& registry, const Limits& limits = {});

} // namespace lb
