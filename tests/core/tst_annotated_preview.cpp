#include "core/data/folder_boxes.h"
#include "core/data/image_file.h"
#include "core/data/sources.h"
#include "core/graph/groups.h"
#include "core/preview/annotated_picture.h"
#include "core/preview/preview_worker.h"
#include "core/tensor/tensor.h"
#include "tests/core/example_document.h"
#include "tests/core/temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <fstream>

using namespace lb;
using test::Builder;
namespace fs = std::filesystem;

namespace {

/// 6 x 8 pixels, all of one grey.
Tensor greyImage(std::uint8_t grey, std::int64_t channels = 3)
{
    return Tensor::make<std::uint8_t>({6, 8, channels}, [&](std::span<std::uint8_t> out) {
        std::ranges::fill(out, grey);
    });
}

/// Class 2 in the left half.
Tensor halfMask()
{
    return Tensor::make<std::uint8_t>({6, 8, 1}, [](std::span<std::uint8_t> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = i % 8 < 4 ? 2 : 0;
    });
}

ImageAnnotations halfMaskAndBox()
{
    return {halfMask(), Tensor::of<float>({1, 4}, {1, 2, 3, 4}),
            Tensor::of<std::int32_t>({1}, {7})};
}

void writePng(const fs::path& path, const Tensor& image)
{
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << encodePng(image).value();
}

void writeText(const fs::path& path, std::string_view text)
{
    std::ofstream(path, std::ios::binary) << text;
}

/// A folder with two classes of one image each, and what belongs to the first.
struct ExampleFolder {
    ExampleFolder()
    {
        writePng(folder.path() / "cat/1.png", greyImage(10));
        writePng(folder.path() / "cat/1.mask.png", halfMask());
        writePng(folder.path() / "dog/2.png", greyImage(20));
    }
    void boxes(std::string_view text) { writeText(folder.path() / "boxes.csv", text); }
    Result<SourceHandle> open() { return imageFolder(folder.path()); }

    TemporaryFolder folder;
};

std::vector<double> valuesOf(const std::optional<Tensor>& tensor)
{
    std::vector<double> result;
    if (tensor && tensor->dtype() == DType::Float32)
        result.assign(tensor->values<float>().begin(), tensor->values<float>().end());
    else if (tensor && tensor->dtype() == DType::Int32)
        result.assign(tensor->values<std::int32_t>().begin(), tensor->values<std::int32_t>().end());
    else if (tensor && tensor->dtype() == DType::UInt8)
        result.assign(tensor->values<std::uint8_t>().begin(), tensor->values<std::uint8_t>().end());
    return result;
}

} // namespace

