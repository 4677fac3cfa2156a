#include "core/tensor/npy.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cstring>

using namespace lb;

namespace {

/// A .npy file as NumPy lays it out: magic, version, length of the header, header, values.
std::string npy(int version, std::string header, std::string_view values)
{
    header += '\n';
    std::string file = "\x93NUMPY";
    file += static_cast<char>(version);
    file += '\0';
    const auto length = header.size();
    for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
        file += static_cast<char>(length >> (8 * i) & 0xff);
    return file + header + std::string(values);
}

std::string dictionary(const char* descr, const char* shape, const char* fortran = "False")
{
    return std::string("{'descr': '") + descr + "', 'fortran_order': " + fortran
        + ", 'shape': " + shape + ", }";
}

} // namespace

class TstNpy : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void everyDtypeSurvivesTheWayOutAndIn()
    {
        const Tensor tensors[] = {
            Tensor::of<bool>({2}, {true, false}),
            Tensor::of<std::uint8_t>({1, 3}, {0, 128, 255}),
            Tensor::of<std::int32_t>({2}, {-7, 7}),
            Tensor::of<std::int64_t>({}, {1'234'567'890'123}),
            Tensor::of<float>({2, 2}, {0.5f, -1.0f, 1e-38f, 3.0f}),
            Tensor::of<double>({0, 4}, {}),
            Tensor::of<Float16>({3}, {Float16(0.1), Float16(-65504), Float16(6e-8)}),
            Tensor::of<BFloat16>({2}, {BFloat16(0.1), BFloat16(3e38)}),
        };
        for (const Tensor& tensor : tensors) {
            const auto read = decodeNpy(encodeNpy(tensor));
            QVERIFY(read.ok());
            QCOMPARE(read.value(), tensor);
        }
    }

    void readsEveryHeaderVersion_data()
    {
        QTest::addColumn<int>("version");
        for (const int version : {1, 2, 3})
            QTest::addRow("%d", version) << version;
    }
    void readsEveryHeaderVersion()
    {
        QFETCH(int, version);

        const auto read = decodeNpy(
            npy(version, dictionary("<i4", "(2,)"), std::string_view("\1\0\0\0\2\0\0\0", 8)));

        QVERIFY(read.ok());
        QCOMPARE(read.value(), Tensor::of<std::int32_t>({2}, {1, 2}));
    }

    void readsFortranOrderBigEndianAndHalves()
    {
        const auto fortran = decodeNpy(
            npy(1, dictionary("|u1", "(2, 3)", "True"), std::string_view("\1\4\2\5\3\6", 6)));
        const auto big
            = decodeNpy(npy(1, dictionary(">i4", "(1,)"), std::string_view("\0\0\1\0", 4)));
        const auto half
            = decodeNpy(npy(1, dictionary("<f2", "(2,)"), std::string_view("\0\x3c\0\xc1", 4)));

        QCOMPARE(fortran.value(), Tensor::of<std::uint8_t>({2, 3}, {1, 2, 3, 4, 5, 6}));
        QCOMPARE(big.value(), Tensor::of<std::int32_t>({1}, {256}));
        QCOMPARE(half.value(), Tensor::of<Float16>({2}, {Float16(1), Float16(-2.5)}));
    }

    void refusesWithAReason_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const std::string& file, ErrorCode code,
                            const char* message) {
            QTest::newRow(name) << QByteArray::fromStdString(file) << static_cast<int>(code)
                                << QString(message);
        };
        const auto bad = ErrorCode::BadFile;
        row("a text", "hello", bad, "is not a .npy file");
        row("too few values", npy(1, dictionary("<f4", "(3,)"), "12345678"), bad,
            "the header promises 12 bytes of values, the file has 8");
        row("too many values", npy(1, dictionary("<f4", "(1,)"), "12345678"), bad,
            "the header promises 4 bytes of values, the file has 8");
        row("a product beyond 64 bits",
            npy(1, dictionary("<f4", "(8589934592, 8589934592)"), "1234"), ErrorCode::TooLarge,
            "the header promises more values than are read");
        row("more than memory", npy(1, dictionary("<f8", "(99999999999,)"), "1234"),
            ErrorCode::TooLarge, "the header promises more values than are read");
        row("a header without end", std::string("\x93NUMPY\x01\x00\xff\xff{   ", 14), bad,
            "the file ends within the header");
        row("code in the header", npy(1, "{'descr': open('x'), }", ""), bad,
            "the header of the .npy file cannot be read");
        row("a negative dimension", npy(1, dictionary("<f4", "(-1,)"), ""), bad,
            "the header of the .npy file cannot be read");
        row("objects", npy(1, dictionary("|O", "(1,)"), "12345678"), ErrorCode::Unsupported,
            "holds values of type |O, which cannot be read; save numbers");
        row("version 9", npy(9, dictionary("<f4", "(1,)"), "1234"), ErrorCode::Unsupported,
            ".npy version 9 is not known, 1 to 3 are");
    }
    void refusesWithAReason()
    {
        QFETCH(QByteArray, file);
        QFETCH(int, code);
        QFETCH(QString, message);

        const auto read = decodeNpy(file.toStdString());

        QVERIFY(!read.ok());
        QCOMPARE(QString::fromStdString(english(read.error().message)), message);
        QCOMPARE(static_cast<int>(read.error().code), code);
    }
};

LB_TEST(TstNpy)
#include "tst_npy.moc"
