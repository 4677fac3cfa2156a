#include "core/graph/edits.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/try_page.h"

#include <QFrame>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTest>

namespace lb {
namespace {

bool isPreprocessing(const LayerType& type)
{
    using enum About::Family;
    const About::Family family = type.about().family;
    return family == Image || family == RandomImage || family == Text || family == Numeric;
}

/// 12 x 16, every colour another one.
PreviewSample rampSample()
{
    return previewSample("ramp",
                         Tensor::make<std::uint8_t>({12, 16, 3},
                                                    [](std::span<std::uint8_t> out) {
                                                        for (std::size_t i = 0; i < out.size(); ++i)
                                                            out[i] = static_cast<std::uint8_t>(i);
                                                    }),
                         0);
}

} // namespace

/// Every preprocessing layer of the registry in "Try it", as it comes.
class TestWholeRegistry : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        registerBuiltinLayers(m_registry);
        setTheme(Theme::dark());
    }
    void init() { QTest::failOnWarning(realWarnings()); }
    void cleanup() { m_inspector.reset(); }

    void everyLayerGivesSomethingAtOnce_data()
    {
        QTest::addColumn<QString>("kerasClass");
        QTest::addColumn<bool>("image");
        for (const LayerType* type : m_registry.layers())
            if (isPreprocessing(*type)) {
                const QString name = QString::fromUtf8(type->kerasClass().data(),
                                                       qsizetype(type->kerasClass().size()));
                QTest::addRow("%s", qPrintable(name)) << name << true;
                QTest::addRow("%s without an image", qPrintable(name)) << name << false;
            }
    }
    void everyLayerGivesSomethingAtOnce()
    {
        QFETCH(QString, kerasClass);
        QFETCH(bool, image);

        open(kerasClass, image);

        if (error()->isVisible()) { // one that learns first: on the values that stand there
            auto* adapt = find<QPushButton>("tryAdapt");
            QVERIFY2(adapt->isVisible(), qPrintable(error()->findChild<QLabel*>()->text()));
            QTest::mouseClick(adapt, Qt::LeftButton);
            QVERIFY2(find<QLabel>("tryAdaptError")->text().isEmpty(),
                     qPrintable(find<QLabel>("tryAdaptError")->text()));
        }
        QVERIFY2(!error()->isVisible(), qPrintable(error()->findChild<QLabel*>()->text()));
        QVERIFY(!find<QPlainTextEdit>("tryNumbers")->toPlainText().isEmpty());
    }

    void aColumnIsTypedAValueALine()
    {
        open("StringLookup", false);
        pick(3);
        type("cyan\n42\nazure");

        QCOMPARE(m_last.inputs.size(), 1u);
        QCOMPARE(m_last.inputs[0].dtype(), DType::String);
        QCOMPARE(m_last.inputs[0].shape(), (Shape{3, 1}));
        QVERIFY(!error()->isVisible());
    }

    void aTextMayHaveEmptyLines()
    {
        open("StringLookup", false);
        pick(3);
        type("cyan\n\nazure");

        QCOMPARE(m_last.inputs.size(), 1u);
        QCOMPARE(m_last.inputs[0].shape(), (Shape{2, 1}));
        QVERIFY(!error()->isVisible());
    }

    void columnsAreOfNumbersWhereTheLayerTakesSome()
    {
        open("HashedCrossing", false); // a string and an integer
        type("cyan\nazure\n\n1\n2");

        QCOMPARE(m_last.inputs.size(), 2u);
        QCOMPARE(m_last.inputs[0].dtype(), DType::String);
        QCOMPARE(m_last.inputs[1].dtype(), DType::Int64);
        QCOMPARE(m_last.inputs[1].shape(), (Shape{2, 1}));
        QVERIFY(!error()->isVisible());
        keepLooks(*m_inspector, "try_columns");
    }

    void aColumnOfNumbersRefusesWords()
    {
        open("Normalization", false);
        pick(3);

        type("1\ntwo");
        QCOMPARE(error()->findChild<QLabel*>()->text(), "line 2: \"two\" is not a number");
        type("1 2\n3 4");
        QCOMPARE(error()->findChild<QLabel*>()->text(), "line 1: a column has one value a line");
    }

private:
    template <typename T> T* find(const char* name) const
    {
        return m_inspector->findChild<T*>(name);
    }
    QFrame* error() const { return find<QFrame>("tryError"); }

    /// A node of that class alone with the settings of its first example, and "Try it" by a click.
    void open(const QString& kerasClass, bool image)
    {
        const LayerType& type = *m_registry.find(kerasClass.toStdString()).value();
        const auto examples = type.contractExamples();
        QVERIFY(!examples.empty());
        Document document = emptyDocument();
        auto added = edits::addLayer(document, document.root().id, std::string(type.kerasClass()),
                                     examples.front().config, Stage::Model, {});
        m_document = added.value().document;
        m_node = added.value().node;
        m_inspector = std::make_unique<Inspector>(m_registry);
        m_inspector->resize(300, 900);
        TryPage& page = m_inspector->tryPage();
        connect(&page, &TryPage::callRequested, this,
                [this, &page](LayerId, const LayerCall& call, int ticket) {
                    m_last = call;
                    page.setAnswer(ticket, answered(call, m_registry));
                });
        connect(&page, &TryPage::adaptRequested, this, [this, &page](LayerId id, const LayerCall& call) {
            const auto answer = answered(call, m_registry);
            if (!answer.ok())
                return page.setAdaptError(QString::fromStdString(english(answer.error().message)));
            m_document = edits::setAdapted(m_document, id, answer.value().state).value();
            show();
        });
        if (image)
            page.setSample(rampSample());
        show();
        m_inspector->QWidget::show();
        auto* tabs = find<QTabBar>("inspectorTabs");
        QVERIFY(tabs->isTabVisible(3));
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(3).center());
    }
    void show()
    {
        const auto shared = std::make_shared<const Document>(m_document);
        m_inspector->show(shared, analysed(*shared, {}, m_registry), {}, m_node);
    }
    void pick(int kind)
    {
        QTest::mouseClick(find<QWidget>("tryKind")->findChildren<QAbstractButton*>()[kind],
                          Qt::LeftButton);
    }
    void type(const QString& text)
    {
        find<QPlainTextEdit>("tryInput")->setPlainText(text);
        QTRY_VERIFY(m_inspector->tryPage().settled());
    }

    LayerRegistry m_registry;
    std::unique_ptr<Inspector> m_inspector;
    Document m_document;
    NodeId m_node;
    LayerCall m_last;
};

} // namespace lb

LB_TEST(lb::TestWholeRegistry)
#include "tst_whole_registry.moc"
