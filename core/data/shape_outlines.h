#pragma once

#include <span>
#include <string>
#include <vector>

namespace lb {

struct PlanePoint {
    float x = 0, y = 0;
};

/// The outline of a drawn shape as closed polygons of about unit radius around the origin, y
/// downwards. Insides follow the even-odd rule: the ring is one circle in another.
struct ShapeOutline {
    std::string name;
    std::vector<std::vector<PlanePoint>> loops;
    bool mayBeHollow = true; ///< false where an outline alone would be another shape
};

/// The ten shapes, in the order of their labels.
std::span<const ShapeOutline> shapeOutlines();

} // namespace lb
