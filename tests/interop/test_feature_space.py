"""FeatureSpaces that Keras saved, read here, and the other way: alone, within a model, and the template
from raw rows to the same probabilities."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

import keras
import numpy as np
import tensorflow as tf
from keras.utils import FeatureSpace

CLI = os.environ["LAYERBENCH_CLI"]

TABLE = {  # not in the order of the alphabet, and with two layers of one class
    "sex": ["m", "f", "f", "x", "m", "f"],
    "age": [1.0, 2.0, 3.5, 40.0, 7.25, 19.0],
    "cls": [1, 2, 2, 3, 1, 1],
    "boat": ["A", "B", "B", "C", "D", "A"],
    "code": [11, 12, 13, 14, 12, 12],
    "fare": [7.0, 8.0, 9.0, 100.0, 3.0, 0.5],
    "z": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    "again": [5.0, 2.0, 1.0, 0.0, 9.0, 4.0],
}


def cli(*arguments):
    done = subprocess.run([CLI, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                          check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def table(rows=slice(None)):
    return {name: tf.constant(values[rows]) for name, values in TABLE.items()}


def columns():
    return {name: tf.constant([[value] for value in values]) for name, values in TABLE.items()}


def space():
    """Made by Keras, adapted on the table."""
    made = FeatureSpace(
        features={
            "sex": "string_categorical", "age": "float_discretized", "cls": "integer_categorical",
            "boat": FeatureSpace.string_categorical(max_tokens=3), "code": "integer_hashed",
            "fare": "float_normalized", "z": "float", "again": "float_normalized",
        },
        crosses=[("sex", "cls"), FeatureSpace.cross(("boat", "sex"), crossing_dim=5)],
        crossing_dim=8, hashing_dim=6, num_discretization_bins=3,
    )
    made.adapt(tf.data.Dataset.from_tensor_slices(table()))
    return made


class TestFeatureSpace(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name)
        self.rows = self.folder / "rows.json"
        self.rows.write_text(json.dumps(TABLE))
        self.answers = self.folder / "answers.npy"

    def predicted(self, model, rows=None):
        cli("predict", model, "--input", rows or self.rows, "--output", self.answers)
        return np.load(self.answers)

    def test_a_space_that_keras_saved(self):
        made = space()
        made.save(self.folder / "space.keras")
        np.testing.assert_allclose(self.predicted(self.folder / "space.keras"),
                                   np.array(made(table())), atol=1e-6, rtol=0)

    def test_a_model_around_a_space_that_keras_saved(self):
        made = space()
        output = keras.layers.Dense(2, activation="softmax")(made.get_encoded_features())
        model = keras.Model(made.get_inputs(), output)
        model.save(self.folder / "model.keras")
        np.testing.assert_allclose(self.predicted(self.folder / "model.keras"),
                                   model.predict(columns(), verbose=0), atol=1e-6, rtol=0)

    def test_a_space_of_several_values_is_refused_with_the_reason(self):
        made = FeatureSpace(features={"age": "float_normalized", "z": "float"}, output_mode="dict")
        made.adapt(tf.data.Dataset.from_tensor_slices({"age": [1.0, 2.0], "z": [3.0, 4.0]}))
        made.save(self.folder / "dict.keras")
        done = subprocess.run([CLI, "predict", self.folder / "dict.keras", "--input", self.rows],
                              capture_output=True, text=True, timeout=300, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("output_mode dict", done.stderr)
        self.assertIn("save it with output_mode concat", done.stderr)

    def template(self, *layers):
        """The template's project; `layers` are the names of those that stay."""
        project = self.folder / "project.lbench"
        cli("new", "feature_space", "--out", project)
        if layers:
            document = json.loads(project.read_text())
            keep = {layer["id"] for layer in document["layers"] if layer["name"] in layers}
            nodes = [node for node in document["bodies"][0]["nodes"] if node["layer"] in keep]
            nodes[-1]["inputs"][0]["from"]["node"] = nodes[-2]["id"]
            document["bodies"][0]["nodes"] = nodes
            document["layers"] = [x for x in document["layers"] if x["id"] in keep]
            project.write_text(json.dumps(document))
        return project

    def samples(self, bundle):
        signature = json.loads((bundle / "manifest.json").read_text())["signature"]["inputs"]
        samples = [json.loads((bundle / f"samples/{i}.json").read_text()) for i in range(8)]
        rows = {}
        for entry in signature:
            values = [row for sample in samples for row in sample[entry["name"]]]
            rows[entry["name"]] = (tf.constant(values, tf.string) if entry["dtype"] == "string"
                                   else np.array(values, entry["dtype"]))
        return rows, np.load(bundle / "samples/expected.npy")

    def test_keras_opens_the_templates_model(self):
        project = self.template()
        cli("train", project, "--epochs", 1, "--out", self.folder / "run")
        bundle = self.folder / "bundle"
        cli("export", project, "--to", "bundle", "--out", bundle, "--weights",
            self.folder / "run" / "model.keras")
        rows, expected = self.samples(bundle)
        model = keras.saving.load_model(bundle / "model.keras")
        np.testing.assert_allclose(model.predict(rows, verbose=0), expected, atol=1e-5, rtol=0)
        done = subprocess.run([sys.executable, bundle / "verify.py"], capture_output=True,
                              text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("model.onnx: 8 samples agree", done.stdout)
        script = self.folder / "model.py"
        cli("export", project, "--to", "python", "--out", script)
        done = subprocess.run([sys.executable, script], capture_output=True, text=True,
                              timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_space_alone_is_one_for_keras(self):
        project = self.template("passengers", "feature_space", "batch", "output")
        file = self.folder / "space.keras"
        cli("export", project, "--to", "keras", "--out", file)
        with zipfile.ZipFile(file) as archive:
            config = json.loads(archive.read("config.json"))
            names = archive.namelist()
        self.assertEqual(config["class_name"], "FeatureSpace")
        # the first one's stands in the configuration: a missing port, "", is its last token
        self.assertIn("assets/preprocessors/string_lookup_1/vocabulary.txt", names)
        made = keras.saving.load_model(file)
        self.assertIsInstance(made, FeatureSpace)
        asked = {"age": [4.0, 70.0], "deck": ["B", ""], "embarked": ["S", "C"],
                 "fare": [7.5, 80.0], "pclass": [3, 1], "sex": ["male", "female"], "sibsp": [0, 2]}
        rows = self.folder / "asked.json"
        rows.write_text(json.dumps(asked))
        y = made({name: tf.constant(values) for name, values in asked.items()})
        np.testing.assert_allclose(self.predicted(file, rows), np.array(y), atol=1e-5, rtol=0)


if __name__ == "__main__":
    unittest.main()
