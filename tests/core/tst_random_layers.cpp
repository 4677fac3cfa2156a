#include "tests/core/drawing.h"
#include "tests/core/given.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;

/// The rules of random layers, whatever they draw: what hangs on the batch, inference, refusals.
class TstRandomLayers : public QObject, test::Drawing {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    /// What is drawn once a batch depends on its index; what is drawn for a sample does not depend
    /// on its batch.
    void batchDrawsDependOnTheBatchOnly_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("shared");
        QTest::addColumn<QString>("own");
        const Config crop = ConfigObject{{"height", 1}, {"width", 1}};
        QTest::newRow("crop") << "RandomCrop" << crop << "start" << "";
        QTest::newRow("mix") << "MixUp" << Config(ConfigObject{}) << "permutation_order"
                             << "mix_weight";
        QTest::newRow("cut") << "CutMix" << Config(ConfigObject{{"factor", ConfigList{1, 1}}})
                             << "permutation_order" << "batch_masks";
        QTest::newRow("elastic") << "RandomElasticTransform" << Config(ConfigObject{})
                                 << "distortion_factor" << "noise";
        QTest::newRow("change") << "RandAugment" << Config(ConfigObject{{"num_ops", 8}})
                                << "layer_idxes" << "transforms/random_rotation/angle";
        QTest::newRow("mix of chains") << "AugMix" << Config(ConfigObject{}) << "chain_layers"
                                       << "chain_transforms/2/1/random_rotation/angle";
    }
    void batchDrawsDependOnTheBatchOnly()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(QString, shared);
        QFETCH(QString, own);
        const auto first = draw(name, config, 16, {.batch = 3});
        const auto other = draw(name, config, 16, {.firstSample = 100, .batch = 3});
        QVERIFY(first.at(shared.toStdString()) == other.at(shared.toStdString()));
        std::size_t changed = 0;
        for (std::uint64_t batch = 4; batch < 10; ++batch)
            changed += !(draw(name, config, 16, {.batch = batch}).at(shared.toStdString())
                         == first.at(shared.toStdString()));
        QVERIFY(changed >= 4);
        if (own.isEmpty())
            return;
        const Tensor& all = first.at(own.toStdString());
        const auto alone = draw(name, config, 1, {.firstSample = 5, .batch = 9});
        const std::size_t row = all.bytes().size() / 16;
        QVERIFY(std::ranges::equal(alone.at(own.toStdString()).bytes(),
                                   all.bytes().subspan(5 * row, row)));
    }

    void isTheIdentityAtInference_data()
    {
        QTest::addColumn<QString>("name");
        for (const LayerType* type : m_registry.layers())
            if (dynamic_cast<const RandomLayerType*>(type) && type->about().trainOnly
                && type->about().family == About::Family::RandomImage)
                QTest::newRow(type->kerasClass().data())
                    << QString::fromUtf8(type->kerasClass().data());
    }
    void isTheIdentityAtInference()
    {
        QFETCH(QString, name);
        for (const Example& example : layer(name).contractExamples()) {
            const auto graph = describedBy(layer(name), example.config, example.inputs);
            QVERIFY(graph.ok());
            QVERIFY(graph.value().outputs == graph.value().inputs);
            QVERIFY(graph.value().draws.empty());
        }
    }

    void refusesWhatKerasRefuses_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<bool>("accepted");
        const auto row = [](const char* what, const char* name, ConfigObject config, bool accepted) {
            QTest::addRow("%s: %s", name, what) << name << Config(std::move(config)) << accepted;
        };
        row("no factor", "RandomShear", {}, true);
        row("more than 1", "RandomShear", {{"x_factor", 1.2}}, false);
        row("an end below 0", "RandomShear", {{"y_factor", pair(-0.1, 0.2)}}, false);
        row("a single number as Keras writes it", "RandomShear", {{"y_factor", pair(-0.2, 0.2)}},
            true);
        row("scale above 1", "RandomPerspective", {{"scale", 1.5}}, false);
        row("scale below 0", "RandomPerspective", {{"scale", -0.1}}, false);
        row("unknown interpolation", "RandomPerspective", {{"interpolation", "bicubic"}}, false);
        row("more than certain", "RandomErasing", {{"factor", 1.2}}, false);
        row("a pair that reaches into the range", "RandomErasing", {{"factor", pair(-0.5, 0.5)}},
            true);
        row("scale beyond", "RandomErasing", {{"scale", 2.0}}, false);
        row("a colour", "RandomErasing", {{"fill_value", ConfigList{1, 2, 3}}}, true);
        row("two numbers", "RandomErasing", {{"fill_value", ConfigList{1, 2}}}, false);
        row("scale from below 0 to above 1", "RandomElasticTransform", {{"scale", pair(-1, 3)}},
            true);
        row("mirror", "RandomElasticTransform", {{"fill_mode", "mirror"}}, false);
        row("factor beyond", "CutMix", {{"factor", 1.5}}, false);
        row("no size", "RandomCrop", {{"height", 3}}, false);
        row("factor from below 0", "RandAugment", {{"factor", pair(-0.5, 0.5)}}, false);
        row("unknown interpolation", "RandAugment", {{"interpolation", "bicubic"}}, false);
        row("no layers", "Pipeline", {{"layers", ConfigList{}}}, false);
        row("not a layer", "Pipeline", {{"layers", ConfigList{"RandomFlip"}}}, false);
        row("no number", "MaxNumBoundingBoxes", {}, false);
    }
    void refusesWhatKerasRefuses()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(bool, accepted);
        QCOMPARE(layer(name).check(config).ok(), accepted);
    }

    void namesTheParameterOfALayerInside()
    {
        const Config rotation
            = ConfigObject{{"class_name", "RandomRotation"}, {"config", ConfigObject{{"factor", 2}}}};
        const Config flip = ConfigObject{{"class_name", "RandomFlip"}};
        const auto problem
            = layer("Pipeline").check(ConfigObject{{"layers", ConfigList{flip, rotation}}});
        QVERIFY(!problem.ok());
        QCOMPARE(problem.error().where, "layers/1/factor");
    }
};

LB_TEST(TstRandomLayers)
#include "tst_random_layers.moc"
