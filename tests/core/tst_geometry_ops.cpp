#include "core/kernels/elastic.h"
#include "core/layers/emitter.h"
#include "core/ops/interpreter.h"
#include "core/ops/ops.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace lb;

namespace {

using Numbers = std::vector<float>;

/// What `op` makes of inputs of those shapes and numbers.
Numbers made(const Op& op, const ConfigObject& args, const std::vector<Shape>& shapes,
             const std::vector<Numbers>& numbers, DType dtype = DType::Float32)
{
    std::vector<Spec> specs;
    for (const Shape& shape : shapes)
        specs.push_back({dtype, shape, {}});
    Emitter emitter(specs, Phase::Training);
    std::vector<ValueRef> inputs;
    for (std::size_t i = 0; i < shapes.size(); ++i)
        inputs.push_back(emitter.input(i));
    const ValueRef y = emitter.op(op, inputs, args);
    const OpGraph graph = std::move(emitter).finish({y}).value();
    Interpreter<float> run(graph);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        std::ranges::copy(numbers[i], run.value(graph.inputs[i]).begin());
    run.forward();
    const auto out = run.value(graph.outputs[0]);
    return {out.begin(), out.end()};
}

} // namespace

/// The ops and loops under layers that crop, bend and mix, with numbers worked out by hand.
class TstGeometryOps : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void cutsWhereItIsTold()
    {
        const Numbers image{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}; // 3 x 4
        const ConfigObject args{{"height", 2}, {"width", 2}};
        const auto cut = [&](float row, float column) {
            return made(ops::cropAt(), args, {{1, 3, 4, 1}, {2}}, {image, {row, column}});
        };
        QCOMPARE(cut(1, 2), (Numbers{6, 7, 10, 11}));
        QCOMPARE(cut(0, 0), (Numbers{0, 1, 4, 5}));
        QCOMPARE(cut(9, -3), (Numbers{4, 5, 8, 9})); // moved inside
        QCOMPARE(cut(std::numeric_limits<float>::quiet_NaN(), 1), (Numbers{1, 2, 5, 6}));
    }

    void resizesBytesToBytes()
    {
        const auto args = [](bool antialias, bool bytes) {
            return ConfigObject{{"height", 5},
                                {"width", 7},
                                {"interpolation", "bilinear"},
                                {"antialias", antialias},
                                {"bytes", bytes}};
        };
        for (const std::int64_t batch : {1, 3})
            for (const std::int64_t channels : {1, 3, 4})
                for (const Shape& size : {Shape{3, 4}, Shape{11, 9}, Shape{5, 7}})
                    for (const bool antialias : {false, true}) {
                        const Shape shape{batch, size[0], size[1], channels};
                        Numbers image;
                        for (std::int64_t i = 0; i < elementCount(shape); ++i)
                            image.push_back(static_cast<float>(i * 89 % 256));
                        Numbers expected = made(ops::resize(), args(antialias, false), {shape}, {image});
                        for (float& value : expected)
                            value = std::nearbyint(value);

                        QCOMPARE(made(ops::resize(), args(antialias, true), {shape}, {image},
                                      DType::UInt8),
                                 expected);
                    }
        const Config config(args(false, true));
        const Spec bytes{DType::UInt8, {1, kUnknown, 4, 3}, ValueRange::declared(0, 255)};
        const Spec y = ops::resize().infer({std::span(&bytes, 1), config}).value();
        QCOMPARE(y.dtype, DType::UInt8);
        QCOMPARE(y.shape, (Shape{1, 5, 7, 3}));
        QCOMPARE(y.range.most, 255.0);
    }

    void takesAndMixesRows()
    {
        const std::vector<Shape> shapes{{3, 2}, {3}, {3}};
        const Numbers x{1, 2, 30, 40, 500, 600};
        QCOMPARE(made(ops::takeRows(), {}, {{3, 2}, {3}}, {x, {2, 0, 1}}),
                 (Numbers{500, 600, 1, 2, 30, 40}));
        QCOMPARE(made(ops::takeRows(), {}, {{3, 2}, {3}}, {x, {7, -1, 1}}), // moved inside
                 (Numbers{500, 600, 1, 2, 30, 40}));
        QCOMPARE(made(ops::mixRows(), {}, shapes, {x, {1, 2, 0}, {0.5f, 1, 0.25f}}),
                 (Numbers{15.5f, 21, 30, 40, 125.75f, 151.5f}));
    }

    void choosesRowsByFlags()
    {
        const Numbers a{1, 2, 3, 4};
        const Numbers b{10, 20, 30, 40};
        QCOMPARE(made(ops::chooseRows(), {}, {{2}, {2, 2}, {2, 2}}, {{0, 1}, a, b}),
                 (Numbers{10, 20, 3, 4}));
        QCOMPARE(made(ops::chooseRows(), {}, {{1}, {2, 2}, {2, 2}}, {{1}, a, b}), a);
    }

    void picksOneOfSeveral()
    {
        const auto picked = [](int slot) {
            return made(ops::pick(), {{"slot", slot}}, {{4}, {2}, {2}, {2}},
                        {{2, 0, 9, -1}, {1, 1}, {2, 2}, {3, 3}})[0];
        };
        QCOMPARE(picked(0), 3.f);
        QCOMPARE(picked(1), 1.f);
        QCOMPARE(picked(2), 3.f); // beyond the last one: the last one
        QCOMPARE(picked(3), 1.f);
    }

    void mixesChains()
    {
        QCOMPARE(made(ops::mixChains(), {}, {{2}, {}, {2}, {2}, {2}},
                      {{8, 80}, {0.25f}, {0.5f, 0.5f}, {4, 4}, {0, 20}}),
                 (Numbers{2 + 0.75f * 2, 20 + 0.75f * 12}));
        QCOMPARE(made(ops::mixChains(), {}, {{2}, {}, {0}}, {{8, 80}, {0.25f}, {}}),
                 (Numbers{2, 20})); // no chains: the rest is missing, as in Keras
    }

    void fitsRows()
    {
        const Numbers x{1, 2, 3, 4};
        const auto fitted = [&](int count) {
            return made(ops::fitRows(), {{"count", count}, {"fill_value", -1}}, {{2, 2, 1}}, {x});
        };
        QCOMPARE(fitted(3), (Numbers{1, 2, -1, 3, 4, -1}));
        QCOMPARE(fitted(1), (Numbers{1, 3}));
        QCOMPARE(fitted(0), Numbers{});
    }

    void takesCornersBack() // a map that only makes the image wider
    {
        const auto map = made(ops::perspectiveMatrix(), {}, {{1, 4, 2}, {1, 3, 5, 1}},
                              {{0, 0, 8, 0, 0, 2, 8, 2}, Numbers(15)});
        const Numbers expected{0.5f, 0, 0, 0, 1, 0, 0, 0};
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY2(std::abs(map[i] - expected[i]) < 1e-6f, qPrintable(QString::number(map[i])));
    }

    /// Keras' indices beyond the border, which differ from those of its warps.
    void bendsBeyondTheBorder_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<int>("sampling");
        QTest::addColumn<float>("shift");
        QTest::addColumn<Numbers>("expected");
        using namespace kernels;
        const auto row
            = [](const char* name, FillMode mode, Sampling sampling, float shift, Numbers y) {
                  QTest::newRow(name) << static_cast<int>(mode) << static_cast<int>(sampling)
                                      << shift << std::move(y);
              };
        const auto nearest = Sampling::Nearest;
        row("reflect, in front: about the pixel", FillMode::Reflect, nearest, -2, {2, 1, 0, 1, 2});
        row("reflect, behind: about the end", FillMode::Reflect, nearest, 2, {2, 3, 4, 4, 3});
        row("wrap", FillMode::Wrap, nearest, -2, {3, 4, 0, 1, 2});
        row("wrap, several turns", FillMode::Wrap, nearest, 12, {2, 3, 4, 0, 1});
        row("nearest", FillMode::Nearest, nearest, 3, {3, 4, 4, 4, 4});
        row("constant", FillMode::Constant, nearest, 2, {2, 3, 4, 10, 10});
        row("halves go to the even pixel", FillMode::Nearest, nearest, .5f, {0, 2, 2, 4, 4});
        row("between", FillMode::Nearest, Sampling::Bilinear, .25f, {.25f, 1.25f, 2.25f, 3.25f, 4});
        row("between, filled", FillMode::Constant, Sampling::Bilinear, .5f,
            {.5f, 1.5f, 2.5f, 3.5f, 7});
    }
    void bendsBeyondTheBorder()
    {
        QFETCH(int, mode);
        QFETCH(int, sampling);
        QFETCH(float, shift);
        QFETCH(Numbers, expected);
        // every pixel moves down as well: rows are alike, so that only columns count
        Numbers image, out(25), moves(25, shift);
        for (int row = 0; row < 5; ++row)
            for (int column = 0; column < 5; ++column)
                image.push_back(static_cast<float>(column));

        kernels::displaced<float>({image.data(), moves.data(), out.data(), 5, 5, 1, 10},
                                  static_cast<kernels::FillMode>(mode),
                                  static_cast<kernels::Sampling>(sampling));

        if (static_cast<kernels::FillMode>(mode) != kernels::FillMode::Constant)
            for (std::size_t i = 0; i < out.size(); ++i)
                QCOMPARE(out[i], expected[i % 5]);
        else
            for (std::size_t i = 0; i < 5; ++i)
                QCOMPARE(out[i], expected[i]); // the first row stays inside
    }

    void survivesShiftsThatAreNone()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const Numbers image{1, 2, 3, 4};
        Numbers out(4);
        for (const float bad : {nan, std::numeric_limits<float>::max(),
                                -std::numeric_limits<float>::infinity()})
            for (const auto mode : {kernels::FillMode::Reflect, kernels::FillMode::Wrap,
                                    kernels::FillMode::Constant, kernels::FillMode::Nearest})
                for (const auto sampling :
                     {kernels::Sampling::Nearest, kernels::Sampling::Bilinear}) {
                    const Numbers moves(4, bad);
                    kernels::displaced<float>({image.data(), moves.data(), out.data(), 2, 2, 1, 7},
                                              mode, sampling); // reads inside: ASan looks on
                }
    }

    void blursWithZerosAround()
    {
        Numbers plane{0, 0, 0, 0, 1, 0, 0, 0, 0};

        kernels::blurred<float>(plane, 3, 3, 3, 1);

        const float side = std::exp(-0.5f) / (1 + 2 * std::exp(-0.5f));
        const float middle = 1 / (1 + 2 * std::exp(-0.5f));
        for (const std::size_t corner : {0u, 2u, 6u, 8u})
            QVERIFY(std::abs(plane[corner] - side * side) < 1e-6f);
        QVERIFY(std::abs(plane[1] - side * middle) < 1e-6f);
        QVERIFY(std::abs(plane[4] - middle * middle) < 1e-6f);
    }
};

LB_TEST(TstGeometryOps)
#include "tst_geometry_ops.moc"
