#include "core/data/built_in.h"
#include "core/data/built_in_words.h"
#include "core/support/random_stream.h"

#include <array>
#include <cmath>

namespace lb {
namespace {

/// Makes one sentence; every choice is a draw of its own.
class Sentence {
public:
    Sentence(std::uint64_t seed, std::int64_t index)
        : m_random(StreamKey{seed}.child(0x7e47), 0, static_cast<std::uint64_t>(index))
    {
    }

    bool praises() { return m_random.uniform(0) < 0.5f; }

    /// "$noun was $good", with words in the place of names.
    std::string made(bool praise)
    {
        const std::string_view pattern = pick(praise ? words::praises() : words::complaints());
        std::string text = begun(filled(pattern));
        if (chance() < 0.35)
            text += ' ' + begun(filled(pick(praise ? words::praiseEnds() : words::complaintEnds())));
        if (chance() < 0.25)
            text = begun(filled(pick(words::openings()))) + ' ' + text;
        return text;
    }

private:
    double chance() { return static_cast<double>(m_random.uniform(1, m_draw++)); }

    std::string_view pick(words::List list)
    {
        const double u = chance(); // early words come often, as in real text
        return list[static_cast<std::size_t>(std::pow(u, 1.7) * static_cast<double>(list.size()))];
    }

    /// With a capital in front.
    static std::string begun(std::string text)
    {
        if (text.front() >= 'a' && text.front() <= 'z')
            text.front() = static_cast<char>(text.front() - 'a' + 'A');
        return text;
    }

    /// Words may be patterns, too: "answered within $number minutes".
    std::string filled(std::string_view pattern)
    {
        std::string text;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            if (pattern[i] != '$') {
                text += pattern[i];
                continue;
            }
            std::size_t end = i + 1;
            while (end < pattern.size() && pattern[end] >= 'a' && pattern[end] <= 'z')
                ++end;
            const std::string next = filled(word(pattern.substr(i + 1, end - i - 1)));
            const bool article = text.ends_with(" a ") || text == "a " || text == "A ";
            if (article && std::string_view("aeiou").find(next.front()) != std::string_view::npos)
                text.insert(text.size() - 1, "n");
            text += next;
            i = end - 1;
        }
        return text;
    }

    std::string word(std::string_view kind)
    {
        if (kind == "model")
            return model();
        if (kind == "number")
            return std::to_string(2 + static_cast<int>(chance() * 29));
        return std::string(pick(words::of(kind)));
    }

    /// "Velto X340": mostly one that nobody else has.
    std::string model()
    {
        static constexpr std::array kFirst{"Vel", "Kor", "Ari", "Zen", "Tra", "Mon", "Lux", "Pel",
                                           "Odo", "Fen", "Bri", "Cal", "Dor", "Eri", "Gal", "Hax"};
        static constexpr std::array kLast{"to", "dia", "nex", "vo", "lin", "mira", "ron", "sa",
                                          "kit", "bel", "dan", "phos", "ry", "tek", "um", "wex"};
        const auto part = [&](const auto& list) {
            return std::string(list[static_cast<std::size_t>(chance() * double(list.size()))]);
        };
        const std::string name = part(kFirst) + part(kLast);
        return name + ' ' + static_cast<char>('A' + static_cast<int>(chance() * 26))
            + std::to_string(10 * (1 + static_cast<int>(chance() * 90)));
    }

    RandomStream m_random;
    std::uint64_t m_draw = 0;
};

std::shared_ptr<const Source> labelledTexts(Tensor texts, std::vector<std::int64_t> labels,
                                            std::vector<std::string> classes)
{
    std::vector<std::pair<std::string, Tensor>> columns;
    columns.emplace_back("text", std::move(texts));
    return std::make_shared<MemoryTable>(std::move(columns), std::move(labels), std::move(classes));
}

} // namespace

std::shared_ptr<const Source> threeSentences(std::int64_t count)
{
    static constexpr std::array<std::string_view, 3> kSentences{
        "Treat the humanity in every person as an end, and never as a means alone.",
        "Let all give what they are able to, and let all receive what meets their needs!",
        "Reason follows the passions, and was never meant to be more than their servant.",
    };
    std::vector<std::int64_t> labels;
    Tensor texts = Tensor::make<std::string>({count, 1}, [&](std::span<std::string> out) {
        for (std::string& text : out) {
            const std::size_t which = labels.size() % kSentences.size();
            text = kSentences[which];
            labels.push_back(static_cast<std::int64_t>(which));
        }
    });
    return labelledTexts(std::move(texts), std::move(labels), {"humanity", "needs", "reason"});
}

std::shared_ptr<const Source> builtInSentences(std::int64_t count, std::uint64_t seed)
{
    std::vector<std::int64_t> labels;
    Tensor texts = Tensor::make<std::string>({count, 1}, [&](std::span<std::string> out) {
        for (std::int64_t i = 0; i < count; ++i) {
            Sentence sentence(seed, i);
            const bool praise = sentence.praises();
            out[static_cast<std::size_t>(i)] = sentence.made(praise);
            labels.push_back(praise ? 1 : 0);
        }
    });
    return labelledTexts(std::move(texts), std::move(labels), {"complaint", "praise"});
}

} // namespace lb
