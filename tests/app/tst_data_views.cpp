#include "app/workbench/pinned_samples.h"
#include "app/workbench/session.h"
#include "app/workbench/views.h"
#include "core/data/sources.h"
#include "core/graph/edits.h"
#include "core/graph/project_file.h"
#include "core/training/adapt.h"
#include "tests/app/example_session.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/data/class_bars.h"
#include "widgets/data/data_view.h"
#include "widgets/data/sample_grid.h"
#include "widgets/inspector/inspector.h"

#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QImage>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>
#include <QUrl>

namespace lb {
namespace {

QImage drawnPixel()
{
    QImage image(4, 4, QImage::Format_RGB32);
    image.fill(Qt::red);
    return image;
}

template <typename T> T* called(const QWidget& view, const QString& name)
{
    for (T* each : view.findChildren<T*>())
        if (each->accessibleName() == name)
            return each;
    return nullptr;
}

/// A window's session with the Data workspace of the built-in example.
struct DataBench {
    DataBench()
        : session(builtinRegistry())
        , canvas(builtinRegistry())
    {
        for (const Template& built : builtinTemplates())
            if (built.name == "drawn_shapes")
                session.startFrom(parseProject(built.json, {}).value(), "drawn_shapes");
        addDataViews(views, session, canvas, &parent);
        view = qobject_cast<DataView*>(views.data);
        parent.resize(1500, 860);
        view->resize(parent.size());
        parent.show();
    }
    const Config* source(const char* key) const
    {
        const Document& document = session.document();
        return document.layerOf(document.source()->id)->config.find(key);
    }
    void open(const SourceHandle& data, const SourceHandle& heldOut = {})
    {
        session.setSource(data, factsOf(*data, session.document().recipe, heldOut != nullptr),
                          heldOut);
    }

    Session session;
    CanvasView canvas;
    QWidget parent;
    Views views;
    DataView* view = nullptr;
};

QString writtenTable(const QTemporaryDir& folder, const char* name, const char* bytes)
{
    QFile file(folder.filePath(name));
    if (!file.open(QFile::WriteOnly))
        qFatal("cannot write");
    file.write(bytes);
    return file.fileName();
}
/// A project that reads a table, with a wire from its column 1 and one from its label.
struct Reader {
    NodeId fare, output;
};
Reader readerOf(DataBench& bench, const ConfigObject& config)
{
    Document document = emptyDocument();
    const auto add = [&](const char* kind, const Config& layer, Stage stage) {
        auto added
            = edits::addLayer(document, document.root().id, kind, layer, stage, {});
        document = added.value().document;
        return added.value().node;
    };
    const NodeId source = add("Source", config, Stage::Pipeline);
    const NodeId fare = add("Rescaling", ConfigObject{{"scale", 0.1}}, Stage::Pipeline);
    const NodeId label = add("Rescaling", ConfigObject{{"scale", 1.0}}, Stage::Pipeline);
    document = edits::connect(document, {source, 1}, fare, "").value();
    document = edits::connect(document, {source, 2}, label, "").value();
    bench.session.startFrom(document, "people");
    bench.open(openSource(config, {}).value());
    return {fare, label};
}
int portOf(const DataBench& bench, NodeId node)
{
    const auto& inputs = bench.session.document().node(node)->inputs;
    return inputs.empty() ? -1 : std::get<PortRef>(inputs.front().from).port;
}

class TestDataViews : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(realWarnings()); }

    void editsTheSourceLayerAndUndoes()
    {
        DataBench bench;
        bench.open(drawnShapes(100, 1));

        QSpinBox* count = bench.view->findChild<QSpinBox*>();
        count->selectAll();
        QTest::keyClicks(count, "256");
        QTest::keyClick(count, Qt::Key_Return);

        QVERIFY(bench.source("count") != nullptr);
        QCOMPARE(*bench.source("count")->as<std::int64_t>(), 256);
        bench.session.undoStack()->undo();
        QVERIFY(count->value() != 256);
    }

