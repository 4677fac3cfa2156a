#include "core/support/nearest_name.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace lb {
namespace {

constexpr std::size_t kLongestCompared = 200;

/// Letters and digits, small: "Sib Sp" and "sib_sp" are one.
std::string bareName(std::string_view name)
{
    std::string bare;
    for (const char c : name.substr(0, kLongestCompared)) {
        if (c >= 'A' && c <= 'Z')
            bare += static_cast<char>(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80))
            bare += c;
    }
    return bare;
}

/// How many bytes are to be changed, put in or taken out, or pairs of neighbours swapped ("inptu").
/// Source: the optimal string alignment distance of Damerau and Levenshtein.
std::size_t editsBetween(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            row[j + 1] = std::min({last[j] + (a[i] != b[j]), row[j] + 1, last[j + 1] + 1});
            if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j])
                row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
        }
        before = std::exchange(last, row);
    }
    return last.back();
}

} // namespace

std::string nearestName(std::string_view name, std::span<const std::string> known)
{
    const std::string wanted = bareName(name);
    std::string best;
    std::size_t least = std::max<std::size_t>(1, wanted.size() / 3) + 1;
    for (const std::string& other : known) {
        const std::string bare = bareName(other);
        if (bare.empty() || wanted.empty())
            continue;
        if (const std::size_t edits = editsBetween(wanted, bare);
            edits < least && edits < wanted.size()) {
            least = edits;
            best = other;
        }
    }
    return best;
}

} // namespace lb
