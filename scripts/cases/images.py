"""Layers that change images and draw nothing."""

import numpy as np
from keras import layers as L

SAMPLINGS = ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5", "area")


def write(w):
    resized(w)
    for scale, offset in ((1 / 255.0, -0.5), ([1.0, 2.0, 3.0], [0.0, 1.0, 2.0])):
        w.make(lambda: L.Rescaling(scale, offset=offset), w.images())
    w.make(lambda: L.Rescaling(w.number(-2, 2), offset=w.number(-9, 9)),
           w.images(**w.size(), dtype=w.pick("float32", "uint8", "int32")))
    for value_range, high, tolerance in (((0, 255), 255, 1e-2), ((0, 1), 1, 1e-4)):
        size = w.size()
        w.make(lambda: L.AutoContrast(value_range=value_range), w.images(**size, high=high),
               tolerance=tolerance)
        w.make(lambda: L.Equalization(value_range=value_range, bins=w.pick(256, 64)),
               np.floor(w.images(**w.size()) * high / 255) if high == 255
               else w.images(**w.size(), high=1),
               training=True, tolerance=1e-3)


def resized(w):
    for _ in range(8):
        height, width = w.whole(1, 25), w.whole(1, 25)
        how = w.pick({}, {"antialias": True}, {"crop_to_aspect_ratio": True},
                     {"pad_to_aspect_ratio": True, "fill_value": w.number(0, 255)})
        x = w.images(**w.size(), dtype=w.pick("float32", "float32", "uint8"))
        w.make(lambda: L.Resizing(height, width, interpolation=w.pick(*SAMPLINGS), **how), x,
               tolerance=2e-2, note=str(how))
        w.make(lambda: L.CenterCrop(height, width), w.images(**w.size()), tolerance=1e-3)
    x = w.images(1, 8, 6)[0]
    w.make(lambda: L.Resizing(5, 7), x, tolerance=1e-3, note="one image")
    w.make(lambda: L.Resizing(5, 7, data_format="channels_first"),
           np.moveaxis(w.images(), -1, 1), tolerance=1e-3, note="channels first")
