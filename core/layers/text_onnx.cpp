#include "core/layers/text_onnx.h"

#include <cstdio>

namespace lb::text_onnx {
namespace {

constexpr std::int64_t kMostPlaces = 256; ///< a pattern for each place and bit of an id
constexpr std::size_t kMostCharacters = 4096; ///< in a vocabulary

std::string count(OnnxNode& node, std::int64_t value)
{
    return node.initializer(Tensor::of<std::int64_t>({}, {value}));
}

std::string asIntegers(OnnxNode& node, const std::string& x)
{
    return node.add("Cast", {x}, {{"to", onnxType(DType::Int64)}});
}

std::string matches(OnnxNode& node, const std::string& x, const std::string& pattern)
{
    return node.add("RegexFullMatch", {x}, {{"pattern", "(?s)" + pattern}});
}

/// The code point of a string that is one character of UTF-8; nothing for any other.
std::optional<std::uint32_t> characterOf(std::string_view text)
{
    if (text.empty())
        return {};
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t size = byte(0) < 0x80 ? 1 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
    if (text.size() != size || (size > 1 && byte(0) < 0xc2))
        return {};
    std::uint32_t code = size == 1 ? byte(0) : byte(0) & (0x7fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80)
            return {};
        code = code << 6 | (byte(i) & 0x3fu);
    }
    return code;
}

/// A character of a vocabulary and its place behind the special tokens.
struct Character {
    std::uint32_t code;
    std::int64_t place;
};

std::vector<Character> charactersOf(const Lookup<std::string>& lookup)
{
    std::vector<Character> all;
    std::int64_t place = 0;
    for (const std::string& token : lookup.tokens()) {
        if (const auto code = characterOf(token)) // what has several is never a character
            all.push_back({*code, place});
        ++place;
    }
    return all;
}

/// A class of a pattern: `start`, and the characters that `belongs` holds for.
template <typename Belongs>
std::string classOf(const std::vector<Character>& characters, const char* start, Belongs&& belongs)
{
    std::string all = start;
    for (const Character& each : characters) {
        if (!belongs(each))
            continue;
        std::array<char, 16> escaped{};
        std::snprintf(escaped.data(), escaped.size(), "\\x{%x}", static_cast<unsigned>(each.code));
        all += escaped.data();
    }
    return all + "]";
}

/// Flags [n, length]: whether a text has `what` at each place.
std::string places(OnnxNode& node, const std::string& x, const std::string& what, std::int64_t length)
{
    std::vector<std::string> columns;
    for (std::int64_t i = 0; i < length; ++i)
        columns.push_back(matches(node, x, ".{" + std::to_string(i) + "}" + what));
    return asIntegers(node, node.add("Concat", columns, {{"axis", std::int64_t{1}}}));
}

/// How many characters texts [n, 1] have, by the bits of that number.
std::string lengthOf(OnnxNode& node, const std::string& x)
{
    std::string total;
    for (std::int64_t bit = 1; bit <= kMostCounted; bit *= 2) {
        const std::string has
            = matches(node, x,
                      "(?:.{" + std::to_string(2 * bit) + "})*.{" + std::to_string(bit) + ","
                          + std::to_string(2 * bit - 1) + "}");
        const std::string part = node.add("Mul", {asIntegers(node, has), count(node, bit)});
        total = total.empty() ? part : node.add("Add", {total, part});
    }
    const std::string fits = matches(node, x, ".{0," + std::to_string(kMostCounted) + "}");
    const std::string index = asIntegers(node, node.add("Not", {fits}));
    return node.add("Add", {total, node.add("Gather", {node.ints({0}), index})});
}

Error unsupported(Text reason)
{
    return {ErrorCode::Unsupported, "", reason};
}

} // namespace

Grams grams(OnnxNode& node, const std::string& words, const std::string& counts,
            const std::vector<std::int64_t>& widths)
{
    const std::string size = node.add("Shape", {words});
    const std::string rows = node.add("Slice", {size, node.ints({0}), node.ints({1})});
    const std::string columns = node.add("Slice", {size, node.ints({1}), node.ints({2})});
    const std::string none = node.initializer(Tensor::of<std::string>({}, {""}));
    const std::string space = node.initializer(Tensor::of<std::string>({}, {" "}));
    const std::int64_t most = *std::ranges::max_element(widths);
    const std::string room = node.add(
        "Expand", {none, node.add("Concat", {rows, node.ints({most - 1})}, {{"axis", std::int64_t{0}}})});
    const std::string wide = node.add("Concat", {words, room}, {{"axis", std::int64_t{1}}});
    const auto from = [&](std::int64_t place) {
        const std::string end = node.add("Add", {columns, node.ints({place})});
        return node.add("Slice", {wide, node.ints({place}), end, node.ints({1})});
    };
    const std::string grid = node.add(
        "Range", {count(node, 0), node.add("Squeeze", {columns}), count(node, 1)});
    const std::string has = node.add("Unsqueeze", {counts, node.ints({1})});

    std::vector<std::string> tokens, there;
    std::string longest;
    for (const std::int64_t width : widths) {
        std::string run = from(0);
        for (std::int64_t i = 1; i < width; ++i)
            run = node.add("StringConcat", {node.add("StringConcat", {run, space}), from(i)});
        there.push_back(node.add(
            "LessOrEqual", {node.add("Add", {grid, count(node, width)}), has}));
        tokens.push_back(node.add("Where", {there.back(), run, none}));
        const std::string fits = node.add(
            "Max", {node.add("Add", {columns, node.ints({1 - width})}), node.ints({0})});
        longest = longest.empty() ? fits : node.add("Add", {longest, fits});
    }
    const OnnxAttributes beside{{"axis", std::int64_t{1}}};
    return {node.add("Concat", tokens, beside), node.add("Concat", there, beside), longest};
}