    void takesADroppedFolderInOneUndoStep()
    {
        QTemporaryDir folder;
        DataBench bench;
        bench.open(drawnShapes(100, 1));
        const Document before = bench.session.document();

        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(folder.path())});
        QDragEnterEvent enter({9, 9}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(bench.view, &enter);
        QDropEvent drop({9, 9}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(bench.view, &drop);

        QCOMPARE(*bench.source("kind")->as<std::string>(), "image_folder");
        QCOMPARE(*bench.source("path")->as<std::string>(), folder.path().toStdString());
        bench.session.undoStack()->undo();
        QVERIFY(bench.session.document() == before);
    }

    void changesTheSplitOfTheRecipe()
    {
        DataBench bench;
        bench.open(drawnShapes(100, 1));
        auto* fraction = bench.view->findChild<QSlider*>();
        const int before = fraction->value();

        fraction->setFocus();
        QTest::keyClick(fraction, Qt::Key_Right);

        QCOMPARE(bench.session.document().recipe.validationFraction, (before + 1) / 100.0);
        bench.session.undoStack()->undo();
        QCOMPARE(fraction->value(), before);
    }

    void showsTheSourceTheWayToItAndWhyThereIsNone()
    {
        DataBench bench;
        QVERIFY(!bench.view->settled()); // it is being opened

        bench.open(drawnShapes(120, 1), drawnShapes(40, 2));
        QCOMPARE(bench.view->grid()->rows().size(), 120U);
        QTRY_VERIFY(bench.view->settled());

        bench.session.setSourceError("photos: there is no such folder; choose another one");
        QString shown;
        for (const QLabel* label : bench.view->findChildren<QLabel*>())
            if (label->isVisibleTo(bench.view))
                shown += label->text();
        QVERIFY(shown.contains("photos: there is no such folder; choose another one"));
    }

    void pinsTheChosenSample()
    {
        DataBench bench;
        std::vector<std::int64_t> pinned;
        Views views;
        views.pinSample = [&](std::shared_ptr<const Source> source, std::int64_t index) {
            QCOMPARE(source->size(), 100);
            pinned.push_back(index);
        };
        addDataViews(views, bench.session, bench.canvas, &bench.parent);
        auto* view = qobject_cast<DataView*>(views.data);
        view->resize(1500, 860);
        view->show();
        bench.open(drawnShapes(100, 1));

        QTest::mouseClick(view->grid()->viewport(), Qt::LeftButton, {},
                          view->grid()->tileRect(3).center());
        QTest::mouseClick(button(*view, "Pin sample"), Qt::LeftButton);

        QCOMPARE(pinned, std::vector<std::int64_t>{3});
    }

    void wiresFollowTheColumnsOfATableInOneStep()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath("people.csv"));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write("name,age,fare,lived\nAnn,30,7.5,1\nBob,,8,0\n");
        file.close();
        DataBench bench;
        Document document = emptyDocument();
        const auto add = [&](const char* kind, const Config& config) {
            auto added = edits::addLayer(document, document.root().id, kind, config,
                                         Stage::Pipeline, {});
            document = added.value().document;
            return added.value().node;
        };
        const Config config
            = ConfigObject{{"kind", "csv"}, {"path", file.fileName().toStdString()}};
        const NodeId source = add("Source", config);
        const NodeId fare = add("Rescaling", ConfigObject{{"scale", 0.1}});
        document = edits::connect(document, {source, 2}, fare, "").value();
        bench.session.startFrom(document, "people");
        bench.open(openSource(config, {}).value());
        const auto port = [&] {
            return std::get<PortRef>(bench.session.document().node(fare)->inputs.at(0).from).port;
        };
        QCOMPARE(bench.view->table()->table()->item(2, 0)->text(), "fare");
        QCOMPARE(port(), 2);

        bench.view->table()->table()->item(1, 0)->setCheckState(Qt::Unchecked); // age

        QCOMPARE(port(), 1);
        QVERIFY(bench.source("columns")->as<ConfigList>()->size() == 2);
        bench.session.undoStack()->undo();
        QCOMPARE(port(), 2);
        QCOMPARE(bench.view->table()->table()->item(1, 0)->checkState(), Qt::Checked);
    }

    void anotherTableKeepsWhatFitsInOneStep()
    {
        QTemporaryDir folder;
        const QString first = writtenTable(folder, "a.csv", "age,fare,lived\n1,2,x\n3,4,y\n");
        const QString other = writtenTable(folder, "b.csv", "fare,deck,price,kind\n1,a,3,p\n2,b,4,q\n");
        DataBench bench;
        const ConfigList columns{"age", ConfigObject{{"name", "fare"}, {"missing", 7.5}}};
        const Reader reader = readerOf(bench, {{"kind", "csv"},
                                           {"path", first.toStdString()},
                                           {"label", "lived"},
                                           {"columns", columns}});
        const Document before = bench.session.document();

        Q_EMIT bench.view->sourceRequested("csv", other);

        QCOMPARE(*bench.source("label")->as<std::string>(), "");
        QVERIFY(*bench.source("columns") == Config(ConfigList{columns[1]}));
        QCOMPARE(portOf(bench, reader.fare), 0);
        QCOMPARE(portOf(bench, reader.output), 1); // the label follows
        const Document& now = bench.session.document();
        bench.open(openSource(now.layerOf(now.source()->id)->config, {}).value());
        const QString shown = allText(*bench.view);
        QVERIFY2(shown.contains("the file has no column lived, so the label was detected anew: kind"),
                 qPrintable(shown));
        QVERIFY(shown.contains("not read any more: age"));
        bench.session.undoStack()->undo();
        QVERIFY(bench.session.document() == before);
        QVERIFY(!allText(*bench.view).contains("detected anew"));
    }

    /// The template of a table, whatever was chosen before the last file.
    void theOrderOfTablesDoesNotMatter_data()
    {
        QTest::addColumn<QStringList>("chain");

        QTest::newRow("others before") << QStringList{"penguins", "mpg", "diamonds", "titanic"};
        QTest::newRow("to and fro") << QStringList{"titanic", "mpg", "titanic"};
        QTest::newRow("passengers between")
            << QStringList{"diamonds", "passengers", "penguins", "titanic"};
        QTest::newRow("shapes between") << QStringList{"mpg", "drawn_shapes", "titanic"};
        QTest::newRow("sentences between") << QStringList{"sentences", "penguins", "titanic"};
    }

    void theOrderOfTablesDoesNotMatter()
    {
        QFETCH(QStringList, chain);
        const QDir data(qEnvironmentVariable("LAYERBENCH_DATA") + "/tabular");
        if (!data.exists("titanic.csv"))
            QSKIP("LAYERBENCH_DATA names no folder with the tables");
        const auto project = [&](const QStringList& names) {
            DataBench bench;
            bench.session.startFrom(builtinProject("table"), "table");
            const auto openNow = [&] {
                const Document& now = bench.session.document();
                const auto opened = openSource(now.layerOf(now.source()->id)->config, {});
                if (!opened.ok())
                    qFatal("%s", english(opened.error().message).c_str());
                bench.open(opened.value());
            };
            openNow();
            for (const QString& name : names) {
                const QString path = data.filePath(name + ".csv");
                Q_EMIT bench.view->sourceRequested(QFile::exists(path) ? "csv" : name, path);
                openNow();
                keepLooks(*bench.view, "data_" + name);
            }
            return std::pair(bench.session.document(), factsOf(*bench.session.source(),
                                                               bench.session.document().recipe,
                                                               false));
        };
        const auto errorsOf = [](const std::pair<Document, Facts>& made) {
            QStringList errors;
            for (const Problem& problem :
                 analysed(made.first, made.second, builtinRegistry()).problems)
                if (problem.severity == Severity::Error && problem.code != "not_adapted")
                    errors << QString::fromStdString(english(problem.message));
            return errors;
        };

        const auto direct = project({"titanic"});
        const auto last = project(chain);

        QCOMPARE(errorsOf(last), errorsOf(direct));
        QVERIFY(errorsOf(direct).isEmpty());
        QVERIFY(last.second.columns == direct.second.columns);
        for (const auto& node : direct.first.root().nodes)
            QVERIFY(last.first.node(node->id)->inputs == node->inputs);
    }

    void layersWhoseColumnsAreGoneAreNamed()
    {
        QTemporaryDir folder;
        const QString first = writtenTable(folder, "a.csv", "age,fare,lived\n1,2,x\n3,4,y\n");
        const QString other = writtenTable(folder, "b.csv", "deck,price,kind\n1,3,p\n2,4,q\n");
        DataBench bench;
        const Reader reader = readerOf(bench, {{"kind", "csv"}, {"path", first.toStdString()}});

        Q_EMIT bench.view->sourceRequested("csv", other);
        QCOMPARE(portOf(bench, reader.fare), -1);
        const Document& now = bench.session.document();
        bench.open(openSource(now.layerOf(now.source()->id)->config, {}).value());
        const QString shown = allText(*bench.view);
        QVERIFY2(shown.contains("these layers have no input until data have their columns: "
                                "rescaling (fare)"),
                 qPrintable(shown));

        Q_EMIT bench.view->sourceRequested("csv", first);
        QCOMPARE(portOf(bench, reader.fare), 1);
    }

    /// As a choice in the Data workspace does: the label, the columns and the wires follow.
    void aPathTypedInTheInspectorChoosesData()
    {
        QTemporaryDir folder;
        const QString first = writtenTable(folder, "a.csv", "age,fare,lived\n1,2,x\n3,4,y\n");
        const QString other = writtenTable(folder, "b.csv", "fare,deck,kind\n1,a,p\n2,b,q\n");
        DataBench bench;
        Inspector inspector(builtinRegistry());
        bench.views.inspector = &inspector;
        addDataViews(bench.views, bench.session, bench.canvas, &bench.parent);
        const Reader reader = readerOf(
            bench, {{"kind", "csv"}, {"path", first.toStdString()}, {"label", "lived"}});
        const Document before = bench.session.document();
        const NodeId source = before.source()->id;

        Q_EMIT inspector.paramEdited(source, "path", Config(other.toStdString()), false);

        QCOMPARE(*bench.source("path")->as<std::string>(), other.toStdString());
        QCOMPARE(*bench.source("label")->as<std::string>(), "");
        QCOMPARE(portOf(bench, reader.fare), 0);
        bench.session.undoStack()->undo();
        QVERIFY(bench.session.document() == before);
        Q_EMIT inspector.paramEdited(source, "kind", Config("passengers"), false);
        QCOMPARE(*bench.source("kind")->as<std::string>(), "passengers");
        QCOMPARE(portOf(bench, reader.fare), 5);
        Q_EMIT inspector.paramEdited(source, "label", Config("age"), false); // the session's own
        QVERIFY(bench.source("label")->as<std::string>()->empty()
                || *bench.source("label")->as<std::string>() == "lived");
    }

    void aLabelThatIsNotThereOffersTheWayOut()
    {
        QTemporaryDir folder;
        const QString path = writtenTable(folder, "a.csv", "age,fare,lived\n1,2,x\n3,4,y\n");
        DataBench bench;
        const Reader reader
            = readerOf(bench, {{"kind", "csv"}, {"path", path.toStdString()}, {"label", "lived"}});
        auto* detect = button(*bench.view, "Detect label and columns anew");
        QVERIFY(!detect->isVisibleTo(bench.view));
        const NodeId source = bench.session.document().source()->id;
        bench.session.setParam(source, "label", "survived");
        const auto refused = openSource(bench.session.document().layerOf(source)->config, {});
        bench.session.setSourceError(QString::fromStdString(english(refused.error().message)));
        QVERIFY(detect->isVisibleTo(bench.view));
        const auto* label = bench.view->findChild<QComboBox*>("label");
        for (const char* name : {"age", "fare", "lived"})
            QVERIFY2(label->findData(QString(name)) > 0, name); // another one may be chosen at once
        const Document before = bench.session.document();

        QTest::mouseClick(detect, Qt::LeftButton);

        QCOMPARE(*bench.source("label")->as<std::string>(), "");
        QCOMPARE(portOf(bench, reader.fare), 1);
        QCOMPARE(portOf(bench, reader.output), 2);
        QVERIFY(openSource(bench.session.document().layerOf(source)->config, {}).ok());
        bench.session.undoStack()->undo();
        QVERIFY(bench.session.document() == before);

        bench.session.setParam(source, "label", "");
        bench.session.setParam(source, "path", "gone.csv");
        bench.session.setSourceError("gone.csv: is not there");
        QVERIFY(!detect->isVisibleTo(bench.view)); // it would help nobody
    }

    void whatTheFoldersAreIsChosen()
    {
        QTemporaryDir folder;
        for (const char* place : {"train/cat", "train/dog", "test/cat"})
            QVERIFY(QDir(folder.path()).mkpath(place)
                    && drawnPixel().save(folder.filePath(QString(place) + "/1.png")));
        DataBench bench;
        const NodeId source = bench.session.document().source()->id;
        Q_EMIT bench.view->sourceRequested("image_folder", folder.path());
        const Config config = bench.session.document().layerOf(source)->config;
        auto* folders = called<QComboBox>(*bench.view, "Folders");
        QVERIFY(!folders->isVisibleTo(bench.view));

        bench.open(openSource(config, {}).value(), openHeldOut(config, {}).value());

        QVERIFY(folders->isVisibleTo(bench.view));
        QCOMPARE(folders->currentText(), "detected: splits");
        const QString shown = allText(*bench.view);
        QVERIFY(shown.contains("the folder train is for training and test for validation"));
        QVERIFY2(shown.contains("2 for training, 1 for validation. Those for validation are in the "
                                "folder test."),
                 qPrintable(shown));
        folders->setCurrentIndex(folders->findData("classes"));
        Q_EMIT folders->activated(folders->currentIndex());
        QCOMPARE(*bench.source("folders")->as<std::string>(), "classes");
        QVERIFY(folders->isVisibleTo(bench.view)); // the way back
        QCOMPARE(folders->currentText(), "classes");
    }

    void pinsAreShownByThePreview()
    {
        Session session(builtinRegistry());
        session.startFrom(parseProject(builtinTemplates().front().json, {}).value(), "drawn");
        const SourceHandle data = drawnShapes(100, 1);
        session.setSource(data, factsOf(*data, session.document().recipe, false));
        PinnedSamples pins(session);
        QTRY_VERIFY(pins.idle());

        pins.pinRow(data, 77);
        QTRY_VERIFY(pins.idle());
        pins.pinRow(data, 77); // not twice
        QTRY_VERIFY(pins.idle());

        QCOMPARE(pins.pins().front().sample.id, 77U);
        QVERIFY(pins.pins().front().sample.image == data->image(77).value());
        QVERIFY(pins.pins()[1].sample.id != 77U);
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestDataViews)
#include "tst_data_views.moc"
