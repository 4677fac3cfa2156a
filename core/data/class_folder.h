#pragma once

#include "core/support/jobs.h"
#include "core/support/limits.h"
#include "core/support/result.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lb {

/// A folder with a folder for each class, and the files in it. Names are bytes, sorted bytewise;
/// folders below a class belong to it, hidden files to nobody.
struct ClassFolder {
    struct File {
        std::int32_t label = 0;
        std::string name; ///< relative to the folder: "cat/0001.jpg"
    };
    std::vector<std::string> classNames;
    std::vector<File> files; ///< by class
    std::vector<Error> unreadable; ///< folders that could not be listed

    /// Looks at names only. Links to folders are not followed: a way round would have no end.
    /// Errors: NotFound, Io, TooLarge, Cancelled.
    static Result<ClassFolder> listed(const std::filesystem::path& root, const JobContext& job,
                                      const Limits& limits);
    /// The same of these classes, of which some may have no folder here.
    static Result<ClassFolder> listed(const std::filesystem::path& root,
                                      std::vector<std::string> classes, const JobContext& job,
                                      const Limits& limits);
};

/// Folders of a folder that are parts of the data, with the classes inside.
struct SplitFolders {
    std::string training; ///< train, training, in any case
    /// val, valid, validation, dev, else test, testing; the first that has a class of training
    /// inside. "": none
    std::string validation;
    /// test beside val, what has no such folders inside, and "val/emu" where train has no emu
    std::vector<std::string> leftOut;
    std::vector<std::string> classNames; ///< inside of training, sorted bytewise
};
/// Finds them. nothing where the folders are classes: another name stands beside those above, or
/// nothing is to be trained on; `wanted`: others may stand beside them.
std::optional<SplitFolders> splitFoldersIn(const std::filesystem::path& root, bool wanted = false);

/// What was done with them, for those who look at the data.
std::vector<Message> splitNotes(const SplitFolders& split);

/// Sources of a folder whose folders may be splits.
class HasSplitFolders {
public:
    virtual ~HasSplitFolders() = default;
    virtual const SplitFolders* split() const = 0; ///< null: they are classes
};

/// Why a folder has no rows. `things`: "image" or "sound"; `beside`: how many lie in the folder itself.
Error nothingIn(const std::filesystem::path& root, std::string_view things, std::size_t folders,
                std::size_t files, std::size_t beside);
/// The files of the folder itself that `wanted` takes, of the first 10,000.
std::size_t countedBeside(const std::filesystem::path& root,
                          const std::function<bool(const std::filesystem::path&)>& wanted);

/// The first and the last bytes of a file, and how many there are.
struct FileEnds {
    std::size_t size = 0;
    std::string head, tail;
};
/// Errors: Io; Unsupported for what is no file, which is not waited for.
Result<FileEnds> readEnds(const std::filesystem::path& path);

/// Names the data of a folder, by names, sizes and both ends of each file: all of them would take
/// minutes for a large folder, and a file that is written anew differs there.
std::string contentOfEnds(const std::string& kind, const std::filesystem::path& root,
                          const std::vector<std::string>& classNames,
                          const std::vector<std::string>& files);

} // namespace lb
