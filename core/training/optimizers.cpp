#include "core/training/optimizers.h"

#include "core/layers/codec.h"

#include <cmath>

namespace lb {
namespace {

constexpr std::size_t kLine = 16; // floats of 64 bytes

/// Reads an optimizer's config; remembers the first key that is wrong.
class Fields {
public:
    explicit Fields(Config config)
        : m_config(std::move(config))
    {
    }

    double number(std::string_view key, double otherwise, double least, double most)
    {
        const Config* value = m_config.find(key);
        double number = otherwise;
        if (value && !Codec<double>::read(*value, number))
            wrong(key);
        if (!(number >= least && number <= most))
            wrong(key);
        return number;
    }
    std::optional<float> optional(std::string_view key)
    {
        const Config* value = m_config.find(key);
        std::optional<double> number;
        if (value && !Codec<std::optional<double>>::read(*value, number))
            wrong(key);
        return number ? std::optional(static_cast<float>(*number)) : std::nullopt;
    }
    bool flag(std::string_view key)
    {
        const Config* value = m_config.find(key);
        bool flag = false;
        if (value && !Codec<bool>::read(*value, flag))
            wrong(key);
        return flag;
    }
    std::int64_t count(std::string_view key, std::int64_t least) ///< 0: null
    {
        const Config* value = m_config.find(key);
        std::optional<std::int64_t> count;
        if (value && !Codec<std::optional<std::int64_t>>::read(*value, count))
            wrong(key);
        if (count && *count != 0 && *count < least)
            wrong(key);
        return count.value_or(0);
    }
    void wrong(std::string_view key)
    {
        if (m_wrong.empty())
            m_wrong = key;
    }
    const Config* find(std::string_view key) const { return m_config.find(key); }
    const std::string& firstWrong() const { return m_wrong; }

private:
    Config m_config;
    std::string m_wrong;
};

std::string classOf(const Config& config)
{
    const Config* nested = config.find("class_name");
    const auto* name = (nested ? *nested : config).as<std::string>();
    if (!name)
        return {};
    return *name == "sgd"              ? "SGD"
        : *name == "adam"              ? "Adam"
        : *name == "rmsprop"           ? "RMSprop"
                                       : *name;
}

} // namespace

Result<Optimizer> Optimizer::make(const Config& kerasConfig)
{
    constexpr double kAny = std::numeric_limits<double>::infinity();
    Optimizer made;
    made.m_class = classOf(kerasConfig);
    if (made.m_class != "SGD" && made.m_class != "RMSprop" && made.m_class != "Adam")
        return Error{ErrorCode::Unsupported,
                     "optimizer",
                     {LB_TR("Error", "%1 is not computed here: choose SGD, RMSprop or Adam"),
                      {made.m_class}}};
    made.m_kind = made.m_class == "SGD" ? Kind::Sgd
        : made.m_class == "Adam"        ? Kind::Adam
                                        : Kind::RmsProp;
    const Config* inner = kerasConfig.find("class_name") ? kerasConfig.find("config") : nullptr;
    Fields fields(inner ? *inner : Config(ConfigObject{}));
    const Config* stored = fields.find("learning_rate");
    LB_TRY(rate,
           LearningRate::make(stored ? *stored : Config(made.m_kind == Kind::Sgd ? 0.01 : 0.001)));
    made.m_rate = std::move(rate);
    if (const Config* scale = fields.find("loss_scale_factor"); scale && !scale->isNull())
        return Error{ErrorCode::Unsupported, "loss_scale_factor",
                     LB_TR("Error", "is not used here, as float32 needs none: leave it empty")};

    Settings& s = made.m_settings;
    const auto complement = [](double value) { return static_cast<float>(1 - value); };
    s.momentum = static_cast<float>(
        fields.number("momentum", 0, 0, made.m_kind == Kind::Sgd ? 1 : kAny));
    s.nesterov = fields.flag("nesterov");
    const double rho = fields.number("rho", 0.9, -kAny, kAny);
    s.rho = static_cast<float>(rho);
    s.oneMinusRho = complement(rho);
    s.epsilon = static_cast<float>(fields.number("epsilon", 1e-7, -kAny, kAny));
    s.centered = fields.flag("centered");
    s.amsgrad = fields.flag("amsgrad");
    const double beta1 = fields.number("beta_1", 0.9, -kAny, kAny);
    const double beta2 = fields.number("beta_2", 0.999, -kAny, kAny);
    s.beta1 = static_cast<float>(beta1);
    s.beta2 = static_cast<float>(beta2);
    s.oneMinusBeta1 = complement(beta1);
    s.oneMinusBeta2 = complement(beta2);
    s.weightDecay = fields.optional("weight_decay");
    s.clipNorm = fields.optional("clipnorm");
    s.clipValue = fields.optional("clipvalue");
    s.globalClipNorm = fields.optional("global_clipnorm");
    if (s.clipNorm.has_value() + s.clipValue.has_value() + s.globalClipNorm.has_value() > 1)
        return Error{ErrorCode::BadParameter, s.clipNorm ? "clipnorm" : "global_clipnorm",
                     LB_TR("Error", "only one of clipnorm, clipvalue and global_clipnorm may be "
                                    "given")};
    s.useEma = fields.flag("use_ema");
    s.emaMomentum = static_cast<float>(
        fields.number("ema_momentum", 0.99, s.useEma ? 0 : -kAny, s.useEma ? 1 : kAny));
    s.emaFrequency = fields.count("ema_overwrite_frequency", 1);
    s.accumulation = fields.count("gradient_accumulation_steps", 2);
    if (!fields.firstWrong().empty())
        return Error{ErrorCode::BadParameter, fields.firstWrong(),
                     LB_TR("Error", "has a value that Keras refuses")};
    return made;
}

void Optimizer::build(const ParameterStore& store)
{
    std::vector<std::size_t> counts;
    for (const ParameterStore::Entry& entry : store.entries())
        if (entry.trainable)
            counts.push_back(entry.count);
    build(counts);
}

void Optimizer::build(std::span<const std::size_t> counts)
{
    m_counts.assign(counts.begin(), counts.end());
    m_iterations = 0;
    m_lanes.clear();
    addLanes();
    std::size_t size = 0;
    for (Lane& lane : m_lanes)
        for (const std::size_t count : m_counts) {
            lane.offsets.push_back(size);
            size += (count + kLine - 1) / kLine * kLine;
        }
    m_arena = alignedFloats(size);
    const auto largest = std::ranges::max_element(m_counts);
    m_scratch.assign(largest == m_counts.end() ? 0 : *largest, 0.0f);
}

void Optimizer::addLanes()
{
    const Settings& s = m_settings;
    const auto add = [&](bool wanted, SlotKind kind, bool interleaved = false) {
        if (wanted)
            m_lanes.push_back({kind, interleaved});
    };
    add(s.useEma, SlotKind::Average);
    add(s.accumulation > 0, SlotKind::Accumulator);
    if (m_kind == Kind::Adam) {
        add(true, SlotKind::Momentum, /*interleaved=*/true);
        add(true, SlotKind::Velocity);
        add(s.amsgrad, SlotKind::LargestVelocity);
        return;
    }
    add(m_kind == Kind::RmsProp, SlotKind::Velocity);
    add(s.momentum != 0, SlotKind::Momentum);
    add(m_kind == Kind::RmsProp && s.centered, SlotKind::AverageGradient);
}

std::string_view Optimizer::nameOf(SlotKind kind)
{
    switch (kind) {
    case SlotKind::Average:
        return "average";
    case SlotKind::Accumulator:
        return "gradient_accumulator";
    case SlotKind::Momentum:
        return "momentum";
    case SlotKind::Velocity:
        return "velocity";
    case SlotKind::LargestVelocity:
        return "velocity_hat";
    case SlotKind::AverageGradient:
        return "average_gradient";
    }
    return "";
}

std::vector<Optimizer::Slot> Optimizer::allSlots()
{
    std::vector<Slot> slots;
    const auto add = [&](const Lane& lane, std::size_t weight) {
        slots.push_back({nameOf(lane.kind), weight,
                         {m_arena.get() + lane.offsets[weight], m_counts[weight]}});
    };
    for (std::size_t i = 0; i < m_lanes.size(); ++i) {
        const bool both = m_lanes[i].interleaved;
        for (std::size_t weight = 0; weight < m_counts.size(); ++weight) {
            add(m_lanes[i], weight);
            if (both)
                add(m_lanes[i + 1], weight);
        }
        i += both ? 1 : 0;
    }
    return slots;
}

std::vector<std::vector<float>> Optimizer::slotValues()
{
    std::vector<std::vector<float>> values;
    for (const Slot& slot : allSlots())
        values.emplace_back(slot.values.begin(), slot.values.end());
    return values;
}

Result<> Optimizer::restore(std::int64_t iterations, const std::vector<std::vector<float>>& values)
{
    const std::vector<Slot> into = allSlots();
    bool fits = values.size() == into.size();
    for (std::size_t i = 0; fits && i < into.size(); ++i)
        fits = values[i].size() == into[i].values.size();
    if (!fits)
        return Error{ErrorCode::BadShape, "optimizer",
                     LB_TR("Error", "what was carried on does not fit these weights")};
    for (std::size_t i = 0; i < into.size(); ++i)
        std::ranges::copy(values[i], into[i].values.begin());
    m_iterations = iterations;
    return std::monostate{};
}

} // namespace lb
