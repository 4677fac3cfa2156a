"""Colours of images, in configurations that the first golden cases do not ask: channels first, one
image, integers, odd sizes, other value ranges, inference; CLAHE, and RandomColorJitter, which keeps
its draws to itself: they are listened to."""

import numpy as np
from keras import layers as L

PARTS = {  # of RandomColorJitter: what it draws, and the name under which a case holds it
    "random_brightness": ("rgb_delta", "rgb_delta"),
    "random_contrast": ("contrast_factor", "contrast_factor"),
    "random_saturation": ("factor", "saturation_factor"),
    "random_hue": ("factor", "hue_factor"),
}


def listen(layer, into):
    """What `layer` draws in its next call is put into `into`."""
    parts = PARTS if isinstance(layer, L.RandomColorJitter) else {"": None}
    for attribute, names in parts.items():
        part = getattr(layer, attribute) if attribute else layer
        if part is None:
            continue

        def draw(*args, _draw=part.get_random_transformation, _names=names, **kwargs):
            drawn = _draw(*args, **kwargs)
            if _names:
                into[_names[1]] = np.array(drawn[_names[0]])
            else:
                into[""] = drawn
            return drawn

        part.get_random_transformation = draw


def ask(w, build, x, training, tolerance, note=""):
    """One call as a user makes it; in training with what was drawn."""
    try:
        layer = build()
        if w.only and type(layer).__name__ not in w.only:
            return
        drawn = {}
        listen(layer, drawn)
        y = layer(x, training=training)
    except Exception as error:  # whatever Keras says
        w.refused.append(("colours", note, repr(error)[:160]))
        return
    if not training:
        drawn = None
    elif "" in drawn:
        drawn = drawn[""]
    w.make(layer, x, training=training, tolerance=tolerance, note=note, transformation=drawn,
           expected=y)


def end(w, low, high):
    """A factor as a single number or as both ends."""
    return w.pick(w.number(max(low, -high), high), w.span(low, high))


def setting(w, integers=True):
    """A value range, where the channels stand, and a dtype that go together."""
    low, high = w.pick((0, 255), (0, 255), (0, 1), (-1, 1), (0.0, 100.0))
    dtype = w.pick("float32", "float32", "uint8", "int32")
    return {
        "low": low,
        "high": high,
        "format": w.pick("channels_last", "channels_last", "channels_first"),
        "dtype": dtype if integers and high >= 100 else "float32",
    }


def image(w, setting, channels, least=1):
    height, width = w.whole(least, least + 13), w.whole(least, least + 13)
    x = w.images(w.whole(1, 5), height, width, channels, setting["low"], setting["high"], "float64")
    step = (setting["high"] - setting["low"]) / 4
    if w.pick(True, False):
        x = np.round(x / step) * step  # few values, so that some channels are flat
    x = (np.floor(x) if setting["dtype"] != "float32" else x).astype(setting["dtype"])
    if setting["format"] == "channels_first":
        x = np.ascontiguousarray(x.transpose(0, 3, 1, 2))
    return x if w.pick(True, True, False) else x[0]


def clahe(w):
    s = setting(w)
    rows, columns = w.whole(1, 5), w.whole(1, 5)
    ask(w, lambda: L.ContrastLimitedAdaptiveHistogramEqualization(
        value_range=(s["low"], s["high"]), clip_limit=w.pick(4.0, 4.0, 0, 1.0, w.number(0.5, 40)),
        tile_grid_size=(rows, columns), data_format=s["format"]),
        image(w, s, w.pick(1, 3, 4), (max(rows, columns) + 1) // 2), w.pick(True, False), 1e-4)


def color_jitter(w):
    s = {**setting(w), "format": "channels_last"}
    color = w.pick(True, True, False)
    ask(w, lambda: L.RandomColorJitter(
        value_range=(s["low"], s["high"]),
        brightness_factor=w.pick(None, end(w, -1, 1)),
        contrast_factor=w.pick(None, end(w, 0, 1)),
        saturation_factor=w.pick(None, end(w, -0.5, 0.9)) if color else None,
        hue_factor=w.pick(None, end(w, 0, 1)) if color else None,
        data_format=w.pick("channels_last", "channels_last", "channels_first")), # Keras ignores it
        image(w, s, 3 if color else w.pick(1, 2, 5)), w.pick(True, True, True, False), 1e-3)


def others(w):
    s = setting(w)
    floats = {**s, "dtype": "float32"}
    training = w.pick(True, True, True, False)
    tolerance = 1e-4 if s["high"] == 1 else 1e-3
    how = {"value_range": (s["low"], s["high"]), "data_format": s["format"]}
    any_channels = lambda: w.pick(1, 3, 5)

    def one(build, channels, tolerance=tolerance, setting=s):
        ask(w, build, image(w, setting, channels), training, tolerance)

    one(lambda: L.AutoContrast(**how), any_channels())
    one(lambda: L.Equalization(bins=w.pick(256, 256, 2, 10, 1000), **how), any_channels())
    one(lambda: L.Solarization(end(w, 0, 1), end(w, 0, 1), **how), any_channels())
    one(lambda: L.RandomPosterization(w.pick(w.whole(2, 9), (2, 6), (3, 3), (0, 9)), **how),
        any_channels(), 1e-5)
    one(lambda: L.RandomInvert(w.pick(end(w, 0, 1), (1.0, 1.0)), **how), any_channels(), 1e-5)
    one(lambda: L.RandomGrayscale(w.number(0, 1), data_format=s["format"]), w.pick(3, 3, 1), 1e-5)
    # eager Keras adds to integers as integers, and bytes wrap
    one(lambda: L.RandomBrightness(end(w, -1, 1), **how), any_channels())
    one(lambda: L.RandomHue(end(w, 0, 1), **how), 3)
    one(lambda: L.RandomSaturation(end(w, -0.5, 0.9), **how), 3, setting=floats if training else s)
    one(lambda: L.RandomSharpness(end(w, 0, 1), **how), any_channels())
    one(lambda: L.RandomColorDegeneration(end(w, -1, 1), **how), w.pick(3, 3, 1))
    one(lambda: L.RandomGaussianBlur(
        w.pick(end(w, 0, 1), (1.0, 1.0)), kernel_size=w.pick(1, 3, (3, 5), (7, 1)),
        sigma=w.pick(w.number(0, 1), w.span(0.1, 1)), **how), any_channels())


def write(w):
    others(w)
    for _ in range(2):
        clahe(w)
        color_jitter(w)
