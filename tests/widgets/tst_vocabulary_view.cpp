#include "widgets/vocabulary/vocabulary_view.h"

#include "tests/support/lb_test.h"
#include "tests/support/menu_hand.h"
#include "tests/widgets/looks.h"
#include "widgets/support/controls.h"
#include "widgets/theme/theme.h"
#include "widgets/vocabulary/token_model.h"
#include "widgets/vocabulary/token_table.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QFontMetricsF>
#include <QTest>

using namespace lb;

namespace {

/// Padding, unknown, then `count` words of which the first is the most frequent.
VocabularyHandle words(std::size_t count)
{
    VocabularyReport report{.tokens = {"", "[UNK]"}, .special = 2, .padding = 0};
    report.counts = report.documents = {0, 0};
    report.idf = {0, 0};
    for (std::size_t i = 0; i < count; ++i) {
        report.tokens.push_back("word" + std::to_string(i));
        report.counts.push_back(static_cast<std::int64_t>(10 * count / (i + 1)));
        report.documents.push_back(static_cast<std::int64_t>(count - i));
        report.idf.push_back(0.5 + 0.001 * static_cast<double>(i));
        report.occurrences += report.counts.back();
    }
    report.rows = 500;
    report.distinct = static_cast<std::int64_t>(count) + 7;
    return std::make_shared<const VocabularyReport>(std::move(report));
}

/// The same, of which the user keeps one.
VocabularyHandle pinnedWords(std::size_t count, std::size_t id)
{
    VocabularyReport report = *words(count);
    report.pinned = {id};
    return std::make_shared<const VocabularyReport>(std::move(report));
}

TriedText triedText()
{
    TriedText tried;
    tried.standardized = "word0 nowhere word3";
    tried.tokens = {{"word0", 2, false}, {"nowhere", 1, true}, {"word3", 5, false}};
    tried.output = {2, 1, 5, 0, 0, 0};
    tried.dtype = "int64 (1, 6)";
    tried.decoded = "word0 [UNK] word3";
    return tried;
}

} // namespace

