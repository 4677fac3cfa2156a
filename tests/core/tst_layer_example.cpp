#include "core/preview/layer_example.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;

namespace {

bool hasPicture(const ExampleValue& value)
{
    return !value.words.empty() || !value.picture.rgb.empty();
}

} // namespace

/// What the About page shows of every layer.
class TstLayerExample : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void everyLayerHasOne_data()
    {
        QTest::addColumn<std::string>("kerasClass");
        for (const LayerType* type : m_registry.layers())
            QTest::newRow(std::string(type->kerasClass()).c_str())
                << std::string(type->kerasClass());
    }
    void everyLayerHasOne()
    {
        QFETCH(std::string, kerasClass);
        const LayerType* type = m_registry.find(kerasClass).value();
        const About::Family family = type->about().family;
        const auto example = layerExample(*type, m_registry, {});
        if (family == About::Family::Data || family == About::Family::Output)
            return; // nothing to compute
        QVERIFY(example);
        QVERIFY(hasPicture(example->output));
        QVERIFY(!example->inputs.empty());
        QVERIFY(std::ranges::all_of(example->inputs, hasPicture));
    }

    void imageLayersChangeADrawnShape()
    {
        const auto example
            = layerExample(*m_registry.find("RandomInvert").value(), m_registry, {});
        QVERIFY(example);
        QCOMPARE(example->inputs.at(0).spec.shape, (Shape{2, 32, 32, 3}));
        QCOMPARE(example->inputs[0].picture.width, 32);
        QCOMPARE(example->output.picture.width, 32);
    }

    void wordsStandBesideTheirIds()
    {
        const auto example
            = layerExample(*m_registry.find("StringLookup").value(), m_registry, {});
        QVERIFY(example);
        const ValueWords& words = example->output.words;
        QVERIFY(words.kind == ValueWords::Kind::Pairs);
        QCOMPARE(words.lines.at(0).from, std::string("azure"));
        QCOMPARE(words.lines.at(0).to, std::string("0")); // nobody has learned that one
        QVERIFY(words.lines.at(1).to != "0");
    }

private:
    LayerRegistry m_registry;
};

LB_TEST(TstLayerExample)
#include "tst_layer_example.moc"
