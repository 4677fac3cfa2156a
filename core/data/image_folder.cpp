#include "core/data/folder_boxes.h"
#include "core/data/image_file.h"
#include "core/data/sources.h"
#include "core/support/files.h"
#include "core/support/sha256.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace lb {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHead = 16'384; // holds nearly every JPEG's size
constexpr std::size_t kTail = 4'096;

/// One image: where it is, and what its header said.
struct Entry {
    std::string name; ///< bytes, relative to the folder: "cat/0001.jpg"
    std::int32_t label = 0;
    std::int32_t height = 0, width = 0;
};

/// The first and the last bytes of a file, and how many there are.
struct Ends {
    std::size_t size = 0;
    std::string head, tail;
};

Error systemError(const fs::path& path, int number)
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

Result<Ends> readEnds(const fs::path& path)
{
    // O_NONBLOCK: a pipe among the files must not stop the program.
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return systemError(path, errno);
    struct stat info { };
    Ends ends;
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

/// Looks at the header and the end; reads all of the file only where these do not settle it.
Result<ImageHeader> examined(const fs::path& path, const Limits& limits)
{
    LB_TRY(ends, readEnds(path));
    if (ends.size == 0)
        return Error{ErrorCode::BadFile, path.native(), LB_TR("Error", "is empty")};
    std::string_view bytes = ends.head;
    std::string all;
    const auto readAll = [&]() -> Result<> {
        LB_TRY(read, readFile(path, limits.imageFileBytes));
        all = std::move(read);
        bytes = all;
        return std::monostate{};
    };
    Result<ImageHeader> header = imageHeader(bytes, limits);
    if (!header.ok() && header.error().code == ErrorCode::BadFile && ends.size > bytes.size()) {
        if (Result<> read = readAll(); !read.ok())
            return std::move(read.error());
        header = imageHeader(bytes, limits);
    }
    if (!header.ok())
        return header;
    const ImageFormat format = header.value().format;
    const bool byEnd = format == ImageFormat::Jpeg || format == ImageFormat::Png;
    if (byEnd && endsLikeItself(format, ends.tail))
        return header;
    if (byEnd && bytes.size() < ends.size)
        if (Result<> read = readAll(); !read.ok())
            return std::move(read.error());
    if (Result<> whole = checkWhole(header.value(), bytes, ends.size); !whole.ok())
        return std::move(whole.error());
    return header;
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
                || name.ends_with(kMaskEnding))
                continue;
            if (entry->is_directory(ignored)) {
                if (entry->is_symlink(ignored) || depth >= m_limits.folderDepth)
                    continue; // a way round would have no end
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
            unread.push_back(systemError(m_root / folder, problem.value()));
        return std::monostate{};
    }

    const fs::path& m_root;
    const JobContext& m_job;
    const Limits& m_limits;
    std::int64_t m_count = 0;
};

class ImageFolder final : public Source {
public:
    ImageFolder(fs::path root, const Limits& limits)
        : m_root(std::move(root))
        , m_limits(limits)
    {
    }

    std::int64_t size() const override { return std::ssize(m_entries); }
    const std::vector<std::string>& classNames() const override { return m_names; }
    Spec imageSpec() const override { return m_spec; }
    std::int64_t label(std::int64_t index) const override { return at(index).label; }
    std::string nameOf(std::int64_t index) const override { return at(index).name; }
    std::vector<Error> unreadable() const override { return m_unreadable; }

    Result<Tensor> image(std::int64_t index) const override
    {
        const Entry& entry = at(index);
        const fs::path path = m_root / entry.name;
        LB_TRY(image, readImage(path, m_limits));
        if (image.shape()[0] != entry.height || image.shape()[1] != entry.width)
            return Error{ErrorCode::BadFile, path.native(),
                         LB_TR("Error", "has changed its size; open the folder again")};
        return image;
    }

    Result<ImageAnnotations> annotations(std::int64_t index) const override
    {
        const Entry& entry = at(index);
        ImageAnnotations result = m_boxes.of(entry.name);
        LB_TRY(mask, maskBeside(m_root / entry.name, entry.height, entry.width, m_limits));
        result.mask = std::move(mask);
        return result;
    }
    const std::vector<std::string>& boxNames() const override { return m_boxes.names(); }

