#include "core/data/sources.h"
#include "core/graph/batch_moves.h"
#include "core/graph/ledger.h"
#include "core/graph/project_file.h"
#include "core/training/adapt.h"
#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using lb::test::Builder;

namespace {

/// Source -> RandomFlip -> Rescaling -> Normalization -> Discretization, and a Normalization beside.
struct Learning {
    Builder b;
    NodeId source, flip, scaled, first, second, beside;

    Learning()
    {
        source = b.source();
        flip = b.after(source, "RandomFlip", ConfigObject{}, Stage::Pipeline);
        scaled = b.after(flip, "Rescaling", ConfigObject{{"scale", 0.5}}, Stage::Pipeline);
        first = b.after(scaled, "Normalization", ConfigObject{}, Stage::Pipeline);
        second = b.after(first, "Discretization", ConfigObject{{"num_bins", 4}}, Stage::Pipeline);
        beside = b.after(source, "Normalization", ConfigObject{}, Stage::Pipeline);
    }
    Document with(NodeId node, const char* key, Config value) const
    {
        return Builder::must(edits::setParam(b.document, b.document.layerOf(node)->id, key,
                                             std::move(value)));
    }
};

std::string textOf(const AdaptedState& state, const char* key)
{
    const Config* value = state.record.find(key);
    const auto* text = value ? value->as<std::string>() : nullptr;
    return text ? *text : std::string();
}

} // namespace

