#include "core/data/sources.h"
#include "core/graph/edits.h"
#include "core/graph/flow.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/inspector/tensor_probe.h"
#include "widgets/preview/contact_sheet.h"
#include "widgets/preview/preview_view.h"
#include "widgets/preview/word_picture.h"

#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

namespace lb {
namespace {

using Kind = ValueWords::Kind;

ConfigList someWords()
{
    ConfigList list;
    for (const char* word : {"the", "rocket", "market", "rose", "fell", "team"})
        list.push_back(std::string(word));
    return list;
}

PreviewSample sentence(const char* text, std::uint64_t id)
{
    return rowSample("row " + std::to_string(id), {"text"},
                     {Tensor::of<std::string>({1}, {text})}, id);
}

QImage inkOf(const ValueWords& words)
{
    return wordsImage(words, {122, 60});
}

} // namespace

/// The preview of rows: sentences, ids, cells, classes.
class TestRowPreview : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
        m_document = emptyDocument();
        m_source = add("Source", ConfigObject{{"kind", "sentences"}, {"count", 16}}, {});
        m_vectorize = add("TextVectorization",
                          ConfigObject{{"vocabulary", someWords()}, {"output_sequence_length", 12}},
                          m_source);
        m_view = std::make_unique<PreviewView>(m_registry);
        m_view->resize(1100, 420);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup() { m_view.reset(); }

    void showsSentencesAndTheirIds()
    {
        open(m_vectorize);

        const auto& rows = m_view->sheet().rows();
        QCOMPARE(rows.size(), 2u);
        QCOMPARE(rows[0].name, "row 3");
        QCOMPARE(rows[0].size, "35 chars");
        QCOMPARE(rows[0].cells.size(), 2u);
        QCOMPARE(rows[0].cells[0].words.lines.at(0).to,
                 std::string("The rocket rose and the market fell"));
        QCOMPARE(rows[0].cells[0].caption, "news");
        QVERIFY(rows[0].cells[1].words.kind == Kind::Pairs);
        QCOMPARE(wordsText(rows[0].cells[1].words),
                 "the 2, rocket 3, rose 5, and 1, the 2, market 4, fell 6");
        keepLooks(*m_view, "preview_rows");
    }

    void theSourceShowsTheRowItself()
    {
        open(m_source);
        const auto& cells = m_view->sheet().rows()[1].cells;
        QCOMPARE(cells[0].words, cells[1].words);
    }

    void rowsHaveNoSizeAndNoFiles()
    {
        open(m_vectorize);
        for (const auto* button : m_view->findChildren<QToolButton*>())
            if (button->text() == "Native")
                QVERIFY(!button->isVisible());
        const auto* pins = m_view->findChild<QPushButton*>("pins");
        QCOMPARE(pins->menu()->actions().first()->text(), "Pin another row…");
    }

    void keysWalkThroughTheRows()
    {
        open(m_vectorize);
        QSignalSpy probed(m_view.get(), &PreviewView::probed);
        QSignalSpy unpin(m_view.get(), &PreviewView::unpinRequested);
        m_view->sheet().setFocus();

        QTest::keyClick(&m_view->sheet(), Qt::Key_Down);
        settle();

        QCOMPARE(m_view->currentRow(), 1);
        QCOMPARE(probed.last()[1].toString(), "output, row 9");
        QVERIFY(m_view->sheet().accessibleDescription().contains("team 7"));
        QTest::keyClick(&m_view->sheet(), Qt::Key_Delete);
        QCOMPARE(unpin.size(), 1);
        QCOMPARE(unpin[0][0].toInt(), 1);
    }

    void aPredictionOfFewClassesIsAsManyBars()
    {
        NodePicture picture;
        picture.kind = PictureKind::Bars;
        picture.shape = {2};
        picture.numbers = {0.25, 0.75};
        const ValueWords shares = shownWords(picture, {"sports", "business"});
        QVERIFY(shares.kind == Kind::Shares);
        QCOMPARE(wordsText(shares), "sports 0.25, business 0.75");

        picture.numbers = {-1.5, 4}; // logits are no shares
        QVERIFY(shownWords(picture, {"sports", "business"}).empty());
    }

    void wordsArePaintedInEveryKind_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("lines");
        QTest::newRow("one text") << int(Kind::Texts) << 1;
        QTest::newRow("texts") << int(Kind::Texts) << 4;
        QTest::newRow("a pair") << int(Kind::Pairs) << 1;
        QTest::newRow("pairs") << int(Kind::Pairs) << 9;
        QTest::newRow("a row") << int(Kind::Row) << 3;
        QTest::newRow("a long row") << int(Kind::Row) << 12;
        QTest::newRow("a number") << int(Kind::Numbers) << 1;
        QTest::newRow("ids") << int(Kind::Numbers) << 40;
        QTest::newRow("classes") << int(Kind::Shares) << 4;
    }
    void wordsArePaintedInEveryKind()
    {
        QFETCH(int, kind);
        QFETCH(int, lines);
        ValueWords words;
        words.kind = static_cast<Kind>(kind);
        words.count = lines;
        for (int i = 0; i < lines; ++i)
            words.lines.push_back({"embarked " + std::to_string(i), std::to_string(i * 37), 0.2,
                                   i == 1});
        const QImage image = inkOf(words);
        QCOMPARE(image.size(), QSize(244, 120));
        int inked = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                inked += image.pixel(x, y) != currentTheme().field.rgb();
        QVERIFY2(inked > 60, qPrintable(QString::number(inked)));
        for (int x = 0; x < image.width(); ++x) { // nothing reaches the border
            QCOMPARE(image.pixel(x, 0), currentTheme().field.rgb());
            QCOMPARE(image.pixel(x, image.height() - 1), currentTheme().field.rgb());
        }
        if (const QString folder = qEnvironmentVariable("LAYERBENCH_LOOKS"); !folder.isEmpty())
            image.save(folder + "/words_" + QTest::currentDataTag() + ".png");
    }

    void theProbeTellsWhatATextIsLike()
    {
        TensorProbe probe;
        probe.resize(264, 132);
        probe.setStatistics(statisticsOf(Tensor::of<std::string>({2}, {"abc", ""}),
                                         ValueRange::unknown()));
        probe.show();
        QCOMPARE(probe.accessibleDescription(),
                 "2 text(s), the shortest with 0 characters, the longest with 3, 1 empty");
        keepLooks(probe, "probe_text");
    }

private:
    NodeId add(const char* kerasClass, Config config, NodeId from)
    {
        auto added = edits::addLayer(m_document, m_document.root().id, kerasClass,
                                     std::move(config), Stage::Pipeline, {});
        m_document = added.value().document;
        const NodeId node = added.value().node;
        if (from.value)
            m_document = edits::connect(m_document, {from, 0}, node, "").value();
        return node;
    }
    void open(NodeId node)
    {
        Facts facts;
        facts.columns = {{"text", {DType::String, {1}, {}}}};
        facts.classNames = {"news", "sport"};
        m_view->setPins({{sentence("The rocket rose and the market fell", 3), "news"},
                         {sentence("A team", 9), "sport"}});
        m_view->setProject(std::make_shared<const Document>(m_document), facts, Phase::Training,
                           node);
        settle();
    }
    void settle() { QTRY_VERIFY(m_view->settled()); }

    LayerRegistry m_registry;
    Document m_document;
    NodeId m_source, m_vectorize;
    std::unique_ptr<PreviewView> m_view;
};

} // namespace lb

LB_TEST(lb::TestRowPreview)
#include "tst_row_preview.moc"
