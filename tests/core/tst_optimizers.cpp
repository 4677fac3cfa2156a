#include "core/training/optimizers.h"
#include "tests/core/given.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>

using namespace lb;

namespace {

/// One weight of one number and the optimizer that moves it.
class Run {
public:
    explicit Run(const Config& config, float start = 1)
        : m_optimizer(made(config))
        , m_weight{start}
    {
        const std::size_t one = 1;
        m_optimizer.build(std::span(&one, 1));
    }
    float after(std::initializer_list<float> gradients)
    {
        for (const float gradient : gradients) {
            const Optimizer::Update update{m_weight, std::span(&gradient, 1)};
            m_optimizer.step(std::span(&update, 1));
        }
        return m_weight[0];
    }
    Optimizer& optimizer() { return m_optimizer; }

private:
    static Optimizer made(const Config& config)
    {
        auto optimizer = Optimizer::make(config);
        if (!optimizer.ok())
            qFatal("%s", english(optimizer.error().message).c_str());
        return std::move(optimizer.value());
    }
    Optimizer m_optimizer;
    std::array<float, 1> m_weight;
};

} // namespace

/// Steps by hand; Keras' own numbers are asked by conform.
class TstOptimizers : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void movesAsWrittenDown_data()
    {
        QTest::addColumn<Config>("config");
        QTest::addColumn<double>("first"); // w = 1, gradient 2
        QTest::addColumn<double>("second"); // gradient 1 then
        const auto row = [](const char* name, Config config, double first, double second) {
            QTest::newRow(name) << std::move(config) << first << second;
        };
        row("SGD by name", "sgd", 1 - 0.02, 1 - 0.03);
        row("SGD", serialized("SGD", {{"learning_rate", 0.1}}), 0.8, 0.7);
        // m: -0.2, then 0.5 * -0.2 - 0.1
        row("momentum", serialized("SGD", {{"learning_rate", 0.1}, {"momentum", 0.5}}), 0.8, 0.6);
        // 0.5 * -0.2 - 0.2; then 0.5 * -0.2 - 0.1
        row("nesterov",
            serialized("SGD", {{"learning_rate", 0.1}, {"momentum", 0.5}, {"nesterov", true}}), 0.7,
            0.5);
        // v: 0.4, then 0.36 + 0.1
        row("RMSprop", serialized("RMSprop", {{"learning_rate", 0.1}}), 1 - 0.2 / std::sqrt(0.4),
            1 - 0.2 / std::sqrt(0.4) - 0.1 / std::sqrt(0.46));
        // the first step of Adam is the rate, whatever the gradient
        row("Adam", serialized("Adam", {{"learning_rate", 0.1}, {"epsilon", 0.0}}), 0.9,
            0.9
                - 0.1 * (std::sqrt(1 - 0.999 * 0.999) / (1 - 0.81)) * 0.28
                    / std::sqrt(0.004 * 0.999 + 0.001));
        row("weight decay", serialized("SGD", {{"learning_rate", 0.1}, {"weight_decay", 0.5}}),
            1 - 0.05 - 0.2, 0.75 * 0.95 - 0.1);
        row("clipped value", serialized("SGD", {{"learning_rate", 0.1}, {"clipvalue", 1.5}}), 0.85,
            0.75);
        row("clipped norm", serialized("SGD", {{"learning_rate", 0.1}, {"clipnorm", 0.5}}), 0.95,
            0.9);
        // nothing, then the mean of both
        row("two gradients together",
            serialized("SGD", {{"learning_rate", 0.1}, {"gradient_accumulation_steps", 2}}), 1,
            0.85);
        row("a schedule",
            serialized("SGD", {{"learning_rate",
                                serialized("ExponentialDecay", {{"initial_learning_rate", 0.1},
                                                                {"decay_steps", 1},
                                                                {"decay_rate", 0.5}})}}),
            0.8, 0.75);
    }
    void movesAsWrittenDown()
    {
        QFETCH(Config, config);
        QFETCH(double, first);
        QFETCH(double, second);
        Run run(config);

        QCOMPARE_LE(std::abs(double{run.after({2.f})} - first), 1e-5);
        QCOMPARE_LE(std::abs(double{run.after({1.f})} - second), 1e-5);
        QCOMPARE(run.optimizer().iterations(), std::int64_t{2});
    }

    void endsWithTheAverageOfTheWeights()
    {
        Run run(serialized("SGD",
                           {{"learning_rate", 0.1}, {"use_ema", true}, {"ema_momentum", 0.75}}));
        std::array w{run.after({2.f, 1.f})}; // 0.8, then 0.7
        const std::array<float, 1> none{};

        const Optimizer::Update update{w, none};
        run.optimizer().finalize(std::span(&update, 1));

        QCOMPARE_LE(std::abs(w[0] - (0.75f * 0.8f + 0.25f * 0.7f)), 1e-6f);
    }

    void goesOnBitByBitFromWhatItCarried_data()
    {
        QTest::addColumn<Config>("config");
        QTest::newRow("momentum") << serialized("SGD", {{"momentum", 0.9}});
        QTest::newRow("RMSprop")
            << serialized("RMSprop", {{"momentum", 0.5}, {"centered", true}});
        QTest::newRow("Adam") << serialized("Adam", {{"amsgrad", true}, {"use_ema", true}});
        QTest::newRow("accumulated") << serialized("Adam", {{"gradient_accumulation_steps", 2}});
    }
    void goesOnBitByBitFromWhatItCarried()
    {
        QFETCH(Config, config);
        Run whole(config);
        Run begun(config);
        const float expected = whole.after({0.5f, -1.f, 2.f, 0.25f, 1.f});
        const float w = begun.after({0.5f, -1.f, 2.f});

        Run resumed(config, w);
        QVERIFY(resumed.optimizer()
                    .restore(begun.optimizer().iterations(), begun.optimizer().slotValues())
                    .ok());

        QCOMPARE(resumed.after({0.25f, 1.f}), expected);
    }

    void namesItsSlotsInKerasOrder()
    {
        auto made = Optimizer::make(serialized("Adam", {{"amsgrad", true}, {"use_ema", true}}));
        const std::array<std::size_t, 2> counts{3, 20};
        made.value().build(counts);

        std::vector<std::pair<std::string, std::size_t>> seen;
        for (const Optimizer::Slot& slot : made.value().allSlots()) {
            QCOMPARE(slot.values.size(), counts[slot.weight]);
            QCOMPARE(reinterpret_cast<std::uintptr_t>(slot.values.data()) % 64, std::uintptr_t{0});
            seen.emplace_back(slot.name, slot.weight);
        }
        const std::vector<std::pair<std::string, std::size_t>> expected{
            {"average", 0},      {"average", 1},      {"momentum", 0},    {"velocity", 0},
            {"momentum", 1},     {"velocity", 1},     {"velocity_hat", 0}, {"velocity_hat", 1}};
        QVERIFY(seen == expected);
    }

    void refusesWhatKerasRefuses_data()
    {
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("where");
        QTest::newRow("another") << Config("Lion") << "optimizer";
        QTest::newRow("momentum") << serialized("SGD", {{"momentum", 1.5}}) << "momentum";
        QTest::newRow("a word") << serialized("Adam", {{"beta_1", "much"}}) << "beta_1";
        QTest::newRow("two clips")
            << serialized("SGD", {{"clipnorm", 1.0}, {"clipvalue", 1.0}}) << "clipnorm";
        QTest::newRow("one step to accumulate")
            << serialized("SGD", {{"gradient_accumulation_steps", 1}})
            << "gradient_accumulation_steps";
        QTest::newRow("a loss scale")
            << serialized("SGD", {{"loss_scale_factor", 2.0}}) << "loss_scale_factor";
        QTest::newRow("a schedule")
            << serialized("SGD", {{"learning_rate", serialized("Sunrise")}}) << "learning_rate";
        QTest::newRow("a schedule's number")
            << serialized("SGD",
                          {{"learning_rate",
                            serialized("CosineDecay", {{"initial_learning_rate", 0.1},
                                                       {"decay_steps", 0}})}})
            << "learning_rate/decay_steps";
    }
    void refusesWhatKerasRefuses()
    {
        QFETCH(Config, config);
        QFETCH(QString, where);

        const auto refused = Optimizer::make(config);

        QVERIFY(!refused.ok());
        QCOMPARE(QString::fromStdString(refused.error().where), where);
    }

    void refusesSlotsOfOtherWeights()
    {
        Run run(serialized("Adam"));
        const auto before = run.optimizer().slotValues();

        QVERIFY(!run.optimizer().restore(3, {{1.f, 2.f}, {1.f}}).ok());

        QCOMPARE(run.optimizer().slotValues(), before);
        QCOMPARE(run.optimizer().iterations(), std::int64_t{0});
    }
};

LB_TEST(TstOptimizers)
#include "tst_optimizers.moc"
