#include "core/layers/hash_onnx.h"

#include "core/kernels/hashing.h"

#include <cstdio>

namespace lb::hash_onnx {
namespace {

constexpr std::uint64_t k0 = 0xc3a5c85c97cb3127;
constexpr std::uint64_t k1 = 0xb492b66fbe98f273;
constexpr std::uint64_t k2 = 0x9ae16a3b2f90404f;
constexpr std::int64_t kUint64 = 13; // onnx.TensorProto.DataType

/// Arithmetic of 64 bits on columns [n, 1] of int64, whose sums and products wrap.
class Words {
public:
    explicit Words(OnnxNode& node)
        : m_node(node)
    {
    }

    std::string number(std::uint64_t value) const
    {
        return m_node.initializer(
            Tensor::of<std::int64_t>({1, 1}, {static_cast<std::int64_t>(value)}));
    }
    std::string add(const std::string& a, const std::string& b) const { return two("Add", a, b); }
    std::string mul(const std::string& a, const std::string& b) const { return two("Mul", a, b); }
    std::string exclusive(const std::string& a, const std::string& b) const
    {
        return two("BitwiseXor", a, b);
    }
    std::string mixed(const std::string& x) const
    {
        return exclusive(x, fromUnsigned(shifted(asUnsigned(x), 47, "RIGHT")));
    }
    std::string rotatedRight(const std::string& x, int by) const
    {
        const std::string bits = asUnsigned(x);
        return fromUnsigned(
            two("BitwiseOr", shifted(bits, by, "RIGHT"), shifted(bits, 64 - by, "LEFT")));
    }
    std::string rotatedLeft(const std::string& x, int by) const { return rotatedRight(x, 64 - by); }
    std::string where(const std::string& test, const std::string& a, const std::string& b) const
    {
        return m_node.add("Where", {test, a, b});
    }
    std::string less(const std::string& a, std::int64_t b) const
    {
        return two("Less", a, number(static_cast<std::uint64_t>(b)));
    }
    /// The remainder of what is unsigned.
    std::string remainder(const std::string& x, std::int64_t by) const
    {
        const std::string divisor = asUnsigned(number(static_cast<std::uint64_t>(by)));
        return fromUnsigned(two("Mod", asUnsigned(x), divisor));
    }

private:
    std::string two(const char* type, const std::string& a, const std::string& b) const
    {
        return m_node.add(type, {a, b});
    }
    std::string asUnsigned(const std::string& x) const
    {
        return m_node.add("Cast", {x}, {{"to", kUint64}});
    }
    std::string fromUnsigned(const std::string& x) const
    {
        return m_node.add("Cast", {x}, {{"to", onnxType(DType::Int64)}});
    }
    std::string shifted(const std::string& bits, int by, const char* direction) const
    {
        return m_node.add("BitShift", {bits, asUnsigned(number(static_cast<std::uint64_t>(by)))},
                          {{"direction", std::string(direction)}});
    }

    OnnxNode& m_node;
};

/// What is hashed: a row of bytes each, 0 behind the last.
class Bytes {
public:
    /// `values` [n, most], `size` [n, 1].
    Bytes(OnnxNode& node, std::string values, std::string size, std::int64_t most)
        : m_node(node)
        , m_words(node)
        , m_values(std::move(values))
        , m_size(std::move(size))
        , m_most(most)
    {
        // the 8 bytes from every place on as one number
        const std::string room = node.add("Pad", {m_values, node.ints({0, 0, 0, 8})});
        for (std::int64_t k = 0; k < 8; ++k) {
            const std::string from
                = node.add("Slice", {room, node.ints({k}), node.ints({k + most}), node.ints({1})});
            const std::string part = m_words.mul(from, m_words.number(std::uint64_t{1} << (8 * k)));
            m_eights = k == 0 ? part : m_words.add(m_eights, part);
        }
    }

    const std::string& size() const { return m_size; }
    std::int64_t most() const { return m_most; }
    std::string firstByte() const
    {
        return m_node.add("Slice", {m_values, m_node.ints({0}), m_node.ints({1}), m_node.ints({1})});
    }
    std::string byte(const std::string& at) const { return picked(m_values, at); }
    std::string word(const std::string& at) const { return picked(m_eights, at); }
    std::string word(std::int64_t at) const
    {
        return m_node.add("Slice", {m_eights, m_node.ints({at}), m_node.ints({at + 1}), m_node.ints({1})});
    }
    /// The word that begins so many bytes before the end; any word where there is no such place.
    std::string wordBeforeEnd(std::int64_t before) const { return word(beforeEnd(before)); }
    std::string beforeEnd(std::int64_t before) const
    {
        const std::string at
            = m_words.add(m_size, m_words.number(static_cast<std::uint64_t>(-before)));
        return m_node.add("Max", {at, m_words.number(0)});
    }

private:
    std::string picked(const std::string& from, const std::string& at) const
    {
        return m_node.add("GatherElements", {from, at}, {{"axis", std::int64_t{1}}});
    }

