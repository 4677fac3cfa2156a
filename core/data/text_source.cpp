#include "core/data/table_source.h"

#include "core/support/sha256.h"

#include <algorithm>

namespace lb {
namespace {

namespace fs = std::filesystem;

/// Text files, a sentence a line: several are a class each.
class LineSource final : public Source {
public:
    LineSource(std::vector<TableReader> files, std::vector<std::string> classNames)
        : m_files(std::move(files))
        , m_classNames(std::move(classNames))
    {
        for (const TableReader& reader : m_files) {
            m_begin.push_back(m_size);
            m_size += reader.file().size();
            m_hash += reader.file().hash();
        }
        for (const std::string& name : m_classNames)
            m_hash += name + '\n';
        m_hash = sha256Hex(m_hash);
    }

    std::int64_t size() const override { return m_size; }
    std::vector<Column> columns() const override
    {
        return {{"text", specOf(m_files.front().schema().front())}};
    }
    Result<std::vector<Tensor>> block(std::span<const std::size_t> columns,
                                      std::span<const std::int64_t> rows) const override;
    const std::vector<std::string>& classNames() const override { return m_classNames; }
    std::int64_t label(std::int64_t index) const override
    {
        return m_classNames.empty() ? 0 : static_cast<std::int64_t>(fileOf(index));
    }
    std::string dataHash() const override { return m_hash; }

private:
    std::size_t fileOf(std::int64_t row) const
    {
        return static_cast<std::size_t>(std::ranges::upper_bound(m_begin, row) - m_begin.begin()) - 1;
    }

    std::vector<TableReader> m_files;
    std::vector<std::int64_t> m_begin; ///< first row of each file
    std::vector<std::string> m_classNames;
    std::int64_t m_size = 0;
    std::string m_hash;
};

Result<std::vector<Tensor>> LineSource::block(std::span<const std::size_t> columns,
                                              std::span<const std::int64_t> rows) const
{
    std::vector<std::string> texts(rows.size());
    for (std::size_t file = 0; file < m_files.size(); ++file) {
        std::vector<std::int64_t> records;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (fileOf(rows[i]) == file) {
                records.push_back(rows[i] - m_begin[file]);
                places.push_back(i);
            }
        if (records.empty())
            continue;
        constexpr std::size_t kText = 0;
        LB_TRY(read, m_files[file].read({&kText, 1}, records));
        const auto values = read.front().values<std::string>();
        for (std::size_t i = 0; i < places.size(); ++i)
            texts[places[i]] = values[i];
    }
    const Tensor text = Tensor::make<std::string>(
        {std::ssize(rows), 1},
        [&](std::span<std::string> out) { std::ranges::move(texts, out.begin()); });
    return std::vector<Tensor>(columns.size(), text);
}

Result<TableReader> linesOf(const fs::path& path, const JobContext& job, const Limits& limits)
{
    CsvOptions options;
    options.lines = true;
    LB_TRY(file, CsvFile::open(path, options, job, limits));
    return TableReader::make(file, {{"text", CellType::Text, {}, {"column1"}}});
}

Result<std::shared_ptr<const Source>> folderSource(const fs::path& folder,
                                                   const TableOptions& options,
                                                   const JobContext& job, const Limits& limits)
{
    std::vector<fs::path> texts, tables;
    std::error_code problem;
    for (const auto& entry : fs::directory_iterator(folder, problem)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.') || name.ends_with("_classes.txt")
            || !entry.is_regular_file(problem))
            continue;
        if (name.ends_with(".txt"))
            texts.push_back(entry.path());
        else if (name.ends_with(".csv") || name.ends_with(".tsv"))
            tables.push_back(entry.path());
    }
    if (tables.size() == 1)
        return textSource(tables.front(), options, job, limits);
    if (texts.empty() || !tables.empty())
        return Error{ErrorCode::NotFound,
                     folder.string(),
                     {LB_TR("Error", "holds %1 .csv files; choose one of them, or a folder with a "
                                     ".txt file for each class"),
                      {std::ssize(tables)}}};
    std::ranges::sort(texts);
    std::vector<TableReader> files;
    std::vector<std::string> names;
    for (const fs::path& path : texts) {
        LB_TRY(reader, linesOf(path, job, limits));
        files.push_back(std::move(reader));
        names.push_back(path.stem().string());
    }
    return std::shared_ptr<const Source>(
        std::make_shared<LineSource>(std::move(files), std::move(names)));
}

} // namespace

Result<std::shared_ptr<const Source>> textSource(const fs::path& path, const TableOptions& options,
                                                 const JobContext& job, const Limits& limits)
{
    std::error_code ignored;
    if (fs::is_directory(path, ignored))
        return folderSource(path, options, job, limits);
    const std::string extension = path.extension().string();
    if (extension == ".csv" || extension == ".tsv") {
        TableOptions text = options;
        text.text = true;
        return tableSource(path, text, job, limits);
    }
    LB_TRY(reader, linesOf(path, job, limits));
    std::vector<TableReader> files;
    files.push_back(std::move(reader));
    return std::shared_ptr<const Source>(
        std::make_shared<LineSource>(std::move(files), std::vector<std::string>{}));
}

} // namespace lb
