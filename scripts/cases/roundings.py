"""How often Keras rounds on the way to a value, counted while it computes.

Two chains of operations that each round at most N times, by at most half a unit in the last place
each time, end at most N units apart: that is how close an answer has to be, in units of the
coarsest type on the way, at the scale of the answer. What is counted is the longest way from the
inputs to the value. Operations that only move, choose or compare values round nothing. Numbers
that decide something (an index, a comparison) are not on the way: they have to be right.

In 16 bits one step of arithmetic has one right result: TensorFlow computes it in float32 and rounds
it. As long as nothing on the way was left to chance (the order of a sum, a library's sine, an
error that came from float32), such steps count nothing, and an answer has to be Keras' to the bit.

TensorFlow adds the products of convolutions, matrices and sums of 16-bit numbers in float32 and
rounds once, and it warps images in float32 whatever their type.
"""

import contextlib
import math

import tensorflow as tf
from tensorflow.python.framework import op_callbacks

# In the order of their precision, the coarsest first.
TYPES = ("bfloat16", "float16", "float32", "float64")

EXACT = set("""Abs BroadcastTo ConcatV2 EnsureShape ExpandDims Fill Floor GatherNd GatherV2 Identity
    Max Maximum Min Minimum MirrorPad Neg OneHot OnesLike Pack Pad PadV2 Range ReadVariableOp Reshape
    ResizeNearestNeighbor ReverseV2 Round SelectV2 Slice Split Squeeze StridedSlice Tile TopKV2 Transpose
    Unpack ZerosLike StatelessRandomGammaV3 StatelessRandomNormalV2 StatelessRandomUniformV2
    DenseBincount Relu Ceil Sign ScatterNd TensorScatterUpdate TensorScatterAdd Select Cumprod Real Imag
    RaggedTensorToTensor SparseToDense Bitcast BroadcastArgs ClipByValue""".split())
# What a library approximates is two.
ROUNDED = {"AddV2": 1, "Sub": 1, "Mul": 1, "RealDiv": 1, "Sqrt": 1, "Square": 1, "BiasAdd": 1, "Exp": 2,
           "Log": 2, "Pow": 2, "Sin": 2, "Cos": 2, "Tan": 2, "Acos": 2, "Atan2": 2, "Rsqrt": 2,
           "DivNoNan": 1, "FloorMod": 1, "SquaredDifference": 2, "MatrixSolve": 24}
# What has one right result in 16 bits, of numbers that have one.
STEPS = set("AddV2 Sub Mul RealDiv Sqrt Square BiasAdd DivNoNan RGBToHSV HSVToRGB".split())
TERMS = {  # of a sum, by its inputs and its result
    "Conv2D": lambda inputs, output: inputs[1].shape[:3].num_elements(),
    "DepthwiseConv2dNative": lambda inputs, output: inputs[1].shape[:2].num_elements(),
    "MatMul": lambda inputs, output: inputs[0].shape[-1],
    "Einsum": lambda inputs, output: inputs[0].shape[-1],
    "Sum": lambda inputs, output: inputs[0].shape.num_elements() // max(1, output.shape.num_elements()),
    "Mean": lambda inputs, output: inputs[0].shape.num_elements() // max(1, output.shape.num_elements()),
    "Cumsum": lambda inputs, output: max(output.shape),
}
TO_HSV = 2  # the saturation: a difference and a quotient; the hue's are counted on the way back
# The hue is known to 1.5 units (three roundings of a sixth, and the offset); it is taken six times,
# and so is what was rounded since. Then six roundings in a row.
SECTORS, FROM_HSV = 6, 9 + 6
WARP = 6  # two blends of two in float32, each two products and a sum
PLACE = 4  # of a pixel: two products, two sums
BLEND = 8  # ResizeBilinear: the place of a pixel, and three differences, products and sums
KERNEL = 128  # ScaleAndTranslate and its like: places and weights of a kernel, its sums over both axes
FOURIER = 20  # stages of a fast transform of up to 1024 numbers, two roundings each


def name(dtype):
    return dtype.name if hasattr(dtype, "name") else str(dtype)


def largest(tensor):
    """The scale of a tensor: its largest number."""
    if name(tensor.dtype) not in TYPES or tensor.shape.num_elements() == 0:
        return 0.0
    values = tf.abs(tf.cast(tensor, "float64"))
    return float(tf.reduce_max(tf.where(tf.math.is_finite(values), values, 0.0)))


