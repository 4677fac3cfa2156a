#include "app/workbench/try_runner.h"

#include "app/workbench/session.h"
#include "core/graph/edits.h"
#include "widgets/inspector/try_page.h"
#include "widgets/support/translated.h"

namespace lb {
namespace {

constexpr double kMostMacs = 4e9; ///< some seconds on the reference path
constexpr std::size_t kMostBytes = std::size_t{512} << 20; ///< a try must not stop the machine

/// Refuses what would keep the thread, and a window that closes, for long.
Result<> affordable(const LayerCall& call, const LayerRegistry& registry)
{
    const auto* kerasClass = call.layer.find("class_name")->as<std::string>();
    const auto type = registry.find(*kerasClass);
    if (!type.ok())
        return type.error();
    std::vector<Spec> specs;
    for (const Tensor& input : call.inputs)
        specs.push_back({input.dtype(), input.shape(), {}});
    if (!call.roles.empty())
        specs.resize(1); // masks and boxes cost little beside their images
    const auto graph = describedBy(*type.value(), *call.layer.find("config"), specs,
                                   call.training ? Phase::Training : Phase::Inference, call.state);
    if (!graph.ok())
        return std::monostate{}; // the call says why
    double total = 0;
    for (const OpNode& node : graph.value().nodes) {
        if (!node.op || !node.op->macs)
            continue;
        std::vector<Spec> in;
        for (const ValueId input : node.inputs)
            in.push_back(graph.value().nodes[input].spec);
        total += static_cast<double>(node.op->macs({in, node.args}, node.spec));
    }
    if (total <= kMostMacs)
        return std::monostate{};
    return Error{ErrorCode::TooLarge,
                 "",
                 {LB_TR("Error", "needs %1 million multiply-adds, too many to be tried here: take "
                                 "a smaller input, or call it from the command line"),
                  {static_cast<std::int64_t>(total / 1e6)}}};
}

/// Never throws: nobody else would hear it on that thread.
Result<LayerAnswer> safelyAnswered(const LayerCall& call, const LayerRegistry& registry)
{
    Limits limits;
    limits.tensorBytes = kMostBytes;
    try {
        if (Result<> fits = affordable(call, registry); !fits.ok())
            return fits.error();
        return answered(call, registry, limits);
    } catch (const std::exception& problem) {
        return Error{ErrorCode::Internal,
                     "",
                     {LB_TR("Error", "failed: %1"), {std::string(problem.what())}}};
    }
}

} // namespace

TryRunner::TryRunner(Session& session, TryPage& page, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_page(page)
{
    connect(&page, &TryPage::callRequested, this, &TryRunner::call);
    connect(&page, &TryPage::adaptRequested, this, &TryRunner::adapt);
    connect(&session, &Session::projectReplaced, this, [this] {
        ++m_project; // what is being learned is for nobody
        m_page.forgetTrials();
    });
}

void TryRunner::setWeights(const WeightsHandle& weights)
{
    m_weights = weights;
}

void TryRunner::call(LayerId layer, LayerCall call, int ticket)
{
    if (m_weights)
        if (const auto found = m_weights->find(layer); found != m_weights->end())
            call.weights = found->second;
    m_calls.start([this, call = std::move(call), ticket,
                   registry = &m_session.registry()](const std::stop_token&) mutable {
        auto answer = std::make_shared<Result<LayerAnswer>>(safelyAnswered(call, *registry));
        if (!answer->ok() && call.weights && answer->error().code == ErrorCode::BadShape) {
            call.weights.reset(); // trained for an input of another shape
            *answer = safelyAnswered(call, *registry);
        }
        QMetaObject::invokeMethod(
            this, [this, ticket, answer] { m_page.setAnswer(ticket, *answer); },
            Qt::QueuedConnection);
    });
}

void TryRunner::adapt(LayerId layer, LayerCall call)
{
    const Tensor* data = call.adapt ? &*call.adapt
        : call.adaptTable.empty()  ? nullptr
                                   : &call.adaptTable.begin()->second;
    const Shape shape = data ? data->shape() : Shape{};
    const Pupil pupil{m_project, layer, *call.layer.find("class_name")->as<std::string>(),
                      *call.layer.find("config"), shape.empty() ? 1 : shape[0]};
    m_adapts.start([this, call = std::move(call), pupil,
                    registry = &m_session.registry()](const std::stop_token&) {
        const auto answer = std::make_shared<const Result<LayerAnswer>>(safelyAnswered(call, *registry));
        QMetaObject::invokeMethod(
            this, [this, pupil, answer] { takeState(pupil, *answer); }, Qt::QueuedConnection);
    });
}

/// One undo step, unless the layer is gone or could not learn. Ids come again, after undo as well as
/// in another project.
void TryRunner::takeState(const Pupil& pupil, const Result<LayerAnswer>& answer)
{
    const Document& document = m_session.document();
    const LayerDef* layer = document.layer(pupil.layer);
    if (pupil.project != m_project || !layer || layer->kerasClass != pupil.kerasClass)
        return;
    const LayerDef* shown = document.layerOf(m_session.selected());
    if (!answer.ok() && shown && shown->id == pupil.layer)
        m_page.setAdaptError(translated(answer.error()));
    if (!answer.ok() || !answer.value().state)
        return;
    AdaptedState state = *answer.value().state;
    const auto type = m_session.registry().find(layer->kerasClass);
    ConfigObject record{{"data", kTypedData}, {"split", kTypedData}, {"rows", pupil.rows}};
    if (type.ok()) // those it learned with: they may be others by now
        record["parameters"] = ledger::parametersHash(*type.value(), pupil.config);
    state.record = ledger::recorded(std::move(record), layer->adapted);
    m_session.apply(edits::setAdapted(document, pupil.layer,
                                      std::make_shared<const AdaptedState>(std::move(state))),
                    tr("Adapt %1 on typed values").arg(QString::fromStdString(layer->name)));
}

} // namespace lb
