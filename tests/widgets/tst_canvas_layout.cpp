#include "tests/support/lb_test.h"
#include "tests/widgets/canvas_fixture.h"
#include "widgets/canvas/canvas_scene.h"
#include "widgets/canvas/canvas_text.h"

#include <QPolygonF>

#include <set>

using namespace lb;
using namespace lb::canvas;
using lb::test::CanvasFixture;

/// Where things stand, how wires run and what nodes say: values in, values out.
class TestCanvasLayout : public QObject {
    Q_OBJECT

private:
    static Spec spec(DType dtype, Shape shape, ValueRange range = {})
    {
        return {dtype, std::move(shape), range};
    }
    static NodeFace plainFace(const QString& title)
    {
        NodeFace face;
        face.title = title;
        face.inputs.resize(1);
        face.outputs.resize(1);
        return face;
    }
    static WireEnds ends(QRectF from, QRectF to, double portHeight = 58)
    {
        WireEnds ends;
        ends.from = {{1}, 0};
        ends.to = {2};
        ends.fromNode = from;
        ends.toNode = to;
        ends.start = {from.right(), from.top() + portHeight};
        ends.end = {to.left(), to.top() + portHeight};
        return ends;
    }
    static bool runsOver(const QPainterPath& path, const QRectF& rect)
    {
        QPainterPath area;
        area.addRect(rect);
        return crosses(path, area);
    }
    /// How the path runs, in short lines.
    static QPolygonF linesOf(const QPainterPath& path)
    {
        const QList<QPolygonF> parts = path.toSubpathPolygons();
        return parts.isEmpty() ? QPolygonF() : parts.front();
    }
    static bool meet(const QPolygonF& one, const QPolygonF& other)
    {
        for (qsizetype i = 1; i < one.size(); ++i)
            for (qsizetype j = 1; j < other.size(); ++j)
                if (QLineF(one[i - 1], one[i]).intersects(QLineF(other[j - 1], other[j]), nullptr)
                    == QLineF::BoundedIntersection)
                    return true;
        return false;
    }

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".*")); }
    void initTestCase() { setTheme(Theme::dark()); }

    void wiresSayShapeDtypeAndRange_data()
    {
        QTest::addColumn<QString>("shape");
        QTest::addColumn<QString>("range");
        QTest::addColumn<int>("row");
        QTest::newRow("picture") << "B×32×32×3" << "u8 0–255" << 0;
        QTest::newRow("symmetric") << "B×10" << "f32 ±1.0" << 1;
        QTest::newRow("negative") << "B×10" << "f32 −2 to −1.2" << 2;
        QTest::newRow("ids") << "B" << "i64 0–9999" << 3;
        QTest::newRow("unknown") << "B×?×8" << "f32" << 4;
        QTest::newRow("one side") << "B×10" << "f32 ≥ 0" << 5;
    }
    void wiresSayShapeDtypeAndRange()
    {
        QFETCH(QString, shape);
        QFETCH(QString, range);
        QFETCH(int, row);
        const double inf = std::numeric_limits<double>::infinity();
        const std::array specs{
            spec(DType::UInt8, {kUnknown, 32, 32, 3}, ValueRange::proven(0, 255)),
            spec(DType::Float32, {kUnknown, 10}, ValueRange::proven(-1, 1)),
            spec(DType::Float32, {kUnknown, 10}, ValueRange::declared(-2, -1.2)),
            spec(DType::Int64, {kUnknown}, ValueRange::proven(0, 9999)),
            spec(DType::Float32, {kUnknown, kUnknown, 8}),
            spec(DType::Float32, {kUnknown, 10}, ValueRange::proven(0, inf))};

        const Spec& shown = specs.at(static_cast<std::size_t>(row));

        QCOMPARE(shapeLabel(shown), shape);
        QCOMPARE(rangeLabel(shown), range);
    }

    /// Two numbers that are no size are not multiplied.
    void aPairSaysWhatItIs()
    {
        ParamSpec spec{.key = "pool_size", .label = LB_TR("Test", "Pair"), .kind = ParamKind::Pair};
        spec.integral = spec.scalarPair = true;
        QCOMPARE(valueLabel(spec, ConfigList{3, 2}), "3×2");
        spec.key = "salt";
        QCOMPARE(valueLabel(spec, ConfigList{133, 137}), "133, 137");
        ParamSpec grid{.key = "tile_grid_size", .label = LB_TR("Test", "Pair"), .kind = ParamKind::Pair};
        grid.integral = true;
        QCOMPARE(valueLabel(grid, ConfigList{8, 8}), "8×8");
        ParamSpec range{.key = "value_range", .label = LB_TR("Test", "Pair"), .kind = ParamKind::Pair};
        QCOMPARE(valueLabel(range, ConfigList{0.0, 255.0}), "0 … 255");
    }

    void numbersAreShort()
    {
        QCOMPARE(numberLabel(1.0 / 255), "1/255");
        QCOMPARE(numberLabel(0.1), "0.1");
        QCOMPARE(numberLabel(-0.25), "−0.25");
        QCOMPARE(numberLabel(3), "3");
        QCOMPARE(numberLabel(0.001), "1/1000");
        QCOMPARE(costLabel(0.004), "<0.01 ms");
        QCOMPARE(costLabel(0.041), "0.04 ms");
        QCOMPARE(costLabel(12.34), "12.3 ms");
        QCOMPARE(costLabel(2500), "2.50 s");
        QCOMPARE(costLabel(-1), "–");
        QCOMPARE(countLabel(20'490), "20,490");
        QCOMPARE(countLabel(23'600'000), "23.6 M");
    }

    void portsAreToldApartByTensor()
    {
        QCOMPARE(portKindOf(spec(DType::Float32, {kUnknown, 8, 8, 3})), PortKind::Image);
        QCOMPARE(portKindOf(spec(DType::Float32, {kUnknown, 8, 3})), PortKind::Sequence);
        QCOMPARE(portKindOf(spec(DType::Float32, {kUnknown, 8})), PortKind::Vector);
        QCOMPARE(portKindOf(spec(DType::Int64, {kUnknown, 8})), PortKind::Ids);
    }

    void aNodeGrowsInEightsUntilItsTitleFits()
    {
        const NodeGeometry plain = geometryOf(plainFace("Dense"));
        const NodeGeometry longer = geometryOf(plainFace("GlobalAveragePooling2D"));

        QCOMPARE(plain.size, QSizeF(136, 160));
        QCOMPARE(plain.inputs.front(), QPointF(0, 58));
        QCOMPARE(plain.outputs.front(), QPointF(136, 58));
        QVERIFY(longer.size.width() > 152);
        QCOMPARE(std::fmod(longer.size.width(), 8), 0.0);
        NodeFace two = plainFace("Source");
        two.outputs.resize(2);
        QCOMPARE(geometryOf(two).outputs.back(), QPointF(136, 134));
    }

    void lanesHugTheirNodesAndAreEquallyWide()
    {
        const std::vector<NodeBox> nodes{{{1}, {0, 0, 136, 160}, Stage::Pipeline},
                                         {{2}, {600, 320, 136, 160}, Stage::Model}};

        const LaneBoxes lanes = laneBoxes(nodes, {});

        QCOMPARE(lanes.pipeline.left(), -24.0);
        QCOMPARE(lanes.pipeline.right(), 760.0);
        QCOMPARE(lanes.model.left(), -24.0);
        QVERIFY(lanes.pipeline.contains(nodes[0].rect) && lanes.model.contains(nodes[1].rect));
        QVERIFY(lanes.pipeline.bottom() < lanes.model.top());
        QCOMPARE(lanes.stageAt({10, 10}), Stage::Pipeline);
        QCOMPARE(lanes.stageAt({10, 5'000}), Stage::Model);
        QCOMPARE(lanes.stageAt({10, -5'000}), Stage::Pipeline);
    }

    void aFrameLeavesRoomAboveItsGroups()
    {
        Frame frame;
        frame.nodes = {{1}, {2}};
        const std::vector<NodeBox> plain{{{1}, {0, 0, 136, 160}, Stage::Pipeline},
                                         {{2}, {240, 0, 136, 160}, Stage::Pipeline}};
        std::vector<NodeBox> grouped = plain;
        grouped[1].above = kPlates;

        QCOMPARE(frameRect(frame, plain).top() - frameRect(frame, grouped).top(), kPlates);
        QCOMPARE(frameRect(frame, plain).bottom(), frameRect(frame, grouped).bottom());
    }

    void aLaneOfAGroupStandsAlone()
    {
        const std::vector<NodeBox> nodes{{{1}, {0, 0, 136, 160}, Stage::Pipeline}};
        LaneBoxes lanes = laneBoxes(nodes, {});

        lanes.keepOnly(Stage::Pipeline);

        QVERIFY(lanes.model.isEmpty() && !lanes.pipeline.isEmpty());
        QCOMPARE(lanes.stageAt({10, 5'000}), Stage::Pipeline);
    }

    void theOtherLaneIsThereToDropOn()
    {
        const std::vector<NodeBox> nodes{{{1}, {0, 0, 136, 160}, Stage::Pipeline}};

        const LaneBoxes lanes = laneBoxes(nodes, {});

        QVERIFY(lanes.modelEmpty && !lanes.pipelineEmpty);
        QVERIFY(lanes.model.top() > lanes.pipeline.bottom());
        QVERIFY(lanes.model.height() > 60);
    }

    void alignedPortsAreJoinedByAStraightLine()
    {
        const WireRoute wire = routed(ends({0, 0, 136, 160}, {224, 0, 136, 160}), {});

        QCOMPARE(wire.path.elementCount(), 2);
        QCOMPARE(wire.label, QPointF(180, 58));
        QVERIFY(!wire.oneLine);
    }

    void aTargetLeftOfItsSourceIsReachedThroughTheRowGap()
    {
        const QRectF from(600, 0, 136, 160), to(0, 216, 136, 160);
        Obstacles obstacles;
        obstacles.add({1}, from);
        obstacles.add({2}, to);
        obstacles.add({3}, {224, 0, 136, 160});
        obstacles.add({4}, {224, 216, 136, 160});

        const WireRoute wire = routed(ends(from, to), obstacles);

        QVERIFY(wire.oneLine);
        QVERIFY(wire.label.y() > from.bottom() && wire.label.y() < to.top());
        QVERIFY(!runsOver(wire.path, {224, 0, 136, 160}));
        QVERIFY(!runsOver(wire.path, {224, 216, 136, 160}));
        QCOMPARE(wire.path.currentPosition(), QPointF(0, 274));
    }

    void aWireGoesAroundANodeInItsWay()
    {
        const QRectF from(0, 0, 136, 160), between(300, 0, 136, 160), to(600, 0, 136, 160);
        Obstacles obstacles;
        obstacles.add({1}, from);
        obstacles.add({2}, to);
        obstacles.add({3}, between);

        const WireRoute wire = routed(ends(from, to), obstacles);

        QVERIFY(!runsOver(wire.path, between));
    }

    void aWireBetweenLanesKeepsClearOfTheRowAboveItsTarget()
    {
        const QRectF from(0, 0, 136, 160), above(300, 260, 200, 160), to(340, 480, 136, 160);
        Obstacles obstacles;
        obstacles.add({1}, from);
        obstacles.add({2}, to);
        obstacles.add({3}, above);
        WireEnds wireEnds = ends(from, to);
        wireEnds.gutter = 210;

        const WireRoute wire = routed(wireEnds, obstacles);

        QVERIFY(!runsOver(wire.path, above));
        QVERIFY(runsOver(wire.path, {140, 205, 100, 10})); // in the gutter
    }

    void aWirePassesANodeAtTheHeightOfItsTarget()
    {
        const QRectF from(0, 0, 136, 344), above(300, 0, 136, 160), to(600, 140, 136, 160);
        Obstacles obstacles;
        obstacles.add({1}, from);
        obstacles.add({2}, to);
        obstacles.add({3}, above);

        const WireRoute wire = routed(ends(from, to), obstacles); // from 58 to 198

        QVERIFY(!runsOver(wire.path, above));
        QVERIFY(runsOver(wire.path, {330, 197, 200, 2})); // level below it
        QVERIFY(!runsOver(wire.path, {0, 200, 600, 200})); // and nowhere deeper
        QVERIFY(wire.label.x() < above.left());
    }

    void aNodeShowsWhatIsMostTelling()
    {
        CanvasFixture canvas;
        canvas.show(CanvasFixture::templateNamed("drawn_shapes"));
        FaceMaker faces(canvas.registry);
        const Analysis analysis = canvas.analysis();
        faces.begin(*canvas.document, analysis, canvas.facts);
        const auto face = [&](const char* name) {
            return faces.face(*canvas.document->node(canvas.named(name)));
        };

        const NodeFace rotation = face("random_rotation");
        QCOMPARE(rotation.title, "RandomRotation");
        QCOMPARE(rotation.params.at(0).name, "factor");
        QCOMPARE(rotation.params.at(0).value, "±0.10");
        QCOMPARE(rotation.params.at(1).value, "reflect");
        QCOMPARE(rotation.chip->word, "train only");
        QCOMPARE(face("rescaling").params.at(0).value, "1/255");
        const NodeFace source = face("drawn_shapes");
        QCOMPARE(source.title, "Drawn shapes");
        QCOMPARE(source.outputs.at(1).kind, PortKind::Label);
        QVERIFY(source.outputs.at(1).connected);
        QCOMPARE(source.fact, "8,192 images");
        QCOMPARE(source.params.at(0).name, "validation");
        QCOMPARE(source.params.at(0).value, "10 %");
        faces.setOwnValidation(true);
        QCOMPARE(face("drawn_shapes").params.at(0).value, "own");
        const NodeFace output = face("output");
        QCOMPARE(output.inputs.size(), 2U);
        QCOMPARE(output.inputs.at(1).name, "label");
        QCOMPARE(output.params.at(0).value, "sparse CE");
    }

    void aLayerNobodyKnowsIsShownAsAnError()
    {
        CanvasFixture canvas;
        Document document = emptyDocument();
        auto added = CanvasFixture::must(edits::addLayer(document, document.root().id,
                                                         "FromTheFuture", ConfigObject{},
                                                         Stage::Model, {0, 0}));
        canvas.show(added.document);
        FaceMaker faces(canvas.registry);
        const Analysis analysis = canvas.analysis();
        faces.begin(*canvas.document, analysis, canvas.facts);

        const NodeFace face = faces.face(*canvas.document->node(added.node));

        QCOMPARE(face.title, "FromTheFuture");
        QCOMPARE(face.alarm, Tone::Error);
        QVERIFY(face.chip.has_value());
        QVERIFY(face.problem.contains("FromTheFuture"));
    }

    void manyPortsStandBelowTheValues()
    {
        NodeFace source = plainFace("Passengers");
        source.inputs.clear();
        source.outputs.clear();
        for (const char* name : {"pclass", "sex", "age", "sibsp", "parch", "fare", "embarked",
                                 "deck", "label"})
            source.outputs.push_back({name, PortKind::Vector, false, {}});
        const double values = 134; // their lower edge on every node

        const NodeGeometry geometry = geometryOf(source);

        QCOMPARE(geometry.outputs.size(), 9U);
        QVERIFY(geometry.outputs.front().y() > values + 8);
        QVERIFY(geometry.outputs.back().y() < geometry.size.height() - kFooter - 8);
        for (std::size_t i = 1; i < geometry.outputs.size(); ++i)
            QVERIFY(geometry.outputs[i].y() - geometry.outputs[i - 1].y() >= 17); // a chip's height
        source.collapsed = true;
        const NodeGeometry small = geometryOf(source);
        QVERIFY(small.outputs.back().y() < small.size.height());
        QVERIFY(small.outputs[1].y() - small.outputs[0].y() >= 12);
    }

    void columnsAreTakenInTheOrderInWhichTheyAreGiven()
    {
        CanvasFixture canvas;
        canvas.facts = {};
        canvas.show(CanvasFixture::templateNamed("feature_space"));
        FaceMaker faces(canvas.registry);
        const Analysis analysis = canvas.analysis();
        faces.begin(*canvas.document, analysis, canvas.facts);
        const auto namesOf = [](const std::vector<PortFace>& ports) {
            QStringList names;
            for (const PortFace& port : ports)
                names << port.name;
            return names;
        };

        QCOMPARE(namesOf(faces.face(*canvas.document->node(canvas.named("passengers"))).outputs),
                 (QStringList{"pclass", "sex", "age", "sibsp", "parch", "fare", "embarked", "deck",
                              "label"}));
        QCOMPARE(namesOf(faces.face(*canvas.document->node(canvas.named("feature_space"))).inputs),
                 (QStringList{"pclass", "sex", "age", "sibsp", "fare", "embarked", "deck"}));
    }

    void nothingLiesOnEachOther_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("crossings"); // pairs of wires within the pipeline
        QTest::newRow("table") << "table" << 1; // sex_x_pclass takes them the other way round
        QTest::newRow("feature_space") << "feature_space" << 0;
        QTest::newRow("drawn_shapes") << "drawn_shapes" << 0;
        QTest::newRow("text") << "text" << 0;
    }
    void nothingLiesOnEachOther()
    {
        QFETCH(QString, name);
        QFETCH(int, crossings);
        CanvasFixture canvas;
        if (name != "drawn_shapes")
            canvas.facts = {};
        canvas.show(CanvasFixture::templateNamed(name.toStdString()));
        CanvasScene scene(canvas.registry);
        scene.setDocument(canvas.document, canvas.analysis(), canvas.facts);

        std::vector<QRectF> chips;
        std::vector<const WireItem*> wires;
        for (const QGraphicsItem* item : scene.items()) {
            if (const auto* chip = qgraphicsitem_cast<const PillItem*>(item); chip && chip->isShown())
                chips.push_back(chip->mapRectToScene(chip->boundingRect().adjusted(1, 1, -1, -1)));
            if (const auto* wire = qgraphicsitem_cast<const WireItem*>(item))
                wires.push_back(wire);
        }
        for (std::size_t i = 0; i < chips.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY2(!chips[i].intersects(chips[j]), "a chip stands on another one");
            for (const NodeItem* node : scene.nodes())
                QVERIFY2(!chips[i].intersects(node->bodyRect()), "a chip stands on a node");
        }
        QVERIFY2(std::ssize(chips) * 4 >= std::ssize(wires) * 3, "most wires say what they carry");
        for (const NodeItem* one : scene.nodes())
            for (const NodeItem* other : scene.nodes())
                QVERIFY(one == other || !one->bodyRect().intersects(other->bodyRect()));
        const auto inPipeline = [&](const WireItem& wire) { return !wire.ends().gutter; };
        int crossed = 0;
        for (const WireItem* wire : wires) {
            for (const NodeItem* node : scene.nodes())
                if (node->face().id != wire->ends().from.node && node->face().id != wire->ends().to)
                    QVERIFY2(!meet(linesOf(wire->route().path), QPolygonF(node->bodyRect())),
                             qPrintable(node->face().layerName));
            for (const WireItem* other : wires)
                if (wire < other && inPipeline(*wire) && inPipeline(*other)
                    && wire->ends().from != other->ends().from)
                    crossed += meet(linesOf(wire->route().path), linesOf(other->route().path));
        }
        QCOMPARE(crossed, crossings);
    }

    void anEditKeepsAllItemsButThoseItTouches()
    {
        CanvasFixture canvas;
        Document document = chain(40);
        CanvasScene scene(canvas.registry);
        const auto show = [&](const Document& next) {
            scene.setDocument(std::make_shared<const Document>(next),
                              analysed(next, canvas.facts, canvas.registry), canvas.facts);
        };
        show(document);
        const auto before = scene.nodes();
        const auto items = scene.items().size();

        const NodeId moved = document.root().nodes[20]->id;
        show(CanvasFixture::must(edits::moveNodes(document, std::array{moved}, {16, 8})));

        QCOMPARE(scene.nodes(), before);
        QCOMPARE(scene.items().size(), items);
        QCOMPARE(scene.node(moved)->pos(), QPointF(20 * 240 + 16, 8));
        show(CanvasFixture::must(edits::removeNodes(document, std::array{moved})));
        QCOMPARE(scene.nodes().size(), before.size() - 1);
        QCOMPARE(scene.items().size(), items - 1 - 2 * 2); // a node, two wires with pills
    }

    void anEditOfAThousandNodesIsQuick() // prints; time is never asserted
    {
        CanvasFixture canvas;
        const Document document = chain(1'000);
        CanvasScene scene(canvas.registry);
        const Document moved = CanvasFixture::must(edits::moveNodes(
            document, std::array{document.root().nodes[500]->id}, {16, 8}));
        const Analysis analysis = analysed(document, canvas.facts, canvas.registry);
        const auto one = std::make_shared<const Document>(document);
        const auto other = std::make_shared<const Document>(moved);
        scene.setDocument(one, analysis, canvas.facts);
        bool flip = false;

        QBENCHMARK
        {
            flip = !flip;
            scene.setDocument(flip ? other : one, analysis, canvas.facts);
        }

        QCOMPARE(scene.nodes().size(), 1'000U);
    }

private:
    /// A source and RandomFlip layers behind it, in one row.
    static Document chain(int count)
    {
        Document document = emptyDocument();
        NodeId last;
        for (int i = 0; i < count; ++i) {
            auto added = CanvasFixture::must(edits::addLayer(
                document, document.root().id, i ? "RandomFlip" : "Source",
                i ? Config(ConfigObject{{"mode", "horizontal"}})
                  : Config(ConfigObject{{"kind", "drawn_shapes"}}),
                Stage::Pipeline, {i * 240.0, 0}));
            document = std::move(added.document);
            if (i)
                document = CanvasFixture::must(
                    edits::connect(document, {last, 0}, added.node, ""));
            last = added.node;
        }
        return document;
    }
};

LB_TEST(TestCanvasLayout)
#include "tst_canvas_layout.moc"