class Count:
    """Roundings by type on the way to each tensor that was computed, in units at its scale."""

    def __init__(self):
        self.counts, self.kept, self.busy, self.hsv = {}, [], False, {}
        self.unknown = set()  # operations of which nothing is said here

    def of(self, tensor):
        return self.counts.get(getattr(tensor, "_id", None), {})

    def given(self, drawn):
        """What was drawn is written into the case: no answer can be wrong about it."""
        for tensor in tf.nest.flatten(drawn):
            self.counts.pop(getattr(tensor, "_id", None), None)

    def note(self, op_type, inputs, attrs, outputs, op_name=None, graph=None):
        if self.busy:  # our own looking
            return
        self.busy = True
        kind = op_type.decode() if isinstance(op_type, bytes) else op_type
        kinds = TYPES + ("complex64", "complex128")
        for each in outputs:
            if name(each.dtype) in kinds:
                chosen = self.chosen(inputs) if kind == "SelectV2" else inputs
                floats = [one for one in chosen if name(one.dtype) in kinds]
                self.counts[each._id] = self.after(kind, floats, attrs, each)
                self.kept.append(each)  # or its number would be given again
        self.busy = False

    @staticmethod
    def chosen(inputs):
        """What does not stand in the result is not on the way to it."""
        condition, yes, no = inputs
        return [each for each, taken in ((yes, tf.reduce_any(condition)),
                                         (no, tf.reduce_any(~condition))) if taken]

    def before(self, kind, inputs, output):
        """Of all inputs. The errors of a sum's terms are counted in the units of the sum: it may be
        smaller than they are."""
        result, sums = {}, kind in ("AddV2", "Sub")
        scale = largest(output) if sums else 0
        for each in inputs:
            grown = largest(each) / scale if scale and self.of(each) else 1.0
            for dtype, count in self.of(each).items():
                result[dtype] = max(result.get(dtype, 0), count * grown)
        return result

    def after(self, kind, inputs, attrs, output):
        dtype, before = name(output.dtype), self.before(kind, inputs, output)
        dtype = {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)

        def more(count, dtype=dtype):
            return {**before, dtype: before.get(dtype, 0) + count} if count else before

        if kind in STEPS and dtype in ("float16", "bfloat16") and not before:
            self.hsv = {}
            return {}
        if kind == "Cast":
            source = name(inputs[0].dtype) if inputs else ""
            narrower = source in TYPES and TYPES.index(dtype) < TYPES.index(source)
            return more(1) if narrower and before else before
        if kind == "RGBToHSV":
            self.hsv = more(TO_HSV)
            return self.hsv
        if kind == "HSVToRGB":
            since = {each: (SECTORS - 1) * max(0, count - self.hsv.get(each, 0))
                     for each, count in before.items()}
            before = {each: count + since[each] for each, count in before.items()}
            return {**before, dtype: before.get(dtype, 0) + FROM_HSV}
        if kind == "ImageProjectiveTransformV3":
            return self.warped(inputs, attrs, dtype)
        if kind == "ResizeBilinear":
            return more(BLEND, "float32")
        if kind in ("ScaleAndTranslate", "ResizeBicubic", "ResizeArea"):
            return more(KERNEL, "float32")
        if kind in ("RFFT", "FFT", "IRFFT"):
            return more(FOURIER)
        if kind in TERMS:
            return more(1 if dtype in ("float16", "bfloat16") else TERMS[kind](inputs, output))
        if kind not in EXACT and kind not in ROUNDED:
            self.unknown.add(kind)
        return more(ROUNDED.get(kind, 0))

    def warped(self, inputs, attrs, dtype):
        """An error of a place is as many of the value as its neighbour differs; a blend rounds to
        the type of the image at the end."""
        images, transforms = inputs[0], inputs[1]
        side, slope = max(images.shape[1:3]), 1.0
        if any(str(each) in ("REFLECT", "NEAREST", "b'REFLECT'", "b'NEAREST'") for each in attrs):
            values = tf.cast(images, "float64")
            steps = [largest(values[:, 1:] - values[:, :-1]), largest(values[:, :, 1:] - values[:, :, :-1])]
            slope = min(1.0, sum(steps) / max(largest(values), 1e-30))
        result = dict(self.of(images))
        for each, count in self.of(transforms).items():
            result[each] = max(result.get(each, 0), slope * side * count)
        result["float32"] = result.get("float32", 0) + WARP + slope * side * PLACE
        if dtype in ("float16", "bfloat16"):
            result[dtype] = result.get(dtype, 0) + 1
        return result

    def precision(self, tensor):
        """{dtype, roundings} of the coarsest type on the way; None where nothing was rounded."""
        counts = self.of(tensor)
        for dtype in TYPES:
            if counts.get(dtype):
                return {"dtype": dtype, "roundings": math.ceil(counts[dtype])}
        return None


@contextlib.contextmanager
def counted():
    count = Count()
    op_callbacks.add_op_callback(count.note)
    try:
        yield count
    finally:
        op_callbacks.remove_op_callback(count.note)
