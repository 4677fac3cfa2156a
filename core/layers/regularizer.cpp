#include "core/layers/regularizer.h"

namespace lb {
namespace {

Result<double> factorOf(const Config& config, std::string_view key, double otherwise)
{
    const Config* stored = config.find("config");
    const Config* value = stored ? stored->find(key) : nullptr;
    if (!value || value->isNull())
        return otherwise;
    double factor = 0;
    if (!Codec<double>::read(*value, factor) || !std::isfinite(factor) || factor < 0)
        return Error{ErrorCode::BadParameter, std::string(key),
                     LB_TR("Error", "must be a finite number that is not negative")};
    return factor;
}

} // namespace

Result<Penalty> penaltyOf(const Regularizer& regularizer)
{
    constexpr double kKerasDefault = 0.01;
    const Config& config = regularizer.config;
    if (config.isNull())
        return Penalty{};
    const Config* nested = config.find("class_name");
    const auto* text = (nested ? *nested : config).as<std::string>();
    const std::string name = text ? *text : std::string();
    const bool first = name == "L1" || name == "l1";
    const bool second = name == "L2" || name == "l2";
    const bool both = name == "L1L2" || name == "l1l2" || name == "l1_l2";
    if (!first && !second && !both)
        return Error{ErrorCode::Unsupported,
                     "regularizer",
                     {LB_TR("Error",
                            "%1 is not computed here: use L1, L2 or L1L2, or take it away"),
                      {name}}};
    Penalty penalty;
    if (!second) {
        LB_TRY(l1, factorOf(config, "l1", both ? 0 : kKerasDefault));
        penalty.l1 = l1;
    }
    if (!first) {
        LB_TRY(l2, factorOf(config, "l2", both ? 0 : kKerasDefault));
        penalty.l2 = l2;
    }
    return penalty;
}

} // namespace lb
