#include "core/layers/number_array.h"
#include "core/layers/registry.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;

/// What layers tell the inspector, and how their values stand in a config.
class TstParamSpec : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void tellsHowAParameterIsEdited_data()
    {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<QString>("key");
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("nullable");
        const auto row = [](const char* layer, const char* key, ParamKind kind, bool nullable) {
            QTest::addRow("%s.%s", layer, key)
                << layer << key << static_cast<int>(kind) << nullable;
        };
        row("RandomRotation", "factor", ParamKind::Range, false);
        row("RandomRotation", "fill_mode", ParamKind::Choice, false);
        row("RandomRotation", "seed", ParamKind::Seed, true);
        row("RandomZoom", "width_factor", ParamKind::Range, true);
        row("RandomContrast", "value_range", ParamKind::Pair, false);
        row("Rescaling", "scale", ParamKind::NumberOrList, false);
        row("Normalization", "axis", ParamKind::List, true);
        row("Resizing", "height", ParamKind::Integer, false);
        row("Resizing", "antialias", ParamKind::Bool, false);
    }
    void tellsHowAParameterIsEdited()
    {
        QFETCH(QString, layer);
        QFETCH(QString, key);
        QFETCH(int, kind);
        QFETCH(bool, nullable);
        const ParamSpec& spec = specOf(layer, key);
        QCOMPARE(static_cast<int>(spec.kind), kind);
        QCOMPARE(spec.nullable, nullable);
        QVERIFY(!english(spec.help).empty());
    }

    void everyChoiceOffersItsNames()
    {
        for (const LayerType* layer : m_registry.layers())
            for (const ParamSpec& spec : layer->specs()) {
                if (spec.kind != ParamKind::Choice)
                    continue;
                const std::string name = std::string(layer->kerasClass()) + "." + spec.key;
                QVERIFY2(!spec.choices.empty(), name.c_str());
                const auto* initial = spec.initial.as<std::string>();
                QVERIFY2(initial ? std::ranges::count(spec.choices, *initial) == 1 : spec.nullable,
                         name.c_str());
            }
    }

    void aFunctionInPlaceOfANameIsRefused()
    {
        const LayerType& layer = *m_registry.find("TextVectorization").value();
        for (const char* key : {"standardize", "split"})
            for (const Config& value :
                 {Config("my_own"), Config(ConfigObject{{"class_name", "function"}})}) {
                const auto checked = layer.check(ConfigObject{{key, value}});
                QVERIFY(!checked.ok());
                QCOMPARE(checked.error().where, std::string(key));
            }
        QVERIFY(layer.check(ConfigObject{{"standardize", Config()}, {"split", Config()}}).ok());
    }

    void keepsBothLimitsOfARange()
    {
        const ParamSpec& spec = specOf("RandomRotation", "factor");
        QVERIFY(spec.required);
        QCOMPARE(spec.least, Config(-1.0));
        QCOMPARE(spec.most, Config(1.0));
        QCOMPARE(spec.sliderFrom, Config(-0.5));
        QCOMPARE(spec.initial, Config(ConfigList{-0.1, 0.1}));
    }

    void appliesTheFillValueToConstantOnly()
    {
        const ParamSpec& spec = specOf("RandomRotation", "fill_value");
        QVERIFY(!spec.applies(ConfigObject{{"factor", 0.1}}));
        QVERIFY(spec.applies(ConfigObject{{"factor", 0.1}, {"fill_mode", "constant"}}));
    }

    void readsAFactorAsKerasDoes()
    {
        QCOMPARE(endsOf(Factor::of(0.2), -1), (std::array{-0.2, 0.2}));
        QCOMPARE(endsOf(Factor::of(-0.2), -1), (std::array{-0.2, 0.2}));
        QCOMPARE(endsOf(Factor::of(0.2), 0), (std::array{0.0, 0.2}));
        QCOMPARE(endsOf(Factor::between(0.3, -0.1), -1), (std::array{-0.1, 0.3}));
    }

    void writesWhatItRead_data()
    {
        QTest::addColumn<Config>("config");
        QTest::newRow("a number") << Config(0.5);
        QTest::newRow("a list") << Config(ConfigList{0.5, 1.0});
        QTest::newRow("lists") << Config(ConfigList{ConfigList{1.0, 2.0}, ConfigList{3.0, 4.0}});
    }
    void writesWhatItRead()
    {
        QFETCH(Config, config);
        NumberArray array;
        QVERIFY(Codec<NumberArray>::read(config, array));
        QCOMPARE(Codec<NumberArray>::write(array), config);
    }

    void readsWhatKerasWritesForNumPy()
    {
        const Config config = ConfigObject{
            {"class_name", "__numpy__"},
            {"config", ConfigObject{{"value", ConfigList{1.0, 2}}, {"dtype", "float64"}}}};
        NumberArray array;
        QVERIFY(Codec<NumberArray>::read(config, array));
        QCOMPARE(array, (NumberArray{{2}, {1, 2}}));
    }

    void refusesListsThatAreNoArray()
    {
        NumberArray array;
        QVERIFY(
            !Codec<NumberArray>::read(ConfigList{ConfigList{1.0, 2.0}, ConfigList{3.0}}, array));
        QVERIFY(!Codec<NumberArray>::read(ConfigList{1.0, ConfigList{3.0}}, array));
        QVERIFY(!Codec<NumberArray>::read(Config("1"), array));
        QVERIFY(!Codec<NumberArray>::read(Config(), array));
    }

    void readsNumbersThatStandForTwo()
    {
        BothOr<std::int64_t> size;
        QVERIFY(Codec<BothOr<std::int64_t>>::read(Config(3), size));
        QCOMPARE(size, (BothOr<std::int64_t>{3, 3}));
        QVERIFY(Codec<BothOr<std::int64_t>>::read(ConfigList{2, 5}, size));
        QCOMPARE(size, (BothOr<std::int64_t>{2, 5}));
        QVERIFY(!Codec<BothOr<std::int64_t>>::read(ConfigList{2}, size));
        QVERIFY(!Codec<BothOr<std::int64_t>>::read(Config(2.0), size));
    }

private:
    const ParamSpec& specOf(const QString& layer, const QString& key) const
    {
        for (const ParamSpec& spec : m_registry.find(layer.toStdString()).value()->specs())
            if (spec.key == key.toStdString())
                return spec;
        throw std::out_of_range(key.toStdString());
    }

    LayerRegistry m_registry;
};

LB_TEST(TstParamSpec)
#include "tst_param_spec.moc"
