#include "benchmarks/models.h"

#include "core/data/sources.h"
#include "core/graph/edits.h"
#include "core/graph/flow.h"

#include <cmath>
#include <fstream>
#include <stdexcept>

namespace lb::bench {
namespace {

template <typename T> T must(Result<T> result)
{
    if (!result.ok())
        throw std::runtime_error(english(result.error().message)); // our own models are right
    return std::move(result.value());
}

} // namespace

Chain::Chain()
    : m_document(emptyDocument())
{
    auto added = must(edits::addLayer(m_document, m_document.root().id, flow::kSource,
                                      ConfigObject{{"kind", "cifar10"}, {"path", ""}},
                                      Stage::Pipeline, {}));
    m_document = std::move(added.document);
    m_source = m_last = added.node;
}

NodeId Chain::append(std::string_view kerasClass, Config config, Stage stage)
{
    auto added = must(edits::addLayer(m_document, m_document.root().id, kerasClass,
                                      std::move(config), stage, {}));
    m_document = must(edits::connect(added.document, {m_last, 0}, added.node, ""));
    return m_last = added.node;
}

Chain& Chain::pipeline(std::string_view kerasClass, Config config)
{
    append(kerasClass, std::move(config), Stage::Pipeline);
    return *this;
}

Chain& Chain::model(std::string_view kerasClass, Config config)
{
    append(kerasClass, std::move(config), Stage::Model);
    return *this;
}

Document Chain::done() &&
{
    const NodeId output = append(flow::kOutput, ConfigObject{}, Stage::Model);
    return must(edits::connect(m_document, {m_source, 1}, output, std::string(flow::kLabelPort)));
}

Document smallCnnModel()
{
    Chain chain;
    chain.model(flow::kBatch).model("Rescaling", ConfigObject{{"scale", 1.0 / 255}});
    for (const int filters : {32, 64, 128})
        chain
            .model("Conv2D",
                   ConfigObject{{"filters", filters},
                                {"kernel_size", ConfigList{3, 3}},
                                {"padding", "same"},
                                {"activation", "relu"}})
            .model("BatchNormalization")
            .model("MaxPooling2D", ConfigObject{{"pool_size", ConfigList{2, 2}}});
    chain.model("GlobalAveragePooling2D")
        .model("Dense", ConfigObject{{"units", 10}, {"activation", "softmax"}});
    return std::move(chain).done();
}

Document mlpModel()
{
    Chain chain;
    chain.model(flow::kBatch)
        .model("Dense", ConfigObject{{"units", 64}, {"activation", "relu"}})
        .model("Dense", ConfigObject{{"units", 64}, {"activation", "relu"}})
        .model("Dense", ConfigObject{{"units", 1}});
    Document document = std::move(chain).done();
    document.recipe.loss = "mean_squared_error";
    return document;
}

Document augmentation()
{
    Chain chain;
    chain.pipeline("RandomFlip", ConfigObject{{"mode", "horizontal"}})
        .pipeline("RandomRotation", ConfigObject{{"factor", 0.1}})
        .pipeline("RandomZoom", ConfigObject{{"height_factor", 0.1}})
        .model(flow::kBatch);
    return std::move(chain).done();
}

Result<Cifar> cifar(const std::filesystem::path& data, std::int64_t count)
{
    constexpr std::size_t pixels = 32 * 32;
    const auto path = data / "cifar-10-batches-bin" / "data_batch_1.bin";
    std::ifstream file(path, std::ios::binary);
    Cifar all;
    std::array<char, 1 + 3 * pixels> record{};
    bool complete = true;
    all.images = Tensor::make<std::uint8_t>({count, 32, 32, 3}, [&](std::span<std::uint8_t> out) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            complete = complete && file.read(record.data(), std::ssize(record));
            all.labels.push_back(static_cast<std::uint8_t>(record[0]));
            for (std::size_t at = 0; at < pixels; ++at) // planes become channels
                for (std::size_t channel = 0; channel < 3; ++channel)
                    out[(i * pixels + at) * 3 + channel]
                        = static_cast<std::uint8_t>(record[1 + channel * pixels + at]);
        }
    });
    if (!complete)
        return Error{ErrorCode::NotFound, path.string(),
                     LB_TR("Error", "does not hold the records; name their folder with --data")};
    return all;
}

Tensor asFloats(const Tensor& images)
{
    return Tensor::make<float>(images.shape(), [&](std::span<float> out) {
        std::ranges::copy(images.values<std::uint8_t>(), out.begin());
    });
}

Result<> agrees(std::string_view what, std::span<const float> ours,
                std::span<const float> reference, double tolerance)
{
    double worst = ours.size() == reference.size() ? 0 : 1e9;
    for (std::size_t i = 0; i < std::min(ours.size(), reference.size()); ++i) {
        const double expected = static_cast<double>(reference[i]);
        const double off
            = std::abs(static_cast<double>(ours[i]) - expected) / std::max(1.0, std::abs(expected));
        worst = std::isnan(off) ? 1e9 : std::max(worst, off);
    }
    if (worst <= tolerance)
        return std::monostate{};
    return Error{ErrorCode::Diverged,
                 std::string(what),
                 {LB_TR("Error", "differs from the reference by %1"), {worst}}};
}

Result<> agreesInNorm(std::string_view what, std::span<const float> ours,
                      std::span<const float> reference, double tolerance)
{
    double difference = 0;
    double length = 0;
    for (std::size_t i = 0; i < std::min(ours.size(), reference.size()); ++i) {
        const double expected = static_cast<double>(reference[i]);
        const double off = static_cast<double>(ours[i]) - expected;
        difference += off * off;
        length += expected * expected;
    }
    const double share = std::sqrt(difference / std::max(length, 1e-30));
    if (ours.size() == reference.size() && (reference.empty() || share <= tolerance))
        return std::monostate{};
    return Error{ErrorCode::Diverged,
                 std::string(what),
                 {LB_TR("Error", "differs from the reference by %1"), {share}}};
}

} // namespace lb::bench
