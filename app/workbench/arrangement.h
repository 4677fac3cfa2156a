#pragma once

#include "core/graph/document.h"

#include <map>
#include <vector>

/// Where nodes stand that nobody has placed: in rows of their stage, as the templates have them.
namespace lb::arrangement {

inline constexpr double kLeft = 40, kTop = 80, kModelTop = 400, kPitchX = 240, kPitchY = 232;
inline constexpr int kColumns = 6;

/// The place to the right; at the end of a row the first of the next one.
Point next(Point at);

/// How much taller than others nodes are on the canvas: many ports stand in rows below the values.
class Heights {
public:
    explicit Heights(const Body& body);
    double more(NodeId node) const;

private:
    std::map<NodeId, double> m_more;
};

struct Place {
    NodeId node;
    Point at;
};
/// Places for the nodes in the order of the computation.
std::vector<Place> places(const Body& body);

} // namespace lb::arrangement
