#include "core/conform/layer_call.h"
#include "core/conform/numbers.h"
#include "core/kernels/boxes.h"
#include "core/support/json.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>
#include <stdexcept>

using namespace lb;

namespace {

/// Images, masks, boxes and labels of a call; what is null is not given.
struct Given {
    Tensor images, masks, boxes, labels;
};

/// Two images of 4 x 8 pixels; the mask of the first has class 1 in its left half, that of the
/// second everywhere; each has the box [1, 1, 3, 2] and one that stands for none.
Given given()
{
    return {Tensor::make<std::uint8_t>({2, 4, 8, 3},
                                       [](std::span<std::uint8_t> out) {
                                           for (std::size_t i = 0; i < out.size(); ++i)
                                               out[i] = static_cast<std::uint8_t>(i);
                                       }),
            Tensor::make<std::int32_t>({2, 4, 8, 1},
                                       [](std::span<std::int32_t> out) {
                                           for (std::size_t i = 0; i < out.size(); ++i)
                                               out[i] = i >= 32 || i % 8 < 4;
                                       }),
            Tensor::of<float>({2, 2, 4}, {1, 1, 3, 2, -1, -1, -1, -1, 1, 1, 3, 2, 0, 0, 0, 0}),
            Tensor::of<std::int32_t>({2, 2}, {5, -1, 6, -1})};
}

Config parsed(std::string_view json)
{
    return parseJson(json).value();
}

LayerCall annotatedCall(const char* kerasClass, const char* config, const char* transformation = nullptr)
{
    const Given one = given();
    LayerCall call;
    call.layer = ConfigObject{{"class_name", kerasClass}, {"config", parsed(config)}};
    call.inputs = {one.images, one.masks, one.boxes, one.labels};
    call.roles = {Role::Images, Role::SegmentationMasks, Role::Boxes, Role::BoxLabels};
    if (transformation) {
        call.training = true;
        call.transformation = parsed(transformation);
    }
    return call;
}

std::vector<double> numbersIn(const Tensor& tensor)
{
    const Tensor real = converted(tensor, DType::Float64);
    return {real.values<double>().begin(), real.values<double>().end()};
}

} // namespace

