#include "app/workbench/session.h"

#include "core/data/sources.h"
#include "core/graph/edits.h"
#include "core/graph/project_file.h"
#include "core/training/adapt.h"
#include "tests/app/example_session.h"
#include "tests/support/lb_test.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>

using namespace lb;

namespace {

Document drawnShapesProject()
{
    return parseProject(builtinTemplates().front().json, {}).value();
}

const Config& paramOf(const Session& session, NodeId node, std::string_view key)
{
    return *session.document().layerOf(node)->config.find(key);
}

} // namespace

class TestSession : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(".*"));
        m_session = std::make_unique<Session>(builtinRegistry());
        m_session->startFrom(drawnShapesProject(), "Drawn shapes");
        m_rotation = m_session->document().named("random_rotation")->id;
    }
    void cleanup() { m_session.reset(); }

    void anEditIsOneStepThatUndoTakesBack()
    {
        const Document before = m_session->document();
        QSignalSpy changed(m_session.get(), &Session::documentChanged);

        QVERIFY(m_session->setParam(m_rotation, "fill_mode", "constant"));
        QCOMPARE(*paramOf(*m_session, m_rotation, "fill_mode").as<std::string>(), "constant");
        QCOMPARE(m_session->undoStack()->count(), 1);
        m_session->undoStack()->undo();

        QVERIFY(m_session->document() == before);
        QCOMPARE(changed.count(), 2);
    }

    void whenChangeIsToldEverythingIsConsistent()
    {
        bool consistent = false;
        connect(m_session.get(), &Session::documentChanged, this, [&] {
            const NodeId crop = m_session->document().named("center_crop")->id;
            const Spec* spec = m_session->analysis().spec({crop, 0});
            const bool known = spec && dimsText(spec->shape) == "B×20×24×3";
            consistent = known && m_session->isModified() && m_session->undoStack()->canUndo();
        });
        const SourceHandle source = drawnShapes(64, 1);
        m_session->setSource(source, factsOf(*source, Recipe{}, true));
        const Document& before = m_session->document();
        auto added = edits::addLayer(before, before.root().id, "CenterCrop",
                                     ConfigObject{{"height", 20}, {"width", 24}}, Stage::Pipeline,
                                     {0, 0});

        m_session->apply(edits::connect(added.value().document, {before.source()->id, 0},
                                        added.value().node, ""),
                         "Crop");

        QVERIFY(consistent);
    }

    void aDragIsOneStepAndTheNextDragAnother()
    {
        const Document before = m_session->document();
        for (const double factor : {0.11, 0.12, 0.13})
            m_session->setParam(m_rotation, "factor", factor, true);
        m_session->endMerge();
        for (const double factor : {0.2, 0.3})
            m_session->setParam(m_rotation, "factor", factor, true);

        QCOMPARE(m_session->undoStack()->count(), 2);
        m_session->undoStack()->undo();
        QCOMPARE(*paramOf(*m_session, m_rotation, "factor").as<double>(), 0.13);
        m_session->undoStack()->undo();
        QVERIFY(m_session->document() == before);
    }

    void aDragBackToItsStartLeavesNoStep()
    {
        const Config start = paramOf(*m_session, m_rotation, "factor");

        m_session->setParam(m_rotation, "factor", 0.4, true);
        m_session->setParam(m_rotation, "factor", start, true);

        QCOMPARE(m_session->undoStack()->count(), 0);
        QVERIFY(!m_session->isModified());
    }

    void aDragAfterUndoDoesNotRewriteAnOlderStep()
    {
        m_session->setParam(m_rotation, "factor", 0.2, true);
        m_session->setParam(m_rotation, "fill_mode", "wrap");
        m_session->undoStack()->undo();

        m_session->setParam(m_rotation, "factor", 0.4, true);
        m_session->undoStack()->undo();

        QCOMPARE(*paramOf(*m_session, m_rotation, "factor").as<double>(), 0.2);
    }

    void anEqualDocumentIsNoStep()
    {
        QVERIFY(m_session->apply(m_session->document(), "Nothing"));

        QCOMPARE(m_session->undoStack()->count(), 0);
    }

    void aFailedEditSaysWhyAndChangesNothing()
    {
        const Document before = m_session->document();
        QSignalSpy failed(m_session.get(), &Session::failed);

        QVERIFY(!m_session->apply(
            edits::connect(before, {m_rotation, 0}, m_rotation, ""), "Connect"));
        QVERIFY(!m_session->setParam(NodeId{9'999}, "units", 3));

        QCOMPARE(failed.count(), 2);
        QVERIFY(!failed.at(0).at(0).toString().isEmpty());
        QVERIFY(m_session->document() == before);
        QCOMPARE(m_session->undoStack()->count(), 0);
    }

    void aFixIsOneStep()
    {
        const SourceHandle source = drawnShapes(64, 1);
        m_session->setSource(source, factsOf(*source, Recipe{}, true));
        const Document& whole = m_session->document();
        auto second = edits::addLayer(whole, whole.root().id, "Rescaling",
                                      ConfigObject{{"scale", 1. / 255}}, Stage::Pipeline, {0, 0});
        m_session->apply(edits::insertIntoWire(second.value().document, second.value().node,
                                               whole.named("batch")->id, ""),
                         "Rescale twice");
        const Document document = m_session->document();
        const auto& problems = m_session->analysis().problems;
        const auto twice = std::find_if(problems.begin(), problems.end(), [](const Problem& p) {
            return p.code == "rescaled_twice";
        });
        QVERIFY(twice != problems.end());
        QVERIFY(!twice->fixes.empty());

        QVERIFY(m_session->applyFix(*twice, 0));

        QCOMPARE(m_session->undoStack()->count(), 2);
        QVERIFY(!(m_session->document() == document));
        m_session->undoStack()->undo();
        QVERIFY(m_session->document() == document);
    }

    void theSelectionLosesWhatIsRemoved()
    {
        const NodeId flip = m_session->document().named("random_flip")->id;
        m_session->select({m_rotation, flip, NodeId{9'999}});
        QCOMPARE(m_session->selection().size(), 2U);
        QSignalSpy selection(m_session.get(), &Session::selectionChanged);

        m_session->apply(edits::removeNodes(m_session->document(), std::array{m_rotation}), "Del");

        QCOMPARE(m_session->selected(), flip);
        QCOMPARE(selection.count(), 1);
    }

    void theSelectionLosesWhatIsNotShown()
    {
        const NodeId flip = m_session->document().named("random_flip")->id;
        const auto made = edits::makeGroup(m_session->document(), std::array{flip}, "g");
        m_session->apply(made.value().document, "Group");
        m_session->apply(edits::dissolveGroup(m_session->document(), made.value().node), "Dissolve");
        m_session->select({m_rotation, flip});

        m_session->undoStack()->undo();

        QVERIFY(m_session->inside().empty());
        QCOMPARE(m_session->selection(), std::vector{m_rotation});

        m_session->select({flip}); // shows the group, whose layers come back to the root
        m_session->undoStack()->undo();
        QVERIFY(m_session->inside().empty());
        QCOMPARE(m_session->selection(), std::vector{flip});
    }

    void thePhaseChangesTheAnalysisAndIsNoEdit()
    {
        QSignalSpy phase(m_session.get(), &Session::phaseChanged);

        m_session->setPhase(Phase::Inference);
        m_session->setPhase(Phase::Inference);

        QCOMPARE(phase.count(), 1);
        QVERIFY(!m_session->isModified());
    }

    void theDataTellWhatIsOnTheWires()
    {
        const NodeId rescaling = m_session->document().named("rescaling")->id;
        QSignalSpy told(m_session.get(), &Session::sourceChanged);
        const SourceHandle source = drawnShapes(64, 1);

        m_session->setSource(source, factsOf(*source, Recipe{}, true), drawnShapes(32, 2));

        QCOMPARE(told.count(), 1);
        const Spec* spec = m_session->analysis().spec({rescaling, 0});
        QVERIFY(spec);
        QCOMPARE(dimsText(spec->shape), std::string("B×32×32×3"));
        QCOMPARE(m_session->heldOut()->size(), 32);
        m_session->setSourceError("gone");
        QVERIFY(!m_session->source());
        QVERIFY(!m_session->heldOut());
        QCOMPARE(m_session->sourceError(), QString("gone"));
    }

    void aSavedProjectOpensAsItWas()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("mine.lbench");
        m_session->setParam(m_rotation, "factor", 0.25);
        QSignalSpy file(m_session.get(), &Session::fileChanged);

        QVERIFY(m_session->save(path).ok());
        QVERIFY(!m_session->isModified());
        QCOMPARE(m_session->displayName(), QString("mine.lbench"));
        QCOMPARE(file.count(), 1);
        const Document saved = m_session->document();
        m_session->setParam(m_rotation, "factor", 0.5);
        QVERIFY(m_session->isModified());
        QVERIFY(m_session->open(path).ok());

        QVERIFY(m_session->document() == saved);
        QVERIFY(!m_session->undoStack()->canUndo());
        QVERIFY(!m_session->isModified());
    }

    void savingUnderAnotherNameIsTold()
    {
        QTemporaryDir folder;
        QSignalSpy file(m_session.get(), &Session::fileChanged);

        QVERIFY(m_session->save(folder.filePath("a.lbench")).ok());
        QVERIFY(m_session->save(folder.filePath("b.lbench")).ok());

        QCOMPARE(m_session->displayName(), QString("b.lbench"));
        QCOMPARE(file.count(), 2);
    }

    void aProjectThatDoesNotOpenLeavesTheCurrentOne_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray whole(builtinTemplates().front().json.data(),
                               qsizetype(builtinTemplates().front().json.size()));
        QTest::newRow("truncated") << whole.left(whole.size() / 2);
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("a picture") << QByteArray("\x89PNG\r\n\x1a\n", 8);
        QTest::newRow("another program's") << QByteArray("{\"nodes\": []}");
        QTest::newRow("newer") << QByteArray(whole).replace("\"layerbench\": 1", "\"layerbench\": 9");
    }
    void aProjectThatDoesNotOpenLeavesTheCurrentOne()
    {
        QFETCH(QByteArray, text);
        QTemporaryDir folder;
        QFile file(folder.filePath("bad.lbench"));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(text);
        file.close();
        m_session->setParam(m_rotation, "factor", 0.25);
        const Document before = m_session->document();
        QSignalSpy replaced(m_session.get(), &Session::projectReplaced);

        const Result<> opened = m_session->open(file.fileName());

        QVERIFY(!opened.ok());
        QVERIFY2(opened.error().where.find("bad.lbench") != std::string::npos,
                 opened.error().where.c_str());
        QVERIFY(m_session->document() == before);
        QVERIFY(m_session->isModified());
        QVERIFY(m_session->undoStack()->canUndo());
        QCOMPARE(replaced.count(), 0);
    }

    void aRecoveredProjectIsModified()
    {
        m_session->recover(drawnShapesProject(), "/somewhere/x.lbench", {});

        QVERIFY(m_session->isModified());
        QCOMPARE(m_session->displayName(), QString("x.lbench"));
    }

private:
    std::unique_ptr<Session> m_session;
    NodeId m_rotation;
};

LB_TEST(TestSession)
#include "tst_session.moc"
