#include "core/graph/analysis_memo.h"
#include "tests/core/analysis_test.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using lb::test::Builder;

/// Specs on every wire, cost, what is refused or missing, and the ways out.
class TstAnalysis : public QObject, test::AnalysisTest {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    /// Source -> Rescaling -> Batch -> Dense -> Flatten -> Dense -> Output, without a problem.
    void specsAndCostOfAWholeModel()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, "Rescaling", kByte, Stage::Pipeline);
        const NodeId batch = b.after(scaled, "Batch");
        const NodeId hidden = b.after(batch, "Dense", dense(8));
        const NodeId flat = b.after(hidden, "Flatten");
        const NodeId last = b.after(flat, "Dense", dense(10, "softmax"));
        const NodeId end = b.output(last, source);

        const Analysis analysis = of(b.document);

        QVERIFY2(analysis.problems.empty(), first(analysis));
        QCOMPARE(analysis.spec({scaled, 0})->range, ValueRange::proven(0, 1));
        QCOMPARE(analysis.spec({batch, 0})->shape, (Shape{kUnknown, 32, 32, 3}));
        QCOMPARE(analysis.spec({flat, 0})->shape, (Shape{kUnknown, 8'192}));
        QCOMPARE(analysis.spec({last, 0})->shape, (Shape{kUnknown, 10}));
        QCOMPARE(analysis.spec({end, 0})->shape, (Shape{kUnknown, 10}));
        QCOMPARE(analysis.spec({source, 1})->dtype, DType::Int64);
        QCOMPARE(analysis.nodes.at(hidden).parameters, std::int64_t{3 * 8 + 8});
        QCOMPARE(analysis.nodes.at(hidden).macs, std::int64_t{32 * 32 * 3 * 8});
        QCOMPARE(analysis.nodes.at(last).macs, std::int64_t{8'192 * 10});
        QCOMPARE(analysis.parameters, std::int64_t{32 + 8'192 * 10 + 10});
    }

    void countsASharedLayerOnce()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId first = b.after(source, "Dense", dense(3));
        auto again = Builder::must(edits::callAgain(b.document, first, {900, 0}));
        b.document = std::move(again.document);
        b.wire({first, 0}, again.node);

        const Analysis analysis = of(b.document);

        QCOMPARE(analysis.nodes.at(again.node).parameters, std::int64_t{12});
        QCOMPARE(analysis.parameters, std::int64_t{12});
    }

    void missingInputOffersTheLooseEnd()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId loose = b.after(source, "Flatten");
        const NodeId layer = b.add("Dense", dense(10, "softmax"));
        b.output(layer, source);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "missing_input", layer);
        QVERIFY(problem);
        QCOMPARE(problem->severity, Severity::Error);
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QCOMPARE(std::get<PortRef>(fixed.node(layer)->inputs.at(0).from).node, loose);
        QVERIFY(!find(of(fixed).problems, "missing_input"));
    }

    void refusedShapeSaysWhyAndOffersWhatFits()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flat = b.after(source, "Flatten", ConfigObject{}, Stage::Pipeline);
        const NodeId crop = b.after(flat, "CenterCrop", ConfigObject{{"height", 4}, {"width", 4}});

        const Problem* problem = nullptr;
        const Analysis analysis = of(b.document);

        problem = find(analysis.problems, "refused", crop);
        QVERIFY(problem);
        QVERIFY(!english(problem->message).empty());
        QVERIFY(!analysis.spec({crop, 0}));
    }

    void predictionOfImagesOffersFlatten()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, "Rescaling", kByte, Stage::Pipeline);
        const NodeId batch = b.after(scaled, "Batch");
        const NodeId last = b.after(batch, "Dense", dense(10, "softmax"));
        const NodeId end = b.output(last, source);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "refused", end);
        QVERIFY(problem);
        const auto found = std::ranges::find(problem->fixes, "Insert Flatten",
                                             [](const Fix& fix) { return english(fix.title); });
        QVERIFY(found != problem->fixes.end());
        const Fix& flatten = *found;
        QCOMPARE(QString::fromStdString(flatten.outcome), QString("B×10, 30,730 weights"));
        const Document fixed = Builder::must(flatten.apply(b.document));
        QVERIFY2(of(fixed).problems.empty(), first(of(fixed)));
        QCOMPARE(of(fixed).parameters, std::int64_t{30'730});
    }

    void stringsOfferWhatTurnsThemIntoNumbers_data()
    {
        QTest::addColumn<Config>("config");
        QTest::addColumn<std::vector<std::string>>("inserts");
        using Inserts = std::vector<std::string>;
        const Inserts all{"Insert TextVectorization", "Insert StringLookup", "Insert Hashing"};
        QTest::newRow("Dense") << dense(4) << all;
        QTest::newRow("Embedding")
            << Config(ConfigObject{{"input_dim", 100}, {"output_dim", 8}}) << all;
        QTest::newRow("Conv2D") << Config(ConfigObject{{"filters", 4}, {"kernel_size", 3}})
                                << Inserts{}; // none of them makes pictures
    }
    void stringsOfferWhatTurnsThemIntoNumbers()
    {
        QFETCH(Config, config);
        QFETCH(std::vector<std::string>, inserts);
        Builder b;
        const NodeId batch = b.after(b.source(), "Batch");
        const NodeId layer = b.after(batch, QTest::currentDataTag(), config);

        const Analysis analysis = of(b.document, sentences());

        const Problem* problem = find(analysis.problems, "refused", layer);
        QVERIFY(problem);
        QVERIFY2(english(problem->message).starts_with("computes with numbers and got strings"),
                 english(problem->message).c_str());
        std::vector<std::string> expected = inserts;
        expected.push_back("Remove " + b.document.nameOf(layer));
        QCOMPARE(titles(*problem), expected);
        for (std::size_t i = 0; i < inserts.size(); ++i) {
            const Document fixed = Builder::must(problem->fixes[i].apply(b.document));
            const Analysis after = of(fixed, sentences());
            QVERIFY2(!find(after.problems, "refused"), inserts[i].c_str());
        }
    }

    void aLayerWaitsForWhatHasNotLearned()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId words = b.after(source, "TextVectorization",
                                     ConfigObject{{"output_mode", "multi_hot"}}, Stage::Pipeline);
        const NodeId batch = b.after(words, "Batch");
        const NodeId layer = b.after(batch, "Dense", dense(4));

        const Analysis analysis = of(b.document, sentences());

        QVERIFY(find(analysis.problems, "not_adapted", words));
        const Problem* waits = find(analysis.problems, "waits_for_adapt", layer);
        QVERIFY(waits && waits->severity == Severity::Hint && waits->fixes.empty());
        QVERIFY(english(waits->message).find("text_vectorization") != std::string::npos);
        QVERIFY(!find(analysis.problems, "refused"));
        const auto hints = [](const Problem& p) { return p.severity == Severity::Hint; };
        QCOMPARE(std::ranges::count_if(analysis.problems,
                                       [&](const Problem& p) { return p.node == layer && !hints(p); }),
                 0);
    }

    void aLayerWaitsForAFeatureSpace()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId space
            = b.add("FeatureSpace",
                    ConfigObject{{"features", ConfigObject{{"fare", "float_discretized"},
                                                           {"text", "string_categorical"}}}},
                    Stage::Pipeline);
        b.wire({source, 0}, space, "text");
        b.wire({source, 1}, space, "fare");
        const NodeId layer = b.after(b.after(space, "Batch"), "Dense", dense(4));

        const Analysis analysis = of(b.document, sentences());

        QVERIFY2(find(analysis.problems, "waits_for_adapt", layer), first(analysis));
        QVERIFY2(!find(analysis.problems, "refused"), first(analysis));
    }

    /// Rows of ids are as long as their text, whatever the layer learns.
    void aSizeThatAdaptingDoesNotTellIsAnError()
    {
        Builder b;
        const NodeId words
            = b.after(b.source(), "TextVectorization", ConfigObject{}, Stage::Pipeline);
        const NodeId layer = b.after(b.after(words, "Batch"), "Dense", dense(4));
        b.output(layer, words);

        const Analysis analysis = of(b.document, sentences());

        const Problem* problem = find(analysis.problems, "refused", layer);
        QVERIFY(problem && problem->severity == Severity::Error);
    }

    void wrongParametersAndUnknownLayers()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId bad = b.after(source, "Dense", dense(0));
        const NodeId huge = b.after(source, "Dense", dense(std::int64_t{1} << 31));
        const NodeId foreign = b.after(source, "QuantumLayer");

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "bad_parameter", bad);
        QVERIFY(problem);
        QCOMPARE(problem->param, std::string("units"));
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QCOMPARE(*fixed.layerOf(bad)->config.find("units"), Config(1));
        QVERIFY(find(analysis.problems, "too_large", huge));
        QVERIFY(find(analysis.problems, "unknown_layer", foreign));
    }

    void anUnknownLayerMayBeOneOfKerasOrASlip_data()
    {
        QTest::addColumn<QString>("kerasClass");
        QTest::addColumn<QString>("said");
        QTest::newRow("of Keras") << "Reshape" << "Keras' layer Reshape is not here yet; the palette has those that are";
        QTest::newRow("a slip") << "Embeding" << "there is no layer of class Embeding here; is Embedding meant?";
        QTest::newRow("nothing like it") << "QuantumLayer" << "there is no layer of class QuantumLayer here";
    }
    void anUnknownLayerMayBeOneOfKerasOrASlip()
    {
        QFETCH(QString, kerasClass);
        QFETCH(QString, said);
        Builder b;
        const NodeId node = b.after(b.source(), kerasClass.toStdString());

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "unknown_layer", node);
        QVERIFY(problem);
        QCOMPARE(QString::fromStdString(english(problem->message)), said);
    }

    void emptyProjectNeedsEverythingButIsNoError()
    {
        const Analysis analysis = of(emptyDocument());

        QVERIFY(!analysis.hasErrors());
        const Problem* source = find(analysis.problems, "no_source");
        const Problem* output = find(analysis.problems, "no_output");
        QVERIFY(source && output);
        const Document started = Builder::must(source->fixes.at(0).apply(emptyDocument()));
        const Document ended = Builder::must(output->fixes.at(0).apply(started));
        QVERIFY(ended.source() && ended.output());
    }

    void whatIsNotUsedOnlyWarns()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flat = flattened(b, source);
        b.output(b.after(flat, "Dense", dense(10, "softmax")), source);
        const NodeId unused = b.add("Dense", dense(3));

        const Analysis analysis = of(b.document);

        QVERIFY(find(analysis.problems, "missing_input", unused));
        QVERIFY2(!analysis.hasErrors(), first(analysis));
    }

    void mutedNodesPassTheirInput()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, "Rescaling", kByte, Stage::Pipeline);
        const NodeId after = b.after(scaled, "RandomFlip", ConfigObject{}, Stage::Pipeline);
        b.document = Builder::must(edits::setMuted(b.document, scaled, true));

        const Analysis analysis = of(b.document);

        QCOMPARE(analysis.spec({scaled, 0})->range, ValueRange::proven(0, 255));
        QCOMPARE(analysis.spec({after, 0})->range.most, 255.0);
    }

    void aPolicyThatIsNotComputedIsAProblem_data()
    {
        QTest::addColumn<Config>("policy");
        QTest::addColumn<bool>("computed");
        const auto named = [](const char* name) {
            return Config(ConfigObject{{"class_name", "DTypePolicy"},
                                       {"config", ConfigObject{{"name", name}}}});
        };
        QTest::newRow("none") << Config() << true;
        QTest::newRow("float32") << Config("float32") << true;
        QTest::newRow("float32 as Keras writes it") << named("float32") << true;
        for (const char* name : {"float16", "bfloat16", "mixed_float16"})
            QTest::newRow(name) << Config(name) << true;
        QTest::newRow("an object") << named("mixed_bfloat16") << true;
        for (const char* name : {"float64", "float17", "int8"})
            QTest::newRow(name) << Config(name) << false;
        QTest::newRow("no name") << Config(16) << false;
    }
    void aPolicyThatIsNotComputedIsAProblem()
    {
        QFETCH(Config, policy);
        QFETCH(bool, computed);
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled
            = b.after(source, "Rescaling",
                      ConfigObject{{"scale", 1.0 / 255}, {"dtype", policy}}, Stage::Pipeline);
        const NodeId loose = b.add("Rescaling", ConfigObject{{"scale", 2.0}, {"dtype", policy}});

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "bad_parameter", scaled);
        QCOMPARE(!problem, computed);
        QCOMPARE(!find(analysis.problems, "bad_parameter", loose), computed);
        if (!problem)
            return;
        QCOMPARE(problem->param, std::string("dtype"));
        QCOMPARE(problem->severity, Severity::Error);
        QCOMPARE(titles(*problem), std::vector<std::string>{"Use float32"});
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QVERIFY(!find(of(fixed).problems, "bad_parameter", scaled));
    }

    void valuesHaveTheDtypeOfTheirLayersPolicy()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId rounded = b.after(
            source, "Rescaling", ConfigObject{{"scale", 1.0 / 255}, {"dtype", "mixed_bfloat16"}},
            Stage::Pipeline);
        const NodeId plain
            = b.after(rounded, "Rescaling", ConfigObject{{"scale", 2.0}}, Stage::Pipeline);

        const Analysis analysis = of(b.document);

        QCOMPARE(analysis.spec({rounded, 0})->dtype, DType::BFloat16);
        QCOMPARE(analysis.spec({plain, 0})->dtype, DType::Float32);
    }

    void layersThatTrainAndFloat64InsideAreRefused()
    {
        const auto problemOf = [&](const char* kerasClass, ConfigObject config) {
            Builder b;
            const NodeId node = b.after(b.source(), kerasClass, std::move(config));
            for (const Problem& problem : of(b.document).problems)
                if (problem.node == node && problem.severity == Severity::Error)
                    return problem.param + ": " + english(problem.message);
            return std::string();
        };
        const ConfigObject wide{{"scale", 1.0}, {"dtype", "float64"}};
        const ConfigList layers{
            ConfigObject{{"class_name", "Rescaling"}, {"config", Config(wide)}}};
        QVERIFY(problemOf("Conv2D", {{"filters", 2}, {"kernel_size", 3}, {"dtype", "mixed_float16"}})
                    .find("dtype: layers of a model are trained in float32")
                == 0);
        QVERIFY(problemOf("Rescaling", wide).find("dtype: a project is computed in float32") == 0);
        QVERIFY(problemOf("Pipeline", {{"layers", layers}}).find("a project is computed in float32")
                != std::string::npos);
    }

    void aParameterThatKerasLacksIsAHint()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, "Rescaling",
                                      ConfigObject{{"scale", 1.0 / 255},
                                                   {"sclae", 2.0},
                                                   {"name", "scaled"},
                                                   {"trainable", true},
                                                   {"dtype", "float32"}},
                                      Stage::Pipeline);
        b.after(scaled, "RandomFlip",
                ConfigObject{{"mode", "horizontal"}, {"bounding_box_format", "xyxy"}});

        const Analysis analysis = of(b.document);

        const Problem* hint = find(analysis.problems, "unknown_parameter");
        QVERIFY(hint && hint->severity == Severity::Hint);
        QCOMPARE(hint->node, scaled);
        QCOMPARE(hint->param, std::string("sclae"));
        QCOMPARE(std::ranges::count(analysis.problems, "unknown_parameter", &Problem::code), 1);
        const Document fixed = Builder::must(hint->fixes.at(0).apply(b.document));
        QVERIFY(!fixed.layerOf(scaled)->config.find("sclae"));
        QVERIFY(fixed.layerOf(scaled)->config.find("scale"));
        QVERIFY(!find(of(fixed).problems, "unknown_parameter"));
    }

    void keysOfOurOwnNodesSayNothingOfKeras()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flip = b.after(source, "RandomFlip", ConfigObject{{"mood", 1}}, Stage::Pipeline);
        const NodeId batch = b.after(flip, "Batch", ConfigObject{{"mood", 1}});
        const NodeId end = b.after(batch, flow::kOutput, ConfigObject{{"mood", 1}});

        const Analysis analysis = of(b.document);

        for (const NodeId node : {flip, batch, end}) {
            const Problem* hint = find(analysis.problems, "unknown_parameter", node);
            QVERIFY(hint && hint->param == "mood");
            QCOMPARE(english(hint->message).find("Keras") != std::string::npos, node == flip);
        }
    }

    void aKeyThatKerasTakesAndForgetsIsNoReasonToRefuse()
    {
        Builder b;
        const NodeId source = b.source();
        const ConfigObject odd{{"num_bins", 5}, {"nun_bins", 7}, {"name", "crossed"}};
        const NodeId crossed = b.after(source, "HashedCrossing", odd, Stage::Pipeline);
        const NodeId words = b.after(source, "StringLookup", ConfigObject{{"autocast", true}},
                                     Stage::Pipeline);

        const Analysis analysis = of(b.document);

        const Problem* forgotten = find(analysis.problems, "unknown_parameter", crossed);
        QVERIFY(forgotten && forgotten->param == "nun_bins");
        QVERIFY(english(forgotten->message).find("refuse") == std::string::npos);
        const Problem* refused = find(analysis.problems, "unknown_parameter", words);
        QVERIFY(refused && refused->param == "autocast");
        QVERIFY(english(refused->message).find("refuse") != std::string::npos);
    }

    void aDraggedWireSaysWhyNot()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flat = b.after(source, "Flatten", ConfigObject{}, Stage::Pipeline);
        const NodeId crop = b.add("CenterCrop", ConfigObject{{"height", 4}, {"width", 4}});
        const NodeId good = b.add("Rescaling", kByte, Stage::Pipeline);

        QVERIFY(wireProblems(b.document, tenShapes(), m_registry, {source, 0}, good, "").empty());
        const auto refused = wireProblems(b.document, tenShapes(), m_registry, {flat, 0}, crop, "");
        QVERIFY(find(refused, "refused", crop));
        const auto circle = wireProblems(b.document, tenShapes(), m_registry, {flat, 0}, flat, "");
        QCOMPARE(circle.size(), std::size_t{1});
    }

    void aDraggedWireIsMadeByItsFix()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flat = b.after(source, "Flatten", ConfigObject{}, Stage::Pipeline);
        const NodeId layer = b.add("Dense", dense(4));

        const auto problems
            = wireProblems(b.document, tenShapes(), m_registry, {flat, 0}, layer, "");

        const Problem* problem = find(problems, "unscaled_input", layer);
        QVERIFY(problem);
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        const NodeId between = std::get<PortRef>(fixed.node(layer)->inputs.at(0).from).node;
        QCOMPARE(fixed.layerOf(between)->kerasClass, std::string("Rescaling"));
    }

    void contentKeysIgnoreNameAndPlace()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, "Rescaling", kByte, Stage::Pipeline);
        const NodeId flip = b.after(scaled, "RandomFlip", ConfigObject{}, Stage::Pipeline);
        const auto key = [flip](const Document& document, Phase phase = Phase::Inference) {
            return contentKey(document, flip, phase);
        };
        const LayerId layer = b.document.layerOf(scaled)->id;

        const std::string before = key(b.document);
        const auto renamed = Builder::must(edits::rename(b.document, layer, "x"));
        const auto moved = Builder::must(edits::moveNodes(b.document, std::array{flip}, {5, 5}));
        const auto changed
            = Builder::must(edits::setParam(b.document, layer, "offset", Config(0.5)));
        Recipe recipe = b.document.recipe;
        recipe.seed = 5;
        const Document reseeded = edits::setRecipe(b.document, recipe);

        QCOMPARE(before.size(), std::size_t{64});
        QCOMPARE(key(renamed), before);
        QCOMPARE(key(moved), before);
        QVERIFY(key(changed) != before);
        QCOMPARE(key(reseeded), before);
        QVERIFY(key(reseeded, Phase::Training) != key(b.document, Phase::Training));
        QVERIFY(contentKey(b.document, NodeId{999}, Phase::Inference).empty());
    }

    void anEditOfAThousandNodesAsksTheLayerAgain()
    {
        Builder b;
        const NodeId source = b.source();
        NodeId last = flattened(b, source);
        std::vector<NodeId> hidden;
        for (int i = 0; i < 1'000; ++i)
            hidden.push_back(last = b.after(last, "Dense", dense(16, "relu")));
        b.output(b.after(last, "Dense", dense(10, "softmax")), source);
        AnalysisMemo memo;
        analysed(b.document, tenShapes(), m_registry, Phase::Training, &memo);
        const std::int64_t before = memo.impl().described;

        const Document edited = Builder::must(edits::setParam(
            b.document, b.document.layerOf(hidden[500])->id, "activation", "sigmoid"));
        const Analysis analysis = analysed(edited, tenShapes(), m_registry, Phase::Training, &memo);

        QVERIFY(!analysis.hasErrors());
        QVERIFY(memo.impl().described - before <= 2); // the layer, and what its range reaches
    }
};

LB_TEST(TstAnalysis)
#include "tst_analysis.moc"
