"""Every preprocessing layer in the dtype policies that Keras computes it in: 16 bits, float64, and
mixed ones, called with numbers of other types. An answer has to have Keras' dtype, and to be as
close as the roundings of Keras' own operations allow, see roundings.py."""

import copy
import inspect

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from cases import annotated, writer
from cases.roundings import counted

POLICIES = ("float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16")
EACH = 3  # of them for each layer and round
NUMBERS = ("float32", "float32", "float16", "float64")
PIXELS = (*NUMBERS, "uint8", "int32")
SAMPLINGS = ("bilinear", "nearest", "bicubic", "lanczos3", "area")


def write(w):
    for ask in (*FIXED, *NUMERIC, *LOOKED_UP, belonging):
        for policy in w.rng.permutation(POLICIES)[:EACH]:
            ask(w, str(policy))
    for ask in DRAWN:
        for policy, training in zip(w.rng.permutation(POLICIES), (True, True, False)):
            ask(w, str(policy), training)


# --- what is asked


def waves(w, height, width, batch=2, channels=3, high=255):
    """Images whose neighbours are alike, as those of photographs."""
    y, x = np.mgrid[0:height, 0:width]
    made = [[np.sin(w.number(0.2, 0.8) * x + w.number(0.2, 0.8) * y + w.number(0, 6))
             for _ in range(channels)] for _ in range(batch)]
    made = np.moveaxis(np.array(made), 1, -1)
    made = 0.5 + 0.45 * made + 0.05 * w.rng.uniform(-1, 1, made.shape)
    return np.round(made * high, 3)


def pixels(w, high=255, least=4, channels=3, batch=2, dtype=None, whole=False):
    dtype = dtype or w.pick(*(PIXELS if high == 255 else NUMBERS))
    made = waves(w, w.whole(least, least + 3), w.whole(least, least + 3), batch, channels, high)
    whole = high == 255 and (whole or dtype in ("uint8", "int32"))
    return (np.floor(made) if whole else made).astype(dtype)


def on_images(build, **images):
    """`build(w, policy, **value_range)`, asked in training or not; `images`: see pixels()."""
    ranged = "value_range" in inspect.signature(build).parameters

    def ask(w, policy, training=False):
        # ends that no float holds exactly tell where Keras takes them through float32, and ends far
        # from 0 where their difference is taken
        low, high = w.pick((0, 255), (0, 1), (0, 0.3), (-0.7, 1.1), (0.1, 0.3), (10, 20),
                           (3, 250)) if ranged else (0, 255)
        layer = build(w, policy, **({"value_range": (low, high)} if ranged else {}))
        x = pixels(w, high - low, **images)
        asked(w, layer, x + np.array(low, x.dtype) if low else x, policy=policy, training=training)
    return ask


def flat(value):
    """The tensors of a result, in the order in which answers are numbered."""
    if isinstance(value, dict):
        boxes = value.get("bounding_boxes", {})
        found = (value["images"], value.get("segmentation_masks"), boxes.get("boxes"),
                 boxes.get("labels"), value.get("labels"))
        return [each for each in found if each is not None]
    return list(value) if isinstance(value, (tuple, list)) else [value]


def heard(layer, into, seed, count):
    """What `layer` draws in its next call is put into `into`; a seed becomes the noise it stands
    for, which the layer makes of the type of its images."""
    draw = layer.get_random_transformation

    def listen(data, *args, **more):
        t = draw(data, *args, **more)
        if isinstance(t, dict) and "distortion_factor" in t:
            t["seed"] = seed
            images = data["images"] if isinstance(data, dict) else data
            kept = {key: value for key, value in t.items() if key != "seed"}
            kept["noise"] = tf.random.stateless_normal(images.shape[:3], seed=[seed, 0],
                                                       dtype=layer.compute_dtype)
            into.append(kept)
        else:
            into.append(t)
        count.given(t)
        return t

    layer.get_random_transformation = listen


