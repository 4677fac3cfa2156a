#include "core/kernels/warp_lines.h"

#include "core/kernels/vectorized.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

// Compiled without contraction to fused multiply-adds: every machine gives the numbers of warp().
namespace lb::kernels {
namespace {

constexpr std::int64_t kPiece = 256; ///< pixels of a line that are placed together
constexpr float kFar = 1e15f; // as in warp()

using Floats = std::array<float, kPiece>;
using Places = std::array<std::int32_t, kPiece>;

/// Where the pixels of a piece of a line are read.
struct Piece {
    alignas(64) Floats x, y; ///< coordinates, then the weights of the right and the lower neighbour
    alignas(64) Places upper, beside, under; ///< the left upper neighbour; steps to the others
};

/// a * column + b + c, in this order.
LB_VECTORIZED void placeLine(float* __restrict out, std::int64_t first, std::int64_t count, float a,
                             float b, float c)
{
    for (std::int64_t i = 0; i < count; ++i)
        out[i] = a * static_cast<float>(static_cast<std::int32_t>(first + i)) + b + c;
}

bool allInside(const float* x, std::int64_t count, float last)
{
    // along a line a coordinate grows or falls all the way
    return x[0] >= 0 && x[0] <= last && x[count - 1] >= 0 && x[count - 1] <= last;
}

LB_VECTORIZED void foldReflected(float* __restrict x, std::int64_t count, float size)
{
    const float last = size - 1;
    const float twice = 2 * size;
    for (std::int64_t i = 0; i < count; ++i) {
        const float c = x[i];
        const float distance = std::abs(c);
        const float turns = twice * std::trunc(distance / twice);
        const float below = turns + c;
        const float above = c - turns;
        const float left = below < -size ? below + twice : -below - 1;
        const float right = above >= size ? twice - above - 1 : above;
        float folded = c < 0 ? left : right;
        folded = folded < 0 ? 0 : folded;
        folded = folded > last ? last : folded;
        x[i] = distance < kFar ? folded : 0;
    }
}

LB_VECTORIZED void foldWrapped(float* __restrict x, std::int64_t count, float size)
{
    const float last = size - 1;
    for (std::int64_t i = 0; i < count; ++i) {
        const float c = x[i];
        const float distance = std::abs(c);
        const float turns = std::trunc(distance / last);
        const float left = c + size * (turns + 1);
        const float right = c - size * turns;
        float folded = c < 0 ? left : right;
        folded = folded < 0 ? 0 : folded;
        folded = folded > last ? last : folded;
        folded = c >= 0 && c <= last ? c : folded;
        x[i] = distance < kFar ? folded : 0;
    }
}

LB_VECTORIZED void foldNearest(float* __restrict x, std::int64_t count, float size)
{
    const float last = size - 1;
    for (std::int64_t i = 0; i < count; ++i) {
        const float c = x[i];
        float folded = c < 0 ? 0 : c;
        folded = folded > last ? last : folded;
        x[i] = std::abs(c) < kFar ? folded : 0;
    }
}

void fold(FillMode mode, float* x, std::int64_t count, std::int64_t size)
{
    const auto length = static_cast<float>(size);
    if (allInside(x, count, length - 1))
        return;
    if (size <= 1)
        std::fill_n(x, count, 0.0f);
    else if (mode == FillMode::Reflect)
        foldReflected(x, count, length);
    else if (mode == FillMode::Wrap)
        foldWrapped(x, count, length);
    else
        foldNearest(x, count, length);
}

/// From coordinates inside the image to places in memory and weights.
LB_VECTORIZED void resolve(Piece& piece, std::int64_t count, std::int32_t width,
                           std::int32_t height, std::int32_t channels)
{
    const std::int32_t line = width * channels;
    for (std::int64_t at = 0; at < count; ++at) {
        const auto i = static_cast<std::size_t>(at);
        const auto left = static_cast<std::int32_t>(piece.x[i]);
        const auto top = static_cast<std::int32_t>(piece.y[i]);
        piece.x[i] -= static_cast<float>(left);
        piece.y[i] -= static_cast<float>(top);
        piece.upper[i] = top * line + left * channels;
        piece.beside[i] = left + 1 < width ? channels : 0; // beyond, its weight is 0
        piece.under[i] = top + 1 < height ? line : 0;
    }
}

template <typename Values>
Values blended(Values upperLeft, Values upperRight, Values lowerLeft, Values lowerRight,
               float right, float below)
{
    const Values above = (1 - right) * upperLeft + right * upperRight;
    const Values under = (1 - right) * lowerLeft + right * lowerRight;
    return (1 - below) * above + below * under;
}

/// Channels one by one.
void readEach(const Warp<float>& work, const Piece& piece, std::size_t i, float* out)
{
    const float* upper = work.image + piece.upper[i];
    const float* lower = upper + piece.under[i];
    const std::int32_t beside = piece.beside[i];
    for (std::int64_t c = 0; c < work.channels; ++c)
        out[c] = blended(upper[c], upper[c + beside], lower[c], lower[c + beside], piece.x[i],
                         piece.y[i]);
}

using Four = float __attribute__((vector_size(16)));
Four fourAt(const float* from)
{
    Four values;
    std::memcpy(&values, from, sizeof values);
    return values;
}

/// Three channels with a fourth value that nobody wants: `out` takes four, the next pixel comes over
/// the fourth. Where four cannot be read or written any more, readEach() goes on.
void readThree(const Warp<float>& work, const Piece& piece, std::int64_t count, std::int64_t room,
               float* out)
{
    const std::int64_t readable = work.height * work.width * 3 - 4;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i, out += 3, room -= 3) {
        const std::int64_t beside = piece.beside[i], under = piece.under[i];
        if (piece.upper[i] + beside + under > readable || room < 4) {
            readEach(work, piece, i, out);
            continue;
        }
        const float* upper = work.image + piece.upper[i];
        const float* lower = upper + under;
        const Four values = blended(fourAt(upper), fourAt(upper + beside), fourAt(lower),
                                    fourAt(lower + beside), piece.x[i], piece.y[i]);
        std::memcpy(out, &values, sizeof values);
    }
}

} // namespace

bool warpLines(const Warp<float>& work, FillMode mode)
{
    const std::int64_t size = work.height * work.width * work.channels;
    const auto& m = work.matrix;
    if (mode == FillMode::Constant || m[6] != 0 || m[7] != 0
        || size > std::numeric_limits<std::int32_t>::max())
        return false;
    Piece piece;
    for (std::int64_t row = 0; row < work.height; ++row) {
        const auto y = static_cast<float>(row);
        for (std::int64_t first = 0; first < work.width; first += kPiece) {
            const std::int64_t count = std::min(kPiece, work.width - first);
            placeLine(piece.x.data(), first, count, m[0], m[1] * y, m[2]);
            placeLine(piece.y.data(), first, count, m[3], m[4] * y, m[5]);
            fold(mode, piece.x.data(), count, work.width);
            fold(mode, piece.y.data(), count, work.height);
            resolve(piece, count, static_cast<std::int32_t>(work.width),
                    static_cast<std::int32_t>(work.height),
                    static_cast<std::int32_t>(work.channels));
            const std::int64_t at = (row * work.width + first) * work.channels;
            float* out = work.out + at;
            if (work.channels == 3)
                readThree(work, piece, count, size - at, out);
            else
                for (std::int64_t i = 0; i < count; ++i, out += work.channels)
                    readEach(work, piece, static_cast<std::size_t>(i), out);
        }
    }
    return true;
}

} // namespace lb::kernels
