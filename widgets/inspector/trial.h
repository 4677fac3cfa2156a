#pragma once

#include "core/layers/layer.h"
#include "core/preview/preview.h"

#include <QString>

#include <optional>
#include <span>

namespace lb {

/// What somebody set for one layer.
struct Trial {
    enum Kind : int { Numbers, Text, Image, Columns }; ///< as the buttons stand
    QString input, adapt;
    std::optional<QString> boxes; ///< of the image, where somebody typed them
    Kind kind = Numbers;
    bool training = true;
    std::int64_t seed = 1;
};

/// What a layer is first tried with: what comes to its node where that is small, else what its
/// examples take; images, texts and columns for layers of those. Longer where the layer with that config
/// refuses those as too short.
Trial startingTrial(const LayerType& type, const Config& config, const std::vector<Spec>& wired);

/// The pinned image made small, with what belongs to it: a try takes the reference path.
PreviewSample smallSample(const PreviewSample& sample);

/// Columns as they are typed, a value a line, an empty line begins the next one: each [rows, 1], of
/// numbers where all of its lines are some and the layer may take numbers there, else of strings.
/// `wired`: what comes to the node.
/// Errors: those of typedTensors(); BadParameter for two numbers in a line.
Result<std::vector<Tensor>> typedColumns(const QString& text, const LayerType& type,
                                         const std::vector<Spec>& wired);

/// Boxes as they are typed, one a line: left, top, right and bottom in pixels, then the class, by
/// one of `names` or by its number. Without a class it is 0. Nothing for an empty text.
/// Errors: BadParameter with the line.
Result<ImageAnnotations> typedBoxes(const QString& text, std::span<const std::string> names);
QString boxesText(const ImageAnnotations& annotations, std::span<const std::string> names);

} // namespace lb
