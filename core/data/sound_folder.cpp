#include "core/data/class_folder.h"
#include "core/data/sampling_rate.h"
#include "core/data/sources.h"
#include "core/data/text_file.h"
#include "core/data/wav_file.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace lb {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kFloatingPoint = 3; // a format of WAV files that has no limits of value

/// One sound: where it is, and what its header said.
struct SoundEntry {
    std::string name; ///< bytes, relative to the folder: "left/0001.wav"
    std::int32_t label = 0;
    std::uint64_t fileSize = 0;
    WavHeader header;
};

ReadBytes bytesOf(const PlacedFile& file)
{
    return [&file](std::uint64_t offset, std::size_t count) -> Result<std::string> {
        std::string bytes(count, '\0');
        if (Result<> read = file.read(offset, bytes); !read.ok())
            return std::move(read.error());
        return bytes;
    };
}

/// What most of the files have; of several the lowest.
std::int64_t commonest(const std::vector<SoundEntry>& entries, std::uint32_t WavHeader::*member)
{
    std::map<std::int64_t, std::int64_t> counts;
    for (const SoundEntry& entry : entries)
        ++counts[std::int64_t{entry.header.*member}];
    const auto most = std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; });
    return most == counts.end() ? 0 : most->first;
}

class SoundFolder final : public Source, public HasSplitFolders, public HasSamplingRate {
public:
    SoundFolder(fs::path root, const SoundOptions& options, const Limits& limits,
                std::optional<SplitFolders> split = {})
        : m_root(std::move(root))
        , m_options(options)
        , m_limits(limits)
        , m_split(std::move(split))
    {
    }

    const SplitFolders* split() const override { return m_split ? &*m_split : nullptr; }
    std::int64_t samplingRate() const override { return m_rate; }
    /// What makes rows of other sounds like these.
    SoundOptions found() const
    {
        return {m_rate, length(), m_options.mono, m_options.mono ? 0 : m_spec.shape.back()};
    }

    std::int64_t size() const override { return std::ssize(m_entries); }
    const std::vector<std::string>& classNames() const override { return m_names; }
    std::vector<Column> columns() const override { return {{"sound", m_spec}}; }
    std::int64_t label(std::int64_t index) const override { return at(index).label; }
    std::string nameOf(std::int64_t index) const override { return at(index).name; }
    std::vector<Error> unreadable() const override { return m_unreadable; }
    std::vector<Message> notes() const override;
    Result<std::vector<Tensor>> block(std::span<const std::size_t> columns,
                                      std::span<const std::int64_t> rows) const override;

    std::string dataHash() const override
    {
        std::call_once(m_hashOnce, [this] {
            std::vector<std::string> files;
            for (const SoundEntry& entry : m_entries)
                files.push_back(entry.name);
            m_hash = contentOfEnds("sound-folder " + text(m_spec) + ' ' + std::to_string(m_rate),
                                   m_root, m_names, files);
        });
        return m_hash;
    }

    /// Fills the source. Errors: see soundFolder().
    Result<> open(const JobContext& job);

private:
    const SoundEntry& at(std::int64_t index) const
    {
        return m_entries.at(static_cast<std::size_t>(index));
    }
    std::int64_t length() const { return m_spec.shape.front(); }
    Result<> look(std::vector<ClassFolder::File> files, const JobContext& job);
    Result<SoundEntry> examined(std::int32_t label, std::string name) const;
    std::optional<Error> keepWhatFits();
    Error nothingFits(std::uint32_t WavHeader::*member, std::int64_t has) const;
    Result<> choose();
    Result<> read(const SoundEntry& entry, std::span<float> out) const;

    fs::path m_root;
    SoundOptions m_options;
    Limits m_limits;
    std::optional<SplitFolders> m_split;
    std::vector<std::string> m_names;
    std::vector<SoundEntry> m_entries;
    std::vector<Error> m_unreadable;
    std::int64_t m_rate = 0; ///< in Hz
    Spec m_spec;
    mutable std::once_flag m_hashOnce;
    mutable std::string m_hash;
};

Result<SoundEntry> SoundFolder::examined(std::int32_t label, std::string name) const
{
    LB_TRY(file, PlacedFile::open(m_root / name));
    LB_TRY(header, wavHeader(file->size(), bytesOf(*file)));
    if (header.frames == 0)
        return Error{ErrorCode::BadFile, "", LB_TR("Error", "holds no samples; record it anew")};
    return SoundEntry{std::move(name), label, file->size(), header};
}

