#include "core/data/table_source.h"
#include "core/graph/ledger.h"
#include "core/support/json.h"
#include "core/training/adapt.h"
#include "tests/core/example_document.h"
#include "tests/core/temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <fstream>

using namespace lb;
using lb::test::Builder;

namespace {

constexpr const char* kColumnA = R"({"name": "a", "missing": 2.0})";

/// Columns a and b, and a label.
const MemoryTable& twoColumns()
{
    static const MemoryTable table({{"a", Tensor::of<float>({4, 1}, {1, 2, 3, 4})},
                                    {"b", Tensor::of<float>({4, 1}, {10, 20, 30, 50})}},
                                   {0, 1, 0, 1}, {"no", "yes"});
    return table;
}

/// a and b -> Concatenate -> Normalization, the wires of a and b as they are asked for.
struct Joined {
    Builder b;
    NodeId source = b.source(), both, learns;

    Joined()
    {
        both = b.add("Concatenate", ConfigObject{}, Stage::Pipeline);
        b.wire({source, 0}, both, "0");
        b.wire({source, 1}, both, "1");
        learns = b.after(both, "Normalization", ConfigObject{}, Stage::Pipeline);
    }
};

} // namespace

/// Which columns a layer learned from, and in which places.
class TstLedgerColumns : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    /// A column's layers learn from it alone: how another one is read, or which one is the label,
    /// is nothing to them; nor that a label moves the ports.
    void onlyWhatReadsAChangedColumnIsStale_data()
    {
        QTest::addColumn<QByteArray>("label");
        QTest::addColumn<QByteArray>("columns");
        QTest::addColumn<QString>("stale");
        const auto row = [](const char* name, const char* label, const char* columns,
                            const char* stale) {
            QTest::newRow(name) << QByteArray(label) << QByteArray(columns).replace("A", kColumnA)
                                << QString(stale);
        };
        row("nothing", "d", R"([A, "b", "c"])", "");
        row("what a missing cell is", "d", R"([{"name": "a", "missing": 9.0}, "b", "c"])", "of_a of_both");
        row("its type", "d", R"([A, {"name": "b", "dtype": "float32"}, "c"])", "of_b of_both");
        row("a column that nobody reads", "d", R"([A, "b"])", "");
        row("the label", "c", R"([A, "b", "d"])", "");
        row("a column in front", "d", R"(["c", A, "b"])", "");
    }
    void onlyWhatReadsAChangedColumnIsStale()
    {
        QFETCH(QByteArray, label);
        QFETCH(QByteArray, columns);
        QFETCH(QString, stale);
        const TemporaryFolder folder;
        const auto path = folder.path() / "t.csv";
        std::ofstream(path) << "a,b,c,d\n1.5,1,x,no\n,2,y,yes\n2.5,3,x,no\n4.5,4,y,yes\n";
        const auto open = [&](const QByteArray& target, const QByteArray& wanted) {
            return Builder::must(tableSource(
                path, {.label = target.toStdString(),
                       .columns = Builder::must(parseJson(wanted.toStdString()))}));
        };
        /// A Normalization of each of a and b, and one behind both.
        const auto project = [](const Source& table, const Document* before) {
            Builder b;
            const NodeId source = b.source();
            const auto port = [&](std::string_view name) {
                const auto all = table.columns();
                return PortRef{source, static_cast<int>(std::ranges::find(all, name, &Column::name) - all.begin())};
            };
            for (const char* name : {"of_a", "of_b", "of_both"}) {
                const NodeId node = b.add("Normalization", ConfigObject{}, Stage::Pipeline);
                const LayerId layer = b.document.layerOf(node)->id;
                b.document = Builder::must(edits::rename(b.document, layer, name));
                if (before)
                    b.document = Builder::must(edits::setAdapted(
                        b.document, layer, before->layerOf(before->named(name)->id)->adapted));
            }
            b.wire(port("a"), b.document.named("of_a")->id);
            b.wire(port("b"), b.document.named("of_b")->id);
            const NodeId both = b.add("Concatenate", ConfigObject{}, Stage::Pipeline);
            b.wire(port("a"), both, "0");
            b.wire(port("b"), both, "1");
            b.wire({both, 0}, b.document.named("of_both")->id);
            return b.document;
        };
        const auto table = open("d", QByteArray(R"([A, "b", "c"])").replace("A", kColumnA));
        const Document done
            = Builder::must(adapted(project(*table, nullptr), m_registry, *table, m_options));

        const auto other = open(label, columns);
        const Document now = project(*other, &done);
        const Analysis found = analysed(now, factsOf(*other, now.recipe, true), m_registry);

        QStringList names;
        for (const char* name : {"of_a", "of_b", "of_both"})
            if (found.nodes.at(now.named(name)->id).stale)
                names << name;
        QCOMPARE(names.join(' '), stale);
    }

    /// The same columns in other places are something else to learn from.
    void columnsThatChangePlacesAreAChange()
    {
        Joined j;
        j.b.document = adapt(j.b.document);
        QCOMPARE(staleIn(j.b.document), QString());

        j.b.wire({j.source, 1}, j.both, "0");
        j.b.wire({j.source, 0}, j.both, "1");

        QCOMPARE(staleIn(j.b.document), QString("normalization"));
        const Tensor mean = adapt(j.b.document).layerOf(j.learns)->adapted->tensors.at("mean");
        QCOMPARE(mean.values<float>()[0], 27.5F);
    }

    /// Of two layers that compute the same, one may stand in for the other.
    void likeLayersOfOtherColumnsAreToldApart()
    {
        Builder b;
        const NodeId source = b.source(), join = b.add("Concatenate", ConfigObject{}, Stage::Pipeline);
        const NodeId ofA = b.add("Rescaling", ConfigObject{{"scale", 2.0}}, Stage::Pipeline);
        const NodeId ofB = b.add("Rescaling", ConfigObject{{"scale", 2.0}}, Stage::Pipeline);
        b.wire({source, 0}, ofA);
        b.wire({source, 1}, ofB);
        b.wire({ofA, 0}, join, "0");
        b.wire({ofB, 0}, join, "1");
        b.wire({ofA, 0}, join, "2");
        b.after(join, "Normalization", ConfigObject{}, Stage::Pipeline);
        b.document = adapt(b.document);
        QCOMPARE(staleIn(b.document), QString());

        b.wire({ofB, 0}, join, "2");

        QCOMPARE(staleIn(b.document), QString("normalization"));
    }

    void columnsOfAFeatureSpaceMayNotChangePlaces()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId space = b.add(
            "FeatureSpace",
            Builder::must(parseJson(R"({"features": {"a": "float_normalized", "b": "float_normalized"}})")),
            Stage::Pipeline);
        b.wire({source, 0}, space, "a");
        b.wire({source, 1}, space, "b");
        b.document = adapt(b.document);
        QVERIFY(b.document.layerOf(space)->adapted);
        QCOMPARE(staleIn(b.document), QString());

        b.wire({source, 1}, space, "a");
        b.wire({source, 0}, space, "b");

        QCOMPARE(staleIn(b.document), QString("feature_space"));
    }

    void theLabelIsAnotherColumn()
    {
        const MemoryTable one({{"a", Tensor::of<float>({4, 1}, {1, 2, 3, 4})}}, {0, 1, 0, 1},
                              {"no", "yes"});
        Builder b;
        const NodeId source = b.source();
        const NodeId learns = b.after(source, "Normalization", ConfigObject{}, Stage::Pipeline);
        b.document = adapt(b.document, one);
        QCOMPARE(staleIn(b.document, one), QString());

        b.wire({source, 1}, learns);

        QCOMPARE(staleIn(b.document, one), QString("normalization"));
    }

    /// To make a group changes nothing that is learned; columns that change places before it do.
    void groupsAreLookedThrough_data()
    {
        QTest::addColumn<bool>("learnsInside");
        QTest::newRow("the layer behind the group") << false;
        QTest::newRow("the layer in the group") << true;
    }
    void groupsAreLookedThrough()
    {
        QFETCH(bool, learnsInside);
        Joined j;
        const NodeId scaled = j.b.add("Rescaling", ConfigObject{{"scale", 2.0}}, Stage::Pipeline);
        j.b.wire({j.both, 0}, scaled);
        j.b.wire({scaled, 0}, j.learns);
        j.b.after(j.learns, "Rescaling", ConfigObject{}, Stage::Pipeline); // a group gives something
        j.b.document = adapt(j.b.document);
        QVERIFY(!stale(j.b.document, j.learns));

        j.b.document = Builder::must(edits::makeGroup(
            j.b.document, learnsInside ? std::vector{scaled, j.learns} : std::vector{scaled},
            "g")).document;

        QCOMPARE(j.b.document.bodyOf(j.learns) != &j.b.document.root(), learnsInside);
        QVERIFY(!stale(j.b.document, j.learns));
        j.b.wire({j.source, 1}, j.both, "0");
        j.b.wire({j.source, 0}, j.both, "1");
        QVERIFY(stale(j.b.document, j.learns));
    }

private:
    Document adapt(const Document& document, const Source& source = twoColumns()) const
    {
        return Builder::must(adapted(document, m_registry, source, m_options));
    }
    bool stale(const Document& document, NodeId node, const Source& source = twoColumns()) const
    {
        const LayerDef& layer = *document.layerOf(node);
        return ledger::stalenessOf(document, m_registry, layer, document.node(node),
                                   factsOf(source, document.recipe, true))
            != ledger::Staleness::Fresh;
    }
    QString staleIn(const Document& document, const Source& source = twoColumns()) const
    {
        QStringList names;
        for (const auto& node : document.root().nodes)
            if (document.layerOf(node->id) && stale(document, node->id, source))
                names << QString::fromStdString(document.nameOf(node->id));
        return names.join(' ');
    }

    LayerRegistry m_registry;
    const AdaptOptions m_options{
        .only = {}, .again = false, .heldOut = true, .workers = 2, .blockRows = 16};
};

LB_TEST(TstLedgerColumns)
#include "tst_ledger_columns.moc"
