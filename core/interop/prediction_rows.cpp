#include "core/conform/numbers.h"
#include "core/data/image_file.h"
#include "core/data/table_source.h"
#include "core/data/wav_file.h"
#include "core/interop/json_rows.h"
#include "core/interop/predictor.h"
#include "core/interop/scratch_folder.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/tensor/npy.h"

#include <algorithm>
#include <numeric>

namespace lb {
namespace {

namespace fs = std::filesystem;
using Rows = Result<std::vector<Tensor>>;

Error inFile(const fs::path& path, Error error)
{
    const std::string name = path.string();
    if (!error.where.starts_with(name))
        error.where = error.where.empty() ? name : name + ": " + error.where;
    return error;
}

bool isOneText(const Predictor& predictor)
{
    return predictor.inputs().size() == 1 && predictor.input().dtype == DType::String;
}

/// The names and types that a file's columns need: the model's own where it does not know more.
TableSchema tableFor(const Predictor& predictor)
{
    TableSchema schema = predictor.model().table;
    if (!schema.empty())
        return schema;
    for (const Column& input : predictor.inputs())
        schema.push_back({input.name,
                          input.spec.dtype == DType::String   ? CellType::Text
                              : isFloating(input.spec.dtype) ? CellType::Number
                                                             : CellType::Integer,
                          {},
                          {}});
    return schema;
}

Error notTaken(const Predictor& predictor, const fs::path& path)
{
    std::string names;
    for (const Column& input : predictor.inputs())
        names += (names.empty() ? "" : ", ") + input.name + " (" + text(input.spec) + ")";
    return {ErrorCode::Unsupported,
            path.string(),
            {LB_TR("Error", "the model takes %1; give a file of that: .csv or .json for columns, "
                            ".txt for sentences, .wav for sounds, .npy for numbers"),
             {names}}};
}

/// Rows of the shape that an input has: [n] becomes [n, 1], a row alone gets its batch.
Result<Tensor> fitting(const Spec& wanted, Tensor rows)
{
    Shape shape = rows.shape();
    if (wanted.shape.size() == 2 && wanted.shape[1] == 1 && shape.size() == 1)
        shape.push_back(1);
    else if (wanted.shape.size() == 1 && shape.size() == 2 && shape[1] == 1)
        shape.pop_back();
    else if (shape.size() + 1 == wanted.shape.size())
        shape.insert(shape.begin(), 1);
    if (!matches(wanted.shape, shape))
        return wrongShape(wanted, rows.shape());
    return rows.reshaped(std::move(shape));
}

Rows fromNpy(const Predictor& predictor, const fs::path& path)
{
    if (predictor.inputs().size() != 1 || isOneText(predictor))
        return notTaken(predictor, path);
    LB_TRY(bytes, readFile(path, Limits{}.archiveBytes));
    LB_TRY(rows, decodeNpy(bytes));
    LB_TRY(fits, fitting(predictor.input(), rows));
    return std::vector<Tensor>{fits};
}

/// Columns [rows, 1] as the inputs want them.
Rows asInputs(const Predictor& predictor, std::vector<Tensor> columns)
{
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const Spec& wanted = predictor.inputs()[i].spec;
        const bool numbers
            = columns[i].dtype() != DType::String && wanted.dtype != DType::String;
        LB_TRY(fits,
               fitting(wanted, numbers ? converted(columns[i], wanted.dtype) : columns[i]));
        columns[i] = fits;
    }
    return columns;
}

Rows fromLines(const Predictor& predictor, const fs::path& path)
{
    if (!isOneText(predictor))
        return notTaken(predictor, path);
    LB_TRY(source, textSource(path, {}));
    std::vector<std::int64_t> all(static_cast<std::size_t>(source->size()));
    std::iota(all.begin(), all.end(), std::int64_t{0});
    constexpr std::size_t kText = 0;
    return source->block({&kText, 1}, all);
}

Rows fromTable(const Predictor& predictor, const fs::path& path, std::vector<Message>& hints)
{
    TableSchema schema = tableFor(predictor);
    std::vector<std::string> unread;
    Rows rows = tableRows(path, schema, {}, &unread);
    if (!rows.ok() && rows.error().code == ErrorCode::NotFound && isOneText(predictor)
        && !schema.front().from.empty()) {
        schema.front().from.clear(); // what training joined may come as the one column
        unread.clear();
        if (Rows one = tableRows(path, schema, {}, &unread); one.ok())
            rows = std::move(one);
    }
    if (rows.ok())
        std::ranges::move(unreadNames(unread), std::back_inserter(hints));
    return rows;
}

/// A table that somebody pipes in, with a header; lines are told as of a file.
Rows fromPipedTable(const Predictor& predictor, std::string_view text, std::vector<Message>& hints)
{
    LB_TRY(folder, ScratchFolder::temporary());
    const fs::path path = folder.path() / "rows.csv";
    if (Result<> saved = saveAtomically(path, std::string(text)); !saved.ok())
        return std::move(saved.error());
    Rows rows = fromTable(predictor, path, hints);
    if (!rows.ok()) {
        std::string& where = rows.error().where;
        if (where.starts_with(path.string())) // ":3", the line
            where = where.size() > path.string().size() + 1
                ? "line " + where.substr(path.string().size() + 1)
                : std::string();
    }
    return rows;
}

Rows fromJson(const Predictor& predictor, std::string_view bytes, const fs::path& path,
              std::vector<Message>& hints)
{
    LB_TRY(json, parseJson(bytes));
    const bool object = json.as<ConfigObject>() && !(json.find("dtype") && json.find("value"));
    const TableSchema schema = tableFor(predictor);
    if ((object || !json.as<ConfigObject>()) && takesTypedRows(predictor)
        && schema.size() == predictor.inputs().size() && holdsRows(json, schema.size())) {
        LB_TRY(columns, jsonRows(json, schema, hints));
        return asInputs(predictor, std::move(columns));
    }
    if (!object && predictor.inputs().size() != 1)
        return notTaken(predictor, path);
    std::vector<Tensor> rows;
    for (const Column& input : predictor.inputs()) {
        const Config* value = object ? json.find(input.name) : &json;
        if (!value)
            return Error{ErrorCode::NotFound, input.name,
                         LB_TR("Error", "the model's input is missing in the file; write rows as "
                                        "{\"column\": value, ..}, or a list of such")};
        Result<Tensor> tensor = tensorOf(*value);
        if (!tensor.ok()) {
            if (object)
                tensor.error().where = input.name;
            return std::move(tensor.error());
        }
        rows.push_back(std::move(tensor.value()));
    }
    return asInputs(predictor, std::move(rows));
}

/// Sentences, one a line; lines without any are passed over, as in a file.
Rows sentencesIn(std::string_view text)
{
    text.remove_prefix(byteOrderMark(text));
    std::vector<std::string> sentences;
    for (std::int64_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        const std::string_view sentence = withoutLineEnd(text.substr(0, end));
        if (firstNotUtf8(sentence) != std::string_view::npos
            || sentence.find('\0') != std::string_view::npos)
            return Error{ErrorCode::BadFile, "line " + std::to_string(line),
                         LB_TR("Error", "is no text in UTF-8; convert it, for example with iconv")};
        if (!sentence.empty())
            sentences.emplace_back(sentence);
        text.remove_prefix(end);
    }
    if (sentences.empty())
        return Error{ErrorCode::BadFile, "",
                     LB_TR("Error", "holds no sentence; give one a line")};
    const std::int64_t rows = std::ssize(sentences);
    return std::vector<Tensor>{Tensor::make<std::string>(
        {rows, 1}, [&](std::span<std::string> out) { std::ranges::move(sentences, out.begin()); })};
}

Rows fromPicture(const Predictor& predictor, const fs::path& path)
{
    if (predictor.inputs().size() != 1 || isOneText(predictor))
        return notTaken(predictor, path);
    LB_TRY(picture, readImage(path));
    LB_TRY(row, predictor.rowOf(picture));
    return std::vector<Tensor>{row};
}

/// Whether the shape of the only input is one of sounds: [rows, samples] or with channels.
bool maySound(const Predictor& predictor)
{
    const std::size_t axes = predictor.input().shape.size();
    return predictor.inputs().size() == 1 && isFloating(predictor.input().dtype) && axes >= 2
        && axes <= 3;
}

/// What becomes of a sound of another length than the input's.
void tellLength(std::int64_t has, std::int64_t wanted, std::vector<Message>& hints)
{
    if (wanted != kUnknown && has > wanted)
        hints.push_back({LB_TR("Data", "has %1 samples where the model takes %2; the rest is cut off"),
                         {has, wanted}});
    else if (wanted != kUnknown && has < wanted)
        hints.push_back({LB_TR("Data", "has %1 samples where the model takes %2; silence follows them"),
                         {has, wanted}});
}

/// A sound as a source of sounds gives it: cut off, or followed by silence, to the input's length.
Rows fromSound(const Predictor& predictor, const fs::path& path, std::vector<Message>& hints)
{
    if (!maySound(predictor))
        return notTaken(predictor, path);
    const Spec& wanted = predictor.input();
    const std::size_t axes = wanted.shape.size();
    LB_TRY(bytes, readFile(path, Limits{}.archiveBytes));
    LB_TRY(sound, decodeWav(bytes));
    if (sound.samples.shape()[0] == 0) // silence would be predicted for it
        return Error{ErrorCode::BadFile, "", LB_TR("Error", "holds no samples; record it anew")};
    if (const std::int64_t rate = predictor.model().samplingRate;
        rate > 0 && sound.samplingRate != rate)
        return Error{ErrorCode::Unsupported, "",
                     {LB_TR("Error", "has %1 samples a second where the model was made for %2; "
                                     "convert it"),
                      {sound.samplingRate, rate}}};
    const std::int64_t channels = sound.samples.shape()[1];
    const bool mono = axes == 2 || wanted.shape[2] == 1;
    if (!mono && wanted.shape[2] != kUnknown && wanted.shape[2] != channels)
        return wrongShape(wanted, sound.samples.shape());
    Shape shape{1, wanted.shape[1] == kUnknown ? sound.samples.shape()[0] : wanted.shape[1]};
    if (axes == 3)
        shape.push_back(mono ? 1 : channels);
    tellLength(sound.samples.shape()[0], wanted.shape[1], hints);
    return std::vector<Tensor>{Tensor::make<float>(
        shape, [&](std::span<float> out) { soundInto(out, sound.samples, mono); })};
}

/// A file of another kind: a picture, or for a model of sounds one that has to be converted.
Rows fromOther(const Predictor& predictor, const fs::path& path, std::vector<Message>& hints)
{
    Rows rows = fromPicture(predictor, path);
    const bool unknown = !rows.ok() && rows.error().code == ErrorCode::Unsupported;
    const bool told = predictor.model().samplingRate > 0;
    return maySound(predictor) && (unknown || told) ? fromSound(predictor, path, hints)
                                                    : std::move(rows);
}

} // namespace

