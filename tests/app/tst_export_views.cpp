#include "app/workbench/export_runner.h"
#include "app/workbench/predict_runner.h"
#include "app/workbench/views.h"
#include "core/interop/bundle_manifest.h"
#include "tests/app/example_session.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/export/parity_table.h"
#include "widgets/predict/picture_well.h"

#include <QDialog>
#include <QDragEnterEvent>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QUrl>

namespace lb {
namespace {

/// A window's session with the Export workspace.
struct ExportBench {
    ExportBench()
        : session(builtinRegistry())
        , canvas(builtinRegistry())
    {
        openSmallExample(session);
        addExportViews(views, session, canvas, &parent);
        view = qobject_cast<ExportView*>(views.exportPanel);
        parent.resize(1600, 880);
        view->resize(parent.size());
        parent.show();
        view->show();
        target = view->findChild<QLineEdit*>();
    }
    void writeTo(const QString& path)
    {
        target->clear();
        QTest::keyClicks(target, path);
        QTest::mouseClick(button("Write bundle"), Qt::LeftButton);
    }
    QPushButton* button(const QString& text)
    {
        for (QPushButton* found : view->findChildren<QPushButton*>())
            if (found->text() == text)
                return found;
        return nullptr;
    }

    Session session;
    CanvasView canvas;
    QWidget parent;
    Views views;
    ExportView* view = nullptr;
    QLineEdit* target = nullptr;
};

void drop(QWidget* on, const QString& path)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter({20, 20}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(on, &enter);
    QDropEvent event({20, 20}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(on, &event);
}

QString picture(const char* name)
{
    return QString::fromLocal8Bit(qgetenv("LAYERBENCH_SOURCE")) + "/tests/data/pictures/" + name;
}

/// Answers the question that comes by a key (Tab: by the button behind the default); `text`: what was asked, "" if nothing was.
class Asked {
public:
    explicit Asked(Qt::Key key)
    {
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this, key] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            if (!box)
                return;
            m_timer.stop();
            text = box->text() + '\n' + box->informativeText();
            if (auto* focused = qobject_cast<QAbstractButton*>(box->focusWidget()))
                focus = focused->text().remove('&');
            keepLooks(*box, "export_replace");
            if (key == Qt::Key_Tab) // to the other button, and press it
                QTest::keyClick(box->focusWidget(), key);
            QTest::keyClick(box->focusWidget() ? box->focusWidget() : box,
                            key == Qt::Key_Tab ? Qt::Key_Space : key);
        });
        m_timer.start(20);
    }
    QString text, focus;

private:
    QTimer m_timer;
};

Config ownChecksum(const QString& bundle)
{
    const auto manifest = bundleManifest(filePath(bundle));
    return manifest.ok() ? *manifest.value().find("sha256") : Config();
}

