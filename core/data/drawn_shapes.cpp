#include "core/data/sources.h"

#include "core/support/random_stream.h"

#include <array>
#include <cmath>
#include <numbers>

namespace lb {
namespace {

constexpr std::int64_t kSize = 32;
constexpr std::int64_t kClasses = 10;
constexpr std::array<const char*, kClasses> kNames{
    "circle", "square", "triangle", "star", "cross", "ring", "heart", "moon", "arrow", "hexagon"};
constexpr float kPi = std::numbers::pi_v<float>;

struct Vec {
    float x = 0, y = 0;
};
Vec operator-(Vec a, Vec b)
{
    return {a.x - b.x, a.y - b.y};
}
float dot(Vec a, Vec b)
{
    return a.x * b.x + a.y * b.y;
}
float length(Vec a)
{
    return std::sqrt(dot(a, a));
}

/// Signed distance to a closed polygon: negative inside. Source: the even-odd rule along edges.
float polygonDistance(std::span<const Vec> corners, Vec p)
{
    float nearest = HUGE_VALF;
    bool inside = false;
    for (std::size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
        const Vec edge = corners[j] - corners[i];
        const Vec to = p - corners[i];
        const float t = std::clamp(dot(to, edge) / dot(edge, edge), 0.f, 1.f);
        nearest = std::min(nearest, length({to.x - edge.x * t, to.y - edge.y * t}));
        const bool crosses = (corners[i].y > p.y) != (corners[j].y > p.y);
        if (crosses && p.x < edge.x * to.y / edge.y + corners[i].x)
            inside = !inside;
    }
    return inside ? -nearest : nearest;
}

template <std::size_t N> float starDistance(Vec p, float outer, float inner)
{
    std::array<Vec, 2 * N> corners;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const float angle = kPi * static_cast<float>(i) / static_cast<float>(N) - kPi / 2;
        const float radius = i % 2 ? inner : outer;
        corners[i] = {radius * std::cos(angle), radius * std::sin(angle)};
    }
    return polygonDistance(corners, p);
}

/// Signed distance of shape `kind` of about unit radius, centred on the origin.
float shapeDistance(std::int64_t kind, Vec p)
{
    static constexpr std::array kTriangle{Vec{0, -1}, Vec{0.87f, 0.5f}, Vec{-0.87f, 0.5f}};
    static constexpr std::array kCross{Vec{-0.3f, -1}, Vec{0.3f, -1},  Vec{0.3f, -0.3f},
                                       Vec{1, -0.3f},  Vec{1, 0.3f},   Vec{0.3f, 0.3f},
                                       Vec{0.3f, 1},   Vec{-0.3f, 1},  Vec{-0.3f, 0.3f},
                                       Vec{-1, 0.3f},  Vec{-1, -0.3f}, Vec{-0.3f, -0.3f}};
    static constexpr std::array kArrow{Vec{0, -1},        Vec{0.8f, -0.1f},   Vec{0.28f, -0.1f},
                                       Vec{0.28f, 0.95f}, Vec{-0.28f, 0.95f}, Vec{-0.28f, -0.1f},
                                       Vec{-0.8f, -0.1f}};
    switch (kind) {
    case 0:
        return length(p) - 0.9f;
    case 1:
        return std::max(std::abs(p.x), std::abs(p.y)) - 0.78f;
    case 2:
        return polygonDistance(kTriangle, p);
    case 3:
        return starDistance<5>(p, 1.05f, 0.42f);
    case 4:
        return polygonDistance(kCross, p);
    case 5:
        return std::abs(length(p) - 0.72f) - 0.2f;
    case 6: { // two discs and the wedge below them
        const Vec q{std::abs(p.x), p.y};
        const float disc = length(q - Vec{0.42f, -0.35f}) - 0.5f;
        static constexpr std::array kWedge{Vec{-0.86f, -0.12f}, Vec{0, -0.4f}, Vec{0.86f, -0.12f},
                                           Vec{0, 0.95f}};
        return std::min(disc, polygonDistance(kWedge, p));
    }
    case 7:
        return std::max(length(p) - 0.95f, 0.8f - length(p - Vec{0.5f, 0}));
    case 8:
        return polygonDistance(kArrow, p);
    default:
        return starDistance<3>(p, 0.95f, 0.95f); // six equal radii: a hexagon
    }
}

struct Colour {
    std::array<float, 3> rgb{};
};

float distance(const Colour& a, const Colour& b)
{
    float sum = 0;
    for (std::size_t c = 0; c < 3; ++c)
        sum += (a.rgb[c] - b.rgb[c]) * (a.rgb[c] - b.rgb[c]);
    return std::sqrt(sum);
}

/// Draws one picture; every number is addressed by what it is for, so nothing shifts.
class Painter {
public:
    Painter(std::uint64_t seed, std::uint64_t index)
        : m_random(StreamKey{seed}.child(0x5EED), 0, index)
    {
    }

