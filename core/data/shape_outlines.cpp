#include "core/data/shape_outlines.h"

#include <array>
#include <cmath>
#include <numbers>

namespace lb {
namespace {

using Loop = std::vector<PlanePoint>;

constexpr float kPi = std::numbers::pi_v<float>;

/// Corners on radii that take turns: one radius is a regular polygon, two are a star.
Loop around(int corners, float radius, float otherRadius)
{
    Loop loop;
    for (int i = 0; i < corners; ++i) {
        const float angle = 2 * kPi * static_cast<float>(i) / static_cast<float>(corners) - kPi / 2;
        const float r = i % 2 ? otherRadius : radius;
        loop.push_back({r * std::cos(angle), r * std::sin(angle)});
    }
    return loop;
}

Loop circle(float radius)
{
    return around(20, radius, radius);
}

/// The curve x = 16 sin^3 t, y = 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t, made as large as the
/// others.
Loop heart()
{
    constexpr int kCorners = 22;
    Loop loop;
    for (int i = 0; i < kCorners; ++i) {
        const float t = 2 * kPi * static_cast<float>(i) / kCorners;
        const float sine = std::sin(t);
        const float y
            = 13 * std::cos(t) - 5 * std::cos(2 * t) - 2 * std::cos(3 * t) - std::cos(4 * t);
        loop.push_back({16 * sine * sine * sine / 16.5f, -(y + 2.5f) / 16.5f});
    }
    return loop;
}

/// A disc without the part of it that another disc covers.
Loop moon()
{
    constexpr int kCorners = 12;
    constexpr float kRadius = 0.95f, kBite = 0.8f, kShift = 0.5f;
    // Where both circles meet, seen from either centre.
    const float x = (kRadius * kRadius - kBite * kBite + kShift * kShift) / (2 * kShift);
    const float outer = std::acos(x / kRadius);
    const float inner = std::acos((x - kShift) / kBite);
    Loop loop;
    for (int i = 0; i <= kCorners; ++i) {
        const float angle = outer + (2 * kPi - 2 * outer) * static_cast<float>(i) / kCorners;
        loop.push_back({kRadius * std::cos(angle), kRadius * std::sin(angle)});
    }
    for (int i = 1; i < kCorners; ++i) {
        const float angle
            = 2 * kPi - inner - (2 * kPi - 2 * inner) * static_cast<float>(i) / kCorners;
        loop.push_back({kShift + kBite * std::cos(angle), kBite * std::sin(angle)});
    }
    return loop;
}

std::array<ShapeOutline, 10> outlines()
{
    const Loop square{{-0.78f, -0.78f}, {0.78f, -0.78f}, {0.78f, 0.78f}, {-0.78f, 0.78f}};
    const Loop triangle{{0, -1}, {0.87f, 0.5f}, {-0.87f, 0.5f}};
    const Loop cross{{-0.3f, -1},   {0.3f, -1},   {0.3f, -0.3f}, {1, -0.3f},
                     {1, 0.3f},     {0.3f, 0.3f}, {0.3f, 1},     {-0.3f, 1},
                     {-0.3f, 0.3f}, {-1, 0.3f},   {-1, -0.3f},   {-0.3f, -0.3f}};
    const Loop arrow{{0, -1},         {0.8f, -0.1f},   {0.28f, -0.1f}, {0.28f, 0.95f},
                     {-0.28f, 0.95f}, {-0.28f, -0.1f}, {-0.8f, -0.1f}};
    const Loop hourglass{{-0.75f, -0.95f}, {0.75f, -0.95f}, {0.14f, 0},
                         {0.75f, 0.95f},   {-0.75f, 0.95f}, {-0.14f, 0}};
    return {{{"circle", {circle(0.9f)}, false},
             {"square", {square}},
             {"triangle", {triangle}},
             {"star", {around(10, 1.05f, 0.42f)}},
             {"cross", {cross}},
             {"ring", {circle(0.92f), circle(0.52f)}, false},
             {"heart", {heart()}},
             {"moon", {moon()}},
             {"arrow", {arrow}},
             {"hourglass", {hourglass}}}};
}

} // namespace

std::span<const ShapeOutline> shapeOutlines()
{
    static const std::array<ShapeOutline, 10> all = outlines();
    return all;
}

} // namespace lb
