#include "core/conform/numbers.h"

#include "core/data/image_file.h"
#include "core/data/wav_file.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/support/utf8.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/npy.h"

#include <charconv>

namespace lb {
namespace {

constexpr std::size_t kMostAxes = 16;

/// Numbers of nested lists, in order, and what they have in common.
struct Flat {
    Shape shape;
    std::vector<double> values;
    std::vector<std::int64_t> integers; ///< the same, exact, as long as all are integers
    std::vector<std::string> strings; ///< instead of numbers
    bool allIntegers = true, allBools = true;

    bool empty() const { return values.empty() && strings.empty(); }
};

bool flatten(const Config& config, std::size_t axis, Flat& flat)
{
    if (const auto* list = config.as<ConfigList>()) {
        const std::int64_t size = std::ssize(*list);
        if (axis == flat.shape.size() && flat.empty() && axis < kMostAxes)
            flat.shape.push_back(size); // the first list of an axis says how long all are
        if (axis >= flat.shape.size() || flat.shape[axis] != size)
            return false;
        for (const Config& item : *list)
            if (!flatten(item, axis + 1, flat))
                return false;
        return true;
    }
    if (axis != flat.shape.size())
        return false;
    if (const auto* string = config.as<std::string>()) {
        flat.strings.push_back(*string);
        return flat.values.empty();
    }
    if (!flat.strings.empty())
        return false;
    const auto* flag = config.as<bool>();
    const auto* integer = config.as<std::int64_t>();
    const auto* real = config.as<double>();
    if (!flag && !integer && !real)
        return false;
    flat.allBools = flat.allBools && flag;
    flat.allIntegers = flat.allIntegers && integer;
    flat.values.push_back(real ? *real : integer ? static_cast<double>(*integer) : *flag ? 1 : 0);
    if (integer)
        flat.integers.push_back(*integer);
    return true;
}

Tensor stringsFrom(const Flat& flat, Shape shape)
{
    return Tensor::make<std::string>(std::move(shape), [&](std::span<std::string> out) {
        std::ranges::copy(flat.strings, out.begin());
    });
}

Tensor tensorFrom(const Flat& flat, DType dtype, Shape shape)
{
    return dispatch(dtype, [&]<typename Number>(Number) {
        return Tensor::make<Number>(std::move(shape), [&](std::span<Number> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = flat.allIntegers ? static_cast<Number>(flat.integers[i])
                                          : static_cast<Number>(flat.values[i]);
        });
    });
}

Error notNumbers()
{
    return {ErrorCode::BadFile, "", LB_TR("Error", "needs numbers, or strings, in lists of equal length")};
}

Config listsFrom(const Tensor& tensor, std::size_t axis, std::size_t& next)
{
    if (axis < tensor.shape().size()) {
        ConfigList list;
        for (std::int64_t i = 0; i < tensor.shape()[axis]; ++i)
            list.push_back(listsFrom(tensor, axis + 1, next));
        return list;
    }
    const std::size_t i = next++;
    if (tensor.dtype() == DType::String)
        return tensor.values<std::string>()[i];
    return dispatch(tensor.dtype(), [&]<typename Number>(Number) -> Config {
        if constexpr (RealNumber<Number>)
            return static_cast<double>(tensor.values<Number>()[i]);
        else
            return tensor.values<Number>()[i];
    });
}

/// One line of numbers; false where a field is none.
bool readRow(std::string_view line, std::vector<double>& into)
{
    while (true) {
        const std::size_t end = std::min(line.find(','), line.size());
        std::string_view field = line.substr(0, end);
        while (!field.empty() && (field.front() == ' ' || field.front() == '"'))
            field.remove_prefix(1);
        while (!field.empty() && (field.back() == ' ' || field.back() == '"'))
            field.remove_suffix(1);
        double value = 0;
        const auto parsed = std::from_chars(field.data(), field.data() + field.size(), value);
        if (parsed.ec != std::errc() || parsed.ptr != field.data() + field.size())
            return false;
        into.push_back(value);
        if (end == line.size())
            return true;
        line.remove_prefix(end + 1);
    }
}

Result<Tensor> tensorOfCsv(std::string_view text)
{
    std::vector<double> values;
    std::int64_t rows = 0;
    for (std::int64_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty())
            continue;
        const std::size_t before = values.size();
        const bool numbers = readRow(line, values);
        if (!numbers && number == 1) {
            values.clear();
            continue; // names of the columns
        }
        rows += 1;
        if (!numbers || (values.size() - before) * static_cast<std::size_t>(rows) != values.size())
            return Error{
                ErrorCode::BadFile,
                "",
                {LB_TR("Error", "line %1 is not as many numbers as the lines before"), {number}}};
    }
    if (rows == 0)
        return Error{ErrorCode::BadFile, "", LB_TR("Error", "holds no numbers")};
    const std::int64_t columns = std::ssize(values) / rows;
    return Tensor::make<float>({rows, columns}, [&](std::span<float> out) {
        std::ranges::transform(values, out.begin(), [](double x) { return static_cast<float>(x); });
    });
}

/// [samples] of one channel, [channels, samples] of several.
Tensor soundRows(const Sound& sound)
{
    const std::int64_t channels = sound.samples.shape()[1];
    const std::int64_t samples = sound.samples.shape()[0];
    if (channels == 1)
        return sound.samples.reshaped({samples});
    const auto from = sound.samples.values<float>();
    return Tensor::make<float>({channels, samples}, [&](std::span<float> out) {
        for (std::size_t i = 0; i < from.size(); ++i)
            out[i % static_cast<std::size_t>(channels) * static_cast<std::size_t>(samples)
                + i / static_cast<std::size_t>(channels)]
                = from[i];
    });
}

Result<Tensor> decoded(const std::filesystem::path& path, const Limits& limits)
{
    std::string kind = path.extension().string();
    std::ranges::transform(kind, kind.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    if (kind == ".npy") {
        LB_TRY(bytes, readFile(path, limits.tensorBytes));
        return decodeNpy(bytes, limits);
    }
    if (kind == ".json") {
        LB_TRY(bytes, readFile(path, limits.jsonBytes));
        LB_TRY(config, parseJson(bytes, limits));
        return tensorOf(config);
    }
    if (kind == ".txt") {
        LB_TRY(bytes, readFile(path, limits.tensorBytes));
        return tensorOfLines(bytes);
    }
    if (kind == ".csv") {
        LB_TRY(bytes, readFile(path, limits.jsonBytes));
        return tensorOfCsv(bytes);
    }
    static constexpr std::array<std::string_view, 13> kPictures{
        ".png", ".jpg", ".jpeg", ".jpe", ".bmp", ".webp", ".gif",
        ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm"};
    if (std::ranges::find(kPictures, kind) != kPictures.end())
        return readImage(path, limits);
    if (kind == ".wav") {
        LB_TRY(bytes, readFile(path, limits.tensorBytes));
        LB_TRY(sound, decodeWav(bytes, limits));
        return soundRows(sound);
    }
    return Error{ErrorCode::Unsupported,
                 "",
                 {LB_TR("Error", "ends with '%1', which layers are not called with; give .npy, .json, .csv, "
                                 ".txt, .wav, or a picture: .png, .jpg, .bmp, .webp, .gif, .tiff, .ppm"),
                  {kind}}};
}

} // namespace

Result<Tensor> tensorOf(const Config& config)
{
    const Config* value = config.find("value");
    Flat flat;
    if (!flatten(value ? *value : config, 0, flat))
        return notNumbers();
    if (!value && !flat.strings.empty())
        return stringsFrom(flat, flat.shape);
    if (!value) {
        const bool none = flat.values.empty();
        return tensorFrom(flat,
                          !none && flat.allBools          ? DType::Bool
                              : !none && flat.allIntegers ? DType::Int64
                                                          : DType::Float32,
                          flat.shape);
    }
    const Config* name = config.find("dtype");
    const auto* text = name ? name->as<std::string>() : nullptr;
    const auto dtype = text ? dtypeNamed(*text) : DType::Float32;
    if (!dtype)
        return Error{ErrorCode::Unsupported,
                     "",
                     {LB_TR("Error", "has a dtype that is not known here: %1"), {*text}}};
    Shape shape = flat.shape;
    const std::int64_t all = std::ssize(flat.values) + std::ssize(flat.strings);
    if (const Config* stated = config.find("shape")) {
        Flat sizes;
        if (!flatten(*stated, 0, sizes) || sizes.shape.size() != 1
            || sizes.shape[0] > std::ssize(sizes.integers))
            return notNumbers();
        std::int64_t count = 1;
        for (const std::int64_t size : sizes.integers) {
            if (size < 0 || (size > 0 && count > all / size))
                return notNumbers();
            count *= size;
        }
        if (count != all)
            return notNumbers();
        shape = sizes.integers;
    }
    if (*dtype == DType::String && flat.values.empty() && elementCount(shape) == all)
        return stringsFrom(flat, std::move(shape));
    if (*dtype == DType::String || !flat.strings.empty())
        return notNumbers();
    return tensorFrom(flat, *dtype, std::move(shape));
}

Result<Tensor> tensorOfLines(std::string_view text)
{
    std::vector<std::string> lines;
    for (std::int64_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.find('\0') != std::string_view::npos || !isUtf8(line))
            return Error{
                ErrorCode::BadFile,
                "",
                {LB_TR("Error", "line %1 is no text in UTF-8; save the file as such"), {number}}};
        lines.emplace_back(line);
    }
    return Tensor::make<std::string>({std::ssize(lines)}, [&](std::span<std::string> out) {
        std::ranges::move(lines, out.begin());
    });
}

Config listsOf(const Tensor& tensor)
{
    std::size_t next = 0;
    return listsFrom(tensor, 0, next);
}

Tensor converted(const Tensor& tensor, DType dtype)
{
    if (tensor.dtype() == dtype || tensor.dtype() == DType::String || dtype == DType::String)
        return tensor;
    return dispatch(tensor.dtype(), [&]<typename From>(From) {
        return dispatch(dtype, [&]<typename To>(To) {
            return Tensor::make<To>(tensor.shape(), [&](std::span<To> out) {
                std::ranges::transform(tensor.values<From>(), out.begin(), [](From x) {
                    constexpr bool whole = std::integral<To> && !std::same_as<To, bool>;
                    if constexpr (RealNumber<From> && whole) // by way of int64, as NumPy wraps
                        return static_cast<To>(static_cast<std::int64_t>(x));
                    else if constexpr (Float16Bits<From>)
                        return static_cast<To>(float{x});
                    else
                        return static_cast<To>(x);
                });
            });
        });
    });
}

Result<Tensor> readValue(const std::filesystem::path& path, const Limits& limits)
{
    Result<Tensor> result = decoded(path, limits);
    if (!result.ok() && result.error().where.empty())
        result.error().where = path.string();
    return result;
}

} // namespace lb
