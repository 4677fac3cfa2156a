#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using lb::test::Builder;

/// The document is a value.
class TstDocument : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void comparesByValue()
    {
        const auto made = [] {
            Builder b;
            const NodeId source = b.source();
            b.output(b.after(source, "Dense", ConfigObject{{"units", 2}}), source);
            return b.document;
        };
        const Document one = made(), other = made();

        QVERIFY(one == other);
        QVERIFY(one.layers[0] != other.layers[0]); // not the same memory
        QVERIFY(one != emptyDocument());
        Document changed = one;
        changed.recipe.epochs = 3;
        QVERIFY(changed != one);
    }

    void comparesStatesByValue()
    {
        Builder b;
        const LayerId layer = b.document.layerOf(b.add("Normalization"))->id;
        const auto with = [&](Document document, float mean) {
            auto state = std::make_shared<AdaptedState>();
            state->tensors["mean"] = Tensor::of<float>({1}, {mean});
            return Builder::must(edits::setAdapted(document, layer, std::move(state)));
        };

        QVERIFY(with(b.document, 1) == with(b.document, 1));
        QVERIFY(with(b.document, 1) != with(b.document, 2));
        QVERIFY(with(b.document, 1) != b.document);
    }

    void findsPartsById()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId dense = b.after(source, "Dense");
        const NodeId output = b.output(dense, source);

        QCOMPARE(b.document.source()->id, source);
        QCOMPARE(b.document.output()->id, output);
        QCOMPARE(b.document.named("dense")->id, dense);
        QCOMPARE(b.document.bodyOf(dense), &b.document.root());
        QVERIFY(!b.document.node(NodeId{999}) && !b.document.layer(LayerId{999}));
        QVERIFY(!b.document.named("nothing") && !b.document.layerOf(NodeId{999}));
        QVERIFY(!emptyDocument().source() && !emptyDocument().output());
    }

    void idsAreNeverUsedTwice()
    {
        Builder b;
        const NodeId first = b.add("Dense");
        b.document = Builder::must(edits::removeNodes(b.document, std::array{first}));

        const NodeId second = b.add("Dense");

        QVERIFY(second.value > first.value);
        QVERIFY(b.document.layerOf(second)->id.value > first.value);
    }
};

LB_TEST(TstDocument)
#include "tst_document.moc"
