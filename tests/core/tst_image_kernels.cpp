#include "core/kernels/resize.h"
#include "core/kernels/rounding.h"
#include "core/kernels/warp.h"
#include "core/kernels/warp_lines.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

using namespace lb::kernels;

/// Warps and resizes a line of five pixels, with numbers worked out by hand.
class TstImageKernels : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void readsBeyondTheBorder_data()
    {
        using Row = std::vector<float>;
        QTest::addColumn<int>("mode");
        QTest::addColumn<int>("sampling");
        QTest::addColumn<float>("shift");
        QTest::addColumn<Row>("expected");
        const auto row
            = [](const char* name, FillMode mode, Sampling sampling, float shift, Row y) {
                  QTest::newRow(name) << static_cast<int>(mode) << static_cast<int>(sampling)
                                      << shift << std::move(y);
              };
        const auto linear = Sampling::Bilinear;
        row("reflect", FillMode::Reflect, linear, 1.5f, {.5f, 0, .5f, 1.5f, 2.5f});
        row("nearest", FillMode::Nearest, linear, 1.5f, {0, 0, .5f, 1.5f, 2.5f});
        row("wrap", FillMode::Wrap, linear, 1.5f, {3.5f, 4, .5f, 1.5f, 2.5f});
        row("constant", FillMode::Constant, linear, 1.5f, {10, 5, .5f, 1.5f, 2.5f});
        row("constant, other side", FillMode::Constant, linear, -1.5f, {1.5f, 2.5f, 3.5f, 7, 10});
        row("reflect, far", FillMode::Reflect, linear, 7, {3, 4, 4, 3, 2});
        // TensorFlow counts its turns in lengths of 4 here and clamps the rest
        row("wrap, a whole turn", FillMode::Wrap, linear, 5, {4, 4, 2, 3, 4});
        row("halves go away from 0", FillMode::Nearest, Sampling::Nearest, .5f, {0, 1, 2, 3, 4});
        row("constant by pixels", FillMode::Constant, Sampling::Nearest, 2, {10, 10, 0, 1, 2});
    }
    void readsBeyondTheBorder()
    {
        QFETCH(int, mode);
        QFETCH(int, sampling);
        QFETCH(float, shift);
        QFETCH(std::vector<float>, expected);
        for (const std::int64_t channels : {1, 2, 3}) { // every loop that is specialised
            const auto image = repeated({0, 1, 2, 3, 4}, channels);
            std::vector<float> out(image.size());

            Warp<float> work{
                image.data(), out.data(), 1, 5, channels, {1, 0, -shift, 0, 1, 0, 0, 0}, 10};
            warp(work, static_cast<FillMode>(mode), static_cast<Sampling>(sampling));

            QCOMPARE(out, repeated(expected, channels));
        }
    }

    void survivesCoordinatesThatAreNone()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const float huge = std::numeric_limits<float>::max();
        const std::vector<float> image{1, 2, 3, 4};
        std::vector<float> out(4);
        for (const float bad : {nan, huge, -huge, std::numeric_limits<float>::infinity()})
            for (const FillMode mode :
                 {FillMode::Reflect, FillMode::Wrap, FillMode::Constant, FillMode::Nearest})
                for (const Sampling sampling : {Sampling::Nearest, Sampling::Bilinear}) {
                    Warp<float> work{
                        image.data(), out.data(), 2, 2, 1, {bad, 0, bad, 0, bad, 0, 0, 0}, 7};
                    warp(work, mode, sampling);
                    QVERIFY(std::ranges::none_of(out, [](float y) { return std::isnan(y); }));
                }
    }

    void fillsBehindTheHorizon()
    {
        const std::vector<float> image{1, 2};
        std::vector<float> out(2);
        Warp<float> work{image.data(), out.data(), 1, 2, 1, {1, 0, 0, 0, 1, 0, -1, 0}, 7};
        warp(work, FillMode::Nearest, Sampling::Bilinear); // k = 1 - x
        QCOMPARE(out, (std::vector<float>{1, 7}));
    }

    void linesAreWhatPixelsAre() // to the last bit
    {
        std::mt19937 chance(1);
        std::uniform_real_distribution<float> one(-1, 1);
        for (int round = 0; round < 400; ++round) {
            const std::int64_t height = 1 + chance() % 9, channels = 1 + chance() % 4;
            const std::int64_t width = round % 40 == 0 ? 300 : 1 + chance() % 40;
            std::vector<float> image(static_cast<std::size_t>(height * width * channels));
            for (float& value : image)
                value = 255 * one(chance);
            const float far = round % 7 == 0 ? 1e4f : 20; // and beyond many images
            Warp<float> work{image.data(), nullptr, height, width, channels, {}, 0};
            for (std::size_t i = 0; i < 6; ++i)
                work.matrix[i] = one(chance) * (i % 3 == 2 ? far : 2);
            for (const FillMode mode : {FillMode::Reflect, FillMode::Wrap, FillMode::Nearest}) {
                std::vector<float> lines(image.size() + 1, 7), pixels = lines;
                work.out = lines.data();
                QVERIFY(warpLines(work, mode));
                work.out = pixels.data();
                warpPixels(work, mode, Sampling::Bilinear);
                QCOMPARE(lines, pixels); // also what stands behind
            }
        }
    }

    void resizesEveryPixelByItsFourNeighbours()
    {
        constexpr std::int64_t height = 5, width = 3;
        std::vector<float> image(height * width * 3);
        std::iota(image.begin(), image.end(), 0.f); // a plane: 9 a line, 3 a pixel, 1 a channel
        const Taps rows = tapsOf(Interpolation::Bilinear, false, height, 10);
        const Taps columns = tapsOf(Interpolation::Bilinear, false, width, 6);
        std::vector<float> out(10 * 6 * 3);

        resizeBilinear(image.data(), width, 3, rows, columns, out.data());

        const auto place = [](std::size_t i, float last) {
            return std::clamp((static_cast<float>(i) + 0.5f) / 2 - 0.5f, 0.f, last);
        };
        for (std::size_t row = 0; row < 10; ++row)
            for (std::size_t column = 0; column < 6; ++column)
                for (std::size_t c = 0; c < 3; ++c)
                    QVERIFY(std::abs(out[(row * 6 + column) * 3 + c]
                                     - (9 * place(row, 4) + 3 * place(column, 2)
                                        + static_cast<float>(c)))
                            < 1e-5f);
    }

    void roundsWhileItResizes()
    {
        const std::vector<float> row{0, 2, 4, 10}; // doubled: 0 .5 1.5 2.5 3.5 5.5 8.5 10
        const Taps one = tapsOf(Interpolation::Bilinear, false, 1, 1);
        const Taps columns = tapsOf(Interpolation::Bilinear, false, 4, 8);
        std::vector<float> out(8);

        resizeBilinearRounded(row.data(), 4, 1, one, columns, out.data());

        QCOMPARE(out, (std::vector<float>{0, 0, 2, 2, 4, 6, 8, 10})); // halves to the even one
    }

    void roundingOnTheWayIsRoundingAfterwards() // to the last bit
    {
        std::mt19937 chance(2);
        for (int round = 0; round < 300; ++round) {
            const std::int64_t height = 1 + chance() % 9, width = 1 + chance() % 40;
            const std::int64_t rows = 1 + chance() % 20, columns = 1 + chance() % 70;
            const std::int64_t channels = 1 + chance() % 4;
            std::vector<float> image(static_cast<std::size_t>(height * width * channels));
            for (float& value : image)
                value = static_cast<float>(chance() % 256);
            const Taps down = tapsOf(Interpolation::Bilinear, false, height, rows);
            const Taps across = tapsOf(Interpolation::Bilinear, false, width, columns);
            const auto size = static_cast<std::size_t>(rows * columns * channels);
            std::vector<float> plain(size), rounded(size + 2, 7);

            resizeBilinear(image.data(), width, channels, down, across, plain.data());
            resizeBilinearRounded(image.data(), width, channels, down, across,
                                  rounded.data() + 1); // at no round address

            roundEven(plain, plain.data());
            QCOMPARE(std::vector(rounded.begin() + 1, rounded.end() - 1), plain);
            QVERIFY(rounded.front() == 7 && rounded.back() == 7); // nothing beside it is touched
        }
    }

    void doublesALine()
    {
        QCOMPARE(resized(Interpolation::Bilinear, {0, 1, 2, 3}, 8),
                 (std::vector<float>{0, .25f, .75f, 1.25f, 1.75f, 2.25f, 2.75f, 3}));
        QCOMPARE(resized(Interpolation::Nearest, {0, 1, 2, 3}, 8),
                 (std::vector<float>{0, 0, 1, 1, 2, 2, 3, 3}));
    }

    void halvesALine()
    {
        QCOMPARE(resized(Interpolation::Area, {0, 1, 2, 3}, 2), (std::vector<float>{.5f, 2.5f}));
        QCOMPARE(resized(Interpolation::Bilinear, {0, 1, 2, 3}, 2),
                 (std::vector<float>{.5f, 2.5f}));
        QCOMPARE(resized(Interpolation::Nearest, {0, 1, 2, 3}, 2), (std::vector<float>{1, 3}));
        // a triangle two pixels wide: (0.75 a + 0.75 b + 0.25 c) / 1.75 at the border
        const auto blurred = resized(Interpolation::Bilinear, {0, 7, 14, 21}, 2, true);
        QVERIFY(std::abs(blurred[0] - 5) < 1e-5f && std::abs(blurred[1] - 16) < 1e-5f);
    }

    void keepsAFlatLineFlat()
    {
        for (int kernel = 0; kernel < 6; ++kernel)
            for (const bool antialias : {false, true})
                for (const std::int64_t to : {1, 3, 4, 11}) {
                    const Taps taps = tapsOf(static_cast<Interpolation>(kernel), antialias, 5, to);
                    QCOMPARE(taps.spans.size(), static_cast<std::size_t>(to));
                    for (const Taps::Span& span : taps.spans) {
                        QVERIFY(span.first >= 0 && span.first + span.count <= 5);
                        const auto first
                            = taps.weights.begin() + static_cast<std::ptrdiff_t>(span.weight);
                        const float sum = std::accumulate(first, first + span.count, 0.f);
                        QVERIFY2(std::abs(sum - 1) < 1e-5f, qPrintable(QString::number(kernel)));
                    }
                }
    }

    void knowsHowFarAKernelOvershoots()
    {
        QCOMPARE(tapsOf(Interpolation::Bilinear, false, 4, 7).gain(), 1.f);
        QVERIFY(tapsOf(Interpolation::Bicubic, false, 4, 8).gain() > 1.1f);
    }

private:
    static std::vector<float> repeated(const std::vector<float>& row, std::int64_t channels)
    {
        std::vector<float> result;
        for (const float value : row)
            result.insert(result.end(), static_cast<std::size_t>(channels), value);
        return result;
    }
    static std::vector<float> resized(Interpolation interpolation, const std::vector<float>& row,
                                      std::int64_t to, bool antialias = false)
    {
        const Taps one = tapsOf(Interpolation::Nearest, false, 1, 1);
        const Taps columns = tapsOf(interpolation, antialias, std::ssize(row), to);
        std::vector<float> out(static_cast<std::size_t>(to));
        if (interpolation == Interpolation::Bilinear && !antialias)
            resizeBilinear(row.data(), std::ssize(row), 1, one, columns, out.data());
        else
            resize(row.data(), std::ssize(row), 1, one, columns, out.data());
        return out;
    }
};

LB_TEST(TstImageKernels)
#include "tst_image_kernels.moc"
