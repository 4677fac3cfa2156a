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
        std::vector<NodeId> members = cropInside ? std::vector{flip, crop} : std::vector{flat, layer};
        for (int depth = 0; depth <= nested; ++depth) {
            auto group = Builder::must(edits::makeGroup(b.document, members, "g"));
            b.document = std::move(group.document);
            members = {group.node};
        }

        const Analysis analysis = of(b.document);

        const Problem* problem = find(analysis.problems, "crops_in_training_only", crop);
        QVERIFY(problem && problem->severity == Severity::Error);
        QVERIFY(english(problem->message).find(b.document.nameOf(layer)) != std::string::npos);
        const Document fixed = Builder::must(problem->fixes.at(0).apply(b.document));
        QVERIFY2(!of(fixed).hasErrors(), first(of(fixed)));
    }
};

LB_TEST(TstGroupLints)
#include "tst_group_lints.moc"
