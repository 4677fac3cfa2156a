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
const Op& leakyRelu();

} // namespace lb::ops
