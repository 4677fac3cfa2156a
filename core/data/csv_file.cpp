#include "core/data/csv_file.h"

#include "core/support/sha256.h"

#include <algorithm>
#include <set>

namespace lb {
namespace {

constexpr std::size_t kChunk = 1u << 20;
constexpr std::size_t kLookedAt = 64u << 10; // of the beginning, to detect the dialect
constexpr std::size_t kShown = 40; // bytes of a value that an error shows

std::string shown(std::string_view value)
{
    if (value.size() <= kShown)
        return std::string(value);
    std::size_t end = kShown;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0u) == 0x80)
        --end; // not within a character
    return std::string(value.substr(0, end)) + "…";
}

std::string_view asText(std::span<const char> bytes)
{
    return {bytes.data(), bytes.size()};
}

} // namespace

std::string_view nameOf(CellType type)
{
    switch (type) {
    case CellType::Integer:
        return "int64";
    case CellType::Number:
        return "float32";
    case CellType::Text:
        break;
    }
    return "string";
}

std::optional<CellType> cellTypeNamed(std::string_view dtype)
{
    for (const CellType type : {CellType::Integer, CellType::Number, CellType::Text})
        if (nameOf(type) == dtype)
            return type;
    return std::nullopt;
}

/// The one pass over a file.
class CsvPass {
public:
    CsvPass(CsvFile& file, const CsvOptions& options, const JobContext& job, const Limits& limits)
        : m_csv(file)
        , m_options(options)
        , m_job(job)
        , m_limits(limits)
    {
    }

    Result<> run()
    {
        while (true) {
            if (m_job.stopped())
                return Error{ErrorCode::Cancelled, "", LB_TR("Error", "was stopped")};
            if (Result<> more = readMore(); !more.ok())
                return more;
            if (Result<> done = records(); !done.ok())
                return done;
            m_job.report(static_cast<double>(m_read), static_cast<double>(size()));
            if (atEnd())
                break;
        }
        if (m_csv.m_columns.empty() || m_csv.m_index.size() == 0)
            return Error{ErrorCode::BadFile, path(),
                         m_csv.m_columns.empty()
                             ? LB_TR("Error", "is empty; choose a file that holds data")
                             : LB_TR("Error", "has names of columns, but no record below; add "
                                              "rows, or choose another file")};
        m_csv.m_index.finish(size());
        m_csv.m_hash = sha256Hex(m_hashes);
        finishTypes();
        return std::monostate{};
    }

private:
    /// What is known of a column while it is read.
    struct Tally {
        std::int64_t empty = 0, missing = 0, integers = 0, numbers = 0;
        std::optional<CellType> declared;
    };

    const std::string& path() const { return m_csv.path(); }
    std::uint64_t size() const { return m_csv.m_file->size(); }
    bool atEnd() const { return m_read == size(); }

    Error problem(ErrorCode code, Message message) const
    {
        return {code, atLine(path(), m_line), std::move(message)};
    }

    /// Appends a chunk to what is left of the one before.
    Result<> readMore()
    {
        m_buffer.erase(m_buffer.begin(), m_buffer.begin() + static_cast<std::ptrdiff_t>(m_begin));
        m_offset += m_begin;
        m_begin = 0;
        const std::size_t old = m_buffer.size();
        const auto count = static_cast<std::size_t>(
            std::min<std::uint64_t>(std::max(kChunk, old), size() - m_read)); // grows by doubling
        m_buffer.resize(old + count);
        const auto fresh = std::span(m_buffer).subspan(old);
        if (Result<> read = m_csv.m_file->read(m_read, fresh); !read.ok())
            return read;
        if (!fresh.empty())
            m_hashes += sha256Hex(asText(fresh));
        const bool first = m_read == 0;
        m_read += count;
        return first ? begin() : Result<>(std::monostate{});
    }

    Result<> begin()
    {
        const std::string_view all = asText(m_buffer);
        if (Result<> text = checkedEncoding(all.substr(0, kLookedAt), path()); !text.ok())
            return text;
        m_csv.m_mark = byteOrderMark(all);
        m_begin = m_csv.m_mark;
        const std::string_view beginning = all.substr(m_begin).substr(0, kLookedAt);
        m_csv.m_dialect = m_options.lines
            ? CsvDialect{'\0', '\0', false} // NUL stands in no text
            : detectedDialect(beginning, atEnd() && all.size() <= kLookedAt, m_options.dialect);
        return std::monostate{};
    }

