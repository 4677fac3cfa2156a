"""We read what real Keras wrote, predict the same, and refuse what we do not compute."""

import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import h5py
import keras
import numpy as np
from keras import layers

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import hostile_hdf5

CLI = os.environ["LAYERBENCH_CLI"]


def run(*arguments):
    return subprocess.run(
        [CLI, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False
    )


def randomise(model, seed):
    """Other weights than the initial ones, moving variances above zero."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        if "count" in weight.path or "seed" in weight.path:
            continue
        low = 0.5 if "variance" in weight.path else -0.5
        weight.assign(rng.uniform(low, low + 1, weight.shape).astype("float32"))
    for layer in model.layers:
        if isinstance(layer, layers.Normalization):
            layer.finalize_state()  # it keeps copies of its weights
    return model


def pixels(shape, seed=5):
    return np.random.default_rng(seed).integers(0, 256, shape).astype("uint8")


def sequential():
    model = keras.Sequential(
        [
            keras.Input((20, 24, 3), dtype="uint8"),
            layers.Resizing(16, 18),
            layers.Rescaling(1 / 127.5, offset=-1),
            layers.Normalization(),
            layers.RandomFlip(),
            layers.RandomRotation(0.1),
            layers.Conv2D(5, 3, strides=2, padding="same", activation="relu", name="first"),
            layers.BatchNormalization(momentum=0.9, epsilon=0.01),
            layers.MaxPooling2D(2, strides=1, padding="same"),
            layers.Conv2D(4, (2, 3), use_bias=False),
            layers.BatchNormalization(scale=False),
            layers.ReLU(max_value=6),
            layers.AveragePooling2D(2, padding="same"),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(6, activation="tanh"),
            layers.Dense(3),
            layers.Softmax(),
        ]
    )
    return randomise(model, 1)


def functional():
    """Branches of different depth, a shared convolution, and layers that are made in another order
    than the one that Keras saves them in."""
    image = keras.Input((12, 12, 3))
    head = layers.Dense(4, activation="softmax", name="head")
    shared = layers.Conv2D(6, 3, padding="same", name="shared")
    deep = layers.Conv2D(6, 1, name="deep")(image)
    deep = layers.BatchNormalization()(deep)
    deep = layers.Activation("relu")(shared(deep))
    flat = layers.Conv2D(6, 3, padding="same", name="flat")(image)
    flat = layers.BatchNormalization(center=False)(flat)
    left = layers.Add()([deep, flat])
    right = shared(left)
    both = layers.Concatenate()([left, right, flat])
    x = layers.GlobalAveragePooling2D()(both)
    return randomise(keras.Model(image, head(layers.Dense(5)(x))), 2)


def nested():
    """Models within a model, one of them called twice."""
    augment = keras.Sequential(
        [keras.Input((12, 12, 3)), layers.RandomFlip(), layers.Rescaling(2.0)])
    inner = keras.Input((12, 12, 3))
    wide = layers.Conv2D(3, 3, padding="same")(layers.Conv2D(5, 1, activation="relu")(inner))
    block = keras.Model(inner, layers.Add()([wide, inner]))
    image = keras.Input((12, 12, 3))
    x = block(augment(image))
    x = block(layers.Conv2D(3, 1)(x))
    x = keras.Sequential([layers.Flatten(), layers.Dense(4), layers.Dense(2)])(x)
    return randomise(keras.Model(image, x), 4)


def ids(functional):
    """Padded ids; in a graph Keras writes the mask out as an operation of its own."""
    rows = [layers.Embedding(9, 4, mask_zero=True), layers.GlobalAveragePooling1D(),
            layers.Dense(3)]
    if not functional:
        return randomise(keras.Sequential([keras.Input((6,), dtype="int32"), *rows]), 6)
    x = source = keras.Input((6,), dtype="int32")
    for layer in rows:
        x = layer(x)
    return randomise(keras.Model(source, x), 7)


def compiled():
    """Trained for a step, so that the file holds an optimizer's slots."""
    model = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="relu"),
                              layers.Dense(3, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy",
                  metrics=["accuracy"])
    rng = np.random.default_rng(3)
    model.fit(rng.normal(size=(8, 6)), rng.integers(0, 3, 8), verbose=0)
    return model


