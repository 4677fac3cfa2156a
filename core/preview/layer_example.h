#pragma once

#include "core/layers/registry.h"
#include "core/preview/picture.h"
#include "core/preview/value_words.h"

namespace lb {

/// A value of an example: a picture, or words where they tell more.
struct ExampleValue {
    Picture picture;
    ValueWords words;
    Spec spec; ///< of the whole value, batch included
};

/// A layer at work: what goes in and what comes out.
struct LayerExample {
    std::vector<ExampleValue> inputs; ///< of one sample each
    ExampleValue output;
    std::string shown; ///< what a random layer drew: "+12.4°"; else empty
};

/// Calls a layer of this kind, as a new node has it, on something that it takes: drawn shapes for
/// layers of images, a sentence or a few words for those of texts (learned from others before), and
/// the numbers of its own examples for the rest. Nothing where none of them works. Takes
/// milliseconds; any thread.
std::optional<LayerExample> layerExample(const LayerType& type, const LayerRegistry& registry,
                                         const PictureOptions& options);

} // namespace lb
