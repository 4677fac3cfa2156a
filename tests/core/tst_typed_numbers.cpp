#include "core/interop/code/tensor_code.h"
#include "core/tensor/typed_numbers.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace lb;

class TstTypedNumbers : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void readsWhatPeoplePaste_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("numpy"); // of each tensor, a line each
        const auto row = [](const char* name, const char* text, const char* numpy) {
            QTest::newRow(name) << text << numpy;
        };
        row("rows", "1 2 3\n4 5 6", "np.array([[1, 2, 3], [4, 5, 6]], dtype=\"int64\")");
        row("commas and tabs", "1.5,\t2\n-3, 1e2\n", "np.array([[1.5, 2.0], [-3.0, 100.0]], dtype=\"float32\")");
        row("one number", "7", "np.array([[7]], dtype=\"int64\")");
        row("two inputs", "1 2\n\n 3.0\n", "np.array([[1, 2]], dtype=\"int64\")\nnp.array([[3.0]], dtype=\"float32\")");
        row("a list", "[1, 2, 3]", "np.array([1, 2, 3], dtype=\"int64\")");
        row("as NumPy prints", "[[1. 2.]\n [3. 4.]]", "np.array([[1.0, 2.0], [3.0, 4.0]], dtype=\"float32\")");
        row("as NumPy is written", "np.array([[1, 2]], dtype=\"int64\")\n", "np.array([[1, 2]], dtype=\"int64\")");
        row("as R writes it", "c(1, 2.5, NA)", "np.array([1.0, 2.5, np.nan], dtype=\"float32\")");
        row("R's integers", "c(1L, -2L)", "np.array([1, -2], dtype=\"int64\")");
        row("three axes", "[[[1],[2]],[[3],[4]]]", "np.array([[[1], [2]], [[3], [4]]], dtype=\"int64\")");
        row("lists after each other", "[1]\n[2, 3]", "np.array([1], dtype=\"int64\")\nnp.array([2, 3], dtype=\"int64\")");
        row("not finite", "nan inf -Infinity", "np.array([[np.nan, np.inf, -np.inf]], dtype=\"float32\")");
        row("truths", "True false", "np.array([[True, False]], dtype=\"bool\")");
        row("no elements", "[[], []]", "np.array([[], []], dtype=\"float32\")");
        row("Windows' lines", "1\r\n2\r\n", "np.array([[1], [2]], dtype=\"int64\")");
        row("beyond 64 bits", "9223372036854775808", "np.array([[9.223372e+18]], dtype=\"float32\")");
    }
    void readsWhatPeoplePaste()
    {
        QFETCH(QString, text);
        QFETCH(QString, numpy);

        const auto tensors = typedTensors(text.toStdString());

        QVERIFY2(tensors.ok(), tensors.ok() ? "" : english(tensors.error().message).c_str());
        QStringList code;
        for (const Tensor& tensor : tensors.value())
            code << QString::fromStdString(numpyCode(tensor));
        QCOMPARE(code.join("\n"), numpy);
    }

    void saysWhatIsWrongAndWhere_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* text, const char* where, const char* message) {
            QTest::newRow(text) << text << where << message;
        };
        row("", "line 1", "type some numbers: 1 2 3, a row a line");
        row(" \n\n", "line 1", "type some numbers: 1 2 3, a row a line");
        row("1 2\n3", "line 2", "has 1 numbers, the rows before it have 2");
        row("1 2\n3 four", "line 2", "\"four\" is not a number");
        row("[1, 2", "line 1", "a bracket is not closed");
        row("[[1, 2],\n [3]]", "line 2", "lists beside each other have other lengths");
        row("[[1], 2]", "line 1", "has numbers beside lists");
        row("[1, [2]]", "line 1", "has numbers beside lists");
        row("1 ] 2", "line 1", "\"]\" is not a number");
        row("[[[[[[[[[1]]]]]]]]]", "line 1", "has too many brackets within each other");
        row("1\n2\n3\n4\n5", "line 5", "takes 4 numbers at most; call larger ones from the command line");
    }
    void saysWhatIsWrongAndWhere()
    {
        QFETCH(QString, text);
        QFETCH(QString, where);
        QFETCH(QString, message);

        const auto tensors = typedTensors(text.toStdString(), 4);

        QVERIFY(!tensors.ok());
        QCOMPARE(QString::fromStdString(english(tensors.error().message)), message);
        QCOMPARE(QString::fromStdString(tensors.error().where), where);
    }

    void whatIsWrittenReadsBack_data()
    {
        QTest::addColumn<QList<int>>("shape");
        for (const QList<int>& shape : {QList<int>{3, 4}, {5}, {2, 3, 2}, {1, 1}, {1, 2, 1, 3}})
            QTest::addRow("%d axes, %d", int(shape.size()), shape.first()) << shape;
    }
    void whatIsWrittenReadsBack()
    {
        QFETCH(QList<int>, shape);
        const Tensor tensor
            = Tensor::make<float>(Shape(shape.begin(), shape.end()), [](std::span<float> out) {
                  for (std::size_t i = 0; i < out.size(); ++i)
                      out[i] = std::sin(static_cast<float>(i + 1)) / 3;
              });

        const auto typed = typedTensors(typedText(tensor));
        const auto code = typedTensors(numpyCode(tensor));

        QCOMPARE(typed.value().front(), tensor);
        QCOMPARE(code.value().front(), tensor);
    }

    void longAxesAreShortened()
    {
        const Tensor wide = Tensor::make<std::int64_t>({2, 1000}, [](std::span<std::int64_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<std::int64_t>(i);
        });
        QCOMPARE(readableText(wide), std::string("   0     1     2     3  …   996   997   998   999\n"
                                                 "1000  1001  1002  1003  …  1996  1997  1998  1999"));
        QCOMPARE(readableText(Tensor::of<float>({2, 1, 2}, {1, 0.5f, 1.0f / 3, 4})),
                 std::string("[[[1 0.5]]\n [[0.333333 4]]]"));
        QCOMPARE(readableText(Tensor::of<bool>({}, {true})), std::string("True"));
    }

    void isWrittenForROrATable()
    {
        const Tensor cube = Tensor::of<std::int64_t>({2, 1, 2}, {1, 2, 3, 4});
        QCOMPARE(rCode(cube), std::string("array(c(1L, 3L, 2L, 4L), dim = c(2, 1, 2))"));
        QCOMPARE(rCode(Tensor::of<float>({2, 2}, {1, 2.5f, std::nanf(""), -HUGE_VALF})),
                 std::string("matrix(c(1, 2.5, NaN, -Inf), nrow = 2, byrow = TRUE)"));
        QCOMPARE(rCode(Tensor::of<bool>({2}, {true, false})), std::string("c(TRUE, FALSE)"));
        QCOMPARE(csvText(cube), std::string("1,2\n3,4\n"));
        QCOMPARE(csvText(Tensor::of<float>({2}, {0.1f, 2})), std::string("0.1,2\n"));
    }

    void textsStandInQuotes()
    {
        const Tensor words = Tensor::make<std::string>({2}, [](std::span<std::string> out) {
            out[0] = "a \"b\"";
            out[1] = "c";
        });
        QCOMPARE(readableText(words), std::string("[\"a \\\"b\\\"\" \"c\"]"));
        QCOMPARE(numpyCode(words), std::string("np.array([\"a \\\"b\\\"\", \"c\"], dtype=\"object\")"));
        QCOMPARE(rCode(words), std::string("c(\"a \\\"b\\\"\", \"c\")"));
        QCOMPARE(csvText(words), std::string("\"a \"\"b\"\"\",\"c\"\n"));
    }
};

LB_TEST(TstTypedNumbers)
#include "tst_typed_numbers.moc"
