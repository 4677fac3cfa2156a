#include "core/data/sources.h"

#include "core/support/files.h"
#include "core/support/sha256.h"

#include <array>
#include <fcntl.h>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>

namespace lb {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCifarSide = 32, kChannels = 3, kPlane = kCifarSide * kCifarSide;
constexpr std::int64_t kRecord = 1 + kChannels * kPlane;
constexpr std::int64_t kClasses = 10;

/// An open file of records, read in place with pread: any thread.
class RecordFile {
public:
    RecordFile(int handle, std::int64_t records, std::string path)
        : m_handle(handle)
        , m_records(records)
        , m_path(std::move(path))
    {
    }
    RecordFile(RecordFile&& other) noexcept
        : m_handle(std::exchange(other.m_handle, -1))
        , m_records(other.m_records)
        , m_path(std::move(other.m_path))
    {
    }
    RecordFile& operator=(RecordFile&&) = delete;
    ~RecordFile()
    {
        if (m_handle >= 0)
            ::close(m_handle);
    }
    std::int64_t records() const { return m_records; }
    const std::string& path() const { return m_path; }
    bool read(std::int64_t offset, std::span<std::uint8_t> into) const
    {
        return ::pread(m_handle, into.data(), into.size(), offset) == std::ssize(into);
    }

private:
    int m_handle;
    std::int64_t m_records;
    std::string m_path;
};

Result<RecordFile> openRecords(const fs::path& path)
{
    const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat info { };
    if (handle < 0 || ::fstat(handle, &info) != 0) {
        if (handle >= 0)
            ::close(handle);
        return Error{ErrorCode::Io, path.string(), LB_TR("Error", "cannot be read")};
    }
    RecordFile file(handle, info.st_size / kRecord, path.string());
    if (info.st_size == 0 || info.st_size % kRecord != 0)
        return Error{ErrorCode::BadFile,
                     path.string(),
                     {LB_TR("Error",
                            "has %1 bytes, which is no multiple of CIFAR-10's records of %2; "
                            "fetch the binary version again"),
                      {std::int64_t{info.st_size}, kRecord}}};
    return file;
}

class Cifar10 final : public Source {
public:
    Cifar10(std::vector<RecordFile> files, std::vector<std::uint8_t> labels,
            std::vector<std::string> names)
        : m_files(std::move(files))
        , m_labels(std::move(labels))
        , m_names(std::move(names))
    {
    }

    std::int64_t size() const override { return std::ssize(m_labels); }
    const std::vector<std::string>& classNames() const override { return m_names; }
    Spec imageSpec() const override
    {
        return {DType::UInt8, {kCifarSide, kCifarSide, kChannels}, ValueRange::declared(0, 255)};
    }
    Result<Tensor> image(std::int64_t index) const override
    {
        std::array<std::uint8_t, static_cast<std::size_t>(kRecord)> record;
        const auto [file, at] = place(index);
        if (!file->read(at, record))
            return Error{ErrorCode::Io, file->path(), LB_TR("Error", "cannot be read")};
        return Tensor::make<std::uint8_t>(
            {kCifarSide, kCifarSide, kChannels},
            [&](std::span<std::uint8_t> out) { interleave(record, out); });
    }
    std::int64_t label(std::int64_t index) const override
    {
        return m_labels.at(static_cast<std::size_t>(index));
    }
    std::string dataHash() const override
    {
        std::call_once(m_hashOnce, [this] { m_hash = hashOfContents(); });
        return m_hash;
    }
    std::string nameOf(std::int64_t index) const override
    {
        const auto [file, at] = place(index);
        return fs::path(file->path()).filename().string() + "/" + std::to_string(at / kRecord);
    }

private:
    /// Planes of red, green and blue become pixels.
    static void interleave(std::span<const std::uint8_t> record, std::span<std::uint8_t> out)
    {
        for (std::size_t i = 0; i < kPlane; ++i)
            for (std::size_t c = 0; c < kChannels; ++c)
                out[i * kChannels + c] = record[1 + c * kPlane + i];
    }
    std::string hashOfContents() const
    {
        constexpr std::int64_t kBlock = 256; // records
        std::vector<std::uint8_t> block;
        std::string key = "cifar10";
        for (const RecordFile& file : m_files)
            for (std::int64_t first = 0; first < file.records(); first += kBlock) {
                block.resize(
                    static_cast<std::size_t>(std::min(kBlock, file.records() - first) * kRecord));
                file.read(first * kRecord, block);
                key += sha256Hex({reinterpret_cast<const char*>(block.data()), block.size()});
            }
        return sha256Hex(key);
    }
    std::pair<const RecordFile*, std::int64_t> place(std::int64_t index) const
    {
        const RecordFile* file = m_files.data();
        while (index >= file->records())
            index -= (file++)->records();
        return {file, index * kRecord};
    }

    std::vector<RecordFile> m_files;
    std::vector<std::uint8_t> m_labels;
    std::vector<std::string> m_names;
    mutable std::once_flag m_hashOnce;
    mutable std::string m_hash;
};

/// Adds the labels of a file; all of them are looked at before the first is used.
Result<> readLabels(const RecordFile& file, std::vector<std::uint8_t>& labels)
{
    for (std::int64_t record = 0; record < file.records(); ++record) {
        std::uint8_t label = 0;
        if (!file.read(record * kRecord, {&label, 1}))
            return Error{ErrorCode::Io, file.path(), LB_TR("Error", "cannot be read")};
        if (label >= kClasses)
            return Error{ErrorCode::BadFile,
                         file.path(),
                         {LB_TR("Error",
                                "record %1 has the label %2; CIFAR-10 has 0 to 9, fetch the "
                                "binary version again"),
                          {record, std::int64_t{label}}}};
        labels.push_back(label);
    }
    return std::monostate{};
}

std::vector<std::string> readNames(const fs::path& path)
{
    std::vector<std::string> names;
    const auto text = readFile(path, 1u << 16);
    std::string line;
    for (const char c : text.ok() ? text.value() + "\n" : std::string()) {
        if (c == '\n') {
            if (!line.empty())
                names.push_back(std::exchange(line, {}));
        } else if (c != '\r') {
            line += c;
        }
    }
    if (names.size() != kClasses) // the classes' order is part of the data set
        return {"airplane", "automobile", "bird",  "cat",  "deer",
                "dog",      "frog",       "horse", "ship", "truck"};
    return names;
}

} // namespace

Result<SourceHandle> cifar10Folder(const fs::path& folder, bool test)
{
    std::error_code problem;
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder, problem)) {
        const std::string name = entry.path().filename().string();
        const bool isTest = name == "test_batch.bin";
        if (name.ends_with(".bin") && (isTest || name.starts_with("data_batch_")) && isTest == test)
            paths.push_back(entry.path());
    }
    if (problem || paths.empty())
        return Error{ErrorCode::NotFound,
                     folder.string(),
                     {LB_TR("Error", "holds no %1; choose the folder of CIFAR-10's binary version"),
                      {std::string(test ? "test_batch.bin" : "data_batch_*.bin")}}};
    std::ranges::sort(paths);
    std::vector<RecordFile> files;
    std::vector<std::uint8_t> labels;
    for (const fs::path& path : paths) {
        LB_TRY(file, openRecords(path));
        if (Result<> read = readLabels(file, labels); !read.ok())
            return std::move(read.error());
        files.push_back(std::move(file));
    }
    return SourceHandle(std::make_shared<Cifar10>(std::move(files), std::move(labels),
                                                  readNames(folder / "batches.meta.txt")));
}

} // namespace lb