/// The vocabulary of a layer: figures, table, plots, and a sentence to try.
class TestVocabularyView : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        setTheme(Theme::dark());
        m_view = std::make_unique<VocabularyView>();
        m_view->resize(1280, 640);
        m_view->setLayer("text_vectorization", words(200));
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup() { m_view.reset(); }

    void theFiguresSayWhatWasLearned()
    {
        VocabularyCheck check{.rows = 50, .occurrences = 1'000, .unknown = 110};
        check.medianLength = 37;
        check.longLength = 52;
        check.cutShare = 0.089;
        check.oovBySize = {{100, 0.3}, {202, 0.11}, {400, 0.05}};

        m_view->setCheck(check);

        QCOMPARE(m_view->figures(), (QStringList{"500", "207", "202", "100.0 %", "11.0 %",
                                                 "37 / 52", "8.9 %"}));
        keepLooks(*m_view, "vocabulary");
    }

    void theFiguresSayFromWhichRows_data()
    {
        QTest::addColumn<ledger::Split>("split");
        QTest::addColumn<QString>("rows");
        QTest::addColumn<QString>("coverage");
        QTest::newRow("training") << ledger::Split::Training << "500 training rows"
                                  << "100.0 % of train tokens";
        QTest::newRow("typed") << ledger::Split::Typed << "500 typed values"
                               << "100.0 % of typed tokens";
        QTest::newRow("all") << ledger::Split::All << "500 all rows" << "100.0 % of its tokens";
        QTest::newRow("from a file") << ledger::Split::Unknown << "500 " << "100.0 % of its tokens";
    }
    void theFiguresSayFromWhichRows()
    {
        QFETCH(ledger::Split, split);
        QFETCH(QString, rows);
        QFETCH(QString, coverage);

        m_view->setLayer("text_vectorization", words(201), {}, split);

        QCOMPARE(m_view->figureTexts().at(0), rows);
        QCOMPARE(m_view->figureTexts().at(3), coverage);
    }

    /// At every width: the note is whole, or it is left out.
    void noFigureIsCut()
    {
        VocabularyCheck check{.rows = 50, .occurrences = 1'000, .unknown = 98};
        check.oovBySize = {{100, 0.3}};
        m_view->setCheck(check);
        for (int width = 760; width <= 1400; width += 20) {
            m_view->resize(width, 640);
            QTest::qWait(1);
            for (const KeyFigure* figure : m_view->findChildren<KeyFigure*>())
                for (const QLabel* label : figure->findChildren<QLabel*>())
                    if (label->isVisible())
                        QVERIFY2(label->width() >= label->sizeHint().width()
                                     && figure->parentWidget()->rect().contains(figure->geometry()),
                                 qPrintable(QString("%1 at %2").arg(label->text()).arg(width)));
        }
    }

    /// Where max_tokens is reached the share stands at the right end, and the rarest word too.
    void whatIsMarkedIsReadable()
    {
        VocabularyCheck check{.rows = 50, .occurrences = 1'000, .unknown = 98};
        check.oovBySize = {{50, 0.3}, {200, 0.098}};
        const QFontMetricsF metrics(uiFont(FontRole::MonoSmall));
        for (const std::size_t count : {8U, 98U, 198U}) {
            m_view->setLayer("text_vectorization", words(count));
            m_view->setCheck(check);
            table().setCurrentIndex(model().index(static_cast<int>(count) + 1, TokenModel::Word));
            QTest::qWait(1);

            const QList<QRectF> marks = m_view->markTexts();

            QCOMPARE(marks.size(), 2);
            const QString word = QString("word%1").arg(count - 1);
            QVERIFY(marks[0].width() >= metrics.horizontalAdvance(word));
            QVERIFY(marks[1].width() >= metrics.horizontalAdvance("9.8 %"));
            QVERIFY(QRectF(place("Count by rank")).contains(marks[0]));
            QVERIFY(QRectF(place("OOV by size")).contains(marks[1]));
        }
        keepLooks(*m_view, "marks_at_the_end");
    }

    void withoutACheckNothingIsMadeUp()
    {
        QCOMPARE(m_view->figures().mid(4), (QStringList{"–", "–", "–"}));
        QVERIFY(m_view->oovBySize().isEmpty());
    }

    void theFieldFiltersAsOneTypes()
    {
        QTest::keyClicks(&search(), "word19");

        QCOMPARE(model().rowCount(), 11); // 19, 190..199
        QTest::keyClick(&search(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&search(), Qt::Key_Delete);
        QCOMPARE(model().rowCount(), 202);
    }

    void aNumberAndEnterGoToThatId()
    {
        QSignalSpy chosen(&m_view->tokens(), &TokenTable::tokenChosen);

        QTest::keyClicks(&search(), "150");
        QCOMPARE(model().rowCount(), 202);
        QTest::keyClick(&search(), Qt::Key_Return);

        QCOMPARE(m_view->tokens().currentToken(), 150);
        QVERIFY(table().viewport()->rect().intersects(table().visualRect(table().currentIndex())));
        QCOMPARE(chosen.last().at(0).toLongLong(), 150);
    }

    void aClickOnAHeaderSorts()
    {
        QHeaderView* header = table().horizontalHeader();
        const auto click = [&](int column) {
            QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                              {header->sectionViewportPosition(column) + 20, 8});
        };

        click(TokenModel::Documents);
        QCOMPARE(model().data(model().index(2, TokenModel::Word)).toString(), "word199");
        click(TokenModel::Documents);
        QCOMPARE(model().data(model().index(0, TokenModel::Word)).toString(), "word0");
    }

    void theChosenTokenIsMarkedOnTheCurve()
    {
        QVERIFY(m_view->chosenOnCurve().isNull());

        QTest::mouseClick(table().viewport(), Qt::LeftButton, {},
                          table().visualRect(model().index(6, TokenModel::Word)).center());

        QCOMPARE(m_view->tokens().currentToken(), 6);
        QVERIFY(!m_view->chosenOnCurve().isNull());
        QVERIFY(m_view->rect().contains(m_view->chosenOnCurve()));
        QCOMPARE(m_view->countsByRank().first(), QPointF(1, 2'000));
    }

    void specialTokensHaveNoCounts()
    {
        const auto text = [&](int row, int column) {
            return model().data(model().index(row, column)).toString();
        };
        QCOMPARE(text(0, TokenModel::Word), "\"\"");
        QCOMPARE(model().data(model().index(0, TokenModel::Word), TokenModel::KindRole).toString(),
                 "padding");
        QCOMPARE(model().data(model().index(1, TokenModel::Word), TokenModel::KindRole).toString(),
                 "oov");
        QCOMPARE(text(1, TokenModel::Count), "–");
        QCOMPARE(text(2, TokenModel::Id), "2");
        QVERIFY(text(2, TokenModel::Count) != "–");
    }

    void everyKeyOfASentenceIsTold()
    {
        QSignalSpy typed(m_view.get(), &VocabularyView::sentenceChanged);

        QTest::keyClicks(&m_view->tryText().field(), "word0 n");
        m_view->setTried(triedText());

        QCOMPARE(typed.size(), 7);
        QCOMPARE(typed.last().at(0).toString(), "word0 n");
        QCOMPARE(m_view->tryText().result().tokens.size(), 3U);
        keepLooks(*m_view, "vocabulary_tried");
    }

    void anErrorTakesThePlaceOfTheResult()
    {
        TriedText failed;
        failed.error = Error{ErrorCode::NotFound, "text_vectorization",
                             LB_TR("Error", "the node is not in the project")};

        m_view->setTried(failed);

        const auto labels = m_view->tryText().findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text().contains("not in the project");
        }));
    }

    void aLayerThatHasNotLearnedOffersTo()
    {
        QSignalSpy adapt(m_view.get(), &VocabularyView::adaptRequested);

        m_view->setLayer("text_vectorization", nullptr, "Not adapted yet. 6,080 rows.");
        QVERIFY(!table().isVisible());
        for (QPushButton* button : m_view->findChildren<QPushButton*>())
            if (button->isVisible() && button->text() == "Adapt")
                QTest::mouseClick(button, Qt::LeftButton);

        QCOMPARE(adapt.size(), 1);
        keepLooks(*m_view, "vocabulary_empty");
    }

    void onlyThePinnedOnesAreListed()
    {
        m_view->setLayer("text_vectorization", pinnedWords(200, 150));
        QVERIFY(allText(*m_view).contains("202 tokens"));

        QTest::mouseClick(button(*m_view, "Pinned"), Qt::LeftButton);
        QCOMPARE(model().rowCount(), 1);
        QCOMPARE(model().idAt(0), 150U);
        QVERIFY(allText(*m_view).contains("1 of 202 tokens"));
        QTest::mouseClick(button(*m_view, "All"), Qt::LeftButton);

        QCOMPARE(model().rowCount(), 202);
    }

    void theChosenTokenIsPinnedAndLetGo()
    {
        QSignalSpy pin(m_view.get(), &VocabularyView::pinRequested);
        QPushButton* press = button(*m_view, "Pin");
        choose(0); // the padding stays anyway
        QVERIFY(!press->isEnabled());
        choose(6);
        QVERIFY(press->isEnabled());

        QTest::mouseClick(press, Qt::LeftButton);
        QVERIFY(!press->isChecked()); // the owner's answer shows it
        QTest::keyClick(&table(), Qt::Key_P);
        m_view->setLayer("text_vectorization", pinnedWords(200, 6));
        QVERIFY(press->isChecked());
        QTest::mouseClick(press, Qt::LeftButton);

        QCOMPARE(pin.size(), 3);
        QCOMPARE(pin[0], QVariantList({6LL, true}));
        QCOMPARE(pin[1], QVariantList({6LL, true}));
        QCOMPARE(pin[2], QVariantList({6LL, false}));
    }

    void theChosenTokenIsSpelledAnew()
    {
        QSignalSpy renamed(m_view.get(), &VocabularyView::renameRequested);
        choose(6);

        QTest::mouseClick(button(*m_view, "Edit"), Qt::LeftButton);
        auto* editor = table().viewport()->findChild<QLineEdit*>();
        QVERIFY(editor);
        editor->selectAll();
        QTest::keyClicks(editor, "other");
        QTest::keyClick(editor, Qt::Key_Return);

        QTRY_COMPARE(renamed.size(), 1); // an editor commits when its key is done
        QCOMPARE(renamed[0], QVariantList({6LL, "other"}));
    }

    void aTokenHasAMenu()
    {
        QSignalSpy pin(m_view.get(), &VocabularyView::pinRequested);
        const QPoint at = table().visualRect(model().index(5, TokenModel::Word)).center();

        pickFromContextMenu(*table().viewport(), at, 2);
        QCOMPARE(pin.size(), 1);
        QCOMPARE(pin[0], QVariantList({5LL, true}));
        pickFromContextMenu(*table().viewport(), at, 1);

        QVERIFY(table().viewport()->findChild<QLineEdit*>()); // the token is being edited
    }

    void tokensGoInAndOutAndAreCompared()
    {
        m_view->setPreviousKnown(true);
        QSignalSpy in(m_view.get(), &VocabularyView::importRequested);
        QSignalSpy out(m_view.get(), &VocabularyView::exportRequested);
        QSignalSpy file(m_view.get(), &VocabularyView::compareFileRequested);
        QSignalSpy before(m_view.get(), &VocabularyView::comparePreviousRequested);

        QTest::mouseClick(button(*m_view, "Import..."), Qt::LeftButton);
        QTest::mouseClick(button(*m_view, "Export..."), Qt::LeftButton);
        pickFromMenu(*button(*m_view, "Compare"), 1);
        QCOMPARE(file.size(), 1);
        pickFromMenu(*button(*m_view, "Compare"), 2);

        QCOMPARE(in.size(), 1);
        QCOMPARE(out.size(), 1);
        QCOMPARE(file.size(), 1);
        QCOMPARE(before.size(), 1);
    }

    void aMillionTokensAreScrolledAndSorted()
    {
        m_view->setLayer("text_vectorization", words(1'000'000));

        QCOMPARE(model().rowCount(), 1'000'002);
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, {60, 40});
        QTest::keyClick(&table(), Qt::Key_End, Qt::ControlModifier);
        QTRY_COMPARE(table().rowAt(table().viewport()->height() - 8), 1'000'001);
        QTest::keyClicks(&search(), "word99999");
        QCOMPARE(model().rowCount(), 11); // 99999, 999990..999999
    }

private:
    TokenModel& model() { return m_view->tokens().model(); }
    QTableView& table() { return m_view->tokens().table(); }
    QLineEdit& search() { return m_view->tokens().search(); }
    void choose(int row)
    {
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {},
                          table().visualRect(model().index(row, TokenModel::Word)).center());
    }

    QRect place(const QString& plot) const
    {
        for (const QWidget* each : m_view->findChildren<QWidget*>())
            if (each->accessibleName() == plot)
                return {each->mapTo(m_view.get(), QPoint()), each->size()};
        return {};
    }

    std::unique_ptr<VocabularyView> m_view;
};

LB_TEST(TestVocabularyView)
#include "tst_vocabulary_view.moc"
