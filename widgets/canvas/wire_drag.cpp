#include "widgets/canvas/wire_drag.h"

#include "core/graph/flow.h"

#include <QElapsedTimer>

#include <algorithm>

namespace lb::canvas {
namespace {

constexpr qint64 kLookMilliseconds = 6; ///< at most half a frame between events

double distance(QPointF a, QPointF b)
{
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

} // namespace

WireDrag::WireDrag(CanvasScene& scene, const LayerRegistry& registry)
    : m_scene(scene)
    , m_registry(registry)
{
    m_loose.hide();
    scene.addItem(&m_loose);
}

WireDrag::~WireDrag()
{
    m_scene.removeItem(&m_loose);
}

WireDrag::End WireDrag::endOf(const CanvasScene::PortAt& port)
{
    End end{port.node->face().id, port.isInput, port.index, {}};
    if (port.isInput)
        end.port = port.node->face().inputs[port.index].name.toStdString();
    return end;
}

void WireDrag::begin(const End& fixed, std::optional<End> taken)
{
    m_active = true;
    m_fixed = fixed;
    m_taken = std::move(taken);
    m_target.reset();
    m_verdicts.clear();
    m_scene.look.wiring = true;
    if (m_taken)
        if (WireItem* wire = m_scene.wire(m_taken->node, m_taken->port))
            wire->setDetached(true);
    m_point = placeOf(fixed);
    m_waiting = candidates();
    std::ranges::reverse(m_waiting); // taken from the back, nearest first
    m_loose.show();
    moveTo(m_point);
    showAnswers();
    m_scene.update();
}

void WireDrag::end()
{
    if (!m_active)
        return;
    m_active = false;
    m_scene.look.wiring = false;
    m_loose.hide();
    if (m_taken)
        if (WireItem* wire = m_scene.wire(m_taken->node, m_taken->port))
            wire->setDetached(false);
    m_target.reset();
    m_taken.reset();
    m_waiting.clear();
    for (NodeItem* node : m_scene.nodes())
        node->setAnswers({}, {});
    m_scene.update();
}

void WireDrag::moveTo(QPointF point)
{
    m_point = point;
    const QPointF loose = m_target ? placeOf(*m_target) : point;
    const NodeItem* node = m_scene.node(m_fixed.node);
    if (!node)
        return;
    const auto& ports = m_fixed.isInput ? node->face().inputs : node->face().outputs;
    const PortKind kind
        = m_fixed.index < ports.size() ? ports[m_fixed.index].kind : PortKind::Image;
    const QPointF fixed = placeOf(m_fixed);
    m_loose.set(m_fixed.isInput ? loose : fixed, m_fixed.isInput ? fixed : loose, kind, refused());
}

void WireDrag::aim(const std::optional<End>& target)
{
    if (target == m_target)
        return;
    m_target = target;
    if (m_target)
        verdict(*m_target);
    showAnswers();
    moveTo(m_point);
}

std::optional<WireDrag::End> WireDrag::targetAt(QPointF point) const
{
    if (const auto port = m_scene.portAt(point, kPortHit))
        if (const End end = endOf(port); isCandidate(end))
            return end;
    const NodeItem* node = m_scene.nodeAt(point);
    if (!node)
        return {};
    std::optional<End> first;
    const auto& ports = m_fixed.isInput ? node->face().outputs : node->face().inputs;
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const End end{node->face().id, !m_fixed.isInput, i,
                      m_fixed.isInput ? std::string() : ports[i].name.toStdString()};
        if (!isCandidate(end))
            continue;
        if (!ports[i].connected && !m_fixed.isInput)
            return end;
        if (!first)
            first = end;
    }
    return first;
}

PortRef WireDrag::from(const End& target) const
{
    const End& output = m_fixed.isInput ? target : m_fixed;
    return {output.node, static_cast<int>(output.index)};
}

WireDrag::End WireDrag::to(const End& target) const
{
    return m_fixed.isInput ? m_fixed : target;
}

const WireDrag::Verdict& WireDrag::verdict(const End& target)
{
    const auto [entry, isNew] = m_verdicts.try_emplace(target);
    Verdict& verdict = entry->second;
    if (!isNew || !m_scene.document())
        return verdict;
    const End input = to(target);
    verdict.problems = wireProblems(*m_scene.document(), m_scene.facts(), m_registry, from(target),
                                    input.node, input.port);
    std::ranges::stable_sort(verdict.problems, std::greater{}, &Problem::severity);
    verdict.fits
        = verdict.problems.empty() || verdict.problems.front().severity != Severity::Error;
    return verdict;
}

bool WireDrag::refused()
{
    return m_target && !verdict(*m_target).fits;
}

bool WireDrag::isCandidate(const End& end) const
{
    return end.isInput != m_fixed.isInput && end.node != m_fixed.node;
}

std::vector<WireDrag::End> WireDrag::candidates() const
{
    std::vector<End> ends;
    for (const NodeItem* node : m_scene.nodes()) {
        const auto& ports = m_fixed.isInput ? node->face().outputs : node->face().inputs;
        for (std::size_t i = 0; i < ports.size(); ++i) {
            End end{node->face().id, !m_fixed.isInput, i, {}};
            if (end.isInput)
                end.port = ports[i].name.toStdString();
            if (isCandidate(end))
                ends.push_back(std::move(end));
        }
    }
    const QPointF here = placeOf(m_fixed);
    std::ranges::stable_sort(
        ends, {}, [&](const End& end) { return distance(placeOf(end), here); });
    return ends;
}

bool WireDrag::lookAround()
{
    QElapsedTimer timer;
    timer.start();
    while (m_active && !m_waiting.empty() && timer.elapsed() < kLookMilliseconds) {
        verdict(m_waiting.back());
        m_waiting.pop_back();
    }
    if (m_active)
        showAnswers();
    return m_active && !m_waiting.empty();
}

QPointF WireDrag::placeOf(const End& end) const
{
    const NodeItem* node = m_scene.node(end.node);
    if (!node)
        return m_point;
    return end.isInput ? node->inputPlace(end.index) : node->outputPlace(end.index);
}

void WireDrag::showAnswers()
{
    for (NodeItem* node : m_scene.nodes()) {
        std::vector<PortAnswer> inputs(node->face().inputs.size());
        std::vector<PortAnswer> outputs(node->face().outputs.size());
        auto& answers = m_fixed.isInput ? outputs : inputs;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            End end{node->face().id, !m_fixed.isInput, i, {}};
            if (end.isInput)
                end.port = node->face().inputs[i].name.toStdString();
            const auto known = m_verdicts.find(end);
            if (known == m_verdicts.end())
                continue;
            const bool target = m_target == end;
            answers[i] = known->second.fits
                ? (target ? PortAnswer::Target : PortAnswer::Fits)
                : (target ? PortAnswer::RefusedTarget : PortAnswer::Refused);
        }
        if (node->face().id == m_fixed.node) // the fixed end keeps its colour
            if (auto& own = m_fixed.isInput ? inputs : outputs; m_fixed.index < own.size())
                own[m_fixed.index] = PortAnswer::Fits;
        node->setAnswers(std::move(inputs), std::move(outputs));
    }
}

} // namespace lb::canvas