class TestExportViews : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(realWarnings()); }

    void plansWhatIsSeen()
    {
        ExportBench bench;
        QTRY_VERIFY_WITH_TIMEOUT(bench.views.settled(), kPatience);

        const std::vector<ExportStep>& steps = bench.view->strip()->steps();
        const auto removed = std::ranges::count_if(steps, &ExportStep::removed);
        QCOMPARE(removed, 3); // flip, rotation and zoom
        QCOMPARE(steps.front().name, "Input");
        QCOMPARE(steps.back().name, "Output");
        QVERIFY(bench.view->bannerText().startsWith("Not checked yet"));
    }

    void writesAVerifiedBundleAndPredictsFromIt()
    {
        QTemporaryDir folder;
        ExportBench bench;
        QTRY_VERIFY_WITH_TIMEOUT(bench.views.settled(), kPatience);

        const QString path = folder.filePath("shapes.bundle");
        bench.writeTo(path);
        QTRY_VERIFY_WITH_TIMEOUT(bench.views.settled(), kPatience);

        QVERIFY2(bench.view->bannerText().contains("passed"), qPrintable(bench.view->bannerText()));
        QVERIFY(verifiedBundle(filePath(path), builtinRegistry()).ok());
        QVERIFY(bench.view->parity()->cellText(0, false) != "–");
        keepLooks(*bench.view, "export_example");

        QTest::mouseClick(bench.button("Predict with it…"), Qt::LeftButton);
        auto* dialog = bench.parent.findChild<QDialog*>("predict");
        QVERIFY(dialog && dialog->isVisible());
        auto* panel = dialog->findChild<PredictPanel*>();
        drop(panel->well(), picture("chelsea.jpg"));
        QTRY_COMPARE_WITH_TIMEOUT(panel->classes()->classes().size(), 5U, kPatience);
        QCOMPARE(panel->seenPicture().size(), QSize(32, 32));
        QVERIFY(panel->classes()->classes()[0].probability
                >= panel->classes()->classes()[1].probability);
        keepLooks(*panel, "predict_example");
    }

    /// Another session's bundle is replaced only by who says so; its own is without a question.
    void asksBeforeItReplacesAnothersBundle()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("shapes.bundle");
        ExportBench first;
        QTRY_VERIFY_WITH_TIMEOUT(first.views.settled(), kPatience);
        first.writeTo(path);
        QTRY_VERIFY_WITH_TIMEOUT(first.views.settled(), kPatience);
        const Config before = ownChecksum(path);
        {
            Asked none(Qt::Key_Escape);
            first.writeTo(path);
            QTRY_VERIFY_WITH_TIMEOUT(first.views.settled(), kPatience);
            QVERIFY2(none.text.isEmpty(), qPrintable(none.text));
        }
        ExportBench other;
        other.session.setSource(drawnShapes(64, 7), {}, drawnShapes(60, 9)); // other samples
        QTRY_VERIFY_WITH_TIMEOUT(other.views.settled(), kPatience);

        Asked refused(Qt::Key_Return); // the default does no harm
        other.writeTo(path);
        QTRY_VERIFY_WITH_TIMEOUT(other.views.settled(), kPatience);

        QCOMPARE(refused.focus, "Cancel");
        QVERIFY2(refused.text.startsWith("Replace shapes.bundle?"), qPrintable(refused.text));
        QVERIFY2(refused.text.contains("There: drawn_shapes, not trained, of "),
                 qPrintable(refused.text));
        QVERIFY2(refused.text.contains("Instead of it: drawn_shapes, not trained"),
                 qPrintable(refused.text));
        QCOMPARE(ownChecksum(path), before);
        QVERIFY(!other.view->bannerText().contains("bundle written"));

        Asked agreed(Qt::Key_Tab);
        other.writeTo(path);
        QTRY_VERIFY_WITH_TIMEOUT(other.views.settled(), kPatience);
        QVERIFY(other.view->bannerText().contains("bundle written"));
        QVERIFY(!(ownChecksum(path) == before));

        Asked again(Qt::Key_Escape); // it is no longer what the first session wrote
        first.writeTo(path);
        QTRY_VERIFY_WITH_TIMEOUT(first.views.settled(), kPatience);
        QVERIFY(!again.text.isEmpty());
    }

    void refusesWhatOnlyLooksLikeABundle()
    {
        QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir("extension"));
        ExportBench bench;
        QTRY_VERIFY_WITH_TIMEOUT(bench.views.settled(), kPatience);
        for (const auto& [target, inside] : {std::pair("photos.zip", "photos.zip"),
                                             std::pair("extension", "extension/manifest.json")}) {
            QFile mine(folder.filePath(inside));
            QVERIFY(mine.open(QFile::WriteOnly));
            mine.write("{\"manifest_version\": 3}");
            mine.close();

            Asked none(Qt::Key_Tab); // nobody is led to replace it
            bench.writeTo(folder.filePath(target));
            QTRY_VERIFY_WITH_TIMEOUT(bench.views.settled(), kPatience);

            QVERIFY2(none.text.isEmpty(), qPrintable(none.text));
            QVERIFY2(bench.view->bannerText().startsWith("Nothing was written"),
                     qPrintable(bench.view->bannerText()));
            QVERIFY2(bench.view->bannerText().contains("is no bundle"),
                     qPrintable(bench.view->bannerText()));
            QVERIFY(mine.open(QFile::ReadOnly));
            QCOMPARE(mine.readAll(), "{\"manifest_version\": 3}");
        }
    }

    void refusesAPlaceThatIsNoBundleAndTouchesNothing()
    {
        QTemporaryDir folder;
        QFile mine(folder.filePath("mine.txt"));
        QVERIFY(mine.open(QFile::WriteOnly));
        mine.write("keep me");
        mine.close();
        ExportBench bench;
        QTRY_VERIFY_WITH_TIMEOUT(bench.views.settled(), kPatience);

        bench.writeTo(folder.filePath("mine.txt"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.views.settled(), kPatience);

        QVERIFY2(bench.view->bannerText().startsWith("Nothing was written"),
                 qPrintable(bench.view->bannerText()));
        QVERIFY(mine.open(QFile::ReadOnly));
        QCOMPARE(mine.readAll(), "keep me");
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Dirs | QDir::Hidden
                                               | QDir::NoDotAndDotDot).size(), 1);
    }

    void refusesWhatBelongsToTheProject()
    {
        QTemporaryDir folder;
        const QString project = folder.filePath("mine.lbench");
        QFile weights(folder.filePath("mine.keras"));
        QVERIFY(weights.open(QFile::WriteOnly));
        weights.write("keep me");
        weights.close();
        ExportBench bench;
        QVERIFY(bench.session.save(project).ok());
        QTRY_VERIFY_WITH_TIMEOUT(bench.views.settled(), kPatience);

        for (const QString& target : {weights.fileName(), project}) {
            bench.writeTo(target);
            QTRY_VERIFY_WITH_TIMEOUT(bench.views.settled(), kPatience);

            const QString banner = bench.view->bannerText();
            QVERIFY2(banner.startsWith("Nothing was written"), qPrintable(banner));
            QVERIFY2(banner.contains("choose another name"), qPrintable(banner));
        }
        QVERIFY(weights.open(QFile::ReadOnly));
        QCOMPARE(weights.readAll(), "keep me");
    }

    void cancelsAndWritesNothing()
    {
        QTemporaryDir folder;
        ExportBench bench;
        QTRY_VERIFY_WITH_TIMEOUT(bench.views.settled(), kPatience);

        bench.writeTo(folder.filePath("shapes.bundle"));
        QTest::mouseClick(bench.button("Cancel"), Qt::LeftButton);

        QVERIFY(bench.button("Write bundle")->isEnabled());
        QTest::qWait(300);
        bench.writeTo(folder.filePath("later.bundle")); // waits for the one before
        QTRY_VERIFY_WITH_TIMEOUT(bench.views.settled(), kPatience);
        QVERIFY(!QFileInfo::exists(folder.filePath("shapes.bundle")));
        QVERIFY(QFileInfo::exists(folder.filePath("later.bundle")));
    }

    void predictsWithTheCurrentModelAndExplainsWrongFiles()
    {
        QTemporaryDir folder;
        QFile text(folder.filePath("notes.jpg"));
        QVERIFY(text.open(QFile::WriteOnly));
        text.write("no picture");
        text.close();
        ExportBench bench;

        bench.views.showPredict();
        auto* panel = bench.parent.findChild<QDialog*>("predict")->findChild<PredictPanel*>();
        drop(panel->well(), picture("coffee.jpg"));
        QTRY_COMPARE_WITH_TIMEOUT(panel->classes()->classes().size(), 5U, kPatience);
        drop(panel->well(), text.fileName());
        QTRY_VERIFY_WITH_TIMEOUT(!panel->errorText().isEmpty(), kPatience);
        QVERIFY2(panel->errorText().contains("notes.jpg"), qPrintable(panel->errorText()));
        drop(panel->well(), folder.path()); // a folder that is no bundle
        QTRY_VERIFY_WITH_TIMEOUT(panel->errorText().contains("manifest.json"), kPatience);
    }

    void writesSingleFiles()
    {
        QTemporaryDir folder;
        Session session(builtinRegistry());
        openSmallExample(session);
        const ModelOffer offer = RunStore::of(session).offer();

        for (const auto format : {ExportView::Format::Keras, ExportView::Format::Onnx,
                                  ExportView::Format::Python, ExportView::Format::R}) {
            const QString path = folder.filePath(nameOfFile(format));
            const Result<> done = writeOneFile(offer, format, filePath(path), builtinRegistry());
            QVERIFY2(done.ok(), done.ok() ? "" : english(done.error().message).c_str());
            QVERIFY(QFileInfo(path).size() > 200);
        }
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestExportViews)
#include "tst_export_views.moc"
