"""Images with what belongs to them: masks, boxes in every format, labels."""

import keras
import numpy as np
from keras import layers as L

FORMATS = ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh",
           "rel_center_xywh")
FILLS = ("reflect", "wrap", "constant", "nearest")


def write(w):
    for _ in range(3):
        fixed(w)
        drawn(w)
    at_inference(w)
    passed(w)
    composed(w)


def boxes(w, shape, count, how):
    """Some reach beyond the image, some lie outside, some are empty or stand for none."""
    height, width = shape
    ends = np.sort(w.rng.uniform(-0.3, 1.3, (count, 2, 2)), axis=1)
    made = (ends * (width, height)).reshape(count, 4).astype("float32")
    made = np.array(keras.utils.bounding_boxes.convert_format(made, "xyxy", how, height, width))
    for row in range(count):
        made[row] = w.pick(made[row], made[row], made[row], made[row], -1.0, 0.0)
    return made


def data(w, how, first=False, least=3, real=False, without=(), dtype=""):
    """A dictionary of images; `how` its boxes are told; `real`: masks are float32."""
    size = {**w.size(least), "channels": w.pick(1, 3)}
    batch, shape = size["batch"], (size["height"], size["width"])
    count = w.whole(0, 5)
    masks = w.rng.integers(0, 4, (batch, *shape, 1))
    made = {
        "images": w.images(**size, dtype=dtype or w.pick("float32", "uint8")),
        "segmentation_masks": masks.astype("float32" if real else w.pick("float32", "int32", "uint8")),
        "bounding_boxes": {
            "boxes": np.stack([boxes(w, shape, count, how) for _ in range(batch)]),
            "labels": w.rng.integers(0, 6, (batch, count)).astype(w.pick("float32", "int32")),
        },
        "labels": np.eye(4, dtype="float32")[w.rng.integers(0, 4, batch)],
    }
    for key in without or (w.pick("labels", "labels", "segmentation_masks", "bounding_boxes", ""),):
        made.pop(key, None)
    if first:
        for key in {"images", "segmentation_masks"} & made.keys():
            made[key] = np.moveaxis(made[key], -1, 1)
    return made


def single(made):
    return {key: single(value) if isinstance(value, dict) else value[0]
            for key, value in made.items()}


def asked(w, build, note, *, ask, tolerance=1e-4, **more):
    """One call with a batch or one image, channels last or first, and a format of boxes."""
    how, first, one = w.pick(*FORMATS), w.pick(False, False, True), w.pick(False, False, True)
    form = {"bounding_box_format": how, "data_format": "channels_first" if first else "channels_last"}
    made = data(w, how, first, **more)
    ask(lambda: build(**form), single(made) if one else made, note=f"{note} {how}", tolerance=tolerance)


def fixed(w):
    fit = w.pick({}, {"crop_to_aspect_ratio": True}, {"pad_to_aspect_ratio": True, "fill_value": w.whole(0, 9)})
    sampling = w.pick("bilinear", "nearest", "bicubic", "area")
    height, width = w.whole(1, 20), w.whole(1, 20)
    asked(w, lambda **form: L.Resizing(height, width, interpolation=sampling, **fit, **form),
          str(fit), ask=w.make, tolerance=2e-2)
    asked(w, lambda **form: L.CenterCrop(height, width, **form), "", ask=w.make, tolerance=1e-3)


