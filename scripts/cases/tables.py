"""Whole tables: FeatureSpace with features of every type, layers of one's own, and crosses. Keras
learns from 32 rows at a time."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L
from keras.utils import FeatureSpace as F

from cases.strings import WORDS

NAMES = ("age", "Fare", "sex", "class", "deck", "z", "été", "a_b", "port", "n")


def write(w):
    if w.only and "FeatureSpace" not in w.only:
        return
    for mode in ("concat", "concat", "dict", "dict", "concat"):
        space(w, mode)


def column(w, dtype, rows):
    if dtype == "string":
        pool = [w.pick(*WORDS) for _ in range(6)]
        return np.array([w.pick(*pool) for _ in range(rows)])
    if dtype == "int32":
        return w.rng.integers(-4, w.whole(2, 40), rows)
    return np.round(w.rng.normal(w.number(-3, 3), w.number(0.1, 9), rows), 3).astype("float32")


def named(w):
    """A type by its name, and the dtype of its column."""
    return w.pick(
        ("float", "float32"), ("float_rescaled", "float32"), ("float_normalized", "float32"),
        ("float_discretized", "float32"), ("integer_categorical", "int32"),
        ("string_categorical", "string"), ("integer_hashed", "int32"), ("string_hashed", "string"),
    )


def made(w, mode):
    """A feature with settings of its own."""
    ids = w.pick("int", "one_hot") if mode == "dict" else "one_hot"
    return w.pick(
        lambda: (F.float_rescaled(w.number(-2, 2), w.number(-2, 2)), "float32"),
        lambda: (F.float_discretized(w.whole(2, 9), output_mode=ids), "float32"),
        lambda: (F.integer_categorical(w.pick(None, 5), w.pick(1, 2, 3), ids), "int32"),
        lambda: (F.string_categorical(w.pick(None, 4), w.pick(1, 2), ids), "string"),
        lambda: (F.integer_hashed(w.whole(2, 20), ids), "int32"),
        lambda: (F.string_hashed(w.whole(2, 20), ids), "string"),
        lambda: (F.feature("string", L.TextVectorization(output_mode="tf_idf"), "float"), "string"),
        lambda: (F.feature("int32", L.Hashing(num_bins=7, salt=w.whole(1, 99)), ids), "int32"),
        lambda: (F.feature("string", L.StringLookup(mask_token="", num_oov_indices=2), ids), "string"),
    )()


def space(w, mode):
    rows = w.pick(5, 31, 32, 33, 70)
    features, dtypes, ids = {}, {}, []
    for name in w.rng.permutation(NAMES)[: w.whole(1, 7)].tolist():
        features[name], dtypes[name] = named(w) if w.pick(True, False) else made(w, mode)
        text = features[name] if isinstance(features[name], str) else ""
        own = getattr(features[name], "preprocessor", None)
        if text.split("_")[-1] in ("discretized", "categorical", "hashed") or (
            isinstance(own, (L.Hashing, L.Discretization, L.StringLookup, L.IntegerLookup))
        ):
            ids.append(name)
    crosses = []
    for _ in range(w.whole(0, 3) if len(ids) > 1 else 0):
        chosen = w.rng.permutation(ids)[:2].tolist()  # Keras refuses more in a space
        out = w.pick("int", "one_hot") if mode == "dict" else "one_hot"
        crosses.append(w.pick(tuple(chosen), F.cross(chosen, w.whole(2, 30), out)))
    sizes = {"crossing_dim": w.whole(2, 40), "hashing_dim": w.whole(2, 40),
             "num_discretization_bins": w.whole(2, 12)}
    table = {name: column(w, dtype, rows) for name, dtype in dtypes.items()}
    asked = {name: column(w, dtype, 6) for name, dtype in dtypes.items()}
    for name, values in asked.items():  # seen and unseen ones
        asked[name] = np.where(w.rng.random(6) < 0.6, w.rng.choice(table[name], 6), values)
    shape = w.pick("list", "column", "value")
    if shape == "column":
        asked = {name: values[:, None] for name, values in asked.items()}
    elif shape == "value":
        asked = {name: values[0] for name, values in asked.items()}
    make(w, lambda: F(features, output_mode=mode, crosses=crosses, **sizes), table, asked,
         f"{mode} of {len(features)}, {len(crosses)} crosses, {rows} rows, {shape}")


def constant(value):
    value = np.asarray(value)
    return tf.constant(value.tolist() if value.dtype.kind == "U" else value)


def make(w, build, table, asked, note):
    try:
        layer = build()
        # before it learns: bins stand in the configuration afterwards
        whole = keras.saving.serialize_keras_object(layer)
        layer.adapt(tf.data.Dataset.from_tensor_slices({k: constant(v) for k, v in table.items()}))
        y = layer({name: constant(value) for name, value in asked.items()})
    except Exception as error:  # whatever Keras says
        w.refused.append(("FeatureSpace", note, repr(error)[:160]))
        return
    w.written(
        "FeatureSpace", {"class_name": whole["class_name"], "config": whole["config"]},
        {"input": asked, "adapt": table},
        list(y.values()) if isinstance(y, dict) else y, note)
