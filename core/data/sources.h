#pragma once

#include "core/data/class_folder.h"
#include "core/data/source.h"
#include "core/support/config.h"
#include "core/support/jobs.h"
#include "core/support/limits.h"

#include <filesystem>
#include <memory>

namespace lb {

using SourceHandle = std::shared_ptr<const Source>;

/// Ten classes of shapes on 32x32x3 pixels, drawn by the program: outlines and fills, colours,
/// noise, clutter, position, size, rotation, occlusion. Image i depends on (seed, i) only.
SourceHandle drawnShapes(std::int64_t count, std::uint64_t seed);

/// CIFAR-10's binary folder: data_batch_*.bin (or, with `test`, test_batch.bin) and
/// batches.meta.txt. Errors: NotFound; Io; BadFile naming the file whose length is no multiple of a
/// record (1 label, 3,072 pixels) or the record whose label is none.
Result<SourceHandle> cifar10Folder(const std::filesystem::path& folder, bool test = false);

/// A folder a class; names are bytes, sorted bytewise; folders below a class belong to it, hidden
/// files to nobody. Every file's header and end are looked at, images are decoded on demand; what
/// is no image or was cut off is left out and listed by unreadable(). Boxes stand in a boxes.csv in
/// the folder, masks beside their images: see folder_boxes.h.
/// Errors: NotFound, BadFile if no class holds an image, TooLarge, Cancelled.
Result<SourceHandle> imageFolder(const std::filesystem::path& folder, const JobContext& job = {},
                                 const Limits& limits = {});

/// The training or the validation part of such a folder whose folders are splits: the classes are
/// inside, the same and in the same order for both parts. Errors: as imageFolder().
Result<SourceHandle> splitImageFolder(const std::filesystem::path& folder,
                                      const SplitFolders& split, bool validation,
                                      const JobContext& job = {}, const Limits& limits = {});
/// How the folders of a source of images or sounds were taken: null where they are its classes.
const SplitFolders* splitFoldersOf(const Source& source);

/// What the sounds of a folder become.
struct SoundOptions {
    std::int64_t samplingRate = 0; ///< in Hz; 0: what most of the files have
    /// Samples that a row has: silence follows what is shorter, the rest of what is longer is cut
    /// off. 0: as many as the longest has.
    std::int64_t length = 0;
    bool mono = true; ///< the mean of the channels
    std::int64_t channels = 0; ///< where they are kept, of each file; 0: as most of them have
};

/// A folder a class of WAV files, as imageFolder(); float32 [length], or [length, channels] of
/// -1..1. Headers are looked at, the samples of a row are read on demand. Nothing is resampled: a
/// file of another sampling rate, or of other channels where they are kept, is left out and listed
/// by unreadable(). Errors: NotFound, BadFile if no class holds a sound, TooLarge, Cancelled.
Result<SourceHandle> soundFolder(const std::filesystem::path& folder,
                                 const SoundOptions& options = {}, const JobContext& job = {},
                                 const Limits& limits = {});

/// The training or the validation part of such a folder whose folders are splits, as
/// splitImageFolder(). Rows of both are alike: as those of the training part. Errors: as soundFolder().
Result<SourceHandle> splitSoundFolder(const std::filesystem::path& folder,
                                      const SplitFolders& split, bool validation,
                                      const SoundOptions& options = {}, const JobContext& job = {},
                                      const Limits& limits = {});

/// Whether rows are one sound each: [samples], or [samples, channels].
bool holdsSounds(const Source& source);

/// Opens what the config of a Source layer names: kind drawn_shapes, sentences, passengers (count,
/// seed), cifar10, image_folder (path, folders: auto, classes or splits), sound_folder (path, folders, sampling_rate, length, channels), text or csv
/// (path, and what TableOptions says: label, columns, separator, quote, header). A relative path starts at `base`, the project's folder; a folder with
/// one .csv file may stand for that.
/// Errors: those of the source; BadParameter for another kind, a missing path, nothing to make.
Result<SourceHandle> openSource(const Config& config, const std::filesystem::path& base,
                                const JobContext& job = {}, const Limits& limits = {});

/// Data of the same kind that openSource() leaves out: shapes, sentences or passengers from another
/// seed (a quarter as many, at least 1,000), CIFAR-10's test batch, the validation folder of a folder
/// of images or sounds that is split. Null where there are none: then a fraction has
/// to be split off. Errors: as above.
Result<SourceHandle> openHeldOut(const Config& config, const std::filesystem::path& base,
                                 const JobContext& job = {}, const Limits& limits = {});

/// The kinds that openSource() knows, and what each needs.
struct SourceKind {
    std::string_view name;
    bool made = false; ///< by the program, of count and seed; else read from `path`
    bool table = false; ///< has columns: label, columns, separator, quote, header
};
std::span<const SourceKind> sourceKinds();

/// The kind that the program makes in the place of data of another kind: sentences of texts, passengers
/// of tables, else drawn shapes.
std::string_view madeKindFor(std::string_view kind);

/// The config of a Source that reads `path` in place of what its own kind reads or makes:
/// sentences become text and passengers a csv of the same columns. Other kinds that the program
/// makes stay as they are.
Config readingFrom(const Config& config, const std::filesystem::path& path);

struct ClassCounts {
    std::vector<std::int64_t> counts; ///< a class each
    double imbalance = 1; ///< largest over smallest; infinity if a class is empty
};
ClassCounts classCounts(const Source& source);

} // namespace lb