    /// Takes the records that are whole in the buffer.
    Result<> records()
    {
        while (m_begin < m_buffer.size()) {
            const std::string_view rest = asText(std::span(m_buffer).subspan(m_begin));
            const CsvEnd end = csvRecordEnd(rest, m_csv.m_dialect, atEnd());
            if (!end.complete) {
                if (atEnd() || rest.size() > m_limits.recordBytes)
                    return unfinished(end, rest.size());
                return std::monostate{};
            }
            if (end.length > m_limits.recordBytes)
                return unfinished(end, end.length);
            if (Result<> taken = record(rest.substr(0, end.length)); !taken.ok())
                return taken;
            m_begin += end.length;
            m_line += static_cast<std::int64_t>(end.lines);
        }
        return std::monostate{};
    }

    Error unfinished(const CsvEnd& end, std::size_t length) const
    {
        if (end.quoteIsOpen)
            return {ErrorCode::BadFile,
                    atLine(path(), m_line + static_cast<std::int64_t>(end.openQuote)),
                    LB_TR("Error", "a quote is opened here and not closed; close it, or double it "
                                   "where it belongs to the text")};
        return problem(ErrorCode::TooLarge,
                       {LB_TR("Error", "the record is longer than %1 bytes (%2 and more): it begins "
                                       "on this line and has too many columns or too long a field, a quote "
                                       "is not closed, or the file is no text with lines; split it up "
                                       "or mend it"),
                        {static_cast<std::int64_t>(m_limits.recordBytes),
                         static_cast<std::int64_t>(length)}});
    }

    Result<> record(std::string_view bytes)
    {
        if (bytes.find('\0') != std::string_view::npos)
            return problem(ErrorCode::BadFile,
                           LB_TR("Error", "holds a NUL byte, as binary files and UTF-16 do; save "
                                          "the file as text in UTF-8"));
        if (const std::size_t bad = firstNotUtf8(bytes); bad != std::string_view::npos)
            return Error{ErrorCode::BadFile,
                         atLine(path(),
                                m_line + std::ranges::count(bytes.substr(0, bad), '\n')),
                         {LB_TR("Error", "is not written in UTF-8 (byte %1 of the record); convert "
                                         "the file, for example with iconv -f LATIN1 -t UTF-8"),
                          {static_cast<std::int64_t>(bad + 1)}}};
        if (Result<> split = m_fields.split(bytes, m_csv.m_dialect, m_limits); !split.ok())
            return problem(split.error().code, split.error().message);
        const bool onlyColumn = m_csv.m_columns.size() == 1 && !m_options.lines;
        if (m_fields.isBlank() && !(onlyColumn && m_csv.m_dialect.header))
            return std::monostate{};
        if (m_csv.m_columns.empty()) {
            if (Result<> named = nameColumns(); !named.ok())
                return named;
            if (m_csv.m_dialect.header)
                return std::monostate{};
        }
        if (m_fields.size() != m_csv.m_columns.size())
            return problem(
                ErrorCode::BadFile,
                {LB_TR("Error", "has %1 fields where there are %2 columns (separator: %3); mend "
                                "the line, or quote the field that holds the separator"),
                 {static_cast<std::int64_t>(m_fields.size()), std::ssize(m_csv.m_columns),
                  separatorName(m_csv.m_dialect.separator)}});
        return data();
    }

    Result<> nameColumns()
    {
        std::set<std::string> names;
        for (std::size_t i = 0; i < m_fields.size(); ++i) {
            CsvColumn column;
            if (m_csv.m_dialect.header)
                column.name = m_fields[i];
            if (column.name.empty())
                column.name = "column" + std::to_string(i + 1);
            if (!names.insert(column.name).second)
                return problem(ErrorCode::BadFile,
                               {LB_TR("Error", "two columns are called %1; rename one"),
                                {shown(column.name)}});
            Tally tally;
            if (const auto found = m_options.types.find(column.name);
                found != m_options.types.end())
                tally.declared = found->second;
            m_tallies.push_back(tally);
            m_csv.m_columns.push_back(std::move(column));
        }
        return m_options.begin ? m_options.begin(m_csv.m_columns) : Result<>(std::monostate{});
    }

    Result<> data()
    {
        if (m_options.record) {
            Result<bool> kept = m_options.record(m_line, m_fields);
            if (!kept.ok()) {
                if (kept.error().where.empty())
                    kept.error().where = atLine(path(), m_line);
                return std::move(kept.error());
            }
            if (!kept.value())
                return std::monostate{};
        }
        if (m_csv.m_index.size() >= m_limits.tableRows)
            return problem(ErrorCode::TooLarge, {LB_TR("Error", "there are more than %1 records"),
                                                 {m_limits.tableRows}});
        m_csv.m_index.add(m_offset + m_begin);
        for (std::size_t i = 0; i < m_tallies.size(); ++i)
            if (Result<> counted = count(i, m_fields[i]); !counted.ok())
                return counted;
        return std::monostate{};
    }

