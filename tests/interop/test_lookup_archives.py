"""Archives with vocabularies: Keras opens ours and predicts the same, and we open those of Keras."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

PROGRAM = pathlib.Path(os.environ["LAYERBENCH_BUILD"]) / "tests" / "lookup_archives"
CLI = os.environ["LAYERBENCH_CLI"]
NAMES = {"text_ids", "text_weights", "text_padded", "words", "words_weighted", "integers", "bins",
         "bin_numbers"}
TEXTS = np.array(["the cat sat", "The dog!", "a b a", "naïve 東京 cat"])
ASKED = np.array([["the CAT zzz"], [""], ["東京 a, a dog"]])


def model_of(layer, x):
    inputs = keras.Input(x.shape[1:], dtype="string" if x.dtype.kind == "U" else "int64")
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(layer(inputs)))


class LookupArchives(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_keras_opens_ours(self):
        subprocess.run([PROGRAM, self.folder], check=True)
        archives = sorted(self.folder.glob("*.keras"))
        self.assertEqual({archive.stem for archive in archives}, NAMES)
        for archive in archives:
            with self.subTest(archive.stem):
                x = np.array(json.loads((self.folder / f"{archive.stem}.x.json").read_text()))
                expected = np.load(self.folder / f"{archive.stem}.y.npy")
                model = keras.models.load_model(archive)
                answer = model(tf.constant(x)).numpy()
                self.assertEqual(answer.shape, expected.shape)
                np.testing.assert_allclose(answer, expected, rtol=1e-5, atol=1e-6)

    def assert_opened(self, layer, x):
        model = model_of(layer, x)
        model.save(self.folder / "model.keras")
        (self.folder / "x.json").write_text(json.dumps(x.tolist()))
        (self.folder / "case.json").write_text(json.dumps({"model": "model.keras", "inputs": "x.json"}))
        done = subprocess.run([CLI, "call", "--case", self.folder, "--out", self.folder / "out"],
                              capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        np.testing.assert_allclose(np.load(self.folder / "out" / "y.npy"),
                                   model(tf.constant(x)).numpy(), rtol=1e-5, atol=1e-6)

    def test_an_adapted_text_of_keras(self):
        layer = layers.TextVectorization(output_sequence_length=4)
        layer.adapt(TEXTS)
        self.assert_opened(layer, ASKED)

    def test_weights_of_keras_stand_among_the_variables(self):
        layer = layers.TextVectorization(output_mode="tf_idf", max_tokens=30, pad_to_max_tokens=True)
        layer.adapt(TEXTS)
        self.assert_opened(layer, ASKED)

    def test_a_vocabulary_in_the_config_of_keras(self):
        layer = layers.TextVectorization(output_mode="tf_idf", vocabulary=["the", "cat"],
                                         idf_weights=[0.25, 0.5])
        self.assert_opened(layer, ASKED)

    def test_lookups_of_keras(self):
        words = layers.StringLookup(output_mode="multi_hot")
        words.adapt(np.array(["b", "a", "b", "é"]))
        self.assert_opened(words, np.array([["b", "zz", "é"], ["a", "a", ""]]))
        numbers = layers.IntegerLookup(output_mode="tf_idf", num_oov_indices=2)
        numbers.adapt(np.array([[42, 7], [42, -3]]))
        self.assert_opened(numbers, np.array([[42, 5, -7], [-3, 7, 42]]))


if __name__ == "__main__":
    unittest.main()