def asked(w, build, x, *, policy, training=False, adapt=None, call=None, uncounted=0):
    """One call as a user makes it: numbers are cast to the policy on the way in. `uncounted`: what
    NumPy rounds on the way, which no operation of TensorFlow tells."""
    kind, note = "policies", f"policy {policy}{', in training' if training else ''}"
    try:
        with counted() as count:
            layer = build()
            kind = type(layer).__name__
            if w.only and kind not in w.only:
                return
            # some write the type of their weights only: read again they have lost a mixed policy
            again = type(layer).from_config(build().get_config())
            if again.dtype_policy != layer.dtype_policy:
                layer = again
            if adapt is not None:
                layer.adapt(adapt)
            draws = []
            if training and isinstance(layer, L.RandomColorJitter):
                t, y = writer.listened(layer, x, count.given)
                draws.append(t)
            elif training:
                if hasattr(layer, "get_random_transformation"):
                    heard(layer, draws, w.whole(0, 1 << 30), count)
                y = layer(copy.deepcopy(x), training=True)
            else:
                y = w.called(layer, x, False, call)
            if isinstance(y, tf.RaggedTensor):
                raise ValueError("rows of different lengths")
            precision = [count.precision(each) for each in flat(y)]
            for each in filter(None, precision):
                each["roundings"] += uncounted
    except Exception as error:  # whatever Keras says
        w.refused.append((kind, note, repr(error)[:160]))
        return
    if any(isinstance(t, dict) and float(t.get("distortion_factor", 1)) == 0 for t in draws):
        w.refused.append((kind, note, "a distortion of 0, by which Keras divides"))
        return
    if count.unknown:
        raise NotImplementedError(f"roundings.py has to say how often {count.unknown} round")
    layer.__dict__.pop("get_random_transformation", None)
    w.make(layer, x, training=training, note=note, expected=y, call=call, tolerance=0.0,
           adapt=adapt, learned=True, transformation=draws[0] if draws else None,
           precision=precision, dtypes=[keras.backend.standardize_dtype(each.dtype) for each in flat(y)])


# --- images


def resizing(w, dtype):
    how = w.pick({}, {"antialias": True}, {"crop_to_aspect_ratio": True},
                 {"pad_to_aspect_ratio": True, "fill_value": w.whole(0, 9)})
    size = w.whole(2, 8), w.whole(2, 8)
    sampling = w.pick(*SAMPLINGS)
    return lambda: L.Resizing(*size, interpolation=sampling, dtype=dtype, **how)


def rescaling(w, dtype):
    scale, offset = w.pick((1 / 127.5, -1.0), ([0.5, 1.0, 2.0], [0.0, 1.0, -2.0]),
                           (w.number(-2, 2), w.number(-9, 9)))
    return lambda: L.Rescaling(scale, offset=offset, dtype=dtype)


def crop(w, dtype):
    size = w.whole(2, 10), w.whole(2, 10)
    return lambda: L.CenterCrop(*size, dtype=dtype)


def random_crop(w, dtype):
    size = w.whole(2, 6), w.whole(2, 6)
    return lambda: L.RandomCrop(*size, dtype=dtype)


def equalization(w, dtype, value_range):
    bins = w.pick(256, 64)
    return lambda: L.Equalization(value_range=value_range, bins=bins, dtype=dtype)


def clahe(w, dtype, value_range):
    clip = w.pick(4.0, w.number(1, 40))
    return lambda: L.ContrastLimitedAdaptiveHistogramEqualization(
        value_range=value_range, clip_limit=clip, tile_grid_size=(2, 2), dtype=dtype)


def moved(kind, *spans, fills=("reflect", "wrap", "constant", "nearest"), **more):
    """A layer that moves pixels, by `spans` of its factors."""
    def build(w, dtype):
        factors = [w.span(*each) for each in spans]
        how = {"fill_mode": w.pick(*fills), "fill_value": w.number(0, 255)} if fills else {}
        how["interpolation"] = w.pick("bilinear", "bilinear", "nearest")
        return lambda: kind(*factors, dtype=dtype, **how, **more)
    return build


def coloured(kind, *spans, **more):
    """A layer that changes colours in a value range, by `spans` of its factors."""
    def build(w, dtype, value_range):
        factors = [w.span(*each) for each in spans]
        return lambda: kind(*factors, value_range=value_range, dtype=dtype, **more)
    return build


def plain(kind, *given, **more):
    return lambda w, dtype: lambda: kind(*given, dtype=dtype, **more)


def blur(w, dtype, value_range):
    how = {"kernel_size": w.pick(3, 5), "sigma": w.number(0.3, 1.0), "value_range": value_range}
    return lambda: L.RandomGaussianBlur(1.0, dtype=dtype, **how)


