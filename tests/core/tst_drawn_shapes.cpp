#include "core/data/sources.h"
#include "core/support/sha256.h"
#include "tests/support/lb_test.h"

#include <QTest>
#include <cmath>

using namespace lb;

namespace {

constexpr std::size_t kPixels = 32 * 32 * 3;
constexpr std::size_t kClasses = 10;

/// Pixels as -1..1 and labels of a whole source.
struct Set {
    std::vector<std::array<float, kPixels>> x;
    std::vector<std::size_t> y;
};

Set load(const Source& source)
{
    Set set;
    for (std::int64_t i = 0; i < source.size(); ++i) {
        const Tensor image = source.image(i).value();
        auto& x = set.x.emplace_back();
        std::ranges::transform(image.values<std::uint8_t>(), x.begin(), [](std::uint8_t value) {
            return static_cast<float>(value) / 127.5f - 1;
        });
        set.y.push_back(static_cast<std::size_t>(source.label(i)));
    }
    return set;
}

/// Multinomial logistic regression, trained by plain gradient steps on one picture each.
class SoftmaxRegression {
public:
    std::array<float, kClasses> logits(const std::array<float, kPixels>& x) const
    {
        std::array<float, kClasses> z = m_bias;
        for (std::size_t i = 0; i < kPixels; ++i)
            for (std::size_t k = 0; k < kClasses; ++k)
                z[k] += x[i] * m_weights[i][k];
        return z;
    }
    void learn(const std::array<float, kPixels>& x, std::size_t label, float rate)
    {
        std::array<float, kClasses> p = logits(x);
        const float most = *std::ranges::max_element(p);
        float sum = 0;
        for (float& each : p)
            sum += each = std::exp(each - most);
        for (std::size_t k = 0; k < kClasses; ++k) {
            p[k] = rate * (p[k] / sum - (k == label ? 1.f : 0.f));
            m_bias[k] -= p[k];
        }
        for (std::size_t i = 0; i < kPixels; ++i)
            for (std::size_t k = 0; k < kClasses; ++k)
                m_weights[i][k] -= x[i] * p[k];
    }
    double accuracy(const Set& set) const
    {
        int right = 0;
        for (std::size_t i = 0; i < set.x.size(); ++i) {
            const auto z = logits(set.x[i]);
            const auto best = static_cast<std::size_t>(std::ranges::max_element(z) - z.begin());
            right += best == set.y[i];
        }
        return right / static_cast<double>(set.x.size());
    }

private:
    std::array<std::array<float, kClasses>, kPixels> m_weights{};
    std::array<float, kClasses> m_bias{};
};

} // namespace

class TstDrawnShapes : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void hasTenClassesInEqualParts()
    {
        const SourceHandle source = drawnShapes(200, 1);

        QCOMPARE(source->size(), 200);
        QCOMPARE(std::ssize(source->classNames()), 10);
        QCOMPARE(text(source->imageSpec()), std::string("uint8 [32, 32, 3] 0..255"));
        QVERIFY((classCounts(*source).counts == std::vector<std::int64_t>(10, 20)));
    }

    void pictureDependsOnSeedAndIndexOnly()
    {
        const Tensor picture = drawnShapes(1'000, 7)->image(123).value();

        QVERIFY(drawnShapes(200, 7)->image(123).value() == picture);
        QVERIFY(!(drawnShapes(1'000, 8)->image(123).value() == picture));
        QVERIFY(!(drawnShapes(1'000, 7)->image(133).value() == picture)); // the same class
        QVERIFY(drawnShapes(5, 7)->dataHash() != drawnShapes(5, 8)->dataHash());
        QVERIFY(drawnShapes(5, 7)->dataHash() != drawnShapes(6, 7)->dataHash());
    }

    void everyPictureHasContrast()
    {
        const SourceHandle source = drawnShapes(500, 3);
        for (std::int64_t i = 0; i < source->size(); ++i) {
            const Tensor image = source->image(i).value();
            const auto values = image.values<std::uint8_t>();
            double sum = 0, squares = 0;
            for (std::size_t p = 0; p < values.size(); p += 3) {
                const double grey
                    = 0.299 * values[p] + 0.587 * values[p + 1] + 0.114 * values[p + 2];
                sum += grey;
                squares += grey * grey;
            }
            const double mean = sum / 1'024;
            QVERIFY2(std::sqrt(squares / 1'024 - mean * mean) > 10, std::to_string(i).c_str());
        }
    }

    /// The pixels alone must not give the class away, or the example would show nothing.
    void softmaxRegressionStaysBelow60Percent()
    {
        const Set training = load(*drawnShapes(4'000, 1));
        const Set validation = load(*drawnShapes(1'000, 99));
        SoftmaxRegression model;
        double best = 0;

        for (int epoch = 0; epoch < 10; ++epoch) {
            for (std::size_t i = 0; i < training.x.size(); ++i) {
                const std::size_t at = i * 1'237 % training.x.size(); // every one, in another order
                model.learn(training.x[at], training.y[at], 2e-4f);
            }
            best = std::max(best, model.accuracy(validation));
        }

        QVERIFY2(model.accuracy(training) > 0.15, "it learned nothing at all");
        QVERIFY2(best > 0.1, std::to_string(best).c_str());
        QVERIFY2(best < 0.6, std::to_string(best).c_str());
    }
};

LB_TEST(TstDrawnShapes)
#include "tst_drawn_shapes.moc"
