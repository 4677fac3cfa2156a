#include "tests/core/analysis_test.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using lb::test::Builder;

/// Problems whose cause is in a group, or in front of one, or both.
class TstGroupLints : public QObject, test::AnalysisTest {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void aLayerWaitsAcrossGroups_data()
    {
        QTest::addColumn<bool>("wordsInside");
        QTest::newRow("the one that waits in a group") << false;
        QTest::newRow("the one that learns in a group") << true;
    }
    void aLayerWaitsAcrossGroups()
    {
        QFETCH(bool, wordsInside);
        Builder b;
        const NodeId words = b.after(b.source(), "TextVectorization",
                                     ConfigObject{{"output_mode", "multi_hot"}}, Stage::Pipeline);
        const NodeId layer = b.after(b.after(words, "Batch"), "Dense", dense(4));
        const Document document
            = Builder::must(edits::makeGroup(b.document, std::array{wordsInside ? words : layer}, "g"))
                  .document;

        const Analysis analysis = of(document, sentences());

        const Problem* waits = find(analysis.problems, "waits_for_adapt", layer);
        QVERIFY2(waits, first(analysis));
        QVERIFY(waits->severity == Severity::Hint && waits->fixes.empty());
        QVERIFY(english(waits->message).find("text_vectorization") != std::string::npos);
        QVERIFY2(!find(analysis.problems, "refused"), first(analysis));
    }