bool takesTypedRows(const Predictor& predictor)
{
    return !predictor.model().checkpoint
        && std::ranges::all_of(predictor.inputs(), [](const Column& input) {
               const Shape& shape = input.spec.shape;
               return shape.size() == 1 || (shape.size() == 2 && shape[1] == 1);
           });
}

Result<std::vector<Tensor>> typedRow(const Predictor& predictor,
                                     std::span<const std::string> fields)
{
    TableSchema schema = tableFor(predictor);
    if (fields.size() != predictor.inputs().size() || schema.size() != fields.size())
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "the model takes %1 inputs, got %2"),
                      {std::ssize(predictor.inputs()), std::ssize(fields)}}};
    std::vector<std::string> names;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        TableColumn& column = schema[i];
        const std::string& field = fields[i];
        column.from.clear(); // what training joined comes as the one column
        names.push_back(column.name);
        const bool fits = column.type == CellType::Text || isMissing(field)
            || (column.type == CellType::Integer ? integerIn(field).has_value()
                                                 : numberIn(field).has_value());
        if (!fits)
            return Error{ErrorCode::BadParameter,
                         column.name,
                         {column.type == CellType::Integer
                              ? LB_TR("Error", "'%1' is no whole number; leave it empty if it is missing")
                              : LB_TR("Error", "'%1' is no number; leave it empty if it is missing"),
                          {field}}};
    }
    const std::string record = csvRecordOf(fields);
    LB_TRY(rows, tableOf(schema, names, {&record, 1}));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        LB_TRY(fits, fitting(predictor.inputs()[i].spec, rows[i]));
        rows[i] = fits;
    }
    return rows;
}