    OnnxNode& m_node;
    Words m_words;
    std::string m_values, m_size, m_eights;
    std::int64_t m_most;
};

std::string counted(OnnxNode& node, const std::string& flags)
{
    const std::string ones = node.add("Cast", {flags}, {{"to", onnxType(DType::Int64)}});
    return node.add("ReduceSum", {ones, node.ints({1})}, {{"keepdims", std::int64_t{1}}});
}

/// The decimal digits of integers [n, 1], and the sign.
Bytes digitsOf(OnnxNode& node, const std::string& x)
{
    constexpr std::int64_t powers = 19, room = 24; // 10^18 is the largest; 20 signs at most
    const Words words(node);
    const auto row = [&](std::int64_t size, auto&& value) {
        return node.initializer(Tensor::make<std::int64_t>({1, size}, [&](std::span<std::int64_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = value(i, i == 0 ? 0 : out[i - 1]);
        }));
    };
    const std::string tens = row(powers, [](std::size_t i, std::int64_t before) {
        return i == 0 ? std::int64_t{1} : 10 * before;
    });
    const std::string places
        = row(room, [](std::size_t i, std::int64_t) { return static_cast<std::int64_t>(i); });
    // without taking the size of x first, which the least integer has none of
    const std::string left = node.add("Div", {x, tens});
    const std::string cut = words.mul(node.add("Div", {left, words.number(10)}), words.number(10));
    const std::string digits = node.add("Abs", {node.add("Sub", {left, cut})});
    const std::string used = node.add("Not", {node.add("Equal", {left, words.number(0)})});
    const std::string count = node.add("Max", {counted(node, used), words.number(1)});
    const std::string negative = words.less(x, 0);
    const std::string sign = node.add("Cast", {negative}, {{"to", onnxType(DType::Int64)}});
    const std::string size = words.add(count, sign);
    // the digit at a place: the last place has the digit of 10^0
    const std::string power
        = node.add("Sub", {words.add(size, words.number(~std::uint64_t{0})), places});
    const std::string inside = node.add(
        "And", {node.add("GreaterOrEqual", {power, words.number(0)}), node.add("Less", {power, count})});
    const std::string safe = node.add(
        "Min", {node.add("Max", {power, words.number(0)}), words.number(powers - 1)});
    const std::string found
        = node.add("GatherElements", {digits, safe}, {{"axis", std::int64_t{1}}});
    const std::string text
        = words.where(inside, words.add(found, words.number('0')), words.number(0));
    const std::string first = node.add("Equal", {places, words.number(0)});
    const std::string minus = node.add("And", {first, negative});
    return {node, words.where(minus, words.number('-'), text), size, room};
}

/// The ASCII characters other than NUL that have a bit, as a class of a pattern.
std::string charactersWith(int bit)
{
    std::string all = "[";
    for (int c = 1; c < 128; ++c) {
        if (!(c >> bit & 1))
            continue;
        int last = c;
        while (last + 1 < 128 && ((last + 1) >> bit & 1))
            ++last;
        std::array<char, 16> range{};
        std::snprintf(range.data(), range.size(), "\\x%02x-\\x%02x", c, last);
        all += range.data();
        c = last;
    }
    return all + "]";
}

/// The bytes of strings [n, 1]: a pattern for every bit of every place.
Bytes bytesOf(OnnxNode& node, const std::string& x)
{
    const Words words(node);
    std::string values;
    for (int bit = 0; bit < 7; ++bit) {
        const std::string having = charactersWith(bit);
        std::vector<std::string> places;
        for (std::int64_t i = 0; i < kMostBytes; ++i)
            places.push_back(
                node.add("RegexFullMatch", {x},
                         {{"pattern", "(?s).{" + std::to_string(i) + "}" + having + ".*"}}));
        const std::string flags = node.add("Concat", places, {{"axis", std::int64_t{1}}});
        const std::string part = words.mul(
            node.add("Cast", {flags}, {{"to", onnxType(DType::Int64)}}),
            words.number(std::uint64_t{1} << bit));
        values = bit == 0 ? part : words.add(values, part);
    }
    return {node, values, counted(node, node.add("Greater", {values, words.number(0)})), kMostBytes};
}

std::string hash16(const Words& w, const std::string& u, const std::string& v,
                   const std::string& factor)
{
    const std::string a = w.mixed(w.mul(w.exclusive(u, v), factor));
    return w.mul(w.mixed(w.mul(w.exclusive(v, a), factor)), factor);
}

/// kernels::fingerprint64() of at most 64 bytes: every way that it has, and the one that fits.
std::string fingerprint(OnnxNode& node, const Bytes& s)
{
    const Words w(node);
    const auto k = [&](std::uint64_t value) { return w.number(value); };
    const std::string& size = s.size();
    const std::string factor = w.add(w.mul(size, k(2)), k(k2));

    const std::string middle = node.add("Div", {size, k(2)});
    const std::string y0 = w.add(s.firstByte(), w.mul(s.byte(middle), k(256)));
    const std::string z0 = w.add(size, w.mul(s.byte(s.beforeEnd(1)), k(4)));
    std::string result
        = w.mul(w.mixed(w.exclusive(w.mul(y0, k(k2)), w.mul(z0, k(k0)))), k(k2));
    result = w.where(w.less(size, 1), k(k2), result);

    const auto half = [&](const std::string& word) {
        return node.add("BitwiseAnd", {word, k(0xffffffff)});
    };
    const std::string from4 = hash16(w, w.add(size, w.mul(half(s.word(0)), k(8))),
                                     half(s.wordBeforeEnd(4)), factor);
    result = w.where(w.less(size, 4), result, from4);

    const std::string a8 = w.add(s.word(0), k(k2)), b8 = s.wordBeforeEnd(8);
    const std::string c8 = w.add(w.mul(w.rotatedRight(b8, 37), factor), a8);
    const std::string d8 = w.mul(w.add(w.rotatedRight(a8, 25), b8), factor);
    result = w.where(w.less(size, 8), result, hash16(w, c8, d8, factor));

    const auto long16 = [&](std::uint64_t first) { // what 17 to 32 and 33 to 64 bytes share
        const std::string a = w.mul(s.word(0), k(first)), b = s.word(8);
        const std::string c = w.mul(s.wordBeforeEnd(8), factor);
        const std::string d = w.mul(s.wordBeforeEnd(16), k(k2));
        return std::array{
            a, w.add(w.add(w.rotatedRight(w.add(a, b), 43), w.rotatedRight(c, 30)), d),
            w.add(w.add(a, w.rotatedRight(w.add(b, k(k2)), 18)), c)};
    };
    const auto from17 = long16(k1);
    result = w.where(w.less(size, 17), result, hash16(w, from17[1], from17[2], factor));
    if (s.most() <= 32)
        return result;

    const auto [a, y, v] = long16(k2);
    const std::string z = hash16(w, y, v, factor);
    const std::string e = w.mul(s.word(16), factor), f = s.word(24);
    const std::string g = w.mul(w.add(y, s.wordBeforeEnd(32)), factor);
    const std::string h = w.mul(w.add(z, s.wordBeforeEnd(24)), factor);
    const std::string from33 = hash16(
        w, w.add(w.add(w.rotatedRight(w.add(e, f), 43), w.rotatedRight(g, 30)), h),
        w.add(w.add(e, w.rotatedRight(w.add(f, a), 18)), g), factor);
    return w.where(w.less(size, 33), result, from33);
}

/// The four numbers of kernels::sipHash24().
struct SipState {
    const Words& w;
    std::array<std::string, 4> v;

