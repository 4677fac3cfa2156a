#include "core/graph/edits.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/inspector/cost_list.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/range_slider.h"

#include <QClipboard>
#include <QPlainTextEdit>
#include <QTabBar>

namespace lb {
namespace {

/// What the inspector asks its owner for about the node that it shows.
class TestInspectorWishes : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
        m_inspector = std::make_unique<Inspector>(m_registry);
        m_inspector->resize(320, 900);
        m_inspector->QWidget::show();
        QVERIFY(QTest::qWaitForWindowExposed(m_inspector.get()));
        m_ended = 0;
        connect(m_inspector.get(), &Inspector::editEnded, this, [this] { ++m_ended; });
    }
    void cleanup() { m_inspector.reset(); }

    void aDragIsOneEditOfItsNode()
    {
        open("RandomRotation");
        std::vector<NodeId> nodes;
        connect(m_inspector.get(), &Inspector::paramEdited, this,
                [&](NodeId node, const QString& path, const Config&, bool dragging) {
                    QCOMPARE(path, "factor");
                    QVERIFY(dragging);
                    nodes.push_back(node);
                });

        drag(*m_inspector->findChild<QWidget*>("factor")->findChild<RangeSlider*>());

        QVERIFY(nodes.size() > 2);
        QCOMPARE(std::ranges::count(nodes, m_node), std::ssize(nodes));
        QCOMPARE(m_ended, 1);
    }

    void aDragInTheRecipeIsOneEdit()
    {
        show({});
        std::vector<double> fractions;
        connect(m_inspector.get(), &Inspector::recipeEdited, this,
                [&](const Recipe& recipe, const QString& key, bool dragging) {
                    QCOMPARE(key, "validation_fraction");
                    QVERIFY(dragging);
                    fractions.push_back(recipe.validationFraction);
                });
        RangeSlider* slider = nullptr;
        for (QWidget* editor : m_inspector->findChildren<QWidget*>("validation_fraction"))
            if (editor->isVisible())
                slider = editor->findChild<RangeSlider*>();
        QVERIFY(slider);

        drag(*slider);

        QVERIFY(fractions.size() > 2 && fractions.back() > fractions.front());
        QCOMPARE(m_ended, 1);
    }

    void aFixIsAskedFor()
    {
        open("RandomRotation");
        Analysis analysis = analysed(*m_document, {}, m_registry);
        Problem odd{Severity::Warning, "odd", m_node, {}, "factor", LB_TR("Test", "odd"), {}};
        odd.fixes.push_back({LB_TR("Test", "Mend"), {}, {}});
        analysis.problems = {odd};
        m_inspector->show(m_document, analysis, {}, m_node);
        std::vector<std::pair<std::string, int>> asked;
        connect(m_inspector.get(), &Inspector::fixRequested, this,
                [&](const Problem& problem, int fix) { asked.emplace_back(problem.code, fix); });

        QTest::mouseClick(m_inspector->findChild<QPushButton*>("fix0"), Qt::LeftButton);

        QCOMPARE(asked, (std::vector{std::pair<std::string, int>("odd", 0)}));
    }

    void aLayerThatLearnsIsAdapted()
    {
        open("Normalization");
        int asked = 0;
        connect(m_inspector.get(), &Inspector::adaptRequested, this, [&] { ++asked; });
        auto* adapt = m_inspector->findChild<QPushButton*>("adapt");
        QVERIFY(adapt->isVisible());

        QTest::mouseClick(adapt, Qt::LeftButton);

        QCOMPARE(asked, 1);
    }

    void aCostLeadsToItsNode()
    {
        open("RandomRotation");
        const NodeId other{m_node.value + 1};
        m_inspector->setCosts({{m_node, "random_rotation", 0.5}, {other, "rescaling", 0.1}}, "sum");
        NodeId clicked;
        connect(m_inspector.get(), &Inspector::nodeClicked, this,
                [&](NodeId node) { clicked = node; });

        QTest::mouseClick(m_inspector->findChild<CostList*>(), Qt::LeftButton, {}, {20, 30});

        QCOMPARE(clicked, other);
    }

    void theCodeIsCopied()
    {
        open("RandomRotation");
        auto* tabs = m_inspector->findChild<QTabBar*>("inspectorTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(2).center());

        QTest::mouseClick(m_inspector->findChild<QPushButton*>("copyCode"), Qt::LeftButton);

        QVERIFY(m_inspector->findChild<QPlainTextEdit*>("code")->isVisible());
        QVERIFY(QApplication::clipboard()->text().startsWith("keras.layers.RandomRotation("));
    }

private:
    void open(std::string_view kerasClass)
    {
        Document document = emptyDocument();
        auto added = edits::addLayer(document, document.root().id, std::string(kerasClass),
                                     m_registry.find(kerasClass).value()->newConfig(),
                                     Stage::Pipeline, {});
        m_document = std::make_shared<const Document>(added.value().document);
        m_node = added.value().node;
        show(m_node);
    }
    void show(NodeId node)
    {
        if (!m_document)
            m_document = std::make_shared<const Document>(emptyDocument());
        m_inspector->show(m_document, analysed(*m_document, {}, m_registry), {}, node);
    }
    static void drag(RangeSlider& slider)
    {
        const QPoint from = slider.handlePosition(1);
        QTest::mousePress(&slider, Qt::LeftButton, {}, from);
        for (int x = 1; x <= 5; ++x)
            QTest::mouseMove(&slider, from + QPoint(5 * x, 0));
        QTest::mouseRelease(&slider, Qt::LeftButton, {}, from + QPoint(25, 0));
    }

    LayerRegistry m_registry;
    std::unique_ptr<Inspector> m_inspector;
    std::shared_ptr<const Document> m_document;
    NodeId m_node;
    int m_ended = 0;
};

} // namespace
} // namespace lb

LB_TEST(lb::TestInspectorWishes)
#include "tst_inspector_wishes.moc"