class ReadsWhatKerasWrote(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write_case(self, model, x, name="case"):
        case = self.folder / name
        case.mkdir()
        model.save(case / "model.keras")
        np.save(case / "x.npy", x)
        np.save(case / "y.npy", model.predict(x, verbose=0))
        (case / "case.json").write_text(json.dumps(
            {"model": "model.keras", "inputs": "x.npy", "predictions": "y.npy",
             "tolerance": 1e-5}))
        return case

    def conform(self, *cases):
        done = run("conform", self.folder, "--json")
        report = json.loads(done.stdout)
        return {case["path"]: case for case in report["cases"]}, done.returncode

    def assertAgrees(self, model, x):
        self.write_case(model, x)
        cases, code = self.conform()
        self.assertEqual((cases["case"]["status"], code), ("agrees", 0), cases["case"])

    def test_predicts_as_keras_does_with_a_sequential_from_pixels(self):
        self.assertAgrees(sequential(), pixels((3, 20, 24, 3)))

    def test_predicts_as_keras_does_with_branches_and_a_shared_layer(self):
        self.assertAgrees(functional(), np.random.default_rng(1).normal(
            size=(3, 12, 12, 3)).astype("float32"))

    def test_predicts_as_keras_does_with_models_within_a_model(self):
        self.assertAgrees(nested(), np.random.default_rng(2).normal(
            size=(3, 12, 12, 3)).astype("float32"))

    def test_predicts_as_keras_does_with_padded_ids(self):
        rows = np.array([[1, 2, 0, 0, 0, 0], [8, 0, 3, 3, 1, 0], [1, 1, 1, 1, 1, 1]], "int32")
        self.assertAgrees(ids(functional=False), rows)

    def test_predicts_as_keras_does_with_a_mask_that_is_written_out(self):
        rows = np.array([[1, 2, 0, 0, 0, 0], [8, 0, 3, 3, 1, 0]], "int32")
        self.assertAgrees(ids(functional=True), rows)

    def test_reads_a_model_that_was_trained(self):
        self.assertAgrees(compiled(), np.ones((2, 6), "float32"))

    def test_reads_deflated_weights(self):
        case = self.write_case(compiled(), np.ones((2, 6), "float32"))
        rewritten = io.BytesIO()
        with zipfile.ZipFile(case / "model.keras") as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        with h5py.File(io.BytesIO(members["model.weights.h5"])) as old:
            with h5py.File(rewritten, "w") as new:
                def copy(name, item):
                    if isinstance(item, h5py.Dataset):
                        packed = {"compression": "gzip"} if item.shape else {}
                        new.create_dataset(name, data=item[()], **packed)
                old.visititems(copy)
        members["model.weights.h5"] = rewritten.getvalue()
        with zipfile.ZipFile(case / "model.keras", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        cases, _ = self.conform()
        self.assertEqual(cases["case"]["status"], "agrees", cases["case"])

    def test_refuses_hostile_weights_with_one_reason(self):
        case = self.write_case(
            keras.Sequential([keras.Input((2,)), layers.Dense(3, use_bias=False)]),
            np.ones((2, 2), "float32"))
        with zipfile.ZipFile(case / "model.keras") as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        good = {"deflated.h5"}
        for name, data in hostile_hdf5.files().items():
            if name in good:
                continue
            with zipfile.ZipFile(case / "model.keras", "w") as archive:
                for member, content in members.items():
                    archive.writestr(member, data if member.endswith(".h5") else content)
            cases, code = self.conform()
            self.assertEqual(cases["case"]["status"], "failed", name)
            self.assertIn("model.weights.h5", cases["case"]["reason"], name)
            self.assertNotEqual(code, 0)

    def test_refuses_what_is_not_computed_here(self):
        class Mine(layers.Layer):
            def call(self, x):
                return x

        x = np.ones((2, 4), "float32")
        image = keras.Input((4,))
        kinds = {
            "Lambda": keras.Sequential([keras.Input((4,)), layers.Lambda(lambda x: x)]),
            "Mine": keras.Sequential([keras.Input((4,)), Mine()]),
            "Multiply": keras.Model(image, image * 2.0),
            "float16": keras.Sequential([keras.Input((4,)), layers.Dense(2, dtype="float16")]),
            "not_equal": keras.Model(image, layers.GlobalAveragePooling1D()(
                layers.Embedding(9, 2)(image), mask=keras.ops.not_equal(image, 0))),
            "output": keras.Model(image, [layers.Dense(2)(image), layers.Dense(3)(image)]),
        }
        for word, model in kinds.items():
            case = self.folder / word
            case.mkdir()
            model.save(case / "model.keras")
            np.save(case / "x.npy", x)
            (case / "case.json").write_text(
                json.dumps({"model": "model.keras", "inputs": "x.npy", "tolerance": 1e-5}))
        cases, code = self.conform()
        self.assertNotEqual(code, 0)
        for word in kinds:
            self.assertEqual(cases[word]["status"], "failed")
            self.assertIn(word, cases[word]["reason"])


if __name__ == "__main__":
    unittest.main()
