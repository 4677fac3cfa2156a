#include "core/data/shape_outlines.h"
#include "core/data/sources.h"
#include "core/support/random_stream.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace lb {
namespace {

constexpr std::int64_t kSize = 32;
constexpr std::size_t kSide = kSize;
constexpr float kPi = std::numbers::pi_v<float>;

/// What a draw is for. Retries of the ink's colour lie 64 apart.
enum Draw : std::uint32_t {
    kGround = 0,
    kClutterCount = 4,
    kOcclude = 5,
    kPlace = 6, // and 7
    kTurn = 8,
    kRadius = 9,
    kHollow = 10,
    kNoise = 11,
    kSlope = 12, // and 13
    kStretch = 14,
    kOccluder = 16,
    kClutter = 32,
    kInk = 1'024,
    kGrain = 4'096
};
constexpr std::uint32_t kMostClutter = 4;
constexpr std::uint32_t kMostInks = 40;
constexpr float kLeastContrast = 70; // of 255

using Row = std::array<float, kSide>; // a fixed length, so that loops over it become vector code

struct Colour {
    std::array<float, 3> rgb{};
};

/// How far apart two colours are in brightness. Source: ITU-R BT.601's weights.
float contrast(const Colour& a, const Colour& b)
{
    return std::abs(0.299f * (a.rgb[0] - b.rgb[0]) + 0.587f * (a.rgb[1] - b.rgb[1])
                    + 0.114f * (a.rgb[2] - b.rgb[2]));
}

/// Lowers `nearest` to the squared distance of each pixel of row y to the segment a..b.
void nearSegment(PlanePoint a, PlanePoint b, float y, Row& nearest)
{
    const float ex = b.x - a.x, ey = b.y - a.y;
    const float perLength = 1 / std::max(ex * ex + ey * ey, 1e-12f);
    const float ty = y - a.y;
    for (std::size_t x = 0; x < kSide; ++x) {
        const float tx = static_cast<float>(static_cast<int>(x)) - a.x;
        float t = (tx * ex + ty * ey) * perLength;
        t = t < 0 ? 0.f : t;
        t = t > 1 ? 1.f : t;
        const float dx = tx - ex * t, dy = ty - ey * t;
        const float square = dx * dx + dy * dy;
        nearest[x] = square < nearest[x] ? square : nearest[x];
    }
}

/// Signed distances of row y to closed polygons, negative inside: the even-odd rule.
void distances(std::span<const std::vector<PlanePoint>> loops, float y, Row& away)
{
    away.fill(1e6f);
    Row sign;
    sign.fill(1);
    for (const std::vector<PlanePoint>& loop : loops) {
        PlanePoint a = loop.back();
        for (const PlanePoint b : loop) {
            nearSegment(a, b, y, away);
            if ((a.y > y) != (b.y > y)) {
                const float crossing = a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
                for (std::size_t x = 0; x < kSide; ++x)
                    sign[x] *= static_cast<float>(static_cast<int>(x)) < crossing ? -1.f : 1.f;
            }
            a = b;
        }
    }
    for (std::size_t x = 0; x < kSide; ++x)
        away[x] = std::sqrt(away[x]) * sign[x];
}

/// Draws one picture; every number is addressed by what it is for, so nothing shifts.
class Painter {
public:
    Painter(std::uint64_t seed, std::uint64_t index)
        : m_random(StreamKey{seed}.child(0x5EED), 0, index)
    {
    }

    void paint(const ShapeOutline& outline, std::span<std::uint8_t> out)
    {
        const Colour ground = colour(kGround);
        Colour ink = colour(kInk);
        for (std::uint32_t i = 1; contrast(ground, ink) < kLeastContrast && i < kMostInks; ++i)
            ink = colour(kInk + i * 64);
        fillGround(ground);
        const auto clutter = static_cast<std::uint32_t>(number(kClutterCount, 0, kMostClutter));
        for (std::uint32_t i = 0; i < clutter; ++i)
            streak(kClutter + 8 * i);
        shape(outline, ink);
        if (number(kOcclude, 0, 1) < 0.3f)
            streak(kOccluder);
        addNoise(out);
    }

private:
    float number(std::uint32_t draw, float low, float high) const
    {
        return low + (high - low) * m_random.uniform(draw);
    }
    Colour colour(std::uint32_t draw) const
    {
        Colour result;
        for (std::uint32_t c = 0; c < 3; ++c)
            result.rgb[c] = number(draw + c, 0, 255);
        return result;
    }

    void fillGround(const Colour& ground)
    {
        const float dx = number(kSlope, -1.5f, 1.5f), dy = number(kSlope + 1, -1.5f, 1.5f);
        for (std::size_t c = 0; c < 3; ++c)
            for (std::size_t y = 0; y < kSide; ++y) {
                const float start = ground.rgb[c] + dy * (static_cast<float>(y) - 16) - 16 * dx;
                for (std::size_t x = 0; x < kSide; ++x)
                    m_canvas[c][y][x] = start + dx * static_cast<float>(static_cast<int>(x));
            }
    }

    /// Lays a colour over row y as far as each pixel is inside, with soft edges of one pixel.
    void blend(std::size_t y, const Row& away, const Colour& over)
    {
        Row coverage;
        for (std::size_t x = 0; x < kSide; ++x) {
            const float inside = 0.5f - away[x];
            coverage[x] = inside < 0 ? 0.f : inside > 1 ? 1.f : inside;
        }
        for (std::size_t c = 0; c < 3; ++c) {
            Row& row = m_canvas[c][y];
            for (std::size_t x = 0; x < kSide; ++x)
                row[x] += (over.rgb[c] - row[x]) * coverage[x];
        }
    }