/// What belongs to images: masks, boxes in all formats, their labels.
class TstAnnotations : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void everyFormatTellsTheSameBox_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<QList<double>>("numbers");
        const auto row = [](const char* name, QList<double> box) {
            const auto names = kernels::kerasNames(kernels::BoxFormat{});
            const auto found = std::ranges::find(names, std::string_view(name));
            QTest::newRow(name) << static_cast<int>(found - names.begin()) << box;
        };
        // left 2, top 1, right 6, bottom 4 in an image of 10 x 20 pixels (height x width)
        row("xyxy", {2, 1, 6, 4});
        row("yxyx", {1, 2, 4, 6});
        row("xywh", {2, 1, 4, 3});
        row("center_xywh", {4, 2.5, 4, 3});
        row("center_yxhw", {2.5, 4, 3, 4});
        row("rel_xyxy", {0.1, 0.1, 0.3, 0.4});
        row("rel_yxyx", {0.1, 0.1, 0.4, 0.3});
        row("rel_xywh", {0.1, 0.1, 0.2, 0.3});
        row("rel_center_xywh", {0.2, 0.25, 0.2, 0.3});
    }
    void everyFormatTellsTheSameBox()
    {
        QFETCH(int, format);
        QFETCH(QList<double>, numbers);
        const auto told = static_cast<kernels::BoxFormat>(format);
        const kernels::Box<double> box{numbers[0], numbers[1], numbers[2], numbers[3]};
        const kernels::BoxSize<double> size{10, 20};

        const auto corners = kernels::convertedBox(box, told, kernels::BoxFormat::Xyxy, size);
        const auto back = kernels::convertedBox(corners, kernels::BoxFormat::Xyxy, told, size);

        const kernels::Box<double> expected{2, 1, 6, 4};
        for (std::size_t i = 0; i < 4; ++i) {
            QVERIFY(std::abs(corners[i] - expected[i]) < 1e-12);
            QVERIFY(std::abs(back[i] - box[i]) < 1e-12);
        }
    }

    void resizingStretchesBoxesAndKeepsTheDtypeOfMasks()
    {
        const LayerAnswer answer = must(annotatedCall(
            "Resizing", R"({"height": 8, "width": 8, "bounding_box_format": "xyxy"})"));

        QCOMPARE(answer.outputs.size(), 4u);
        QCOMPARE(answer.outputs[1].dtype(), DType::Int32);
        QCOMPARE(answer.outputs[1].shape(), (Shape{2, 8, 8, 1}));
        QCOMPARE(numbersIn(answer.outputs[2]),
                 (std::vector<double>{1, 2, 3, 4, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0}));
        QCOMPARE(numbersIn(answer.outputs[3]), (std::vector<double>{5, -1, 6, -1}));
    }

    void aBoxThatLeavesTheImageLosesItsLabel()
    {
        const LayerAnswer answer
            = must(annotatedCall("RandomTranslation",
                          R"({"height_factor": 0.5, "width_factor": 0.5, "fill_mode": "constant",
                              "bounding_box_format": "xywh"})",
                          R"({"translations": [[7, 0], [6, 1]]})"));

        // as xywh the first box reaches from 1, 1 to 4, 3
        QCOMPARE(numbersIn(answer.outputs[2]),
                 (std::vector<double>{8, 1, 0, 2, 6, 0, -1, 0, 7, 2, 1, 2, 6, 1, 0, 0}));
        QCOMPARE(numbersIn(answer.outputs[3]), (std::vector<double>{-1, -1, 6, -1}));
        const std::vector<double> masks = numbersIn(answer.outputs[1]);
        QCOMPARE(masks[7], 1.0); // seven pixels to the right
        QCOMPARE(masks[6], 0.0);
    }

    void flippedImagesTakeMaskAndBoxAlong()
    {
        const LayerAnswer answer = must(annotatedCall(
            "RandomFlip", R"({"mode": "horizontal", "bounding_box_format": "xyxy"})",
            R"({"flips": [[[[true]]], [[[false]]]]})"));

        const std::vector<double> boxes = numbersIn(answer.outputs[2]);
        QCOMPARE(std::vector<double>(boxes.begin(), boxes.begin() + 4),
                 (std::vector<double>{5, 1, 7, 2}));
        QCOMPARE(std::vector<double>(boxes.begin() + 8, boxes.begin() + 12),
                 (std::vector<double>{1, 1, 3, 2}));
        const std::vector<double> masks = numbersIn(answer.outputs[1]);
        QCOMPARE(masks[0], 0.0);
        QCOMPARE(masks[7], 1.0);
    }

    void aQuarterTurnTurnsBoxes()
    {
        LayerCall call = annotatedCall("RandomRotation", R"({"factor": 1, "bounding_box_format": "xyxy"})",
                                R"({"angle": [90]})");
        call.inputs = {Tensor::make<float>({1, 5, 5, 1}, [](auto) { }),
                       Tensor::of<float>({1, 1, 4}, {0, 1, 1, 3}),
                       Tensor::of<std::int32_t>({1, 1}, {2})};
        call.roles = {Role::Images, Role::Boxes, Role::BoxLabels};

        const LayerAnswer answer = must(call);

        // counter-clockwise about (2, 2): (x, y) comes to (y, 4 - x)
        const std::vector<double> boxes = numbersIn(answer.outputs[1]);
        const std::vector<double> expected{1, 3, 3, 4};
        for (std::size_t i = 0; i < 4; ++i)
            QVERIFY(std::abs(boxes[i] - expected[i]) < 1e-5);
    }

    void oneImageHasBoxesWithoutBatch()
    {
        LayerCall call
            = annotatedCall("CenterCrop", R"({"height": 2, "width": 4, "bounding_box_format": "xyxy"})");
        call.inputs = {Tensor::make<float>({4, 8, 3}, [](auto) { }),
                       Tensor::of<float>({2, 4}, {1, 1, 3, 2, 0, 0, 2, 1}),
                       Tensor::of<std::int32_t>({2}, {3, 4})};
        call.roles = {Role::Images, Role::Boxes, Role::BoxLabels};

        const LayerAnswer answer = must(call);

        QCOMPARE(answer.outputs[1].shape(), (Shape{2, 4})); // the window begins at 2, 1
        QCOMPARE(numbersIn(answer.outputs[1]), (std::vector<double>{0, 0, 1, 1, 0, 0, 0, 0}));
        QCOMPARE(numbersIn(answer.outputs[2]), (std::vector<double>{3, -1}));
    }

    void layersOfColoursLeaveThemAlone()
    {
        const Given one = given();
        const LayerAnswer answer
            = must(annotatedCall("RandomBrightness", R"({"factor": 0.2, "bounding_box_format": "xyxy"})",
                          R"({"rgb_delta": [[[[3]]], [[[3]]]]})"));
        QCOMPARE(numbersIn(answer.outputs[1]), numbersIn(one.masks));
        QCOMPARE(numbersIn(answer.outputs[2]), numbersIn(one.boxes));
        QCOMPARE(numbersIn(answer.outputs[3]), numbersIn(one.labels));
    }

    /// One field of all layers of images: Keras' names, or none.
    void boxesAreToldInAFormatOfKeras()
    {
        int asked = 0;
        for (const LayerType* layer : m_registry.layers()) {
            const auto field
                = std::ranges::find(layer->specs(), "bounding_box_format", &ParamSpec::key);
            if (field == layer->specs().end())
                continue;
            ++asked;
            QCOMPARE(field->choices.size(), std::size_t{9});
            QVERIFY(field->nullable && field->kerasDefault.isNull());
            ConfigObject config = *layer->contractExamples().front().config.as<ConfigObject>();
            config["bounding_box_format"] = "rel_xyxy";
            QVERIFY(layer->check(config).ok());
            config["bounding_box_format"] = "coco";
            const Result<> refused = layer->check(config);
            QVERIFY(!refused.ok());
            QCOMPARE(refused.error().where, std::string("bounding_box_format"));
        }
        QCOMPARE(asked, 31);
    }

    void boxesNeedAFormat_data()
    {
        QTest::addColumn<QByteArray>("config");
        QTest::newRow("missing") << QByteArray(R"({"height": 2, "width": 2})");
        QTest::newRow("null")
            << QByteArray(R"({"height": 2, "width": 2, "bounding_box_format": null})");
        QTest::newRow("unknown")
            << QByteArray(R"({"height": 2, "width": 2, "bounding_box_format": "coco"})");
    }
    void boxesNeedAFormat()
    {
        QFETCH(QByteArray, config);
        const auto answer = answered(annotatedCall("Resizing", config.constData()), m_registry);
        QVERIFY(!answer.ok());
        QCOMPARE(answer.error().code, ErrorCode::BadParameter);
        QCOMPARE(answer.error().where, std::string("bounding_box_format"));
    }

    void whatKerasDoesNotMoveIsRefused_data()
    {
        QTest::addColumn<QByteArray>("layer");
        QTest::newRow("boxes through an elastic transform") << QByteArray("RandomElasticTransform");
        QTest::newRow("CLAHE") << QByteArray("ContrastLimitedAdaptiveHistogramEqualization");
        QTest::newRow("RandomGrayscale") << QByteArray("RandomGrayscale");
        QTest::newRow("no image layer") << QByteArray("Flatten");
    }
    void whatKerasDoesNotMoveIsRefused()
    {
        QFETCH(QByteArray, layer);
        const auto answer = answered(
            annotatedCall(layer.constData(), R"({"bounding_box_format": "xyxy"})"), m_registry);
        QVERIFY(!answer.ok());
        QCOMPARE(answer.error().code, ErrorCode::Unsupported);
    }

    void boxesThatDoNotFitAreRefused()
    {
        LayerCall call
            = annotatedCall("Resizing", R"({"height": 2, "width": 2, "bounding_box_format": "xyxy"})");
        call.inputs[2] = Tensor::make<float>({2, 2, 3}, [](auto) { });
        QCOMPARE(answered(call, m_registry).error().code, ErrorCode::BadShape);
        call.inputs[2] = Tensor::make<float>({3, 2, 4}, [](auto) { });
        QCOMPARE(answered(call, m_registry).error().code, ErrorCode::BadShape);
    }

private:
    LayerAnswer must(const LayerCall& call)
    {
        auto answer = answered(call, m_registry);
        if (!answer.ok())
            throw std::runtime_error(answer.error().where + ": " + english(answer.error().message));
        return std::move(answer.value());
    }

    LayerRegistry m_registry;
};

LB_TEST(TstAnnotations)
#include "tst_annotations.moc"
