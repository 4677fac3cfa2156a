"""Layers that are made of others, and layers that change what belongs to images: tried where Keras
has them."""

import numpy as np
import tensorflow as tf
from keras import layers as L


def write(w):
    inner = [L.Rescaling(1 / 255.0), L.CenterCrop(w.whole(2, 7), w.whole(2, 9))]
    w.make(lambda: L.Pipeline(inner), w.images(), tolerance=1e-4, note="deterministic")
    chosen(w)
    chained(w)
    boxes(w)
    labelled(w)


def chosen(w):
    """Layers that choose among others."""
    if not hasattr(L, "AugMix"):
        return
    for value_range, high in (((0, 255), 255), ((0, 1), 1)):
        size = {**w.size(2, 33), "channels": w.pick(1, 3)}
        w.drawn(lambda: L.RandAugment(value_range=value_range, num_ops=w.pick(0, 1, 2, 3),
                                      factor=w.pick(w.number(0.1, 0.9), (0.1, 0.4)),
                                      interpolation=w.pick("nearest", "bilinear")),
                w.images(**size, high=high), tolerance=1e-2)
        w.drawn(lambda: L.AugMix(value_range=value_range, num_chains=w.pick(0, 1, 2, 3),
                                 chain_depth=w.pick(1, 2, 3),
                                 factor=w.pick(w.number(0.1, 0.9), (0.1, 0.4)),
                                 alpha=w.number(0.5, 2), all_ops=w.pick(True, False),
                                 interpolation=w.pick("nearest", "bilinear")),
                w.images(**size, high=high), tolerance=1e-2)


def chained(w):
    """A pipeline of layers that draw: a list with an entry for each of them."""
    layers = [L.RandomFlip(), L.Resizing(w.whole(6, 13), w.whole(6, 13)), L.RandomCrop(5, 4),
              L.RandomTranslation(w.span(), w.span()), L.Rescaling(1 / 255.0)]
    if w.only and "Pipeline" not in w.only:
        return
    x = w.images(**{**w.size(4), "channels": 3})
    drawn, y = [], tf.convert_to_tensor(x)
    for layer in layers:
        if hasattr(layer, "get_random_transformation"):
            t, y = w.applied(layer, y)
        else:
            t, y = None, layer(y)
        drawn.append(t)
    w.make(L.Pipeline(layers), x, training=True, tolerance=1e-2, note="drawn",
           transformation=drawn, expected=y)


def boxes(w):
    """Images, boxes and labels in, and the same out."""
    if w.only and "MaxNumBoundingBoxes" not in w.only:
        return
    count, number = w.whole(0, 6), w.whole(1, 5)
    x = w.images(3)
    box = w.rng.random((3, count, 4)).astype("float32")
    label = w.rng.integers(0, 5, (3, count)).astype("float32")
    layer = L.MaxNumBoundingBoxes(number, bounding_box_format="rel_xyxy")
    y = layer({"images": x, "bounding_boxes": {"boxes": box, "labels": label}})
    w.make(layer, (x, box, label), note=f"{count} boxes of {number}",
           expected=(y["images"], y["bounding_boxes"]["boxes"], y["bounding_boxes"]["labels"]))


def labelled(w):
    """Labels are mixed with their images."""
    for kind in (L.MixUp, L.CutMix):
        if w.only and kind.__name__ not in w.only:
            continue
        layer, images = kind(), w.images(5)
        labels = np.eye(4, dtype="float32")[w.rng.integers(0, 4, 5)]
        t, y = w.applied(layer, images)
        mixed = layer.transform_labels(tf.convert_to_tensor(labels), t, training=True)
        w.make(layer, (images, labels), training=True, tolerance=1e-4, note="with labels",
               transformation=t, expected=(y, mixed))
