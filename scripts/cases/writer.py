"""A case is a call written down: this writes them, and draws what they ask."""

import copy
import inspect
import json

import keras
import numpy as np
import tensorflow as tf


PARTS = {  # of RandomColorJitter: what each draws, and the name under which a case holds it
    "random_brightness": ("rgb_delta", "rgb_delta"),
    "random_contrast": ("contrast_factor", "contrast_factor"),
    "random_saturation": ("factor", "saturation_factor"),
    "random_hue": ("factor", "hue_factor"),
}


def listened(layer, x, given=lambda drawn: None):
    """What RandomColorJitter draws, which it keeps to itself, and its result. `given` hears it, too."""
    drawn = {}
    for attribute, (theirs, ours) in PARTS.items():
        part = getattr(layer, attribute, None)
        if part is None:
            continue

        def draw(*args, _draw=part.get_random_transformation, _theirs=theirs, _ours=ours, **more):
            result = _draw(*args, **more)
            given(result)
            drawn[_ours] = np.array(result[_theirs])
            return result

        part.get_random_transformation = draw
    y = layer(x, training=True)
    return drawn, y


def widened(array):
    """NumPy's files know no bfloat16: it is stored as float32, of which it is the upper half."""
    return array.astype("float32") if array.dtype.name == "bfloat16" else array


