#include "core/preview/learned_numbers.h"
#include "core/preview/learned_parts.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/support/utf8.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/npy.h"
#include "core/tensor/number_words.h"
#include "core/tensor/spec.h"

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

namespace fs = std::filesystem;

/// A number and where it stands: a line, or its place in a list.
struct PlacedNumber {
    double value;
    std::string place;
};
using PlacedColumns = std::vector<std::vector<PlacedNumber>>;

Error badNumber(const fs::path& path, const std::string& place, Message reason)
{
    return {ErrorCode::BadFile, path.string() + ":" + place, std::move(reason)};
}

std::string joinedNames(const std::vector<std::string>& names, const char* between)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : between) + name;
    return text;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

/// The words of a line: between commas, or between blanks and tabs.
std::vector<std::string_view> wordsOf(std::string_view line, bool commas)
{
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const std::size_t end
            = std::min(commas ? line.find(',') : line.find_first_of(" \t"), line.size());
        const std::string_view word = trimmed(line.substr(0, end));
        if (commas || !word.empty())
            words.push_back(word);
        if (commas && end + 1 == line.size())
            words.emplace_back(); // behind the last comma
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

Result<PlacedColumns> columnsOfLines(const fs::path& path, std::string_view text, bool commas,
                                     const std::vector<std::string>& names)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    PlacedColumns columns(names.size());
    bool header = commas;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::string place = std::to_string(number);
        if (line.find('\0') != std::string_view::npos || !isUtf8(line))
            return badNumber(path, place,
                             LB_TR("Error", "is no UTF-8 text; choose a file of numbers"));
        if (line.empty() || (!commas && line.front() == '#'))
            continue;
        const std::vector<std::string_view> words = wordsOf(line, commas);
        if (header) {
            header = false;
            if (!std::ranges::equal(words, names))
                return badNumber(path, place,
                                 {LB_TR("Error", "must name the columns: %1"),
                                  {joinedNames(names, ",")}});
            continue;
        }
        if (words.size() != names.size())
            return badNumber(path, place,
                             {LB_TR("Error", "holds %1 numbers; %2 belong on a line: %3"),
                              {static_cast<std::int64_t>(words.size()),
                               static_cast<std::int64_t>(names.size()), joinedNames(names, ", ")}});
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto value = realOf(words[i]);
            if (!value)
                return badNumber(path, place,
                                 {LB_TR("Error", "is no number: \"%1\""), {std::string(words[i])}});
            columns[i].push_back({*value, place});
        }
    }
    return columns;
}

Result<std::vector<PlacedNumber>> placedList(const fs::path& path, const Config& config,
                                             const std::string& name)
{
    const auto* list = config.as<ConfigList>();
    if (!list)
        return badNumber(path, name, LB_TR("Error", "must be a list of numbers"));
    std::vector<PlacedNumber> numbers;
    for (const Config& each : *list) {
        const std::string place = name + "[" + std::to_string(numbers.size()) + "]";
        if (const auto* real = each.as<double>())
            numbers.push_back({*real, place});
        else if (const auto* whole = each.as<std::int64_t>())
            numbers.push_back({static_cast<double>(*whole), place});
        else
            return badNumber(path, place, LB_TR("Error", "is no number"));
    }
    return numbers;
}

Result<PlacedColumns> columnsOfJson(const fs::path& path, std::string_view text,
                                    const std::vector<std::string>& names, const Limits& limits)
{
    Result<Config> parsed = parseJson(text, limits);
    if (!parsed.ok()) {
        Error error = std::move(parsed.error());
        error.where = path.string() + (error.where.empty() ? "" : ": " + error.where);
        return error;
    }
    PlacedColumns columns;
    for (const std::string& name : names) {
        const Config& whole = parsed.value();
        const bool plain = names.size() == 1 && whole.as<ConfigList>();
        const Config* found = plain ? &whole : whole.find(name);
        if (!found)
            return badNumber(path, name,
                             {LB_TR("Error", "is missing; the file needs an object of lists: %1"),
                              {joinedNames(names, ", ")}});
        LB_TRY(column, placedList(path, *found, name));
        columns.push_back(std::move(column));
    }
    return columns;
}

/// Shortest texts are read as float32, which holds 16 bits.
Tensor asFloats(const Tensor& tensor)
{
    return Tensor::make<float>(tensor.shape(), [&](std::span<float> out) {
        dispatch(tensor.dtype(), [&]<typename Number>(Number) {
            std::ranges::transform(tensor.values<Number>(), out.begin(),
                                   [](Number x) { return static_cast<float>(x); });
        });
    });
}

Result<PlacedColumns> columnsOfNpy(const fs::path& path, std::string_view bytes,
                                   const std::vector<std::string>& names, const Limits& limits)
{
    Result<Tensor> decoded = decodeNpy(bytes, limits);
    if (!decoded.ok()) {
        Error error = std::move(decoded.error());
        error.where = path.string() + (error.where.empty() ? "" : ": " + error.where);
        return error;
    }
    const Tensor tensor = is16Bit(decoded.value().dtype()) ? asFloats(decoded.value())
                                                           : decoded.value();
    const Shape& shape = tensor.shape();
    const auto count = std::ssize(names);
    const bool flat = count == 1 && shape.size() == 1;
    if (!flat && (shape.size() != 2 || shape[0] != count))
        return badNumber(path, "shape",
                         {LB_TR("Error", "must be [%1, places], a row each for %2; is: %3"),
                          {count, joinedNames(names, ", "), lb::text(shape)}});
    const std::int64_t length = shape.back();
    PlacedColumns columns(names.size());
    for (std::size_t i = 0; i < names.size(); ++i)
        for (std::int64_t at = 0; at < length; ++at) {
            const auto element = static_cast<std::size_t>(static_cast<std::int64_t>(i) * length + at);
            const std::string word = valueText(tensor, element);
            columns[i].push_back({realOf(word).value_or(std::nan("")),
                                  "[" + std::to_string(i) + ", " + std::to_string(at) + "]"});
        }
    return columns;
}

