#include "core/graph/batch_moves.h"
#include "core/graph/edits.h"
#include "core/graph/project_file.h"
#include "core/layers/registry.h"
#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <algorithm>

using namespace lb;
using test::Builder;

namespace {

constexpr const char* kScale = "Rescaling";
const Config kByte = ConfigObject{{"scale", 1.0 / 255}};
const Config kTen = ConfigObject{{"units", 10}, {"activation", "softmax"}};

/// Source -> Rescaling -> RandomFlip -> Batch -> Flatten -> Dense -> Output
struct Line {
    Builder b;
    NodeId source, scaled, flip, batch, flat, dense, output;

    Line()
    {
        source = b.source();
        scaled = b.after(source, kScale, kByte, Stage::Pipeline);
        flip = b.after(scaled, "RandomFlip", ConfigObject{}, Stage::Pipeline);
        batch = b.after(flip, "Batch");
        flat = b.after(batch, "Flatten");
        dense = b.after(flat, "Dense", kTen);
        output = b.output(dense, source);
    }
};

/// "source > batch > rescaling": what leads to a node, by first wires.
QString wayTo(const Document& document, NodeId node)
{
    QStringList names;
    for (const Node* at = document.node(node); at;) {
        names.prepend(QString::fromStdString(document.nameOf(at->id)));
        const PortRef* wire = flow::firstWire(*at);
        at = wire ? document.node(wire->node) : nullptr;
    }
    return names.join(" > ");
}

qsizetype batches(const Document& document)
{
    return std::ranges::count_if(document.root().nodes, [&](const auto& node) {
        return flow::isClass(document, *node, flow::kBatch);
    });
}

} // namespace

