#include "core/data/sources.h"
#include "core/interop/bundle.h"
#include "core/interop/bundle_manifest.h"
#include "core/interop/bundle_samples.h"
#include "core/support/files.h"
#include "example_document.h"
#include "temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <set>

using namespace lb;
namespace fs = std::filesystem;

namespace {

QString said(const Error& error)
{
    return QString::fromStdString(error.where + ": " + english(error.message));
}

std::set<std::string> namesIn(const fs::path& folder)
{
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
        names.insert(entry.path().filename().string());
    return names;
}

} // namespace

/// The bundle that appears only when the written archive predicts what the project predicts; needs
/// layerbench-cli and layerbench-hdf5 beside the tests (LAYERBENCH_BIN).
class TstBundle : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        registerBuiltinLayers(m_registry);
        m_source = drawnShapes(64, 3);
        test::Builder builder;
        const NodeId source = builder.source();
        NodeId x = builder.after(source, "RandomFlip", ConfigObject{{"mode", "horizontal"}},
                                 Stage::Pipeline);
        x = builder.after(x, "Rescaling", ConfigObject{{"scale", 1.0 / 255}}, Stage::Pipeline);
        x = builder.after(x, "Batch");
        x = builder.after(x, "AveragePooling2D", ConfigObject{{"pool_size", ConfigList{8, 8}}});
        x = builder.after(x, "Flatten");
        x = builder.after(x, "Dropout", ConfigObject{{"rate", 0.5}});
        x = builder.after(x, "Dense", ConfigObject{{"units", 12}, {"activation", "relu"}});
        x = builder.after(x, "Dense", ConfigObject{{"units", 10}, {"activation", "softmax"}});
        builder.output(x, source);
        PrepareRequest prepare;
        prepare.document = builder.document;
        prepare.source = m_source;
        auto model = preparedModel(std::move(prepare), m_registry);
        QVERIFY2(model.ok(), model.ok() ? "" : qPrintable(said(model.error())));
        m_model = std::move(model.value());
    }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void tellsBeforeWritingWhatGoesAndWhatStays()
    {
        const auto report = plannedBundle(request("/nowhere/at/all"), m_registry);

        QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(said(report.error())));
        const auto names = [](const std::vector<ExportReport::Layer>& layers) {
            QStringList list;
            for (const auto& layer : layers)
                list << QString::fromStdString(layer.kerasClass);
            return list.join(' ');
        };
        QCOMPARE(names(report.value().included),
                 QString("Rescaling AveragePooling2D Flatten Dense Dense"));
        QCOMPARE(names(report.value().removed), QString("RandomFlip Dropout"));
        QCOMPARE(report.value().input().shape, (Shape{kUnknown, 32, 32, 3}));
        QCOMPARE(report.value().output.shape, (Shape{kUnknown, 10}));
        QCOMPARE(report.value().samples.size(), std::size_t{8});
        QVERIFY(report.value().files.empty());
    }

    void appearsWholeAndProvesItself()
    {
        const TemporaryFolder folder;
        double done = 0, total = 0;
        const JobContext job{{}, [&](const Progress& progress) {
                                 QVERIFY(progress.done > done);
                                 done = progress.done;
                                 total = progress.total;
                             }};

        const auto report = exportBundle(request(folder.path() / "b"), m_registry, job);

        QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(said(report.error())));
        QCOMPARE(done, total);
        QVERIFY(report.value().largest(&ExportReport::Sample::keras).value_or(1) <= 1e-5);
        for (const ExportReport::File& file : report.value().files)
            QCOMPARE(fs::file_size(folder.path() / "b" / file.name), file.bytes);
        QCOMPARE(namesIn(folder.path()), std::set<std::string>{"b"});
        QVERIFY(verifiedBundle(folder.path() / "b", m_registry).ok());
    }

    void refusalNamesSampleLayerAndDifference()
    {
        const TemporaryFolder folder;
        BundleRequest wrong = request(folder.path() / "b");
        wrong.beforeCheck = [this](const fs::path& inside) { writeWithOtherBias(inside); };

        const auto report = exportBundle(wrong, m_registry);

        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::Diverged);
        QVERIFY2(said(report.error())
                     .startsWith("model.keras: sample 0 (0): layer dense differs by 100"),
                 qPrintable(said(report.error())));
        QVERIFY(namesIn(folder.path()).empty());
    }

    void refusesAnArchiveThatCannotBeReadBack()
    {
        const TemporaryFolder folder;
        BundleRequest wrong = request(folder.path() / "b");
        wrong.beforeCheck = [](const fs::path& inside) {
            QVERIFY(saveAtomically(inside / "model.keras", "PK nonsense").ok());
        };

        const auto report = exportBundle(wrong, m_registry);

        QVERIFY(!report.ok());
        QVERIFY2(said(report.error()).contains("cannot be read back"),
                 qPrintable(said(report.error())));
        QVERIFY(namesIn(folder.path()).empty());
    }

    void onlyABundleIsReplaced()
    {
        const TemporaryFolder folder;
        const fs::path target = folder.path() / "b", manifest = target / "manifest.json";
        QVERIFY(!bundleExists(target));
        QVERIFY(exportBundle(request(target), m_registry).ok());
        QVERIFY(bundleExists(target));
        QVERIFY(exportBundle(request(target), m_registry).ok());
        const std::string own = readFile(manifest, 1u << 20).value();
        for (const std::string& text :
             {std::string("{}"), std::string(R"({"manifest_version": 3})"),
              std::string(R"({"bundle": 1})"), own.substr(0, own.size() / 2)}) {
            QVERIFY(saveAtomically(manifest, text).ok());

            const auto report = exportBundle(request(target), m_registry);

            QVERIFY(!bundleExists(target));
            QVERIFY(!report.ok());
            QVERIFY2(said(report.error()).contains("is no bundle"), qPrintable(said(report.error())));
            QCOMPARE(readFile(manifest, 1u << 20).value(), text);
        }
        for (const char* name : {"photos.zip", "letter"}) {
            const fs::path mine = folder.path() / name;
            QVERIFY(saveAtomically(mine, "keep me").ok());
            QVERIFY(!bundleExists(mine));
            QVERIFY(!exportBundle(request(mine), m_registry).ok());
            QCOMPARE(readFile(mine, 1u << 20).value(), std::string("keep me"));
        }
    }

    void anOlderBundleOutlivesARefusal()
    {
        const TemporaryFolder folder;
        const fs::path target = folder.path() / "b";
        QVERIFY(exportBundle(request(target), m_registry).ok());
        const auto before = readFile(target / "manifest.json", 1u << 20);
        BundleRequest wrong = request(target);
        wrong.name = "another";
        wrong.beforeCheck = [this](const fs::path& inside) { writeWithOtherBias(inside); };

        QVERIFY(!exportBundle(wrong, m_registry).ok());

        QCOMPARE(readFile(target / "manifest.json", 1u << 20).value(), before.value());
        QCOMPARE(namesIn(folder.path()), std::set<std::string>{"b"});
    }

    void aStopLeavesNothing()
    {
        const TemporaryFolder folder;
        std::stop_source stop;
        BundleRequest stopped = request(folder.path() / "b");
        stopped.beforeCheck = [&](const fs::path&) { stop.request_stop(); };

        const auto report = exportBundle(stopped, m_registry, {stop.get_token(), {}});

        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::Cancelled);
        QVERIFY(namesIn(folder.path()).empty());
    }

    void aModelThatPredictsNoNumbersIsRefused()
    {
        const TemporaryFolder folder;
        BundleRequest broken = request(folder.path() / "b");
        broken.model.weights.rbegin()->second[1] = Tensor::make<float>(
            {10}, [](std::span<float> out) { std::ranges::fill(out, std::nanf("")); });

        const auto report = exportBundle(broken, m_registry);

        QVERIFY(!report.ok());
        QVERIFY(said(report.error()).contains("not finite"));
        QVERIFY(namesIn(folder.path()).empty());
    }

    void aCheckpointOfTrainingTakesNoPictures() // it begins behind the Rescaling
    {
        const TemporaryFolder folder;
        KerasArchiveRequest checkpoint;
        checkpoint.part = KerasArchiveRequest::Part::Checkpoint;
        checkpoint.inputs = {{"rows", {DType::Float32, {kUnknown, 32, 32, 3}, {}}}};
        checkpoint.extras.own = ConfigObject{{"epoch", 3}};
        const auto bytes
            = kerasArchive(m_model.document, m_registry, m_model.weights, checkpoint);
        QVERIFY2(bytes.ok(), bytes.ok() ? "" : qPrintable(said(bytes.error())));
        QVERIFY(saveAtomically(folder.path() / "c.keras", bytes.value()).ok());
        auto archive = readKerasArchive(folder.path() / "c.keras", m_registry);
        QVERIFY2(archive.ok(), archive.ok() ? "" : qPrintable(said(archive.error())));
        auto predictor = Predictor::make(preparedModel(std::move(archive.value())), m_registry);
        QVERIFY(predictor.ok());

        const auto row = predictor.value().rowOf(m_source->image(0).value());

        QVERIFY(!row.ok());
        QVERIFY(said(row.error()).contains("checkpoint of training"));
        QVERIFY(predictor.value()
                    .predict(Tensor::make<float>({1, 32, 32, 3}, [](std::span<float>) {}))
                    .ok());
    }

    void samplesAreOfAsManyClassesAsThereAre()
    {
        std::set<std::int64_t> classes;
        const auto rows = sampleRows(*m_source, {});

        for (const std::int64_t row : rows)
            classes.insert(m_source->label(row));

        QCOMPARE(classes.size(), std::size_t{8});
        const std::vector<std::int64_t> few{5, 9, 11};
        QCOMPARE(sampleRows(*m_source, few), few);
    }

    void theManifestNoticesItsOwnChanges()
    {
        ExportReport report;
        report.files.push_back({"model.keras", 3, std::string(64, 'a')});
        report.labels = {"a", "b"};
        const std::string text = manifestText(report, request("x"));
        QVERIFY(parseManifest(text, {}).ok());

        for (std::size_t at = 0; at < text.size(); at += 7) {
            std::string changed = text;
            changed[at] = static_cast<char>(changed[at] ^ 1);
            const auto read = parseManifest(changed, {});
            QVERIFY2(!read.ok(), qPrintable(QString("byte %1").arg(at)));
            QVERIFY(said(read.error()).startsWith("manifest.json"));
        }
    }

private:
    BundleRequest request(const fs::path& target) const
    {
        BundleRequest result;
        result.model = m_model;
        result.source = m_source;
        result.target = target;
        return result;
    }
    /// An archive of the same model, whose first Dense layer gives 100 more before its relu.
    void writeWithOtherBias(const fs::path& inside) const
    {
        PreparedModel other = m_model;
        const LayerId dense = other.weights.begin()->first;
        other.weights[dense][1] = Tensor::make<float>(
            {12}, [](std::span<float> out) { std::ranges::fill(out, 100.0f); });
        const auto bytes = exportedKeras(other, m_registry, "model");
        QVERIFY(bytes.ok());
        QVERIFY(saveAtomically(inside / "model.keras", bytes.value()).ok());
    }

    LayerRegistry m_registry;
    SourceHandle m_source;
    PreparedModel m_model;
};

LB_TEST(TstBundle)
#include "tst_bundle.moc"
