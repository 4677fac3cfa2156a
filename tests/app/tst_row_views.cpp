#include "app/workbench/predict_runner.h"
#include "app/workbench/run_store.h"
#include "app/workbench/views.h"
#include "tests/app/example_session.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/export/export_view.h"
#include "widgets/export/parity_table.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/tensor_probe.h"
#include "widgets/preview/contact_sheet.h"
#include "widgets/preview/preview_view.h"

#include <QDialog>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTest>

namespace lb {
namespace {

/// A session with a template of texts or tables, its layers adapted on a few made rows.
void openRows(Session& session, const char* name)
{
    Document document = builtinProject(name);
    const LayerId source = document.layerOf(document.source()->id)->id;
    document = edits::setParam(document, source, "count", std::int64_t{300}).value();
    const SourceHandle data = openSource(document.layer(source)->config, {}).value();
    document = adapted(document, builtinRegistry(), *data, {}).value();
    session.startFrom(document, name);
    session.setSource(data, factsOf(*data, session.document().recipe, true),
                      openHeldOut(document.layer(source)->config, {}).value());
}

struct RowBench {
    explicit RowBench(const char* name)
        : session(builtinRegistry())
        , canvas(builtinRegistry())
    {
        openRows(session, name);
        canvas.setParent(&parent);
        canvas.resize(1240, 620);
        addDesignViews(views, session, canvas, &parent);
        addExportViews(views, session, canvas, &parent);
        QObject::connect(&session, &Session::documentChanged, &canvas, [this] { show(); });
        QObject::connect(&session, &Session::failed, &parent,
                         [this](const QString& message) { failed = message; });
        parent.resize(1600, 900);
        views.inspector->setGeometry(1250, 0, 320, 900);
        views.preview->setGeometry(0, 630, 1240, 270);
        parent.show();
        for (QWidget* view : {static_cast<QWidget*>(&canvas), views.inspector, views.preview})
            view->show();
        show();
        canvas.fitAll();
    }
    void show()
    {
        canvas.setDocument(session.sharedDocument(), session.analysis(), session.facts());
    }
    bool settle(const char* node)
    {
        const Node* found = session.document().named(node);
        if (!found)
            return false;
        session.select({found->id});
        return QTest::qWaitFor([this] { return views.settled(); }, kPatience);
    }
    PreviewView* preview() const { return qobject_cast<PreviewView*>(views.preview); }

    Session session;
    QWidget parent;
    CanvasView canvas;
    Views views;
    QString failed;
};

} // namespace

/// The window's views around a project of texts and one of a table.
class TestRowViews : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
    }

    void sentencesArePinnedShownAndProbed()
    {
        RowBench bench("text");
        QVERIFY(bench.settle("text_vectorization"));

        const auto& rows = bench.preview()->sheet().rows();
        QCOMPARE(rows.size(), 2u); // of two classes
        QVERIFY(rows[0].name.startsWith("row "));
        QVERIFY(rows[0].cells[0].words.kind == ValueWords::Kind::Texts);
        QVERIFY(rows[0].cells[1].words.kind == ValueWords::Kind::Pairs);
        auto* probe = bench.views.inspector->findChild<TensorProbe*>();
        QVERIFY2(probe->accessibleDescription().contains("NaN 0"),
                 qPrintable(probe->accessibleDescription()));
        keepLooks(bench.parent, "text_design");

        bench.views.pinSample(bench.session.source(), 77);
        QTRY_COMPARE(bench.preview()->sheet().rows().size(), 3u);
        QCOMPARE(bench.preview()->sheet().rows()[0].name, "row 77");
    }

    void aRowOfATableIsShownUnderItsColumns()
    {
        RowBench bench("table");
        QVERIFY(bench.settle("concatenate"));
        const auto& rows = bench.preview()->sheet().rows();
        QVERIFY(rows.size() >= 2);
        QVERIFY(rows[0].cells[0].words.kind == ValueWords::Kind::Row);
        QVERIFY(rows[0].cells[1].error.isEmpty());
        QVERIFY(!rows[0].cells[1].picture.isNull());
        keepLooks(bench.parent, "table_design");
    }

    void aFileIsNoRow()
    {
        RowBench bench("text");
        QVERIFY(bench.settle("text_vectorization"));
        Q_EMIT bench.preview()->imageDropped("/somewhere/cat.png");
        QVERIFY2(bench.failed.contains("cat.png"), qPrintable(bench.failed));
        QCOMPARE(bench.preview()->sheet().rows().size(), 2u);
    }

    void aTypedSentenceIsPredicted()
    {
        RowBench bench("text");
        bench.views.showPredict();
        auto* panel = bench.parent.findChild<QDialog*>("predict")->findChild<PredictPanel*>();
        auto* sentence = panel->findChild<QPlainTextEdit*>();
        // it begins with a sentence of the data
        QTRY_COMPARE_WITH_TIMEOUT(panel->classes()->classes().size(), 2U, kPatience);
        QVERIFY(!sentence->toPlainText().isEmpty());

        sentence->clear();
        QTest::keyClicks(sentence, "the zyzzyva of the team");
        QTRY_COMPARE_WITH_TIMEOUT(panel->seenWords().count, std::int64_t{5}, kPatience);

        const auto& words = panel->seenWords().lines;
        QCOMPARE(words[1].from, std::string("zyzzyva"));
        QVERIFY(words[1].unknown);
        QVERIFY(!words[0].unknown);
        const auto& classes = panel->classes()->classes();
        QVERIFY(std::abs(classes[0].probability + classes[1].probability - 1) < 1e-5);
        keepLooks(*panel, "predict_text_example");
    }

    void anEditedRowIsPredictedAndAWrongCellExplained()
    {
        RowBench bench("table");
        bench.views.showPredict();
        auto* panel = bench.parent.findChild<QDialog*>("predict")->findChild<PredictPanel*>();
        QTRY_VERIFY_WITH_TIMEOUT(!panel->classes()->classes().empty(), kPatience);
        const auto editors = panel->form()->findChildren<QLineEdit*>();
        QCOMPARE(editors.size(), 7);
        const auto age = std::ranges::find_if(
            editors, [](const QLineEdit* each) { return each->accessibleName() == "age"; });
        QVERIFY(age != editors.end());

        (*age)->selectAll();
        QTest::keyClicks(*age, "old");
        QTest::keyClick(*age, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!panel->errorText().isEmpty(), kPatience);
        QVERIFY2(panel->errorText().startsWith("age: 'old' is no number"),
                 qPrintable(panel->errorText()));
        QVERIFY(panel->classes()->classes().empty());

        (*age)->selectAll();
        QTest::keyClicks(*age, "33");
        QTest::keyClick(*age, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!panel->classes()->classes().empty(), kPatience);
        QVERIFY(panel->errorText().isEmpty());
        keepLooks(*panel, "predict_table_example");
    }

    void theParityOfATextNamesItsSentences()
    {
        RowBench bench("text");
        auto* view = qobject_cast<ExportView*>(bench.views.exportPanel);
        view->resize(1600, 880);
        view->show();
        QVERIFY(QTest::qWaitFor([&] { return bench.views.settled(); }, kPatience));
        QVERIFY2(view->bannerText().startsWith("Not checked yet"), qPrintable(view->bannerText()));
        QVERIFY(view->parity()->nameText(0).contains(' '));
        keepLooks(*view, "export_text_example");
    }
};

} // namespace lb

LB_TEST(lb::TestRowViews)
#include "tst_row_views.moc"
