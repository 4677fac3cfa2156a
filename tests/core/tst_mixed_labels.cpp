#include "core/training/loss_plan.h"
#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>

using namespace lb;
using lb::test::Builder;

namespace {

constexpr std::int64_t kMixedRows = 6, kMixedClasses = 3;

/// Source -> Batch -> `mixing` -> Flatten -> Dense softmax, categorical cross-entropy.
struct Mixing {
    Builder b;
    NodeId source, batch, mix;

    Mixing(const char* layer, Config config, const char* loss = "categorical_crossentropy")
    {
        source = b.source();
        batch = b.after(source, flow::kBatch);
        mix = b.after(batch, layer, std::move(config));
        const NodeId flat = b.after(mix, "Flatten");
        b.output(b.after(flat, "Dense",
                         ConfigObject{{"units", kMixedClasses}, {"activation", "softmax"}}),
                 source);
        Recipe recipe = b.document.recipe;
        recipe.loss = loss;
        b.document = edits::setRecipe(b.document, recipe);
    }
};

} // namespace

/// Labels that are mixed with the images, as Keras mixes them.
class TstMixedLabels : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void mixUpMixesLabelsWithTheImagesOwnShare()
    {
        Mixing m("MixUp", ConfigObject{{"alpha", 1.0}});

        Run run(m.b.document, m_registry, Phase::Training);

        const Transformation& drawn = run.drawn("mix_up");
        const auto weight = drawn.at("mix_weight").values<float>();
        const auto order = drawn.at("permutation_order").values<std::int32_t>();
        QVERIFY(std::ranges::any_of(weight, [](float w) { return w > 0.05f && w < 0.95f; }));
        std::vector<double> share(weight.begin(), weight.end());
        QVERIFY(std::abs(run.plan->loss() - byHand(run, share, {order.begin(), order.end()}))
                < 1e-5);
    }

    void cutMixMixesLabelsByArea()
    {
        Mixing m("CutMix", ConfigObject{{"factor", 1.0}});

        Run run(m.b.document, m_registry, Phase::Training);

        const Transformation& drawn = run.drawn("cut_mix");
        const auto order = drawn.at("permutation_order").values<std::int32_t>();
        const auto left = drawn.at("mix_weight").values<float>(); // by the rectangle
        const std::vector<double> share(left.begin(), left.end());
        QVERIFY(std::ranges::any_of(share, [](double each) { return each < 1; }));
        QVERIFY(std::abs(run.plan->loss() - byHand(run, share, {order.begin(), order.end()}))
                < 1e-5);
    }

    void aGroupChoosesBetweenLabelsToo()
    {
        Mixing m("MixUp", ConfigObject{{"alpha", 1.0}});
        const auto made = Builder::must(edits::makeGroup(m.b.document, std::array{m.mix}, "mixing"));
        const Document document
            = Builder::must(edits::setCall(made.document, made.node, "apply", "sometimes"));

        Run run(document, m_registry, Phase::Training);

        const Transformation& drawn = run.drawn("mixing/mix_up");
        const auto weight = drawn.at("mix_weight").values<float>();
        const auto order = drawn.at("permutation_order").values<std::int32_t>();
        const auto applied = run.drawn("mixing").at("branch_1").values<bool>();
        QVERIFY(std::ranges::count(applied, true) > 0 && std::ranges::count(applied, false) > 0);
        std::vector<double> share;
        for (std::size_t row = 0; row < kMixedRows; ++row)
            share.push_back(applied[row] ? double{weight[row]} : 1.0);
        QVERIFY(std::abs(run.plan->loss() - byHand(run, share, {order.begin(), order.end()}))
                < 1e-5);
    }

    void accuracyAsksForTheClassThatPrevails()
    {
        Mixing m("MixUp", ConfigObject{{"alpha", 1.0}});
        Run run(m.b.document, m_registry, Phase::Training);
        const auto weight = run.drawn("mix_up").at("mix_weight").values<float>();
        const auto order = run.drawn("mix_up").at("permutation_order").values<std::int32_t>();
        const auto y = run.prediction();
        std::int64_t right = 0;
        for (std::size_t row = 0; row < kMixedRows; ++row) {
            const auto other = static_cast<std::size_t>(order[row]);
            const std::int64_t label
                = weight[row] >= 0.5f ? run.batch.labels[row] : run.batch.labels[other];
            const auto of = y.subspan(row * kMixedClasses, kMixedClasses);
            right += std::ranges::max_element(of) - of.begin() == label;
        }

        Score score;
        run.plan->addTo(score, run.batch.labels, {});

        QCOMPARE(score.correct, right);
        QCOMPARE(score.rows, kMixedRows);
    }

    void neitherInferenceNorClassNumbersMix()
    {
        Mixing categorical("MixUp", ConfigObject{{"alpha", 1.0}});
        Mixing sparse("MixUp", ConfigObject{{"alpha", 1.0}}, "sparse_categorical_crossentropy");

        Run inference(categorical.b.document, m_registry, Phase::Inference);
        Run numbers(sparse.b.document, m_registry, Phase::Training);

        const std::vector<double> whole(kMixedRows, 1.0);
        const std::vector<std::int64_t> order(kMixedRows, 0);
        QVERIFY(std::abs(inference.plan->loss() - byHand(inference, whole, order)) < 1e-5);
        QVERIFY(std::abs(numbers.plan->loss() - byHand(numbers, whole, order)) < 1e-5);
    }