def jitter(w, dtype, value_range):
    how = {name: w.span(0.1, 0.6) for name in w.pick(
        ("brightness_factor", "contrast_factor"), ("contrast_factor", "saturation_factor"),
        ("hue_factor",))}
    return lambda: L.RandomColorJitter(value_range=value_range, dtype=dtype, **how)


def augment(kind, **more):
    def build(w, dtype, value_range):
        factor = w.number(0.1, 0.6)
        return lambda: kind(value_range=value_range, factor=factor, dtype=dtype, **more)
    return build


def perspective(w, dtype):
    scale = w.number(0.1, 0.6)
    return lambda: L.RandomPerspective(1.0, scale=scale, dtype=dtype)


def elastic(w, dtype):
    scale = w.number(0.3, 1.0)
    return lambda: L.RandomElasticTransform(1.0, scale=scale, dtype=dtype)


def erasing(w, dtype):
    fill = w.number(0, 99)
    return lambda: L.RandomErasing(1.0, scale=(0.05, 0.5), fill_value=fill, dtype=dtype)


FIXED = (
    on_images(resizing),
    on_images(rescaling),
    on_images(crop, channels=1),
    on_images(equalization, whole=True),
    on_images(coloured(L.AutoContrast)),
    on_images(clahe),
)
DRAWN = (
    on_images(plain(L.RandomFlip, "horizontal_and_vertical"), channels=1),
    on_images(random_crop, least=7, channels=1),
    on_images(moved(L.RandomRotation, (-1, 1)), channels=1),
    on_images(moved(L.RandomTranslation, (-0.6, 0.6), (-0.6, 0.6)), channels=1),
    on_images(moved(L.RandomZoom, (-0.6, 0.6), (-0.6, 0.6)), channels=1),
    on_images(moved(L.RandomShear, (0, 0.5), (0, 0.5))),
    on_images(perspective, least=5, channels=1),
    on_images(elastic, least=6, channels=1),
    on_images(erasing),
    on_images(coloured(L.RandomBrightness, (-0.8, 0.8))),
    on_images(coloured(L.RandomContrast, (0.1, 0.9))),
    on_images(coloured(L.RandomHue, (0.1, 0.9))),
    on_images(coloured(L.RandomSaturation, (0.2, 0.8))),
    on_images(coloured(L.RandomSharpness, (0.1, 0.9))),
    on_images(coloured(L.RandomColorDegeneration, (0.1, 0.9))),
    on_images(jitter),
    on_images(coloured(L.RandomPosterization, factor=(2, 6)), whole=True),
    on_images(coloured(L.Solarization, (0.0, 0.4), (0.0, 0.6))),
    on_images(plain(L.RandomGrayscale, 0.7)),
    on_images(coloured(L.RandomInvert, factor=(0.7, 0.9))),
    on_images(blur),
    on_images(augment(L.RandAugment, num_ops=1)),
    on_images(augment(L.AugMix, num_chains=2, chain_depth=1)),
    on_images(plain(L.MixUp, 0.4), batch=3),
    on_images(plain(L.CutMix, (0.3, 0.8)), batch=3),
)


# --- numbers


def normalized(w, policy):
    table = np.round(w.rng.normal((0.0, 2.0, -3.0), (1.0, 3.0, 0.7), (24, 3)), 3)
    axis, invert = w.pick(-1, None), w.pick(True, False)
    # NumPy takes mean and variance in the dtype of the data: a sum rounds as often as it has terms
    adapt = table.astype("float64" if policy == "float64" else "float32")
    asked(w, lambda: L.Normalization(axis=axis, invert=invert, dtype=policy),
          table[:6].astype(w.pick(*NUMBERS)), policy=policy, adapt=adapt,
          uncounted=adapt.size if policy == "float64" else 0)
    asked(w, lambda: L.Normalization(mean=[3.3, 1.0, -2.7], variance=[7.7, 1.1, 0.3], dtype=policy),
          table[:6].astype(w.pick(*NUMBERS)), policy=policy)


def binned(w, policy):
    mode = w.pick("int", "one_hot", "multi_hot", "count")
    values = np.round(w.rng.normal(0, 2, (6, 1)), 2).astype(w.pick(*NUMBERS))
    asked(w, lambda: L.Discretization(bin_boundaries=[-1.0, 0.3, 1.7], output_mode=mode, dtype=policy),
          values, policy=policy)
    asked(w, lambda: L.Discretization(num_bins=5, dtype=policy), values, policy=policy,
          adapt=w.rng.gamma(2.0, 2.0, (60, 1)).astype("float32"))


