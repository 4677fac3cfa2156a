#include "core/graph/flatten.h"
#include "core/ops/interpreter.h"
#include "tests/core/example_document.h"
#include "tests/core/stand_in_layers.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using lb::test::Builder;

namespace {

const Spec kImages{DType::UInt8, {2, 2, 2, 1}, ValueRange::proven(0, 255)};

Config denseOf(std::int64_t units)
{
    return ConfigObject{{"units", units}, {"kernel_initializer", "Ones"}};
}

std::vector<std::string> names(const FlatModel& model)
{
    std::vector<std::string> result;
    for (const CallOrigin& call : model.calls)
        result.push_back(call.name);
    return result;
}

/// A composite body around one layer, put in by hand: no edit makes bodies yet.
BodyId addBody(Builder& b, std::string_view kerasClass, Config config)
{
    Body body;
    body.id = {b.document.nextId++};
    body.name = "block";
    const BodyId id = body.id;
    b.document.bodies.push_back(std::make_shared<const Body>(std::move(body)));
    const auto add = [&](std::string_view what, Config with) {
        auto added = Builder::must(
            edits::addLayer(b.document, id, what, std::move(with), Stage::Model, {}));
        b.document = std::move(added.document);
        return added.node;
    };
    const NodeId in = add(flow::kInput, ConfigObject{});
    const NodeId inner = add(kerasClass, std::move(config));
    const NodeId out = add(flow::kOutput, ConfigObject{});
    b.wire({in, 0}, inner);
    b.wire({inner, 0}, out);
    return id;
}

NodeId call(Builder& b, BodyId body, NodeId from)
{
    Body root = b.document.root();
    Node node;
    node.id = {b.document.nextId++};
    node.calls = body;
    node.inputs = {{"", PortRef{from, 0}}};
    root.nodes.push_back(std::make_shared<const Node>(node));
    b.document.bodies[0] = std::make_shared<const Body>(std::move(root));
    return node.id;
}

} // namespace

/// A document as one op graph.
class TstFlatten : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { test::fill(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void partsMeetAtTheBatch()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled
            = b.after(source, "Rescaling", ConfigObject{{"scale", 0.5}}, Stage::Pipeline);
        const NodeId batch = b.after(scaled, "Batch");
        const NodeId flat = b.after(batch, "Flatten");
        const NodeId last = b.after(flat, "Dense", denseOf(3));
        b.output(last, source);

        const FlatModel pipeline = of(b, {.part = FlattenRequest::Part::Pipeline, .inputs = {kImages}});
        const FlatModel model
            = of(b, {.part = FlattenRequest::Part::Model, .inputs = {{DType::Float32, {2, 2, 2, 1}}}});
        const FlatModel whole = of(b, {.part = FlattenRequest::Part::Whole, .inputs = {kImages}});

        QCOMPARE(names(pipeline), (std::vector<std::string>{"rescaling"}));
        QVERIFY(std::ranges::count(names(model), "rescaling") == 0);
        QCOMPARE(names(model).back(), std::string("dense"));
        QCOMPARE(model.weights.size(), std::size_t{2});
        QCOMPARE(model.weights[0].shape, (Shape{4, 3}));
        QCOMPARE(model.weights[0].spec.name, std::string("dense/kernel"));
        QVERIFY(std::ranges::count(names(whole), "rescaling") == 1);
        QCOMPARE(outputOf(whole).shape, (Shape{2, 3}));
    }

    void aSharedLayerHasOneWeight()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId first = b.after(source, "Dense", denseOf(1));
        auto again = Builder::must(edits::callAgain(b.document, first, {}));
        b.document = std::move(again.document);
        b.wire({first, 0}, again.node);
        b.output(again.node, source);

        FlatModel model = of(b, {.part = FlattenRequest::Part::Whole, .inputs = {kImages}});