    void rounds(int count)
    {
        for (int i = 0; i < count; ++i) {
            v[0] = w.add(v[0], v[1]);
            v[1] = w.exclusive(w.rotatedLeft(v[1], 13), v[0]);
            v[0] = w.rotatedLeft(v[0], 32);
            v[2] = w.add(v[2], v[3]);
            v[3] = w.exclusive(w.rotatedLeft(v[3], 16), v[2]);
            v[0] = w.add(v[0], v[3]);
            v[3] = w.exclusive(w.rotatedLeft(v[3], 21), v[0]);
            v[2] = w.add(v[2], v[1]);
            v[1] = w.exclusive(w.rotatedLeft(v[1], 17), v[2]);
            v[2] = w.rotatedLeft(v[2], 32);
        }
    }
    void take(const std::string& word)
    {
        v[3] = w.exclusive(v[3], word);
        rounds(2);
        v[0] = w.exclusive(v[0], word);
    }
};

std::string sipHash(OnnxNode& node, const Bytes& s, const std::array<std::uint64_t, 2>& key)
{
    const Words w(node);
    SipState sip{w,
                 {w.number(key[0] ^ 0x736f6d6570736575), w.number(key[1] ^ 0x646f72616e646f6d),
                  w.number(key[0] ^ 0x6c7967656e657261), w.number(key[1] ^ 0x7465646279746573)}};
    const std::string full = node.add("Div", {s.size(), w.number(8)});
    for (std::int64_t block = 0; block < s.most() / 8; ++block) {
        const std::array before = sip.v;
        sip.take(s.word(8 * block));
        const std::string taken = node.add("Greater", {full, w.number(static_cast<std::uint64_t>(block))});
        for (std::size_t i = 0; i < 4; ++i)
            sip.v[i] = w.where(taken, sip.v[i], before[i]);
    }
    // the bytes that are left; where none are, no place has them, and they are 0
    const std::string last = node.add("Min", {w.mul(full, w.number(8)),
                                              w.number(static_cast<std::uint64_t>(s.most() - 1))});
    const std::string more = w.where(w.less(s.size(), s.most()), s.word(last), w.number(0));
    sip.take(w.add(more, w.mul(s.size(), w.number(std::uint64_t{1} << 56))));
    sip.v[2] = w.exclusive(sip.v[2], w.number(0xff));
    sip.rounds(4);
    return w.exclusive(w.exclusive(sip.v[0], sip.v[1]), w.exclusive(sip.v[2], sip.v[3]));
}

std::string hashOf(OnnxNode& node, const Bytes& bytes, const Key& key)
{
    return key ? sipHash(node, bytes, *key) : fingerprint(node, bytes);
}

std::string column(OnnxNode& node, const std::string& x)
{
    return node.add("Reshape", {x, node.ints({-1, 1})});
}

/// 0 for each string [n, 1] that can be hashed; else no such index.
std::string guard(OnnxNode& node, const std::string& x, const std::string& exempt)
{
    const std::string pattern = "[\\x01-\\x7f]{0," + std::to_string(kMostBytes) + "}";
    std::string fits = node.add("RegexFullMatch", {x}, {{"pattern", pattern}});
    if (!exempt.empty())
        fits = node.add("Or", {fits, exempt});
    const std::string index
        = node.add("Cast", {node.add("Not", {fits})}, {{"to", onnxType(DType::Int64)}});
    return node.add("Gather", {node.ints({0}), index});
}

std::string asInt64(OnnxNode& node, const std::string& x, DType dtype)
{
    return dtype == DType::Int64 ? x : node.add("Cast", {x}, {{"to", onnxType(DType::Int64)}});
}

} // namespace

std::string binsOf(OnnxNode& node, const std::string& x, DType dtype, const Key& key,
                   std::int64_t bins, const std::string& exempt)
{
    const Words w(node);
    if (dtype == DType::Bool) {
        const auto bin = [&](std::string_view word) {
            const std::uint64_t hash
                = key ? kernels::sipHash24(*key, word) : kernels::fingerprint64(word);
            return node.initializer(Tensor::of<std::int64_t>(
                {}, {static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(bins))}));
        };
        return node.add("Where", {x, bin("true"), bin("false")});
    }
    const bool strings = dtype == DType::String;
    const std::string values = column(node, strings ? x : asInt64(node, x, dtype));
    const Bytes bytes = strings ? bytesOf(node, values) : digitsOf(node, values);
    std::string found = w.remainder(hashOf(node, bytes, key), bins);
    if (strings)
        found = w.add(found, guard(node, values, exempt.empty() ? "" : column(node, exempt)));
    return node.add("Reshape", {found, node.add("Shape", {x})});
}

