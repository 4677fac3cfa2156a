#include "core/data/table_beginning.h"

#include "core/data/table_source.h"
#include "core/data/text_file.h"

#include <algorithm>

namespace lb {
namespace {

constexpr std::uint64_t kReadBytes = std::uint64_t{1} << 20; // any header, and rows to judge by
constexpr std::size_t kDetectedFrom = std::size_t{64} << 10; // as CsvFile does
constexpr std::size_t kAllRows = 10'000; // of more, one run of kRunRows rows in each kOfRows
constexpr std::size_t kRunRows = 16;
constexpr std::size_t kOfRows = 128;
constexpr std::uint64_t kPieceBytes = 32u << 10;
constexpr std::uint64_t kMostPieces = 32;
constexpr int kTriedLines = 64; // of a piece that begins within quotes

Result<std::vector<std::string>> piecesOf(const PlacedFile& file, std::uint64_t from)
{
    std::vector<std::string> pieces;
    const std::uint64_t rest = file.size() - from;
    const std::uint64_t bytes = std::min(rest, kPieceBytes);
    const std::uint64_t count = std::clamp<std::uint64_t>(rest / kPieceBytes, 1, kMostPieces);
    for (std::uint64_t i = 0; i < count; ++i) { // apart, and the last one ends where the file does
        const std::uint64_t at = count == 1 ? rest - bytes : (rest - bytes) * i / (count - 1);
        pieces.emplace_back(static_cast<std::size_t>(bytes), '\0');
        if (Result<> read = file.read(from + at, pieces.back()); !read.ok())
            return std::move(read.error());
    }
    return pieces;
}

std::vector<std::string> rowOf(const CsvFields& fields)
{
    std::vector<std::string> row;
    for (std::size_t i = 0; i < fields.size(); ++i)
        row.emplace_back(fields[i]);
    return row;
}

/// The records of a piece that begins with one; nothing where one has another number of fields.
std::optional<std::vector<std::vector<std::string>>> rowsOf(std::string_view piece, std::size_t columns,
                                                            const CsvDialect& dialect, bool atEnd)
{
    std::vector<std::vector<std::string>> rows;
    CsvFields fields;
    while (!piece.empty()) {
        const CsvEnd end = csvRecordEnd(piece, dialect, atEnd);
        if (!end.complete)
            break;
        if (!fields.split(piece.substr(0, end.length), dialect).ok())
            return std::nullopt;
        piece.remove_prefix(end.length);
        if (fields.isBlank())
            continue;
        if (fields.size() != columns)
            return std::nullopt;
        rows.push_back(rowOf(fields));
    }
    return rows;
}

/// The piece begins somewhere in a line, which may lie within quotes: the first line after which all
/// is as it should be begins a record.
void addPiece(std::string_view piece, const CsvDialect& dialect, bool atEnd, TableBeginning& table)
{
    for (int line = 0; line < kTriedLines; ++line) {
        const std::size_t end = piece.find('\n');
        if (end == std::string_view::npos)
            return;
        piece.remove_prefix(end + 1);
        auto rows = rowsOf(piece, table.names.size(), dialect, atEnd);
        if (!rows || rows->empty())
            continue;
        std::ranges::move(*rows, std::back_inserter(table.rows));
        return;
    }
}

} // namespace

Result<TableText> tableText(const std::filesystem::path& path)
{
    LB_TRY(file, tableFile(path));
    LB_TRY(opened, PlacedFile::open(file));
    TableText text;
    text.bytes.resize(static_cast<std::size_t>(std::min(kReadBytes, opened->size())));
    if (Result<> read = opened->read(0, text.bytes); !read.ok())
        return std::move(read.error());
    if (Result<> fine = checkedEncoding(std::string_view(text.bytes).substr(0, kDetectedFrom),
                                        path.string());
        !fine.ok())
        return std::move(fine.error());
    text.whole = text.bytes.size() == opened->size();
    if (!text.whole) {
        LB_TRY(later, piecesOf(*opened, text.bytes.size()));
        text.later = std::move(later);
    }
    text.bytes.erase(0, byteOrderMark(text.bytes));
    return text;
}

TableBeginning tableBeginning(const TableText& text, const CsvWish& wish)
{
    std::string_view rest = text.bytes;
    const CsvDialect dialect = detectedDialect(
        rest.substr(0, kDetectedFrom), text.whole && rest.size() <= kDetectedFrom, wish);
    TableBeginning table;
    CsvFields fields;
    std::size_t read = 0;
    while (!rest.empty()) {
        const CsvEnd end = csvRecordEnd(rest, dialect, text.whole);
        if (!end.complete || !fields.split(rest.substr(0, end.length), dialect).ok())
            break;
        rest.remove_prefix(end.length);
        if (fields.isBlank())
            continue;
        const bool named = !table.names.empty();
        for (std::size_t i = 0; !named && i < fields.size(); ++i)
            table.names.push_back(dialect.header && !fields[i].empty()
                                      ? std::string(fields[i])
                                      : "column" + std::to_string(i + 1));
        if (!named && dialect.header)
            continue;
        if (read < kAllRows || read % kOfRows < kRunRows)
            table.rows.push_back(rowOf(fields));
        ++read;
    }
    table.whole = text.whole && rest.empty() && table.rows.size() == read;
    for (std::size_t i = 0; i < text.later.size() && !table.names.empty(); ++i)
        addPiece(text.later[i], dialect, i + 1 == text.later.size(), table);
    return table;
}

} // namespace lb
