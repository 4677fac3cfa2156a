#include "core/preview/tried_text.h"
#include "core/preview/vocabulary_check.h"
#include "core/preview/vocabulary_report.h"

#include "core/layers/vocabulary_layer.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <array>
#include <cmath>

using namespace lb;

namespace {

const LayerRegistry& registry()
{
    static const LayerRegistry filled = [] {
        LayerRegistry made;
        registerBuiltinLayers(made);
        return made;
    }();
    return filled;
}

/// TextVectorization that has seen three documents: the 3, cat 2, sat 1, dog 1.
LayerDef learned(Config config = ConfigObject{})
{
    LayerDef layer{LayerId{1}, "TextVectorization", "text_vectorization", std::move(config),
                   ConfigObject{}, nullptr};
    const auto& type = dynamic_cast<const VocabularyLayerType&>(
        *registry().find(layer.kerasClass).value());
    const Tensor texts
        = Tensor::of<std::string>({3}, {"The cat sat", "the CAT!", "the dog"});
    const auto sum = type.summarise(layer.config, texts);
    layer.adapted = type.finish(layer.config, sum.value()).value();
    return layer;
}

} // namespace

class TestVocabularyReport : public QObject {
    Q_OBJECT
private slots:
    void countsTokensAndDocuments()
    {
        const VocabularyHandle report = vocabularyReport(learned(), registry());

        QVERIFY(report);
        QCOMPARE(report->tokens,
                 (std::vector<std::string>{"", "[UNK]", "the", "cat", "sat", "dog"}));
        QCOMPARE(report->special, 2U);
        QCOMPARE(report->padding, 0);
        QCOMPARE(report->counts, (std::vector<std::int64_t>{0, 0, 3, 2, 1, 1}));
        QCOMPARE(report->documents, (std::vector<std::int64_t>{0, 0, 3, 2, 1, 1}));
        QCOMPARE(report->rows, 3);
        QCOMPARE(report->occurrences, 7);
        QCOMPARE(report->distinct, 4);
        QCOMPARE(report->coverage(), 1.0);
        QCOMPARE(report->idf[2], std::log(1 + 3.0 / 4));
    }

    void coverageIsWhatWasNotCut()
    {
        const VocabularyHandle report
            = vocabularyReport(learned(ConfigObject{{"max_tokens", 4}}), registry());

        QCOMPARE(report->tokens.size(), 4U);
        QCOMPARE(report->distinct, 4);
        QCOMPARE(report->coverage(), 5.0 / 7);
    }

    void whatWasGivenHasNoCounts()
    {
        const LayerDef layer{LayerId{1}, "StringLookup", "string_lookup",
                             ConfigObject{{"vocabulary", ConfigList{"b", "a"}}}, ConfigObject{},
                             nullptr};

        const VocabularyHandle report = vocabularyReport(layer, registry());

        QCOMPARE(report->tokens, (std::vector<std::string>{"[UNK]", "b", "a"}));
        QCOMPARE(report->special, 1U);
        QCOMPARE(report->padding, -1);
        QVERIFY(!report->counted());
    }

    void aLayerThatHasNotLearnedHasNone()
    {
        LayerDef layer = learned();
        layer.adapted = nullptr;
        QVERIFY(!vocabularyReport(layer, registry()));
        layer.kerasClass = "Dense";
        QVERIFY(!vocabularyReport(layer, registry()));
    }

    void sortsAndFilters()
    {
        const VocabularyHandle report = vocabularyReport(learned(), registry());
        using By = VocabularyOrder::By;
        const auto ids = [](const VocabularyOrder& order) {
            std::vector<std::size_t> all;
            for (std::size_t row = 0; row < order.size(); ++row)
                all.push_back(order.id(row));
            return all;
        };

        QCOMPARE(ids({report, By::Count, true, ""}), (std::vector<std::size_t>{2, 3, 4, 5, 0, 1}));
        QCOMPARE(ids({report, By::Word, false, "a"}), (std::vector<std::size_t>{3, 4}));
        const VocabularyOrder order(report, By::Id, true, "");
        QCOMPARE(order.id(0), 5U);
        QCOMPARE(order.rowOf(5), 0);
        QCOMPARE(VocabularyOrder(report, By::Id, false, "cat").rowOf(2), -1);
        QCOMPARE(order.cumulative(2), 3.0 / 7);
        QCOMPARE(order.cumulative(3), 5.0 / 7);
    }

    void aSentenceIsTriedAsTheLayerReadsIt()
    {
        const TriedText tried
            = lb::tried(learned(ConfigObject{{"output_sequence_length", 5}}), registry(),
                        "The bird, the CAT.");

        QVERIFY(!tried.error);
        QCOMPARE(tried.standardized, std::string("the bird the cat"));
        QCOMPARE(tried.tokens, (std::vector<TriedToken>{{"the", 2, false},
                                                        {"bird", 1, true},
                                                        {"the", 2, false},
                                                        {"cat", 3, false}}));
        QVERIFY(tried.ids);
        QCOMPARE(tried.output, (std::vector<double>{2, 1, 2, 3, 0}));
        QCOMPARE(tried.dtype, std::string("int64 (1, 5)"));
        QCOMPARE(tried.decoded, std::string("the [UNK] the cat"));
    }

    void countsAreNoIds()
    {
        const TriedText tried = lb::tried(learned(ConfigObject{{"output_mode", "count"}}),
                                          registry(), "cat cat bird");

        QVERIFY(!tried.error);
        QVERIFY(!tried.ids);
        QCOMPARE(tried.output, (std::vector<double>{1, 0, 2, 0, 0}));
        QVERIFY(tried.decoded.empty());
        QVERIFY(tried.tokens.at(2).oov);
    }

    void otherRowsAreCheckedAgainstIt()
    {
        const LayerDef layer = learned(ConfigObject{{"output_sequence_length", 3}});
        const VocabularyHandle report = vocabularyReport(layer, registry());
        const MemoryTable rows({{"text", Tensor::of<std::string>({4, 1}, {"the cat", "a bird sang on",
                                                                          "dog", ""})}},
                               {0, 0, 0, 0}, {"only"});
        const std::array<std::int64_t, 3> some{0, 1, 2};

        const auto check = checkedVocabulary(layer, registry(), *report, rows, 0, some);

        QVERIFY(check.ok());
        QCOMPARE(check.value().rows, 3);
        QCOMPARE(check.value().occurrences, 7);
        QCOMPARE(check.value().unknown, 4);
        QCOMPARE(check.value().medianLength, 2.0);
        QCOMPARE(check.value().cutShare, 1.0 / 3);
        const auto& curve = check.value().oovBySize;
        QCOMPARE(curve.front().first, 3);
        QCOMPARE(curve.front().second, 6.0 / 7);
        QCOMPARE(curve.back().first, 6);
        QCOMPARE(curve.back().second, 4.0 / 7);
    }

    void whatWasNotLearnedIsSaid()
    {
        LayerDef layer = learned();
        layer.adapted = nullptr;

        QVERIFY(tried(layer, registry(), "cat").error);
        layer.kerasClass = "Dense";
        QVERIFY(tried(layer, registry(), "cat").error);
    }
};

LB_TEST(TestVocabularyReport)
#include "tst_vocabulary_report.moc"