/// Of what layers learned, and whether that still holds.
class TstLedger : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void aRecordSaysOfWhatAStateWasLearned()
    {
        Learning l;

        const Document done = adapt(l.b.document);

        const AdaptedState& state = *done.layerOf(l.first)->adapted;
        QCOMPARE(textOf(state, "data"), trainingHash(*m_source, {}, false));
        QCOMPARE(textOf(state, "split"), std::string("training"));
        QCOMPARE(textOf(state, "input").size(), std::size_t{64});
        QCOMPARE(textOf(state, "parameters").size(), std::size_t{64});
        QCOMPARE(*state.record.find("rows"), Config(90));
        QCOMPARE(*state.record.find("block"), Config(16));
        QVERIFY(*state.record.find("seconds")->as<double>() >= 0);
        const std::string at = textOf(state, "at");
        QVERIFY(at.size() == 20 && at[10] == 'T' && at.back() == 'Z');
    }

    void whatStoodThereBeforeGoesIntoTheHistory()
    {
        Learning l;
        const Document once = adapt(l.b.document);
        AdaptOptions again = m_options;
        again.again = true;
        again.blockRows = 8;

        const Document twice = adapt(once, again);
        const Document read = Builder::must(parseProject(writeProject(twice), Limits{}));

        const auto entries = ledger::entries(*read.layerOf(l.first)->adapted);
        QCOMPARE(entries.size(), std::size_t{2});
        QCOMPARE(*entries[0].find("block"), Config(8));
        QCOMPARE(*entries[1].find("block"), Config(16));
        QVERIFY(!entries[1].find("history"));
    }

    void theHistoryIsBounded()
    {
        StateHandle state;
        for (int i = 0; i < 15; ++i) {
            auto next = std::make_shared<AdaptedState>();
            next->record = ledger::recorded({{"rows", i}, {"at", "then"}}, state);
            state = std::move(next);
        }

        const auto entries = ledger::entries(*state);

        QCOMPARE(entries.size(), std::size_t{11});
        QCOMPARE(*entries.front().find("rows"), Config(14));
        QCOMPARE(*entries.back().find("rows"), Config(4));
    }

    void onlyWhatDependsOnAChangeIsStale_data()
    {
        QTest::addColumn<QString>("node");
        QTest::addColumn<QString>("key");
        QTest::addColumn<Config>("value");
        QTest::addColumn<QString>("stale");
        const auto row = [](const char* name, const char* node, const char* key, Config value,
                            const char* stale) {
            QTest::newRow(name) << QString(node) << QString(key) << value << QString(stale);
        };
        row("a layer that only trains", "random_flip", "mode", "vertical", "");
        row("where the data lie", "source", "path", "elsewhere", "");
        row("what comes in", "rescaling", "scale", 0.25, "normalization discretization");
        row("what it learns by", "discretization", "num_bins", 6, "discretization");
        row("how exact it learns", "discretization", "epsilon", 0.1, "discretization");
        row("how its result is written", "discretization", "output_mode", "one_hot", "");
        row("the way back", "normalization", "invert", true, "discretization");
        row("axes", "normalization", "axis", ConfigList{1, 3}, "normalization discretization");
        row("a layer beside", "normalization_1", "axis", 2, "normalization_1");
    }
    void onlyWhatDependsOnAChangeIsStale()
    {
        QFETCH(QString, node);
        QFETCH(QString, key);
        QFETCH(Config, value);
        QFETCH(QString, stale);
        Learning l;
        l.b.document = adapt(l.b.document);
        const Document changed = l.with(l.b.document.named(node.toStdString())->id,
                                        key.toLatin1().constData(), value);

        QCOMPARE(staleIn(changed), stale);

        // Adapt all redoes that, and what follows from it; states of others stay the very same.
        const Document after = adapt(changed);
        for (const NodeId id : {l.first, l.second, l.beside}) {
            const QString name = QString::fromStdString(changed.nameOf(id));
            QCOMPARE(after.layerOf(id)->adapted != changed.layerOf(id)->adapted,
                     stale.split(' ').contains(name));
        }
        QCOMPARE(staleIn(after), QString());
    }

    /// What a layer learns from does not depend on the side of the batch on which it stands.
    void movingAcrossTheBatchIsNoReasonToLearnAgain()
    {
        Learning l;
        const NodeId batch = l.b.after(l.second, "Batch");
        l.b.output(l.b.after(batch, "Flatten"), l.source);
        const Document done = adapt(l.b.document);
        const auto moved = [](const Document& document, NodeId node, Stage to) {
            return Builder::must(edits::moveAcrossBatch(document, std::array{node}, to, {})).document;
        };

        const Document one = moved(done, l.second, Stage::Model);
        const Document all = moved(done, l.scaled, Stage::Model);
        const Document back = moved(all, l.second, Stage::Pipeline);

        QCOMPARE(all.node(l.first)->stage, Stage::Model);
        QCOMPARE(back.node(l.first)->stage, Stage::Pipeline);
        for (const Document* each : {&one, &all, &back}) {
            QCOMPARE(staleIn(*each), QString());
            const Document again = adapt(*each); // and nothing is done
            for (const NodeId id : {l.first, l.second, l.beside})
                QCOMPARE(again.layerOf(id)->adapted, done.layerOf(id)->adapted);
        }
        // Adapted there, it learned the same.
        const Document afresh = adapt(moved(l.b.document, l.first, Stage::Model));
        QCOMPARE(afresh.layerOf(l.first)->adapted->tensors, done.layerOf(l.first)->adapted->tensors);
        QCOMPARE(textOf(*afresh.layerOf(l.first)->adapted, "input"),
                 textOf(*done.layerOf(l.first)->adapted, "input"));
        // And a change there is one still.
        const Document changed = Builder::must(
            edits::setParam(all, all.layerOf(l.scaled)->id, "scale", 0.25));
        QCOMPARE(staleIn(changed), QString("normalization discretization"));
    }

    void otherDataMakeAllStale()
    {
        Learning l;
        const Document done = adapt(l.b.document);
        const Facts other = factsOf(*drawnShapes(100, 4), done.recipe, false);

        const Analysis found = analysed(done, other, m_registry);

        for (const NodeId id : {l.first, l.second, l.beside})
            QVERIFY(found.nodes.at(id).stale);
    }

    void typedValuesAreNeitherStaleNorLost()
    {
        Learning l;
        auto state = std::make_shared<AdaptedState>();
        state->tensors["mean"] = Tensor::of<float>({3}, {1, 2, 3});
        state->tensors["variance"] = Tensor::of<float>({3}, {1, 2, 3});
        const LayerDef layer = *l.b.document.layerOf(l.first); // the document changes
        state->record = ledger::recorded(
            {{"data", ledger::kTyped},
             {"rows", 3},
             {"parameters",
              ledger::parametersHash(*m_registry.find("Normalization").value(), layer.config)}},
            nullptr);
        l.b.document
            = Builder::must(edits::setAdapted(l.b.document, layer.id, std::move(state)));
        const Document changed = l.with(l.scaled, "scale", 0.25);
        const Document reset = l.with(l.first, "axis", 2);

        QCOMPARE(staleIn(changed), QString());
        QCOMPARE(staleIn(reset), QString("normalization")); // it would learn otherwise now
        QVERIFY(warns(changed, "learned_elsewhere", l.first));
        const Document after = adapt(changed);
        QCOMPARE(after.layerOf(l.first)->adapted, changed.layerOf(l.first)->adapted);
        QVERIFY(after.layerOf(l.second)->adapted != nullptr);
        AdaptOptions asked = m_options;
        asked.again = true;
        asked.only = {layer.id};
        const Document redone = adapt(changed, asked);
        QVERIFY(!warns(redone, "learned_elsewhere", l.first));
        QCOMPARE(ledger::entries(*redone.layerOf(l.first)->adapted).size(), std::size_t{2});
    }

    void adaptingOnRowsThatJudgeIsAWarning_data()
    {
        QTest::addColumn<int>("split");
        QTest::addColumn<int>("rows");
        QTest::newRow("validation") << int(ledger::Split::Validation) << 10;
        QTest::newRow("all") << int(ledger::Split::All) << 100;
    }
    void adaptingOnRowsThatJudgeIsAWarning()
    {
        QFETCH(int, split);
        QFETCH(int, rows);
        Learning l;
        AdaptOptions options = m_options;
        options.on = static_cast<ledger::Split>(split);

        const Document done = adapt(l.b.document, options);

        QCOMPARE(*done.layerOf(l.first)->adapted->record.find("rows"), Config(rows));
        const Problem* warning = warns(done, "learned_elsewhere", l.first);
        QVERIFY(warning);
        QCOMPARE(warning->severity, Severity::Warning);
        const Document forgotten = Builder::must(warning->fixes.at(0).apply(done));
        QVERIFY(!forgotten.layerOf(l.first)->adapted);
        const Document repaired = adapt(done); // the way that the message names
        QVERIFY(!warns(repaired, "learned_elsewhere", l.first));
        QCOMPARE(*repaired.layerOf(l.first)->adapted->record.find("rows"), Config(90));
    }

    void allRowsTrainWhereOthersAreHeldOut()
    {
        Learning l;
        AdaptOptions options = m_options;
        options.heldOut = true;
        options.on = ledger::Split::All;

        const Document done = adapt(l.b.document, options);

        QCOMPARE(textOf(*done.layerOf(l.first)->adapted, "split"), std::string("training"));
    }

    void statesFromFilesAreLeftAlone()
    {
        Learning l;
        auto state = std::make_shared<AdaptedState>();
        state->tensors["mean"] = Tensor::of<float>({3}, {1, 2, 3});
        state->tensors["variance"] = Tensor::of<float>({3}, {1, 2, 3});
        l.b.document = Builder::must(edits::setAdapted(
            l.b.document, l.b.document.layerOf(l.first)->id, std::move(state)));

        const Document after = adapt(l.b.document);

        QCOMPARE(after.layerOf(l.first)->adapted, l.b.document.layerOf(l.first)->adapted);
        QCOMPARE(staleIn(after), QString());
    }

