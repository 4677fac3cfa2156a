#include "core/graph/column_wires.h"
#include "core/graph/edits.h"
#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using test::Builder;

/// What becomes of wires when a table gives other columns.
class TstColumnWires : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void wiresFollowTheirColumns()
    {
        Builder builder;
        const NodeId source = builder.add(flow::kSource, ConfigObject{{"kind", "csv"}});
        const NodeId age = builder.add("Rescaling", ConfigObject{{"scale", 1.0}});
        const NodeId fare = builder.add("Rescaling", ConfigObject{{"scale", 1.0}});
        builder.wire({source, 1}, age);
        builder.wire({source, 2}, fare);
        const NodeId output = builder.after(fare, flow::kOutput);
        builder.wire({source, 3}, output, std::string(flow::kLabelPort));

        const Document moved = withColumnWires(builder.document, source, {"name", "age", "fare"},
                                               {"fare", "town", "age", "deck"});

        QCOMPARE(portInto(moved, age), 2);
        QCOMPARE(portInto(moved, fare), 0);
        QCOMPARE(portInto(moved, output, flow::kLabelPort), 4);
    }

    void wiresOfColumnsThatAreGoneAreTakenAway()
    {
        Builder builder;
        const NodeId source = builder.add(flow::kSource, ConfigObject{{"kind", "csv"}});
        const NodeId age = builder.add("Rescaling", ConfigObject{{"scale", 1.0}});
        builder.wire({source, 1}, age);
        const Document moved
            = withColumnWires(builder.document, source, {"name", "age"}, {"name"});
        QVERIFY(moved.node(age)->inputs.empty());
    }

    void lostWiresComeBackWithTheirColumns()
    {
        Builder builder;
        const NodeId source = builder.add(flow::kSource, ConfigObject{{"kind", "csv"}});
        const NodeId joined = builder.add("Concatenate", ConfigObject{});
        const NodeId age = builder.add("Rescaling", ConfigObject{{"scale", 1.0}});
        const NodeId other = builder.add("Rescaling", ConfigObject{{"scale", 1.0}});
        builder.wire({source, 0}, joined, "0");
        builder.wire({source, 1}, joined, "1");
        builder.wire({source, 1}, age);
        builder.wire({source, 0}, other);
        std::vector<ColumnWire> lost;
        using Names = std::vector<std::string>;
        const Names first{"name", "age"};

        Document moved = withColumnWires(builder.document, source, first, {"town"}, &lost);
        QCOMPARE(lost.size(), 4U);
        QVERIFY(moved.node(joined)->inputs.empty());
        moved = withColumnWires(moved, source, {"town"}, {"deck", "age"}, &lost);
        QCOMPARE(portInto(moved, age), 1);
        QCOMPARE(lost.size(), 2U);
        moved = withColumnWires(moved, source, {"deck", "age"}, {"sex"}, &lost);
        moved = edits::connect(moved, {source, 0}, other, "").value(); // a hand was quicker
        moved = withColumnWires(moved, source, {"sex"}, {"sex", "name", "age"}, &lost);

        QCOMPARE(portInto(moved, joined, "0"), 1);
        QCOMPARE(portInto(moved, joined, "1"), 2);
        QCOMPARE(moved.node(joined)->inputs.front().port, std::string("0"));
        QCOMPARE(portInto(moved, other), 0);
        QVERIFY(lost.empty());
    }

    void theSameColumnsChangeNothing()
    {
        Builder builder;
        const NodeId source = builder.add(flow::kSource, ConfigObject{{"kind", "csv"}});
        const NodeId age = builder.add("Rescaling", ConfigObject{{"scale", 1.0}});
        builder.wire({source, 1}, age);
        QCOMPARE(withColumnWires(builder.document, source, {"name", "age"}, {"name", "age"}),
                 builder.document);
    }

private:
    static int portInto(const Document& document, NodeId node, std::string_view port = {})
    {
        const PortRef* wire = flow::wireTo(*document.node(node), port);
        return wire ? wire->port : -1;
    }
};

LB_TEST(TstColumnWires)
#include "tst_column_wires.moc"
