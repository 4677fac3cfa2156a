#include "tests/widgets/looks.h"
#include "widgets/export/export_strip.h"
#include "widgets/export/export_view.h"
#include "widgets/export/parity_table.h"
#include "widgets/support/code_box.h"

#include "core/data/sources.h"
#include "tests/support/chooser.h"
#include "tests/support/lb_test.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace lb {
namespace {

ExportReport planned()
{
    ExportReport report;
    report.inputs
        = {{"image", {DType::UInt8, {kUnknown, 32, 32, 3}, ValueRange::declared(0, 255)}}};
    report.output = {DType::Float32, {kUnknown, 10}, ValueRange::proven(0, 1)};
    report.labels = {"circle", "square", "triangle", "star",  "cross",
                     "ring",   "heart",  "moon",     "arrow", "hourglass"};
    report.notes = {{LB_TR("Note", "Untrained: the weights are the seeded initial ones.")}};
    const SourceHandle source = drawnShapes(8, 1);
    for (int i = 0; i < 8; ++i) {
        ExportReport::Sample sample;
        sample.name = "drawn " + std::to_string(i);
        sample.label = sample.predicted = report.labels[static_cast<std::size_t>(i)];
        sample.probability = 0.9 - 0.05 * i;
        sample.inputs = {source->image(i).value()};
        report.samples.push_back(sample);
    }
    return report;
}

ExportReport checked(bool withOnnx)
{
    ExportReport report = planned();
    for (std::size_t i = 0; i < report.samples.size(); ++i) {
        report.samples[i].keras = 1e-7 * static_cast<double>(i);
        if (withOnnx)
            report.samples[i].onnx = 3e-6 * static_cast<double>(i);
    }
    report.files = {{"model.keras", 1'500'000, "aa"},
                    {"model.onnx", 1'400'000, "bb"},
                    {"samples/0.npy", 3'200, "cc"},
                    {"samples/1.npy", 3'200, "dd"},
                    {"manifest.json", 4'000, "ee"}};
    return report;
}

ExportReport sentences()
{
    ExportReport report = planned();
    report.inputs = {{"text", {DType::String, {kUnknown, 1}, {}}}};
    report.output = {DType::Float32, {kUnknown, 2}, ValueRange::proven(0, 1)};
    report.labels = {"news", "sport"};
    report.samples.resize(2);
    report.samples[0].inputs = {Tensor::of<std::string>({1, 1}, {"The \"rocket\" rose"})};
    report.samples[1].inputs
        = {Tensor::of<std::string>({1, 1}, {"A team that won every match of a long season wins"})};
    for (ExportReport::Sample& sample : report.samples)
        sample.predicted = "news";
    return report;
}

ExportReport rows()
{
    ExportReport report = sentences();
    report.inputs = {{"sex", {DType::String, {kUnknown, 1}, {}}},
                     {"age", {DType::Float32, {kUnknown, 1}, {}}}};
    for (ExportReport::Sample& sample : report.samples)
        sample.inputs = {Tensor::of<std::string>({1, 1}, {"male"}), Tensor::of<float>({1, 1}, {22.5F})};
    return report;
}

std::vector<ExportStep> steps()
{
    return {{"Source", "Source", "shapes", false},
            {"RandomFlip", "RandomFlip", "flip", true},
            {"RandomRotation", "RandomRotation", "rotate", true},
            {"Rescaling", "Rescaling", "rescale", false},
            {"Conv2D", "Conv2D", "conv", false},
            {"Dropout", "Dropout", "dropout", true},
            {"Dense", "Dense", "dense", false},
            {"Output", "Output", "target", false}};
}

QString visibleCode(const ExportView& view)
{
    QString code;
    for (const CodeBox* box : view.findChildren<CodeBox*>())
        if (!box->isHidden())
            code += box->code();
    return code;
}

class TestExportView : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
    }

    void tellsWhatGoesInAndWhatIsLeftOut()
    {
        ExportView view;
        view.resize(1600, 880);
        view.show();

        view.setPlan(planned(), steps(), "shapes, run 2, epoch 5");

        const QString text = allText(view);
        QVERIFY(text.contains("8 nodes, 3 left out"));
        QVERIFY(text.contains("(N, 32, 32, 3)"));
        QVERIFY(text.contains("uint8"));
        QVERIFY(text.contains("10 names, in model.onnx"));
        QVERIFY(text.contains("Untrained: the weights are the seeded initial ones."));
        QVERIFY(view.strip()->accessibleDescription().contains("RandomFlip, left out"));
        keepLooks(view, "export_plan");
    }

    void strikesRemovedNodesThrough()
    {
        ExportStrip strip;
        strip.setSteps(steps());

        const QImage picture = strip.grab().toImage();
        const auto has = [&](int step, const QColor& color) {
            const QRect box = strip.stepRect(step);
            for (int x = box.left(); x < box.right(); ++x)
                for (int y = box.top(); y < box.bottom(); ++y)
                    if (picture.pixelColor(x, y) == color)
                        return true;
            return false;
        };

        QVERIFY(has(1, currentTheme().trainOnly));
        QVERIFY(!has(3, currentTheme().trainOnly));
        QVERIFY(has(3, currentTheme().raised));
        QVERIFY(!has(1, currentTheme().raised));
    }

    void asksToWriteCheckAndCancel()
    {
        ExportView view;
        view.resize(1600, 880);
        view.show();
        view.setPlan(planned(), steps(), "shapes");
        QSignalSpy write(&view, &ExportView::writeRequested);
        QSignalSpy check(&view, &ExportView::checkRequested);
        QSignalSpy cancel(&view, &ExportView::cancelRequested);
        QSignalSpy edited(&view, &ExportView::targetEdited);

        QLineEdit* target = view.findChild<QLineEdit*>();
        target->clear();
        QTest::keyClicks(target, "/tmp/a.bundle");
        QTest::mouseClick(button(view, "Check"), Qt::LeftButton);
        view.setWorking("Checking");
        QVERIFY(!button(view, "Write bundle")->isEnabled());
        view.setProgress({3, 12, 0, 0});
        QCOMPARE(view.findChild<QProgressBar*>()->value(), 250);
        QTest::mouseClick(button(view, "Cancel"), Qt::LeftButton);
        view.setIdle();
        QTest::mouseClick(button(view, "Write bundle"), Qt::LeftButton);

        QCOMPARE(check.size(), 1);
        QCOMPARE(cancel.size(), 1);
        QCOMPARE(write.size(), 1);
        QCOMPARE(write[0][0].toString(), "/tmp/a.bundle");
        QVERIFY(!edited.isEmpty());
    }

    void theTargetIsChosenInADialog()
    {
        QTemporaryDir folder;
        ExportView view;
        view.resize(1600, 880);
        view.show();
        view.setPlan(planned(), steps(), "shapes");
        QSignalSpy edited(&view, &ExportView::targetEdited);
        const auto buttons = view.findChildren<QPushButton*>();
        const auto choose = std::ranges::find(buttons, "Choose where it is written",
                                              &QPushButton::accessibleName);

        const Chooser chooser(folder.filePath("shapes.bundle"));
        QTest::mouseClick(*choose, Qt::LeftButton);

        QCOMPARE(view.target(), folder.filePath("shapes.bundle"));
        QCOMPARE(edited.size(), 1);
        QCOMPARE(edited[0][0].toString(), folder.filePath("shapes.bundle"));
    }

    void aWrittenBundleIsOpenedForPredictions()
    {
        ExportView view;
        view.resize(1600, 880);
        view.show();
        view.setPlan(planned(), steps(), "shapes");
        view.setWritten(checked(true), "/exports/shapes.bundle");
        QSignalSpy predict(&view, &ExportView::predictRequested);

        QTest::mouseClick(button(view, "Predict with it…"), Qt::LeftButton);

        QCOMPARE(predict.size(), 1);
    }

    void offersSingleFiles()
    {
        ExportView view;
        view.setPlan(planned(), steps(), "shapes");
        QSignalSpy format(&view, &ExportView::formatRequested);

        for (QAction* action : view.findChild<QMenu*>("formats")->actions())
            action->trigger();

        QCOMPARE(format.size(), 4);
        QCOMPARE(format[1][0].value<ExportView::Format>(), ExportView::Format::Onnx);
    }

    void showsTheParityOfEverySample()
    {
        ExportView view;
        view.resize(1600, 880);
        view.show();
        view.setPlan(planned(), steps(), "shapes, run 2, epoch 5, validation accuracy 0.955");
        view.setTarget("/exports/shapes.bundle");

        view.setWritten(checked(true), "/exports/shapes.bundle");

        QVERIFY(view.bannerText().contains("passed"));
        QVERIFY(view.bannerText().contains("7.0e-07"));
        QVERIFY(view.bannerText().contains("/exports/shapes.bundle"));
        QCOMPARE(view.parity()->cellText(3, false), "3.0e-07");
        QCOMPARE(view.parity()->cellText(3, true), "9.0e-06");
        QVERIFY(allText(view).contains("1.4 MB")); // 1,500,000 bytes
        QVERIFY(button(view, "Predict with it…")->isVisible());
        keepLooks(view, "export");
    }

    void saysWhereOnnxWasNotRun()
    {
        ExportView view;
        view.setPlan(planned(), steps(), "shapes");

        view.setChecked(checked(false));

        QCOMPARE(view.parity()->cellText(0, true), "not run here");
        QVERIFY(view.bannerText().contains("model.onnx was not run here"));
    }

    void namesSampleLayerAndDifferenceOfARefusal()
    {
        ExportView view;
        view.resize(1600, 880);
        view.show();
        view.setPlan(planned(), steps(), "shapes");
        view.setWorking("Writing");

        view.setRefused({ErrorCode::Diverged,
                         "sample drawn 3",
                         {LB_TR("Error", "differs by %1 in layer %2; nothing was written"),
                          {0.02, std::string("conv2d_1")}}});

        QVERIFY(view.bannerText().startsWith("Nothing was written"));
        QVERIFY(view.bannerText().contains("sample drawn 3: differs by 0.02 in layer conv2d_1"));
        QVERIFY(button(view, "Write bundle")->isEnabled());
        keepLooks(view, "export_refused");
    }

    void copiesCodeForTheSignature()
    {
        ExportView view;
        view.resize(1600, 880);
        view.show();
        view.setPlan(planned(), steps(), "shapes");
        view.setTarget("/exports/shapes.bundle");

        QCoreApplication::processEvents();
        const QList<CodeBox*> boxes = view.findChildren<CodeBox*>();
        const auto first = std::ranges::find_if(boxes, &CodeBox::isVisible);
        QTest::mouseClick(button(**first, "Copy"), Qt::LeftButton);

        const QString code = QApplication::clipboard()->text();
        QVERIFY2(code.contains("ort.InferenceSession(\"shapes.bundle/model.onnx\")"), qPrintable(code));
        QVERIFY(code.contains("img.resize((32, 32))"));
        QVERIFY(code.contains("{\"image\": x}"));
    }

    void namesSentencesAndGivesThemInCode()
    {
        ExportView view;
        view.resize(1600, 880);
        view.show();
        ExportReport report = sentences();
        view.setPlan(report, steps(), "text");
        for (ExportReport::Sample& sample : report.samples)
            sample.keras = sample.onnx = 1e-8;
        view.setChecked(report);

        QCOMPARE(view.parity()->nameText(0), "The \"rocket\" rose");
        QVERIFY(view.parity()->accessibleDescription().contains("rose: model.keras 1.0e-08"));
        QVERIFY(allText(view).contains("raw texts to classes"));
        QVERIFY(allText(view).contains("pass raw sentences"));
        const auto codeWith = [&](const QString& words) {
            for (const CodeBox* box : view.findChildren<CodeBox*>())
                if (box->code().contains(words))
                    return box->code();
            return QString();
        };
        const QString python = codeWith("onnxruntime"), keras = codeWith("keras.models.load_model");
        QVERIFY2(python.contains("\"text\": np.array([[\"The \\\"rocket\\\" rose\"]], object)"),
                 qPrintable(python));
        QVERIFY2(keras.contains("x = tf.constant([[\"The \\\"rocket\\\" rose\"]])"),
                 qPrintable(keras));
        keepLooks(view, "export_sentences");
    }

    void saysWhyThereWillBeNoOnnx()
    {
        ExportView view;
        view.resize(1600, 880);
        view.show();
        ExportReport report = rows();
        report.noOnnx = Error{ErrorCode::Unsupported, "deck_hash",
                              LB_TR("Error", "has no form in ONNX")};

        view.setPlan(report, steps(), "table");

        QCOMPARE(view.parity()->nameText(0), "sex male, age 22.5");
        QVERIFY2(allText(view).contains("There will be no model.onnx: deck_hash: has no form in ONNX"),
                 qPrintable(allText(view)));
        report.samples[0].keras = 0;
        view.setChecked(report);
        QVERIFY(view.bannerText().contains("there is no model.onnx: deck_hash"));
        QCOMPARE(view.parity()->cellText(0, true), "not written");
        keepLooks(view, "export_rows");
    }

    /// Neither code for a model.onnx that there is not, nor a signature of it.
    void withoutOnnxTheCodeIsOfKeras()
    {
        ExportView view;
        view.resize(1600, 880);
        view.show();
        view.setPlan(sentences(), steps(), "texts");
        QVERIFY(visibleCode(view).contains("InferenceSession"));
        ExportReport report = sentences();
        report.noOnnx = Error{ErrorCode::Unsupported, "text_vectorization",
                              LB_TR("Error", "has no form in ONNX")};

        view.setPlan(report, steps(), "texts");

        QVERIFY2(!visibleCode(view).contains("onnx"), qPrintable(visibleCode(view)));
        QVERIFY(visibleCode(view).contains("load_model"));
        QVERIFY(!allText(view).contains("in model.onnx"));
        view.setPlan(sentences(), steps(), "texts");
        QVERIFY(visibleCode(view).contains("InferenceSession"));
    }

    /// The button belongs to the bundle that was just written.
    void whatFailedIsNotPredictedWith()
    {
        ExportView view;
        view.resize(1600, 880);
        view.show();
        const auto* predict = button(view, "Predict with it…");
        view.setPlan(planned(), steps(), "shapes");
        view.setWritten(checked(true), "/models/shapes.bundle");
        QVERIFY(predict->isVisible());

        view.setRefused({ErrorCode::Io, "/models/x", LB_TR("Error", "cannot be written")});
        QVERIFY(!predict->isVisible());

        view.setWritten(checked(true), "/models/shapes.bundle");
        view.setChecked(checked(true));
        QVERIFY(!predict->isVisible());
    }

    void saysWhyThereIsNoExport()
    {
        ExportView view;
        view.resize(1600, 880);
        view.show();
        QSignalSpy write(&view, &ExportView::writeRequested);

        view.setImpossible("2 errors must be solved first.");
        QTest::mouseClick(button(view, "Write bundle"), Qt::LeftButton);

        QVERIFY(view.bannerText().contains("2 errors must be solved first."));
        QCOMPARE(write.size(), 0);
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestExportView)
#include "tst_export_view.moc"
