#include "core/layers/random_numbers.h"
#include "core/ops/interpreter.h"
#include "tests/core/drawing.h"
#include "tests/core/given.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>
#include <numbers>
#include <numeric>

using namespace lb;

Q_DECLARE_METATYPE(std::function<double(double)>)

namespace {

constexpr std::size_t kCount = 4'000;

/// Pearson's statistic for `cells` that are equally probable.
double chiSquared(std::span<const std::size_t> values, std::size_t cells)
{
    std::vector<double> counts(cells);
    for (const std::size_t value : values)
        counts.at(value) += 1;
    const double expected = static_cast<double>(values.size()) / static_cast<double>(cells);
    return std::accumulate(counts.begin(), counts.end(), 0.0, [&](double sum, double count) {
        return sum + (count - expected) * (count - expected) / expected;
    });
}

/// What chi-squared with that many degrees of freedom exceeds once in a thousand times, about.
double chiSquaredLimit(std::size_t freedom) // Wilson and Hilferty
{
    const double k = static_cast<double>(freedom);
    return k * std::pow(1 - 2 / (9 * k) + 3.09 * std::sqrt(2 / (9 * k)), 3);
}

double normal(double x)
{
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double arcsine(double x)
{
    return 2 / std::numbers::pi * std::asin(std::sqrt(std::clamp(x, 0.0, 1.0)));
}

double oneOfThreeShares(double x) // under Dirichlet(1)
{
    return 1 - (1 - x) * (1 - x);
}

/// Numbers of either sign, as large as U(low, high).
Cdf eitherSign(double low, double high)
{
    return [=](double x) {
        const double size = uniformCdf(low, high)(std::abs(x));
        return x < 0 ? (1 - size) / 2 : (1 + size) / 2;
    };
}

std::vector<double> numbersOf(const Tensor& tensor)
{
    std::vector<double> result(static_cast<std::size_t>(elementCount(tensor.shape())));
    const auto copy = [&](auto values) { std::ranges::copy(values, result.begin()); };
    if (tensor.dtype() == DType::Bool)
        copy(tensor.values<bool>());
    else if (tensor.dtype() == DType::Int32)
        copy(tensor.values<std::int32_t>());
    else
        copy(tensor.values<float>());
    return result;
}

} // namespace

/// The distributions of layers that move, erase and mix images, and of the numbers under them.
class TstGeometryDraws : public QObject, test::Drawing {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void gammaNumbersFollowTheirDistribution_data()
    {
        QTest::addColumn<double>("alpha");
        QTest::addColumn<Cdf>("cdf");
        QTest::newRow("1/2") << 0.5 << Cdf([](double x) { return std::erf(std::sqrt(x)); });
        QTest::newRow("1") << 1.0 << Cdf([](double x) { return 1 - std::exp(-x); });
        QTest::newRow("2") << 2.0 << Cdf([](double x) { return 1 - std::exp(-x) * (1 + x); });
    }
    void gammaNumbersFollowTheirDistribution()
    {
        QFETCH(double, alpha);
        QFETCH(Cdf, cdf);
        std::vector<double> values;
        for (std::uint64_t i = 0; i < kCount; ++i)
            values.push_back(gammaNumber(RandomStream(StreamKey{1}, 0, i), 0, alpha));
        QVERIFY2(strayOf(values, cdf) < kStray, qPrintable(QString::number(strayOf(values, cdf))));
    }

    /// As TensorFlow, whose gamma numbers do not fall below the smallest float.
    void tinyAlphasMakeHalves()
    {
        for (std::uint64_t i = 0; i < 50; ++i)
            QCOMPARE(betaNumber(RandomStream(StreamKey{1}, 0, i), 0, 1e-6), 0.5f);
        QCOMPARE(betaNumber(RandomStream(StreamKey{1}, 0, 0), 0, 0), 0.5f);
        QVERIFY(std::isnan(betaNumber(RandomStream(StreamKey{1}, 0, 0), 0, -1)));
    }

