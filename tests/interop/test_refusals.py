"""What Keras refuses of a layer's parameters and images, we refuse, and name the parameter; what it
takes, we take. odd_settings.py holds what is asked, and where we differ on purpose."""

import inspect
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import keras
import numpy as np
import tensorflow as tf

from odd_settings import COMBINATIONS, IMAGES, KEYS, LAYERS, LEAVE_OUT, OUR_IMAGES, OURS

CLI = os.environ["LAYERBENCH_CLI"]
INPUTS = {
    "images": np.arange(216, dtype="float32").reshape(2, 6, 6, 3),
    "ids": np.array([[1, 2, 3], [3, 2, 0]]),
    "numbers": np.array([[0.5, 1.5], [2.5, -1.0], [0.0, 1.0]], "float32"),
    "words": np.array([["a", "b"], ["c", "d"]]),
    "texts": np.array(["a b", "c a.", ""]),
    "pairs": (np.array(["a", "b"]), np.array([1, 2])),
    "sound": np.sin(np.arange(40, dtype="float32"))[None],
    "waves": np.sin(np.arange(40, dtype="float32"))[None, :, None],
}


def questions():
    """(class, the parameters that were changed, configuration, name of the input)"""
    for kind, (given, works, tried) in LAYERS.items():
        yield kind, (), works, given
        for name, values in tried.items():
            for value in values:
                changed = {**works, name: value}
                if value is LEAVE_OUT:
                    del changed[name]
                yield kind, (name,), changed, given
        for config in COMBINATIONS.get(kind, ()):
            yield kind, tuple(config), config, given


def keys():
    """(class, key, value, configuration as a call of the class or as Keras saves it, its input)"""
    inside = {"layers": [{"class_name": "RandomInvert", "config": {}, "module": "keras.layers",
                          "registered_name": None}]}
    working = {kind: (given, works) for kind, (given, works, _) in LAYERS.items()}
    for kind, (given, works) in {**working, "Pipeline": ("images", inside)}.items():
        made = getattr(keras.layers, kind)
        layer = made.from_config(works) if kind == "Pipeline" else made(**works)
        saved = keras.saving.serialize_keras_object(layer)["config"]
        reads = keras_refuses_key(kind, saved, True) is None  # RandomShear's own it does not
        for key, values in KEYS.items():
            for value in values:
                if key not in works and kind != "Pipeline":
                    yield kind, key, value, {**works, key: value}, given, False
                if reads and key not in saved:
                    yield kind, key, value, {**saved, key: value}, given, True


def keras_refuses_key(kind, config, saved):
    try:
        made = getattr(keras.layers, kind)
        made.from_config(dict(config)) if saved else made(**config)
    except Exception as error:  # whatever Keras says
        return f"{type(error).__name__}: {error}"[:300]
    return None


def input_of(config, given):
    return INPUTS["ids"] if config.get("invert") else INPUTS[given]


def images():
    """(class, shape, dtype, in training, configuration, the images)"""
    for kind, (given, works, _) in LAYERS.items():
        if given != "images" or kind == "MaxNumBoundingBoxes":
            continue
        for shape, dtype in IMAGES:
            x = np.resize(np.arange(256), shape).astype(dtype)
            for training in (False, True):
                yield kind, shape, dtype, training, works, x


def keras_refuses(kind, config, x, training):
    """Why Keras refuses to make or to call the layer; None if it does not."""
    try:
        layer = getattr(keras.layers, kind)(**config)
        if kind == "MaxNumBoundingBoxes":
            return None
        x = tuple(tf.constant(each) for each in x) if isinstance(x, tuple) else tf.constant(x)
        takes = "training" in inspect.signature(layer.call).parameters
        layer(x, training=training) if takes else layer(x)
    except Exception as error:  # whatever Keras says
        return f"{type(error).__name__}: {error}"[:300]
    return None


def names(reason, parameters):
    """Whether a message names one of the parameters."""
    words = reason.replace("_", " ").lower()
    return any(name.replace("_", " ") in words for name in parameters)


def stored(folder, k, value):
    if value.dtype.kind == "U":
        (folder / f"x{k}.json").write_text(json.dumps(value.tolist()))
        return f"x{k}.json"
    np.save(folder / f"x{k}.npy", value)
    return f"x{k}.npy"


class TestRefusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        keras.utils.set_random_seed(1)  # what RandAugment refuses depends on what it draws

    def answers(self, asked):
        """Why we refuse each call (class, configuration, input, training); None where we do not."""
        with tempfile.TemporaryDirectory() as place:
            for i, (kind, config, x, training) in enumerate(asked):
                inputs = x if isinstance(x, tuple) else (x,)
                if kind == "MaxNumBoundingBoxes":
                    inputs = (x, np.zeros((2, 1, 4), "float32"), np.zeros((2, 1), "float32"))
                folder = pathlib.Path(place) / f"{i:05d}"
                folder.mkdir()
                (folder / "case.json").write_text(json.dumps({
                    "layer": {"class_name": kind, "config": config}, "training": training,
                    "inputs": [stored(folder, k, each) for k, each in enumerate(inputs)]}))
            done = subprocess.run([CLI, "conform", place, "--json"], capture_output=True, text=True,
                                  timeout=600, check=False)
        cases = {int(case["path"]): case for case in json.loads(done.stdout)["cases"]}
        self.assertEqual(len(cases), len(asked), done.stderr[-2000:])
        return [cases[i]["reason"] or "refused" if cases[i]["status"] == "failed" else None
                for i in range(len(asked))]

    def test_parameters(self):
        asked = list(questions())
        calls = [(kind, config, input_of(config, given), given == "images")
                 for kind, _, config, given in asked]
        differ, unnamed, used, refused = [], [], set(), 0
        for (kind, changed, config, _), call, ours in zip(asked, calls, self.answers(calls)):
            theirs = keras_refuses(*call)
            refused += theirs is not None
            if (theirs is None) != (ours is None):
                said = [f"{kind}.{name}={config.get(name, 'left out')!r}" for name in changed]
                excused = [each for each in said if each in OURS]
                used.update(excused)
                if not excused:
                    differ.append(f"{' '.join(said)}: Keras {theirs or 'takes it'}; "
                                  f"we {ours or 'take it'}")
            elif ours is not None and names(theirs, changed) and not names(ours, changed):
                unnamed.append(f"{kind}({config}): {ours}")
        print(f"{len(asked)} settings, {refused} refused by Keras")
        self.assertGreater(refused, 500)
        self.assertEqual(differ, [], "\n" + "\n".join(differ))
        self.assertEqual(unnamed, [], "\n" + "\n".join(unnamed))
        self.assertEqual(set(OURS) - used, set(), "no longer true")

    def test_keys(self):
        asked = list(keys())
        ours = self.answers([(kind, config, INPUTS[given], given == "images")
                             for kind, _, _, config, given, _ in asked])
        differ, refused = [], 0
        for (kind, key, value, config, _, saved), reason in zip(asked, ours):
            theirs = keras_refuses_key(kind, config, saved)
            refused += theirs is not None
            if (theirs is None) != (reason is None):
                differ.append(f"{kind}.{key}={value!r}{' as saved' if saved else ''}: "
                              f"Keras {theirs or 'takes it'}; we {reason or 'take it'}")
            elif reason and key not in reason.split(":")[0]:
                differ.append(f"{kind}.{key}={value!r}: {reason}")
        print(f"{len(asked)} keys, {refused} refused by Keras")
        self.assertGreater(refused, 500)
        self.assertEqual(differ, [], "\n" + "\n".join(differ))

    def test_images(self):
        asked = list(images())
        calls = [(kind, config, x, training) for kind, _, _, training, config, x in asked]
        differ, used = [], set()
        for (kind, shape, dtype, training, _, _), call, ours in zip(asked, calls,
                                                                    self.answers(calls)):
            theirs = keras_refuses(*call)
            if (theirs is None) == (ours is None):
                continue
            if (kind, shape, dtype, training) in OUR_IMAGES:
                used.add((kind, shape, dtype, training))
            else:
                differ.append(f"({kind!r}, {shape}, {dtype!r}, {training}): "
                              f"Keras {theirs or 'takes it'}; we {ours or 'take it'}")
        self.assertEqual(differ, [], "\n" + "\n".join(differ))
        self.assertEqual(set(OUR_IMAGES) - used, set(), "no longer true")


if __name__ == "__main__":
    unittest.main()
