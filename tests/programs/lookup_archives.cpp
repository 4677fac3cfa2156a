// Writes small models that take strings or integers as .keras archives, with rows and our predictions:
// lookup_archives FOLDER. test_lookup_archives.py opens them with Keras.
#include "core/conform/numbers.h"
#include "core/interop/keras/keras_archive.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/tensor/npy.h"
#include "core/training/plan.h"
#include "tests/core/example_document.h"

#include <cstdio>

using namespace lb;
using lb::test::Builder;

namespace {

struct Model {
    const char* name;
    const char* kerasClass;
    ConfigObject config;
    Tensor learned, x;
};

Tensor strings(Shape shape, std::initializer_list<std::string> values)
{
    return Tensor::of<std::string>(std::move(shape), values);
}

std::vector<Model> models()
{
    const Tensor texts = strings({4}, {"the cat sat", "The dog!", "a b a", "naïve 東京 cat"});
    const Tensor asked = strings({3, 1}, {"the CAT zzz", "", "東京 a, a dog"});
    const Tensor words = strings({6}, {"b", "a", "b", "c", "é", "b"});
    const Tensor row = strings({2, 3}, {"b", "zz", "é", "a", "a", ""});
    const Tensor numbers = Tensor::of<std::int64_t>({5}, {42, 1138, 42, -7, 12});
    const Tensor counted = Tensor::of<std::int64_t>({2, 3}, {42, 5, -7, 1138, 42, 42});
    return {
        {"text_ids", "TextVectorization", {{"output_sequence_length", 4}}, texts, asked},
        {"text_weights", "TextVectorization", {{"output_mode", "tf_idf"}, {"ngrams", 2}}, texts, asked},
        {"text_padded",
         "TextVectorization",
         {{"output_mode", "tf_idf"}, {"max_tokens", 30}, {"pad_to_max_tokens", true}},
         texts,
         asked},
        {"words", "StringLookup", {{"mask_token", ""}, {"num_oov_indices", 2}}, words, row},
        {"words_weighted", "StringLookup", {{"output_mode", "tf_idf"}}, words, row},
        {"integers", "IntegerLookup", {{"output_mode", "count"}}, numbers, counted},
        {"bins", "Hashing", {{"num_bins", 5}, {"output_mode", "multi_hot"}, {"salt", 7}}, {}, row},
        {"bin_numbers", "Hashing", {{"num_bins", 5}, {"mask_value", ""}}, {}, row},
    };
}

Result<> write(const Model& model, const LayerRegistry& registry,
               const std::filesystem::path& folder)
{
    Builder b;
    const NodeId source = b.source();
    const NodeId lookup = b.after(source, model.kerasClass, model.config, Stage::Pipeline);
    const NodeId dense
        = b.after(b.after(lookup, "Batch"), "Dense",
                  ConfigObject{{"units", 3}, {"activation", "softmax"}});
    b.output(dense, source);
    const auto* type
        = dynamic_cast<const AdaptableLayerType*>(registry.find(model.kerasClass).value());
    if (type) {
        LB_TRY(summary, type->summarise(model.config, model.learned));
        LB_TRY(sum, type->fold(model.config, nullptr, summary));
        LB_TRY(state, type->finish(model.config, sum));
        b.document = Builder::must(
            edits::setAdapted(b.document, b.document.layerOf(lookup)->id, state));
    }
    FlattenRequest request;
    request.part = FlattenRequest::Part::Whole;
    request.inputs = {{model.x.dtype(), model.x.shape(), {}}};
    LB_TRY(flat, flattened(b.document, registry, request));
    auto store
        = std::make_shared<ParameterStore>(Builder::must(ParameterStore::initial(flat, 11)));
    KerasArchiveRequest archive;
    archive.inputs = {{"x", request.inputs.front()}};
    archive.inputs.front().spec.shape.front() = kUnknown;
    LB_TRY(bytes, kerasArchive(b.document, registry, store->snapshot(), archive));
    LB_TRY(plan, Plan::make(std::move(flat), store, {}));
    if (Result<> set = plan.setInput(0, model.x); !set.ok())
        return set;
    if (Result<> ran = plan.run({}); !ran.ok())
        return ran;
    const Tensor y = plan.value(plan.model().graph.outputs.front());
    const std::string stem = (folder / model.name).string();
    const std::string x = writeJson(listsOf(model.x), JsonStyle::Compact);
    for (const auto& [path, content] : std::map<std::string, std::string>{
             {stem + ".keras", bytes}, {stem + ".x.json", x}, {stem + ".y.npy", encodeNpy(y)}})
        if (Result<> saved = saveAtomically(path, content); !saved.ok())
            return saved;
    return std::monostate{};
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2)
        return 2;
    LayerRegistry registry;
    registerBuiltinLayers(registry);
    for (const Model& model : models())
        if (const Result<> done = write(model, registry, argv[1]); !done.ok()) {
            std::fprintf(stderr, "%s: %s: %s\n", model.name, done.error().where.c_str(),
                         english(done.error().message).c_str());
            return 1;
        }
    return 0;
}