/// Masks and boxes from a folder of images into pictures.
class TstAnnotatedPreview : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void aFolderGivesMasksAndBoxes()
    {
        ExampleFolder example;
        example.boxes("label,image,left,top,right,bottom\n"
                      "wheel,dog/2.png,1,2,3,4.5\n"
                      "door,cat/1.png,0,0,8,6\n"
                      "door,dog/2.png,5,1,7,2\n");

        const auto source = Builder::must(example.open());

        QCOMPARE(source->size(), 2); // the mask is no image
        QCOMPARE(source->boxNames(), (std::vector<std::string>{"door", "wheel"}));
        const ImageAnnotations cat = Builder::must(source->annotations(0));
        const ImageAnnotations dog = Builder::must(source->annotations(1));
        QVERIFY(cat.mask && cat.mask->shape() == (Shape{6, 8, 1}));
        QCOMPARE(cat.mask->values<std::uint8_t>()[3], std::uint8_t{2});
        QCOMPARE(cat.mask->values<std::uint8_t>()[4], std::uint8_t{0});
        QVERIFY(!dog.mask);
        QCOMPARE(valuesOf(dog.boxes), (std::vector<double>{1, 2, 3, 4.5, 5, 1, 7, 2}));
        QCOMPARE(valuesOf(dog.labels), (std::vector<double>{1, 0}));
        QVERIFY(source->unreadable().empty());
    }

    void aFolderWithoutThemHasNone()
    {
        ExampleFolder example;
        const auto source = Builder::must(example.open());
        QVERIFY(source->boxNames().empty());
        QVERIFY(!Builder::must(source->annotations(1)).any());
    }

    void boxesBelongToTheDataHash()
    {
        ExampleFolder example;
        const std::string without = Builder::must(example.open())->dataHash();
        example.boxes("image,left,top,right,bottom,label\ncat/1.png,0,0,1,1,0\n");
        QVERIFY(Builder::must(example.open())->dataHash() != without);
    }

    void badBoxesNameTheLine_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("where");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("no number") << QByteArray("image,left,top,right,bottom,label\n"
                                                 "cat/1.png,0,0,1,1,0\ncat/1.png,0,x,1,1,0\n")
                                   << QByteArray("boxes.csv:3") << QByteArray("top");
        QTest::newRow("a size in place of an edge")
            << QByteArray("image,left,top,right,bottom,label\ncat/1.png,5,0,3,1,0\n")
            << QByteArray("boxes.csv:2") << QByteArray("before it begins");
        QTest::newRow("a column is missing")
            << QByteArray("image,left,top,width,height,label\ncat/1.png,5,0,3,1,0\n")
            << QByteArray("boxes.csv") << QByteArray("right");
        QTest::newRow("a label below zero")
            << QByteArray("image,left,top,right,bottom,label\ncat/1.png,0,0,3,1,-4\n")
            << QByteArray("boxes.csv:2") << QByteArray("-4");
    }
    void badBoxesNameTheLine()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, where);
        QFETCH(QByteArray, reason);
        ExampleFolder example;
        example.boxes(text.toStdString());

        const auto source = example.open();

        QVERIFY(!source.ok());
        QVERIFY2(source.error().where.ends_with(where.toStdString()), source.error().where.c_str());
        const std::string message = english(source.error().message);
        QVERIFY2(message.find(reason.toStdString()) != std::string::npos, message.c_str());
    }

    void boxesOfNoImageAreTold()
    {
        ExampleFolder example;
        example.boxes("image,left,top,right,bottom,label\ncow/3.png,0,0,1,1,0\n");
        const auto source = Builder::must(example.open());
        QCOMPARE(source->unreadable().size(), 1u);
        QVERIFY(english(source->unreadable()[0].message).find("cow/3.png") != std::string::npos);
    }

    void aMaskOfAnotherSizeIsRefused()
    {
        ExampleFolder example;
        writePng(example.folder.path() / "dog/2.mask.png",
                 Tensor::make<std::uint8_t>({3, 3, 1}, [](auto) { }));
        const auto source = Builder::must(example.open());
        const auto annotations = source->annotations(1);
        QVERIFY(!annotations.ok());
        QCOMPARE(annotations.error().code, ErrorCode::BadShape);
        QVERIFY(annotations.error().where.ends_with("2.mask.png"));
    }

    void masksAndBoxesMoveThroughTheGraph()
    {
        Builder builder;
        const NodeId source = builder.source();
        const NodeId resizing = builder.after(
            source, "Resizing", ConfigObject{{"height", 12}, {"width", 8}}, Stage::Pipeline);
        const NodeId flip = builder.after(
            resizing, "RandomFlip", ConfigObject{{"mode", "horizontal"}}, Stage::Pipeline);
        const NodeId rescaling = builder.after(
            flip, "Rescaling", ConfigObject{{"scale", 1.0 / 255}}, Stage::Pipeline);
        const NodeId flatten = builder.after(rescaling, "Flatten");

        const PreviewRun run = everyNode(builder, halfMaskAndBox());

        const NodeValue& first = at(run, source);
        QCOMPARE(valuesOf(first.annotations.boxes), (std::vector<double>{1, 2, 3, 4}));
        const NodeValue& resized = at(run, resizing);
        QCOMPARE(valuesOf(resized.annotations.boxes), (std::vector<double>{1, 4, 3, 8}));
        QCOMPARE(resized.annotations.mask->shape(), (Shape{12, 8, 1}));
        const NodeValue& flipped = at(run, flip);
        const std::vector<double> box = valuesOf(flipped.annotations.boxes);
        const bool turned = flipped.annotations.mask->values<float>()[0] == 0;
        QCOMPARE(box, turned ? (std::vector<double>{5, 4, 7, 8}) : (std::vector<double>{1, 4, 3, 8}));
        QCOMPARE(valuesOf(at(run, rescaling).annotations.boxes), box);
        QVERIFY(!at(run, flatten).annotations.any()); // no picture any more
    }

    void theSourceShowsItsOwn()
    {
        Builder builder;
        const NodeId source = builder.source();
        const PreviewRun run = runOf(builder, source, PreviewScope::UpToHere, halfMaskAndBox());
        QCOMPARE(valuesOf(at(run, source).annotations.boxes), (std::vector<double>{1, 2, 3, 4}));
        QVERIFY(at(run, source).annotations.mask);
    }

    void theyGoPastLayersOfAPipelineThatDoNotMoveThem()
    {
        Builder builder;
        const NodeId source = builder.source();
        const auto layer = [](const char* kerasClass, ConfigObject config) {
            return Config(ConfigObject{{"class_name", kerasClass}, {"config", std::move(config)}});
        };
        const NodeId pipeline = builder.after(
            source, "Pipeline",
            ConfigObject{{"layers",
                          ConfigList{layer("Rescaling", {{"scale", 0.5}}),
                                     layer("Resizing", {{"height", 3}, {"width", 4}}),
                                     layer("RandomGrayscale", {{"factor", 1.0}})}}},
            Stage::Pipeline);
        const PreviewRun run = everyNode(builder, halfMaskAndBox());
        QCOMPARE(valuesOf(at(run, pipeline).annotations.boxes),
                 (std::vector<double>{0.5, 1, 1.5, 2}));
    }

    void aGroupByChanceTakesThemWithTheSamplesItChose_data()
    {
        QTest::addColumn<QByteArray>("how");
        QTest::addColumn<double>("probability");
        QTest::addColumn<double>("shift");
        QTest::newRow("always") << QByteArray("always") << 0.0 << 2.0;
        QTest::newRow("sometimes, taken") << QByteArray("sometimes") << 1.0 << 2.0;
        QTest::newRow("sometimes, not taken") << QByteArray("sometimes") << 0.0 << 0.0;
        QTest::newRow("one of one") << QByteArray("one_of") << 0.0 << 2.0;
    }
    void aGroupByChanceTakesThemWithTheSamplesItChose()
    {
        QFETCH(QByteArray, how);
        QFETCH(double, probability);
        QFETCH(double, shift);
        Builder builder;
        const NodeId source = builder.source();
        const ConfigObject right{{"height_factor", ConfigList{0.0, 0.0}},
                                 {"width_factor", ConfigList{0.25, 0.25}},
                                 {"fill_mode", "constant"}};
        const NodeId moved = builder.after(source, "RandomTranslation", right, Stage::Pipeline);
        auto made = Builder::must(edits::makeGroup(builder.document, std::array{moved}, "moving"));
        builder.document = std::move(made.document);
        for (const auto& [key, value] :
             {std::pair{"apply", Config(how.constData())}, std::pair{"probability", Config(probability)}})
            builder.document
                = Builder::must(edits::setCall(builder.document, made.node, key, value));

        const PreviewRun run = everyNode(builder, halfMaskAndBox());

        const ImageAnnotations& there = at(run, made.node).annotations;
        QCOMPARE(valuesOf(there.boxes), (std::vector<double>{1 + shift, 2, 3 + shift, 4}));
        QVERIFY(there.mask);
        QCOMPARE(valuesOf(there.mask)[5], shift > 0 ? 2.0 : 0.0); // class 2 was at 0 .. 3
    }

    void aLayerThatCannotMoveBoxesEndsThem()
    {
        Builder builder;
        const NodeId source = builder.source();
        const NodeId elastic = builder.after(source, "RandomElasticTransform", ConfigObject{},
                                             Stage::Pipeline);
        const PreviewRun run = everyNode(builder, halfMaskAndBox());
        QVERIFY(at(run, source).annotations.any());
        QVERIFY(!at(run, elastic).annotations.any());
    }

    void picturesShowThem()
    {
        const PreviewSample sample = previewSample("a", greyImage(100), 1, halfMaskAndBox());
        PictureOptions options;
        const Picture plain = pictureOf(sample.image, sample.range, options);

        const Picture picture = pictureOf(sample, options);

        const Rgb tint = classColor(2);
        for (std::size_t c = 0; c < 3; ++c) {
            const int expected = (100 + tint[c]) / 2;
            QVERIFY(std::abs(picture.rgb[c] - expected) <= 1); // left: class 2
            QCOMPARE(picture.rgb[3 * 7 + c], plain.rgb[3 * 7 + c]); // right: none
        }
        QCOMPARE(picture.boxes.size(), 1u);
        QCOMPARE(picture.boxes[0].left, 1 / 8.0);
        QCOMPARE(picture.boxes[0].bottom, 4 / 6.0);
        QCOMPARE(picture.boxes[0].color, classColor(7));

        Picture framed = picture;
        drawFrames(framed);
        const Rgb corner{framed.rgb[3 * (2 * 8 + 1)], framed.rgb[3 * (2 * 8 + 1) + 1],
                         framed.rgb[3 * (2 * 8 + 1) + 2]};
        QCOMPARE(corner, classColor(7)); // row 2, column 1
        QCOMPARE(framed.rgb[0], picture.rgb[0]);
    }

    void boxesThatAreNoneAreNotShown()
    {
        ImageAnnotations annotations;
        annotations.boxes = Tensor::of<float>({3, 4}, {1, 1, 2, 2, 3, 3, 3, 4, 1, 1, 4, 4});
        annotations.labels = Tensor::of<std::int32_t>({3}, {-1, 2, 3});
        const Picture picture
            = pictureOf(previewSample("a", greyImage(1), 1, annotations), PictureOptions{});
        QCOMPARE(picture.boxes.size(), 1u); // dropped, empty, there
        QCOMPARE(picture.boxes[0].color, classColor(3));
    }

    void aSampleOfTheModelsSizeTakesThemAlong()
    {
        const PreviewSample sample = previewSample("a", greyImage(1), 1, halfMaskAndBox());
        const PreviewSample smaller = resizedSample(sample, 3, 4);
        QCOMPARE(valuesOf(smaller.annotations.boxes), (std::vector<double>{0.5, 1, 1.5, 2}));
        QCOMPARE(smaller.annotations.mask->shape(), (Shape{3, 4, 1}));
        QCOMPARE(smaller.annotations.mask->values<std::uint8_t>()[1], std::uint8_t{2});
        QCOMPARE(smaller.annotations.mask->values<std::uint8_t>()[2], std::uint8_t{0});
    }

private:
    PreviewRun everyNode(const Builder& builder, const ImageAnnotations& annotations) const
    {
        return runOf(builder, {}, PreviewScope::EveryNode, annotations);
    }
    PreviewRun runOf(const Builder& builder, NodeId node, PreviewScope scope,
                     const ImageAnnotations& annotations) const
    {
        PreviewTask task;
        task.target = previewTarget({std::make_shared<const Document>(builder.document), node,
                                     scope, Phase::Training},
                                    m_registry);
        task.sample = std::make_shared<const PreviewSample>(
            previewSample("a", greyImage(100), 1, annotations));
        return Builder::must(PreviewEngine(m_registry).run(task));
    }
    static const NodeValue& at(const PreviewRun& run, NodeId node)
    {
        const auto found = std::ranges::find(run.values, node, &NodeValue::node);
        if (found == run.values.end())
            throw std::runtime_error("the node has no value");
        return *found;
    }

    LayerRegistry m_registry;
};

LB_TEST(TstAnnotatedPreview)
#include "tst_annotated_preview.moc"
