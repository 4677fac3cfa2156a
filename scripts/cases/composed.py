"""Layers that are made of others or look at neighbourhoods: tried where Keras has them."""

from keras import layers as L


def write(w):
    if hasattr(L, "ContrastLimitedAdaptiveHistogramEqualization"):
        w.make(lambda: L.ContrastLimitedAdaptiveHistogramEqualization(
            clip_limit=w.number(1, 6), tile_grid_size=w.pick((2, 2), (4, 4), (2, 3))),
            w.images(2, w.pick(16, 17), w.pick(16, 18)), tolerance=1e-2)
    inner = [L.Rescaling(1 / 255.0), L.CenterCrop(w.whole(2, 7), w.whole(2, 9))]
    w.make(lambda: L.Pipeline(inner), w.images(), tolerance=1e-4, note="deterministic")
