#include "core/interop/keras/keras_archive.h"
#include "core/interop/keras/model_order.h"
#include "core/interop/zip.h"
#include "core/support/json.h"
#include "core/training/plan.h"
#include "tests/core/example_document.h"
#include "tests/core/stand_in_layers.h"
#include "tests/support/lb_test.h"

#include <QRegularExpression>
#include <QTest>

using namespace lb;
using lb::test::Builder;

namespace {

const Spec kPictures{DType::UInt8, {kUnknown, 3, 3, 1}, {}};

/// Rescaling in the pipeline, then a small network; `shared` calls its first Dense twice.
Document pictures(bool shared)
{
    Builder b;
    const NodeId source = b.source();
    const NodeId scaled
        = b.after(source, "Rescaling", ConfigObject{{"scale", 1.0 / 255}}, Stage::Pipeline);
    const NodeId flipped
        = b.after(scaled, "RandomFlip", ConfigObject{{"mode", "horizontal"}, {"seed", Config()}},
                  Stage::Pipeline);
    const NodeId joined = b.after(b.after(flipped, "Batch"), "Flatten");
    const NodeId first
        = b.after(joined, "Dense", ConfigObject{{"units", 9}, {"activation", "leaky_relu"}});
    NodeId last = first;
    if (shared) {
        auto again = Builder::must(edits::callAgain(b.document, first, {}));
        b.document = std::move(again.document);
        last = again.node;
        b.wire({first, 0}, last);
    }
    b.output(b.after(last, "Dense", ConfigObject{{"units", 2}, {"activation", "softmax"}}), source);
    return b.document;
}

Plan planOf(const Document& document, const LayerRegistry& registry, const LayerWeights* weights,
            Spec input, std::int64_t rows)
{
    input.shape[0] = rows;
    FlattenRequest request;
    request.part = FlattenRequest::Part::Whole;
    request.inputs = {input};
    request.dropTrainOnly = true;
    FlatModel flat = Builder::must(flattened(document, registry, request));
    auto store
        = std::make_shared<ParameterStore>(Builder::must(ParameterStore::initial(flat, 11)));
    if (weights)
        Builder::must(store->restore(*weights));
    return Builder::must(Plan::make(std::move(flat), store, {}));
}

Tensor predicted(Plan plan)
{
    Builder::must(plan.setInput(
        0, Tensor::make<std::uint8_t>({2, 3, 3, 1}, [](std::span<std::uint8_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<std::uint8_t>(i * 13);
        })));
    plan.forward({});
    return plan.value(plan.model().graph.outputs.front());
}

LayerWeights initialWeights(const Document& document, const LayerRegistry& registry)
{
    FlattenRequest request;
    request.part = FlattenRequest::Part::Whole;
    request.inputs = {kPictures};
    const FlatModel flat = Builder::must(flattened(document, registry, request));
    return Builder::must(ParameterStore::initial(flat, 11)).snapshot();
}

std::map<std::string, std::string> membersOf(const std::string& archive)
{
    const ZipReader zip = Builder::must(ZipReader::of(archive, "test.keras"));
    std::map<std::string, std::string> members;
    for (const std::string& name : zip.names())
        members.emplace(name, Builder::must(zip.read(name, 1u << 20)));
    return members;
}

Config configOf(const std::string& archive)
{
    return Builder::must(parseJson(membersOf(archive).at("config.json")));
}

std::string written(const Document& document, const LayerRegistry& registry,
                    const KerasArchiveRequest& request)
{
    return Builder::must(
        kerasArchive(document, registry, initialWeights(document, registry), request));
}

std::string inference(const Document& document, const LayerRegistry& registry)
{
    KerasArchiveRequest request;
    request.inputs = {{"image", kPictures}};
    return written(document, registry, request);
}

KerasArchiveRequest checkpointRequest(const Document& document, const LayerRegistry& registry)
{
    KerasArchiveRequest request;
    request.part = KerasArchiveRequest::Part::Checkpoint;
    request.inputs = {{"image", {DType::Float32, {kUnknown, 3, 3, 1}, {}}}};
    KerasOptimizerState optimizer;
    optimizer.iterations = 41;
    optimizer.learningRate = 0.25;
    for (const auto& [layer, tensors] : initialWeights(document, registry))
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const auto filled = [&](float value) {
                return Tensor::make<float>(tensors[i].shape(), [value](std::span<float> out) {
                    std::ranges::fill(out, value);
                });
            };
            const auto tag = static_cast<float>(10 * layer.value + std::ssize(tensors));
            optimizer.slotTensors[{layer, i}] = {filled(tag), filled(-tag - static_cast<float>(i))};
        }
    request.extras.optimizer = optimizer;
    request.extras.own = ConfigObject{{"epoch", 3}, {"note", "näher"}};
    request.extras.tensors.emplace("best/12/0", Tensor::of<std::int64_t>({3}, {2, 0, 1}));
    return request;
}

} // namespace