Result<> SoundFolder::look(std::vector<ClassFolder::File> files, const JobContext& job)
{
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (job.stopped())
            return Error{ErrorCode::Cancelled, m_root.native(), LB_TR("Error", "cancelled")};
        if (i % 256 == 0)
            job.report(static_cast<double>(i), static_cast<double>(files.size()));
        const fs::path path = m_root / files[i].name;
        Result<SoundEntry> entry = examined(files[i].label, std::move(files[i].name));
        if (entry.ok()) {
            m_entries.push_back(std::move(entry.value()));
        } else {
            entry.error().where = path.native();
            m_unreadable.push_back(std::move(entry.error()));
        }
    }
    return std::monostate{};
}

/// Why none of the files is taken: they have `has` samples a second, or channels. For validation it
/// is the training part that asks for another number.
Error SoundFolder::nothingFits(std::uint32_t WavHeader::*member, std::int64_t has) const
{
    const bool validation = m_split && m_root.filename() == m_split->validation;
    if (member == &WavHeader::channels) // which only the training part asks for
        return {ErrorCode::BadFile,
                m_root.native(),
                {LB_TR("Error", "has sounds of %1 channels where those of the folder %2 have %3; take "
                                "the mean of the channels, convert the sounds, or move the folder away, "
                                "so that a part of %2 is kept for validation"),
                 {has, m_split ? m_split->training : std::string(), m_options.channels}}};
    if (validation)
        return {ErrorCode::BadFile,
                m_root.native(),
                {LB_TR("Error", "has sounds of %1 samples a second where those of the folder %2 have "
                                "%3; convert them, or move the folder away, so that a part of %2 is "
                                "kept for validation"),
                 {has, m_split->training, m_rate}}};
    return {ErrorCode::BadFile,
            m_root.native(),
            {LB_TR("Error", "holds no sound of %1 samples a second; choose sampling rate 0, "
                            "or the one that the files have"),
             {m_rate}}};
}

/// One sampling rate, and as many channels in all where they are kept: files with others would
/// sound, or be shaped, otherwise than the rest, so they are left out. An error where that takes all.
std::optional<Error> SoundFolder::keepWhatFits()
{
    m_rate = m_options.samplingRate > 0 ? m_options.samplingRate
                                        : commonest(m_entries, &WavHeader::samplingRate);
    const auto leaveOut = [&](std::uint32_t WavHeader::*member, std::int64_t wanted,
                              Text why) -> std::optional<Error> {
        const std::int64_t most = commonest(m_entries, member);
        std::erase_if(m_entries, [&](const SoundEntry& entry) {
            const std::int64_t has{entry.header.*member};
            if (has != wanted)
                m_unreadable.push_back({ErrorCode::Unsupported, (m_root / entry.name).native(),
                                        {why, {has, wanted}}});
            return has != wanted;
        });
        return m_entries.empty() ? std::optional(nothingFits(member, most)) : std::nullopt;
    };
    if (auto none = leaveOut(&WavHeader::samplingRate, m_rate,
                             LB_TR("Error", "has %1 samples a second where the data have %2; convert it, "
                                            "or choose another sampling rate of the source")))
        return none;
    if (m_options.mono)
        return std::nullopt;
    return leaveOut(&WavHeader::channels,
                    m_options.channels > 0 ? m_options.channels
                                           : commonest(m_entries, &WavHeader::channels),
                    LB_TR("Error", "has %1 channels where most files have %2; convert it, or take the "
                                   "mean of the channels"));
}

/// The shape of a row.
Result<> SoundFolder::choose()
{
    std::int64_t length = m_options.length;
    bool limited = true;
    for (const SoundEntry& entry : m_entries) {
        if (m_options.length <= 0)
            length = std::max(length, entry.header.frames);
        limited = limited && entry.header.kind != kFloatingPoint;
    }
    m_spec.dtype = DType::Float32;
    m_spec.shape = {length};
    if (!m_options.mono)
        m_spec.shape.push_back(std::int64_t{m_entries.front().header.channels});
    if (limited)
        m_spec.range = ValueRange::declared(-1, 1);
    const auto channels = static_cast<std::size_t>(m_options.mono ? 1 : m_spec.shape.back());
    if (static_cast<std::size_t>(length) > m_limits.tensorBytes / sizeof(float) / channels)
        return Error{ErrorCode::TooLarge,
                     m_root.native(),
                     {LB_TR("Error", "a sound of %1 samples needs too much memory; choose a length"),
                      {length}}};
    return std::monostate{};
}

Result<> SoundFolder::open(const JobContext& job)
{
    auto listed = m_split ? ClassFolder::listed(m_root, m_split->classNames, job, m_limits)
                          : ClassFolder::listed(m_root, job, m_limits);
    if (!listed.ok())
        return std::move(listed.error());
    ClassFolder& folder = listed.value();
    m_names = std::move(folder.classNames);
    m_unreadable = std::move(folder.unreadable);
    const std::int64_t count = std::ssize(folder.files);
    if (Result<> looked = look(std::move(folder.files), job); !looked.ok())
        return looked;
    if (!m_entries.empty()) {
        if (std::optional<Error> none = keepWhatFits())
            return std::move(*none);
        return choose();
    }
    return nothingIn(m_root, "sound", m_names.size(), static_cast<std::size_t>(count),
                     countedBeside(m_root, [](const fs::path& path) {
                         const auto file = PlacedFile::open(path);
                         return file.ok()
                             && wavHeader(file.value()->size(), bytesOf(*file.value())).ok();
                     }));
}

