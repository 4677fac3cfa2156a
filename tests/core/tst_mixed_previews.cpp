#include "core/data/sources.h"
#include "core/preview/preview.h"
#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QRegularExpression>
#include <QTest>

#include <cmath>
#include <set>

using namespace lb;
using test::Builder;

/// Layers that mix the samples of a batch are previewed in a batch.
class TstMixedPreviews : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        registerBuiltinLayers(m_registry);
        const auto shapes = drawnShapes(8, 1);
        for (std::int64_t row = 0; row < 3; ++row)
            m_samples.push_back(std::make_shared<const PreviewSample>(
                previewSample(std::to_string(row), shapes->image(row).value(),
                              static_cast<std::uint64_t>(row))));
    }

    /// What the caption says is what the picture shows, for every sample and draw.
    void aMixIsMadeOfTheSampleThatItsCaptionNames()
    {
        const Chain chain;
        PreviewEngine engine(m_registry);
        int mixed = 0;
        for (int own = 0; own < 3; ++own)
            for (std::uint32_t draw = 0; draw < 8; ++draw) {
                PreviewTask task = taskFor(chain.builder, chain.mixUp, own);
                task.draw = draw;
                const PreviewRun run = Builder::must(engine.run(task));
                const auto words = captionOf(run.shown, "^×([0-9.]+) \\+ #(\\d)$");
                QVERIFY2(words.has_value(), run.shown.c_str());
                const auto [weight, other] = *words;
                QVERIFY(other >= 1 && other <= 3);
                QCOMPARE(run.values.front().value.shape(), (Shape{32, 32, 3}));
                const auto y = run.values.front().value.values<float>();
                double most = 0;
                for (std::size_t i = 0; i < y.size(); ++i)
                    most = std::max(most, std::abs(static_cast<double>(y[i]) - weight * pixel(own, i)
                                                   - (1 - weight) * pixel(other - 1, i)));
                QVERIFY2(most < 1.5, qPrintable(QString::number(most))); // the weight is rounded
                mixed += other - 1 != own && weight < 0.95;
            }
        QVERIFY(mixed > 5);
    }

    void aCutTakesPixelsOfTheSampleThatItsCaptionNames()
    {
        const Chain chain;
        PreviewEngine engine(m_registry);
        int cut = 0;
        for (std::uint32_t draw = 0; draw < 8; ++draw) {
            PreviewTask task = taskFor(chain.builder, chain.cutMix, 1);
            task.draw = draw;
            const PreviewRun run = Builder::must(engine.run(task));
            const auto words = captionOf(run.shown, "^(\\d+) % #(\\d)$");
            QVERIFY2(words.has_value(), run.shown.c_str());
            const auto y = run.values.front().value.values<float>();
            std::size_t others = 0;
            for (std::size_t i = 0; i < y.size(); ++i) {
                const bool own = static_cast<double>(y[i]) == pixel(1, i);
                QVERIFY(own || static_cast<double>(y[i]) == pixel(words->second - 1, i));
                others += !own;
            }
            cut += words->second != 2 && words->first > 5 && others > 0;
        }
        QVERIFY(cut > 1);
    }

    void theSameSeedGivesTheSamePictureAndTheWholeBatchShares()
    {
        const Chain chain;
        const auto task = taskFor(chain.builder, chain.mixUp, 0);
        const PreviewRun first = Builder::must(PreviewEngine(m_registry).run(task));
        const PreviewRun again = Builder::must(PreviewEngine(m_registry).run(task));
        QCOMPARE(first.shown, again.shown);
        QVERIFY(first.values.front().value == again.values.front().value);
        std::set<int> named; // an order of the batch names each sample once
        PreviewEngine engine(m_registry);
        for (int own = 0; own < 3; ++own)
            named.insert(captionOf(Builder::must(engine.run(taskFor(chain.builder, chain.mixUp, own)))
                                       .shown,
                                   "×([0-9.]+) \\+ #(\\d)$")
                             ->second);
        QCOMPARE(named, (std::set<int>{1, 2, 3}));
    }

    void anotherPartnerIsAnotherPicture()
    {
        const Chain chain;
        PreviewTask task = taskFor(chain.builder, chain.mixUp, 0);
        const std::string before = task.key();
        task.partners.pop_back();
        QVERIFY(task.key() != before);
        PreviewTask other = taskFor(chain.builder, chain.batch, 0); // where nothing is mixed
        const std::string plain = other.key();
        other.partners.clear();
        QCOMPARE(other.key(), plain);
    }

    void numbersAreThoseOfThePartnersWhateverTheirSize()
    {
        const Chain chain;
        PreviewEngine engine(m_registry);
        bool seen = false;
        for (std::uint32_t draw = 0; draw < 8; ++draw) {
            PreviewTask task = taskFor(chain.builder, chain.mixUp, 0);
            task.partners = {{std::make_shared<const PreviewSample>(
                                  resizedSample(*m_samples[1], 20, 50)),
                              6}};
            task.draw = draw;
            const std::string shown = Builder::must(engine.run(task)).shown;
            QVERIFY2(shown.ends_with("#1") || shown.ends_with("#7"), shown.c_str());
            seen |= shown.ends_with("#7");
        }
        QVERIFY(seen);
    }

    void oneSampleAloneIsToldInWords()
    {
        const Chain chain;
        PreviewTask task = taskFor(chain.builder, chain.mixUp, 0);
        task.partners.clear();
        const auto run = PreviewEngine(m_registry).run(task);
        QVERIFY(!run.ok());
        QVERIFY(english(run.error().message).find("at least two samples") != std::string::npos);
        const PreviewTask plain = taskFor(chain.builder, chain.batch, 0);
        QVERIFY(PreviewEngine(m_registry).run(plain).ok()); // before it there is nothing to mix
    }

    void theThumbnailsAreMixedAsWell()
    {
        const Chain chain;
        PreviewEngine engine(m_registry);
        PreviewTask every = taskFor(chain.builder, {}, 2);
        every.target = target(chain.builder, {}, PreviewScope::EveryNode);
        const PreviewRun run = Builder::must(engine.run(every));
        QCOMPARE(run.values.size(), 5u);
        for (const NodeValue& value : run.values) {
            PreviewTask alone = taskFor(chain.builder, value.node, 2);
            alone.target = target(chain.builder, value.node, PreviewScope::UpToHere);
            QVERIFY(Builder::must(engine.run(alone)).values.front().value == value.value);
        }
    }

    void aGroupThatMixesDoesSoInABatch()
    {
        Chain chain;
        auto group
            = Builder::must(edits::makeGroup(chain.builder.document, std::array{chain.mixUp}, "mix"));
        chain.builder.document = std::move(group.document);
        PreviewEngine engine(m_registry);
        int mixed = 0;
        for (std::uint32_t draw = 0; draw < 8; ++draw) {
            PreviewTask task = taskFor(chain.builder, group.node, 0);
            task.draw = draw;
            const PreviewRun run = Builder::must(engine.run(task));
            const auto words = captionOf(run.shown, "×([0-9.]+) \\+ #(\\d)$");
            QVERIFY2(words.has_value(), run.shown.c_str());
            if (words->second == 1 || words->first > 0.95)
                continue;
            ++mixed;
            const auto y = run.values.front().value.values<float>();
            double apart = 0;
            for (std::size_t i = 0; i < y.size(); ++i)
                apart = std::max(apart, std::abs(static_cast<double>(y[i]) - pixel(0, i)));
            QVERIFY(apart > 2);
        }
        QVERIFY(mixed > 0);
    }

    void chosenOperationsAreCalledByTheirNames()
    {
        Builder b;
        const NodeId batch = b.after(b.source(), "Batch");
        const NodeId some = b.after(batch, "RandAugment", ConfigObject{{"num_ops", 2}});
        const NodeId chains = b.after(batch, "AugMix", ConfigObject{{"all_ops", false}});
        static const QRegularExpression two("^[a-z_]{6,} · [a-z_]{6,}$");
        static const QRegularExpression mixed("^×[01]\\.\\d\\d( [a-z_→| ]+)?$");
        PreviewEngine engine(m_registry);
        std::set<std::string> seen;
        for (std::uint32_t draw = 0; draw < 8; ++draw) {
            PreviewTask task = taskFor(b, some, 0);
            task.draw = draw;
            task.batch = draw;
            const std::string shown = Builder::must(engine.run(task)).shown;
            QVERIFY2(two.match(QString::fromStdString(shown)).hasMatch(), shown.c_str());
            seen.insert(shown);
            task.target = target(b, chains, PreviewScope::ThisNode);
            const std::string chain = Builder::must(engine.run(task)).shown;
            QVERIFY2(mixed.match(QString::fromStdString(chain)).hasMatch(), chain.c_str());
            QVERIFY(chain.find("random_brightness") == std::string::npos); // of all_ops only
            seen.insert(chain);
        }
        QVERIFY(seen.size() > 8);
    }