class TstKerasArchive : public QObject {
    Q_OBJECT
    LayerRegistry m_registry;


private slots:
    void initTestCase() { test::fill(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void ordersLayersAsKerasDoes()
    {
        // Keras' own answer for a, b = inputs; concat([Dense(a), Dense(Dense(b))]); Dense.
        const std::size_t a = 0, b = 1, da = 2, db0 = 3, db = 4, concat = 5, out = 6;
        CallGraph graph;
        graph.from = {{}, {}, {a}, {b}, {db0}, {da, db}, {concat}};
        graph.layer = {a, b, da, db0, db, concat, out};
        graph.last = out;

        const auto order = kerasOrder(graph);

        QCOMPARE(order, (std::vector<std::size_t>{b, a, db0, da, db, concat, out}));
    }

    void putsASharedLayerWhereItsDeepestCallIs()
    {
        // x -> s -> t -> s -> u: Keras lifts s to the depth of its first call.
        const std::size_t s = 0, t = 1, u = 2;
        CallGraph graph;
        graph.from = {{kPartInput}, {0}, {1}, {2}};
        graph.layer = {s, t, s, u};
        graph.last = 3;

        const auto order = kerasOrder(graph);

        QCOMPARE(order, (std::vector<std::size_t>{kPartInput, s, t, u}));
    }

    void predictsTheSameAfterReading_data()
    {
        QTest::addColumn<bool>("shared");
        QTest::addColumn<QString>("kerasClass");
        QTest::newRow("chain") << false << "Sequential";
        QTest::newRow("shared layer") << true << "Functional";
    }
    void predictsTheSameAfterReading()
    {
        QFETCH(bool, shared);
        QFETCH(QString, kerasClass);
        const Document document = pictures(shared);
        const LayerWeights weights = initialWeights(document, m_registry);

        const std::string archive = inference(document, m_registry);
        const auto model = parseKerasArchive(archive, "test.keras", m_registry);

        QVERIFY2(model.ok(), model.ok() ? "" : english(model.error().message).c_str());
        QCOMPARE(QString::fromStdString(*configOf(archive).find("class_name")->as<std::string>()),
                 kerasClass);
        QCOMPARE(model.value().inputs.front().spec.shape, kPictures.shape);
        QCOMPARE(model.value().inputs.front().spec.dtype, DType::UInt8);
        QCOMPARE(model.value().weights, weights);
        QCOMPARE(predicted(planOf(model.value().document, m_registry, &model.value().weights,
                                  model.value().inputs.front().spec, 2)),
                 predicted(planOf(document, m_registry, &weights, kPictures, 2)));
    }

    void saysWhetherResizingRounds()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId sized = b.after(source, "Resizing",
                                     ConfigObject{{"height", 5}, {"width", 4}}, Stage::Pipeline);
        const NodeId joined = b.after(b.after(sized, "Batch"), "Flatten");
        b.output(b.after(joined, "Dense", ConfigObject{{"units", 2}}), source);
        const LayerWeights weights = initialWeights(b.document, m_registry);
        auto members = membersOf(inference(b.document, m_registry));
        QString floats = QString::fromStdString(members.at("config.json"));
        QVERIFY(floats.contains(R"("config": {"name": "uint8"})"));

        const KerasModel ours = Builder::must(
            parseKerasArchive(Builder::must(encodeZip(members)), "ours", m_registry));
        floats.replace(R"("config": {"name": "uint8"})", R"("config": {"name": "float32"})");
        members["config.json"] = floats.toStdString();
        const KerasModel theirs = Builder::must(
            parseKerasArchive(Builder::must(encodeZip(members)), "theirs", m_registry));

        QCOMPARE(ours.inputs.front().spec.dtype, DType::UInt8);
        QCOMPARE(theirs.inputs.front().spec.dtype, DType::Float32); // as Keras' predict() casts them
        QCOMPARE(predicted(planOf(ours.document, m_registry, &ours.weights, ours.inputs.front().spec, 2)),
                 predicted(planOf(b.document, m_registry, &weights, kPictures, 2)));
        QVERIFY(predicted(planOf(theirs.document, m_registry, &theirs.weights, theirs.inputs.front().spec, 2))
                != predicted(planOf(b.document, m_registry, &weights, kPictures, 2)));
    }

    void leavesRandomLayersOutOfAnInferenceModel()
    {
        const std::string config = membersOf(inference(pictures(false), m_registry)).at("config.json");

        QVERIFY(config.find("RandomFlip") == std::string::npos);
        QVERIFY(config.find("Rescaling") != std::string::npos);
    }

    void carriesACheckpointThere_andBack()
    {
        Document document = pictures(true);
        document.recipe.fromLogits = true;
        document.recipe.metrics = {"accuracy"};
        document.recipe.optimizer = ConfigObject{
            {"class_name", "Adam"}, {"config", ConfigObject{{"learning_rate", 0.25}}}};
        const KerasArchiveRequest request = checkpointRequest(document, m_registry);

        const auto model
            = parseKerasArchive(written(document, m_registry, request), "test.keras", m_registry);

        QVERIFY2(model.ok(), model.ok() ? "" : english(model.error().message).c_str());
        const KerasModel& m = model.value();
        QCOMPARE(m.extras.own, request.extras.own);
        QVERIFY(m.extras.tensors == request.extras.tensors);
        QVERIFY(m.extras.optimizer.has_value());
        QCOMPARE(m.extras.optimizer->iterations, std::int64_t{41});
        QCOMPARE(m.extras.optimizer->learningRate, 0.25);
        QVERIFY(m.extras.optimizer->slotTensors == request.extras.optimizer->slotTensors);
        QCOMPARE(m.document.recipe.loss, document.recipe.loss);
        QVERIFY(m.document.recipe.fromLogits);
        QCOMPARE(m.document.recipe.optimizer, document.recipe.optimizer);
        for (const auto& [layer, tensors] : initialWeights(document, m_registry)) {
            QVERIFY(m.document.layer(layer)); // the project's own ids
            QCOMPARE(m.document.layer(layer)->name, document.layer(layer)->name);
            QCOMPARE(m.weights.at(layer), tensors);
        }
    }

    void refusesNamesThatLeadOutOfTheArchive_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"", "../x", "a/../x", "/x", "a//b", "a/", "a\\b", ".hidden"})
            QTest::newRow(name) << name;
    }
    void refusesNamesThatLeadOutOfTheArchive()
    {
        QFETCH(QString, name);
        const Document document = pictures(false);
        KerasArchiveRequest request;
        request.inputs = {{"image", kPictures}};
        request.extras.tensors.emplace(name.toStdString(), Tensor());

        QVERIFY(!kerasArchive(document, m_registry, initialWeights(document, m_registry), request)
                     .ok());
    }

    void writesTheSameBytesTwice()
    {
        QVERIFY(inference(pictures(true), m_registry) == inference(pictures(true), m_registry));
    }

    void keepsWhatNormalizationLearned()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId normal = b.after(source, "Normalization", ConfigObject{}, Stage::Pipeline);
        const NodeId joined = b.after(b.after(normal, "Batch"), "Flatten");
        b.output(b.after(joined, "Dense", ConfigObject{{"units", 2}}), source);
        auto state = std::make_shared<AdaptedState>();
        state->tensors.emplace("mean", Tensor::of<float>({1}, {3.5f}));
        state->tensors.emplace("variance", Tensor::of<float>({1}, {0.25f}));
        const LayerId layer = b.document.layerOf(normal)->id;

        QCOMPARE(QString::fromStdString(english(
                     kerasArchive(b.document, m_registry, initialWeights(b.document, m_registry),
                                  {KerasArchiveRequest::Part::Inference, {{"image", kPictures}}, "m", {}})
                         .error()
                         .message)),
                 "was never adapted to data; adapt it first");
        b.document = Builder::must(edits::setAdapted(b.document, layer, state));
        const auto model = parseKerasArchive(inference(b.document, m_registry), "test.keras", m_registry);

        QVERIFY2(model.ok(), model.ok() ? "" : english(model.error().message).c_str());
        QVERIFY(model.value().document.layer(layer)->adapted);
        QVERIFY(model.value().document.layer(layer)->adapted->tensors == state->tensors);
    }

    /// As Keras does, in the config: it opens there with the bins that were learned.
    void keepsBinsInTheConfig()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId bins
            = b.after(source, "Discretization", ConfigObject{{"num_bins", 3}}, Stage::Pipeline);
        const NodeId joined = b.after(b.after(bins, "Batch"), "Flatten");
        b.output(b.after(joined, "Dense", ConfigObject{{"units", 2}}), source);
        auto state = std::make_shared<AdaptedState>();
        state->tensors.emplace("bin_boundaries", Tensor::of<float>({2}, {0.5f, 2.5f}));
        const LayerId layer = b.document.layerOf(bins)->id;
        b.document = Builder::must(edits::setAdapted(b.document, layer, state));

        const auto model
            = parseKerasArchive(inference(b.document, m_registry), "test.keras", m_registry);

        QVERIFY2(model.ok(), model.ok() ? "" : english(model.error().message).c_str());
        const Config& config = model.value().document.layer(layer)->config;
        QCOMPARE(*config.find("bin_boundaries"), Config(ConfigList{0.5, 2.5}));
        QCOMPARE(*config.find("num_bins"), Config(3));
    }

    void refusesWhatAConfigMustNotSay_data();
    void refusesWhatAConfigMustNotSay();
    void refusesAnOwnMemberThatLies_data();
    void refusesAnOwnMemberThatLies();
    void survivesDamage();
};