Result<std::vector<Tensor>> readRows(const Predictor& predictor, const fs::path& path,
                                     std::vector<Message>* hints)
{
    std::vector<Message> ignored;
    std::vector<Message>& told = hints ? *hints : ignored;
    const std::string kind = path.extension().string();
    const auto json = [&]() -> Rows {
        LB_TRY(bytes, readFile(path, Limits{}.jsonBytes));
        return fromJson(predictor, bytes, path, told);
    };
    Rows rows = kind == ".npy"               ? fromNpy(predictor, path)
        : kind == ".txt"                     ? fromLines(predictor, path)
        : kind == ".csv" || kind == ".tsv"   ? fromTable(predictor, path, told)
        : kind == ".json"                    ? json()
        : kind == ".wav"                     ? fromSound(predictor, path, told)
                                             : fromOther(predictor, path, told);
    return rows.ok() ? std::move(rows) : Rows(inFile(path, std::move(rows.error())));
}

Result<std::vector<Tensor>> rowsIn(const Predictor& predictor, std::string_view text,
                                   const std::string& name, std::vector<Message>& hints)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool bracket = first != std::string_view::npos
        && std::string_view("[{").find(text[first]) != std::string_view::npos;
    if (first == std::string_view::npos && !isOneText(predictor))
        return Error{ErrorCode::BadFile, name,
                     LB_TR("Error", "holds no row; give a header and a row a line, or JSON: "
                                    "{\"column\": value, ..}")};
    // a sentence may begin with a bracket, too
    const bool sentences = isOneText(predictor) && !parseJson(text).ok();
    const bool table = !sentences && !bracket && first != std::string_view::npos
        && takesTypedRows(predictor) && !parseJson(text).ok();
    Rows rows = sentences ? sentencesIn(text)
        : table           ? fromPipedTable(predictor, text, hints)
                          : fromJson(predictor, text, name, hints);
    return rows.ok() ? std::move(rows) : Rows(inFile(name, std::move(rows.error())));
}

} // namespace lb
