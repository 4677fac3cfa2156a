#pragma once

#include "core/ops/op.h"

/// The list of all ops; args are written by the Emitter's functions of the same name.
namespace lb::ops {

const Op& add(); // NumPy broadcasting, as sub, mul, div
const Op& sub();
const Op& mul();
const Op& div();
const Op& cast(); // dtype
const Op& matmul();

// Windows over [batch, rows, columns, channels]: strides, padding, dilation as window2d()
const Op& conv2d(); // (x, w [h, w, in / groups, out]); groups
const Op& maxPool2d(); // pool_size
const Op& avgPool2d(); // pool_size; padding does not count

// Statistics: axes, keepdims
const Op& reduceSum();
const Op& reduceMean();
const Op& reduceMax();

// Batch normalisation: axis
const Op& batchMean(); // (x) -> [channels]
const Op& batchVariance(); // (x) -> [channels], population
const Op& batchNorm(); // (x, mean, variance, gamma, beta); epsilon

// Activations; sigmoid, tanh and others without arguments by Keras' name, else null
const Op* activationNamed(std::string_view name);
std::vector<std::string_view> namedActivations();
const Op& relu(); // max_value (or null), negative_slope, threshold
const Op& leakyRelu(); // negative_slope
const Op& elu(); // alpha
const Op& celu(); // alpha
const Op& gelu(); // approximate
const Op& exponential();
const Op& softmax(); // axis
const Op& logSoftmax(); // axis
const Op& sparsemax(); // axis
const Op& glu(); // halves the last axis

// Element by element
const Op& arctan2(); // (y, x)
const Op& log(); // natural
const Op& maximum(); // (a, b)
const Op& sqrt();
const Op& square();
const Op& absolute();
const Op& clip(); // least, most
const Op& where(); // (condition, a, b)
const Op& dropout(); // (x, uniform); rate

// Categories by number
const Op& bucketize(); // (x, boundaries)
const Op& gather(); // (table, ids)
const Op& idCounts(); // (ids), (ids, weights); depth, binary
const Op& oneHot(); // ids; depth

// Sounds [..., samples]
const Op& spectrogram(); // (x, window); stride, exponent

// Another arrangement of the same numbers
const Op& reshape(); // shape, one of it may be -1
const Op& transpose(); // perm
const Op& concat(); // (x, ...); axis

// Losses (y_true, y_pred): from_logits, label_smoothing, reduction ("mean", "sum" or "none")
const Op& sparseCategoricalCrossentropy();
const Op& categoricalCrossentropy();
const Op& binaryCrossentropy();
const Op& meanSquaredError();

const Op& expandDims(); // axis
const Op& squeeze(); // axis
const Op& round(); // half to even

const Op& resize(); // images; height, width, interpolation, antialias, bytes
const Op& crop(); // images; height, width, aspect
const Op& aspectPad(); // images; height, width, fill_value
const Op& projectiveTransform(); // images, matrix; fill_mode, interpolation, fill_value
const Op& rotationMatrix(); // angle, images
const Op& zoomMatrix(); // height_zoom, width_zoom, images
const Op& translationMatrix(); // translations
const Op& shearMatrix(); // shear_factor
const Op& perspectiveMatrix(); // end_points, images
const Op& flipWhere(); // images, flips; horizontal, vertical
const Op& cropAt(); // images, start; height, width
const Op& elasticTransform(); // images, noise, distortion_factor; fill_mode, interpolation, fill_value
const Op& takeRows(); // x, order
const Op& mixRows(); // x, order, weight
const Op& chooseRows(); // flags, a, b
const Op& pick(); // choices, x, ...; slot
const Op& mixChains(); // x, weight, shares, chain, ...
const Op& fitRows(); // x; count, fill_value
const Op& adjustContrast(); // images, contrast_factor

// Bounding boxes [batch, n, 4], [left, top, right, bottom] where nothing else is said; images are
// asked for their size only
const Op& convertBoxes(); // boxes, images; from, to
const Op& clipBoxes(); // boxes, images; relative
const Op& keptLabels(); // labels, boxes
const Op& blankBoxes(); // boxes, given
const Op& fitBoxes(); // boxes, images; height, width, fit ("stretch", "crop" or "pad")
const Op& centerBoxes(); // boxes, images; height, width
const Op& cropBoxesAt(); // boxes, start
const Op& flipBoxes(); // relative boxes, flips; horizontal, vertical
const Op& shiftBoxes(); // boxes, translations
const Op& zoomBoxes(); // boxes, height_zoom, width_zoom, images; gives relative ones
const Op& shearBoxes(); // relative boxes, shear_factor
const Op& warpBoxes(); // boxes, matrix

// Colours of images; least, most: their value range
const Op& adjustHue(); // images, turn; least, most
const Op& adjustSaturation(); // images, factor; least, most (of the saturation)
const Op& adjustSharpness(); // images, factor
const Op& autoContrast(); // images; least, most
const Op& clahe(); // images; least, most, clip_limit, rows, columns (of tiles)
const Op& degenerateColor(); // images, factor
const Op& equalize(); // images; least, most, bins
const Op& gaussianBlur(); // images, flags, sigma; height, width
const Op& grayscaleWhere(); // images, flags
const Op& invertWhere(); // images, flags; most
const Op& posterize(); // images, bits; least, most
const Op& solarize(); // images, additions, thresholds; least, most

} // namespace lb::ops
