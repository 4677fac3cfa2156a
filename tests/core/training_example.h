#pragma once

#include "core/data/sources.h"
#include "core/support/random_stream.h"
#include "core/training/trainer.h"
#include "tests/core/example_document.h"

namespace lb::test {

inline constexpr std::int64_t kRows = 70; // batches of 32, 32 and 6

/// Pictures of 4 x 4 with a bright row that names the class, in noise; `shift` gives them the
/// label of another class.
inline SourceHandle bars(std::int64_t rows, std::uint64_t seed, std::int64_t shift = 0)
{
    std::vector<std::int64_t> labels;
    Tensor x = Tensor::make<std::uint8_t>({rows, 4, 4, 1}, [&](std::span<std::uint8_t> out) {
        for (std::int64_t i = 0; i < rows; ++i) {
            const RandomStream random(StreamKey{seed}, 0, static_cast<std::uint64_t>(i));
            labels.push_back((i + shift) % 3);
            for (std::int64_t p = 0; p < 16; ++p)
                out[static_cast<std::size_t>(i * 16 + p)] = static_cast<std::uint8_t>(
                    random.uniform(0, static_cast<std::uint64_t>(p)) * 100
                    + (p / 4 == i % 3) * 150);
        }
    });
    return std::make_shared<MemorySource>(std::move(x), std::move(labels),
                                          std::vector<std::string>{"top", "middle", "bottom"});
}

/// [RandomFlip] -> Rescaling -> Batch -> Flatten -> Dense -> Dense softmax.
inline Document model(Recipe recipe = {})
{
    Builder b;
    const NodeId source = b.source();
    NodeId at
        = b.after(source, "RandomFlip", ConfigObject{{"mode", "horizontal"}}, Stage::Pipeline);
    at = b.after(at, "Rescaling", ConfigObject{{"scale", 1.0 / 255}}, Stage::Pipeline);
    at = b.after(at, flow::kBatch);
    at = b.after(at, "Flatten");
    at = b.after(at, "Dense", ConfigObject{{"units", 8}});
    at = b.after(at, "Dense", ConfigObject{{"units", 3}, {"activation", "softmax"}});
    b.output(at, source);
    return edits::setRecipe(b.document, std::move(recipe));
}

inline Config optimizer(const char* name, double rate)
{
    return ConfigObject{{"class_name", name}, {"config", ConfigObject{{"learning_rate", rate}}}};
}

inline Recipe shortRecipe(std::int64_t epochs)
{
    Recipe recipe;
    recipe.epochs = epochs;
    recipe.optimizer = optimizer("Adam", 0.01);
    return recipe;
}

/// Seventy pictures to learn from, thirty held out.
inline TrainJob job(const LayerRegistry& registry, const Recipe& recipe)
{
    TrainJob made;
    made.document = model(recipe);
    made.data = bars(kRows, 1);
    made.validation = bars(30, 2);
    made.registry = &registry;
    return made;
}

} // namespace lb::test