    /// Calls `visit(row)` for the rows between two heights that are in the picture.
    template <typename Visit> static void rows(float top, float bottom, Visit&& visit)
    {
        const float last = static_cast<float>(kSide) - 1;
        const auto from = static_cast<std::size_t>(std::clamp(std::floor(top), 0.f, last));
        const auto to = static_cast<std::size_t>(std::clamp(std::ceil(bottom), 0.f, last));
        for (std::size_t y = from; y <= to; ++y)
            visit(y);
    }

    /// A line of some width, or where it is short a blob: clutter behind the shape, or something
    /// in front of it.
    void streak(std::uint32_t draw)
    {
        const PlanePoint a{number(draw, 0, 32), number(draw + 1, 0, 32)};
        const float angle = number(draw + 2, 0, 2 * kPi);
        const bool blob = number(draw + 4, 0, 1) < 0.3f;
        const float reach = blob ? 0.5f : number(draw + 3, 4, 14);
        const float width = number(draw + 4, 0.5f, 1.3f) * (blob ? 2.2f : 1.f);
        const PlanePoint b{a.x + reach * std::cos(angle), a.y + reach * std::sin(angle)};
        const Colour over = colour(draw + 5);
        rows(std::min(a.y, b.y) - width - 1, std::max(a.y, b.y) + width + 1, [&](std::size_t y) {
            Row away;
            away.fill(1e6f);
            nearSegment(a, b, static_cast<float>(y), away);
            for (float& each : away)
                each = std::sqrt(each) - width;
            blend(y, away, over);
        });
    }

    void shape(const ShapeOutline& outline, const Colour& ink)
    {
        const float radius = number(kRadius, 9, 13);
        const PlanePoint centre{15.5f + number(kPlace, -1, 1) * (15 - radius),
                                15.5f + number(kPlace + 1, -1, 1) * (15 - radius)};
        const float angle = number(kTurn, -0.45f, 0.45f);
        const float cosine = radius * std::cos(angle), sine = radius * std::sin(angle);
        const float stretch = number(kStretch, 0.88f, 1.12f);
        const bool hollow = outline.mayBeHollow && number(kHollow, 0, 1) < 0.25f;
        std::vector<std::vector<PlanePoint>> loops = outline.loops;
        for (std::vector<PlanePoint>& loop : loops)
            for (PlanePoint& p : loop) {
                const PlanePoint q{p.x * stretch, p.y / stretch};
                p = {centre.x + cosine * q.x - sine * q.y, centre.y + sine * q.x + cosine * q.y};
            }
        const float reach = 1.2f * radius + 1;
        rows(centre.y - reach, centre.y + reach, [&](std::size_t y) {
            Row away;
            distances(loops, static_cast<float>(y), away);
            if (hollow)
                for (float& each : away)
                    each = std::abs(each + 1) - 1.1f;
            blend(y, away, ink);
        });
    }

    /// Adds the sum of two uniform numbers, a triangle and near enough to a bell, and rounds.
    void addNoise(std::span<std::uint8_t> out)
    {
        const float strength = number(kNoise, 4, 22) / 255;
        for (std::size_t i = 0; i < out.size(); i += 8) {
            const PhiloxBlock words = m_random.block(kGrain, i / 8); // two bytes a value
            for (std::size_t j = 0; j < 8; ++j) {
                const std::uint32_t pair = words[j / 2] >> (j % 2 * 16);
                const auto grain = static_cast<int>((pair & 255) + (pair >> 8 & 255)) - 255;
                const std::size_t at = i + j, pixel = at / 3;
                const float value = m_canvas[at % 3][pixel / kSide][pixel % kSide]
                    + strength * static_cast<float>(grain);
                out[at] = static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.f, 255.f));
            }
        }
    }

    RandomStream m_random;
    std::array<std::array<Row, kSide>, 3> m_canvas;
};

class DrawnShapes final : public Source {
public:
    DrawnShapes(std::int64_t count, std::uint64_t seed)
        : m_count(count)
        , m_seed(seed)
    {
    }

    std::int64_t size() const override { return m_count; }
    const std::vector<std::string>& classNames() const override
    {
        static const std::vector<std::string> names = [] {
            std::vector<std::string> result;
            for (const ShapeOutline& outline : shapeOutlines())
                result.push_back(outline.name);
            return result;
        }();
        return names;
    }
    Spec imageSpec() const override
    {
        return {DType::UInt8, {kSize, kSize, 3}, ValueRange::declared(0, 255)};
    }
    Result<Tensor> image(std::int64_t index) const override
    {
        const ShapeOutline& outline = shapeOutlines()[static_cast<std::size_t>(label(index))];
        return Tensor::make<std::uint8_t>({kSize, kSize, 3}, [&](std::span<std::uint8_t> out) {
            Painter(m_seed, static_cast<std::uint64_t>(index)).paint(outline, out);
        });
    }
    std::int64_t label(std::int64_t index) const override
    {
        return index % static_cast<std::int64_t>(shapeOutlines().size());
    }
    std::string dataHash() const override
    {
        return "drawn-shapes-1/" + std::to_string(m_count) + "/" + std::to_string(m_seed);
    }

private:
    std::int64_t m_count;
    std::uint64_t m_seed;
};

} // namespace

SourceHandle drawnShapes(std::int64_t count, std::uint64_t seed)
{
    return std::make_shared<DrawnShapes>(count, seed);
}

} // namespace lb