private:
    /// One forward run over six images of 4 x 4.
    struct Run {
        std::shared_ptr<ParameterStore> store;
        std::optional<LossPlan> plan;
        std::vector<float> x = std::vector<float>(kMixedRows * 16);
        InputBatch batch;

        Run(const Document& document, const LayerRegistry& registry, Phase phase)
        {
            ModelRequest request{&document, &registry, {{DType::Float32, {kUnknown, 4, 4, 1}, {}}},
                                 kMixedClasses};
            const FlatModel model
                = Builder::must(LossPlan::describe(request, Phase::Training, kMixedRows));
            store = std::make_shared<ParameterStore>(
                Builder::must(ParameterStore::initial(model, 1)));
            plan.emplace(Builder::must(LossPlan::make(request, phase, kMixedRows, store, 1)));
            for (std::size_t i = 0; i < x.size(); ++i)
                x[i] = static_cast<float>((i * 37) % 11) / 11.0f;
            batch.rows = kMixedRows;
            batch.x = {x};
            batch.labels = {0, 1, 2, 0, 1, 2};
            batch.sampleIds = {3, 1, 4, 15, 9, 26};
            plan->forward(batch, 0);
        }
        const Transformation& drawn(std::string_view name)
        {
            const auto& calls = plan->plan().model().calls;
            const auto call = std::ranges::find(calls, name, &CallOrigin::name);
            return plan->plan().transformation(static_cast<std::size_t>(call - calls.begin()));
        }
        std::span<const float> prediction()
        {
            return plan->plan().numbers(plan->plan().model().graph.outputs[1]);
        }
    };

    /// -Σ t log p, averaged over rows, with t = share · own + (1 − share) · other.
    static double byHand(Run& run, const std::vector<double>& share,
                         const std::vector<std::int64_t>& order)
    {
        const auto y = run.prediction();
        double sum = 0;
        for (std::size_t row = 0; row < kMixedRows; ++row) {
            const auto of = [&](std::int64_t label) {
                return -std::log(double{y[row * kMixedClasses + static_cast<std::size_t>(label)]});
            };
            const auto other = static_cast<std::size_t>(order[row]);
            sum += share[row] * of(run.batch.labels[row])
                + (1 - share[row]) * of(run.batch.labels[other]);
        }
        return sum / kMixedRows;
    }

    LayerRegistry m_registry;
};

LB_TEST(TstMixedLabels)
#include "tst_mixed_labels.moc"