    void paint(std::int64_t kind, std::span<std::uint8_t> out)
    {
        const Colour ground = colour(kGround);
        Colour ink = colour(kInk);
        for (std::uint32_t attempt = 1; distance(ground, ink) < 110 && attempt < 20; ++attempt)
            ink = colour(kInk + attempt * 64);
        fillGround(ground);
        const auto clutter = static_cast<std::uint32_t>(number(kCount, 0, 3.99f));
        for (std::uint32_t i = 0; i < clutter; ++i)
            streak(kClutter + 8 * i);
        shape(kind, ink);
        if (number(kOcclude, 0, 1) < 0.3f)
            streak(kOccluder);
        noise(out);
    }

private:
    /// Addresses of draws; retries of the ink's colour lie 64 apart and from 1'024 on.
    enum Draw : std::uint32_t {
        kGround = 0,
        kCount = 4,
        kOcclude = 5,
        kPlace = 6,
        kTurn = 8,
        kScale = 9,
        kOutline = 10,
        kNoise = 11,
        kSlope = 12,
        kStretch = 14,
        kOccluder = 16,
        kClutter = 32,
        kInk = 1'024
    };
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
    void blend(std::int64_t x, std::int64_t y, const Colour& over, float coverage)
    {
        auto& pixel = m_canvas[static_cast<std::size_t>(y * kSize + x)].rgb;
        for (std::size_t c = 0; c < 3; ++c)
            pixel[c] += (over.rgb[c] - pixel[c]) * coverage;
    }
    void fillGround(const Colour& ground)
    {
        const float dx = number(kSlope, -1.5f, 1.5f), dy = number(kSlope + 1, -1.5f, 1.5f);
        for (std::int64_t y = 0; y < kSize; ++y)
            for (std::int64_t x = 0; x < kSize; ++x)
                for (std::size_t c = 0; c < 3; ++c)
                    m_canvas[static_cast<std::size_t>(y * kSize + x)].rgb[c] = ground.rgb[c]
                        + dx * (static_cast<float>(x) - 16) + dy * (static_cast<float>(y) - 16);
    }
    /// A line of some width: clutter behind the shape, or something in front of it.
    void streak(std::uint32_t draw)
    {
        const Vec a{number(draw, 0, 32), number(draw + 1, 0, 32)};
        const float angle = number(draw + 2, 0, 2 * kPi), reach = number(draw + 3, 4, 14);
        const Vec along{reach * std::cos(angle), reach * std::sin(angle)};
        const float width = number(draw + 4, 0.5f, 1.3f);
        const Colour over = colour(draw + 5);
        for (std::int64_t y = 0; y < kSize; ++y)
            for (std::int64_t x = 0; x < kSize; ++x) {
                const Vec to = Vec{static_cast<float>(x), static_cast<float>(y)} - a;
                const float t = std::clamp(dot(to, along) / dot(along, along), 0.f, 1.f);
                const float away = length({to.x - along.x * t, to.y - along.y * t}) - width;
                blend(x, y, over, std::clamp(0.5f - away, 0.f, 1.f));
            }
    }
    void shape(std::int64_t kind, const Colour& ink)
    {
        const float radius = number(kScale, 7.5f, 12.5f);
        const Vec centre{15.5f + number(kPlace, -1, 1) * (15 - radius),
                         15.5f + number(kPlace + 1, -1, 1) * (15 - radius)};
        const float angle = number(kTurn, -0.45f, 0.45f);
        const float cosine = std::cos(angle), sine = std::sin(angle);
        const float stretch = number(kStretch, 0.88f, 1.12f);
        const bool outline = number(kOutline, 0, 1) < 0.35f;
        for (std::int64_t y = 0; y < kSize; ++y)
            for (std::int64_t x = 0; x < kSize; ++x) {
                const Vec p = Vec{static_cast<float>(x), static_cast<float>(y)} - centre;
                const Vec q{(cosine * p.x + sine * p.y) / radius * stretch,
                            (cosine * p.y - sine * p.x) / radius / stretch};
                if (dot(q, q) > 2.2f)
                    continue;
                float away = shapeDistance(kind, q) * radius;
                if (outline)
                    away = std::abs(away + 1) - 1.1f;
                blend(x, y, ink, std::clamp(0.5f - away, 0.f, 1.f));
            }
    }
    void noise(std::span<std::uint8_t> out)
    {
        const float strength = number(kNoise, 4, 22);
        for (std::size_t i = 0; i < out.size(); ++i) {
            // The sum of two uniform numbers: a triangle, near enough to a bell.
            const float n = m_random.uniform(2'048, i) + m_random.uniform(2'049, i) - 1;
            const float value = m_canvas[i / 3].rgb[i % 3] + strength * n;
            out[i] = static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.f, 255.f));
        }
    }

    RandomStream m_random;
    std::array<Colour, kSize * kSize> m_canvas;
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
        static const std::vector<std::string> names(kNames.begin(), kNames.end());
        return names;
    }
    Spec imageSpec() const override
    {
        return {DType::UInt8, {kSize, kSize, 3}, ValueRange::declared(0, 255)};
    }
    Result<Tensor> image(std::int64_t index) const override
    {
        const auto at = static_cast<std::uint64_t>(index);
        return Tensor::make<std::uint8_t>({kSize, kSize, 3}, [&](std::span<std::uint8_t> out) {
            Painter(m_seed, at).paint(label(index), out);
        });
    }
    std::int64_t label(std::int64_t index) const override { return index % kClasses; }
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
