#include "core/interop/hdf5/hdf5_file.h"
#include "core/interop/zip.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;

namespace {

/// Files that tests/interop/hostile_hdf5.py made.
std::string hostileFile(const std::string& name)
{
    const std::filesystem::path source = qEnvironmentVariable("LAYERBENCH_SOURCE").toStdString();
    const auto zip = ZipReader::open(source / "tests/data/hostile_hdf5.zip");
    return zip.value().read(name, 1u << 24).value();
}

} // namespace

/// Weights' files that strangers may have made.
class TstHdf5File : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void refusesHostileHdf5_data()
    {
        QTest::addColumn<QString>("message");
        const auto row = [](const char* file, const char* message) {
            QTest::newRow(file) << message;
        };
        row("external_link.h5", "is a link to somewhere else");
        row("soft_link.h5", "is a link to somewhere else");
        row("soft_link_group.h5", "is a link to somewhere else");
        row("external_storage.h5", "is not stored whole in the file itself");
        row("virtual.h5", "is not stored whole in the file itself");
        row("never_written.h5", "is not stored whole in the file itself");
        row("missing_chunk.h5", "is not stored whole in the file itself");
        row("huge_chunk.h5", "is not stored whole in the file itself");
        row("huge_shape.h5", "has another shape than the layer's weight: [1125899906842624]");
        row("transposed.h5", "has another shape than the layer's weight: [3, 2]");
        row("shuffle.h5", "is packed with a filter other than deflate");
        row("lzf.h5", "is packed with a filter other than deflate");
        row("strings.h5", "has a type that is not read here");
        row("compound.h5", "has a type that is not read here");
        row("big_endian.h5", "has a type that is not read here");
        row("group_for_dataset.h5", "must be a dataset");
        row("dataset_for_group.h5", "must be a group");
        row("one_too_many.h5", "holds another number of weights than the layer has: 2");
        row("lacks.h5", "is not in the file");
        row("cycle.h5", "is not in the file");
        row("deep.h5", "is not in the file");
        row("truncated.h5", "is not a whole HDF5 file");
        row("text.h5", "is not a whole HDF5 file");
    }
    void refusesHostileHdf5()
    {
        QFETCH(QString, message);
        const std::string file = hostileFile(QTest::currentDataTag());
        const std::string path
            = std::string(QTest::currentDataTag()) == "cycle.h5" ? "layers/layers/layers" : "layers/dense/vars";

        const auto read = decodeHdf5(file, {{path, {{2, 3}}, false}});

        QVERIFY(!read.ok());
        const QString said = QString::fromStdString(english(read.error().message));
        QVERIFY2(said.contains(message), qPrintable(said));
    }

    void readsDeflatedData()
    {
        const std::string file = hostileFile("deflated.h5");

        const auto read = decodeHdf5(file, {{"layers/dense/vars", {{2, 3}, {3}, {2}}, false}});

        QVERIFY2(read.ok(), read.ok() ? "" : english(read.error().message).c_str());
        QCOMPARE(read.value()[0][0], Tensor::of<float>({2, 3}, {0, 1, 2, 3, 4, 5}));
        QCOMPARE(read.value()[0][1], Tensor::of<float>({3}, {0.5f, -1, 2048})); // stored as float16
        QCOMPARE(read.value()[0][2], Tensor::of<std::int64_t>({2}, {-7, 7}));
    }
};

LB_TEST(TstHdf5File)
#include "tst_hdf5_file.moc"