/// Layers that change the side of the batch.
class TstBatchMoves : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void theLastLayerGoesBehindTheBatch()
    {
        Line l;

        const Document moved = across(l.b.document, {l.flip}, Stage::Model);

        QCOMPARE(wayTo(moved, l.output),
                 QString("source > rescaling > batch > random_flip > flatten > dense > output"));
        QCOMPARE(moved.node(l.flip)->stage, Stage::Model);
        QCOMPARE(moved.node(l.scaled)->stage, Stage::Pipeline);
        QCOMPARE(batches(moved), 1);
        QVERIFY(cleanly(moved));
    }

    /// What stands between goes along: the order of the computation stays.
    void whatStandsBetweenGoesAlong()
    {
        Line l;

        const auto moved
            = edits::moveAcrossBatch(l.b.document, std::array{l.scaled}, Stage::Model, {});

        QVERIFY(moved.ok());
        QCOMPARE(moved.value().moved, (std::vector{l.scaled, l.flip}));
        QCOMPARE(wayTo(moved.value().document, l.output),
                 QString("source > batch > rescaling > random_flip > flatten > dense > output"));
        QVERIFY(cleanly(moved.value().document));
    }

    void andBackAgain()
    {
        Line l;
        const Document there = across(l.b.document, {l.scaled}, Stage::Model);

        const Document back = across(there, {l.flip}, Stage::Pipeline); // takes rescaling along

        QCOMPARE(wayTo(back, l.output), wayTo(l.b.document, l.output));
        QCOMPARE(back.node(l.scaled)->stage, Stage::Pipeline);
        QCOMPARE(batches(back), 1);
        QCOMPARE(back.node(l.batch)->id, l.batch); // the very same, with its settings
        QVERIFY(cleanly(back));
    }

    /// None of them stays behind, feeding nobody.
    void batchesInARowAllGoAlong_data()
    {
        QTest::addColumn<int>("more");
        QTest::newRow("two") << 1;
        QTest::newRow("three") << 2;
    }
    void batchesInARowAllGoAlong()
    {
        QFETCH(int, more);
        Builder b;
        const NodeId source = b.source();
        const NodeId flip = b.after(source, "RandomFlip", ConfigObject{}, Stage::Pipeline);
        NodeId last = b.after(flip, "Batch");
        for (int i = 0; i < more; ++i)
            last = b.after(last, "Batch");
        const NodeId output = b.output(b.after(b.after(last, "Flatten"), "Dense", kTen), source);

        const Document moved = across(b.document, {flip}, Stage::Model);

        QCOMPARE(batches(moved), 1);
        QVERIFY2(wayTo(moved, output).contains("> random_flip > flatten > dense > output"),
                 qPrintable(wayTo(moved, output)));
        QCOMPARE(wayTo(moved, output).count("batch"), 1);
        QVERIFY(cleanly(moved));
        const Document back = across(moved, {flip}, Stage::Pipeline);
        QCOMPARE(batches(back), 1);
        QVERIFY(cleanly(back));
    }

    void movedNodesStandFreely()
    {
        Line l;

        const Document moved = across(l.b.document, {l.scaled}, Stage::Model);

        const auto& nodes = moved.root().nodes;
        for (const auto& one : nodes)
            for (const auto& other : nodes)
                QVERIFY(one == other || std::abs(one->at.x - other->at.x) >= 200
                        || std::abs(one->at.y - other->at.y) >= 120);
        QVERIFY(moved.node(l.scaled)->at.x > moved.node(l.batch)->at.x);
        QVERIFY(moved.node(l.flip)->at.x > moved.node(l.scaled)->at.x);
    }

    void severalColumnsGetABatchEach()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId left = b.after(source, kScale, kByte, Stage::Pipeline);
        const NodeId right = b.after(source, kScale, kByte, Stage::Pipeline);
        const NodeId joined = b.add("Add", ConfigObject{}, Stage::Pipeline);
        b.wire({left, 0}, joined, "0");
        b.wire({right, 0}, joined, "1");
        const NodeId batch = b.after(joined, "Batch");
        const NodeId flat = b.after(batch, "Flatten");
        b.output(b.after(flat, "Dense", kTen), source);

        const Document moved = across(b.document, {joined}, Stage::Model);

        QCOMPARE(batches(moved), 2);
        QCOMPARE(flow::firstWire(*moved.node(flat))->node, joined);
        QVERIFY(cleanly(moved));
        const Document back = across(moved, {joined}, Stage::Pipeline);
        QCOMPARE(batches(back), 1); // the other one has nothing to do any more
        QVERIFY(cleanly(back));
    }

    void aBatchThatOthersReadStays()
    {
        Line l;
        const NodeId beside = l.b.after(l.batch, kScale, kByte);

        const Document moved = across(l.b.document, {beside}, Stage::Pipeline);

        QCOMPARE(wayTo(moved, l.flat), wayTo(l.b.document, l.flat));
        QCOMPARE(flow::firstWire(*moved.node(beside))->node, l.flip);
    }

    void aProjectWithoutABatchGetsOne()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, kScale, kByte, Stage::Pipeline);
        const NodeId flat = b.after(scaled, "Flatten");
        b.output(b.after(flat, "Dense", kTen), source);

        const Document moved = across(b.document, {scaled}, Stage::Model);

        QCOMPARE(batches(moved), 1);
        QVERIFY(wayTo(moved, flat).startsWith("source > batch > rescaling"));
    }

    void layersThatTrainStayBehind()
    {
        Line l;
        const std::set<NodeId> trained = edits::trainedNodes(analysisOf(l.b.document));
        QCOMPARE(trained, std::set{l.dense});

        const auto itself
            = edits::moveAcrossBatch(l.b.document, std::array{l.dense}, Stage::Pipeline, trained);
        const NodeId behind = l.b.after(l.dense, kScale, kByte);
        const auto after
            = edits::moveAcrossBatch(l.b.document, std::array{behind}, Stage::Pipeline, trained);

        for (const auto& refused : {itself, after}) {
            QVERIFY(!refused.ok());
            QCOMPARE(refused.error().where, std::string("dense"));
        }
    }

    void whatHasNoSideIsRefused()
    {
        Line l;
        for (const NodeId node : {l.source, l.batch, l.output}) {
            QVERIFY(!edits::hasSide(l.b.document, node));
            QVERIFY(!edits::moveAcrossBatch(l.b.document, std::array{node}, Stage::Model, {}).ok());
        }
    }

    /// A layer was dragged into the model: the batch moves, no second one comes.
    void theFixOfADraggedLayerMovesTheBatch()
    {
        Line l;
        const Document dragged
            = Builder::must(edits::setStage(l.b.document, l.flip, Stage::Model));
        const Problem* problem = find(analysisOf(dragged), "no_batch", l.flip);
        QVERIFY(problem && !problem->fixes.empty());

        const Document fixed = Builder::must(problem->fixes.front().apply(dragged));

        QCOMPARE(batches(fixed), 1);
        QCOMPARE(wayTo(fixed, l.output),
                 QString("source > rescaling > batch > random_flip > flatten > dense > output"));
        QVERIFY(cleanly(fixed));
    }

    /// An output has no side to leave: it gets a Batch before it.
    void theFixOfAnOutputWithoutABatchInsertsOne()
    {
        Line l;
        const Document bare = Builder::must(
            edits::connect(l.b.document, {l.flip, 0}, l.output,
                           l.b.document.node(l.output)->inputs.front().port));
        const Problem* problem = find(analysisOf(bare), "no_batch", l.output);
        QVERIFY(problem && !problem->fixes.empty());

        const Document fixed = Builder::must(problem->fixes.front().apply(bare));

        QCOMPARE(wayTo(fixed, l.output), QString("source > rescaling > random_flip > batch_1 > output"));
    }

    void theFixOfALayerDraggedIntoThePipelineMovesTheBatch()
    {
        Line l;
        const Document dragged
            = Builder::must(edits::setStage(l.b.document, l.flat, Stage::Pipeline));
        const Problem* problem = find(analysisOf(dragged), "wrong_stage", l.flat);
        QVERIFY(problem && problem->fixes.size() == 2);

        const Document before = Builder::must(problem->fixes[0].apply(dragged));
        const Document behind = Builder::must(problem->fixes[1].apply(dragged));

        QCOMPARE(wayTo(before, l.output),
                 QString("source > rescaling > random_flip > flatten > batch > dense > output"));
        QCOMPARE(wayTo(behind, l.output), wayTo(l.b.document, l.output));
        QVERIFY(cleanly(before) && cleanly(behind));
    }

    /// Every layer of every template there and back, as far as it may.
    void templatesStayWhole()
    {
        for (const Template& built : builtinTemplates()) {
            const Document document = Builder::must(parseProject(built.json, {}));
            const std::set<NodeId> trained = edits::trainedNodes(analysisOf(document));
            for (const auto& node : document.root().nodes) {
                if (!edits::hasSide(document, node->id))
                    continue;
                const Stage to
                    = node->stage == Stage::Pipeline ? Stage::Model : Stage::Pipeline;
                const auto moved
                    = edits::moveAcrossBatch(document, std::array{node->id}, to, trained);
                // what trains cannot go in front, nor what stands behind such a layer
                const bool stays = to == Stage::Pipeline && comesFrom(document, node->id, trained);
                QVERIFY2(moved.ok() != stays,
                         (std::string(built.name) + ": " + document.nameOf(node->id)).c_str());
                if (!moved.ok())
                    continue;
                const Document& there = moved.value().document;
                for (const char* code : {"no_batch", "wrong_stage", "missing_input"})
                    QVERIFY2(!find(analysisOf(there), code, {}),
                             (std::string(built.name) + ": " + document.nameOf(node->id)).c_str());
            }
        }
    }

