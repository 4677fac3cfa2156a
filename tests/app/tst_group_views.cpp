#include "app/workbench/canvas_edits.h"
#include "app/workbench/thumbnails.h"
#include "app/workbench/views.h"
#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "tests/app/example_session.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/inspector/inspector.h"
#include "widgets/theme/theme.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

using namespace lb;

/// A group in the window: made of a selection, used by chance, opened, dissolved.
class TstGroupViews : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { setTheme(Theme::dark()); }
    void init()
    {
        // the off-screen platform says of itself what it cannot do
        QTest::failOnWarning(QRegularExpression("^(?!This plugin does not support)"));
        m_session = std::make_unique<Session>(builtinRegistry());
        m_parent = std::make_unique<QWidget>();
        m_canvas = new CanvasView(builtinRegistry(), m_parent.get());
        m_views = {};
        addDesignViews(m_views, *m_session, *m_canvas, m_parent.get());
        joinCanvas(*m_canvas, *m_session);
        openSmallExample(*m_session);
        m_parent->show();
        inspector()->resize(320, 900);
        inspector()->setVisible(true);
        for (const char* name : {"random_flip", "random_rotation", "random_zoom"})
            if (const Node* node = m_session->document().named(name))
                m_layers.push_back(node->id);
        QVERIFY(m_layers.size() >= 2);
    }
    void cleanup()
    {
        m_layers.clear();
        m_parent.reset();
        m_session.reset();
    }

    void aSelectionBecomesAGroupAndComesBack()
    {
        const Document before = m_session->document();
        m_session->select(m_layers);

        QTest::keyClick(m_canvas, Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);

        const NodeId group = m_session->selected();
        QCOMPARE(m_session->undoStack()->count(), 1);
        QVERIFY(!m_session->document().layerOf(group));
        QCOMPARE(m_session->document().root().nodes.size(),
                 before.root().nodes.size() - m_layers.size() + 1);
        QVERIFY(!m_session->analysis().hasErrors());

        QTest::keyClick(m_canvas, Qt::Key_G, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(m_session->undoStack()->count(), 2);
        QCOMPARE(m_session->selection(), m_layers);
        m_session->undoStack()->undo();
        m_session->undoStack()->undo();
        QVERIFY(m_session->document() == before);
    }

    /// By the keys that the menu of a node shows; what stands between goes along.
    void theSelectionMovesAcrossTheBatch()
    {
        const Document before = m_session->document();
        m_session->select({m_layers.front()});
        QVERIFY(selectionStands(*m_session, Stage::Pipeline));

        QTest::keyClick(m_canvas, Qt::Key_B);

        QCOMPARE(m_session->undoStack()->count(), 1);
        QVERIFY(m_session->selection().size() >= m_layers.size());
        for (const NodeId layer : m_layers)
            QCOMPARE(m_session->document().node(layer)->stage, Stage::Model);
        QVERIFY(m_session->undoStack()->undoText().contains("behind the batch"));
        QVERIFY(!m_session->analysis().hasErrors());
        keepLooks(*m_canvas, "behind_the_batch");
        QTest::keyClick(m_canvas, Qt::Key_B, Qt::ShiftModifier);
        for (const NodeId layer : m_layers)
            QCOMPARE(m_session->document().node(layer)->stage, Stage::Pipeline);
        m_session->undoStack()->undo();
        m_session->undoStack()->undo();
        QVERIFY(m_session->document() == before);
    }

    void layersThatTrainAreNotMovedBeforeTheBatch()
    {
        const Document before = m_session->document();
        QSignalSpy failed(m_session.get(), &Session::failed);
        m_session->select({before.named("dense")->id});

        QTest::keyClick(m_canvas, Qt::Key_B, Qt::ShiftModifier);

        QCOMPARE(failed.size(), 1);
        QVERIFY(failed.front().front().toString().contains("weights to train"));
        QVERIFY(m_session->document() == before);
    }

    /// Where the sample is of another size, the pipeline's pictures come later than the model's.
    void itsEndsShowWhatStandsAroundThem()
    {
        Thumbnails thumbnails(*m_session, *m_canvas);
        group();
        const Node* call = m_session->document().node(m_session->selected());
        const Body* body = m_session->document().body(std::get<BodyId>(call->calls));
        const NodeId feeding = flow::firstWire(*call)->node;
        NodeId input;
        for (const auto& node : body->nodes)
            if (flow::isClass(m_session->document(), *node, flow::kInput))
                input = node->id;
        const auto sampleOf = [&](std::uint8_t grey) {
            return previewSample("wide" + std::to_string(grey),
                                 Tensor::make<std::uint8_t>(
                                     {48, 96, 3}, [&](auto out) { std::ranges::fill(out, grey); }),
                                 0);
        };

        for (const std::uint8_t grey : {std::uint8_t{40}, std::uint8_t{200}}) {
            thumbnails.setSample(sampleOf(grey));
            QTRY_VERIFY_WITH_TIMEOUT(thumbnails.idle(), kPatience);
            QVERIFY(!thumbnails.picture(feeding).isNull());
            QCOMPARE(thumbnails.picture(input), thumbnails.picture(feeding));
        }
    }

    void theInspectorSaysHowItIsUsed()
    {
        group();
        auto* apply = inspector()->findChild<QWidget*>("apply")->findChild<QComboBox*>();
        QVERIFY(apply);
        QVERIFY(!inspector()->findChild<QWidget*>("probability")->isVisible());

        apply->setFocus();
        QTest::keyClick(apply, Qt::Key_Down);

        const NodeId node = m_session->selected();
        QCOMPARE(*m_session->document().node(node)->call.find("apply"), Config("sometimes"));
        auto* probability = inspector()->findChild<QWidget*>("probability");
        QVERIFY(probability->isVisible());
        auto* line = probability->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton);
        line->selectAll();
        QTest::keyClicks(line, "0.3");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(*m_session->document().node(node)->call.find("probability"), Config(0.3));
        QVERIFY(m_session->analysis().nodes.at(node).trainOnly);
        QVERIFY(inspector()->findChild<QPlainTextEdit*>("code")->toPlainText().contains(
            "RandomGroup(probabilities=[0.3]"));

        m_session->undoStack()->undo();
        m_session->undoStack()->undo();
        QVERIFY(!m_session->document().node(node)->call.find("apply"));
        QCOMPARE(apply->currentText(), "always");
    }

    void itsLayersAreALinkAway()
    {
        group();
        const NodeId node = m_session->selected();
        auto* links = inspector()->findChild<QLabel*>("groupLinks");
        QVERIFY(links->isVisible() && links->text().contains("random_flip"));

        Q_EMIT links->linkActivated(QString::number(m_layers.front().value));

        QCOMPARE(m_session->selected(), m_layers.front());
        QVERIFY(inspector()->findChild<QWidget*>("mode"));
        QVERIFY(links->text().contains(QString::number(node.value)));
    }

    void itIsRenamed()
    {
        group();
        auto* name = inspector()->findChild<QLineEdit*>("layerName");
        QTest::mouseClick(name, Qt::LeftButton);
        name->selectAll();
        QTest::keyClicks(name, "data_augmentation");

        QTest::keyClick(name, Qt::Key_Return);

        QCOMPARE(m_session->document().nameOf(m_session->selected()),
                 std::string("data_augmentation"));
    }

    void itIsEnteredAndLeft_data()
    {
        QTest::addColumn<bool>("byMouse");
        QTest::newRow("double-click, the header") << true;
        QTest::newRow("Enter, Esc") << false;
    }
    void itIsEnteredAndLeft()
    {
        QFETCH(bool, byMouse);
        group();
        const NodeId node = m_session->selected();
        m_canvas->resize(1100, 520);
        m_canvas->fitAll();
        const double zoom = m_canvas->zoom();
        const QPoint place = m_canvas->nodeCenter(node);

        if (byMouse)
            QTest::mouseDClick(m_canvas->viewport(), Qt::LeftButton, {}, place);
        else
            QTest::keyClick(m_canvas, Qt::Key_Return);

        QCOMPARE(m_session->inside(), std::vector{node});
        QVERIFY(m_session->selection().empty());
        auto* way = m_canvas->findChild<QLabel*>("canvasWay");
        QVERIFY2(way->text().contains("main") && way->text().contains("group"),
                 qPrintable(way->text()));
        QVERIFY(m_canvas->nodeCenter(node).isNull()); // the outside is not shown
        for (const NodeId layer : m_layers)
            QVERIFY(m_canvas->viewport()->rect().contains(m_canvas->nodeCenter(layer)));

        QTest::mouseClick(m_canvas->viewport(), Qt::LeftButton, {},
                          m_canvas->nodeCenter(m_layers.front()));
        QCOMPARE(m_session->selection(), std::vector{m_layers.front()});
        QVERIFY(inspector()->findChild<QWidget*>("mode")); // RandomFlip's

        if (byMouse) {
            Q_EMIT way->linkActivated("0");
        } else {
            QTest::keyClick(m_canvas, Qt::Key_Escape); // the selection first
            QCOMPARE(m_session->inside().size(), 1U);
            QTest::keyClick(m_canvas, Qt::Key_Escape);
        }
        QVERIFY(m_session->inside().empty());
        QCOMPARE(m_session->selection(), std::vector{node});
        QCOMPARE(m_canvas->zoom(), zoom); // as it was left
        QVERIFY((m_canvas->nodeCenter(node) - place).manhattanLength() <= 2);
        QCOMPARE(m_session->undoStack()->count(), 1); // looking is no edit
    }

    void aLinkOrAProblemInsideShowsTheInside()
    {
        group();
        const NodeId node = m_session->selected();

        m_session->select({m_layers.back()});

        QCOMPARE(m_session->inside(), std::vector{node});
        QVERIFY(!m_canvas->nodeCenter(m_layers.back()).isNull());
        m_session->select({node});
        QVERIFY(m_session->inside().empty());
    }

    /// Adapting does not look into groups: a layer that could never learn is not let in.
    void whatHasToLearnStaysOutside()
    {
        group();
        const NodeId made = m_session->selected();
        QSignalSpy failed(m_session.get(), &Session::failed);
        m_session->enter(made);
        m_session->select({m_layers.front()});
        const Document before = m_session->document();

        addBehindSelection(*m_session, "Normalization"); // inside

        QVERIFY(m_session->document() == before);
        QCOMPARE(failed.size(), 1);

        m_session->leave(0);
        m_session->select({made});
        addBehindSelection(*m_session, "Normalization"); // outside
        QVERIFY(!(m_session->document() == before));
        const Document outside = m_session->document();
        groupSelection(*m_session);
        QVERIFY(m_session->document() == outside);
        QCOMPARE(failed.size(), 2);
    }

    void insideItsLayersAreEditedAsOutside()
    {
        group();
        const NodeId node = m_session->selected();
        const Document before = m_session->document();
        const auto rowOf = [&] { // names from the group's input to its output
            QStringList names;
            const Document& document = m_session->document();
            const Body& body = m_session->shownBody();
            const Node* at = groups::outputOf(document, body);
            while (at && !at->inputs.empty()) {
                at = document.node(std::get<PortRef>(at->inputs.front().from).node);
                if (at && document.layerOf(at->id)->kerasClass != "Input")
                    names.prepend(QString::fromStdString(document.nameOf(at->id)));
            }
            return names;
        };
        m_session->enter(node);
        const QStringList row = rowOf();
        QCOMPARE(row.size(), std::ssize(m_layers));

        m_session->select({m_layers.front()});
        addBehindSelection(*m_session, "RandomContrast"); // added: behind the first
        QStringList longer = row;
        longer.insert(1, "random_contrast");
        QCOMPARE(rowOf(), longer);
        QCOMPARE(m_session->document().root().nodes.size(), before.root().nodes.size());
        const NodeId added = m_session->selected();
        QCOMPARE(m_session->document().node(added)->stage, Stage::Pipeline);
        QVERIFY(!m_canvas->nodeCenter(added).isNull());
        QVERIFY(!m_session->analysis().hasErrors());

        m_session->select({m_layers.front()}); // removed, the others joined
        QTest::keyClick(m_canvas, Qt::Key_Delete, Qt::ShiftModifier);
        longer.removeFirst();
        QCOMPARE(rowOf(), longer);
        QVERIFY(!m_session->analysis().hasErrors());

        m_session->undoStack()->undo();
        m_session->undoStack()->undo();
        QVERIFY(m_session->document() == before);
        QCOMPARE(m_session->inside(), std::vector{node}); // still inside
        m_session->undoStack()->undo(); // the group itself
        QVERIFY(m_session->inside().empty());
        QVERIFY(!m_canvas->nodeCenter(m_layers.front()).isNull());
    }

    void whatItTakesAndGivesStays()
    {
        group();
        m_session->enter(m_session->selected());
        const Document before = m_session->document();
        const NodeId output = groups::outputOf(before, m_session->shownBody())->id;
        QSignalSpy failed(m_session.get(), &Session::failed);

        m_session->select({output});
        removeSelection(*m_session, false);
        duplicateSelection(*m_session);
        addBehindSelection(*m_session, "Batch");

        QCOMPARE(failed.count(), 3);
        QVERIFY(m_session->document() == before);
    }

    void itsLayersHavePictures()
    {
        group();
        const NodeId node = m_session->selected();
        QTRY_VERIFY_WITH_TIMEOUT(m_views.settled(), kPatience);
        m_canvas->resize(1100, 520);
        m_session->enter(node);
        QTRY_VERIFY_WITH_TIMEOUT(m_views.settled(), kPatience);
        const auto coloured = [&](NodeId at) { // dots of the picture in the node; icons are grey
            const QImage seen = m_canvas->grab().toImage();
            const QPoint centre = m_canvas->nodeCenter(at);
            int count = 0;
            const double zoom = m_canvas->zoom();
            for (int x = -30; x <= 30; x += 2)
                for (int y = -44; y <= 4; y += 2)
                    count += seen.pixelColor(centre + QPoint(qRound(x * zoom), qRound(y * zoom)))
                                 .saturation()
                        > 90;
            return count;
        };

        for (const auto& each : m_session->shownBody().nodes)
            QVERIFY2(coloured(each->id) > 150,
                     qPrintable(QString::fromStdString(m_session->document().nameOf(each->id))));
        keepLooks(*m_canvas, "inside_group");
    }

private:
    Inspector* inspector() const { return qobject_cast<Inspector*>(m_views.inspector); }
    void group()
    {
        m_session->select(m_layers);
        groupSelection(*m_session);
    }

    std::unique_ptr<Session> m_session;
    std::unique_ptr<QWidget> m_parent;
    CanvasView* m_canvas = nullptr;
    Views m_views;
    std::vector<NodeId> m_layers;
};

LB_TEST(TstGroupViews)
#include "tst_group_views.moc"
