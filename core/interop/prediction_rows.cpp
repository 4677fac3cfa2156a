#include "core/conform/numbers.h"
#include "core/data/image_file.h"
#include "core/data/table_source.h"
#include "core/data/wav_file.h"
#include "core/interop/predictor.h"
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

Rows fromTable(const Predictor& predictor, const fs::path& path)
{
    TableSchema schema = tableFor(predictor);
    Rows rows = tableRows(path, schema);
    if (rows.ok() || rows.error().code != ErrorCode::NotFound || !isOneText(predictor)
        || schema.front().from.empty())
        return rows;
    schema.front().from.clear(); // what training joined may come as the one column
    Rows one = tableRows(path, schema);
    return one.ok() ? one : rows;
}

Rows fromJson(const Predictor& predictor, const fs::path& path)
{
    LB_TRY(bytes, readFile(path, Limits{}.jsonBytes));
    LB_TRY(json, parseJson(bytes));
    const bool object = json.as<ConfigObject>() && !(json.find("dtype") && json.find("value"));
    if (!object && predictor.inputs().size() != 1)
        return notTaken(predictor, path);
    std::vector<Tensor> rows;
    for (const Column& input : predictor.inputs()) {
        const Config* value = object ? json.find(input.name) : &json;
        if (!value)
            return Error{ErrorCode::NotFound, input.name,
                         LB_TR("Error", "the model's input is missing in the file")};
        LB_TRY(tensor, tensorOf(*value));
        const bool numbers
            = tensor.dtype() != DType::String && input.spec.dtype != DType::String;
        LB_TRY(fits,
               fitting(input.spec, numbers ? converted(tensor, input.spec.dtype) : tensor));
        rows.push_back(fits);
    }
    return rows;
}

Rows fromPicture(const Predictor& predictor, const fs::path& path)
{
    if (predictor.inputs().size() != 1 || isOneText(predictor))
        return notTaken(predictor, path);
    LB_TRY(picture, readImage(path));
    LB_TRY(row, predictor.rowOf(picture));
    return std::vector<Tensor>{row};
}

/// A sound as a source of sounds gives it: cut off, or followed by silence, to the input's length.
Rows fromSound(const Predictor& predictor, const fs::path& path)
{
    const Spec& wanted = predictor.input();
    const std::size_t axes = wanted.shape.size();
    if (predictor.inputs().size() != 1 || !isFloating(wanted.dtype) || axes < 2 || axes > 3)
        return notTaken(predictor, path);
    LB_TRY(bytes, readFile(path, Limits{}.archiveBytes));
    LB_TRY(sound, decodeWav(bytes));
    const std::int64_t channels = sound.samples.shape()[1];
    const bool mono = axes == 2 || wanted.shape[2] == 1;
    if (!mono && wanted.shape[2] != kUnknown && wanted.shape[2] != channels)
        return wrongShape(wanted, sound.samples.shape());
    Shape shape{1, wanted.shape[1] == kUnknown ? sound.samples.shape()[0] : wanted.shape[1]};
    if (axes == 3)
        shape.push_back(mono ? 1 : channels);
    return std::vector<Tensor>{Tensor::make<float>(
        shape, [&](std::span<float> out) { soundInto(out, sound.samples, mono); })};
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
    std::string record;
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
        record += i ? ",\"" : "\"";
        for (const char sign : field)
            record.append(sign == '"' ? 2 : 1, sign);
        record += '"';
    }
    LB_TRY(rows, tableOf(schema, names, {&record, 1}));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        LB_TRY(fits, fitting(predictor.inputs()[i].spec, rows[i]));
        rows[i] = fits;
    }
    return rows;
}

Result<std::vector<Tensor>> readRows(const Predictor& predictor, const fs::path& path)
{
    const std::string kind = path.extension().string();
    Rows rows = kind == ".npy"               ? fromNpy(predictor, path)
        : kind == ".txt"                     ? fromLines(predictor, path)
        : kind == ".csv" || kind == ".tsv"   ? fromTable(predictor, path)
        : kind == ".json"                    ? fromJson(predictor, path)
        : kind == ".wav"                     ? fromSound(predictor, path)
                                             : fromPicture(predictor, path);
    return rows.ok() ? std::move(rows) : Rows(inFile(path, std::move(rows.error())));
}

} // namespace lb
