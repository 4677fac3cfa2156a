#include "core/data/class_folder.h"

#include "core/data/folder_boxes.h"
#include "core/support/sha256.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace lb {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHead = 16'384; // holds nearly every JPEG's size
constexpr std::size_t kTail = 4'096;

Error folderError(const fs::path& path, int number)
{
    return {ErrorCode::Io,
            path.native(),
            {LB_TR("Error", "cannot be read: %1"), {std::generic_category().message(number)}}};
}

std::string readAt(int file, std::size_t offset, std::size_t count)
{
    std::string bytes(count, '\0');
    const ssize_t got = ::pread(file, bytes.data(), count, static_cast<off_t>(offset));
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

/// The regular files below a class' folder, relative to the root, sorted bytewise.
class Listing {
public:
    Listing(const fs::path& root, const JobContext& job, const Limits& limits)
        : m_root(root)
        , m_job(job)
        , m_limits(limits)
    {
    }

    Result<std::vector<std::string>> filesOf(const std::string& folder, std::vector<Error>& unread)
    {
        std::vector<std::string> files;
        if (Result<> done = add(folder, 1, files, unread); !done.ok())
            return std::move(done.error());
        std::ranges::sort(files);
        return files;
    }

private:
    Result<> add(const std::string& folder, int depth, std::vector<std::string>& files,
                 std::vector<Error>& unread)
    {
        std::error_code problem;
        fs::directory_iterator entry(m_root / folder, problem);
        for (; !problem && entry != fs::directory_iterator(); entry.increment(problem)) {
            if (m_job.stopped())
                return Error{ErrorCode::Cancelled, m_root.native(), LB_TR("Error", "cancelled")};
            const std::string name = entry->path().filename().native();
            const std::string path = folder + "/" + name;
            std::error_code ignored;
            if (name.starts_with('.') || name == "Thumbs.db" || name == "desktop.ini"
                || name.ends_with(kMaskEnding)) // belongs to a picture
                continue;
            if (entry->is_directory(ignored)) {
                if (entry->is_symlink(ignored) || depth >= m_limits.folderDepth)
                    continue;
                if (Result<> done = add(path, depth + 1, files, unread); !done.ok())
                    return done;
            } else if (++m_count > m_limits.folderFiles) {
                return Error{ErrorCode::TooLarge,
                             m_root.native(),
                             {LB_TR("Error", "holds more than %1 files"), {m_limits.folderFiles}}};
            } else {
                files.push_back(path);
            }
        }
        if (problem)
            unread.push_back(folderError(m_root / folder, problem.value()));
        return std::monostate{};
    }

    const fs::path& m_root;
    const JobContext& m_job;
    const Limits& m_limits;
    std::int64_t m_count = 0;
};

Result<std::vector<std::string>> classesIn(const fs::path& root)
{
    std::vector<std::string> names;
    std::error_code problem;
    fs::directory_iterator entry(root, problem);
    for (; !problem && entry != fs::directory_iterator(); entry.increment(problem)) {
        std::error_code ignored;
        const std::string name = entry->path().filename().native();
        if (!name.starts_with('.') && entry->is_directory(ignored))
            names.push_back(name);
    }
    if (problem == std::errc::no_such_file_or_directory)
        return Error{ErrorCode::NotFound, root.native(),
                     LB_TR("Error", "is not there; choose the folder again")};
    if (problem)
        return folderError(root, problem.value());
    std::ranges::sort(names);
    return names;
}

char smallLetter(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

Result<ClassFolder> ClassFolder::listed(const fs::path& root, const JobContext& job,
                                        const Limits& limits)
{
    LB_TRY(names, classesIn(root));
    return listed(root, std::move(names), job, limits);
}

Result<ClassFolder> ClassFolder::listed(const fs::path& root, std::vector<std::string> classes,
                                        const JobContext& job, const Limits& limits)
{
    ClassFolder result;
    result.classNames = std::move(classes);
    std::error_code ignored;
    Listing listing(root, job, limits);
    for (std::size_t label = 0; label < result.classNames.size(); ++label) {
        if (!fs::is_directory(root / result.classNames[label], ignored))
            continue;
        LB_TRY(found, listing.filesOf(result.classNames[label], result.unreadable));
        for (std::string& name : found)
            result.files.push_back({static_cast<std::int32_t>(label), std::move(name)});
    }
    return result;
}

namespace {

/// The first of the folders with a class of training inside is for validation. What no model can
/// learn to name is no part of the data: the other folders, folders in it that are no class of
/// training, and all of them where none is ("test/unknown").
void chooseValidation(const fs::path& root, const std::vector<std::string>& folders,
                      SplitFolders& split)
{
    for (const std::string& folder : folders) {
        const auto inside = classesIn(root / folder);
        std::vector<std::string> unknown;
        for (const std::string& name : inside.ok() ? inside.value() : std::vector<std::string>())
            if (!std::ranges::binary_search(split.classNames, name))
                unknown.push_back(folder + "/" + name);
        if (!split.validation.empty() || !inside.ok() || unknown.size() == inside.value().size()) {
            split.leftOut.push_back(folder);
            continue;
        }
        split.validation = folder;
        split.leftOut.insert(split.leftOut.end(), unknown.begin(), unknown.end());
    }
}

} // namespace

std::optional<SplitFolders> splitFoldersIn(const fs::path& root, bool wanted)
{
    using Names = std::initializer_list<std::string_view>;
    const auto folders = classesIn(root);
    if (!folders.ok())
        return std::nullopt;
    SplitFolders split;
    std::vector<std::string> others, empty, validations, tests;
    for (const std::string& folder : folders.value()) {
        const auto is = [&](Names names) {
            return std::ranges::any_of(names, [&](std::string_view name) {
                return std::ranges::equal(folder, name, {}, smallLetter);
            });
        };
        const bool training = is({"train", "training"});
        const bool validation = is({"val", "valid", "validation", "dev"});
        if (!training && !validation && !is({"test", "testing"})) {
            others.push_back(folder);
            continue;
        }
        if (const auto inside = classesIn(root / folder); !inside.ok() || inside.value().empty()) {
            empty.push_back(folder);
            continue;
        }
        if (!training)
            (validation ? validations : tests).push_back(folder);
        else if (split.training.empty())
            split.training = folder;
        else
            split.leftOut.push_back(folder);
    }
    if (split.training.empty() || (!others.empty() && !wanted))
        return std::nullopt;
    if (auto inside = classesIn(root / split.training); inside.ok())
        split.classNames = std::move(inside.value());
    validations.insert(validations.end(), tests.begin(), tests.end());
    chooseValidation(root, validations, split);
    for (const std::vector<std::string>& unread : {empty, others})
        split.leftOut.insert(split.leftOut.end(), unread.begin(), unread.end());
    return split;
}

std::vector<Message> splitNotes(const SplitFolders& split)
{
    std::vector<Message> notes;
    notes.push_back(split.validation.empty()
                        ? Message{LB_TR("Data", "the folder %1 is for training; the classes are "
                                                "the folders inside it"),
                                  {split.training}}
                        : Message{LB_TR("Data", "the folder %1 is for training and %2 for "
                                                "validation; the classes are the folders inside"),
                                  {split.training, split.validation}});
    for (const std::string& folder : split.leftOut)
        notes.push_back({LB_TR("Data", "the folder %1 is not read"), {folder}});
    return notes;
}

Error nothingIn(const fs::path& root, std::string_view things, std::size_t folders,
                std::size_t files, std::size_t beside)
{
    const bool images = things == "image";
    const auto message = [&]() -> Message {
        const std::int64_t near = static_cast<std::int64_t>(beside);
        if (folders == 0 && beside == 0)
            return images ? LB_TR("Error", "holds neither folders nor pictures; choose the folder that "
                                           "has a folder of pictures for each class")
                          : LB_TR("Error", "holds neither folders nor sounds; choose the folder that "
                                           "has a folder of WAV files for each class");
        if (folders == 0)
            return {images ? LB_TR("Error", "holds pictures (%1), but no folders, and folders are the "
                                            "classes: move them into a folder for each class, or into "
                                            "a single one if you only want to look at them")
                           : LB_TR("Error", "holds sounds (%1), but no folders, and folders are the "
                                            "classes: move them into a folder for each class, or into "
                                            "a single one if you only want to look at them"),
                    {near}};
        const std::vector<Arg> args{static_cast<std::int64_t>(folders),
                                    static_cast<std::int64_t>(files), near};
        if (beside > 0)
            return {images ? LB_TR("Error", "holds no image in %1 folders and %2 files, and %3 beside "
                                            "the folders; move those into a folder for each class")
                           : LB_TR("Error", "holds no sound in %1 folders and %2 files, and %3 beside "
                                            "the folders; move those into a folder for each class"),
                    args};
        return {images ? LB_TR("Error", "holds no image in %1 folders and %2 files; it needs a folder "
                                        "for each class, with the pictures of the class inside")
                       : LB_TR("Error", "holds no sound in %1 folders and %2 files; it needs a folder "
                                        "for each class, with WAV files inside; convert other sounds to "
                                        "WAV"),
                {args[0], args[1]}};
    };
    return {ErrorCode::BadFile, root.native(), message()};
}

std::size_t countedBeside(const fs::path& root, const std::function<bool(const fs::path&)>& wanted)
{
    constexpr int kMost = 10'000;
    std::size_t count = 0;
    int seen = 0;
    std::error_code problem, ignored;
    fs::directory_iterator entry(root, problem);
    for (; !problem && entry != fs::directory_iterator() && seen < kMost; entry.increment(problem)) {
        ++seen;
        if (entry->is_regular_file(ignored) && wanted(entry->path()))
            ++count;
    }
    return count;
}

Result<FileEnds> readEnds(const fs::path& path)
{
    // O_NONBLOCK: a pipe among the files must not stop the program.
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return folderError(path, errno);
    struct stat info { };
    FileEnds ends;
    const bool regular = ::fstat(file, &info) == 0 && S_ISREG(info.st_mode);
    if (regular) {
        ends.size = static_cast<std::size_t>(info.st_size);
        ends.head = readAt(file, 0, std::min(ends.size, kHead));
        const std::size_t tail = std::min(ends.size, kTail);
        ends.tail = readAt(file, ends.size - tail, tail);
    }
    ::close(file);
    if (!regular)
        return Error{ErrorCode::Unsupported, path.native(), LB_TR("Error", "is no file")};
    return ends;
}

std::string contentOfEnds(const std::string& kind, const fs::path& root,
                          const std::vector<std::string>& classNames,
                          const std::vector<std::string>& files)
{
    std::string key = kind;
    for (const std::string& name : classNames)
        key += sha256Hex(name);
    for (const std::string& name : files)
        if (const auto ends = readEnds(root / name); ends.ok())
            key += sha256Hex(name + '\0' + std::to_string(ends.value().size) + '\0'
                             + ends.value().head + ends.value().tail);
    return sha256Hex(key);
}

} // namespace lb
