#include "app/workbench/choice_pictures.h"

#include "app/workbench/session.h"
#include "core/graph/edits.h"
#include "widgets/inspector/inspector.h"
#include "widgets/preview/pictures.h"
#include "widgets/preview/strip_plot.h"

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr std::string_view kKey = "fill_mode";
constexpr double kSide = 128;

} // namespace

ChoicePictures::ChoicePictures(Session& session, Inspector& inspector, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_inspector(inspector)
    , m_runner(session.registry())
{
    connect(&m_runner, &PreviewRunner::ready, this,
            [this](const std::vector<PreviewResultHandle>& results) {
                for (const PreviewResultHandle& result : results)
                    take(*result);
            });
}

void ChoicePictures::setSample(const std::optional<PreviewSample>& sample)
{
    const std::string key = sample ? sample->key : std::string();
    if (key == m_sampleKey)
        return;
    m_sampleKey = key;
    m_sample.reset();
    if (sample && sample->image.shape().size() == 3) {
        const Shape& own = sample->image.shape();
        const double scale = std::min(1.0, kSide / static_cast<double>(std::max(own[0], own[1])));
        const auto scaled = [&](std::int64_t length) {
            return std::max<std::int64_t>(1, std::llround(static_cast<double>(length) * scale));
        };
        m_sample = std::make_shared<const PreviewSample>(
            resizedSample(*sample, scaled(own[0]), scaled(own[1])));
    }
    refresh();
}

void ChoicePictures::refresh()
{
    m_wanted.clear();
    if (!m_sample)
        m_inspector.setPictures(kKey, {}, {}); // the old ones are of other data
    const NodeId node = m_session.selected();
    const LayerDef* layer = m_session.document().layerOf(node);
    const auto type
        = layer ? m_session.registry().find(layer->kerasClass) : Result<const LayerType*>(nullptr);
    if (!layer || !type.ok() || !m_sample)
        return m_runner.want({});
    const auto specs = type.value()->specs();
    const auto spec = std::ranges::find(specs, kKey, &ParamSpec::key);
    if (spec == specs.end() || spec->choices.size() < 2)
        return m_runner.want({});
    const auto* random = dynamic_cast<const RandomLayerType*>(type.value());
    const auto range = random ? random->range(layer->config) : std::nullopt;
    std::optional<double> number;
    m_note.clear();
    if (range) { // far enough out that the border is seen
        number = range->low + (range->high - range->low) * 5 / 6;
        m_note = tr("at %1").arg(drawnText(*random, *range, *number));
    }
    m_pictures.assign(spec->choices.size(), {});
    std::vector<PreviewTask> tasks;
    for (std::size_t i = 0; i < spec->choices.size(); ++i) {
        auto edited = edits::setParam(m_session.document(), layer->id, kKey, spec->choices[i]);
        if (!edited.ok())
            continue;
        PreviewTask task;
        task.target = previewTarget({std::make_shared<const Document>(std::move(edited.value())),
                                     node, PreviewScope::ThisNode, Phase::Training},
                                    m_session.registry());
        task.sample = m_sample;
        task.number = number;
        task.picture = pictureOptions(static_cast<int>(kSide));
        m_wanted[task.key()] = i;
        tasks.push_back(std::move(task));
    }
    m_runner.want(std::move(tasks));
}

void ChoicePictures::take(const PreviewResult& result)
{
    const auto found = m_wanted.find(result.key);
    if (found == m_wanted.end())
        return;
    if (!result.pictures.empty())
        m_pictures[found->second] = imageOf(result.pictures.front().picture);
    m_wanted.erase(found);
    m_inspector.setPictures(kKey, m_pictures, m_note);
}

} // namespace lb
