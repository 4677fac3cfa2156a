// Lets layers learn from a table and from pictures with several workers, in rounds, and compares
// what they learned with one worker's; stops one in the middle. A plain program for ThreadSanitizer.

#include "core/data/sources.h"
#include "core/training/adapt.h"
#include "tests/core/example_document.h"
#include "tests/core/learning_table.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace lb;
using test::Builder;

namespace {

const LayerRegistry& registry()
{
    static const LayerRegistry layers = [] {
        LayerRegistry all;
        registerBuiltinLayers(all);
        return all;
    }();
    return layers;
}

/// Every kind of layer that learns from columns; two of them from what another one gives.
Document table()
{
    Builder b;
    const NodeId source = b.add(flow::kSource, ConfigObject{{"kind", "csv"}}, Stage::Pipeline);
    const auto from = [&](int column, const char* kerasClass, ConfigObject config) {
        const NodeId node = b.add(kerasClass, std::move(config), Stage::Pipeline);
        b.wire({source, column}, node);
        return node;
    };
    const NodeId codes = from(0, "StringLookup", {});
    b.after(codes, "IntegerLookup", ConfigObject{}, Stage::Pipeline);
    from(0, "TextVectorization", {{"output_mode", "tf_idf"}, {"max_tokens", 20}});
    from(1, "IntegerLookup", {{"max_tokens", 9}});
    const NodeId scaled = from(2, "Normalization", {});
    b.after(scaled, "Discretization", ConfigObject{{"num_bins", 7}}, Stage::Pipeline);
    return b.document;
}

Document pictures()
{
    Builder b;
    const NodeId scaled
        = b.after(b.source(), "Rescaling", ConfigObject{{"scale", 0.1}}, Stage::Pipeline);
    b.after(scaled, "Normalization", ConfigObject{}, Stage::Pipeline);
    return b.document;
}

bool agrees(const char* name, const Document& document, const Source& source)
{
    const auto learned = [&](int workers) {
        AdaptOptions options;
        options.heldOut = true;
        options.workers = workers;
        options.blockRows = 7;
        const auto done = adapted(document, registry(), source, options);
        std::vector<std::map<std::string, Tensor, std::less<>>> states;
        for (const auto& layer : done.ok() ? done.value().layers : document.layers)
            if (layer->adapted)
                states.push_back(layer->adapted->tensors);
        return states;
    };
    const auto one = learned(1);
    const bool same = !one.empty() && one == learned(4);
    std::printf("%s: %zu states, %s\n", name, one.size(), same ? "equal" : "DIFFERENT");
    return same;
}

/// Another thread asks to stop as soon as there is progress.
bool stops(const Document& document, const Source& source)
{
    std::stop_source stop;
    std::atomic<bool> going = false;
    std::jthread other([&] {
        going.wait(false);
        stop.request_stop();
    });
    AdaptOptions options;
    options.heldOut = true;
    options.workers = 3;
    options.blockRows = 1;
    const JobContext job{stop.get_token(), [&](const Progress&) {
                             going = true;
                             going.notify_one();
                             while (!stop.stop_requested())
                                 std::this_thread::yield();
                         }};
    const auto done = adapted(document, registry(), source, options, job);
    const bool cancelled = !done.ok() && done.error().code == ErrorCode::Cancelled;
    std::printf("stopped: %s\n", cancelled ? "yes" : "NO");
    return cancelled;
}

} // namespace

int main()
{
    const auto columns = test::learningTable(3'000);
    const SourceHandle shapes = drawnShapes(100, 3);
    bool right = agrees("table", table(), *columns);
    right &= agrees("pictures", pictures(), *shapes);
    right &= stops(table(), *columns);
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