private:
    /// source -> batch -> mix_up -> cut_mix -> flatten
    struct Chain {
        Builder builder;
        NodeId source = builder.source();
        NodeId batch = builder.after(source, "Batch");
        NodeId mixUp = builder.after(batch, "MixUp", ConfigObject{{"alpha", 1.0}});
        NodeId cutMix = builder.after(mixUp, "CutMix");
        NodeId flatten = builder.after(cutMix, "Flatten");
    };

    TargetHandle target(const Builder& builder, NodeId node, PreviewScope scope) const
    {
        return previewTarget({std::make_shared<const Document>(builder.document), node, scope},
                             m_registry);
    }
    PreviewTask taskFor(const Builder& builder, NodeId node, int own) const
    {
        PreviewTask task;
        task.target = target(builder, node, PreviewScope::ThisNode);
        task.sample = m_samples[static_cast<std::size_t>(own)];
        task.place = own;
        for (int i = 0; i < 3; ++i)
            if (i != own)
                task.partners.push_back({m_samples[static_cast<std::size_t>(i)], i});
        return task;
    }
    double pixel(int sample, std::size_t i) const
    {
        return m_samples[static_cast<std::size_t>(sample)]->image.values<std::uint8_t>()[i];
    }
    static std::optional<std::pair<double, int>> captionOf(const std::string& shown,
                                                           const char* pattern)
    {
        const auto match = QRegularExpression(pattern).match(QString::fromStdString(shown));
        if (!match.hasMatch())
            return std::nullopt;
        return std::pair{match.captured(1).toDouble(), match.captured(2).toInt()};
    }

    LayerRegistry m_registry;
    std::vector<std::shared_ptr<const PreviewSample>> m_samples;
};

LB_TEST(TstMixedPreviews)
#include "tst_mixed_previews.moc"
