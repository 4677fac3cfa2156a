#include "tests/core/analysis_test.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using lb::test::Builder;

/// What looks wrong though it computes: ranges, states, labels, stages, what training alone does.
class TstLints : public QObject, test::AnalysisTest {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void rescaledTwice()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId once = b.after(source, "Rescaling", kByte, Stage::Pipeline);
        const NodeId twice = b.after(once, "Rescaling", kByte, Stage::Pipeline);

        const Analysis analysis = of(b.document);

        QVERIFY(!find(analysis.problems, "rescaled_twice", once));
        const Problem* problem = find(analysis.problems, "rescaled_twice", twice);
        QVERIFY(problem);
        QCOMPARE(problem->severity, Severity::Warning);
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QVERIFY(!fixed.node(twice));
        QVERIFY(!find(of(fixed).problems, "rescaled_twice"));
    }

    /// 0: as the files are, which is known when they are open; -1: not set, as in Keras 16,000.
    void aSpectrogramKnowsTheRateOfItsSounds_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("data");
        QTest::addColumn<int>("opened");
        QTest::addColumn<int>("layer");
        QTest::addColumn<bool>("warned");
        QTest::newRow("another") << "sound_folder" << 22050 << 0 << 16000 << true;
        QTest::newRow("not set") << "sound_folder" << 8000 << 0 << -1 << true;
        QTest::newRow("the same") << "sound_folder" << 22050 << 22050 << 22050 << false;
        QTest::newRow("Keras' own") << "sound_folder" << 16000 << 0 << -1 << false;
        QTest::newRow("of files that nobody opened") << "sound_folder" << 0 << 0 << 16000 << false;
        QTest::newRow("of the files") << "sound_folder" << 0 << 22050 << 16000 << true;
        QTest::newRow("the files' own") << "sound_folder" << 0 << 22050 << 22050 << false;
        QTest::newRow("no sounds") << "drawn_shapes" << 22050 << 0 << 16000 << false;
    }
    void aSpectrogramKnowsTheRateOfItsSounds()
    {
        QFETCH(QString, kind);
        QFETCH(int, data);
        QFETCH(int, opened);
        QFETCH(int, layer);
        QFETCH(bool, warned);
        Builder b;
        const NodeId source
            = b.add(flow::kSource, ConfigObject{{"kind", kind.toStdString()}, {"sampling_rate", data}},
                    Stage::Pipeline);
        const NodeId scaled = b.after(source, "Rescaling", kByte, Stage::Pipeline);
        const NodeId mel
            = b.after(scaled, "MelSpectrogram",
                      layer < 0 ? ConfigObject{} : ConfigObject{{"sampling_rate", layer}},
                      Stage::Pipeline);
        Facts facts = tenShapes();
        facts.columns = {{"sound", {DType::Float32, {8000}, ValueRange::declared(-1, 1)}}};
        facts.samplingRate = opened;

        const Analysis analysis = of(b.document, facts);

        const Problem* problem = find(analysis.problems, "other_sampling_rate", mel);
        QCOMPARE(problem != nullptr, warned);
        if (!warned)
            return;
        QCOMPARE(problem->severity, Severity::Warning);
        QCOMPARE(problem->param, std::string("sampling_rate"));
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QCOMPARE(*fixed.layerOf(mel)->config.find("sampling_rate"), Config(opened ? opened : data));
        QVERIFY(!find(of(fixed, facts).problems, "other_sampling_rate"));
    }

    void picturesOfAnotherSizeForValidationAreToldWhereTheyAreRefused()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId batch = b.after(source, flow::kBatch, ConfigObject{}, Stage::Pipeline);
        const NodeId flat = b.after(batch, "Flatten");
        Facts facts = tenShapes();
        facts.columns = {{"image", {DType::UInt8, {kUnknown, kUnknown, 3}, {}}}};
        LayerRegistry registry; // Resizing has to be one that computes
        registerBuiltinLayers(registry);
        const auto foundIn = [&](const Document& document) {
            return analysed(document, facts, registry);
        };
        QVERIFY(find(foundIn(b.document).problems, "refused", flat));
        QVERIFY(!find(foundIn(b.document).problems, "other_validation_size"));
        facts.trainingShape = {8, 9, 3};
        facts.validationShape = {12, kUnknown, 3};

        const Analysis analysis = foundIn(b.document);

        const Problem* problem = find(analysis.problems, "other_validation_size", source);
        QVERIFY(problem);
        QCOMPARE(problem->severity, Severity::Warning);
        QCOMPARE(english(problem->message),
                 "its images for validation are 12 × ?, those for training 8 × 9 (height × width), so "
                     + b.document.nameOf(flat) + " does not know their size: add Resizing before it");
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        const Analysis then = foundIn(fixed);
        QVERIFY(!find(then.problems, "other_validation_size"));
        QVERIFY(!find(then.problems, "refused"));
        QCOMPARE(then.spec({flat, 0})->shape.back(), 8 * 9 * 3);
    }

    void aLayerThatWantsChannelsOfSoundsGetsThem()
    {
        Builder b;
        const NodeId source = b.add(
            flow::kSource, ConfigObject{{"kind", "sound_folder"}, {"channels", "mono"}}, Stage::Pipeline);
        const NodeId stft = b.after(source, "STFTSpectrogram", ConfigObject{}, Stage::Pipeline);
        Facts facts = tenShapes();
        facts.columns = {{"sound", {DType::Float32, {8000}, ValueRange::declared(-1, 1)}}};

        const Analysis analysis = of(b.document, facts);

        const Problem* problem = find(analysis.problems, "refused", stft);
        QVERIFY(problem);
        QCOMPARE(english(problem->fixes.at(0).title).find("Set channels of "), std::size_t{0});
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QCOMPARE(*fixed.layerOf(source)->config.find("channels"), Config("all"));
        facts.columns.front().spec.shape = {8000, 2};
        QVERIFY(!find(of(fixed, facts).problems, "refused", stft));
    }

    void channelsDoNotHelpWhatIsNoSoundAnyMore()
    {
        Builder b;
        const NodeId source = b.add(
            flow::kSource, ConfigObject{{"kind", "sound_folder"}, {"channels", "mono"}}, Stage::Pipeline);
        const NodeId mel = b.after(source, "MelSpectrogram", ConfigObject{}, Stage::Pipeline);
        const NodeId conv = b.after(mel, "Conv2D", ConfigObject{{"filters", 4}, {"kernel_size", 3}});
        Facts facts = tenShapes();
        facts.columns = {{"sound", {DType::Float32, {8000}, ValueRange::declared(-1, 1)}}};

        const Analysis analysis = of(b.document, facts);

        const Problem* problem = find(analysis.problems, "refused", conv);
        QVERIFY(problem);
        for (const Fix& fix : problem->fixes)
            QVERIFY(!english(fix.title).starts_with("Set channels"));
    }

    void bytesIntoWeightsOfferRescaling()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flat = b.after(b.after(source, "Batch"), "Flatten");
        const NodeId first = b.after(flat, "Dense", dense(8, "relu"));
        const NodeId last = b.after(first, "Dense", dense(10, "softmax"));
        b.output(last, source);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "unscaled_input", first);
        QVERIFY(problem);
        QVERIFY(!find(analysis.problems, "unscaled_input", last));
        QCOMPARE(QString::fromStdString(english(problem->fixes.at(0).title)),
                 "Insert Rescaling 1/255");
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QVERIFY(of(fixed).problems.empty());
    }

    void statesThatAreMissingOrOld()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId layer = b.after(source, "Normalization", ConfigObject{}, Stage::Pipeline);
        const auto adapted = [&](const Document& document, Config record) {
            auto state = std::make_shared<AdaptedState>();
            state->tensors["mean"] = Tensor::of<float>({3}, {1, 2, 3});
            state->tensors["variance"] = Tensor::of<float>({3}, {1, 2, 3});
            state->record = std::move(record);
            return Builder::must(
                edits::setAdapted(document, document.layerOf(layer)->id, std::move(state)));
        };
        const std::string input = inputKey(b.document, {source, 0});

        const Analysis never = of(b.document);
        const Analysis now = of(
            adapted(b.document, ConfigObject{{"data", tenShapes().dataHash}, {"input", input}}));
        const Analysis otherData
            = of(adapted(b.document, ConfigObject{{"data", "other"}, {"input", input}}));
        const Analysis otherInput = of(
            adapted(b.document, ConfigObject{{"data", tenShapes().dataHash}, {"input", "other"}}));

        QVERIFY(find(never.problems, "not_adapted", layer));
        QVERIFY(!now.nodes.at(layer).stale && now.nodes.at(layer).adapted);
        QVERIFY(!find(now.problems, "not_adapted") && !find(now.problems, "stale_state"));
        QVERIFY(find(otherData.problems, "stale_state", layer));
        QVERIFY(find(otherInput.problems, "stale_state", layer));
        QVERIFY(otherInput.nodes.at(layer).stale);
    }

    void randomLayerWithAnotherValueRange()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, "Rescaling", kByte, Stage::Pipeline);
        const NodeId layer
            = b.after(scaled, "RandomBrightness",
                      ConfigObject{{"factor", 0.2}, {"value_range", ConfigList{0.0, 255.0}}},
                      Stage::Pipeline);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "value_range", layer);
        QVERIFY(problem);
        QCOMPARE(problem->param, std::string("value_range"));
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QCOMPARE(*fixed.layerOf(layer)->config.find("value_range"), Config(ConfigList{0.0, 1.0}));
        QVERIFY(!find(of(fixed).problems, "value_range"));
    }

    void labelCountAgainstUnits()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flat = flattened(b, source);
        const NodeId last = b.after(flat, "Dense", dense(7, "softmax"));
        const NodeId end = b.output(last, source);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "label_count", end);
        QVERIFY(problem);
        QCOMPARE(problem->severity, Severity::Error);
        QCOMPARE(problem->fixes.at(0).outcome, std::string("B×10"));
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QCOMPARE(*fixed.layerOf(last)->config.find("units"), Config(10));
        QVERIFY(!find(of(fixed).problems, "label_count"));
    }

    void lossOfLogitsThatNobodyDeclared()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flat = flattened(b, source);
        b.output(b.after(flat, "Dense", dense(10)), source);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "not_probabilities");
        QVERIFY(problem);
        for (const Fix& fix : problem->fixes)
            QVERIFY(!find(of(Builder::must(fix.apply(b.document))).problems, "not_probabilities"));
    }

    void stagesThatDoNotFit()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId early = b.after(source, "Dense", dense(4), Stage::Pipeline);
        const NodeId batch = b.after(early, "Batch");
        const NodeId late = b.after(batch, "RandomFlip", ConfigObject{}, Stage::Pipeline);

        const Analysis analysis = of(b.document);

        const Problem* weights = find(analysis.problems, "weights_in_pipeline", early);
        QVERIFY(weights && find(analysis.problems, "wrong_stage", late));
        const Document fixed = Builder::must(weights->fixes.at(0).apply(b.document));
        QCOMPARE(fixed.node(early)->stage, Stage::Model);
    }

    void saysWhatKerasDoesAtInference() // RandomCrop leaves images alone
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId batch = b.after(source, "Batch");
        const NodeId crop = b.after(batch, "RandomCrop", ConfigObject{{"height", 24}, {"width", 20}});
        const NodeId flat = b.after(crop, "Flatten");
        b.output(flat, source);

        const Analysis analysis = of(b.document);

        const Problem* hint = find(analysis.problems, "crops_in_training_only", crop);
        QVERIFY(hint && hint->severity == Severity::Hint);
        const Document fixed = Builder::must(hint->fixes.at(0).apply(b.document));
        const Analysis after = of(fixed);
        QVERIFY(!find(after.problems, "crops_in_training_only"));
        QCOMPARE(after.spec({flat, 0})->shape, (Shape{kUnknown, 24 * 20 * 3}));
    }

    void aCropThatChangesWeightsIsAnError()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, "Rescaling", kByte, Stage::Pipeline);
        const NodeId batch = b.after(scaled, "Batch");
        const NodeId crop = b.after(batch, "RandomCrop", ConfigObject{{"height", 24}, {"width", 24}});
        const NodeId flat = b.after(crop, "Flatten");
        const NodeId layer = b.after(flat, "Dense", dense(10, "softmax"));
        b.output(layer, source);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "crops_in_training_only", crop);
        QVERIFY(problem && problem->severity == Severity::Error);
        const std::string message = english(problem->message);
        QVERIFY(message.find("RandomCrop") != std::string::npos);
        QVERIFY(message.find(b.document.nameOf(layer)) != std::string::npos);
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        const Analysis after = of(fixed);
        QVERIFY2(!after.hasErrors(), first(after));
    }

    /// However many crops there are, the document is analysed once for inference.
    void cropsShareWhatIsKnownOfInference()
    {
        LayerRegistry registry;
        test::fill(registry);
        registry.add<test::Counted>();
        const auto described = [&](int crops) {
            Builder b;
            NodeId last = b.after(b.source(), "Batch");
            for (int i = 0; i < crops; ++i)
                last = b.after(last, "RandomCrop", ConfigObject{{"height", 24}, {"width", 24}});
            b.after(last, "Counted");
            test::Counted::emitted = 0;
            analysed(b.document, tenShapes(), registry);
            return test::Counted::emitted;
        };

        const int without = described(0), one = described(1), five = described(5);

        QVERIFY(without > 0 && one > without);
        QCOMPARE(five, one);
    }

    /// Weights of a convolution do not depend on the size of the pictures.
    void aCropBeforeConvolutionsIsAHint()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, "Rescaling", kByte, Stage::Pipeline);
        const NodeId batch = b.after(scaled, "Batch");
        const NodeId crop = b.after(batch, "RandomCrop", ConfigObject{{"height", 24}, {"width", 24}});
        const NodeId conv
            = b.after(crop, "Conv2D", ConfigObject{{"filters", 4}, {"kernel_size", 3}});
        const NodeId pooled = b.after(conv, "GlobalAveragePooling2D");
        b.output(b.after(pooled, "Dense", dense(10, "softmax")), source);

        const Analysis analysis = of(b.document);

        const Problem* hint = find(analysis.problems, "crops_in_training_only", crop);
        QVERIFY(hint && hint->severity == Severity::Hint);
        QVERIFY2(!analysis.hasErrors(), first(analysis));
    }

    void saysThatLabelsAreNotMixed()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId mixed = b.after(b.after(source, "Batch"), "MixUp");

        const Analysis analysis = of(b.document);

        const Problem* warning = find(analysis.problems, "labels_not_mixed", mixed);
        QVERIFY(warning && warning->severity == Severity::Warning);
        const Document fixed = Builder::must(warning->fixes.at(0).apply(b.document));
        QCOMPARE(fixed.recipe.loss, std::string("categorical_crossentropy"));
        QVERIFY(!find(of(fixed).problems, "labels_not_mixed"));
        const Document before = Builder::must(edits::setStage(fixed, mixed, Stage::Pipeline));
        QVERIFY(find(of(before).problems, "labels_not_mixed", mixed));
    }
};

LB_TEST(TstLints)
#include "tst_lints.moc"