std::string packed(OnnxNode& node, const std::string& ids, const Grams& grams)
{
    const std::string size = node.add("Shape", {ids});
    const std::string rows = node.add("Slice", {size, node.ints({0}), node.ints({1})});
    const std::string columns = node.add("Slice", {size, node.ints({1}), node.ints({2})});
    const std::string nth
        = node.add("CumSum", {asIntegers(node, grams.there), count(node, 1)});
    // what is not there goes behind the last column, and is cut off
    const std::string place = node.add(
        "Where", {grams.there, node.add("Sub", {nth, count(node, 1)}), columns});
    const std::string room = node.add("Add", {columns, node.ints({1})});
    const std::string empty = node.add(
        "Expand", {count(node, 0), node.add("Concat", {rows, room}, {{"axis", std::int64_t{0}}})});
    const std::string filled
        = node.add("ScatterElements", {empty, place, ids}, {{"axis", std::int64_t{1}}});
    return node.add("Slice", {filled, node.ints({0}), grams.longest, node.ints({1})});
}

Result<std::string> characterIds(OnnxNode& node, const std::string& x,
                                 const Lookup<std::string>& lookup,
                                 const std::optional<std::int64_t>& length)
{
    if (!length || *length < 1 || *length > kMostPlaces)
        return unsupported(LB_TR("Error",
                                 "characters have an ONNX form with an output_sequence_length of 1 "
                                 "to 256"));
    const std::vector<Character> characters = charactersOf(lookup);
    if (characters.size() > kMostCharacters)
        return unsupported(LB_TR("Error", "more than 4096 different characters have no ONNX form"));
    const std::string texts = node.add("Reshape", {x, node.ints({-1, 1})});
    // 1 for any character, and the bits of what the known ones have more
    std::string ids = places(node, texts, ".+", *length);
    for (std::size_t bit = 0; lookup.tokens().size() >> bit; ++bit) {
        const auto has = [&](const Character& each) { return ((each.place + 1) >> bit & 1) != 0; };
        if (std::ranges::none_of(characters, has))
            continue;
        const std::string flags = places(node, texts, classOf(characters, "[", has) + ".*", *length);
        ids = node.add("Add", {ids, node.add("Mul", {flags, count(node, std::int64_t{1} << bit)})});
    }
    return ids;
}

Result<std::string> characterCodes(OnnxNode& node, const std::string& x,
                                   const Lookup<std::string>& lookup)
{
    const std::vector<Character> characters = charactersOf(lookup);
    if (characters.size() > kMostCharacters || lookup.depth() > std::int64_t{1} << 16)
        return unsupported(LB_TR("Error", "more than 4096 different characters have no ONNX form"));
    const bool counts = lookup.settings().mode != OutputMode::MultiHot;
    const std::string texts = node.add("Reshape", {x, node.ints({-1, 1})});
    const std::string zero = node.add("Mul", {asIntegers(node, matches(node, texts, "")), count(node, 0)});
    std::vector<std::string> columns(static_cast<std::size_t>(lookup.depth()), zero);
    std::string known = zero;
    for (const Character& each : characters) {
        const std::string& token = lookup.tokens()[static_cast<std::size_t>(each.place)];
        const std::string pieces
            = node.addAll("StringSplit", {texts}, {{"delimiter", token}}, 2).back();
        std::string times = node.add("Max", {node.add("Sub", {pieces, count(node, 1)}), count(node, 0)});
        if (counts)
            known = node.add("Add", {known, times});
        else
            times = node.add("Min", {times, count(node, 1)});
        columns[static_cast<std::size_t>(each.place + lookup.settings().tokenStart())] = times;
    }
    const std::string others = characters.empty()
        ? "."
        : classOf(characters, "[^", [](const Character&) { return true; });
    columns.front() = counts ? node.add("Sub", {lengthOf(node, texts), known})
                             : asIntegers(node, matches(node, texts, ".*" + others + ".*"));
    const std::string codes = node.add("Concat", columns, {{"axis", std::int64_t{1}}});
    if (lookup.settings().mode != OutputMode::TfIdf)
        return codes;
    const std::string weights
        = node.initializer(Tensor::make<float>({lookup.depth()}, [&](std::span<float> out) {
              std::ranges::copy(lookup.weights(), out.begin());
          }));
    return node.add("Mul", {node.add("Cast", {codes}, {{"to", onnxType(DType::Float32)}}), weights});
}

} // namespace lb::text_onnx
