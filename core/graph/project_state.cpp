#include "core/graph/project_state.h"

#include "core/graph/json_fields.h"
#include "core/tensor/dispatch.h"

namespace lb {
namespace {

ConfigObject tensorConfig(const Tensor& tensor)
{
    ConfigList values;
    dispatchAny(tensor.dtype(), [&]<typename T>(const T&) {
        for (const T& value : tensor.values<T>())
            if constexpr (std::is_same_v<T, std::string>)
                values.emplace_back(value);
            else if constexpr (RealNumber<T>)
                values.emplace_back(static_cast<double>(value));
            else if constexpr (std::is_same_v<T, bool>)
                values.emplace_back(value);
            else
                values.emplace_back(static_cast<std::int64_t>(value));
    });
    ConfigList shape;
    for (const std::int64_t dim : tensor.shape())
        shape.emplace_back(dim);
    return {{"dtype", std::string(nameOf(tensor.dtype()))},
            {"shape", std::move(shape)},
            {"value", std::move(values)}};
}

Config under(const Config& foreign, std::string_view key, std::string_view inner)
{
    const Config* outer = foreign.find(key);
    const Config* found = outer ? outer->find(inner) : nullptr;
    return found ? *found : Config();
}

/// Into one of the types that tensors have; a number that does not fit one is none, as is text
/// among numbers.
template <typename T> bool takeNumber(const Config& value, T& into)
{
    const auto* real = value.as<double>();
    const auto* integer = value.as<std::int64_t>();
    if constexpr (std::is_same_v<T, std::string>) {
        const auto* string = value.as<std::string>();
        into = string ? *string : std::string();
        return string;
    } else if constexpr (RealNumber<T>) {
        into = static_cast<T>(real ? *real : integer ? static_cast<double>(*integer) : 0.0);
        return real || integer;
    } else if constexpr (std::is_same_v<T, bool>) {
        into = value == Config(true);
        return value.as<bool>();
    } else {
        into = static_cast<T>(integer ? *integer : 0);
        return integer && static_cast<std::int64_t>(into) == *integer;
    }
}

/// What is wrong stays with `fields`.
void readShape(Fields& fields, const Limits& limits, Shape& shape)
{
    std::size_t count = 1;
    fields.each("shape", [&](const Config& item, const std::string& at) -> Result<> {
        const auto* dim = item.as<std::int64_t>();
        if (!dim || *dim < 0)
            return Error{ErrorCode::BadFile, at,
                         LB_TR("Error", "a size is needed: a whole number from 0 on")};
        if (*dim > 0 && count > limits.tensorBytes / static_cast<std::size_t>(*dim))
            return Error{ErrorCode::TooLarge, at, LB_TR("Error", "is larger than is read")};
        count *= static_cast<std::size_t>(*dim);
        shape.push_back(*dim);
        return std::monostate{};
    });
}

Result<Tensor> readTensor(const Config& config, const std::string& where, const Limits& limits,
                          Config& foreign)
{
    Fields fields(config, where);
    std::string dtypeName = "float32";
    fields.need("dtype", dtypeName);
    Shape shape;
    readShape(fields, limits, shape);
    Config values;
    fields.need("value", values);
    if (Result<> done = fields.done(foreign); !done.ok())
        return std::move(done.error());
    const auto dtype = dtypeNamed(dtypeName);
    const auto* list = values.as<ConfigList>();
    if (!dtype || !list || elementCount(shape) != std::ssize(*list))
        return Error{ErrorCode::BadFile, where, LB_TR("Error", "shape and values do not fit")};
    return dispatchAny(*dtype, [&]<typename T>(const T&) -> Result<Tensor> {
        bool fits = true;
        Tensor tensor = Tensor::make<T>(shape, [&](std::span<T> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
                fits = takeNumber((*list)[i], out[i]) && fits;
        });
        if (!fits)
            return Error{ErrorCode::BadFile, where + "value",
                         {LB_TR("Error", "holds a value that is no %1"), {dtypeName}}};
        return tensor;
    });
}

} // namespace

Config stateConfig(const AdaptedState& state)
{
    ConfigObject tensors;
    for (const auto& [name, tensor] : state.tensors)
        tensors[name] = over(under(state.foreign, "tensors", name), tensorConfig(tensor));
    return over(state.foreign, {{"tensors", std::move(tensors)}, {"record", state.record}});
}

Result<StateHandle> readState(const Config& config, const std::string& where, const Limits& limits)
{
    auto state = std::make_shared<AdaptedState>();
    Fields fields(config, where);
    Config tensors;
    fields.read("record", state->record);
    fields.need("tensors", tensors);
    Config rest;
    if (Result<> done = fields.done(rest); !done.ok())
        return std::move(done.error());
    const auto* named = tensors.as<ConfigObject>();
    if (!named)
        return Error{ErrorCode::BadFile, where + "tensors",
                     LB_TR("Error", "an object is expected")};
    ConfigObject kept = *rest.as<ConfigObject>(), keptTensors;
    for (const auto& [name, value] : *named) {
        Config foreign;
        LB_TRY(tensor, readTensor(value, where + "tensors/" + name + "/", limits, foreign));
        state->tensors[name] = std::move(tensor);
        if (!foreign.as<ConfigObject>()->empty())
            keptTensors[name] = foreign;
    }
    if (!keptTensors.empty())
        kept["tensors"] = std::move(keptTensors);
    state->foreign = Config(std::move(kept));
    return StateHandle(std::move(state));
}

} // namespace lb
