#include "core/data/class_folder.h"
#include "core/data/folder_boxes.h"
#include "core/data/image_file.h"
#include "core/data/sources.h"
#include "core/support/files.h"

#include <mutex>

namespace lb {
namespace {

namespace fs = std::filesystem;

/// One image: where it is, and what its header said.
struct Entry {
    std::string name; ///< bytes, relative to the folder: "cat/0001.jpg"
    std::int32_t label = 0;
    std::int32_t height = 0, width = 0;
};

/// Looks at the header and the end; reads all of the file only where these do not settle it.
Result<ImageHeader> examined(const fs::path& path, const Limits& limits)
{
    LB_TRY(ends, readEnds(path));
    if (ends.size == 0)
        return Error{ErrorCode::BadFile, path.native(), LB_TR("Error", "is empty; fetch it again")};
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

class ImageFolder final : public Source, public HasSplitFolders {
public:
    ImageFolder(fs::path root, const Limits& limits, std::optional<SplitFolders> split = {})
        : m_root(std::move(root))
        , m_limits(limits)
        , m_split(std::move(split))
    {
    }

    const SplitFolders* split() const override { return m_split ? &*m_split : nullptr; }
    std::vector<Message> notes() const override
    {
        return m_split ? splitNotes(*m_split) : std::vector<Message>{};
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

    std::string dataHash() const override
    {
        std::call_once(m_hashOnce, [this] {
            std::vector<std::string> files;
            for (const Entry& entry : m_entries)
                files.push_back(entry.name);
            m_hash = contentOfEnds("image-folder" + m_boxes.hash(), m_root, m_names, files);
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
    Spec commonSpec() const;

    fs::path m_root;
    Limits m_limits;
    std::optional<SplitFolders> m_split; ///< of the folder above the root
    std::vector<std::string> m_names;
    std::vector<Entry> m_entries;
    std::vector<Error> m_unreadable;
    FolderBoxes m_boxes;
    Spec m_spec;
    mutable std::once_flag m_hashOnce;
    mutable std::string m_hash;
};

Result<> ImageFolder::open(const JobContext& job)
{
    LB_TRY(folder, m_split ? ClassFolder::listed(m_root, m_split->classNames, job, m_limits)
                           : ClassFolder::listed(m_root, job, m_limits));
    m_names = std::move(folder.classNames);
    m_unreadable = std::move(folder.unreadable);
    std::vector<ClassFolder::File>& files = folder.files;
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
        return nothingIn(m_root, "image", m_names.size(), files.size(),
                         countedBeside(m_root, [&](const fs::path& path) {
                             return examined(path, m_limits).ok();
                         }));
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

Result<SourceHandle> splitImageFolder(const fs::path& folder, const SplitFolders& split,
                                      bool validation, const JobContext& job, const Limits& limits)
{
    const auto source = std::make_shared<ImageFolder>(
        folder / (validation ? split.validation : split.training), limits, split);
    if (Result<> opened = source->open(job); !opened.ok())
        return std::move(opened.error());
    return SourceHandle(source);
}

const SplitFolders* splitFoldersOf(const Source& source)
{
    const auto* folder = dynamic_cast<const HasSplitFolders*>(&source);
    return folder ? folder->split() : nullptr;
}

} // namespace lb
