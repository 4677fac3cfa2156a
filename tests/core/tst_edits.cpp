#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using lb::test::Builder;

/// Edits make the next document and leave the one before alone.
class TstEdits : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void namesAsKerasDoes()
    {
        Builder b;
        const NodeId first = b.add("RandomRotation");
        const NodeId second = b.add("RandomRotation");
        const NodeId conv = b.add("Conv2D");

        QCOMPARE(b.document.nameOf(first), std::string("random_rotation"));
        QCOMPARE(b.document.nameOf(second), std::string("random_rotation_1"));
        QCOMPARE(b.document.nameOf(conv), std::string("conv2d"));
        b.document = Builder::must(
            edits::rename(b.document, b.document.layerOf(conv)->id, "random_rotation_1"));
        QCOMPARE(b.document.nameOf(conv), std::string("random_rotation_2"));
        QVERIFY(!edits::rename(b.document, b.document.layerOf(conv)->id, "a/b").ok());
        QVERIFY(!edits::rename(b.document, b.document.layerOf(conv)->id, "").ok());
    }

    void sharesWhatItDoesNotChange()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId dense = b.after(source, "Dense", ConfigObject{{"units", 4}});
        const Document before = b.document;

        const Document after = Builder::must(
            edits::setParam(before, before.layerOf(dense)->id, "units", std::int64_t{8}));

        QCOMPARE(*before.layerOf(dense)->config.find("units"), Config(4));
        QCOMPARE(*after.layerOf(dense)->config.find("units"), Config(8));
        QCOMPARE(after.layers[0].get(), before.layers[0].get());
        QCOMPARE(after.bodies[0].get(), before.bodies[0].get());
        QVERIFY(before != after);
        const Document back = Builder::must(
            edits::setParam(after, before.layerOf(dense)->id, "units", std::int64_t{4}));
        QVERIFY(back == before);
    }

    void refusesCircles()
    {
        Builder b;
        const NodeId first = b.add("ReLU");
        const NodeId second = b.after(first, "ReLU");
        const NodeId third = b.after(second, "ReLU");

        const auto closed = edits::connect(b.document, {third, 0}, first, "");
        const auto self = edits::connect(b.document, {first, 0}, first, "");

        QVERIFY(!closed.ok());
        QCOMPARE(closed.error().code, ErrorCode::BadParameter);
        QVERIFY(!self.ok());
        QVERIFY(!edits::connect(b.document, {NodeId{99}, 0}, first, "").ok());
    }

    void makesRoomInTheRowOnly()
    {
        Builder b;
        const auto at = [&](double x, double y) {
            auto added = Builder::must(edits::addLayer(b.document, b.document.root().id, "ReLU",
                                                       ConfigObject{}, Stage::Model, {x, y}));
            b.document = std::move(added.document);
            return added.node;
        };
        const NodeId left = at(0, 0), right = at(240, 10), far = at(700, 0), below = at(240, 200);
        const NodeId between = at(100, 0);

        const Document roomy = Builder::must(edits::makeRoom(b.document, between));

        QCOMPARE(roomy.node(left)->at.x, 0.0);
        QCOMPARE(roomy.node(between)->at.x, 240.0);
        QCOMPARE(roomy.node(right)->at.x, 480.0);
        QCOMPARE(roomy.node(far)->at.x, 940.0);
        QCOMPARE(roomy.node(below)->at.x, 240.0);
        QVERIFY(Builder::must(edits::makeRoom(roomy, between)) == roomy);
    }

    void replacesTheWireOfAPort()
    {
        Builder b;
        const NodeId left = b.add("ReLU"), right = b.add("ReLU");
        const NodeId end = b.after(left, "ReLU");

        b.wire({right, 0}, end);

        QCOMPARE(b.document.node(end)->inputs.size(), std::size_t{1});
        QCOMPARE(std::get<PortRef>(b.document.node(end)->inputs[0].from).node, right);
    }

    void keepsMergePortsInNumericalOrder()
    {
        Builder b;
        const NodeId add = b.add("Add");
        for (const char* port : {"10", "2", "0"})
            b.wire({b.add("ReLU"), 0}, add, port);

        std::vector<std::string> ports;
        for (const Input& input : b.document.node(add)->inputs)
            ports.push_back(input.port);
        QCOMPARE(ports, (std::vector<std::string>{"0", "2", "10"}));
    }

    void removesWithWiresLayersAndFrames()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId relu = b.after(source, "ReLU");
        const NodeId end = b.after(relu, "Softmax");
        b.document = Builder::must(
            edits::addFrame(b.document, b.document.root().id, "group", std::array{relu}));

        const Document cut = Builder::must(edits::removeNodes(b.document, std::array{relu}));
        const Document joined
            = Builder::must(edits::removeAndReconnect(b.document, std::array{relu}));

        QVERIFY(!cut.node(relu));
        QCOMPARE(cut.layers.size(), b.document.layers.size() - 1);
        QVERIFY(cut.node(end)->inputs.empty());
        QVERIFY(cut.root().frames.empty());
        QCOMPARE(std::get<PortRef>(joined.node(end)->inputs.at(0).from).node, source);
        QVERIFY(!edits::removeNodes(cut, std::array{relu}).ok());
    }

    void keepsALayerThatAnotherNodeCalls()
    {
        Builder b;
        const NodeId first = b.add("Dense", ConfigObject{{"units", 2}});
        auto again = Builder::must(edits::callAgain(b.document, first, {0, 300}));

        const Document left = Builder::must(edits::removeNodes(again.document, std::array{first}));

        QCOMPARE(again.document.layers.size(), std::size_t{1});
        QCOMPARE(left.layers.size(), std::size_t{1});
        QCOMPARE(left.nameOf(again.node), std::string("dense"));
    }

    void duplicatesWithInnerWiresOnly()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId first = b.after(source, "ReLU");
        const NodeId second = b.after(first, "Softmax");
        std::vector<NodeId> created;

        const Document twice = Builder::must(
            edits::duplicateNodes(b.document, std::array{first, second}, {0, 200}, &created));

        QCOMPARE(created.size(), std::size_t{2});
        QVERIFY(twice.node(created[0])->inputs.empty());
        QCOMPARE(std::get<PortRef>(twice.node(created[1])->inputs.at(0).from).node, created[0]);
        QCOMPARE(twice.nameOf(created[0]), std::string("re_lu_1"));
        QCOMPARE(twice.node(created[0])->at.y, 280.0);
        QVERIFY(twice.layerOf(created[0])->id != twice.layerOf(first)->id);
    }

    void insertsIntoAWire()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId end = b.after(source, "ReLU");
        const NodeId between = b.add("Rescaling");

        const Document edited = Builder::must(edits::insertIntoWire(b.document, between, end, ""));

        QCOMPARE(std::get<PortRef>(edited.node(between)->inputs.at(0).from).node, source);
        QCOMPARE(std::get<PortRef>(edited.node(end)->inputs.at(0).from).node, between);
        QVERIFY(!edits::insertIntoWire(b.document, between, end, "label").ok());
    }

    void storesAnyValueButOnlyWhereAPathLeads()
    {
        Builder b;
        const NodeId dense = b.add("Dense", ConfigObject{{"units", 4}});
        const LayerId layer = b.document.layerOf(dense)->id;

        QVERIFY(edits::setParam(b.document, layer, "units", "many").ok());
        QVERIFY(!edits::setParam(b.document, layer, "units/deeper", 1).ok());
        QVERIFY(!edits::setParam(b.document, LayerId{99}, "units", 1).ok());
    }

    void copiesAThousandNodesFast()
    {
        Builder b;
        NodeId last = b.source();
        for (int i = 0; i < 1'000; ++i)
            last = b.after(last, "ReLU");

        QBENCHMARK
        {
            const auto moved = edits::moveNodes(b.document, std::array{last}, {1, 0});
            QVERIFY(moved.ok());
        }
    }
};

LB_TEST(TstEdits)
#include "tst_edits.moc"