        QCOMPARE(model.calls.size(), std::size_t{2});
        QCOMPARE(model.weights.size(), std::size_t{2});
        Interpreter<float> run(model.graph); // y = w (w x), one weight
        run.set(model.graph.inputs[0],
                Tensor::of<std::uint8_t>({2, 2, 2, 1}, {1, 2, 3, 4, 5, 6, 7, 8}));
        run.set(model.weights[0].spec.value, Tensor::of<float>({1, 1}, {3}));
        run.set(model.weights[1].spec.value, Tensor::of<float>({1}, {1}));
        run.forward();
        QCOMPARE(run.tensor(model.graph.outputs[0]).values<float>()[1], 3.0F * (3 * 2 + 1) + 1);
    }

    void twoCallsDrawFromTwoStreams()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId first = b.after(source, "RandomFlip", ConfigObject{}, Stage::Pipeline);
        auto again = Builder::must(edits::callAgain(b.document, first, {}));
        b.document = std::move(again.document);
        b.wire({first, 0}, again.node);
        const FlattenRequest request{.part = FlattenRequest::Part::UpTo,
                                     .node = again.node,
                                     .phase = Phase::Training,
                                     .inputs = {kImages}};

        const FlatModel model = of(b, request);
        Recipe recipe = b.document.recipe;
        recipe.seed = 7;
        const Document reseeded = edits::setRecipe(b.document, recipe);
        const FlatModel other = flattened(reseeded, m_registry, request).value();

        QCOMPARE(model.calls.size(), std::size_t{2});
        QVERIFY(!model.graph.draws.empty());
        QVERIFY(!(model.calls[0].path == model.calls[1].path));
        QVERIFY(!(model.calls[0].path == other.calls[0].path));
    }

    void aSeedOfItsOwnKeepsItsDraws()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flip
            = b.after(source, "RandomFlip", ConfigObject{{"seed", 3}}, Stage::Pipeline);
        const FlattenRequest request{.part = FlattenRequest::Part::UpTo,
                                     .node = flip,
                                     .phase = Phase::Training,
                                     .inputs = {kImages}};
        Recipe recipe = b.document.recipe;
        recipe.seed = 7;

        const FlatModel before = of(b, request);
        const FlatModel after
            = flattened(edits::setRecipe(b.document, recipe), m_registry, request).value();

        QVERIFY(before.calls[0].path == after.calls[0].path);
    }

    void leavesTrainOnlyLayersOut()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flip = b.after(source, "RandomFlip", ConfigObject{}, Stage::Pipeline);
        const NodeId scaled = b.after(flip, "Rescaling", ConfigObject{{"scale", 2.0}});
        b.output(scaled, source);

        const FlatModel kept = of(b, {.part = FlattenRequest::Part::Whole, .inputs = {kImages}});
        const FlatModel dropped
            = of(b, {.part = FlattenRequest::Part::Whole, .inputs = {kImages}, .dropTrainOnly = true});

        QCOMPARE(names(kept), (std::vector<std::string>{"random_flip", "rescaling"}));
        QCOMPARE(names(dropped), (std::vector<std::string>{"rescaling"}));
        QVERIFY(kept.graph.draws.empty()); // inference: the identity
    }

    void mutedNodesPassTheirInput()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, "Rescaling", ConfigObject{{"scale", 2.0}});
        const NodeId last = b.after(scaled, "Flatten");
        b.output(last, source);
        b.document = Builder::must(edits::setMuted(b.document, scaled, true));

        const FlatModel model = of(b, {.part = FlattenRequest::Part::Whole, .inputs = {kImages}});

        QCOMPARE(names(model), (std::vector<std::string>{"flatten"}));
        QCOMPARE(outputOf(model).range.most, 255.0);
    }

    void compositesNestAndShare()
    {
        Builder b;
        const BodyId block = addBody(b, "Dense", denseOf(1));
        const NodeId source = b.source();
        const NodeId once = call(b, block, source);
        const NodeId twice = call(b, block, once);

        const FlatModel model
            = of(b, {.part = FlattenRequest::Part::UpTo, .node = twice, .inputs = {kImages}});

        QCOMPARE(model.weights.size(), std::size_t{2});
        QCOMPARE(std::ranges::count(names(model), "block/dense"), 2);
        std::vector<StreamKey> paths;
        for (const CallOrigin& origin : model.calls)
            if (origin.name == "block/dense")
                paths.push_back(origin.path);
        QVERIFY(!(paths[0] == paths[1]));
        QCOMPARE(outputOf(model).shape, (Shape{2, 2, 2, 1}));
    }

    void adaptedStatesEnterTheNumbers()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId layer = b.after(source, "Normalization", ConfigObject{}, Stage::Pipeline);
        auto state = std::make_shared<AdaptedState>();
        state->tensors["mean"] = Tensor::of<float>({1}, {5});
        state->tensors["variance"] = Tensor::of<float>({1}, {4});
        b.document = Builder::must(
            edits::setAdapted(b.document, b.document.layerOf(layer)->id, std::move(state)));

        const FlatModel model
            = of(b, {.part = FlattenRequest::Part::UpTo, .node = layer, .inputs = {kImages}});
        Interpreter<float> run(model.graph);
        run.set(model.graph.inputs[0],
                Tensor::of<std::uint8_t>({2, 2, 2, 1}, {1, 2, 3, 4, 5, 6, 7, 8}));
        run.forward();

        QCOMPARE(run.tensor(model.graph.outputs[0]).values<float>()[0], -2.0F);
    }

    void saysWhatIsMissing()
    {
        Builder b;
        const auto empty = flattened(b.document, m_registry,
                                     {.part = FlattenRequest::Part::Model, .inputs = {kImages}});
        const NodeId source = b.source();
        const NodeId bad = b.after(source, "Dense", ConfigObject{{"units", 0}});
        b.output(bad, source);
        const auto refused = flattened(b.document, m_registry,
                                       {.part = FlattenRequest::Part::Whole, .inputs = {kImages}});

        QVERIFY(!empty.ok());
        QCOMPARE(empty.error().code, ErrorCode::NotFound);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().where, std::string("dense/units"));
    }

    void deepModelsDoNotOverflowTheStack()
    {
        Builder b;
        const NodeId source = b.source();
        NodeId last = source;
        for (int i = 0; i < 3'000; ++i)
            last = b.after(last, "Rescaling", ConfigObject{{"scale", 1.0}});

        const FlatModel model
            = of(b, {.part = FlattenRequest::Part::UpTo, .node = last, .inputs = {kImages}});

        QCOMPARE(model.calls.size(), std::size_t{3'000});
    }

private:
    FlatModel of(const Builder& b, const FlattenRequest& request) const
    {
        return Builder::must(flattened(b.document, m_registry, request));
    }
    static Spec outputOf(const FlatModel& model)
    {
        return model.graph.nodes[model.graph.outputs.at(0)].spec;
    }

    LayerRegistry m_registry;
};

LB_TEST(TstFlatten)
#include "tst_flatten.moc"