void TstKerasArchive::refusesWhatAConfigMustNotSay_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const char* from, const char* to, const char* message) {
        QTest::newRow(name) << from << to << message;
    };
    row("code", R"("class_name":"Flatten")", R"("class_name":"Lambda")",
        "is of class Lambda, which is not known here");
    row("a module", R"("module":"keras.layers","name":"flatten")", R"("module":"os","name":"flatten")",
        "is no layer of Keras itself");
    row("a custom class", R"("registered_name":null)", R"("registered_name":"Mine>Flatten")",
        "is no layer of Keras itself");
    row("no model", R"("layers":)", R"("strata":)", "describes no model");
    row("another kind of model", R"("class_name":"Functional")", R"("class_name":"TFSMLayer")",
        "only Sequential and Functional");
    row("another shape", R"("units":2)", R"("units":3)", "has another shape than the layer's weight");
    row("2^31 units", R"("units":2)", R"("units":2147483648)", "needs too much memory");
    row("2^62 units", R"("units":2)", R"("units":4611686018427387904)", "");
    row("an option", R"("units":2)", R"("units":2,"lora_rank":4)", "this option is not computed here");
    row("a policy", R"("name":"float32")", R"("name":"mixed_float16")", "the policy mixed_float16 is not");
    row("equal names", R"("name":"dense")", R"("name":"dense_1")", "is the name of two layers");
    row("a stranger", R"("keras_history":["flatten",0,0])", R"("keras_history":["nobody",0,0])",
        "which is not in the model");
    row("node 2^31", R"("keras_history":["dense",1,0])", R"("keras_history":["dense",2147483648,0])",
        "which is not in the model");
    row("a circle", R"("keras_history":["flatten",0,0])", R"("keras_history":["dense",1,0])",
        "circle of wires");
    row("no output", R"("output_layers":[)", R"("output_layers":[["a",0,0],)", "several outputs");
    row("not JSON", R"("output_layers":[)", R"("output_layers":[[)", "");
}