    /// Of names, sizes and both ends of each file: all of them would take minutes for a large
    /// folder, and a picture that is written anew differs there.
    std::string dataHash() const override
    {
        std::call_once(m_hashOnce, [this] {
            std::string key = "image-folder" + m_boxes.hash();
            for (const std::string& name : m_names)
                key += sha256Hex(name);
            for (const Entry& entry : m_entries)
                if (const auto ends = readEnds(m_root / entry.name); ends.ok())
                    key += sha256Hex(entry.name + '\0' + std::to_string(ends.value().size) + '\0'
                                     + ends.value().head + ends.value().tail);
            m_hash = sha256Hex(key);
        });
        return m_hash;
    }

    /// Fills the source. Errors: see imageFolder().
    Result<> open(const JobContext& job);

private:
    const Entry& at(std::int64_t index) const
    {
        return m_entries.at(static_cast<std::size_t>(index));
    }
    Result<> listClasses();
    Spec commonSpec() const;

    fs::path m_root;
    Limits m_limits;
    std::vector<std::string> m_names;
    std::vector<Entry> m_entries;
    std::vector<Error> m_unreadable;
    FolderBoxes m_boxes;
    Spec m_spec;
    mutable std::once_flag m_hashOnce;
    mutable std::string m_hash;
};

Result<> ImageFolder::listClasses()
{
    std::error_code problem;
    fs::directory_iterator entry(m_root, problem);
    for (; !problem && entry != fs::directory_iterator(); entry.increment(problem)) {
        std::error_code ignored;
        const std::string name = entry->path().filename().native();
        if (!name.starts_with('.') && entry->is_directory(ignored))
            m_names.push_back(name);
    }
    if (problem == std::errc::no_such_file_or_directory)
        return Error{ErrorCode::NotFound, m_root.native(),
                     LB_TR("Error", "is not there; choose the folder again")};
    if (problem)
        return systemError(m_root, problem.value());
    std::ranges::sort(m_names);
    return std::monostate{};
}

Result<> ImageFolder::open(const JobContext& job)
{
    if (Result<> listed = listClasses(); !listed.ok())
        return listed;
    Listing listing(m_root, job, m_limits);
    std::vector<std::pair<std::int32_t, std::string>> files;
    for (std::size_t label = 0; label < m_names.size(); ++label) {
        LB_TRY(found, listing.filesOf(m_names[label], m_unreadable));
        for (std::string& name : found)
            files.emplace_back(static_cast<std::int32_t>(label), std::move(name));
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (job.stopped())
            return Error{ErrorCode::Cancelled, m_root.native(), LB_TR("Error", "cancelled")};
        if (i % 256 == 0)
            job.report(static_cast<double>(i), static_cast<double>(files.size()));
        auto& [label, name] = files[i];
        const fs::path path = m_root / name;
        Result<ImageHeader> header = examined(path, m_limits);
        if (header.ok()) {
            m_entries.push_back({std::move(name), label,
                                 static_cast<std::int32_t>(header.value().height),
                                 static_cast<std::int32_t>(header.value().width)});
        } else {
            header.error().where = path.native();
            m_unreadable.push_back(std::move(header.error()));
        }
    }
    if (m_entries.empty())
        return Error{ErrorCode::BadFile,
                     m_root.native(),
                     {LB_TR("Error",
                            "holds no image in %1 folders and %2 files; it needs a folder for each "
                            "class, with the pictures of the class inside"),
                      {std::ssize(m_names), std::ssize(files)}}};
    m_spec = commonSpec();
    LB_TRY(boxes, FolderBoxes::read(m_root, job, m_limits));
    m_boxes = std::move(boxes);
    std::vector<std::string> names;
    for (const Entry& entry : m_entries)
        names.push_back(entry.name);
    for (const std::string& name : m_boxes.unknown(names))
        m_unreadable.push_back({ErrorCode::NotFound, (m_root / kBoxesFile).native(),
                                {LB_TR("Error", "has boxes of %1, which is no image here"), {name}}});
    return std::monostate{};
}

Spec ImageFolder::commonSpec() const
{
    Shape shape{m_entries.front().height, m_entries.front().width, 3};
    for (const Entry& entry : m_entries) {
        shape[0] = entry.height == shape[0] ? shape[0] : kUnknown;
        shape[1] = entry.width == shape[1] ? shape[1] : kUnknown;
    }
    return {DType::UInt8, std::move(shape), ValueRange::declared(0, 255)};
}

} // namespace

Result<SourceHandle> imageFolder(const fs::path& folder, const JobContext& job,
                                 const Limits& limits)
{
    const auto source = std::make_shared<ImageFolder>(folder, limits);
    if (Result<> opened = source->open(job); !opened.ok())
        return std::move(opened.error());
    return SourceHandle(source);
}

} // namespace lb
