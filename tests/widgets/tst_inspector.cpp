#include "core/graph/edits.h"
#include "tests/support/lb_test.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/number_field.h"
#include "widgets/inspector/recipe_panel.h"
#include "widgets/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

using namespace lb;

class TstInspector : public QObject {
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
    }

    void theRecipeIsEdited()
    {
        RecipePanel panel;
        panel.resize(264, 700);
        panel.show();
        Recipe recipe;
        panel.setRecipe(recipe);
        connect(&panel, &RecipePanel::recipeEdited, this,
                [&](const Recipe& next, const QString&, bool) {
                    recipe = next;
                    panel.setRecipe(recipe);
                });
        const auto type = [&](const char* key, const char* text) {
            auto* line = panel.findChild<QWidget*>(key)->findChild<QLineEdit*>();
            QTest::mouseClick(line, Qt::LeftButton);
            line->selectAll();
            QTest::keyClicks(line, text);
            QTest::keyClick(line, Qt::Key_Return);
        };
        type("learning_rate", "0.002");
        type("epochs", "3");
        type("patience", "2");
        QTest::mouseClick(panel.findChild<QWidget*>("from_logits")->findChild<QCheckBox*>(),
                          Qt::LeftButton, {}, {7, 12});
        const Config* config = recipe.optimizer.find("config");
        QCOMPARE(*config->find("learning_rate"), Config(0.002));
        QCOMPARE(*recipe.optimizer.find("class_name"), Config("Adam"));
        QCOMPARE(recipe.epochs, std::int64_t{3});
        QCOMPARE(recipe.earlyStoppingPatience, std::int64_t{2});
        QVERIFY(recipe.fromLogits);

        auto* optimizer = panel.findChild<QWidget*>("optimizer")->findChild<QComboBox*>();
        optimizer->setFocus();
        QTest::keyClick(optimizer, Qt::Key_End);
        QCOMPARE(*recipe.optimizer.find("class_name"), Config("SGD"));
        QCOMPARE(panel.findChild<QWidget*>("learning_rate")->findChild<NumberField*>()->value(),
                 Config(0.01)); // Keras' own for SGD
    }

    void withoutASelectionTheProjectIsShown()
    {
        Inspector inspector(m_registry);
        inspector.resize(300, 800);
        const auto document = project();
        const Analysis analysis = analysed(*document, {}, m_registry);
        inspector.show(document, analysis, {}, {});
        inspector.QWidget::show();
        QVERIFY(inspector.findChild<QLabel*>("nothingSelected")->isVisible());
        QVERIFY(!inspector.findChild<QTabBar*>("inspectorTabs")->isVisible());
        inspector.show(document, analysis, {}, document->root().nodes[1]->id);
        QVERIFY(!inspector.findChild<QLabel*>("nothingSelected")->isVisible());
        QVERIFY(inspector.findChild<QTabBar*>("inspectorTabs")->isVisible());
    }

    void whatTheRecipeSetsIsEditedAtItsNode()
    {
        Inspector inspector(m_registry);
        inspector.resize(300, 900);
        const auto document = project();
        auto added = edits::addLayer(*document, document->root().id, "Output", ConfigObject{},
                                     Stage::Model, {});
        const auto with = std::make_shared<const Document>(added.value().document);
        inspector.show(with, analysed(*with, {}, m_registry), {}, added.value().node);
        inspector.QWidget::show();
        std::int64_t epochs = 0;
        connect(&inspector, &Inspector::recipeEdited, this,
                [&](const Recipe& recipe, const QString&, bool) { epochs = recipe.epochs; });
        auto* recipe = inspector.findChild<QWidget*>("nodeRecipe");
        QVERIFY(recipe->isVisible());
        auto* line = recipe->findChild<QWidget*>("epochs")->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton);
        line->selectAll();
        QTest::keyClicks(line, "4");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(epochs, std::int64_t{4});
        inspector.show(with, analysed(*with, {}, m_registry), {}, with->root().nodes[1]->id);
        QVERIFY(!recipe->isVisible());
    }

    void aLayerIsRenamedAndMuted()
    {
        Inspector inspector(m_registry);
        inspector.resize(300, 800);
        const auto document = project();
        const NodeId node = document->root().nodes[1]->id;
        inspector.show(document, analysed(*document, {}, m_registry), {}, node);
        inspector.QWidget::show();
        QString renamed;
        NodeId muted;
        connect(&inspector, &Inspector::renameRequested, this,
                [&](NodeId, const QString& name) { renamed = name; });
        connect(&inspector, &Inspector::muteRequested, this,
                [&](NodeId which, bool on) { muted = on ? which : NodeId{}; });
        auto* name = inspector.findChild<QLineEdit*>("layerName");
        QCOMPARE(name->text(), "random_rotation");
        QTest::mouseClick(name, Qt::LeftButton);
        name->selectAll();
        QTest::keyClicks(name, "turned");
        QTest::keyClick(name, Qt::Key_Escape);
        QCOMPARE(name->text(), "random_rotation");
        QVERIFY(renamed.isEmpty());
        QTest::mouseClick(name, Qt::LeftButton);
        name->selectAll();
        QTest::keyClicks(name, "turned");
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(renamed, "turned");
        QTest::mouseClick(inspector.findChild<QToolButton*>("mute"), Qt::LeftButton);
        QCOMPARE(muted, node);
    }

    void theCodeIsKeras()
    {
        Inspector inspector(m_registry);
        const auto document = project();
        inspector.show(document, analysed(*document, {}, m_registry), {},
                       document->root().nodes[1]->id);
        QCOMPARE(inspector.findChild<QPlainTextEdit*>("code")->toPlainText(),
                 "keras.layers.RandomRotation(\n    factor=[-0.1, 0.1],\n"
                 "    name='random_rotation',\n)");
    }

private:
    const LayerType& layer(std::string_view name) const { return *m_registry.find(name).value(); }
    /// source -> rotation
    std::shared_ptr<const Document> project() const
    {
        Document document = emptyDocument();
        auto source = edits::addLayer(document, document.root().id, "Source", ConfigObject{},
                                      Stage::Pipeline, {});
        auto rotation
            = edits::addLayer(source.value().document, document.root().id, "RandomRotation",
                              layer("RandomRotation").newConfig(), Stage::Pipeline, {});
        auto wired = edits::connect(rotation.value().document, {source.value().node, 0},
                                    rotation.value().node, "");
        return std::make_shared<const Document>(wired.value());
    }

    LayerRegistry m_registry;
};

LB_TEST(TstInspector)
#include "tst_inspector.moc"
