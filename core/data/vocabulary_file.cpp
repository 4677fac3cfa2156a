#include "core/data/vocabulary_file.h"

#include "core/support/files.h"
#include "core/support/json.h"
#include "core/support/utf8.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace lb {
namespace {

/// A token and the line, or the place in a list, where it stands.
struct Entry {
    std::string text;
    std::size_t line;
};

bool isList(const std::filesystem::path& path)
{
    return path.extension() == ".json";
}

/// `line`: in a list the place of the token.
Error badLine(const std::filesystem::path& path, std::size_t line, Message reason)
{
    return {ErrorCode::BadFile,
            path.string() + (isList(path) ? ", token " : ":") + std::to_string(line),
            std::move(reason)};
}

Result<std::vector<Entry>> linesOf(const std::filesystem::path& path, std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        return badLine(path, 1, LB_TR("Error", "is UTF-16; save it as UTF-8"));
    std::vector<Entry> entries;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view token = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (token.ends_with('\r'))
            token.remove_suffix(1);
        if (token.find('\0') != std::string_view::npos)
            return badLine(path, line,
                           LB_TR("Error", "holds a zero byte, so it is no text; choose a text file "
                                          "with a token a line"));
        if (!isUtf8(token))
            return badLine(path, line, LB_TR("Error", "is not UTF-8; save it as UTF-8"));
        if (token.empty() && line > 1) // the first may be Keras' padding
            return badLine(path, line,
                           LB_TR("Error", "is empty; remove the line, a token has at least one "
                                          "character"));
        entries.push_back({std::string(token), line});
    }
    return entries;
}

Result<std::vector<Entry>> listOf(const std::filesystem::path& path, std::string_view text,
                                  const Limits& limits)
{
    Result<Config> parsed = parseJson(text, limits);
    if (!parsed.ok()) {
        Error error = std::move(parsed.error());
        error.where = path.string() + (error.where.empty() ? "" : ": " + error.where);
        return error;
    }
    const auto* list = parsed.value().as<ConfigList>();
    if (!list)
        return Error{ErrorCode::BadFile, path.string(),
                     LB_TR("Error", "needs a list of tokens: [\"a\", \"b\"]")};
    std::vector<Entry> entries;
    for (const Config& each : *list) {
        const std::size_t place = entries.size() + 1;
        const auto* word = each.as<std::string>();
        if (word && word->empty() && place > 1) // the first may be Keras' padding
            return badLine(path, place,
                           LB_TR("Error", "is an empty text, which only the first of a list may be, as "
                                          "in Keras' get_vocabulary(); remove it"));
        if (word)
            entries.push_back({*word, place});
        else if (const auto* number = each.as<std::int64_t>())
            entries.push_back({std::to_string(*number), place});
        else
            return badLine(path, place,
                           LB_TR("Error", "is neither a text nor a whole number; a list holds "
                                           "tokens only"));
    }
    return entries;
}

/// `special`: of the tokens in front, which may come several times among themselves.
Result<> eachOnce(const std::filesystem::path& path, std::span<const Entry> entries,
                  std::size_t special = 0)
{
    std::unordered_map<std::string_view, std::size_t> seen;
    seen.reserve(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Entry& entry = entries[i];
        if (const auto [first, isNew] = seen.emplace(entry.text, entry.line); !isNew && i >= special)
            return badLine(path, entry.line,
                           {isList(path)
                                ? LB_TR("Error", "repeats \"%1\", token %2; keep one of them")
                                : LB_TR("Error", "repeats \"%1\" of line %2; keep one of them"),
                            {entry.text, static_cast<std::int64_t>(first->second)}});
    }
    return std::monostate{};
}

Result<Tensor> integersOf(const std::filesystem::path& path, const std::vector<Entry>& entries)
{
    std::vector<std::int64_t> numbers;
    for (const Entry& entry : entries) {
        std::int64_t number = 0;
        const char* end = entry.text.data() + entry.text.size();
        const auto read = std::from_chars(entry.text.data(), end, number);
        if (read.ec != std::errc{} || read.ptr != end)
            return badLine(path, entry.line,
                           {LB_TR("Error", "is no whole number: \"%1\"; mend it, or import the file "
                                     "into a StringLookup"),
                            {entry.text}});
        numbers.push_back(number);
    }
    return Tensor::make<std::int64_t>({std::ssize(numbers)}, [&](std::span<std::int64_t> out) {
        std::ranges::copy(numbers, out.begin());
    });
}

/// The tokens of a file, each with its line; at least one.
Result<std::vector<Entry>> entriesOf(const std::filesystem::path& path, const Limits& limits)
{
    LB_TRY(text, readFile(path, limits.jsonBytes));
    LB_TRY(entries, isList(path) ? listOf(path, text, limits) : linesOf(path, text));
    if (!entries.empty())
        return std::move(entries);
    Error error = badLine(path, 1,
                          LB_TR("Error", "holds no token; choose a text file with a token a line, "
                                         "or a .json list"));
    if (isList(path))
        error.where = path.string();
    return error;
}

Result<Tensor> tensorOf(const std::filesystem::path& path, const std::vector<Entry>& entries,
                        bool integers)
{
    if (integers)
        return integersOf(path, entries);
    return Tensor::make<std::string>({std::ssize(entries)}, [&](std::span<std::string> out) {
        std::ranges::transform(entries, out.begin(), &Entry::text);
    });
}

