#include "core/data/table_beginning.h"

#include "core/data/table_source.h"
#include "core/data/text_file.h"

#include <algorithm>

namespace lb {
namespace {

constexpr std::uint64_t kReadBytes = std::uint64_t{1} << 20; // any header, and rows to judge by
constexpr std::size_t kDetectedFrom = std::size_t{64} << 10; // as CsvFile does
constexpr std::size_t kMostRows = 10'000;

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
    text.bytes.erase(0, byteOrderMark(text.bytes));
    return text;
}

TableBeginning tableBeginning(const TableText& text, const CsvWish& wish)
{
    std::string_view rest = text.bytes;
    const CsvDialect dialect = detectedDialect(
        rest.substr(0, kDetectedFrom), text.whole && rest.size() <= kDetectedFrom, wish);
    TableBeginning beginning;
    CsvFields fields;
    while (!rest.empty() && beginning.rows.size() < kMostRows) {
        const CsvEnd end = csvRecordEnd(rest, dialect, text.whole);
        if (!end.complete || !fields.split(rest.substr(0, end.length), dialect).ok())
            break;
        rest.remove_prefix(end.length);
        if (fields.isBlank())
            continue;
        std::vector<std::string> row;
        for (std::size_t i = 0; i < fields.size(); ++i)
            row.emplace_back(fields[i]);
        const bool named = !beginning.names.empty();
        for (std::size_t i = 0; !named && i < row.size(); ++i)
            beginning.names.push_back(
                dialect.header && !row[i].empty() ? row[i] : "column" + std::to_string(i + 1));
        if (named || !dialect.header)
            beginning.rows.push_back(std::move(row));
    }
    return beginning;
}

} // namespace lb
