#include "core/interop/keras/checkpoint_file.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/training/optimizers.h"
#include "tests/core/example_document.h"
#include "tests/core/temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QRegularExpression>
#include <QTest>

using namespace lb;
using lb::test::Builder;

namespace {

const Spec kBytes{DType::UInt8, {kUnknown, 4, 4, 1}, ValueRange::proven(0, 255)};
const std::vector<Column> kColumns{{"image", kBytes}};

/// Two branches of unequal depth, so that Keras' order of layers is not that of the nodes.
Document branches(Config optimizer)
{
    Builder b;
    const NodeId source = b.source();
    const NodeId scaled
        = b.after(source, "Rescaling", ConfigObject{{"scale", 1.0 / 255}}, Stage::Pipeline);
    const NodeId batch = b.after(scaled, "Batch");
    const auto conv = [&](NodeId from) {
        return b.after(from, "Conv2D",
                       ConfigObject{{"filters", 2}, {"kernel_size", ConfigList{1, 1}}});
    };
    const NodeId left = conv(batch);
    const NodeId right = b.after(conv(conv(batch)), "BatchNormalization");
    const NodeId sum = b.add("Add");
    b.wire({left, 0}, sum, "0");
    b.wire({right, 0}, sum, "1");
    b.output(b.after(b.after(sum, "Flatten"), "Dense", ConfigObject{{"units", 3}}), source);
    b.document.recipe.optimizer = std::move(optimizer);
    return b.document;
}

/// A state as a run leaves it; every number is another one.
Checkpoint someRun(const Document& document, const LayerRegistry& registry)
{
    FlattenRequest request;
    request.part = FlattenRequest::Part::Whole;
    request.phase = Phase::Training;
    request.inputs = {kBytes};
    const FlatModel flat = Builder::must(flattened(document, registry, request));
    const ParameterStore store = Builder::must(ParameterStore::initial(flat, 5));
    Optimizer optimizer = Builder::must(Optimizer::make(document.recipe.optimizer));
    optimizer.build(store);
    Checkpoint checkpoint;
    checkpoint.epoch = 2;
    checkpoint.step = 7;
    checkpoint.iterations = 31;
    checkpoint.weights = store.snapshot();
    checkpoint.best = checkpoint.weights;
    checkpoint.history = {{0, 1.5, 0.25, 1.75, 0.125, 2.0}, {1, 1.25, 0.5, 1.5, 0.25, 2.5}};
    checkpoint.extra = ConfigObject{{"threads", 2}};
    float next = 0.001f;
    for (std::vector<float>& values : checkpoint.optimizerSlots = optimizer.slotValues())
        for (float& value : values)
            value = next += 0.001f;
    return checkpoint;
}

} // namespace

class TstCheckpointFile : public QObject {
    Q_OBJECT
    LayerRegistry m_registry;
    TemporaryFolder m_folder;

private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void bringsARunBackBitByBit_data()
    {
        QTest::addColumn<QString>("optimizer");
        QTest::addColumn<bool>("inKeras");
        QTest::newRow("Adam") << R"({"class_name":"Adam","config":{"learning_rate":0.01}})" << true;
        QTest::newRow("amsgrad") << R"({"class_name":"Adam","config":{"amsgrad":true}})" << true;
        QTest::newRow("RMSprop") << R"({"class_name":"RMSprop","config":{}})" << true;
        QTest::newRow("RMSprop with everything")
            << R"({"class_name":"RMSprop","config":{"momentum":0.5,"centered":true}})" << true;
        QTest::newRow("SGD") << R"({"class_name":"SGD","config":{}})" << false;
        QTest::newRow("momentum") << R"({"class_name":"SGD","config":{"momentum":0.9}})" << true;
        QTest::newRow("by name") << R"("adam")" << true;
        QTest::newRow("averages") << R"({"class_name":"Adam","config":{"use_ema":true}})" << false;
    }
    void bringsARunBackBitByBit()
    {
        QFETCH(QString, optimizer);
        QFETCH(bool, inKeras);
        const Document document = branches(Builder::must(parseJson(optimizer.toStdString())));
        const Checkpoint run = someRun(document, m_registry);
        const auto path = m_folder.path() / "run.keras";

        const auto bytes = checkpointArchive(document, m_registry, kColumns, run);
        QVERIFY2(bytes.ok(), bytes.ok() ? "" : english(bytes.error().message).c_str());
        Builder::must(saveAtomically(path, bytes.value()));
        const auto back = readCheckpointArchive(path, document, m_registry);

        QVERIFY2(back.ok(), back.ok() ? "" : english(back.error().message).c_str());
        QCOMPARE(back.value().epoch, run.epoch);
        QCOMPARE(back.value().step, run.step);
        QCOMPARE(back.value().iterations, run.iterations);
        QVERIFY(back.value().weights == run.weights);
        QVERIFY(back.value().best == run.best);
        QVERIFY(back.value().optimizerSlots == run.optimizerSlots);
        QCOMPARE(back.value().history.size(), run.history.size());
        QCOMPARE(back.value().history[1].valLoss, run.history[1].valLoss);
        QCOMPARE(back.value().extra, run.extra);
        const KerasModel archive = Builder::must(readKerasArchive(path, m_registry));
        QCOMPARE(archive.extras.optimizer.has_value() && !archive.extras.optimizer->slotTensors.empty(),
                 inKeras);
    }

    void startsTheOptimizerAnewIfTheRecipeHasAnother()
    {
        Document document = branches("adam");
        const Checkpoint run = someRun(document, m_registry);
        const auto path = m_folder.path() / "run.keras";
        Builder::must(saveAtomically(
            path, Builder::must(checkpointArchive(document, m_registry, kColumns, run))));
        document.recipe.optimizer = "rmsprop";

        const Checkpoint back = Builder::must(readCheckpointArchive(path, document, m_registry));

        QVERIFY(back.weights == run.weights);
        QVERIFY(back.optimizerSlots.empty());
    }

    void refusesAFileOfAnotherModel()
    {
        const Document document = branches("adam");
        const auto path = m_folder.path() / "run.keras";
        Builder::must(saveAtomically(
            path, Builder::must(checkpointArchive(document, m_registry, kColumns,
                                                  someRun(document, m_registry)))));
        const LayerId dense = document.layers[document.layers.size() - 2]->id;
        QCOMPARE(document.layer(dense)->kerasClass, std::string("Dense"));
        const Document other = Builder::must(edits::setParam(document, dense, "units", 4));

        const auto back = readCheckpointArchive(path, other, m_registry);

        QVERIFY(!back.ok());
        QCOMPARE(QString::fromStdString(english(back.error().message)),
                 "the file is of another model than the project's");
    }
};

LB_TEST(TstCheckpointFile)
#include "tst_checkpoint_file.moc"
