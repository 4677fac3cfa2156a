#pragma once

#include "widgets/canvas/canvas_scene.h"

#include <functional>
#include <map>

namespace lb::canvas {

/// A wire in the user's hand: one end is fixed, the other looks for a port. Knows which ports fit,
/// found out one by one between events because a verdict analyses the project.
class WireDrag {
public:
    /// One end of a wire: an output by index, an input by name.
    struct End {
        NodeId node;
        bool isInput = false;
        std::size_t index = 0;
        std::string port; ///< of an input
        auto operator<=>(const End&) const = default;
    };
    struct Verdict {
        bool fits = true;
        std::vector<Problem> problems; ///< errors first
    };

    WireDrag(CanvasScene& scene, const LayerRegistry& registry);
    ~WireDrag();

    static End endOf(const CanvasScene::PortAt& port);

    bool active() const { return m_active; }
    /// `taken`: the input whose wire was pulled off; dropped on nothing, it is disconnected.
    void begin(const End& fixed, std::optional<End> taken = {});
    void end(); ///< the wire is gone; nothing was asked for
    void moveTo(QPointF point); ///< scene
    void aim(const std::optional<End>& target); ///< the loose end sits on `target`
    /// A port near `point` that the loose end may go to, or the first free one of the node there.
    std::optional<End> targetAt(QPointF point) const;

    const End& fixed() const { return m_fixed; }
    const std::optional<End>& taken() const { return m_taken; }
    const std::optional<End>& target() const { return m_target; }
    const Verdict& verdict(const End& target); ///< found out now if it is not known
    bool refused(); ///< the target does not fit
    PortRef from(const End& target) const; ///< the output end, whichever way it was dragged
    End to(const End& target) const; ///< the input end
    std::vector<End> candidates() const; ///< all ports that a loose end may go to, nearest first
    /// Looks at ports that nobody asked about for a few milliseconds; false when all are known.
    bool lookAround();

private:
    QPointF placeOf(const End& end) const;
    bool isCandidate(const End& end) const;
    void showAnswers();

    CanvasScene& m_scene;
    const LayerRegistry& m_registry;
    LooseWireItem m_loose;
    bool m_active = false;
    End m_fixed;
    std::optional<End> m_taken, m_target;
    QPointF m_point;
    std::map<End, Verdict> m_verdicts;
    std::vector<End> m_waiting;
};

} // namespace lb::canvas
