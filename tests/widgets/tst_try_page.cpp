#include "core/graph/edits.h"
#include "looks.h"
#include "tests/support/lb_test.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/try_page.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFrame>
#include <QLabel>
#include <QSignalSpy>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include <cmath>

using namespace lb;

/// The inspector's "Try it", by mouse and keys; the test answers what it asks.
class TstTryPage : public QObject {
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
        m_inspector = std::make_unique<Inspector>(m_registry);
        m_inspector->resize(320, 900);
        m_calls = 0;
        m_answers = true;
        m_adapted.reset();
        TryPage& page = m_inspector->tryPage();
        connect(&page, &TryPage::callRequested, this,
                [this, &page](LayerId, const LayerCall& call, int ticket) {
                    ++m_calls;
                    m_last = call;
                    if (m_answers)
                        page.setAnswer(ticket, answered(call, m_registry));
                });
        connect(&page, &TryPage::adaptRequested, this,
                [this](LayerId, const LayerCall& call) { m_adapted = call; });
    }
    void cleanup() { m_inspector.reset(); }

    void whatIsTypedIsCalled()
    {
        open("CategoryEncoding", ConfigObject{{"num_tokens", 4}, {"output_mode", "count"}});

        type("tryInput", "0 1\n3 3");

        QCOMPARE(numbers(), "1  1  0  0\n0  0  0  2");
        QVERIFY(!error()->isVisible());
        keepLooks(*m_inspector, "try_numbers");
    }

    /// Time to the right and low pitches below, however the numbers lie.
    void aSpectrogramIsDrawnUpright()
    {
        m_answers = false;
        QSignalSpy asked(&m_inspector->tryPage(), &TryPage::callRequested);
        open("MelSpectrogram", ConfigObject{{"fft_length", 16}, {"num_mel_bins", 2}});
        QTRY_VERIFY(!asked.empty());
        LayerAnswer answer; // two low moments, then a high one
        answer.outputs = {Tensor::of<float>({1, 2, 3}, {1, 1, 0, 0, 0, 1})};

        m_inspector->tryPage().setAnswer(asked.last().at(2).toInt(), answer);

        QCOMPARE(numbers(), "[[[1 1 0]\n  [0 0 1]]]");
        QImage picture = find<QLabel>("tryPictures")->pixmap().toImage();
        int right = picture.width(); // there may be room beside it
        while (right > 1 && picture.pixelColor(right - 1, 2).alpha() == 0)
            --right;
        picture = picture.copy(0, 0, right, picture.height());
        const auto bright = [&](int moment, int fromBelow) {
            return picture
                       .pixelColor((2 * moment + 1) * picture.width() / 6,
                                   (3 - 2 * fromBelow) * picture.height() / 4)
                       .lightness()
                > 90;
        };
        QVERIFY(bright(0, 0) && bright(1, 0) && !bright(2, 0));
        QVERIFY(!bright(0, 1) && !bright(1, 1) && bright(2, 1));
    }

    void itBeginsWithNumbersThatFit()
    {
        open("Dense", ConfigObject{{"units", 2}, {"kernel_initializer", "Ones"}});

        QVERIFY(!error()->isVisible());
        QCOMPARE(m_last.inputs.size(), 1u);
        QCOMPARE(m_last.inputs[0].dtype(), DType::Float32);
        QVERIFY(!numbers().isEmpty());
    }

    void wordsAreTextsWhereTheUserSaysSo()
    {
        open("Hashing", ConfigObject{{"num_bins", 3}});
        const auto kinds = find<QWidget>("tryKind")->findChildren<QAbstractButton*>();
        QTest::mouseClick(kinds[0], Qt::LeftButton);
        type("tryInput", "one\ntwo");
        QVERIFY(error()->isVisible()); // no numbers

        QTest::mouseClick(kinds[1], Qt::LeftButton);

        QVERIFY(!error()->isVisible());
        QCOMPARE(m_last.inputs[0].dtype(), DType::String);
    }

    /// Of every layer that prepares data, as it is added: a result, if need be after it learned from what
    /// stands there to learn from.
    void itBeginsWithAResult_data()
    {
        QTest::addColumn<bool>("withImage");
        using Family = About::Family;
        for (const LayerType* layer : m_registry.layers()) {
            const Family family = layer->about().family;
            if (family != Family::Image && family != Family::RandomImage && family != Family::Text
                && family != Family::Numeric)
                continue;
            const QByteArray name(layer->kerasClass().data(), qsizetype(layer->kerasClass().size()));
            QTest::newRow(name) << false;
            if (family == Family::Image || family == Family::RandomImage)
                QTest::newRow(name + " with an image") << true;
        }
    }
    void itBeginsWithAResult()
    {
        QFETCH(bool, withImage);
        const std::string name = QString(QTest::currentDataTag()).section(' ', 0, 0).toStdString();
        const LayerType& type = *m_registry.find(name).value();
        PreviewSample sample;
        sample.name = "picture";
        sample.image = Tensor::make<std::uint8_t>({24, 32, 3}, [](std::span<std::uint8_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<std::uint8_t>(i % 251);
        });
        m_inspector->tryPage().setSample(withImage ? std::optional(sample) : std::nullopt);

        open(name.c_str(), type.newConfig());

        if (error()->isVisible() && find<QPushButton>("tryAdapt")->isVisible()) {
            QVERIFY2(error()->findChild<QLabel*>()->text().contains("adapt"),
                     qPrintable(error()->findChild<QLabel*>()->text()));
            QTest::mouseClick(find<QPushButton>("tryAdapt"), Qt::LeftButton);
            QVERIFY(m_adapted.has_value());
            const auto learned = answered(*m_adapted, m_registry);
            QVERIFY2(learned.ok(), learned.ok() ? "" : english(learned.error().message).c_str());
            m_layer->adapted = learned.value().state;
            m_layer = std::make_shared<LayerDef>(*m_layer);
            showDocument();
        }
        QVERIFY2(!error()->isVisible(), qPrintable(error()->findChild<QLabel*>()->text()));
        QVERIFY(!numbers().isEmpty() || !find<QLabel>("tryPictures")->pixmap().isNull());
    }

    void aSeedIsTyped()
    {
        open("Dense", ConfigObject{{"units", 2}});
        const QString before = numbers();
        auto* seed = find<QWidget>("trySeed")->findChild<QLineEdit*>();

        QTest::mouseClick(seed, Qt::LeftButton);
        seed->selectAll();
        QTest::keyClicks(seed, "7");
        QTest::keyClick(seed, Qt::Key_Return);

        QCOMPARE(m_last.seed, 7u);
        QVERIFY(numbers() != before); // other weights
    }

    void aLongCallSaysThatItRuns()
    {
        m_answers = false;
        open("Dense", ConfigObject{{"units", 2}});

        QTRY_VERIFY(allText(m_inspector->tryPage()).contains("computing…"));
    }

    void whatWasAskedForAProjectThatIsGoneIsNotWaitedFor()
    {
        constexpr int kBeyondBusy = 300; // ms
        m_answers = false;
        open("Dense", ConfigObject{{"units", 2}});
        QVERIFY(!m_inspector->tryPage().settled());

        m_inspector->tryPage().forgetTrials();

        QVERIFY(m_inspector->tryPage().settled());
        QTest::qWait(kBeyondBusy);
        QVERIFY(!allText(m_inspector->tryPage()).contains("computing…"));
    }

    void anEmptyLineBeginsTheNextInput()
    {
        open("Add", ConfigObject{});

        type("tryInput", "1 2\n\n10 20");

        QCOMPARE(numbers(), "11  22");
    }

    void whatIsWrongStandsInPlace_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("rows of other lengths")
            << "1 2\n3" << "line 2: has 1 numbers, the rows before it have 2";
        QTest::newRow("no numbers") << "one" << "line 1: \"one\" is not a number";
        QTest::newRow("refused by the layer")
            << "-1 2" << "ids must not be negative, found: -1";
    }
    void whatIsWrongStandsInPlace()
    {
        QFETCH(QString, text);
        QFETCH(QString, message);
        open("CategoryEncoding", ConfigObject{{"num_tokens", 4}});

        type("tryInput", text);

        QVERIFY(error()->isVisible());
        QCOMPARE(error()->findChild<QLabel*>()->text(), message);
        QVERIFY(!find<QPlainTextEdit>("tryNumbers")->isVisible());
        QVERIFY(!find<QPushButton>("tryCopy")->isEnabled());
        keepLooks(*m_inspector, "try_error");

        type("tryInput", "1 2");
        QVERIFY(!error()->isVisible());
        QCOMPARE(numbers(), "0  1  1  0");
    }

    void theResultIsCopied_data()
    {
        QTest::addColumn<int>("downs");
        QTest::addColumn<QString>("copied");
        QTest::newRow("NumPy") << 1 << "np.array([[0.0, 1.0]], dtype=\"float32\")";
        QTest::newRow("R") << 2 << "matrix(c(0, 1), nrow = 1, byrow = TRUE)";
        QTest::newRow("CSV") << 3 << "0,1\n";
    }
    void theResultIsCopied()
    {
        QFETCH(int, downs);
        QFETCH(QString, copied);
        open("CategoryEncoding", ConfigObject{{"num_tokens", 2}});
        type("tryInput", "1");

        QTimer::singleShot(0, this, [downs] { // the menu waits in its own loop
            QWidget* menu = QApplication::activePopupWidget();
            for (int i = 0; i < downs; ++i)
                QTest::keyClick(menu, Qt::Key_Down);
            QTest::keyClick(menu, Qt::Key_Return);
        });
        QTest::mouseClick(find<QPushButton>("tryCopy"), Qt::LeftButton);

        QCOMPARE(QGuiApplication::clipboard()->text(), copied);
    }

    void aRandomLayerSaysWhatItDrew()
    {
        m_inspector->tryPage().setSample(
            previewSample("grey", Tensor::make<std::uint8_t>({8, 12, 3}, [](std::span<std::uint8_t> out) {
                              for (std::size_t i = 0; i < out.size(); ++i)
                                  out[i] = static_cast<std::uint8_t>(i);
                          }),
                          0));
        open("RandomRotation", m_registry.find("RandomRotation").value()->newConfig());
        auto* drawn = find<QLabel>("tryDrawn");
        QVERIFY(drawn->isVisible());
        QVERIFY(drawn->text().startsWith("drew "));
        QCOMPARE(m_last.inputs[0].shape(), (Shape{1, 8, 12, 3}));
        QVERIFY(!find<QLabel>("tryPictures")->pixmap().isNull());

        keepLooks(*m_inspector, "try_random");
        const QString before = drawn->text();
        QTest::mouseClick(find<QPushButton>("tryNewSeed"), Qt::LeftButton);
        QVERIFY(drawn->text() != before);
        QCOMPARE(m_last.seed, 2u);

        const auto parts = find<QWidget>("tryPhase")->findChildren<QAbstractButton*>();
        QTest::mouseClick(parts[1], Qt::LeftButton);
        QVERIFY(!m_last.training);
        QVERIFY(!drawn->isVisible());
    }

    void withoutAnImageNumbersAreTyped()
    {
        open("Rescaling", ConfigObject{{"scale", 0.5}});
        m_inspector->tryPage().setSample(std::nullopt);

        type("tryInput", "2 4");

        QCOMPARE(numbers(), "1  2");
        const auto kinds = find<QWidget>("tryKind")->findChildren<QAbstractButton*>();
        QVERIFY(!kinds[2]->isEnabled());
    }

    void valuesToLearnFromAreTyped()
    {
        open("Discretization", ConfigObject{{"num_bins", 4}});
        QVERIFY(error()->isVisible()); // never adapted

        type("tryAdaptOn", "1 2 3 4 5 6 7 8 9 10");
        QTest::mouseClick(find<QPushButton>("tryAdapt"), Qt::LeftButton);

        QVERIFY(m_adapted.has_value());
        QCOMPARE(m_adapted->adapt->shape(), (Shape{1, 10}));
        const auto answer = answered(*m_adapted, m_registry);
        QVERIFY(answer.ok());

        m_layer->adapted = answer.value().state; // what the window does
        m_layer = std::make_shared<LayerDef>(*m_layer);
        showDocument();
        QCOMPARE(find<QLabel>("tryLearned")->text(), "bin_boundaries  [2.5 5 7.5]");
        type("tryInput", "0 5 9");
        QCOMPARE(numbers(), "0  2  3");
        keepLooks(*m_inspector, "try_adapted");
    }

    /// As one does in a console.
    void wordsAreLearnedAndLookedUp()
    {
        open("StringLookup", m_registry.find("StringLookup").value()->newConfig());
        type("tryAdaptOn", "cyan\nturquoise\nceleste");
        QTest::mouseClick(find<QPushButton>("tryAdapt"), Qt::LeftButton);
        QVERIFY(m_adapted.has_value());

        m_layer->adapted = answered(*m_adapted, m_registry).value().state; // what the window does
        m_layer = std::make_shared<LayerDef>(*m_layer);
        showDocument();
        type("tryInput", "azure\ncyan");

        QCOMPARE(find<QLabel>("tryLearned")->text(), "vocabulary  [UNK] turquoise cyan celeste");
        QCOMPARE(numbers(), "[0 2]");
        keepLooks(*m_inspector, "try_words");
    }

    void wrongValuesToLearnFromAreNamed()
    {
        open("Normalization", ConfigObject{});

        type("tryAdaptOn", "1 x");
        QTest::mouseClick(find<QPushButton>("tryAdapt"), Qt::LeftButton);

        QVERIFY(!m_adapted);
        QCOMPARE(find<QLabel>("tryAdaptError")->text(), "line 1: \"x\" is not a number");
    }

    void aSoundIsDrawn()
    {
        open("MelSpectrogram", ConfigObject{{"fft_length", 32}, {"sequence_stride", 4},
                                            {"num_mel_bins", 12}, {"sampling_rate", 8000}});
        QStringList samples;
        for (int i = 0; i < 120; ++i)
            samples << QString::number(std::sin(0.2 * i + 0.004 * i * i), 'f', 3);
        find<QPlainTextEdit>("tryInput")->setPlainText(samples.join(' '));
        QTRY_VERIFY(m_inspector->tryPage().settled());
        QVERIFY(!error()->isVisible());
        QVERIFY(!find<QLabel>("tryPictures")->pixmap().isNull());
        keepLooks(*m_inspector, "try_sound");
    }

    void itAsksOnlyWhileItIsSeen()
    {
        open("Rescaling", ConfigObject{{"scale", 0.5}});
        const int calls = m_calls;
        auto* tabs = find<QTabBar>("inspectorTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(0).center());

        m_layer->config = ConfigObject{{"scale", 2.0}};
        m_layer = std::make_shared<LayerDef>(*m_layer);
        showDocument();
        QCOMPARE(m_calls, calls);

        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(3).center());
        QCOMPARE(m_calls, calls + 1);
    }

    void whatWasTypedStaysWithItsLayer()
    {
        open("CategoryEncoding", ConfigObject{{"num_tokens", 4}});
        type("tryInput", "2 2");
        const auto first = m_layer;
        const auto document = m_document;
        const NodeId node = m_node;

        open("Rescaling", ConfigObject{{"scale", 0.5}});
        QVERIFY(find<QPlainTextEdit>("tryInput")->toPlainText() != "2 2");
        m_inspector->show(document, analysed(*document, {}, m_registry), {}, node);

        QCOMPARE(find<QPlainTextEdit>("tryInput")->toPlainText(), "2 2");
        QCOMPARE(numbers(), "0  0  1  0");
    }

    void whatIsNotALayerIsNotTried()
    {
        open("Source", ConfigObject{});

        QVERIFY(!find<QTabBar>("inspectorTabs")->isTabVisible(3));
    }