    /// One number a sample, of one batch.
    void samplesFollowTheirDistribution_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("drawn");
        QTest::addColumn<int>("element");
        QTest::addColumn<Cdf>("cdf");
        const Config shear = ConfigObject{{"x_factor", pair(0.1, 0.4)}, {"y_factor", 0.5}};
        QTest::newRow("shear along x")
            << "RandomShear" << shear << "shear_factor" << 0 << eitherSign(0.1, 0.4);
        QTest::newRow("shear along y")
            << "RandomShear" << shear << "shear_factor" << 1 << uniformCdf(-0.5, 0.5);
        const Config side = ConfigObject{{"scale", 0.4}};
        QTest::newRow("right of the top right corner")
            << "RandomPerspective" << side << "end_points" << 2 << uniformCdf(7 * 0.8, 7 * 1.2);
        QTest::newRow("below the bottom left corner")
            << "RandomPerspective" << side << "end_points" << 5 << uniformCdf(5 * 0.8, 5 * 1.2);
        QTest::newRow("below the bottom right corner")
            << "RandomPerspective" << side << "end_points" << 7 << uniformCdf(5 * 0.8, 5 * 1.2);
        QTest::newRow("mixed evenly")
            << "MixUp" << Config(ConfigObject{{"alpha", 1.0}}) << "mix_weight" << 0
            << uniformCdf(0, 1);
        QTest::newRow("mixed little")
            << "MixUp" << Config(ConfigObject{{"alpha", 0.5}}) << "mix_weight" << 0 << Cdf(arcsine);
        QTest::newRow("share of the own image")
            << "CutMix" << Config(ConfigObject{{"factor", pair(1, 1)}}) << "mix_weight" << 0
            << uniformCdf(0, 1);
        QTest::newRow("elastic noise") << "RandomElasticTransform" << Config(ConfigObject{})
                                       << "noise" << 11 << Cdf(normal);
        // Layers within one another, with `factor` as their own: 0.2 to 0.6 of what each counts in.
        const Config inner = ConfigObject{{"factor", pair(0.2, 0.6)}, {"num_chains", 2},
                                          {"chain_depth", 2}};
        const auto inside = [&](const char* drawn, int element, const Cdf& cdf) {
            for (const auto& [name, place] :
                 {std::pair{"RandAugment", "transforms/"}, std::pair{"AugMix", "chain_transforms/1/0/"}})
                QTest::addRow("%s: %s of %s", name, drawn, place)
                    << name << inner << QString(place) + drawn << element << cdf;
        };
        inside("random_shear/shear_factor", 0, eitherSign(0.2, 0.6));
        inside("random_shear/shear_factor", 1, eitherSign(0.2, 0.6));
        inside("random_translation/translations", 0, uniformCdf(8 * 0.2, 8 * 0.6));
        inside("random_translation/translations", 1, uniformCdf(6 * 0.2, 6 * 0.6));
        inside("random_rotation/angle", 0, uniformCdf(360 * 0.2, 360 * 0.6));
        inside("random_brightness/rgb_delta", 0, uniformCdf(255 * 0.2, 255 * 0.6));
        inside("random_color_degeneration/factor", 0, uniformCdf(0.2, 0.6));
        inside("random_contrast/contrast_factor", 0, uniformCdf(1 - 0.2, 1 + 0.6));
        inside("random_sharpness/factor", 0, uniformCdf(0.2, 0.6));
        inside("solarization/additions", 0, uniformCdf(0.2, 255 * 0.6)); // its lower end as it is
        inside("solarization/thresholds", 0, uniformCdf(0.2, 255 * 0.6));
    }
    void samplesFollowTheirDistribution()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(QString, drawn);
        QFETCH(int, element);
        QFETCH(Cdf, cdf);
        const auto all = numbersOf(draw(name, config, kCount).at(drawn.toStdString()));
        std::vector<double> values;
        for (std::size_t i = 0; i < kCount; ++i)
            values.push_back(all[i * (all.size() / kCount) + static_cast<std::size_t>(element)]);
        QVERIFY2(strayOf(values, cdf) < kStray, qPrintable(QString::number(strayOf(values, cdf))));
    }

    /// Each place draws for itself: the second depth of a chain does not follow the first.
    void placesOfOneLayerDoNotHangTogether()
    {
        const auto drawn = draw("AugMix", ConfigObject{}, kCount);
        const auto angles = [&](const char* place) {
            return numbersOf(drawn.at("chain_transforms/" + std::string(place)
                                      + "/random_rotation/angle"));
        };
        const auto first = angles("0/0");
        for (const char* other : {"0/1", "1/0", "2/2"}) {
            const auto second = angles(other);
            double product = 0; // of numbers from 0 to 108 whose mean is 54
            for (std::size_t i = 0; i < kCount; ++i)
                product += (first[i] / 54 - 1) * (second[i] / 54 - 1);
            QVERIFY(std::abs(3 * product / kCount) < 4 / std::sqrt(kCount));
        }
    }

    /// One number a batch, of many batches.
    void batchesFollowTheirDistribution_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("drawn");
        QTest::addColumn<Cdf>("cdf");
        QTest::newRow("distortion")
            << "RandomElasticTransform"
            << Config(ConfigObject{{"scale", ConfigList{0.25, 0.75}}}) << "distortion_factor"
            << uniformCdf(0.25, 0.75);
        QTest::newRow("share of the image")
            << "AugMix" << Config(ConfigObject{{"chain_depth", 0}}) << "weight_sample"
            << uniformCdf(0, 1);
        QTest::newRow("share of the image, less even")
            << "AugMix" << Config(ConfigObject{{"chain_depth", 0}, {"alpha", 0.5}})
            << "weight_sample" << Cdf(arcsine);
        QTest::newRow("share of a chain")
            << "AugMix" << Config(ConfigObject{{"chain_depth", 0}}) << "chain_mixing_weights"
            << Cdf(oneOfThreeShares);
    }
    void batchesFollowTheirDistribution()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(QString, drawn);
        QFETCH(Cdf, cdf);
        std::vector<double> values;
        for (std::uint64_t batch = 0; batch < kCount; ++batch)
            values.push_back(
                numbersOf(draw(name, config, 1, {.batch = batch}).at(drawn.toStdString()))[0]);
        QVERIFY2(strayOf(values, cdf) < kStray, qPrintable(QString::number(strayOf(values, cdf))));
    }

    /// Whole numbers that are drawn once a batch, each as probable.
    void choicesAreEquallyProbable_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("drawn");
        QTest::addColumn<int>("element");
        QTest::addColumn<int>("cells");
        const Config crop = ConfigObject{{"height", 2}, {"width", 3}}; // of 6 x 8 pixels
        QTest::newRow("row of a crop") << "RandomCrop" << crop << "start" << 0 << 5;
        QTest::newRow("column of a crop") << "RandomCrop" << crop << "start" << 1 << 6;
        QTest::newRow("second change")
            << "RandAugment" << Config(ConfigObject{}) << "layer_idxes" << 1 << 11;
        QTest::newRow("change or none")
            << "AugMix" << Config(ConfigObject{{"num_chains", 2}, {"chain_depth", 1}})
            << "chain_layers" << 1 << 12;
        QTest::newRow("one of the few changes or none")
            << "AugMix"
            << Config(ConfigObject{{"num_chains", 1}, {"chain_depth", 1}, {"all_ops", false}})
            << "chain_layers" << 0 << 8;
        for (const char* name : {"MixUp", "CutMix"}) {
            QTest::addRow("%s: partner of the first", name)
                << name << Config(ConfigObject{}) << "permutation_order" << 0 << 5;
            QTest::addRow("%s: partner of the last", name)
                << name << Config(ConfigObject{}) << "permutation_order" << 4 << 5;
        }
    }
    void choicesAreEquallyProbable()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(QString, drawn);
        QFETCH(int, element);
        QFETCH(int, cells);
        std::vector<std::size_t> values;
        for (std::uint64_t batch = 0; batch < kCount; ++batch)
            values.push_back(static_cast<std::size_t>(
                numbersOf(draw(name, config, 5, {.batch = batch})
                              .at(drawn.toStdString()))[static_cast<std::size_t>(element)]));
        const double limit = chiSquaredLimit(static_cast<std::size_t>(cells - 1));
        const double found = chiSquared(values, static_cast<std::size_t>(cells));
        QVERIFY2(found < limit, qPrintable(QString("%1 of %2").arg(found).arg(limit)));
    }

    /// p ~ U(low, high) and u < p: set with probability (low + high) / 2.
    void flagsHaveTheirProbability_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("drawn");
        QTest::newRow("perspective") << "RandomPerspective" << "apply_perspective";
        QTest::newRow("erasing") << "RandomErasing" << "apply_erasing";
        QTest::newRow("elastic") << "RandomElasticTransform" << "apply_transform";
    }
    void flagsHaveTheirProbability()
    {
        QFETCH(QString, name);
        QFETCH(QString, drawn);
        for (const auto& [factor, expected] :
             {std::pair{Config(0.6), 0.3}, std::pair{Config(ConfigList{0.5, 0.9}), 0.7},
              std::pair{Config(ConfigList{1.0, 1.0}), 1.0}}) {
            const auto flags = numbersOf(
                draw(name, ConfigObject{{"factor", factor}}, kCount).at(drawn.toStdString()));
            const double mean = std::accumulate(flags.begin(), flags.end(), 0.0) / kCount;
            QVERIFY2(std::abs(mean - expected) < 0.025, qPrintable(QString::number(mean)));
        }
    }

    void bothShearsOfAnImageHaveOneSign()
    {
        const auto factors = numbersOf(
            draw("RandomShear", ConfigObject{{"x_factor", ConfigList{0.1, 0.4}},
                                             {"y_factor", ConfigList{0.2, 0.3}}},
                 kCount)
                .at("shear_factor"));
        int negative = 0;
        for (std::size_t i = 0; i < factors.size(); i += 2) {
            QVERIFY(factors[i] * factors[i + 1] > 0);
            negative += factors[i] < 0;
        }
        QVERIFY(std::abs(negative - 2'000) < 130); // four deviations
    }

    void theTopLeftCornerStays()
    {
        const auto ends = numbersOf(draw("RandomPerspective", ConfigObject{}, 100).at("end_points"));
        for (std::size_t i = 0; i < ends.size(); i += 8)
            for (const std::size_t zero : {0u, 1u, 3u, 4u})
                QCOMPARE(ends[i + zero], 0.0);
    }

    void rectanglesLieAnywhereInside()
    {
        const ImageSize size{1, 30, 40};
        std::vector<double> left, top;
        for (std::uint64_t i = 0; i < kCount; ++i) {
            const auto rectangle
                = rectangleOf(RandomStream(StreamKey{1}, 0, i), 1, 0.5f, 0.2f, size);
            left.push_back(rectangle.left);
            top.push_back(rectangle.top);
            QCOMPARE(rectangle.right, rectangle.left + 20);
            QCOMPARE(rectangle.bottom, rectangle.top + 6);
        }
        QVERIFY(strayOf(left, uniformCdf(0, 20)) < kStray);
        QVERIFY(strayOf(top, uniformCdf(0, 24)) < kStray);
    }

    /// sqrt(s) · height × sqrt(t) · width, s, t ~ U(0.25, 0.49): each side has a mean share of
    /// 2/3 (0.49^1.5 - 0.25^1.5) / 0.24 = 0.6056.
    void erasesTheShareThatScaleSays()
    {
        const Config config = ConfigObject{{"scale", ConfigList{0.25, 0.49}}};
        const auto masks = numbersOf(draw("RandomErasing", config, 1'000, {.size = 32}).at("batch_masks"));
        const double share
            = std::accumulate(masks.begin(), masks.end(), 0.0) / static_cast<double>(masks.size());
        QVERIFY2(std::abs(share - 0.6056 * 0.6056) < 0.025, qPrintable(QString::number(share)));
    }

    void fillsWithClippedNoise()
    {
        const auto fill = numbersOf(draw("RandomErasing", ConfigObject{}, 200).at("fill_value"));
        const auto shareOf = [&](double value) {
            return static_cast<double>(std::ranges::count(fill, value))
                / static_cast<double>(fill.size());
        };
        QVERIFY(std::abs(shareOf(0) - 0.5) < 0.02);
        QVERIFY(std::abs(shareOf(255) - (1 - normal(1))) < 0.015);
        const auto [least, most] = std::ranges::minmax(fill);
        QVERIFY(least == 0 && most == 255);

        const Config colour = ConfigObject{{"fill_value", ConfigList{-1.0, 7.0, 300.0}}};
        const auto filled = numbersOf(draw("RandomErasing", colour, 1).at("fill_value"));
        for (std::size_t i = 0; i < filled.size(); ++i)
            QCOMPARE(filled[i], (std::array{0.0, 7.0, 255.0}[i % 3]));
    }

    void sharesOfChainsSumToOne()
    {
        for (std::uint64_t batch = 0; batch < 50; ++batch) {
            const auto shares = numbersOf(
                draw("AugMix", ConfigObject{{"chain_depth", 0}, {"num_chains", 5}}, 1,
                     {.batch = batch})
                    .at("chain_mixing_weights"));
            QCOMPARE(shares.size(), 5u);
            QVERIFY(std::abs(std::accumulate(shares.begin(), shares.end(), -1.0)) < 1e-6);
        }
    }

    void permutationsKeepEveryRow()
    {
        for (const char* name : {"MixUp", "CutMix"}) {
            auto order = numbersOf(draw(name, ConfigObject{}, 37).at("permutation_order"));
            std::ranges::sort(order);
            for (std::size_t i = 0; i < order.size(); ++i)
                QCOMPARE(order[i], static_cast<double>(i));
        }
    }

    /// Each layer of a pipeline draws for itself, for the size that it gets.
    void pipelinesDrawForEveryLayer()
    {
        const auto moved = [] {
            return Config(ConfigObject{
                {"class_name", "RandomTranslation"},
                {"config", ConfigObject{{"height_factor", 0.5}, {"width_factor", 0.5}}}});
        };
        const Config large = ConfigObject{
            {"class_name", "Resizing"}, {"config", ConfigObject{{"height", 600}, {"width", 800}}}};
        const auto drawn
            = draw("Pipeline", ConfigObject{{"layers", ConfigList{moved(), large, moved()}}}, kCount);
        QCOMPARE(drawn.size(), 2u);
        std::vector<double> before, after;
        const auto first = numbersOf(drawn.at("0/translations"));
        const auto last = numbersOf(drawn.at("2/translations"));
        for (std::size_t i = 0; i < kCount; ++i) {
            before.push_back(first[2 * i]);
            after.push_back(last[2 * i]);
        }
        QVERIFY(strayOf(before, uniformCdf(-4, 4)) < kStray);
        QVERIFY(strayOf(after, uniformCdf(-400, 400)) < kStray);
        double product = 0;
        for (std::size_t i = 0; i < kCount; ++i)
            product += before[i] * after[i];
        QVERIFY(std::abs(product / kCount) < 0.05 * 4 * 400 / 3); // not the same numbers
    }
};

LB_TEST(TstGeometryDraws)
#include "tst_geometry_draws.moc"
