#include "core/graph/edits.h"
#include "core/graph/ledger.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/inspector/example_picture.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/inspector_pages.h"
#include "widgets/inspector/number_field.h"
#include "widgets/inspector/parameter_panel.h"
#include "widgets/inspector/recipe_panel.h"
#include "widgets/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
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

    void aboutShowsTheLayerAtWork()
    {
        AboutPage page(m_registry);
        page.resize(264, 600);
        page.showLayer(*m_registry.find("StringLookup").value(), {}, {});
        QVERIFY(!page.example()->example()); // nobody looks at it yet
        page.show();
        QVERIFY(page.example()->example());
        QVERIFY2(page.example()->accessibleDescription().startsWith("azure, cyan, celeste → azure 0"),
                 qPrintable(page.example()->accessibleDescription()));
        keepLooks(page, "about_lookup");
        page.showLayer(*m_registry.find("RandomRotation").value(), {}, {});
        QVERIFY(!page.example()->example()->output.picture.rgb.empty());
        keepLooks(page, "about_rotation");
        page.showLayer(*m_registry.find("TextVectorization").value(), {}, {});
        keepLooks(page, "about_text");
        page.showLayer(*m_registry.find("Embedding").value(), {}, {});
        keepLooks(page, "about_embedding");
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

    /// No node could say later what is wrong with a field of the recipe.
    void whatTheRecipeCannotTakeIsRefusedAtItsField_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("reason");
        QTest::newRow("rate") << "learning_rate" << "fast" << "“fast” is no number";
        QTest::newRow("rate below nothing") << "learning_rate" << "-1" << "-1 is less than 0";
        QTest::newRow("epochs") << "epochs" << "ten" << "“ten” is no whole number";
        QTest::newRow("no epoch") << "epochs" << "0" << "0 is less than 1";
        QTest::newRow("batch") << "batch_size" << "3.5" << "“3.5” is no whole number";
        QTest::newRow("validation") << "validation_fraction" << "a tenth" << "“a tenth” is no number";
        QTest::newRow("all for validation") << "validation_fraction" << "100" << "100 is more than 99";
        QTest::newRow("no number") << "validation_fraction" << "nan" << "nan cannot be used here; 10 stays";
        QTest::newRow("rate without end") << "learning_rate" << "inf" << "inf cannot be used here";
        QTest::newRow("patience") << "patience" << "x" << "“x” is no whole number";
        QTest::newRow("seed") << "seed" << "lucky" << "“lucky” is no whole number";
    }
    void whatTheRecipeCannotTakeIsRefusedAtItsField()
    {
        QFETCH(QString, key);
        QFETCH(QString, typed);
        QFETCH(QString, reason);
        RecipePanel panel;
        panel.resize(264, 700);
        panel.show();
        panel.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        int edits = 0;
        connect(&panel, &RecipePanel::recipeEdited, this, [&] { ++edits; });
        QWidget* editor = panel.findChild<QWidget*>(key);
        auto* line = editor->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton);
        line->selectAll();
        QTest::keyClicks(line, typed);

        QTest::keyClick(line, Qt::Key_Return);

        auto* refusal = editor->parentWidget()->findChild<QLabel*>("refusal");
        QVERIFY(refusal->isVisible());
        QVERIFY2(refusal->text().startsWith(reason), qPrintable(refusal->text()));
        QCOMPARE(edits, 0);
        keepLooks(panel, "recipe_refusal");
    }

    /// In per cent, as on the node of the data and in the Data workspace.
    void theShareForValidationIsSetWhereItIsShown()
    {
        Inspector inspector(m_registry);
        inspector.resize(300, 900);
        const auto document = project();
        const Node* source = document->source();
        QVERIFY(source);
        inspector.show(document, analysed(*document, {}, m_registry), {}, source->id);
        inspector.QWidget::show();
        std::vector<double> shares;
        connect(&inspector, &Inspector::recipeEdited, this,
                [&](const Recipe& recipe, const QString&, bool) { shares.push_back(recipe.validationFraction); });
        auto* panel = inspector.findChild<QWidget*>("sourceRecipe");
        QVERIFY(panel->isVisible());
        auto* line = panel->findChild<QWidget*>("validation_fraction")->findChild<QLineEdit*>();
        QCOMPARE(line->text(), "10");
        QTest::mouseClick(line, Qt::LeftButton);
        line->selectAll();
        QTest::keyClicks(line, "12.5");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(shares, std::vector<double>{0.125});
        QVERIFY(!panel->findChild<QWidget*>("ownValidation")->isVisible());

        inspector.setOwnValidation(true); // no share is split off

        QVERIFY(!line->isVisible());
        auto* toData = panel->findChild<QPushButton*>("ownValidation");
        QVERIFY(toData->isVisible());
        QVERIFY(allText(*panel).contains("own samples"));
        QSignalSpy asked(&inspector, &Inspector::dataRequested);
        QTest::mouseClick(toData, Qt::LeftButton);
        QCOMPARE(asked.size(), 1);
        keepLooks(inspector, "source_validation");
    }

    /// Of what the layer is computed with; what a project cannot do with it is said at the field.
    void theDtypePolicyIsChosen_data()
    {
        QTest::addColumn<QString>("kerasClass");
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("picked");
        QTest::addColumn<bool>("refused");
        QTest::newRow("prepares data") << "Rescaling" << "float32" << "bfloat16" << false;
        QTest::newRow("mixed") << "Resizing" << "float32" << "mixed_float16" << false;
        QTest::newRow("float64 in a project") << "Rescaling" << "float32" << "float64" << true;
        QTest::newRow("trains") << "Dense" << "float32" << "float16" << true;
        QTest::newRow("ids") << "Hashing" << "none" << "int32" << false;
    }
    void theDtypePolicyIsChosen()
    {
        QFETCH(QString, kerasClass);
        QFETCH(QString, shown);
        QFETCH(QString, picked);
        QFETCH(bool, refused);
        Inspector inspector(m_registry);
        inspector.resize(300, 900);
        Document document = emptyDocument();
        const std::string name = kerasClass.toStdString();
        auto added = edits::addLayer(document, document.root().id, name, layer(name).newConfig(),
                                     Stage::Model, {});
        const NodeId node = added.value().node;
        auto now = std::make_shared<const Document>(added.value().document);
        const auto show = [&] { inspector.show(now, analysed(*now, {}, m_registry), {}, node); };
        connect(&inspector, &Inspector::paramEdited, this,
                [&](NodeId, const QString& path, const Config& value, bool) {
                    QCOMPARE(path, "dtype");
                    now = std::make_shared<const Document>(
                        edits::setParam(*now, now->layerOf(node)->id, path.toStdString(), value).value());
                    show();
                });
        show();
        inspector.QWidget::show();
        auto* combo = inspector.findChild<QWidget*>("dtype")->findChild<QComboBox*>();
        auto* more = inspector.findChild<QWidget*>("dtype")->parentWidget()->parentWidget()->findChild<QPushButton*>("more");
        QVERIFY(!combo->isVisible()); // few need it
        QTest::mouseClick(more, Qt::LeftButton);
        QVERIFY(combo->isVisible());
        QCOMPARE(combo->currentText(), shown);
        for (int i = 0; i < combo->count(); ++i)
            if (combo->itemText(i) != "none")
                QVERIFY2(layer(name).computesWith(combo->itemText(i).toStdString()), qPrintable(combo->itemText(i)));
        QVERIFY(combo->findText(picked) >= 0);

        combo->setFocus();
        combo->setCurrentIndex(combo->findText(picked));
        Q_EMIT combo->activated(combo->currentIndex());

        QCOMPARE(*now->layerOf(node)->config.find("dtype"), Config(picked.toStdString()));
        QCOMPARE(combo->currentText(), picked);
        const Analysis analysis = analysed(*now, {}, m_registry);
        const bool said = std::ranges::any_of(analysis.problems, [&](const Problem& problem) {
            return problem.node == node && problem.param == "dtype";
        });
        QCOMPARE(said, refused);
        QTest::mouseClick(more, Qt::LeftButton);
        QCOMPARE(combo->isVisible(), refused); // what is wrong is not hidden
        QWidget* row = inspector.findChild<QWidget*>("dtype")->parentWidget();
        QCOMPARE(row->findChild<QLabel*>("problem") != nullptr, refused);
        keepLooks(inspector, "dtype_" + kerasClass + "_" + picked);
    }

    /// As archives have it.
    void aDtypePolicyThatIsAnObjectGoesByItsName()
    {
        Inspector inspector(m_registry);
        Document document = emptyDocument();
        Config config = withParam(layer("Rescaling").newConfig(), "dtype",
                                  ConfigObject{{"class_name", "DTypePolicy"}, {"config", ConfigObject{{"name", "float16"}}}})
                            .value();
        auto added = edits::addLayer(document, document.root().id, "Rescaling", config, Stage::Pipeline, {});
        const auto with = std::make_shared<const Document>(added.value().document);

        inspector.show(with, analysed(*with, {}, m_registry), {}, added.value().node);

        QCOMPARE(inspector.findChild<QWidget*>("dtype")->findChild<QComboBox*>()->currentText(), "float16");
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

    void theStateTabTellsOfWhatWasLearned()
    {
        Inspector inspector(m_registry);
        inspector.resize(320, 900);
        const auto document = project();
        auto added = edits::addLayer(*document, document->root().id, "Normalization",
                                     ConfigObject{}, Stage::Pipeline, {});
        const NodeId node = added.value().node;
        const LayerId layer = added.value().document.layerOf(node)->id;
        const auto learned = [&](ConfigObject record, const StateHandle& before) {
            auto state = std::make_shared<AdaptedState>();
            state->tensors["mean"] = Tensor::of<float>({1}, {0});
            state->tensors["variance"] = Tensor::of<float>({1}, {1});
            state->record = ledger::recorded(std::move(record), before);
            return StateHandle(std::move(state));
        };
        const StateHandle first = learned({{"data", ledger::kTyped}, {"rows", 3}}, nullptr);
        const StateHandle second
            = learned({{"data", "3fa91c00000000000000"}, {"split", "all"}, {"rows", 1'000},
                       {"block", 128}, {"seconds", 0.25}},
                      first);
        const auto with = std::make_shared<const Document>(
            edits::setAdapted(added.value().document, layer, second).value());
        const auto show = [&](NodeId which) {
            inspector.show(with, analysed(*with, {}, m_registry), {}, which);
        };
        show(node);
        inspector.QWidget::show();
        auto* tabs = inspector.findChild<QTabBar*>("inspectorTabs");
        QVERIFY(tabs->isTabVisible(4));

        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(4).center());

        QCOMPARE(inspector.findChild<QLabel*>("ledgerNow")->text(), "Learned from all rows");
        QVERIFY(inspector.findChild<QLabel*>("ledgerWarning")->isVisible());
        QStringList shown;
        for (const QLabel* label : inspector.findChildren<QLabel*>())
            if (label->isVisible())
                shown << label->text();
        QVERIFY2(shown.contains("3fa91c000000…"), qPrintable(shown.join('|')));
        QVERIFY(shown.contains(grouped(1'000)) && shown.contains("128") && shown.contains("0.25 s"));
        QVERIFY(shown.contains("typed values, 3 rows")); // what stood there before
        show(document->root().nodes[1]->id); // a layer that learns nothing
        QVERIFY(!tabs->isTabVisible(4));
    }

    void anotherProjectsLayerOfTheSameNumberIsShownAnew()
    {
        Inspector inspector(m_registry);
        inspector.resize(320, 900);
        const auto document = project();
        const auto added = edits::addLayer(*document, document->root().id, "FeatureSpace",
                                           ConfigObject{}, Stage::Pipeline, {});
        const auto with = std::make_shared<const Document>(added.value().document);
        const auto show = [&] {
            inspector.show(with, analysed(*with, {}, m_registry), {}, added.value().node);
            for (const ParameterPanel* panel : inspector.findChildren<ParameterPanel*>())
                if (auto* json = panel->findChild<QPlainTextEdit*>())
                    return json;
            return static_cast<QPlainTextEdit*>(nullptr);
        };
        QPlainTextEdit* features = show();
        QVERIFY(features);
        inspector.QWidget::show();
        const QString before = features->toPlainText();
        features->selectAll();
        features->insertPlainText("{\"age\": ");

        inspector.forgetTyped();

        features = show();
        QVERIFY(features);
        QCOMPARE(features->toPlainText(), before);
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