private:
    template <typename T> T* find(const char* name) const
    {
        return m_inspector->findChild<T*>(name);
    }
    QFrame* error() const { return find<QFrame>("tryError"); }
    QString numbers() const { return find<QPlainTextEdit>("tryNumbers")->toPlainText(); }

    /// A node of that class alone, selected, and "Try it" opened by a click.
    void open(const char* kerasClass, Config config)
    {
        static std::int64_t next = 100; // every layer is another one
        Document document = emptyDocument();
        document.nextId = next += 10;
        auto added = edits::addLayer(document, document.root().id, kerasClass, std::move(config),
                                     Stage::Model, {});
        m_document = std::make_shared<const Document>(added.value().document);
        m_node = added.value().node;
        m_layer = std::make_shared<LayerDef>(*m_document->layerOf(m_node));
        showDocument();
        m_inspector->QWidget::show();
        auto* tabs = find<QTabBar>("inspectorTabs");
        if (tabs->isTabVisible(3))
            QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(3).center());
    }
    void showDocument()
    {
        Document document = *m_document;
        for (auto& layer : document.layers)
            if (layer->id == m_layer->id)
                layer = std::make_shared<const LayerDef>(*m_layer);
        m_document = std::make_shared<const Document>(std::move(document));
        m_inspector->show(m_document, analysed(*m_document, {}, m_registry), {}, m_node);
    }
    void type(const char* name, const QString& text)
    {
        auto* editor = find<QPlainTextEdit>(name);
        QTest::mouseClick(editor->viewport(), Qt::LeftButton);
        QTest::keyClick(editor, Qt::Key_A, Qt::ControlModifier);
        for (const QChar c : text)
            if (c == '\n')
                QTest::keyClick(editor, Qt::Key_Return);
            else
                QTest::keyClick(editor, c.toLatin1());
        QTRY_VERIFY(m_inspector->tryPage().settled());
    }

    LayerRegistry m_registry;
    std::unique_ptr<Inspector> m_inspector;
    std::shared_ptr<const Document> m_document;
    std::shared_ptr<LayerDef> m_layer;
    NodeId m_node;
    LayerCall m_last;
    int m_calls = 0;
    bool m_answers = true;
    std::optional<LayerCall> m_adapted;
};

LB_TEST(TstTryPage)
#include "tst_try_page.moc"
