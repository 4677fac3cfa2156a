"""Random image layers: Keras draws, both apply; and what they do at inference. RandomColorJitter
keeps its draws to itself, see colours.py."""

import numpy as np
from keras import layers as L

FILLS = ("reflect", "wrap", "constant", "nearest")


def write(w):
    moved(w)
    coloured(w)
    mixed(w)
    at_inference(w)


def moved(w):
    for _ in range(4):
        how = {"fill_mode": w.pick(*FILLS), "interpolation": w.pick("bilinear", "nearest"),
               "fill_value": w.number(0, 255)}
        size = w.size()
        note = " ".join(map(str, how.values()))
        w.drawn(lambda: L.RandomRotation(w.span(-1, 1), **how), w.images(**size), note)
        w.drawn(lambda: L.RandomTranslation(w.span(-0.9, 0.9), w.span(-0.9, 0.9), **how),
                w.images(**size), note)
        w.drawn(lambda: L.RandomZoom(w.span(-0.9, 0.9), w.pick(None, w.span(-0.9, 0.9)), **how),
                w.images(**size), note)
        w.drawn(lambda: L.RandomShear((0.0, w.number(0.05, 0.9)), (0.0, w.number(0.05, 0.9)), **how),
                w.images(**size), note)
        larger = {**size, "height": size["height"] + 2, "width": size["width"] + 2}
        w.drawn(lambda: L.RandomPerspective(1.0, scale=w.number(0.1, 1.0),
                                            fill_value=how["fill_value"],
                                            interpolation=how["interpolation"]),
                w.images(**larger), note, 1e-2)
        w.drawn(lambda: L.RandomCrop(max(1, size["height"] // 2), max(1, size["width"] // 2)),
                w.images(**size))
        w.drawn(lambda: L.RandomErasing(1.0, scale=(0.02, 0.5), fill_value=how["fill_value"]),
                w.images(**size))
    for mode in ("horizontal", "vertical", "horizontal_and_vertical"):
        w.drawn(lambda: L.RandomFlip(mode), w.images(6), mode)
    w.drawn(lambda: L.RandomElasticTransform(1.0, scale=w.number(0.2, 1.0)),
            w.images(2, w.whole(6, 14), w.whole(6, 14)), tolerance=1e-2)


def coloured(w):
    kinds = (L.RandomBrightness, L.RandomContrast, L.RandomHue, L.RandomSaturation,
             L.RandomSharpness, L.RandomColorDegeneration)
    for kind in kinds:
        for value_range, high, tolerance in (((0, 255), 255, 1e-2), ((0, 1), 1, 1e-4)):
            factor = tuple(sorted((w.number(0.0, 1.0), w.number(0.0, 1.0))))
            size = {**w.size(), "channels": 3}
            w.drawn(lambda: kind(factor, value_range=value_range), w.images(**size, high=high),
                    f"{value_range}", tolerance)
    for dtype in ("uint8", "int32"):
        w.drawn(lambda: L.RandomBrightness((-1.0, 1.0)), w.images(**w.size(), dtype=dtype), dtype)
    whole_numbers = np.floor(w.images(4))
    w.drawn(lambda: L.RandomPosterization((2, 6)), whole_numbers, tolerance=1e-2)
    w.make(lambda: L.Solarization((0.0, w.number(0.1, 0.5)), (0.0, w.number(0.1, 0.9))), w.images(4),
           note="at inference")
    w.drawn(lambda: L.Solarization((0.0, 0.4), (0.0, 0.6)), w.images(4), tolerance=1e-2)
    w.drawn(lambda: L.RandomGrayscale(0.5), w.images(6), tolerance=1e-3)
    w.drawn(lambda: L.RandomInvert(0.5), w.images(6), tolerance=1e-3)
    w.drawn(lambda: L.RandomGaussianBlur(1.0, kernel_size=w.pick(3, 5), sigma=w.number(0.3, 1.0)),
            w.images(**{**w.size(), "channels": 3}), tolerance=1e-2)


def mixed(w):
    size = {**w.size(4), "batch": 4}
    w.drawn(lambda: L.MixUp(w.number(0.1, 1.0)), w.images(**size))
    w.drawn(lambda: L.CutMix(w.span(0.2, 0.9)), w.images(**size))


def at_inference(w):
    builds = (lambda: L.RandomRotation(0.3), lambda: L.RandomTranslation(0.2, 0.2),
              lambda: L.RandomZoom(0.4), lambda: L.RandomShear(0.3, 0.3),
              lambda: L.RandomPerspective(1.0), lambda: L.RandomErasing(1.0),
              lambda: L.RandomElasticTransform(1.0), lambda: L.RandomFlip(),
              lambda: L.RandomBrightness(0.4), lambda: L.RandomContrast(0.4),
              lambda: L.RandomHue(0.4), lambda: L.RandomSaturation(0.4),
              lambda: L.RandomSharpness(0.4), lambda: L.RandomColorDegeneration(0.4),
              lambda: L.RandomColorJitter(), lambda: L.RandomPosterization(3),
              lambda: L.RandomGrayscale(), lambda: L.RandomInvert(), lambda: L.RandomGaussianBlur(),
              lambda: L.RandAugment(), lambda: L.AugMix(), lambda: L.MixUp(), lambda: L.CutMix())
    for build in builds:
        w.make(build, w.images(), note="at inference")
    for height, width in ((4, 5), (9, 4), (12, 14)): # smaller, one side larger, both larger
        w.make(lambda: L.RandomCrop(height, width), w.images(), tolerance=1e-3,
               note="at inference")
