#include "app/workbench/session.h"
#include "app/workbench/views.h"
#include "core/data/image_file.h"
#include "core/data/sources.h"
#include "core/graph/project_file.h"
#include "core/training/training_rows.h"
#include "tests/support/lb_test.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/number_field.h"
#include "widgets/inspector/range_slider.h"
#include "widgets/preview/contact_sheet.h"
#include "widgets/preview/preview_view.h"
#include "widgets/theme/theme.h"

#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>

#include <filesystem>
#include <fstream>

using namespace lb;

/// Inspector, preview and canvas around one session, driven by the mouse.
class TstDesignViews : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        registerBuiltinLayers(m_registry);
        setTheme(Theme::dark());
    }
    void init()
    {
        // the off-screen platform says of itself what it cannot do
        QTest::failOnWarning(QRegularExpression("^(?!This plugin does not support)"));
        m_session = std::make_unique<Session>(m_registry);
        m_parent = std::make_unique<QWidget>();
        m_canvas = new CanvasView(m_registry, m_parent.get());
        m_canvas->resize(1200, 500);
        m_views = {};
        addDesignViews(m_views, *m_session, *m_canvas, m_parent.get());
        connect(m_session.get(), &Session::failed, this,
                [this](const QString& m) { m_failed = m; });
        inspector()->resize(300, 800);
        preview()->resize(1100, 400);
        for (const Template& each : builtinTemplates())
            if (each.name == "drawn_shapes")
                m_session->startFrom(parseProject(each.json, {}).value(), "drawn_shapes");
        const SourceHandle source = drawnShapes(64, 1);
        Facts facts;
        facts.columns = source->columns();
        facts.samples = source->size();
        facts.classNames = source->classNames();
        m_session->setSource(source, facts);
        m_canvas->setDocument(m_session->sharedDocument(), m_session->analysis(), facts);
        connect(m_session.get(), &Session::documentChanged, m_canvas, [this] {
            m_canvas->setDocument(m_session->sharedDocument(), m_session->analysis(),
                                  m_session->facts());
        });
        m_rotation = m_session->document().named("random_rotation")->id;
        m_session->select({m_rotation});
        m_parent->show();
        inspector()->QWidget::show();
        settle();
    }
    void cleanup()
    {
        m_parent.reset();
        m_session.reset();
        m_failed.clear();
    }

    void aDragIsOneUndoStepAndMovesThePictures()
    {
        const Config before = *config().find("factor");
        const QImage shown = draw();
        auto* slider = inspector()->findChild<QWidget*>("factor")->findChild<RangeSlider*>();
        const QPoint from = slider->handlePosition(1);
        QTest::mousePress(slider, Qt::LeftButton, {}, from);
        for (int x = 8; x <= 80; x += 8) {
            QTest::mouseMove(slider, from + QPoint(x, 0));
            QTest::qWait(1);
        }
        QTest::mouseRelease(slider, Qt::LeftButton, {}, from + QPoint(80, 0));
        settle();

        QCOMPARE(m_session->undoStack()->count(), 1);
        QVERIFY(!(*config().find("factor") == before));
        QVERIFY(draw() != shown);

        m_session->undoStack()->undo();
        settle();
        QCOMPARE(*config().find("factor"), before);
        QCOMPARE(draw(), shown);
    }

    void twoDragsAreTwoSteps()
    {
        auto* slider = inspector()->findChild<QWidget*>("factor")->findChild<RangeSlider*>();
        for (int i = 1; i <= 2; ++i) {
            const QPoint from = slider->handlePosition(1);
            QTest::mousePress(slider, Qt::LeftButton, {}, from);
            QTest::mouseMove(slider, from + QPoint(20, 0));
            QTest::mouseRelease(slider, Qt::LeftButton, {}, from + QPoint(20, 0));
        }
        QCOMPARE(m_session->undoStack()->count(), 2);
    }

    void inferenceShowsTheOriginal()
    {
        m_session->setPhase(Phase::Inference);
        settle();
        QCOMPARE(draw(), preview()->sheet().rows()[0].cells[0].picture);
    }

    void aNameIsEdited()
    {
        auto* name = inspector()->findChild<QLineEdit*>("layerName");
        QTest::mouseClick(name, Qt::LeftButton);
        name->selectAll();
        QTest::keyClicks(name, "turned");
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(QString::fromStdString(m_session->document().nameOf(m_rotation)), "turned");
        m_session->undoStack()->undo();
        QCOMPARE(name->text(), "random_rotation");
    }

    void theRecipeIsEdited()
    {
        m_session->select({});
        auto* line = inspector()->findChild<QWidget*>("epochs")->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton);
        line->selectAll();
        QTest::keyClicks(line, "3");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(m_session->document().recipe.epochs, std::int64_t{3});
    }

    void aDroppedImageIsPinned()
    {
        const auto before = preview()->pins().size();
        drop("tests/data/pictures/chelsea.jpg");
        QTRY_COMPARE(preview()->pins().size(), before + 1);
        settle();
        QCOMPARE(preview()->sheet().rows()[0].name, "chelsea.jpg");
        QCOMPARE(preview()->sheet().rows()[0].size, "96×64");
        QVERIFY(!draw().isNull());
        QTest::mouseClick(preview()->sheet().viewport(), Qt::LeftButton, {},
                          preview()->sheet().pinRect(0).center());
        QCOMPARE(preview()->pins().size(), before);
    }

    void whatIsNoImageIsRefusedWithAReason()
    {
        const auto before = preview()->pins().size();
        drop("tests/data/README.md");
        QTRY_VERIFY(!m_failed.isEmpty());
        QVERIFY(m_failed.contains("README.md"));
        QCOMPARE(preview()->pins().size(), before);
    }

    void trainedWeightsAreShown()
    {
        const Node* dense = m_session->document().named("dense");
        if (!dense || !m_registry.find("Conv2D").ok())
            QSKIP("the model's layers are not there");
        m_session->select({dense->id});
        settle();
        const QImage initial = preview()->sheet().rows()[0].cells[1].picture;
        QVERIFY(!initial.isNull());
        auto weights = std::make_shared<std::map<LayerId, std::vector<Tensor>>>();
        const LayerId layer = m_session->document().layerOf(dense->id)->id;
        (*weights)[layer] = {Tensor(), // of another shape: left out, not an error
                             Tensor()};
        m_views.showWeights(weights);
        settle();
        QCOMPARE(preview()->sheet().rows()[0].cells[1].picture, initial);
    }

    void anotherThemeDrawsTheThumbnailsAnew()
    {
        const NodeId dense = m_session->document().named("dense")->id;
        const NodeId source = m_session->document().named("drawn_shapes")->id;
        const auto pictures = [&] {
            return std::pair{m_canvas->thumbnail(dense), m_canvas->thumbnail(source)};
        };
        const auto dark = pictures();
        QVERIFY(!dark.first.isNull() && !dark.second.isNull());
        setTheme(Theme::light());
        settle();
        const auto light = pictures();
        setTheme(Theme::dark());
        settle();
        QVERIFY(light.first != dark.first);
        QVERIFY(light.second != dark.second); // between the samples
        QVERIFY(pictures() == dark);
    }

    void picturesOfOtherDataGo()
    {
        const NodeId dense = m_session->document().named("dense")->id;
        QVERIFY(!m_canvas->thumbnail(dense).isNull());
        auto* fill = inspector()->findChild<QWidget*>("fill_mode");
        QVERIFY(fill);
        const QImage before = fill->grab().toImage();
        m_session->setSourceError("the folder is gone");
        settle();
        QVERIFY(m_canvas->thumbnail(dense).isNull());
        QVERIFY(m_canvas->thumbnail(m_rotation).isNull());
        QVERIFY(fill->grab().toImage() != before);
    }

    void picturesOfAnotherProjectGo()
    {
        const NodeId dense = m_session->document().named("dense")->id;
        QVERIFY(!m_canvas->thumbnail(dense).isNull());
        Document same = m_session->document(); // the same nodes, as recovery brings them back
        m_session->startFrom(std::move(same), "recovered");
        m_session->setSourceError("the folder is gone");
        settle();
        QVERIFY(m_canvas->thumbnail(dense).isNull());
    }

    void aSampleThatCannotBeReadSaysWhy()
    {
        QTemporaryDir folder;
        const auto write = [&](const char* name, std::int64_t side, std::int64_t channels) {
            const std::filesystem::path file
                = std::filesystem::path(folder.path().toStdString()) / name;
            std::filesystem::create_directories(file.parent_path());
            std::ofstream(file, std::ios::binary)
                << encodePng(Tensor::make<std::uint8_t>({side, side, channels},
                                                        [](std::span<std::uint8_t>) {}))
                       .value();
        };
        write("cat/1.png", 32, 3);
        write("cat/1.mask.png", 16, 1);
        write("dog/2.png", 32, 3);
        const SourceHandle source = imageFolder(folder.path().toStdString()).value();

        m_session->setSource(source, factsOf(*source, m_session->document().recipe, true));
        settle();

        const auto& rows = preview()->sheet().rows();
        QCOMPARE(rows.size(), 2u);
        const auto refused = std::ranges::find(rows, QString("cat"), &SheetRow::name);
        QVERIFY(refused != rows.end());
        QVERIFY2(refused->cells[1].error.contains("1.mask.png: is 16 x 16 pixels, its image 32 x 32"),
                 qPrintable(refused->cells[1].error));
        const auto fine = std::ranges::find(rows, QString("dog"), &SheetRow::name);
        QVERIFY(fine != rows.end() && fine->cells[1].error.isEmpty());
        QVERIFY(!fine->cells[1].picture.isNull());
        QVERIFY(!m_canvas->thumbnail(m_rotation).isNull()); // of the one that can be read
    }

private:
    Inspector* inspector() const { return qobject_cast<Inspector*>(m_views.inspector); }
    PreviewView* preview() const { return qobject_cast<PreviewView*>(m_views.preview); }
    const Config& config() const { return m_session->document().layerOf(m_rotation)->config; }
    QImage draw() const { return preview()->sheet().rows()[0].cells[1].picture; }
    void settle() { QTRY_VERIFY(m_views.settled()); }
    void drop(const char* file)
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(qEnvironmentVariable("LAYERBENCH_SOURCE") + "/" + file)});
        QDragEnterEvent enter({300, 200}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(preview(), &enter);
        QDropEvent dropped({300, 200}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(preview(), &dropped);
    }

    LayerRegistry m_registry;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<QWidget> m_parent;
    CanvasView* m_canvas = nullptr; // child of m_parent
    Views m_views;
    NodeId m_rotation;
    QString m_failed;
};

LB_TEST(TstDesignViews)
#include "tst_design_views.moc"
