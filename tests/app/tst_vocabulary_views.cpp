#include "tests/app/open_window.h"
#include "tests/support/chooser.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/vocabulary/token_model.h"
#include "widgets/vocabulary/token_table.h"
#include "widgets/vocabulary/vocabulary_view.h"

#include <QFileDialog>
#include <QLabel>
#include <QMessageBox>
#include <QSignalSpy>
#include <QTabWidget>
#include <QThread>
#include <QTimer>
#include <QUndoStack>

#include <fstream>

namespace lb {
namespace {

/// The vocabulary in the window: the tab comes and goes, learns, tries, is replaced from a file.
class TestVocabularyViews : public QObject, OpenWindow {
    Q_OBJECT
private slots:
    void init()
    {
        openTemplateWithData("text");
        m_hand->seeAll();
    }
    void cleanup() { closeAll(); }

    void theTabComesWithALayerThatHasAVocabulary()
    {
        QVERIFY(!tabs().isTabVisible(tabs().indexOf(&view())));

        m_hand->clickNode("text_vectorization");
        QVERIFY(tabs().isTabVisible(tabs().indexOf(&view())));
        QCOMPARE(tabs().currentWidget(), &view());
        m_hand->clickNode("dense");
        QVERIFY(!tabs().isTabVisible(tabs().indexOf(&view())));
        QCOMPARE(tabs().currentWidget(), m_window->views().preview);
    }

    void adaptIsOneStepAndFillsTheTable()
    {
        m_hand->clickNode("text_vectorization");
        QTRY_VERIFY(m_window->views().settled());
        const int steps = m_session->undoStack()->count();

        m_hand->press(&view(), "Adapt");

        QTRY_VERIFY_WITH_TIMEOUT(model().rowCount() > 50, kPatience);
        QCOMPARE(m_session->undoStack()->count(), steps + 1);
        QCOMPARE(model().data(model().index(1, TokenModel::Word)).toString(), "[UNK]");
        QVERIFY(view().figures().at(0) != "–");
        keepLooks(*m_window, "vocabulary_window");
        m_hand->key(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(!view().tokens().isVisible());
    }

    void theRateOfUnknownWordsIsOfTheValidationRows()
    {
        learn();
        const auto heldOut = m_session->heldOut();
        QVERIFY(heldOut && heldOut->size() != m_session->source()->size());
        QTRY_VERIFY_WITH_TIMEOUT(view().figures().at(4) != "–", kPatience);

        QCOMPARE(checkedRows(), heldOut->size());
        const QString rate = view().figures().at(4);
        QVERIFY2(rate != "0.0 %", qPrintable(rate)); // every word of the training rows was kept

        // rows of one file: those that the split holds out
        const auto source = m_session->source();
        const Recipe& recipe = m_session->document().recipe;
        m_session->setSource(source, factsOf(*source, recipe, false), nullptr);
        const auto split = splitBy(source->size(), recipe.validationFraction,
                                   static_cast<std::uint64_t>(recipe.seed));
        QTRY_COMPARE_WITH_TIMEOUT(checkedRows(), std::ssize(split.validation), kPatience);
    }

    void whereNothingIsCountedItSaysWhy()
    {
        learn();
        const auto source = m_session->source();
        Document document = m_session->document();
        document.recipe.validationFraction = 0;
        QSignalSpy opened(m_session.get(), &Session::sourceChanged);
        m_session->apply(document, "hold nothing out");
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, kPatience); // the rows are split anew

        m_session->setSource(source, factsOf(*source, document.recipe, false), nullptr);

        auto* why = view().findChild<QLabel*>("oovWhy");
        QTRY_VERIFY_WITH_TIMEOUT(why->isVisible(), kPatience);
        QVERIFY2(why->text().startsWith("No row is held out"), qPrintable(why->text()));
        QCOMPARE(view().figures().at(4), "–");
        m_session->setSource(source, factsOf(*source, document.recipe, true), source);
        QTRY_VERIFY_WITH_TIMEOUT(!why->isVisible(), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(checkedRows(), source->size(), kPatience);
    }

    void whatWasCountedOfOldRowsIsThrownAway()
    {
        learn();
        QTRY_VERIFY_WITH_TIMEOUT(view().figures().at(4) != "–", kPatience);
        const auto source = m_session->source();
        m_session->setSource(source, m_session->facts(), source); // is counted
        QThread::msleep(1'500); // the answer waits in the event loop

        m_session->setSourceError("gone");
        QTest::qWait(100);

        QCOMPARE(view().figures().at(4), "–");
        QVERIFY(view().findChild<QLabel*>("oovWhy")->text().contains("not open"));
    }

    void aSentenceIsTriedWhileOneTypes()
    {
        learn();
        const QString word = model().data(model().index(2, TokenModel::Word)).toString();

        QTest::keyClicks(&view().tryText().field(), word + " qqqq");

        QTRY_COMPARE(view().tryText().result().tokens.size(), 2U);
        const std::vector<TriedToken>& tokens = view().tryText().result().tokens;
        QCOMPARE(tokens[0], (TriedToken{word.toStdString(), 2, false}));
        QCOMPARE(tokens[1], (TriedToken{"qqqq", 1, true}));
        keepLooks(*m_window, "vocabulary_tried_window");
    }

    void aVocabularyIsExportedAndComesBack()
    {
        learn();
        const Document before = m_session->document();
        const QString path = m_folder->filePath("words.txt");
        {
            const Chooser chooser(path);
            m_hand->press(&view(), "Export...");
        }
        QVERIFY(QFile::exists(path));
        std::ofstream(path.toStdString()) << "alpha\nbeta\n";

        const Chooser chooser(path);
        m_hand->press(&view(), "Import...");

        QTRY_COMPARE(model().rowCount(), 4);
        QCOMPARE(model().data(model().index(3, TokenModel::Word)).toString(), "beta");
        m_window->activateWindow(); // a window system would; the off-screen one forgets it
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_hand->key(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(m_session->document() == before);
    }

    void aBadFileIsToldAndChangesNothing()
    {
        learn();
        const Document before = m_session->document();
        const QString path = m_folder->filePath("twice.txt");
        std::ofstream(path.toStdString()) << "alpha\nbeta\nalpha\n";
        QString told;
        connect(m_session.get(), &Session::failed, this, [&](const QString& what) { told = what; });

        const Chooser chooser(path);
        m_hand->press(&view(), "Import...");

        QTRY_VERIFY2(told.contains("twice.txt:3"), qPrintable(told));
        QVERIFY(m_session->document() == before);
    }

private:
    VocabularyView& view() const { return *m_window->views().vocabulary; }
    /// What stands beside the plot; -1: nothing.
    qint64 checkedRows() const
    {
        const QString text = view().findChild<QLabel*>("oovRows")->text();
        bool fine = false;
        const qint64 rows = QLocale().toLongLong(text.section(' ', 0, 0), &fine);
        return fine ? rows : -1;
    }
    TokenModel& model() const { return view().tokens().model(); }
    QTabWidget& tabs() const { return *m_window->findChild<QTabWidget*>("bottomTabs"); }
    void learn()
    {
        m_hand->clickNode("text_vectorization");
        m_hand->key(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(model().rowCount() > 50, kPatience);
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestVocabularyViews)
#include "tst_vocabulary_views.moc"