    /// What the crop breaks, or the crop itself, may stand in a group.
    void aCropThatChangesWeightsAcrossAGroupIsAnError_data()
    {
        QTest::addColumn<bool>("cropInside");
        QTest::addColumn<bool>("nested");
        QTest::newRow("the weights in a group") << false << false;
        QTest::newRow("the weights in a group of a group") << false << true;
        QTest::newRow("the crop in a group") << true << false;
        QTest::newRow("the crop in a group of a group") << true << true;
    }
    void aCropThatChangesWeightsAcrossAGroupIsAnError()
    {
        QFETCH(bool, cropInside);
        QFETCH(bool, nested);
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, "Rescaling", kByte, Stage::Pipeline);
        const NodeId batch = b.after(scaled, "Batch");
        const NodeId flip = b.after(batch, "RandomFlip");
        const NodeId crop = b.after(flip, "RandomCrop", ConfigObject{{"height", 24}, {"width", 24}});
        const NodeId flat = b.after(crop, "Flatten");
        const NodeId layer = b.after(flat, "Dense", dense(10, "softmax"));
        b.output(layer, source);
        grouped(b, cropInside ? std::vector{flip, crop} : std::vector{flat, layer}, nested ? 2 : 1);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "crops_in_training_only", crop);
        QVERIFY(problem && problem->severity == Severity::Error);
        QVERIFY(english(problem->message).find(b.document.nameOf(layer)) != std::string::npos);
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QVERIFY2(!of(fixed).hasErrors(), first(of(fixed)));
    }

    /// What a trained layer gives needs no rescaling, wherever that layer and the next one stand.
    void weightsBeforeAreSeenAcrossGroups_data()
    {
        QTest::addColumn<int>("earlier");
        QTest::addColumn<int>("later");
        QTest::newRow("in one row") << 0 << 0;
        QTest::newRow("the later in a group") << 0 << 1;
        QTest::newRow("the later in a group of a group") << 0 << 2;
        QTest::newRow("the earlier in a group") << 1 << 0;
        QTest::newRow("the earlier in a group of a group") << 2 << 0;
        QTest::newRow("each in a group") << 1 << 1;
    }
    void weightsBeforeAreSeenAcrossGroups()
    {
        QFETCH(int, earlier);
        QFETCH(int, later);
        Builder b;
        const NodeId source = b.source();
        const NodeId first = b.after(flattened(b, source), "Dense", dense(8, "sigmoid"));
        const NodeId wide = b.after(first, "Rescaling", ConfigObject{{"scale", 10.0}});
        const NodeId last = b.after(wide, "Dense", dense(10, "softmax"));
        b.output(last, source);
        grouped(b, {first}, earlier);
        grouped(b, {last}, later);

        const Analysis analysis = of(b.document);

        QCOMPARE(analysis.spec({wide, 0})->range, ValueRange::proven(0, 10));
        QVERIFY2(!find(analysis.problems, "unscaled_input"), AnalysisTest::first(analysis));
    }

    void bytesIntoAGroupOfWeightsOfferRescalingThere()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flat = b.after(b.after(source, "Batch"), "Flatten");
        const NodeId layer = b.after(flat, "Dense", dense(10, "softmax"));
        b.output(layer, source);
        grouped(b, {layer}, 1);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "unscaled_input", layer);
        QVERIFY(problem);
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QVERIFY2(of(fixed).problems.empty(), first(of(fixed)));
    }

    /// Two calls of one group: what stands behind the one is not behind the weights before the other.
    void aGroupCalledTwiceKeepsItsCallsApart()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flat = b.after(b.after(source, "Batch"), "Flatten");
        const NodeId trained = b.after(flat, "Dense", dense(10, "sigmoid"));
        const NodeId wide = b.after(trained, "Rescaling", ConfigObject{{"scale", 10.0}});
        const NodeId call = grouped(b, {wide}, 1);
        b.output(call, source);
        auto again = Builder::must(edits::callAgain(b.document, call, {900, 0}));
        b.document = std::move(again.document);
        b.wire({flat, 0}, again.node);
        const NodeId bytes = b.after(again.node, "Dense", dense(4));
        const NodeId behind = b.after(call, "Dense", dense(4));

        const Analysis analysis = of(b.document);

        QVERIFY(find(analysis.problems, "unscaled_input", bytes));
        QVERIFY(!find(analysis.problems, "unscaled_input", behind));
    }

    void aGroupThatStandsBeforeTheBatch_data()
    {
        QTest::addColumn<QString>("kerasClass");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("depth");
        for (const int depth : {1, 2}) {
            QTest::addRow("weights, %d", depth) << "Dense" << "weights_in_pipeline" << depth;
            QTest::addRow("whole batches, %d", depth) << "MixUp" << "batch_only" << depth;
        }
    }
    void aGroupThatStandsBeforeTheBatch()
    {
        QFETCH(QString, kerasClass);
        QFETCH(QString, code);
        QFETCH(int, depth);
        Builder b;
        const NodeId scaled = b.after(b.source(), "Rescaling", kByte, Stage::Pipeline);
        const NodeId layer = b.after(scaled, kerasClass.toStdString(),
                                     kerasClass == "Dense" ? dense(4) : Config(ConfigObject{}),
                                     Stage::Pipeline);
        b.after(layer, "Batch");
        const NodeId group = grouped(b, {layer}, depth);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, code.toStdString(), group);
        QVERIFY2(problem, first(analysis));
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QVERIFY(!find(of(fixed).problems, code.toStdString()));
    }

    /// The layers of a group run where the group does.
    void labelsAreMixedWhereTheGroupStands()
    {
        Builder b;
        b.document.recipe.loss = "categorical_crossentropy";
        const NodeId scaled = b.after(b.source(), "Rescaling", kByte, Stage::Pipeline);
        const NodeId mixed = b.after(scaled, "MixUp", ConfigObject{}, Stage::Pipeline);
        const NodeId group = grouped(b, {mixed}, 2);

        const Analysis before = of(b.document);

        const Problem* problem = find(before.problems, "labels_not_mixed", mixed);
        QVERIFY2(problem, first(before));
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QCOMPARE(fixed.node(group)->stage, Stage::Model);
        QVERIFY(!find(of(fixed).problems, "labels_not_mixed"));
        const Document moved = Builder::must(edits::setStage(b.document, group, Stage::Model));
        QCOMPARE(moved.node(mixed)->stage, Stage::Model);
        QVERIFY(!find(of(moved).problems, "labels_not_mixed"));
    }

    void aCropThatIsFollowedByItsSizeSaysNothing_data()
    {
        QTest::addColumn<int>("crops");
        QTest::addColumn<int>("sizes");
        QTest::newRow("in one row") << 0 << 0;
        QTest::newRow("the crop in a group") << 1 << 0;
        QTest::newRow("the crop in a group of a group") << 2 << 0;
        QTest::newRow("what gives the size in a group") << 0 << 1;
        QTest::newRow("each in a group") << 1 << 2;
    }
    void aCropThatIsFollowedByItsSizeSaysNothing()
    {
        QFETCH(int, crops);
        QFETCH(int, sizes);
        const ConfigObject size{{"height", 24}, {"width", 24}};
        Builder b;
        const NodeId batch = b.after(b.source(), "Batch");
        const NodeId crop = b.after(batch, "RandomCrop", size);
        const NodeId center = b.after(crop, "CenterCrop", size);
        b.after(center, "Flatten");
        grouped(b, {crop}, crops);
        grouped(b, {center}, sizes);

        const Analysis analysis = of(b.document);

        QVERIFY2(!find(analysis.problems, "crops_in_training_only"), first(analysis));
    }

    void whatIsNotUsedInAGroupOnlyWarns()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flat = flattened(b, source);
        b.output(b.after(flat, "Dense", dense(10, "softmax")), source);
        const NodeId unused
            = b.after(flat, "CenterCrop", ConfigObject{{"height", 4}, {"width", 4}});
        grouped(b, {unused}, 1);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "refused", unused);
        QVERIFY(problem && problem->severity == Severity::Warning);
        QVERIFY2(!analysis.hasErrors(), first(analysis));
    }

    void theSizeOfThePredictionIsSetInTheGroup()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId last = b.after(flattened(b, source), "Dense", dense(7, "softmax"));
        const NodeId end = b.output(last, source);
        grouped(b, {last}, 2);

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "label_count", end);
        QVERIFY(problem && !problem->fixes.empty());
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QCOMPARE(*fixed.layerOf(last)->config.find("units"), Config(10));
        QVERIFY2(of(fixed).problems.empty(), first(of(fixed)));
    }

private:
    /// The nodes in so many groups, one in the other; the outermost, or nothing.
    static NodeId grouped(Builder& b, std::vector<NodeId> members, int depth)
    {
        NodeId outermost;
        for (int i = 0; i < depth; ++i) {
            auto group = Builder::must(edits::makeGroup(b.document, members, "g"));
            b.document = std::move(group.document);
            members = {outermost = group.node};
        }
        return outermost;
    }
};

LB_TEST(TstGroupLints)
#include "tst_group_lints.moc"