def drawn(w):
    how = {"fill_mode": w.pick(*FILLS), "interpolation": w.pick("bilinear", "nearest"),
           "fill_value": w.number(0, 9)}
    note = " ".join(map(str, how.values()))
    builds = (
        lambda **form: L.RandomRotation(w.span(-1, 1), **how, **form),
        lambda **form: L.RandomTranslation(w.span(-0.9, 0.9), w.span(-0.9, 0.9), **how, **form),
        lambda **form: L.RandomZoom(w.span(-0.9, 0.9), w.pick(None, w.span(-0.9, 0.9)), **how, **form),
        lambda **form: L.RandomShear((0.0, w.number(0.05, 0.9)), (0.0, w.number(0.05, 0.9)), **how,
                                     **form),
        lambda **form: L.RandomFlip(
            w.pick("horizontal", "vertical", "horizontal_and_vertical"), **form),
        lambda **form: L.RandomErasing(1.0, scale=(0.02, 0.5), fill_value=how["fill_value"], **form),
    )
    for build in builds:
        asked(w, build, note, ask=w.drawn)
    for height, width in ((w.whole(1, 5), w.whole(1, 5)), (w.whole(2, 20), w.whole(2, 20))):
        asked(w, lambda **form: L.RandomCrop(height, width, **form), "", ask=w.drawn, tolerance=1e-3,
              least=5)
    asked(w, lambda **form: L.RandomPerspective(w.pick(0.5, 1.0), scale=w.number(0.1, 0.6),
                                                fill_value=how["fill_value"], **form),
          "", ask=w.drawn, tolerance=1e-2, least=5)
    asked(w, lambda **form: L.RandomElasticTransform(1.0, scale=w.number(0.2, 1.0), **form), "",
          ask=w.drawn, tolerance=1e-2, least=6, real=True, without=("bounding_boxes",))


def at_inference(w):
    builds = (lambda **form: L.RandomRotation(0.3, **form),
              lambda **form: L.RandomTranslation(0.2, 0.2, **form),
              lambda **form: L.RandomZoom(0.4, **form), lambda **form: L.RandomShear(0.3, 0.3, **form),
              lambda **form: L.RandomPerspective(1.0, **form), lambda **form: L.RandomFlip(**form),
              lambda **form: L.RandomErasing(1.0, **form), lambda **form: L.RandAugment(**form),
              lambda **form: L.AugMix(**form))
    for build in builds:
        asked(w, build, "at inference", ask=w.make)
    for height, width in ((3, 4), (w.whole(2, 20), w.whole(2, 20))):
        asked(w, lambda **form: L.RandomCrop(height, width, **form), "at inference", ask=w.make,
              tolerance=1e-3, least=5)


def passed(w):
    """Layers that change colours only, and one that changes boxes only."""
    asked(w, lambda **form: L.RandomBrightness(0.3, **form), "", ask=w.drawn, tolerance=1e-2)
    asked(w, lambda **form: L.AutoContrast(**form), "", ask=w.make, tolerance=1e-2)
    number = w.whole(1, 5)
    w.make(lambda: L.MaxNumBoundingBoxes(number, bounding_box_format="xyxy"),
           data(w, "xyxy", without=("labels",)), note="with masks")


def composed(w):
    for _ in range(2):
        asked(w, lambda **form: L.RandAugment(num_ops=w.pick(1, 2, 3), factor=w.number(0.1, 0.9),
                                              **form), "", ask=w.drawn, tolerance=1e-2)
        asked(w, lambda **form: L.AugMix(num_chains=w.pick(1, 2), chain_depth=w.pick(1, 2), **form),
              "", ask=w.drawn, tolerance=1e-2, real=True)
    if w.only and "Pipeline" not in w.only:
        return
    form = {"bounding_box_format": w.pick(*FORMATS)}
    layers = [L.RandomFlip(**form), L.Resizing(w.whole(6, 13), w.whole(6, 13), **form),
              L.RandomTranslation(w.span(), w.span(), **form), L.AutoContrast(**form),
              L.RandomZoom(w.span(), **form), L.MaxNumBoundingBoxes(3, **form)]
    x = data(w, form["bounding_box_format"], least=4, without=("labels",))
    transformations, y = [], x
    for layer in layers:
        if hasattr(layer, "generator"):
            t, y = w.applied(layer, y)
        else:
            t, y = None, layer(dict(y))
        transformations.append(t)
    w.make(L.Pipeline(layers), x, training=True, tolerance=1e-2, note="masks and boxes, drawn",
           transformation=transformations, expected=y)
