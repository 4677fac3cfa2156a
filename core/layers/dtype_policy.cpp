#include "core/layers/dtype_policy.h"

namespace lb {

Result<> checkPolicy(const LayerType& layer, const Config& config)
{
    const Config* dtype = config.find("dtype");
    if (!dtype || dtype->isNull())
        return std::monostate{};
    const Config* inner = dtype->find("config");
    const Config* name = inner ? inner->find("name") : dtype;
    const auto* text = name ? name->as<std::string>() : nullptr;
    if (!text)
        return Error{ErrorCode::Unsupported, "dtype",
                     LB_TR("Error", "must be the name of a dtype policy: use float32")};
    if (!layer.computesWith(*text))
        return Error{ErrorCode::Unsupported,
                     "dtype",
                     {LB_TR("Error",
                            "this layer is not computed in the policy %1 here: use float32"),
                      {*text}}};
    return std::monostate{};
}

} // namespace lb
