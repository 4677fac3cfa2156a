#include "core/preview/preview_worker.h"

#include "core/data/sources.h"
#include "core/ops/interpreter.h"
#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <atomic>
#include <cmath>
#include <semaphore>
#include <thread>

using namespace lb;
using test::Builder;

class TstPreview : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        registerBuiltinLayers(m_registry);
        m_sample = std::make_shared<const PreviewSample>(
            previewSample("shape", drawnShapes(8, 1)->image(3).value(), 3));
    }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void theNodesPictureIsTheLayerCalledOnTheSample()
    {
        Chain chain;
        const CallOf call = drawn(chain, chain.rotation, 2);

        PreviewTask task = taskFor(chain, chain.rotation, PreviewScope::ThisNode);
        task.draw = 2;
        const PreviewRun run = Builder::must(PreviewEngine(m_registry).run(task));

        QCOMPARE(run.values.size(), 1u);
        QCOMPARE(run.values[0].value.shape(), (Shape{32, 32, 3}));
        QVERIFY(near(run.values[0].value, call.result));
        QCOMPARE(run.shown, call.shown);
        QVERIFY(std::abs(*run.number - call.angle) < 1e-6);
    }

    void aDrawIsAnEpochLater()
    {
        Chain chain;
        PreviewTask later = taskFor(chain, chain.rotation, PreviewScope::ThisNode);
        PreviewTask epoch = later;
        later.draw = 3;
        epoch.epoch = 3;
        PreviewEngine engine(m_registry);
        QCOMPARE(Builder::must(engine.run(later)).shown, Builder::must(engine.run(epoch)).shown);
    }

    void thisNodeLeavesTheOtherDrawsOut()
    {
        Chain chain;
        PreviewEngine engine(m_registry);
        const auto valueOf = [&](PreviewScope scope) {
            return Builder::must(engine.run(taskFor(chain, chain.zoom, scope))).values[0].value;
        };
        const Tensor alone = valueOf(PreviewScope::ThisNode);
        const Tensor whole = valueOf(PreviewScope::UpToHere);
        QVERIFY(!near(alone, whole)); // the rotation before it turned the picture

        Chain without;
        without.builder.document
            = Builder::must(edits::setMuted(without.builder.document, without.rotation, true));
        const Tensor muted
            = Builder::must(engine.run(taskFor(without, without.zoom, PreviewScope::UpToHere)))
                  .values[0]
                  .value;
        QVERIFY(near(alone, muted));
    }

    void randomLayersAreTheIdentityAtInference()
    {
        Chain chain;
        PreviewTask task = taskFor(chain, chain.zoom, PreviewScope::UpToHere, Phase::Inference);
        const PreviewRun run = Builder::must(PreviewEngine(m_registry).run(task));
        QVERIFY(near(run.values[0].value, m_sample->image));
        QVERIFY(run.shown.empty());
    }

    void aFixedNumberIsDrawnInsteadOfARandomOne()
    {
        Chain chain;
        PreviewTask task = taskFor(chain, chain.rotation, PreviewScope::ThisNode);
        PreviewEngine engine(m_registry);
        task.number = 0;
        const PreviewRun still = Builder::must(engine.run(task));
        QCOMPARE(still.shown, std::string("+0.0°"));
        QVERIFY(near(still.values[0].value, m_sample->image));

        task.number = 180; // the first pixel becomes the last
        const PreviewRun turned = Builder::must(engine.run(task));
        const auto before = m_sample->image.values<std::uint8_t>();
        const auto after = turned.values[0].value.values<float>();
        QVERIFY(std::abs(after[0] - before[before.size() - 3]) < 0.5f);

        task.number.reset(); // and random ones are random again
        QVERIFY(Builder::must(engine.run(task)).shown != turned.shown);
    }

    void everyNodeHasItsValue()
    {
        Chain chain;
        const PreviewTask task = taskFor(chain, {}, PreviewScope::EveryNode);
        PreviewEngine engine(m_registry);
        const PreviewRun run = Builder::must(engine.run(task));
        QCOMPARE(run.values.size(), 6u);
        for (const NodeId node : {chain.source, chain.rotation, chain.zoom, chain.rescaling,
                                  chain.batch, chain.dense}) {
            const auto found = std::ranges::find(run.values, node, &NodeValue::node);
            QVERIFY(found != run.values.end());
            const PreviewRun alone
                = Builder::must(engine.run(taskFor(chain, node, PreviewScope::UpToHere)));
            QVERIFY(near(found->value, alone.values[0].value));
        }
        QCOMPARE(run.cost.size(), 5u); // of every call but the source
        QVERIFY(std::ranges::all_of(run.cost, [](const auto& each) { return each.second >= 0; }));
    }

    void pipelineNodesTakeImagesOfAnySize()
    {
        Chain chain;
        PreviewTask task = taskFor(chain, {}, PreviewScope::PipelineNodes);
        task.sample = std::make_shared<const PreviewSample>(resizedSample(*m_sample, 20, 30));
        const PreviewRun run = Builder::must(PreviewEngine(m_registry).run(task));
        QCOMPARE(run.values.size(), 4u);
        for (const NodeValue& value : run.values)
            QCOMPARE(value.value.shape(), (Shape{20, 30, 3}));
    }

    void aBrokenNodeTakesNoOtherPictureAway()
    {
        Chain chain;
        const LayerId dense = chain.builder.document.layerOf(chain.dense)->id;
        chain.builder.document
            = Builder::must(edits::setParam(chain.builder.document, dense, "units", 0));
        PreviewEngine engine(m_registry);
        const PreviewRun run
            = Builder::must(engine.run(taskFor(chain, {}, PreviewScope::EveryNode)));
        QCOMPARE(run.values.size(), 5u);

        const auto refused = engine.run(taskFor(chain, chain.dense, PreviewScope::UpToHere));
        QVERIFY(!refused.ok());
        QVERIFY(refused.error().where.starts_with("dense"));
    }

    void aNodeThatWaitsForAdaptingSaysSo_data()
    {
        QTest::addColumn<bool>("grouped");
        QTest::newRow("in the root") << false;
        QTest::newRow("in a group") << true;
    }
    void aNodeThatWaitsForAdaptingSaysSo()
    {
        QFETCH(bool, grouped);
        Builder b;
        const NodeId source = b.add(flow::kSource, ConfigObject{{"kind", "text"}}, Stage::Pipeline);
        const NodeId words = b.after(source, "TextVectorization",
                                     ConfigObject{{"output_mode", "multi_hot"}}, Stage::Pipeline);
        const NodeId dense
            = b.after(b.after(words, "Batch"), "Dense", ConfigObject{{"units", 2}});
        NodeId node = dense;
        if (grouped) {
            auto group = Builder::must(edits::makeGroup(b.document, std::array{dense}, "g"));
            b.document = std::move(group.document);
            node = group.node;
        }
        PreviewTask task;
        task.target = previewTarget(
            {std::make_shared<const Document>(b.document), node, PreviewScope::UpToHere}, m_registry);
        task.sample = std::make_shared<const PreviewSample>(
            rowSample("row 0", {"text"}, {Tensor::of<std::string>({}, {"a kettle"})}, 0));

        const auto run = PreviewEngine(m_registry).run(task);

        QVERIFY(!run.ok());
        QCOMPARE(run.error().where, (grouped ? "g/" : "") + b.document.nameOf(dense));
        const std::string why = english(run.error().message);
        QVERIFY2(why.starts_with("waits until text_vectorization has learned"), why.c_str());
    }

    void theKeyIsThatOfTheContent_data()
    {
        QTest::addColumn<int>("change");
        QTest::addColumn<bool>("same");
        QTest::newRow("nothing") << 0 << true;
        QTest::newRow("a parameter") << 1 << false;
        QTest::newRow("a name") << 2 << true;
        QTest::newRow("a position") << 3 << true;
        QTest::newRow("a node behind") << 4 << true;
        QTest::newRow("the seed") << 5 << false;
        QTest::newRow("a node before") << 6 << false;
    }
    void theKeyIsThatOfTheContent()
    {
        QFETCH(int, change);
        QFETCH(bool, same);
        Chain chain;
        const std::string before = taskFor(chain, chain.zoom, PreviewScope::UpToHere).key();
        Document& document = chain.builder.document;
        const LayerId zoom = document.layerOf(chain.zoom)->id;
        const LayerId rotation = document.layerOf(chain.rotation)->id;
        const LayerId dense = document.layerOf(chain.dense)->id;
        const std::vector<NodeId> moved{chain.zoom};
        if (change == 1)
            document = Builder::must(edits::setParam(document, zoom, "height_factor", 0.3));
        if (change == 2)
            document = Builder::must(edits::rename(document, zoom, "closer"));
        if (change == 3)
            document = Builder::must(edits::moveNodes(document, moved, {16, 16}));
        if (change == 4)
            document = Builder::must(edits::setParam(document, dense, "units", 7));
        if (change == 5)
            document.recipe.seed = 7;
        if (change == 6)
            document = Builder::must(edits::setParam(document, rotation, "factor", 0.3));
        QCOMPARE(taskFor(chain, chain.zoom, PreviewScope::UpToHere).key() == before, same);
    }

    void theNewestWishWins()
    {
        Chain chain;
        std::atomic<int> woken = 0;
        std::binary_semaphore wished(0);
        PreviewWorker worker(m_registry, [&] {
            if (++woken == 1)
                wished.acquire(); // it has one of the old results, not more
        });
        std::vector<PreviewTask> old;
        for (std::uint32_t draw = 0; draw < 64; ++draw) {
            old.push_back(taskFor(chain, chain.zoom, PreviewScope::UpToHere));
            old.back().draw = draw;
        }
        PreviewTask last = old[0];
        last.number = 1.25;
        worker.want(old);
        worker.want({last});
        wished.release();

        std::vector<PreviewResultHandle> all;
        QTRY_VERIFY(take(worker, all, last.key()));
        QVERIFY(worker.idle());
        QVERIFY(woken > 0);
        QVERIFY(worker.runs() <= 2);

        const std::size_t runs = worker.runs();
        worker.want({last}); // from memory
        QVERIFY(take(worker, all, last.key()));
        QCOMPARE(worker.runs(), runs);
    }

    void aStoppedRunGivesNothing()
    {
        Chain chain;
        std::stop_source stop;
        stop.request_stop();
        for (const PreviewScope scope : {PreviewScope::UpToHere, PreviewScope::EveryNode}) {
            const auto run = PreviewEngine(m_registry)
                                 .run(taskFor(chain, chain.zoom, scope), stop.get_token());
            QVERIFY(!run.ok());
            QCOMPARE(run.error().code, ErrorCode::Cancelled);
        }
    }

    void statisticsCountWhatIsThere()
    {
        const float nan = std::nanf("");
        const Tensor value = Tensor::of<float>({2, 2, 1}, {0, 1, nan, 3});
        const TensorStatistics got = statisticsOf(value, ValueRange::declared(0, 4), 4);
        QCOMPARE(got.min, 0.0);
        QCOMPARE(got.max, 3.0);
        QCOMPARE(got.mean, 4.0 / 3);
        QCOMPARE(got.nans, std::int64_t{1});
        QCOMPARE(got.histograms.size(), 1u);
        QCOMPARE(got.histograms[0], (std::vector<std::int64_t>{1, 1, 0, 1}));

        const Tensor colors = Tensor::of<std::uint8_t>({1, 2, 3}, {0, 255, 7, 0, 128, 9});
        const TensorStatistics three = statisticsOf(colors, ValueRange::declared(0, 255), 2);
        QCOMPARE(three.histograms[0], (std::vector<std::int64_t>{2, 0}));
        QCOMPARE(three.histograms[1], (std::vector<std::int64_t>{0, 2}));
        QCOMPARE(three.histograms[2], (std::vector<std::int64_t>{2, 0}));
    }

    void picturesShowImagesAsTheyAre_data()
    {
        QTest::addColumn<std::vector<float>>("pixel");
        QTest::addColumn<QList<int>>("expected");
        QTest::newRow("0..255") << std::vector<float>{0, 128, 255} << QList<int>{0, 128, 255};
        QTest::newRow("0..1") << std::vector<float>{0, 0.2f, 1} << QList<int>{0, 51, 255};
        QTest::newRow("symmetric") << std::vector<float>{-1, 0, 1} << QList<int>{0, 128, 255};
    }
    void picturesShowImagesAsTheyAre()
    {
        QFETCH(std::vector<float>, pixel);
        QFETCH(QList<int>, expected);
        const Tensor value = Tensor::of<float>({1, 1, 3}, {pixel[0], pixel[1], pixel[2]});
        const Picture picture = pictureOf(value, ValueRange::unknown(), {});
        QCOMPARE(picture.width, 1);
        for (int c = 0; c < 3; ++c)
            QCOMPARE(int{picture.rgb[static_cast<std::size_t>(c)]}, expected[c]);
    }

    void coloursBelowBlackLeaveTheRestAsBright()
    {
        const Tensor strong = Tensor::of<float>({1, 1, 3}, {-400, 128, 255}); // saturation above 1
        const Picture picture = pictureOf(strong, ValueRange::proven(-64'770, 255), {});
        QCOMPARE(picture.rgb, (std::vector<std::uint8_t>{0, 128, 255}));
        QCOMPARE(shownRange(strong, ValueRange::declared(-255, 255)),
                 ValueRange::declared(-255, 255));
    }

    void picturesFollowTheShape()
    {
        QCOMPARE(pictureKindOf({32, 32, 3}), PictureKind::Image);
        QCOMPARE(pictureKindOf({32, 32, 16}), PictureKind::FeatureMaps);
        QCOMPARE(pictureKindOf({10}), PictureKind::Bars);
        QCOMPARE(pictureKindOf({2048}), PictureKind::Cells);
        QCOMPARE(pictureKindOf({48, 64}), PictureKind::Matrix);
        QCOMPARE(pictureKindOf({0, 4, 3}), PictureKind::Nothing);
        const Tensor large = Tensor::make<std::uint8_t>({300, 600, 3}, [](auto) {});
        const Picture small = pictureOf(large, ValueRange::unknown(), {.maxSide = 100});
        QCOMPARE(small.width, 100);
        QCOMPARE(small.height, 50);
        QCOMPARE(viridis(0), (Rgb{68, 1, 84}));
        QCOMPARE(viridis(1), (Rgb{253, 231, 37}));
    }

private:
    /// source -> rotation -> zoom -> rescaling -> batch -> dense
    struct Chain {
        Builder builder;
        NodeId source = builder.source();
        NodeId rotation = builder.after(source, "RandomRotation", ConfigObject{{"factor", 0.25}},
                                        Stage::Pipeline);
        NodeId zoom = builder.after(rotation, "RandomZoom", ConfigObject{{"height_factor", 0.4}},
                                    Stage::Pipeline);
        NodeId rescaling
            = builder.after(zoom, "Rescaling", ConfigObject{{"scale", 1.0 / 255}}, Stage::Pipeline);
        NodeId batch = builder.after(rescaling, "Batch");
        NodeId dense = builder.after(batch, "Dense", ConfigObject{{"units", 4}});
    };

    PreviewTask taskFor(const Chain& chain, NodeId node, PreviewScope scope,
                        Phase phase = Phase::Training) const
    {
        PreviewTask task;
        task.target = previewTarget(
            {std::make_shared<const Document>(chain.builder.document), node, scope, phase},
            m_registry);
        task.sample = m_sample;
        return task;
    }

    struct CallOf {
        Tensor result;
        std::string shown;
        double angle = 0;
    };
    /// The layer, drawn by address and run op by op: no plan, no flattening.
    CallOf drawn(const Chain& chain, NodeId node, std::uint32_t epoch) const
    {
        const Document& document = chain.builder.document;
        const LayerDef& layer = *document.layerOf(node);
        const auto* type
            = dynamic_cast<const RandomLayerType*>(m_registry.find(layer.kerasClass).value());
        const Tensor batch = m_sample->image.reshaped({1, 32, 32, 3});
        const std::vector<Spec> inputs{{batch.dtype(), batch.shape(), {}}};
        const std::array<std::uint64_t, 1> ids{m_sample->id};
        DrawContext context;
        context.path = StreamKey{static_cast<std::uint64_t>(document.recipe.seed)}.child(
            static_cast<std::uint64_t>(node.value));
        context.epoch = epoch;
        context.sampleIds = ids;
        context.inputs = inputs;
        const Transformation drawn = Builder::must(type->draw(layer.config, context));
        const OpGraph graph
            = Builder::must(describedBy(*type, layer.config, inputs, Phase::Training));
        Interpreter<float> interpreter(graph);
        interpreter.set(graph.inputs[0], batch);
        for (const DrawSpec& draw : graph.draws)
            interpreter.set(draw.value, drawn.at(draw.name));
        interpreter.forward();
        return {interpreter.tensor(graph.outputs[0]).reshaped({32, 32, 3}), type->shown(drawn, 0),
                drawnNumber(drawn, "angle", 0)};
    }

    static std::vector<double> numbers(const Tensor& tensor)
    {
        std::vector<double> result;
        if (tensor.dtype() == DType::UInt8)
            for (const auto x : tensor.values<std::uint8_t>())
                result.push_back(x);
        else
            for (const auto x : tensor.values<float>())
                result.push_back(static_cast<double>(x));
        return result;
    }
    static bool near(const Tensor& a, const Tensor& b)
    {
        return std::ranges::equal(numbers(a), numbers(b),
                                  [](double x, double y) { return std::abs(x - y) <= 1e-3; });
    }
    static bool take(PreviewWorker& worker, std::vector<PreviewResultHandle>& all,
                     const std::string& key)
    {
        for (auto& each : worker.take())
            all.push_back(std::move(each));
        return std::ranges::any_of(all, [&](const auto& each) { return each->key == key; });
    }

    LayerRegistry m_registry;
    std::shared_ptr<const PreviewSample> m_sample;
};

LB_TEST(TstPreview)
#include "tst_preview.moc"