/// The beginning of a file in the shape of a row, with silence behind what is shorter.
Result<> SoundFolder::read(const SoundEntry& entry, std::span<float> out) const
{
    const fs::path path = m_root / entry.name;
    LB_TRY(file, PlacedFile::open(path));
    const auto header = wavHeader(file->size(), bytesOf(*file));
    if (file->size() != entry.fileSize || !header.ok() || header.value() != entry.header)
        return Error{ErrorCode::BadFile, path.native(),
                     LB_TR("Error", "has changed; open the folder again")};
    const std::int64_t frames = std::min(entry.header.frames, length());
    std::string bytes(static_cast<std::size_t>(frames) * entry.header.frameBytes, '\0');
    if (Result<> got = file->read(entry.header.dataAt, bytes); !got.ok())
        return got;
    soundInto(out, wavSamples(bytes, entry.header), m_options.mono);
    return std::monostate{};
}

Result<std::vector<Tensor>> SoundFolder::block(std::span<const std::size_t> columns,
                                               std::span<const std::int64_t> rows) const
{
    const auto each = static_cast<std::size_t>(elementCount(m_spec.shape));
    if (rows.size() > m_limits.tensorBytes / sizeof(float) / std::max<std::size_t>(each, 1))
        return Error{ErrorCode::TooLarge,
                     m_root.native(),
                     {LB_TR("Error", "%1 sounds of %2 samples need too much memory; choose a "
                                     "shorter length"),
                      {std::ssize(rows), length()}}};
    std::optional<Error> failed;
    Shape shape = m_spec.shape;
    shape.insert(shape.begin(), std::ssize(rows));
    const Tensor sounds = Tensor::make<float>(shape, [&](std::span<float> out) {
        for (std::size_t i = 0; i < rows.size() && !failed; ++i)
            if (Result<> done = read(at(rows[i]), out.subspan(i * each, each)); !done.ok())
                failed = std::move(done.error());
    });
    if (failed)
        return std::move(*failed);
    return std::vector<Tensor>(columns.size(), sounds);
}

std::vector<Message> SoundFolder::notes() const
{
    std::vector<Message> notes{{LB_TR("Data", "%1 samples a second"), {m_rate}}};
    if (m_split)
        std::ranges::move(splitNotes(*m_split), std::back_inserter(notes));
    std::int64_t shorter = 0, longer = 0;
    for (const SoundEntry& entry : m_entries) {
        shorter += entry.header.frames < length();
        longer += entry.header.frames > length();
    }
    if (shorter > 0)
        notes.push_back({LB_TR("Data", "%1 of %2 sounds are shorter than %3 samples; silence "
                                         "follows them"),
                         {shorter, size(), length()}});
    if (longer > 0)
        notes.push_back({LB_TR("Data", "%1 of %2 sounds are longer than %3 samples; the rest is "
                                         "cut off"),
                         {longer, size(), length()}});
    return notes;
}

} // namespace

bool holdsSounds(const Source& source)
{
    const std::vector<Column> columns = source.columns();
    const Spec& spec = columns.front().spec;
    const std::size_t axes = spec.shape.size();
    return columns.size() == 1 && isFloating(spec.dtype) && (axes == 1 || axes == 2)
        && spec.shape.front() != 1; // as a cell of a table has it
}

Result<SourceHandle> soundFolder(const fs::path& folder, const SoundOptions& options,
                                 const JobContext& job, const Limits& limits)
{
    const auto source = std::make_shared<SoundFolder>(folder, options, limits);
    if (Result<> opened = source->open(job); !opened.ok())
        return std::move(opened.error());
    return SourceHandle(source);
}

Result<SourceHandle> splitSoundFolder(const fs::path& folder, const SplitFolders& split,
                                      bool validation, const SoundOptions& options,
                                      const JobContext& job, const Limits& limits)
{
    const auto training = std::make_shared<SoundFolder>(folder / split.training, options, limits, split);
    if (Result<> opened = training->open(job); !opened.ok())
        return std::move(opened.error());
    if (!validation)
        return SourceHandle(training);
    const auto source = std::make_shared<SoundFolder>(folder / split.validation, training->found(),
                                                      limits, split);
    if (Result<> opened = source->open(job); !opened.ok())
        return std::move(opened.error());
    return SourceHandle(source);
}

} // namespace lb