def plain(value):
    """What a layer drew, as JSON: tensors are {dtype, shape, value}."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if hasattr(value, "numpy"):
        value = value.numpy()
    if isinstance(value, np.ndarray):
        value = widened(value)
        return {"dtype": str(value.dtype), "shape": list(value.shape), "value": value.tolist()}
    if isinstance(value, np.generic):
        return value.item()
    return value


def serialized(layer):
    whole = keras.saving.serialize_keras_object(layer)
    return {"class_name": whole["class_name"], "config": whole["config"]}


class Writer:
    def __init__(self, out, seed, only=()):
        self.out = out
        self.out.mkdir(parents=True, exist_ok=True)
        self.rng = np.random.default_rng(seed)
        self.only = set(only)
        self.counts = {}
        self.refused = []
        keras.utils.set_random_seed(seed)

    def total(self):
        return sum(self.counts.values())

    # --- what is drawn

    def pick(self, *values):
        return values[self.rng.integers(len(values))]

    def number(self, low, high):
        return float(np.round(self.rng.uniform(low, high), 3))

    def whole(self, low, high):
        """From low to high, the latter excluded."""
        return int(self.rng.integers(low, high))

    def span(self, low=-0.6, high=0.6):
        return tuple(sorted((self.number(low, high), self.number(low, high))))

    def images(self, batch=2, height=7, width=9, channels=3, low=0, high=255, dtype="float32"):
        made = self.rng.random((batch, height, width, channels)) * (high - low) + low
        return made.astype(dtype)

    def size(self, least=2, most=17):
        return {
            "batch": self.whole(1, 4),
            "height": self.whole(least, most),
            "width": self.whole(least, most),
            "channels": self.pick(1, 3, 4),
        }

    # --- what is written

    def save(self, folder, name, value):
        if hasattr(value, "numpy"):
            value = value.numpy()
        value = widened(np.asarray(value))
        if value.dtype.kind not in "SUO":
            np.save(folder / f"{name}.npy", value)
            return f"{name}.npy"
        text = np.vectorize(
            lambda each: each.decode("utf-8") if isinstance(each, bytes) else str(each),
            otypes=[object],
        )
        written = text(value).tolist()
        if value.size == 0:  # an empty list does not say of what
            written = {"dtype": "string", "shape": list(value.shape), "value": written}
        (folder / f"{name}.json").write_text(
            json.dumps(written, ensure_ascii=False), encoding="utf-8"
        )
        return f"{name}.json"

    def saved(self, folder, name, value):
        """The file of an array; a dictionary of images names those of what it holds."""
        if isinstance(value, dict):
            return {key: self.saved(folder, f"{name}_{key}", each) for key, each in value.items()}
        return self.save(folder, name, value)

    def make(self, build, x, *, adapt=None, training=False, tolerance=1e-5, note="",
             transformation=None, expected=None, call=None, learned=False, precision=None,
             dtypes=None):
        """`build` makes the layer: a configuration that Keras refuses is not a case. `learned`: it
        was adapted already. `precision` and `dtypes` of each answer stand in place of one
        tolerance, see roundings.py."""
        kind = getattr(build, "kind", "")
        try:
            layer = build() if callable(build) and not isinstance(build, keras.Layer) else build
            kind = type(layer).__name__
            if self.only and kind not in self.only:
                return
            if adapt is not None and not learned:
                layer.adapt(adapt)
            y = self.called(layer, x, training, call) if expected is None else expected
            if isinstance(y, tf.RaggedTensor):  # its values, and how many of them each row has
                y = (y.flat_values, y.row_lengths())
        except Exception as error:  # whatever Keras says
            self.refused.append((kind, note, repr(error)[:160]))
            return
        folder = self.out / f"{kind}_{self.counts.get(kind, 0):04d}"
        folder.mkdir(exist_ok=True)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        case = {
            "layer": serialized(layer),
            "training": training,
            "expected": [self.save(folder, f"expected{i}", each) for i, each in enumerate(y)]
            if isinstance(y, tuple) else self.saved(folder, "expected", y),
            "tolerance": tolerance,
            "note": note,
            "keras": keras.__version__,
            "backend": keras.backend.backend(),
        }
        if isinstance(x, tuple):
            case["inputs"] = [self.save(folder, f"input{i}", each) for i, each in enumerate(x)]
        elif isinstance(x, dict):
            case["inputs"] = self.saved(folder, "input", x)
        else:
            case["input"] = self.save(folder, "input", x)
        if call:
            case["call"] = {key: self.save(folder, key, value) for key, value in call.items()}
        if adapt is not None:
            case["adapt"] = self.save(folder, "adapt", adapt)
        if transformation is not None:
            case["transformation"] = plain(transformation)
        if precision is not None:
            case["precision"], case["dtypes"] = precision, dtypes
        if hasattr(layer, "get_vocabulary"):
            case["vocabulary"] = [str(token) for token in layer.get_vocabulary()]
        (folder / "case.json").write_text(
            json.dumps(case, ensure_ascii=False, indent=1, sort_keys=True, default=keras.saving.serialize_keras_object),
            encoding="utf-8",
        )

    def written(self, kind, layer, tables, y, note, tolerance=1e-5):
        """A case whose inputs are columns by name: `tables` has "input" and "adapt"."""
        folder = self.out / f"{kind}_{self.counts.get(kind, 0):04d}"
        folder.mkdir(exist_ok=True)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        case = {
            "layer": layer,
            "training": False,
            "expected": [self.save(folder, f"expected{i}", each) for i, each in enumerate(y)]
            if isinstance(y, list) else self.save(folder, "expected", y),
            "tolerance": tolerance,
            "note": note,
            "keras": keras.__version__,
            "backend": keras.backend.backend(),
        }
        for field, table in tables.items():  # names of columns are no names of files
            case[field] = {name: self.save(folder, f"{field}{i}", values)
                           for i, (name, values) in enumerate(table.items())}
        (folder / "case.json").write_text(
            json.dumps(case, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")

    @staticmethod
    def called(layer, x, training, call):
        given = tuple(tf.constant(each) for each in x) if isinstance(x, tuple) else x
        given = copy.deepcopy(given) if isinstance(given, dict) else given  # Keras writes into it
        if "training" in inspect.signature(layer.call).parameters:
            return layer(given, training=training)
        return layer(given, **(call or {}))

    def applied(self, layer, x):
        """What `layer` drew, and its result. Keras keeps a seed in place of an elastic transform's
        noise, which nobody else could draw: the case holds the noise."""
        if type(layer).__name__ == "RandomColorJitter":
            return listened(layer, x)
        images = x["images"] if isinstance(x, dict) else x
        t = layer.get_random_transformation(images, training=True)
        bends = isinstance(t, dict) and "distortion_factor" in t
        if bends:
            t["seed"] = self.whole(0, 1 << 30)
        if isinstance(x, dict):
            layer.get_random_transformation = lambda *args, **more: t
            y = layer(copy.deepcopy(x), training=True)
            del layer.get_random_transformation
        else:
            y = layer.transform_images(tf.convert_to_tensor(x), t, training=True)
        if bends:
            first = layer.data_format == "channels_first"
            batch = images.shape[0] if len(images.shape) == 4 else 1
            sides = images.shape[-2:] if first else images.shape[-3:-1]
            t["noise"] = tf.random.stateless_normal((batch, *sides), seed=[t.pop("seed"), 0])
        return t, y

    def drawn(self, build, x, note="", tolerance=1e-4):
        """Lets Keras draw, and stores what it drew and the result of applying exactly that."""
        kind = "drawn"
        try:
            layer = build()
            kind = type(layer).__name__
            if self.only and kind not in self.only:
                return
            t, y = self.applied(layer, x)
        except Exception as error:  # whatever Keras says
            self.refused.append((kind, note, repr(error)[:160]))
            return
        self.make(layer, x, training=True, tolerance=tolerance, note=note, transformation=t,
                  expected=y)