private:
    Document adapt(const Document& document) const { return adapt(document, m_options); }
    Document adapt(const Document& document, const AdaptOptions& options) const
    {
        return Builder::must(adapted(document, m_registry, *m_source, options));
    }
    Analysis analysis(const Document& document) const
    {
        return analysed(document, factsOf(*m_source, document.recipe, false), m_registry);
    }
    /// The layers that count as stale, in document order; each is a problem as well.
    QString staleIn(const Document& document) const
    {
        const Analysis found = analysis(document);
        QStringList names;
        for (const auto& node : document.root().nodes)
            if (found.nodes.at(node->id).stale) {
                names << QString::fromStdString(document.nameOf(node->id));
                if (!warns(document, "stale_state", node->id))
                    names << "without a problem";
            }
        return names.join(' ');
    }
    const Problem* warns(const Document& document, const char* code, NodeId node) const
    {
        m_last = analysis(document);
        for (const Problem& problem : m_last.problems)
            if (problem.code == code && problem.node == node)
                return &problem;
        return nullptr;
    }

    LayerRegistry m_registry;
    mutable Analysis m_last;
    const SourceHandle m_source = drawnShapes(100, 3);
    const AdaptOptions m_options{
        .only = {}, .again = false, .heldOut = false, .workers = 2, .blockRows = 16};
};

LB_TEST(TstLedger)
#include "tst_ledger.moc"