/// As few digits as give back the same number: of a float32 those of a float32.
std::string shortestWord(double value)
{
    const auto single = static_cast<float>(value);
    return static_cast<double>(single) == value ? shortestText(single) : shortestText(value);
}

/// What no layer could compute with.
Result<LearnedNumbers> checked(const fs::path& path, const std::vector<std::string>& names,
                               const PlacedColumns& columns)
{
    LearnedNumbers numbers{names, {}};
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::vector<double> values;
        for (const auto& [value, place] : columns[i]) {
            if (!std::isfinite(static_cast<float>(value)))
                return badNumber(path, place,
                                 {LB_TR("Error", "%1 must be finite as float32 (at most 3.4e38), is: "
                                                 "%2; remove it or mend it"),
                                  {names[i], value}});
            if (names[i] == "variance" && value < 0)
                return badNumber(path, place,
                                 {LB_TR("Error", "variance must not be negative, is: %1"), {value}});
            if (names[i] == "bin_boundaries" && !values.empty()
                && static_cast<float>(value) < static_cast<float>(values.back())) // equal ones are Keras', too
                return badNumber(path, place,
                                 {LB_TR("Error", "bin_boundaries must ascend, but %2 follows %1; sort them"),
                                  {values.back(), value}});
            values.push_back(value);
        }
        numbers.columns.push_back(std::move(values));
        if (numbers.columns.back().size() != numbers.columns.front().size())
            return badNumber(path, names[i],
                             {LB_TR("Error", "has %1 numbers and %2 has %3; give as many of each"),
                              {static_cast<std::int64_t>(numbers.columns.back().size()), names[0],
                               static_cast<std::int64_t>(numbers.columns.front().size())}});
    }
    if (numbers.columns.front().empty())
        return badNumber(path, "1",
                         {LB_TR("Error", "holds no number; give at least one for %1"),
                          {joinedNames(names, ", ")}});
    return numbers;
}

} // namespace

Result<LearnedNumbers> readLearnedNumbers(const fs::path& path, std::string_view kerasClass,
                                          const Limits& limits)
{
    const std::vector<std::string> names = learnedColumns(kerasClass);
    if (names.empty())
        return Error{ErrorCode::Unsupported, std::string(kerasClass),
                     LB_TR("Error", "has no means or bins; choose a Normalization or a "
                                    "Discretization")};
    LB_TRY(bytes, readFile(path, limits.jsonBytes));
    const std::string ending = path.extension().string();
    const auto read = [&]() -> Result<PlacedColumns> {
        if (ending == ".json")
            return columnsOfJson(path, bytes, names, limits);
        if (ending == ".npy")
            return columnsOfNpy(path, bytes, names, limits);
        if (ending == ".csv" || ending == ".txt")
            return columnsOfLines(path, bytes, ending == ".csv", names);
        return Error{ErrorCode::Unsupported, path.string(),
                     LB_TR("Error", "must end in .txt, .csv, .json or .npy")};
    };
    LB_TRY(columns, read());
    return checked(path, names, columns);
}

Result<> writeLearnedNumbers(const fs::path& path, const LearnedNumbers& numbers)
{
    const std::string ending = path.extension().string();
    const std::size_t places = numbers.columns.empty() ? 0 : numbers.columns.front().size();
    if (ending == ".json") {
        ConfigObject object;
        for (std::size_t i = 0; i < numbers.names.size(); ++i) {
            ConfigList list;
            for (const double value : numbers.columns[i])
                list.emplace_back(value);
            object[numbers.names[i]] = std::move(list);
        }
        return saveAtomically(path, writeJson(Config(std::move(object)), JsonStyle::Canonical));
    }
    if (ending == ".npy") {
        const auto columns = std::ssize(numbers.names), length = static_cast<std::ptrdiff_t>(places);
        const Shape shape = columns == 1 ? Shape{length} : Shape{columns, length};
        return saveAtomically(path, encodeNpy(Tensor::make<double>(shape, [&](std::span<double> out) {
                                  auto at = out.begin();
                                  for (const auto& column : numbers.columns)
                                      at = std::ranges::copy(column, at).out;
                              })));
    }
    if (ending != ".csv" && ending != ".txt")
        return Error{ErrorCode::Unsupported, path.string(),
                     LB_TR("Error", "must end in .txt, .csv, .json or .npy")};
    const bool commas = ending == ".csv";
    std::string text = (commas ? "" : "# ") + joinedNames(numbers.names, commas ? "," : " ") + "\n";
    for (std::size_t place = 0; place < places; ++place) {
        for (std::size_t i = 0; i < numbers.columns.size(); ++i)
            text += (i == 0 ? "" : commas ? "," : " ") + shortestWord(numbers.columns[i][place]);
        text += "\n";
    }
    return saveAtomically(path, text);
}

} // namespace lb