std::string crossedBins(OnnxNode& node, std::int64_t bins)
{
    const Words w(node);
    const std::string factor = w.number(0xc6a4a7935bd1e995);
    std::string hash = w.number(0xDECAFCAFFE); // TensorFlow's default key of cross_hashed
    std::string guards;
    for (std::size_t i = 0; i < node.inputCount(); ++i) {
        const DType dtype = node.inputSpec(i).dtype;
        std::string feature = column(
            node, dtype == DType::String ? node.input(i) : asInt64(node, node.input(i), dtype));
        if (dtype == DType::String) {
            const std::string fits = guard(node, feature, "");
            guards = guards.empty() ? fits : w.add(guards, fits);
            feature = fingerprint(node, bytesOf(node, feature));
        }
        // kernels::fingerprintCat64()
        hash = w.exclusive(hash, factor);
        hash = w.exclusive(hash, w.mul(w.mixed(w.mul(feature, factor)), factor));
        hash = w.mul(hash, factor);
        hash = w.mixed(w.mul(w.mixed(hash), factor));
    }
    std::string found = w.remainder(hash, bins);
    if (!guards.empty())
        found = w.add(found, guards);
    return node.add("Reshape", {found, node.add("Shape", {node.input(0)})});
}

} // namespace lb::hash_onnx