void TstKerasArchive::refusesWhatAConfigMustNotSay()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, message);
    auto members = membersOf(inference(pictures(true), m_registry));
    QString config = QString::fromStdString(members.at("config.json"));
    config.replace(", ", ",").replace(": ", ":");
    QVERIFY2(config.contains(from), qPrintable(config));
    config.replace(from, to);
    members["config.json"] = config.toStdString();

    const auto model
        = parseKerasArchive(Builder::must(encodeZip(members)), "test.keras", m_registry);

    QVERIFY(!model.ok());
    const QString said = QString::fromStdString(model.error().where + ": "
                                                + english(model.error().message));
    QVERIFY2(said.contains(message), qPrintable(said));
}

void TstKerasArchive::refusesAnOwnMemberThatLies_data()
{
    QTest::addColumn<QString>("own");
    QTest::newRow("newer") << R"({"format":2})";
    QTest::newRow("no format") << R"({})";
    QTest::newRow("two layers with one id")
        << R"({"format":1,"layers":{"a":{"id":5,"name":"a"},"b":{"id":5,"name":"b"}}})";
    QTest::newRow("an id beyond all") << R"({"format":1,"layers":{"a":{"id":9223372036854775807,"name":"a"}}})";
    QTest::newRow("not JSON") << "{";
}

void TstKerasArchive::refusesAnOwnMemberThatLies()
{
    QFETCH(QString, own);
    auto members = membersOf(inference(pictures(false), m_registry));
    members["layerbench.json"] = own.toStdString();

    QVERIFY(!parseKerasArchive(Builder::must(encodeZip(members)), "test.keras", m_registry).ok());
}

void TstKerasArchive::survivesDamage()
{
    const std::string archive = inference(pictures(false), m_registry);
    auto members = membersOf(archive);
    const std::string file = members.at("model.weights.h5");
    for (std::size_t cut = 1; cut < archive.size(); cut += archive.size() / 7)
        QVERIFY(!parseKerasArchive(archive.substr(0, cut), "cut", m_registry).ok());
    for (std::size_t i = 0; i < 48; ++i) { // whatever comes, it is an answer
        std::string broken = file;
        broken[(i * 977 + 13) % file.size()] ^= static_cast<char>(0x40 + i);
        members["model.weights.h5"] = broken;
        const auto model
            = parseKerasArchive(Builder::must(encodeZip(members)), "broken", m_registry);
        QVERIFY(model.ok() || !english(model.error().message).empty());
    }
}

LB_TEST(TstKerasArchive)
#include "tst_keras_archive.moc"