    Result<> count(std::size_t index, std::string_view value)
    {
        Tally& tally = m_tallies[index];
        CsvColumn& column = m_csv.m_columns[index];
        if (value.empty()) {
            ++tally.empty;
            return std::monostate{};
        }
        if (tally.declared == CellType::Text || column.firstTextLine > 0 || m_options.lines)
            return std::monostate{};
        if (isMissing(value)) {
            ++tally.missing;
            return std::monostate{};
        }
        if (integerIn(value)) {
            ++tally.integers;
            return std::monostate{};
        }
        const bool number = numberIn(value).has_value();
        if (tally.declared && (!number || tally.declared == CellType::Integer))
            return problem(ErrorCode::BadFile,
                           {LB_TR("Error", "column %1 holds '%2', which is no %3; mend the cell or "
                                           "declare the column as %4"),
                            {column.name, shown(value), std::string(nameOf(*tally.declared)),
                             std::string(nameOf(number ? CellType::Number : CellType::Text))}});
        if (number) {
            ++tally.numbers;
            return std::monostate{};
        }
        column.firstTextLine = m_line;
        column.firstText = shown(value);
        column.numbersBefore = tally.integers + tally.numbers;
        return std::monostate{};
    }

    void finishTypes()
    {
        for (std::size_t i = 0; i < m_tallies.size(); ++i) {
            const Tally& tally = m_tallies[i];
            CsvColumn& column = m_csv.m_columns[i];
            const bool noValue = tally.integers + tally.numbers == 0;
            column.type = tally.declared ? *tally.declared
                : column.firstTextLine > 0 || noValue || m_options.lines ? CellType::Text
                : tally.numbers > 0 ? CellType::Number
                                    : CellType::Integer;
            column.missing = tally.empty
                + (column.type == CellType::Text ? 0 : tally.missing);
        }
    }

    CsvFile& m_csv;
    const CsvOptions& m_options;
    const JobContext& m_job;
    const Limits& m_limits;
    std::vector<char> m_buffer; // what is read and not yet taken
    std::size_t m_begin = 0; // of the next record in it
    std::uint64_t m_offset = 0; // of the buffer in the file
    std::uint64_t m_read = 0; // bytes of the file
    std::int64_t m_line = 1; // of the next record
    CsvFields m_fields;
    std::vector<Tally> m_tallies;
    std::string m_hashes;
};

Result<std::shared_ptr<const CsvFile>> CsvFile::open(const std::filesystem::path& path,
                                                     const CsvOptions& options,
                                                     const JobContext& job, const Limits& limits)
{
    LB_TRY(file, PlacedFile::open(path));
    std::shared_ptr<CsvFile> csv(new CsvFile);
    csv->m_file = std::move(file);
    csv->m_limits = limits;
    if (Result<> done = CsvPass(*csv, options, job, limits).run(); !done.ok())
        return std::move(done.error());
    return std::shared_ptr<const CsvFile>(std::move(csv));
}

std::optional<std::size_t> CsvFile::columnNamed(std::string_view name) const
{
    const auto found = std::ranges::find(m_columns, name, &CsvColumn::name);
    if (found == m_columns.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - m_columns.begin());
}

std::int64_t CsvFile::lineOf(std::int64_t record) const
{
    constexpr std::uint64_t kPiece = 1u << 20;
    std::vector<char> piece;
    std::int64_t line = 1;
    const std::uint64_t end = m_index.begin(record);
    for (std::uint64_t at = 0; at < end; at += piece.size()) {
        piece.resize(static_cast<std::size_t>(std::min(kPiece, end - at)));
        if (!m_file->read(at, piece).ok())
            return 0;
        line += std::ranges::count(piece, '\n');
    }
    return line;
}

Result<> CsvFile::read(std::span<const std::int64_t> records,
                       const std::function<Result<>(std::size_t, const CsvFields&)>& take) const
{
    CsvFields fields;
    return readRecords(
        *m_file, m_index, records, [&](std::size_t position, std::string_view bytes) -> Result<> {
            const CsvEnd end = csvRecordEnd(bytes, m_dialect, true);
            Result<> split = fields.split(bytes.substr(0, end.length), m_dialect, m_limits);
            if (!split.ok() || fields.size() != m_columns.size())
                return Error{ErrorCode::Io, path(),
                             LB_TR("Error", "was changed since it was opened; open the data again")};
            return take(position, fields);
        });
}

} // namespace lb
