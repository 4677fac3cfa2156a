#include "core/interop/code/group_code.h"

#include "core/graph/groups.h"
#include "core/interop/code/code_literal.h"
#include "core/interop/code/python_call.h"
#include "core/layers/random_group.h"

namespace lb {
namespace {

constexpr std::string_view kPythonGroup = R"(@keras.saving.register_keras_serializable(package="layerbench")
class RandomGroup(layers.Layer):
    """Gives every sample one of several branches in training, its first input at inference.

    Called on [x, branch 1, branch 2, ...]; probabilities[i] is that of branch i + 1, and x takes
    what is left.
    """

    def __init__(self, probabilities, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.probabilities = list(probabilities)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs, training=False):
        y = keras.ops.cast(inputs[0], "float32")
        if not training:
            return y
        shape = (keras.ops.shape(y)[0],) + (1,) * (len(y.shape) - 1)
        number = keras.random.uniform(shape, seed=self.seed_generator)
        least = 0.0
        for probability, branch in zip(self.probabilities, inputs[1:]):
            chosen = keras.ops.logical_and(number >= least, number < least + probability)
            y = keras.ops.where(chosen, keras.ops.cast(branch, "float32"), y)
            least += probability
        return y

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        own = {"probabilities": self.probabilities, "seed": self.seed}
        return {**super().get_config(), **own}
)";

constexpr std::string_view kRGroup = R"(# Gives every sample one of several branches in training, its first input at inference. Called on
# list(x, branch 1, branch 2, ...); probabilities[i] is that of branch i, and x takes what is left.
layer_random_group <- Layer(
  "RandomGroup",
  initialize = function(probabilities, seed = NULL, ...) {
    super$initialize(...)
    self$probabilities <- as.numeric(probabilities)
    self$seed <- seed
    self$seed_generator <- random_seed_generator(seed)
  },
  call = function(inputs, training = FALSE) {
    y <- op_cast(inputs[[1]], "float32")
    if (!isTRUE(training)) {
      return(y)
    }
    ones <- rep(list(1L), length(y$shape) - 1L)
    number <- random_uniform(c(list(op_shape(y)[[1]]), ones), seed = self$seed_generator)
    least <- 0
    for (i in seq_along(self$probabilities)) {
      most <- least + self$probabilities[[i]]
      chosen <- op_logical_and(number >= least, number < most)
      y <- op_where(chosen, op_cast(inputs[[i + 1L]], "float32"), y)
      least <- most
    }
    y
  },
  compute_output_shape = function(input_shape) input_shape[[1]],
  get_config = function() {
    config <- super$get_config()
    config$probabilities <- self$probabilities
    config$seed <- self$seed
    config
  }
)
)";

std::string indented(const std::string& text)
{
    std::string result = "    ";
    for (const char c : text) {
        result += c;
        if (c == '\n')
            result += "    ";
    }
    return result;
}

} // namespace

std::string groupClass(CodeLanguage language)
{
    return std::string(language == CodeLanguage::Python ? kPythonGroup : kRGroup);
}

std::vector<double> branchProbabilities(const Config& call, std::size_t branches)
{
    const auto use = groupUse(call);
    if (use.ok() && use.value() == GroupUse::OneOf)
        return std::vector<double>(branches, 1.0 / static_cast<double>(std::max<std::size_t>(branches, 1)));
    const Config* given = call.find("probability");
    const auto* real = given ? given->as<double>() : nullptr;
    const auto* whole = given ? given->as<std::int64_t>() : nullptr;
    return {real ? *real : whole ? static_cast<double>(*whole) : 0.5};
}

std::string groupCall(const Document& document, const LayerRegistry& registry, NodeId node)
{
    const Node* call = document.node(node);
    const auto* called = call ? std::get_if<BodyId>(&call->calls) : nullptr;
    const Body* body = called ? document.body(*called) : nullptr;
    const auto row = body ? groups::branches(document, *body)
                          : Result<std::vector<groups::Branch>>(std::vector<groups::Branch>{});
    if (!row.ok() || row.value().empty() || !row.value().front().instead)
        return "# Its layers do not stand in a row; the Export workspace writes the whole model.";
    std::vector<std::string> layers;
    for (const groups::Branch& branch : row.value()) {
        const LayerDef* layer = document.layerOf(branch.result.node);
        const auto type = layer ? registry.find(layer->kerasClass)
                                : Result<const LayerType*>(nullptr);
        const std::string text = layer && type.ok() && type.value()
            ? pythonCall(*type.value(), *layer)
            : "# " + document.nameOf(branch.result.node);
        layers.push_back(indented(text) + ",\n");
    }
    const std::string name = codeLiteral(Config(body->name), CodeLanguage::Python);
    std::string code = "steps = [\n";
    for (const std::string& layer : layers)
        code += layer;
    code += "]\n";
    const auto use = groupUse(call->call);
    if (!use.ok() || use.value() == GroupUse::Always)
        return code + "group = keras.Sequential(steps, name=" + name + ")";
    const bool several = use.value() == GroupUse::OneOf;
    ConfigList list;
    for (const double probability : branchProbabilities(call->call, layers.size()))
        list.emplace_back(probability);
    const Config* seed = call->call.find("seed");
    code += several ? "branches = [step(x) for step in steps]\n"
                    : "branches = [keras.Sequential(steps)(x)]\n";
    code += "y = RandomGroup(probabilities=" + codeLiteral(Config(std::move(list)), CodeLanguage::Python)
        + (seed && !seed->isNull() ? ", seed=" + codeLiteral(*seed, CodeLanguage::Python) : "")
        + ", name=" + name + ")([x, *branches])\n\n\n";
    return code + groupClass(CodeLanguage::Python);
}

} // namespace lb