def encoded(w, policy):
    ids = w.rng.integers(0, 5, (4, 3))
    for mode in ("one_hot", "multi_hot", "count"):
        asked(w, lambda: L.CategoryEncoding(5, output_mode=mode, dtype=policy),
              ids[:, :1] if mode == "one_hot" else ids, policy=policy)
    asked(w, lambda: L.CategoryEncoding(5, output_mode="count", dtype=policy), ids, policy=policy,
          call={"count_weights": np.round(w.rng.random(ids.shape), 3).astype("float32")})


def sounds(w, policy):
    wave = np.sin(np.arange(400) * w.number(0.05, 0.5)) + 0.1 * w.rng.standard_normal(400)
    wave = np.round(wave, 3).astype(w.pick(*NUMBERS))
    mode = w.pick("magnitude", "real", "imag")
    asked(w, lambda: L.MelSpectrogram(fft_length=64, sequence_stride=64, num_mel_bins=8,
                                      sampling_rate=8000, dtype=policy), wave[None], policy=policy)
    asked(w, lambda: L.STFTSpectrogram(mode=mode, frame_length=64, frame_step=64, dtype=policy),
          wave[None, :, None], policy=policy)


NUMERIC = (normalized, binned, encoded, sounds)


# --- words


WORDS = ("alpha", "beta", "gamma", "delta", "Été", "東京")


def words(w, *shape):
    return np.array([w.pick(*WORDS) for _ in range(int(np.prod(shape)))]).reshape(shape)


def hashed(w, policy):
    mode = w.pick("one_hot", "multi_hot", "count")
    shape = (4, 1) if mode == "one_hot" else (3, 2)
    asked(w, lambda: L.Hashing(5, output_mode=mode, dtype=policy), words(w, *shape), policy=policy)
    asked(w, lambda: L.HashedCrossing(5, output_mode="one_hot", dtype=policy),
          (words(w, 4, 1), w.rng.integers(0, 9, (4, 1))), policy=policy)


def looked_up(w, policy):
    mode = w.pick("int", "one_hot", "multi_hot", "count", "tf_idf")
    x = words(w, 4) if mode in ("int", "one_hot") else words(w, 3, 2)
    asked(w, lambda: L.StringLookup(output_mode=mode, dtype=policy), x, policy=policy,
          adapt=words(w, 5, 3))
    mode = w.pick("int", "multi_hot", "count")
    asked(w, lambda: L.IntegerLookup(output_mode=mode, dtype=policy), w.rng.integers(0, 9, (3, 2)),
          policy=policy, adapt=w.rng.integers(0, 7, 20))
    mode = w.pick("int", "multi_hot", "count", "tf_idf", "tf_idf")
    texts = np.array([" ".join(words(w, w.whole(1, 6))) for _ in range(8)])
    asked(w, lambda: L.TextVectorization(output_mode=mode, dtype=policy), texts[:4], policy=policy,
          adapt=texts)


LOOKED_UP = (hashed, looked_up)


# --- what belongs to images


def belonging(w, policy):
    """Masks, boxes and labels with their images: floats are cast with them."""
    how = w.pick(*annotated.FORMATS)
    form = {"bounding_box_format": how, "dtype": policy}
    size = w.whole(4, 8), w.whole(4, 8)
    for training, build in (
        (False, lambda: L.Resizing(*size, **form)), (True, lambda: L.RandomFlip("horizontal", **form)),
        (True, lambda: L.RandomRotation(0.2, **form)), (True, lambda: L.RandomCrop(4, 4, **form)),
        (True, lambda: L.RandomTranslation(0.3, 0.3, **form)), (True, lambda: L.RandomZoom(0.3, **form)),
    ):
        x = annotated.data(w, how, least=5)
        if w.pick(True, False):
            x["images"] = pixels(w, least=5, dtype="float16", batch=len(x["images"]),
                                 channels=x["images"].shape[-1])
            x.pop("segmentation_masks", None)
            x.pop("bounding_boxes", None)
        asked(w, build, x, policy=policy, training=training)
    boxes = annotated.data(w, "xyxy", without=("labels", "segmentation_masks"))
    asked(w, lambda: L.MaxNumBoundingBoxes(3, bounding_box_format="xyxy", dtype=policy), boxes,
          policy=policy)
