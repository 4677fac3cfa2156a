#include "core/interop/keras/keras_compile.h"

#include "core/interop/keras/keras_names.h"
#include "core/tensor/dispatch.h"

#include <algorithm>

namespace lb {
namespace {

constexpr const char* kOptimizerPath = "optimizer/vars";

/// Losses that take logits; Keras' name of the function and of the class.
constexpr std::pair<const char*, const char*> kLogitLosses[] = {
    {"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"},
    {"categorical_crossentropy", "CategoricalCrossentropy"},
    {"binary_crossentropy", "BinaryCrossentropy"},
};

/// Keras' functions have one name each; its classes' names in snake case are the same ones.
std::string lossName(std::string name)
{
    if (name == "mse" || name == "MSE")
        return "mean_squared_error";
    return kerasSnakeCase(name);
}

const std::string* textAt(const Config& config, std::string_view key)
{
    const Config* value = config.find(key);
    return value ? value->as<std::string>() : nullptr;
}

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

double numberAt(const Config& config, std::string_view key, double otherwise)
{
    const Config* value = config.find(key);
    if (const auto* real = value ? value->as<double>() : nullptr)
        return *real;
    const auto* integer = value ? value->as<std::int64_t>() : nullptr;
    return integer ? static_cast<double>(*integer) : otherwise;
}

bool flagAt(const Config& config, std::string_view key)
{
    const Config* value = config.find(key);
    const bool* flag = value ? value->as<bool>() : nullptr;
    return flag && *flag;
}

/// How an optimizer's slots stand in its group: first `interleaved` a weight, then blocks.
struct SlotLayout {
    std::size_t interleaved = 0, blocks = 0;
    bool rate = true; ///< the learning rate is a variable, not a schedule
    std::size_t perWeight() const { return interleaved + blocks; }
};

std::optional<SlotLayout> slotLayout(const Recipe& recipe)
{
    const std::string name = kerasOptimizerClass(recipe);
    const Config* found = recipe.optimizer.find("config");
    const Config config = found ? *found : Config(ConfigObject{});
    const Config* accumulated = config.find("gradient_accumulation_steps");
    if (flagAt(config, "use_ema") || (accumulated && !accumulated->isNull()))
        return {}; // these have more variables in front
    SlotLayout layout;
    const Config* rate = config.find("learning_rate");
    layout.rate = !rate || !rate->as<ConfigObject>();
    if (name == "Adam") {
        layout.interleaved = 2;
        layout.blocks = flagAt(config, "amsgrad") ? 1 : 0;
    } else if (name == "RMSprop") {
        layout.blocks = 1 + (numberAt(config, "momentum", 0) > 0 ? 1 : 0)
            + (flagAt(config, "centered") ? 1 : 0);
    } else if (name == "SGD") {
        layout.blocks = numberAt(config, "momentum", 0) != 0 ? 1 : 0;
    } else {
        return {};
    }
    return layout;
}

struct SlotPlace {
    LayerId layer;
    std::size_t weight = 0, slot = 0;
    const Shape* shape = nullptr;
};

std::vector<SlotPlace> slotPlaces(const SlotLayout& layout,
                                  const std::vector<KerasVariables>& variables)
{
    std::vector<SlotPlace> places;
    const auto add = [&](std::size_t first, std::size_t count) {
        for (const KerasVariables& layer : variables)
            for (const std::size_t weight : layer.trainable)
                for (std::size_t slot = first; slot < first + count; ++slot)
                    places.push_back({layer.layer, weight, slot, &layer.shapes[weight]});
    };
    add(0, layout.interleaved);
    for (std::size_t block = 0; block < layout.blocks; ++block)
        add(layout.interleaved + block, 1);
    return places;
}

} // namespace

Config kerasCompileConfig(const Recipe& recipe)
{
    ConfigObject optimizer{{"module", "keras.optimizers"},
                           {"registered_name", Config()},
                           {"class_name", kerasOptimizerClass(recipe)},
                           {"config", ConfigObject{}}};
    if (const auto* given = recipe.optimizer.as<ConfigObject>())
        for (const auto& [key, value] : *given)
            optimizer[key] = value;
    Config loss = recipe.loss;
    if (recipe.fromLogits)
        for (const auto& [name, kerasClass] : kLogitLosses)
            if (recipe.loss == name)
                loss = ConfigObject{
                    {"module", "keras.losses"},
                    {"class_name", kerasClass},
                    {"config", ConfigObject{{"name", name}, {"from_logits", true}}},
                    {"registered_name", Config()}};
    ConfigList metrics;
    for (const std::string& metric : recipe.metrics)
        metrics.push_back(metric);
    return ConfigObject{{"optimizer", std::move(optimizer)},
                        {"loss", std::move(loss)},
                        {"loss_weights", Config()},
                        {"metrics", std::move(metrics)},
                        {"weighted_metrics", Config()},
                        {"run_eagerly", false},
                        {"steps_per_execution", 1},
                        {"jit_compile", false}};
}

void takeCompileConfig(const Config& compile, Recipe& recipe)
{
    const Config* optimizer = compile.find("optimizer");
    const std::string* name = optimizer ? textAt(*optimizer, "class_name") : nullptr;
    const Config* config = optimizer ? optimizer->find("config") : nullptr;
    if (name && config && config->as<ConfigObject>())
        recipe.optimizer = ConfigObject{{"class_name", *name}, {"config", *config}};
    if (const Config* loss = compile.find("loss")) {
        const std::string* plain = loss->as<std::string>();
        const std::string* kerasClass = textAt(*loss, "class_name");
        if (plain || kerasClass)
            recipe.loss = lossName(plain ? *plain : *kerasClass);
        const Config* options = loss->find("config");
        recipe.fromLogits = options && flagAt(*options, "from_logits");
    }
    const Config* metrics = compile.find("metrics");
    if (const auto* list = metrics ? metrics->as<ConfigList>() : nullptr) {
        recipe.metrics.clear();
        for (const Config& metric : *list)
            if (const auto* plain = metric.as<std::string>())
                recipe.metrics.push_back(*plain);
    }
}

std::string kerasOptimizerClass(const Recipe& recipe)
{
    const std::string* plain = recipe.optimizer.as<std::string>();
    const std::string* name = plain ? plain : textAt(recipe.optimizer, "class_name");
    if (!name)
        return {};
    for (const char* known : {"Adam", "RMSprop", "SGD"})
        if (std::ranges::equal(*name, std::string_view(known), {}, lowered, lowered))
            return known;
    return *name;
}

bool kerasKeepsSlots(const Recipe& recipe)
{
    return slotLayout(recipe).has_value();
}

Result<Hdf5Group> kerasOptimizerGroup(const Recipe& recipe, const KerasOptimizerState& state,
                                      const std::vector<KerasVariables>& variables)
{
    const auto layout = slotLayout(recipe);
    const std::string name = kerasOptimizerClass(recipe);
    if (!layout)
        return Error{ErrorCode::Unsupported,
                     "optimizer",
                     {LB_TR("Error", "the slots of %1 cannot be saved"), {name}}};
    Hdf5Group group{kOptimizerPath, kerasSnakeCase(name), {}};
    group.tensors.push_back(Tensor::of<std::int64_t>({}, {state.iterations}));
    if (layout->rate)
        group.tensors.push_back(Tensor::of<float>({}, {static_cast<float>(state.learningRate)}));
    for (const SlotPlace& place : slotPlaces(*layout, variables)) {
        const auto found = state.slotTensors.find({place.layer, place.weight});
        if (found == state.slotTensors.end() || found->second.size() != layout->perWeight()
            || found->second[place.slot].shape() != *place.shape)
            return Error{ErrorCode::BadShape,
                         "optimizer",
                         {LB_TR("Error", "a slot for a weight of shape %1 lacks or does not fit"),
                          {text(*place.shape)}}};
        group.tensors.push_back(found->second[place.slot]);
    }
    return group;
}

std::optional<Hdf5Wanted> kerasOptimizerWanted(const Recipe& recipe,
                                               const std::vector<KerasVariables>& variables)
{
    const auto layout = slotLayout(recipe);
    if (!layout)
        return {};
    Hdf5Wanted wanted{kOptimizerPath, {{}}, true};
    if (layout->rate)
        wanted.shapes.emplace_back();
    for (const SlotPlace& place : slotPlaces(*layout, variables))
        wanted.shapes.push_back(*place.shape);
    return wanted;
}

KerasOptimizerState kerasOptimizerState(const Recipe& recipe, const std::vector<Tensor>& values,
                                        const std::vector<KerasVariables>& variables)
{
    KerasOptimizerState state;
    const auto layout = slotLayout(recipe);
    const auto number = [](const Tensor& tensor) {
        return dispatch(tensor.dtype(), [&]<typename T>(T) {
            return static_cast<double>(tensor.values<T>()[0]);
        });
    };
    state.iterations = static_cast<std::int64_t>(number(values.at(0)));
    std::size_t at = 1;
    if (layout->rate)
        state.learningRate = number(values.at(at++));
    for (const SlotPlace& place : slotPlaces(*layout, variables)) {
        auto& slots = state.slotTensors[{place.layer, place.weight}];
        slots.resize(layout->perWeight());
        slots[place.slot] = values.at(at++);
    }
    return state;
}

} // namespace lb
