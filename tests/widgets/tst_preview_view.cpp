#include "core/data/image_file.h"
#include "core/data/sources.h"
#include "core/graph/edits.h"
#include "tests/support/lb_test.h"
#include "widgets/inspector/number_field.h"
#include "widgets/preview/contact_sheet.h"
#include "widgets/preview/fitted_caption.h"
#include "widgets/preview/preview_runner.h"
#include "widgets/preview/preview_view.h"
#include "widgets/theme/theme.h"

#include <QDropEvent>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScrollBar>
#include <QSet>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <set>

using namespace lb;

class TstPreviewView : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        registerBuiltinLayers(m_registry);
        setTheme(Theme::dark());
        m_source = drawnShapes(32, 1);
    }
    void init()
    {
        // the off-screen platform says of itself what it cannot do
        QTest::failOnWarning(QRegularExpression("^(?!This plugin does not support)"));
        m_document = emptyDocument();
        m_source_ = add("Source", ConfigObject{{"kind", "drawn_shapes"}, {"count", 32}});
        m_flip = after(m_source_, "RandomFlip", ConfigObject{{"mode", "horizontal"}});
        m_rotation = after(m_flip, "RandomRotation", ConfigObject{{"factor", 0.25}});
        m_rescaling = after(m_rotation, "Rescaling", ConfigObject{{"scale", 1.0 / 255}});
        m_phase = Phase::Training;
        m_view = std::make_unique<PreviewView>(m_registry);
        m_view->resize(1100, 420);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup() { m_view.reset(); }

    void withoutANodeItSaysWhatToDo()
    {
        m_view->setPins(m_pins);
        settle();
        QVERIFY(m_view->sheet().rows().empty());
    }

    void everySampleHasItsDraws()
    {
        open(m_rotation);
        QCOMPARE(m_view->sheet().rows().size(), 2u);
        std::set<QString> angles;
        for (const SheetRow& row : m_view->sheet().rows()) {
            QCOMPARE(row.cells.size(), 9u);
            for (std::size_t i = 1; i < row.cells.size(); ++i) {
                QVERIFY(!row.cells[i].picture.isNull());
                QVERIFY(row.cells[i].caption.endsWith("°"));
                angles.insert(row.cells[i].caption);
            }
        }
        QVERIFY(angles.size() > 12); // every draw is another
        QCOMPARE(m_view->sheet().extremes().size(), 3u);
        QCOMPARE(m_view->sheet().extremes()[0].caption, QString("min −90.0°"));
        QCOMPARE(m_view->sheet().extremes()[1].caption, QString("median 0.0°"));
        QCOMPARE(m_view->sheet().plot().numbers.size(), 16u);
    }

    void theOriginalIsTheSample()
    {
        open(m_rotation);
        const QImage& original = m_view->sheet().rows()[0].cells[0].picture;
        const Tensor image = m_source->image(1).value();
        QCOMPARE(original.width(), 32);
        const auto bytes = image.values<std::uint8_t>();
        QCOMPARE(qRed(original.pixel(0, 0)), int{bytes[0]});
        QCOMPARE(qBlue(original.pixel(31, 31)), int{bytes[bytes.size() - 1]});
    }

    void atInferenceEveryDrawIsTheOriginal()
    {
        m_phase = Phase::Inference;
        open(m_rotation);
        const SheetRow& row = m_view->sheet().rows()[0];
        for (std::size_t i = 1; i < row.cells.size(); ++i)
            QCOMPARE(row.cells[i].picture, row.cells[0].picture);
        QVERIFY(m_view->sheet().extremes()[2].picture != row.cells[0].picture);
        QVERIFY(!m_view->sheet().plot().sentence.isEmpty());
    }

    void upToHereDrawsWhatStandsBefore()
    {
        open(m_rescaling);
        QCOMPARE(m_view->sheet().rows()[0].cells.size(), 2u); // it draws nothing itself
        QTest::mouseClick(button("Up to here"), Qt::LeftButton);
        settle();
        QCOMPARE(m_view->sheet().rows()[0].cells.size(), 9u);
        QVERIFY(m_view->sheet().rows()[0].cells[1].picture
                != m_view->sheet().rows()[0].cells[2].picture);
        QTest::mouseClick(button("This node"), Qt::LeftButton);
        settle();
        QCOMPARE(m_view->sheet().rows()[0].cells.size(), 2u);
    }

    void anotherSeedDrawsAnew()
    {
        open(m_rotation);
        const QString pinned = caption();
        auto* reshuffle = m_view->findChild<QPushButton*>("reshuffle");
        QVERIFY(!reshuffle->isEnabled()); // the lock is closed
        QTest::mouseClick(m_view->findChild<QToolButton*>("seedLock"), Qt::LeftButton);
        settle();
        QCOMPARE(caption(), pinned); // the same seed still
        QTest::mouseClick(reshuffle, Qt::LeftButton);
        settle();
        const QString other = caption();
        QVERIFY(other != pinned);
        m_view->sheet().setFocus();
        QTest::keyClick(&m_view->sheet(), Qt::Key_S);
        settle();
        QVERIFY(caption() != other);
        QTest::mouseClick(m_view->findChild<QToolButton*>("seedLock"), Qt::LeftButton);
        settle();
        QCOMPARE(caption(), pinned);
    }

    void theNextEpochIsTheNextDraw()
    {
        open(m_rotation);
        const QString second = m_view->sheet().rows()[0].cells[2].caption;
        auto* line = m_view->findChild<NumberField*>("previewEpoch")->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton);
        line->selectAll();
        QTest::keyClicks(line, "2");
        QTest::keyClick(line, Qt::Key_Return);
        settle();
        QCOMPARE(m_view->epoch(), 1u);
        QCOMPARE(caption(), second);
    }

    void aRowIsPickedForTheProbe()
    {
        open(m_rotation);
        std::optional<TensorStatistics> probe;
        QString what;
        connect(m_view.get(), &PreviewView::probed, this,
                [&](const std::optional<TensorStatistics>& statistics, const QString& of) {
                    probe = statistics;
                    what = of;
                });
        QTest::mouseClick(m_view->sheet().viewport(), Qt::LeftButton, {},
                          m_view->sheet().cellRect(1, 3).center());
        settle();
        QCOMPARE(m_view->currentRow(), 1);
        QVERIFY(probe);
        QCOMPARE(probe->shape, (Shape{32, 32, 3}));
        QCOMPARE(what, "output, b");
    }

    void aDroppedFileIsAskedToBePinned()
    {
        open(m_rotation);
        QSignalSpy dropped(m_view.get(), &PreviewView::imageDropped);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile("/somewhere/cat.png")});
        QDragEnterEvent enter({300, 200}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(m_view.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({300, 200}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(m_view.get(), &drop);
        QCOMPARE(dropped.size(), 1);
        QCOMPARE(dropped[0][0].toString(), "/somewhere/cat.png");
    }

    void aPinIsTakenOut()
    {
        open(m_rotation);
        QSignalSpy unpin(m_view.get(), &PreviewView::unpinRequested);
        QTest::mouseClick(m_view->sheet().viewport(), Qt::LeftButton, {},
                          m_view->sheet().pinRect(1).center());
        QCOMPARE(unpin.size(), 1);
        QCOMPARE(unpin[0][0].toInt(), 1);
    }

    void ctrlWheelMakesCellsLarger()
    {
        open(m_rotation);
        const int before = m_view->sheet().cellHeight();
        const auto turn = [&](Qt::KeyboardModifiers modifiers, int delta) {
            QWidget* viewport = m_view->sheet().viewport();
            QWheelEvent event({300, 100}, viewport->mapToGlobal(QPointF(300, 100)), {}, {0, delta},
                              Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
            QApplication::sendEvent(viewport, &event);
        };
        turn(Qt::ControlModifier, 240);
        QVERIFY(m_view->sheet().cellHeight() > before);
        turn(Qt::ControlModifier, 960);
        turn({}, -240); // now there is something to scroll
        QVERIFY(m_view->sheet().verticalScrollBar()->value() > 0);
    }

    void oldPicturesStayUntilNewOnesAreThere()
    {
        open(m_rotation);
        const QImage before = m_view->sheet().rows()[0].cells[1].picture;
        for (int i = 1; i <= 20; ++i) { // a drag
            setParam(m_rotation, "factor", Config(0.25 + 0.01 * i));
            show(m_rotation);
            QVERIFY(!m_view->sheet().rows()[0].cells[1].picture.isNull());
            QTest::qWait(5);
        }
        settle();
        QVERIFY(m_view->sheet().rows()[0].cells[1].picture != before);
        QCOMPARE(m_view->sheet().extremes()[2].caption, QString("max +162.0°"));
    }

    void theWorkerHearsThirtyWishesASecondAtMost()
    {
        PreviewRunner runner(m_registry);
        QElapsedTimer clock;
        clock.start();
        for (std::uint32_t i = 0; i < 200; ++i) {
            runner.want({wish(i)});
            QTest::qWait(1); // long enough for a run
        }
        QTRY_VERIFY(runner.idle());
        const auto most = static_cast<std::size_t>(clock.elapsed() / 33 + 1);
        QVERIFY2(runner.passed() <= most, qPrintable(QString::number(runner.passed())));
        QVERIFY(runner.passed() > 1);
    }

    /// A wish that came late passes at once; the timer that waited for it lets none through.
    void afterALateWishTheNextOneWaitsAsLong()
    {
        for (int attempt = 0; attempt < 50; ++attempt) {
            PreviewRunner runner(m_registry);
            runner.want({wish(1)});
            runner.want({wish(2)});
            QThread::msleep(50); // the GUI was busy: the timer is due
            QElapsedTimer since;
            since.start();
            runner.want({wish(3)});
            QCOMPARE(runner.passed(), 2U);
            runner.want({wish(4)});
            QCoreApplication::processEvents();
            const std::size_t passed = runner.passed();
            if (since.elapsed() >= 33)
                continue; // too slow to tell

            QCOMPARE(passed, 2U);
            QTRY_COMPARE(runner.passed(), 3U);
            return;
        }
        QFAIL("33 ms never sufficed");
    }

    void largePicturesAreNativeInTheEnd()
    {
        const Tensor large
            = Tensor::make<std::uint8_t>({700, 1000, 3}, [](std::span<std::uint8_t> out) {
                  for (std::size_t i = 0; i < out.size(); ++i)
                      out[i] = static_cast<std::uint8_t>(i / 3 % 1000 / 4);
              });
        std::optional<TensorStatistics> probe;
        connect(m_view.get(), &PreviewView::probed, this,
                [&](const std::optional<TensorStatistics>& s, const QString&) { probe = s; });
        m_view->setPins({{previewSample("large", large, 1), ""}});
        show(m_rotation);
        settle();
        QCOMPARE(probe->shape, (Shape{700, 1000, 3}));
        QTest::mouseClick(button("32×32"), Qt::LeftButton);
        settle();
        QCOMPARE(probe->shape, (Shape{32, 32, 3}));
    }

    void aLongWaitIsMarked()
    {
        std::vector<Pin> pins;
        for (unsigned i = 0; i < 4; ++i)
            pins.push_back({previewSample("large", grey(3'000, 3'000), i), ""});
        m_view->setPins(pins);
        show(m_rotation);

        QTRY_VERIFY(std::ranges::any_of(m_view->sheet().rows(), [](const SheetRow& row) {
            return std::ranges::any_of(row.cells, &SheetCell::isBusy);
        }));
    }

    void whatIsSeenComesFirst()
    {
        constexpr int kPins = 24;
        std::vector<Pin> pins;
        for (int i = 0; i < kPins; ++i)
            pins.push_back({previewSample(std::to_string(i), grey(512, 512), unsigned(i)), ""});
        m_view->setPins(pins);
        show(m_rotation);
        ContactSheet& sheet = m_view->sheet();

        sheet.verticalScrollBar()->setValue(sheet.verticalScrollBar()->maximum());

        const int first = sheet.visibleRows().first;
        QVERIFY(first > kPins / 2);
        std::vector<int> came(kPins, -1); // in which round of the event loop, however long one is
        for (int round = 0; came[kPins - 1] < 0 || came[std::size_t(first - 1)] < 0; ++round) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
            for (std::size_t row = 0; row < kPins; ++row)
                if (came[row] < 0 && !sheet.rows()[row].cells.back().picture.isNull())
                    came[row] = round;
        }
        QVERIFY2(came[kPins - 1] <= came[std::size_t(first - 1)],
                 qPrintable(QString("%1, %2").arg(came[kPins - 1]).arg(came[std::size_t(first - 1)])));
    }

    void aRefusedLayerSaysWhy()
    {
        setParam(m_rotation, "factor", Config(7.0));
        show(m_rotation);
        m_view->setPins(m_pins);
        settle();
        QVERIFY(!m_view->sheet().rows()[0].cells[1].error.isEmpty());
        setParam(m_rotation, "factor", Config(0.1));
        show(m_rotation);
        settle();
        QVERIFY(m_view->sheet().rows()[0].cells[1].error.isEmpty());
        QVERIFY(!m_view->sheet().rows()[0].cells[1].picture.isNull());
    }

    void aMixNamesTheOtherPinnedSample()
    {
        const NodeId mix = after(m_rescaling, "MixUp", ConfigObject{{"alpha", 1.0}});
        m_document.recipe.seed = 5;
        open(mix);
        static const QRegularExpression own("#([12])$");
        int mixed = 0;
        for (std::size_t row = 0; row < 2; ++row)
            for (std::size_t draw = 1; draw < 9; ++draw) {
                const SheetCell& cell = m_view->sheet().rows()[row].cells[draw];
                QVERIFY2(cell.error.isEmpty(), qPrintable(cell.error));
                const auto match = own.match(cell.caption);
                QVERIFY2(match.hasMatch(), qPrintable(cell.caption));
                mixed += match.captured(1).toInt() != static_cast<int>(row) + 1;
            }
        QVERIFY(mixed > 0);
        QVERIFY(mixed % 2 == 0); // if one takes the other, so does the other
    }

    void aSampleThatIsAloneIsMixedWithTheData()
    {
        const NodeId mix = after(m_rescaling, "MixUp", ConfigObject{{"alpha", 1.0}});
        m_view->setPins({m_pins[0]});
        show(mix);
        settle();
        const QString reason = m_view->sheet().rows()[0].cells[1].error;
        QVERIFY2(reason.contains("at least two samples"), qPrintable(reason));

        m_view->setSpares({previewSample("", m_source->image(7).value(), 7),
                           previewSample("", m_source->image(9).value(), 9)});
        settle();
        QSet<QString> partners;
        for (std::size_t draw = 1; draw < 9; ++draw) {
            const SheetCell& cell = m_view->sheet().rows()[0].cells[draw];
            QVERIFY2(cell.error.isEmpty(), qPrintable(cell.error));
            partners.insert(cell.caption.section(" + ", 1));
        }
        QVERIFY(partners.size() > 1);
        partners.subtract(QSet<QString>{"no. 7", "no. 9", "itself"});
        QVERIFY(partners.isEmpty());
    }

    void extremesOfOtherDataGo()
    {
        open(m_rotation);
        QVERIFY(!m_view->sheet().extremes()[0].picture.isNull());
        m_view->setPins({sound()});
        settle();
        QVERIFY(!m_view->sheet().rows()[0].cells[1].error.isEmpty());
        QVERIFY(m_view->sheet().extremes().empty());
    }

    void aRowOfNumbersHasTheColoursOfTheTheme()
    {
        m_view->setPins({{rowSample("row 0", {"numbers"},
                                    {Tensor::of<float>({9}, {1, 2, 3, 4, 5, 6, 7, 8, 9})}, 0),
                          {}}});
        show(m_source_);
        settle();
        const QImage dark = m_view->sheet().rows()[0].cells[0].picture;
        setTheme(Theme::light());
        settle();
        const QImage light = m_view->sheet().rows()[0].cells[0].picture;
        setTheme(Theme::dark());
        QVERIFY(!dark.isNull());
        QCOMPARE(dark.size(), light.size());
        QVERIFY(dark != light);
    }

    void numbersOfACaptionStay_data()
    {
        QTest::addColumn<QString>("caption");
        QTest::addColumn<QString>("end");
        QTest::newRow("a group's choice") << "random_rotation +12.4°" << "+12.4°";
        QTest::newRow("a long name") << "my_own_very_long_layer_name ×0.95" << "×0.95";
        QTest::newRow("a mix in a group") << "mix_up_of_samples ×0.21 + #2" << "×0.21 + #2";
    }
    void numbersOfACaptionStay()
    {
        QFETCH(QString, caption);
        QFETCH(QString, end);
        const QFontMetrics metrics(uiFont(FontRole::MonoTiny));
        for (const int letters : {20, 16}) {
            const int width = metrics.horizontalAdvance(QString(letters, '0'));
            const QString fitted = fittedCaption(shortCaption(caption), metrics, width);
            QVERIFY2(fitted.endsWith(end), qPrintable(fitted));
            QVERIFY(metrics.horizontalAdvance(fitted) <= width);
        }
        QCOMPARE(shortCaption("random_rotation +1°"), QString("rotation +1°"));
        QCOMPARE(shortCaption("random_shear · solarization"), QString("shear · solarization"));
    }

private:
    static Pin sound()
    {
        return {rowSample("row 0", {"sound"},
                          {Tensor::make<float>({256},
                                              [](std::span<float> out) {
                                                  for (std::size_t i = 0; i < out.size(); ++i)
                                                      out[i] = i % 2 ? 0.5f : -0.5f;
                                              })},
                          0),
                {}};
    }
    PreviewTask wish(std::uint32_t draw) const
    {
        PreviewTask task;
        task.target = previewTarget({std::make_shared<const Document>(m_document), m_rotation},
                                    m_registry);
        task.sample = std::make_shared<const PreviewSample>(m_pins[0].sample);
        task.draw = draw;
        return task;
    }
    static Tensor grey(std::int64_t height, std::int64_t width)
    {
        return Tensor::make<std::uint8_t>({height, width, 3}, [](std::span<std::uint8_t> out) {
            std::ranges::fill(out, std::uint8_t{128});
        });
    }
    NodeId add(const char* kerasClass, Config config)
    {
        auto added = edits::addLayer(m_document, m_document.root().id, kerasClass,
                                     std::move(config), Stage::Pipeline, {});
        m_document = added.value().document;
        return added.value().node;
    }
    NodeId after(NodeId from, const char* kerasClass, Config config)
    {
        const NodeId node = add(kerasClass, std::move(config));
        m_document = edits::connect(m_document, {from, 0}, node, "").value();
        return node;
    }
    void setParam(NodeId node, const char* path, const Config& value)
    {
        m_document = edits::setParam(m_document, m_document.layerOf(node)->id, path, value).value();
    }
    void show(NodeId node)
    {
        Facts facts;
        facts.columns = m_source->columns();
        facts.classNames = m_source->classNames();
        m_view->setProject(std::make_shared<const Document>(m_document), facts, m_phase, node);
    }
    void open(NodeId node)
    {
        m_view->setPins(m_pins);
        show(node);
        settle();
    }
    void settle() { QTRY_VERIFY(m_view->settled()); }
    QString caption() const { return m_view->sheet().rows()[0].cells[1].caption; }
    QToolButton* button(const QString& text) const
    {
        for (auto* each : m_view->findChildren<QToolButton*>())
            if (each->text() == text)
                return each;
        return nullptr;
    }

    LayerRegistry m_registry;
    SourceHandle m_source;
    Document m_document;
    NodeId m_source_, m_flip, m_rotation, m_rescaling;
    Phase m_phase = Phase::Training;
    std::vector<Pin> m_pins{{previewSample("a", drawnShapes(32, 1)->image(1).value(), 1), "star"},
                            {previewSample("b", drawnShapes(32, 1)->image(2).value(), 2), "ring"}};
    std::unique_ptr<PreviewView> m_view;
};

LB_TEST(TstPreviewView)
#include "tst_preview_view.moc"
