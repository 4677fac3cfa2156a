#pragma once

#include "core/interop/bundle.h"

namespace lb {

inline constexpr std::int64_t kBundleFormat = 1;
inline constexpr std::string_view kManifestName = "manifest.json";
inline constexpr std::string_view kExpectedName = "samples/expected.npy";

/// manifest.json of a report whose files are listed: canonical JSON that holds its own checksum,
/// taken with zeros in its place.
std::string manifestText(const ExportReport& report, const BundleRequest& request);

/// Reads it back and compares its own checksum. Errors: BadFile, Unsupported (a newer format).
Result<Config> parseManifest(std::string_view text, const Limits& limits);

/// What the manifest of a folder or a zip says, without comparing the checksums of its files: quick.
/// Errors: NotFound; BadFile (also if it is no bundle); Unsupported (a newer format); TooLarge.
Result<Config> bundleManifest(const std::filesystem::path& path, const Limits& limits = {});

/// Names and checksums of the files, in order. Errors: BadFile.
Result<std::vector<ExportReport::File>> manifestFiles(const Config& manifest);

struct ManifestSample {
    std::string input; ///< "samples/0.npy"
    std::string name, label, predicted;
    double probability = 0;
};
Result<std::vector<ManifestSample>> manifestSamples(const Config& manifest);
std::vector<std::string> manifestLabels(const Config& manifest);

} // namespace lb