template <typename Token>
std::size_t specialInFront(const VocabularyLayerType& layer, const Config& config,
                           std::span<const Token> tokens)
{
    const Token last = tokens.back();
    const Tensor one
        = Tensor::make<Token>({1}, [&](std::span<Token> out) { out.front() = last; });
    const auto state = layer.withVocabulary(config, one, std::nullopt);
    const auto known = state.ok() ? layer.vocabulary(config, state.value()) : Result<Tensor>(Tensor());
    if (!known.ok() || known.value().dtype() != one.dtype() || known.value().shape().front() < 1)
        return 0;
    const auto all = known.value().template values<Token>();
    const auto special = all.first(all.size() - 1);
    const bool found = tokens.size() >= special.size()
        && std::ranges::equal(special, tokens.first(special.size()));
    return found ? special.size() : 0;
}

/// How many tokens in front are the layer's special ones, as Keras' get_vocabulary() gives them: with
/// several indices for unknown ones it repeats their token. They are what the layer itself puts
/// before a single token.
std::size_t specialInFront(const VocabularyLayerType& layer, const Config& config,
                           const Tensor& tokens)
{
    return tokens.dtype() == DType::String
        ? specialInFront<std::string>(layer, config, tokens.values<std::string>())
        : specialInFront<std::int64_t>(layer, config, tokens.values<std::int64_t>());
}

Result<std::string> asLines(const VocabularyReport& vocabulary)
{
    std::string text;
    for (std::size_t id = vocabulary.special; id < vocabulary.tokens.size(); ++id) {
        if (vocabulary.tokens[id].find_first_of("\r\n") != std::string::npos)
            return Error{ErrorCode::BadParameter, std::to_string(id),
                         LB_TR("Error", "this token holds a line end; write .json instead")};
        text += vocabulary.tokens[id] + "\n";
    }
    return text;
}

std::string asList(const VocabularyReport& vocabulary, bool integers)
{
    ConfigList list;
    for (std::size_t id = vocabulary.special; id < vocabulary.tokens.size(); ++id) {
        if (integers)
            list.emplace_back(std::int64_t{std::stoll(vocabulary.tokens[id])});
        else
            list.emplace_back(vocabulary.tokens[id]);
    }
    return writeJson(Config(std::move(list)), JsonStyle::Canonical);
}

/// Tabs and line ends in a token are written as \t, \n, \r.
std::string asTable(const VocabularyReport& vocabulary)
{
    std::string text = "id\ttoken\tcount\tdocuments\tidf\n";
    const auto number = [&](auto value) {
        char buffer[32];
        const auto done = std::to_chars(buffer, buffer + sizeof buffer, value);
        text.append(buffer, done.ptr);
    };
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        number(id);
        text += '\t';
        for (const char each : vocabulary.tokens[id])
            text += each == '\t' ? "\\t"
                : each == '\n'   ? "\\n"
                : each == '\r'   ? "\\r"
                                 : std::string(1, each);
        text += '\t';
        if (id < vocabulary.counts.size())
            number(vocabulary.counts[id]);
        text += '\t';
        if (id < vocabulary.documents.size())
            number(vocabulary.documents[id]);
        text += '\t';
        if (id < vocabulary.idf.size())
            number(vocabulary.idf[id]);
        text += '\n';
    }
    return text;
}

} // namespace

Result<Tensor> readVocabulary(const std::filesystem::path& path, bool integers,
                              const Limits& limits)
{
    LB_TRY(entries, entriesOf(path, limits));
    if (Result<> once = eachOnce(path, entries); !once.ok())
        return std::move(once.error());
    return tensorOf(path, entries, integers);
}

Result<StateHandle> stateOfVocabulary(const std::filesystem::path& path,
                                      const VocabularyLayerType& layer, const Config& config,
                                      bool integers, const Limits& limits)
{
    LB_TRY(entries, entriesOf(path, limits));
    LB_TRY(tokens, tensorOf(path, entries, integers));
    const std::size_t special = specialInFront(layer, config, tokens);
    if (Result<> once = eachOnce(path, entries, special); !once.ok())
        return std::move(once.error());
    Result<StateHandle> state = layer.withVocabulary(config, tokens, std::nullopt);
    if (state.ok())
        return state;
    Error& error = state.error();
    constexpr std::string_view field = "vocabulary/"; // every line of a file is a token
    std::size_t place = 0;
    const char* end = error.where.data() + error.where.size();
    if (error.where.starts_with(field)
        && std::from_chars(error.where.data() + field.size(), end, place).ptr == end)
        return badLine(path, place + 1, std::move(error.message));
    error.where = path.string() + (error.where.empty() ? "" : ": " + error.where);
    return state;
}

Result<> writeVocabulary(const std::filesystem::path& path, const VocabularyReport& vocabulary,
                         bool integers)
{
    if (isList(path))
        return saveAtomically(path, asList(vocabulary, integers));
    if (path.extension() == ".tsv")
        return saveAtomically(path, asTable(vocabulary));
    LB_TRY(text, asLines(vocabulary));
    return saveAtomically(path, text);
}

} // namespace lb
