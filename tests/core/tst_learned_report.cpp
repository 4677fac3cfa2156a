#include "core/preview/learned_report.h"
#include "core/training/adapt.h"
#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numeric>

using namespace lb;
using lb::test::Builder;

namespace {

const LayerRegistry& learnedRegistry()
{
    static const LayerRegistry filled = [] {
        LayerRegistry made;
        registerBuiltinLayers(made);
        return made;
    }();
    return filled;
}

template <typename T> Tensor columnOf(std::vector<T> values)
{
    return Tensor::make<T>({std::ssize(values), 1}, [&](std::span<T> out) {
        std::ranges::copy(values, out.begin());
    });
}

/// Columns age (0) and town (1), six rows.
const MemoryTable& passengers()
{
    static const MemoryTable table(
        {{"age", columnOf<float>({1, 2, 3, 4, 5, 9})},
         {"town", columnOf<std::string>({"a", "b", "a", "c", "d", "a"})}},
        {0, 1, 0, 1, 0, 1}, {"no", "yes"});
    return table;
}

template <typename Report> Report reportOf(const Document& document, NodeId node,
                                           const Source& source = passengers())
{
    std::vector<std::int64_t> rows(static_cast<std::size_t>(source.size()));
    std::iota(rows.begin(), rows.end(), 0);
    const auto report = learnedReport(document, learnedRegistry(), source, node, rows);
    if (!report.ok())
        qFatal("%s", english(report.error().message).c_str());
    return std::get<Report>(report.value()->of);
}

std::int64_t sum(const std::vector<std::int64_t>& counts)
{
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

} // namespace

/// What is shown of a state that was learned from numbers and categories.
class TestLearnedReport : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void aHistogramGrowsAndCountsExactly()
    {
        GrowingHistogram growing;
        growing.add(std::vector<float>{1, 2});
        growing.add(std::vector<float>{-1'000, std::nanf(""), 3});
        growing.add(std::vector<float>{70'000, std::numeric_limits<float>::infinity()});

        const Histogram histogram = growing.histogram(8);

        QCOMPARE(growing.count(), 5);
        QCOMPARE(growing.odd(), 2);
        QCOMPARE(growing.least(), -1'000.0);
        QCOMPARE(growing.most(), 70'000.0);
        QCOMPARE(growing.mean(), 69'006.0 / 5);
        QCOMPARE(sum(histogram.counts), 5);
        QVERIFY(histogram.counts.size() <= 8);
        QVERIFY(histogram.from <= -1'000 && histogram.to() > 70'000);
        QCOMPARE(histogram.counts.front(), 1); // the negative one alone: bins begin at 0
        QCOMPARE(histogram.counts.back(), 1);
        QCOMPARE(histogram.counts[1], 3);
    }

    void theSameNumbersInOtherBlocksGiveTheSameBins()
    {
        std::vector<float> numbers(1'000);
        for (std::size_t i = 0; i < numbers.size(); ++i)
            numbers[i] = static_cast<float>(std::sin(static_cast<double>(i)) * 40 + 3);
        GrowingHistogram whole, parts;
        whole.add(numbers);
        for (std::size_t i = 0; i < numbers.size(); i += 10)
            parts.add(std::span<const float>(numbers).subspan(i, 10));

        QCOMPARE(parts.histogram(32), whole.histogram(32));
        QVERIFY(std::abs(parts.deviation() - whole.deviation()) < 1e-9);
    }

    void numbersFarFromZeroAndHugeOnesHaveBins()
    {
        GrowingHistogram far;
        far.add(std::vector<float>{1e-30f});
        far.add(std::vector<float>{3e38f, -3e38f, 1e9f});
        const Histogram histogram = far.histogram(64);
        QCOMPARE(sum(histogram.counts), 4);
        QVERIFY(histogram.counts.size() <= 64);
        QCOMPARE(histogram.counts.front(), 1);
        QCOMPARE(histogram.counts.back(), 1);
    }

    void momentsAreOfTheRowsAndOfTheState()
    {
        Builder b;
        const NodeId node = b.after(b.source(), "Normalization",
                                    ConfigObject{{"mean", 4.0}, {"variance", 4.0}}, Stage::Pipeline);

        const auto report = reportOf<MomentsReport>(b.document, node);

        QCOMPARE(report.features.size(), 1U);
        const FeatureMoments& age = report.features.front();
        QCOMPARE(age.name, std::string("age"));
        QCOMPARE(age.mean, 4.0);
        QCOMPARE(age.deviation, 2.0);
        QCOMPARE(age.seenMean, 4.0); // 24 / 6
        QCOMPARE(age.seenDeviation, std::sqrt(40.0 / 6)); // 9 4 1 0 1 25
        QCOMPARE(age.least, 1.0);
        QCOMPARE(age.most, 9.0);
        QCOMPARE(sum(age.before.counts), 6);
        QCOMPARE(sum(age.after.counts), 6);
        QVERIFY(age.after.from <= -1.5 && age.after.from > -1.6); // (1 - 4) / 2
        QVERIFY(age.after.to() > 2.5 && age.after.to() < 2.7); // (9 - 4) / 2
    }

    void everyPlaceOfTheAxisIsAFeature()
    {
        const Tensor images = Tensor::of<std::uint8_t>(
            {2, 1, 2, 3}, {10, 20, 30, 12, 20, 60, 10, 20, 30, 12, 20, 60});
        const MemorySource pictures(images, {0, 0}, {"one"});
        Builder b;
        const NodeId node = b.after(b.source(), "Normalization", ConfigObject{}, Stage::Pipeline);
        AdaptOptions options;
        options.heldOut = true;
        const Document adapted
            = Builder::must(lb::adapted(b.document, learnedRegistry(), pictures, options));

        const auto report = reportOf<MomentsReport>(adapted, node, pictures);

        QCOMPARE(report.features.size(), 3U);
        QCOMPARE(report.features[0].name, std::string("0"));
        QCOMPARE(report.features[0].mean, 11.0);
        QCOMPARE(report.features[0].deviation, 1.0);
        QCOMPARE(report.features[1].seenDeviation, 0.0);
        QCOMPARE(report.features[2].seenMean, 45.0);
        QCOMPARE(sum(report.features[2].after.counts), 4);
    }

    void binsCountAsTheLayerDoes()
    {
        Builder b;
        const NodeId node
            = b.after(b.source(), "Discretization",
                      ConfigObject{{"bin_boundaries", ConfigList{2.0, 5.0}}}, Stage::Pipeline);
        const MemoryTable table({{"x", columnOf<float>({1, 2, 4, 5, 6, std::nanf("")})}},
                                {0, 0, 0, 0, 0, 0}, {"one"});

        const auto report = reportOf<BinsReport>(b.document, node, table);

        QCOMPARE(report.boundaries, (std::vector<double>{2, 5}));
        QCOMPARE(report.counts, (std::vector<std::int64_t>{1, 2, 3})); // 1 | 2 4 | 5 6 NaN
        QCOMPARE(report.odd, 1);
        QCOMPARE(sum(report.numbers.counts), 5);
    }

    void hashedValuesThatShareABinAreCounted()
    {
        Builder b;
        const NodeId source = b.source();
        const auto hashing = [&](std::int64_t bins, const char* mode) {
            const NodeId node = b.add("Hashing", ConfigObject{{"num_bins", bins}, {"output_mode", mode}},
                                      Stage::Pipeline);
            b.wire({source, 1}, node);
            return reportOf<CollisionReport>(b.document, node);
        };

        const CollisionReport one = hashing(1, "int");
        const CollisionReport many = hashing(100'003, "int");

        QCOMPARE(one.distinct, 4);
        QCOMPARE(one.occurrences, 6);
        QCOMPARE(one.sharing, 4);
        QCOMPARE(one.rate(), 1.0);
        QCOMPARE(one.expected, 1.0);
        QCOMPARE(one.used.size(), 1U);
        QCOMPARE(one.used[0].values, (std::vector<std::string>{"a", "b", "c", "d"}));
        QCOMPARE(one.occupancy, (std::vector<std::int64_t>{0, 0, 0, 0, 1}));
        QCOMPARE(many.sharing, 0);
        QCOMPARE(many.occupancy, (std::vector<std::int64_t>{99'999, 4}));
        QVERIFY(std::abs(many.expected - 3.0 / 100'003) < 1e-8);
        QCOMPARE(hashing(7, "multi_hot"), hashing(7, "int")); // whatever it gives out
        QCOMPARE(hashing(7, "one_hot"), hashing(7, "int"));
    }

    void aCrossIsACombinationOfValues()
    {
        const MemoryTable table({{"town", columnOf<std::string>({"a", "b", "a"})},
                                 {"class", columnOf<std::int64_t>({1, 1, 2})}},
                                {0, 0, 0}, {"one"});
        Builder b;
        const NodeId source = b.source();
        const NodeId node
            = b.add("HashedCrossing", ConfigObject{{"num_bins", 1}}, Stage::Pipeline);
        b.wire({source, 0}, node, "0");
        b.wire({source, 1}, node, "1");

        const auto report = reportOf<CollisionReport>(b.document, node, table);

        QCOMPARE(report.used[0].values, (std::vector<std::string>{"a × 1", "a × 2", "b × 1"}));
    }

    void unknownValuesOfALookupShareTheirNumber()
    {
        Builder b;
        const NodeId node = b.add("StringLookup",
                                  ConfigObject{{"vocabulary", ConfigList{"a", "b", "z"}},
                                               {"output_mode", "one_hot"}},
                                  Stage::Pipeline);
        b.wire({b.source(), 1}, node);

        const auto report = reportOf<CollisionReport>(b.document, node);

        QCOMPARE(report.bins, 4);
        QCOMPARE(report.distinct, 4);
        QCOMPARE(report.sharing, 2); // c and d
        QCOMPARE(report.sharedOccurrences, 2);
        QCOMPARE(report.rate(), 0.5);
        QCOMPARE(report.expected, 0.0);
        QCOMPARE(report.used[0].id, 0);
        QCOMPARE(report.used[0].values, (std::vector<std::string>{"c", "d"}));
        QCOMPARE(report.occupancy, (std::vector<std::int64_t>{1, 2, 1})); // z, then a b, then [UNK]
    }

    void theMatrixNamesItsColumnsByTheTokens()
    {
        Builder b;
        const NodeId lookup = b.add(
            "StringLookup", ConfigObject{{"vocabulary", ConfigList{"a", "b"}}}, Stage::Pipeline);
        b.wire({b.source(), 1}, lookup);
        const NodeId node = b.after(
            lookup, "CategoryEncoding",
            ConfigObject{{"num_tokens", 3}, {"output_mode", "one_hot"}}, Stage::Pipeline);

        const auto report = reportOf<MatrixReport>(b.document, node);

        QCOMPARE(report.columns, (std::vector<std::string>{"[UNK]", "a", "b"}));
        QCOMPARE(report.rows, (std::vector<std::string>{"1", "2", "1", "0", "0", "1"}));
        QCOMPARE(report.values,
                 (std::vector<float>{0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0}));
        QCOMPARE(report.sums, (std::vector<double>{2, 3, 1}));
        QCOMPARE(report.total, 6);
    }

    void whatHasNotLearnedIsRefusedAndAStopIsHeard()
    {
        Builder b;
        const NodeId node
            = b.after(b.source(), "Normalization", ConfigObject{}, Stage::Pipeline);
        const std::vector<std::int64_t> rows{0, 1};
        const auto unadapted = learnedReport(b.document, learnedRegistry(), passengers(), node, rows);
        QVERIFY(!unadapted.ok());
        QCOMPARE(unadapted.error().code, ErrorCode::NotFound);

        std::stop_source stop;
        stop.request_stop();
        const NodeId given = b.after(b.document.source()->id, "Normalization",
                                     ConfigObject{{"mean", 0.0}, {"variance", 1.0}}, Stage::Pipeline);
        const auto stopped = learnedReport(b.document, learnedRegistry(), passengers(), given, rows,
                                           JobContext{stop.get_token(), {}});
        QVERIFY(!stopped.ok());
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    }
};

LB_TEST(TestLearnedReport)
#include "tst_learned_report.moc"