private:
    static bool comesFrom(const Document& document, NodeId node, const std::set<NodeId>& trained)
    {
        if (trained.contains(node))
            return true;
        const Node& there = *document.node(node);
        return std::ranges::any_of(there.inputs, [&](const Input& input) {
            const auto* wire = std::get_if<PortRef>(&input.from);
            return wire && comesFrom(document, wire->node, trained);
        });
    }
    Document across(const Document& document, std::vector<NodeId> nodes, Stage to) const
    {
        return Builder::must(edits::moveAcrossBatch(document, nodes, to, {})).document;
    }
    const Analysis& analysisOf(const Document& document) const
    {
        m_analysis = analysed(document, {}, m_registry);
        return m_analysis;
    }
    /// `node` 0: any.
    static const Problem* find(const Analysis& analysis, std::string_view code, NodeId node)
    {
        const auto found = std::ranges::find_if(analysis.problems, [&](const Problem& problem) {
            return problem.code == code && (!node.value || problem.node == node);
        });
        return found == analysis.problems.end() ? nullptr : &*found;
    }
    bool cleanly(const Document& document) const
    {
        const Analysis& analysis = analysisOf(document);
        for (const char* code : {"no_batch", "wrong_stage", "missing_input", "cycle"})
            if (find(analysis, code, {}))
                return false;
        return true;
    }

    LayerRegistry m_registry;
    mutable Analysis m_analysis;
};

LB_TEST(TstBatchMoves)
#include "tst_batch_moves.moc"
