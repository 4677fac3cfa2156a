"""Numbers: normalisation, bins, encodings."""

import numpy as np
from keras import layers as L


def write(w):
    normalized(w)
    binned(w)
    encoded(w)


def normalized(w):
    spread, middle = w.rng.uniform(0.01, 100, 3), w.rng.uniform(-50, 50, 3)
    table = (w.rng.standard_normal((40, 3)) * spread + middle).astype("float32")
    for axis in (-1, None):
        invert = w.pick(True, False)
        w.make(lambda: L.Normalization(axis=axis, invert=invert), table[:7], adapt=table,
               tolerance=1e-3, note=f"{axis} {invert}")
    w.make(lambda: L.Normalization(axis=w.pick((1, 2), 1, (2,))),
           w.rng.random((3, 4, 5)).astype("float32"),
           adapt=w.rng.random((20, 4, 5)).astype("float32"), tolerance=1e-4)
    w.make(lambda: L.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 0.0, 0.25]), table[:9],
           tolerance=1e-3)


def binned(w):
    gamma = lambda rows: w.rng.gamma(2.0, 2.0, (rows, 1)).astype("float32")
    for _ in range(3):
        bins, epsilon = w.whole(2, 30), w.pick(0.01, 0.05, 0.1)
        w.make(lambda: L.Discretization(num_bins=bins, epsilon=epsilon), gamma(20),
               adapt=gamma(w.whole(50, 2000)), note=f"{bins} bins, epsilon {epsilon}")
    edges = sorted({w.number(-3, 3) for _ in range(w.whole(1, 6))})
    for mode in ("int", "one_hot", "multi_hot", "count"):
        x = np.array([[-2.0], [edges[0]], [0.0], [edges[-1]], [9.0]], "float32")
        if mode == "int":
            x = np.array([[-2.0, edges[0], 0.0, 2.49, edges[-1], np.inf, -np.inf]], "float32")
        w.make(lambda: L.Discretization(bin_boundaries=edges, output_mode=mode), x, note=mode)


def encoded(w):
    tokens = w.whole(2, 12)
    ids = w.rng.integers(0, tokens, (w.whole(1, 6), w.whole(1, 5)))
    for mode in ("multi_hot", "count"):
        w.make(lambda: L.CategoryEncoding(tokens, output_mode=mode), ids, note=mode)
    w.make(lambda: L.CategoryEncoding(tokens, output_mode="one_hot"), ids[:, :1], note="one_hot")
    w.make(lambda: L.CategoryEncoding(tokens, output_mode="count"), ids, note="weights",
           call={"count_weights": w.rng.random(ids.shape).astype("float32")})
