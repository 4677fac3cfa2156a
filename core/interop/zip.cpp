#include "core/interop/zip.h"

#include "core/support/files.h"

#include <algorithm>
#include <ctime>
#include <set>
#include <zip.h>

namespace lb {
namespace {

struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};

Error badZip(const std::string& where, Text reason)
{
    return {ErrorCode::BadFile, where, reason};
}

/// Whether a member's name stays below the folder that it is unpacked to.
bool staysInside(std::string_view name)
{
    if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos
        || name.find('\0') != std::string_view::npos || (name.size() > 1 && name[1] == ':'))
        return false;
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find('/', begin), name.size());
        if (name.substr(begin, end - begin) == "..")
            return false;
        begin = end + 1;
    }
    return true;
}

bool isLink(zip_t* archive, zip_uint64_t index)
{
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    return zip_file_get_external_attributes(archive, index, 0, &system, &attributes) == 0
        && system == ZIP_OPSYS_UNIX && (attributes >> 16 & 0170000) == 0120000;
}

constexpr zip_uint64_t kInflation = 1'000; // a member that grows more is a bomb, not a file
constexpr zip_uint64_t kHarmless = 64u << 20;

} // namespace

struct ZipReader::Impl {
    std::string bytes; // what an archive in memory reads from, so it goes last
    std::unique_ptr<zip_t, Discard> archive;
    std::vector<std::string> names;
    std::map<std::string, zip_uint64_t, std::less<>> index;
    std::string path;

    Result<> check(const Limits& limits)
    {
        const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
        if (count < 0 || static_cast<std::size_t>(count) > limits.archiveMembers)
            return Error{ErrorCode::TooLarge, path, LB_TR("Error", "holds too many files")};
        for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
            zip_stat_t info;
            if (zip_stat_index(archive.get(), i, ZIP_FL_ENC_RAW, &info) != 0)
                return badZip(path, LB_TR("Error", "the list of files is broken"));
            const std::string name = info.name;
            if (!staysInside(name) || isLink(archive.get(), i))
                return badZip(name, LB_TR("Error", "leads outside the archive"));
            if (info.size > kHarmless && info.size / kInflation > info.comp_size)
                return Error{ErrorCode::TooLarge, name,
                             LB_TR("Error", "would grow too much when it is unpacked")};
            if (!index.emplace(name, i).second)
                return badZip(name, LB_TR("Error", "stands twice in the archive"));
            if (!name.ends_with('/'))
                names.push_back(name);
        }
        return std::monostate{};
    }
};

ZipReader::ZipReader(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
ZipReader::ZipReader(ZipReader&&) noexcept = default;
ZipReader& ZipReader::operator=(ZipReader&&) noexcept = default;
ZipReader::~ZipReader() = default;

Result<ZipReader> ZipReader::open(const std::filesystem::path& path, const Limits& limits)
{
    std::error_code problem;
    if (!std::filesystem::exists(path, problem))
        return Error{ErrorCode::NotFound, path.string(), LB_TR("Error", "is not there")};
    int code = 0;
    auto impl = std::make_unique<Impl>();
    impl->archive.reset(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
    impl->path = path.string();
    if (!impl->archive)
        return badZip(path.string(), LB_TR("Error", "is not a whole zip archive"));
    if (Result<> checked = impl->check(limits); !checked.ok())
        return std::move(checked.error());
    return ZipReader(std::move(impl));
}

Result<ZipReader> ZipReader::of(std::string bytes, std::string name, const Limits& limits)
{
    auto impl = std::make_unique<Impl>();
    impl->bytes = std::move(bytes);
    impl->path = std::move(name);
    zip_source_t* const source
        = zip_source_buffer_create(impl->bytes.data(), impl->bytes.size(), 0, nullptr);
    if (source)
        impl->archive.reset(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, nullptr));
    if (!impl->archive) {
        zip_source_free(source); // a null one is allowed
        return badZip(impl->path, LB_TR("Error", "is not a whole zip archive"));
    }
    if (Result<> checked = impl->check(limits); !checked.ok())
        return std::move(checked.error());
    return ZipReader(std::move(impl));
}

const std::vector<std::string>& ZipReader::names() const
{
    return m_impl->names;
}

bool ZipReader::contains(std::string_view name) const
{
    return m_impl->index.contains(name);
}

Result<std::string> ZipReader::read(std::string_view name, std::size_t mostBytes) const
{
    const auto found = m_impl->index.find(name);
    if (found == m_impl->index.end())
        return Error{ErrorCode::NotFound, std::string(name),
                     LB_TR("Error", "is not in the archive")};
    zip_stat_t info;
    if (zip_stat_index(m_impl->archive.get(), found->second, 0, &info) != 0)
        return badZip(found->first, LB_TR("Error", "cannot be read"));
    if (info.size > mostBytes)
        return Error{ErrorCode::TooLarge, found->first, LB_TR("Error", "is larger than is read")};
    std::string bytes(info.size, '\0');
    zip_file_t* const file = zip_fopen_index(m_impl->archive.get(), found->second, 0);
    if (!file)
        return badZip(found->first, LB_TR("Error", "cannot be unpacked"));
    const zip_int64_t count = zip_fread(file, bytes.data(), bytes.size());
    char extra = 0; // reading to the end checks the checksum
    const bool whole
        = count == static_cast<zip_int64_t>(bytes.size()) && zip_fread(file, &extra, 1) == 0;
    if (zip_fclose(file) != 0 || !whole)
        return badZip(found->first, LB_TR("Error", "is damaged; its checksum differs"));
    return bytes;
}

Result<std::string> encodeZip(const std::map<std::string, std::string>& members, ZipMethod method)
{
    const Error failed{ErrorCode::Internal, "zip", LB_TR("Error", "the archive cannot be made")};
    zip_source_t* const target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
    if (!target)
        return failed;
    zip_source_keep(target); // closing the archive frees one reference
    zip_t* const archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    if (!archive) {
        zip_source_free(target);
        zip_source_free(target);
        return failed;
    }
    bool good = true;
    for (const auto& [name, bytes] : members) {
        zip_source_t* const source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
        const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            zip_source_free(source);
            good = false;
            continue;
        }
        const auto at = static_cast<zip_uint64_t>(index);
        zip_set_file_compression(archive, at,
                                 method == ZipMethod::Stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 6);
        zip_file_set_dostime(archive, at, 0, 33, 0); // 1980-01-01: the same bytes every time
    }
    if (!good || zip_close(archive) != 0) {
        zip_discard(archive);
        zip_source_free(target);
        return failed;
    }
    std::string result;
    if (zip_source_open(target) == 0) {
        zip_source_seek(target, 0, SEEK_END);
        const zip_int64_t size = zip_source_tell(target);
        zip_source_seek(target, 0, SEEK_SET);
        result.resize(static_cast<std::size_t>(std::max<zip_int64_t>(size, 0)));
        good = zip_source_read(target, result.data(), result.size()) == size;
        zip_source_close(target);
    }
    zip_source_free(target);
    if (!good || result.empty())
        return failed;
    return result;
}

Result<> unpackZip(const std::filesystem::path& path, const std::filesystem::path& folder,
                   const Limits& limits)
{
    LB_TRY(reader, ZipReader::open(path, limits));
    for (const std::string& name : reader.names()) {
        LB_TRY(bytes, reader.read(name, limits.archiveBytes));
        std::error_code problem;
        std::filesystem::create_directories((folder / name).parent_path(), problem);
        if (Result<> saved = saveAtomically(folder / name, bytes); !saved.ok())
            return saved;
    }
    return std::monostate{};
}

} // namespace lb
