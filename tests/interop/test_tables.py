"""Texts and tables that `export` wrote, in the hands of Keras: raw sentences and raw rows in, the same
probabilities out; vocabularies are assets, or stand in the config where a text file cannot hold them."""

import glob
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
import onnx
import onnxruntime
import tensorflow as tf

CLI = os.environ["LAYERBENCH_CLI"]
RUNTIME = glob.glob(str(pathlib.Path(onnxruntime.__file__).parent / "capi" / "libonnxruntime.so*"))


def run(*arguments):
    runtime = {"LAYERBENCH_ONNXRUNTIME": RUNTIME[0]} if RUNTIME else {}
    return subprocess.run([CLI, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                          env={**os.environ, **runtime}, check=False)


def cli(*arguments):
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestTables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.place.name)
        cls.output = {}
        for template, epochs in (("text", 1), ("table", 2)):
            project = cls.folder / f"{template}.lbench"
            cli("new", template, "--out", project)
            cli("train", project, "--epochs", epochs, "--out", cls.folder / f"run_{template}")
            for to, target in (("bundle", template), ("keras", f"{template}.keras")):
                cls.output[template, to] = cli(
                    "export", project, "--to", to, "--out", cls.folder / target, "--weights",
                    cls.folder / f"run_{template}" / "model.keras")

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def rows(self, template):
        """The bundle's samples by input, as Keras takes them, and what is expected."""
        bundle = self.folder / template
        signature = json.loads((bundle / "manifest.json").read_text())["signature"]["inputs"]
        samples = [json.loads((bundle / f"samples/{i}.json").read_text()) for i in range(8)]
        rows = {}
        for entry in signature:
            values = [row for sample in samples for row in sample[entry["name"]]]
            rows[entry["name"]] = (tf.constant(values, tf.string) if entry["dtype"] == "string"
                                   else np.array(values, entry["dtype"]))
        return rows, np.load(bundle / "samples/expected.npy")

    def test_keras_predicts_the_same_from_raw_sentences(self):
        rows, expected = self.rows("text")
        for file in (self.folder / "text" / "model.keras", self.folder / "text.keras"):
            model = keras.saving.load_model(file)
            np.testing.assert_allclose(model.predict(rows["text"], verbose=0), expected, atol=1e-5,
                                       rtol=0)

    def test_keras_predicts_the_same_from_raw_rows(self):
        rows, expected = self.rows("table")
        self.assertEqual(list(rows), ["pclass", "sex", "age", "sibsp", "fare", "embarked", "deck"])
        for file in (self.folder / "table" / "model.keras", self.folder / "table.keras"):
            model = keras.saving.load_model(file)
            self.assertEqual([value.name for value in model.inputs], list(rows))
            for given in (rows, list(rows.values())):
                np.testing.assert_allclose(model.predict(given, verbose=0), expected, atol=1e-5,
                                           rtol=0)

    def test_vocabularies_are_assets_where_a_text_file_can_hold_them(self):
        with zipfile.ZipFile(self.folder / "text.keras") as archive:
            words = archive.read("assets/layers/text_vectorization/vocabulary.txt").decode()
            self.assertEqual(words.split("\n")[:3], ["", "[UNK]", "the"])
        with zipfile.ZipFile(self.folder / "table.keras") as archive:
            config = json.loads(archive.read("config.json"))["config"]["layers"]
            names = set(archive.namelist())
        self.assertIn("assets/layers/integer_lookup/vocabulary.txt", names)
        lookups = {layer["name"]: layer["config"] for layer in config
                   if layer["class_name"] == "StringLookup"}
        # a missing port is "", the rarest one: Keras would lose it at the end of a text file
        self.assertEqual(lookups["embarked_lookup"]["vocabulary"][-1], "")
        self.assertIsNone(lookups["sex_lookup"]["vocabulary"])

    def test_what_keras_saved_comes_back(self):
        rows, expected = self.rows("table")
        model = keras.saving.load_model(self.folder / "table.keras")
        again = self.folder / "again.keras"
        model.save(again)
        answers = self.folder / "answers.npy"
        inputs = [word for i in range(8)
                  for word in ("--input", self.folder / "table" / f"samples/{i}.json")]
        cli("predict", again, *inputs, "--output", answers)
        np.testing.assert_allclose(np.load(answers), expected, atol=1e-5, rtol=0)

    def test_verify_py_passes_without_us(self):
        for template in ("text", "table"):
            done = subprocess.run([sys.executable, self.folder / template / "verify.py"],
                                  capture_output=True, text=True, timeout=300, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("model.keras: 8 samples agree", done.stdout)

    def test_onnx_runtime_predicts_the_same_from_raw_sentences(self):
        path = self.folder / "text" / "model.onnx"
        onnx.checker.check_model(onnx.load(path), full_check=True)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        given, = session.get_inputs()
        self.assertEqual((given.name, given.type), ("text", "tensor(string)"))
        # what no sentence of the training data has: capitals, signs, unknown words, nothing at all
        sentences = ["The ROCKET, the rocket!", "it's a zyzzyva; (\tperhaps)", "", "  ", "é İ 東京",
                     "a " * 300]
        texts = self.folder / "sentences.json"
        texts.write_text(json.dumps(sentences), encoding="utf-8")
        answers = self.folder / "sentences.npy"
        cli("predict", self.folder / "text", "--input", texts, "--output", answers)
        p, label = session.run(["probabilities", "label"],
                               {"text": np.array(sentences, object)[:, None]})
        np.testing.assert_allclose(p, np.load(answers), atol=1e-5, rtol=0)
        labels = json.loads((self.folder / "text" / "manifest.json").read_text())["labels"]
        self.assertEqual(label.tolist(), [labels[best] for best in p.argmax(axis=1)])

    def test_the_program_runs_the_onnx_file_of_sentences(self):
        if not RUNTIME:
            self.skipTest("this onnxruntime has no library of its own")
        said = "model.onnx agrees in ONNX Runtime " + onnxruntime.__version__
        for template in ("text", "table"): # the table has several inputs, by name
            self.assertIn(said, self.output[template, "bundle"])
        self.assertIn(said, cli("verify", self.folder / "text"))

    def test_verify_py_runs_the_onnx_file_of_sentences(self):
        done = subprocess.run([sys.executable, self.folder / "text" / "verify.py"],
                              capture_output=True, text=True, timeout=300, check=False)
        self.assertIn("model.onnx: 8 samples agree", done.stdout)

    def test_what_has_no_form_in_onnx_is_named(self):
        """A lookup that refuses what it does not know: an ONNX file cannot."""
        project = json.loads((self.folder / "table.lbench").read_text())
        lookup, = (layer for layer in project["layers"] if layer["name"] == "embarked_lookup")
        lookup["config"]["num_oov_indices"] = 0
        path = self.folder / "refusing.lbench"
        path.write_text(json.dumps(project))
        alone = run("export", path, "--to", "onnx", "--out", self.folder / "refusing.onnx")
        self.assertNotEqual(alone.returncode, 0)
        self.assertFalse((self.folder / "refusing.onnx").exists())
        self.assertIn("embarked_lookup", alone.stderr)
        self.assertIn("ONNX cannot refuse unknown tokens", alone.stderr)
        cli("export", path, "--to", "bundle", "--out", self.folder / "refusing")
        notes = json.loads((self.folder / "refusing" / "manifest.json").read_text())["notes"]
        self.assertTrue(any("no model.onnx" in note for note in notes), notes)
        self.assertFalse((self.folder / "refusing" / "model.onnx").exists())

    def test_a_table_with_hashes_runs_in_onnx_runtime(self):
        """The whole template, on rows of the data and on words that no row has."""
        path = self.folder / "table" / "model.onnx"
        onnx.checker.check_model(onnx.load(path), full_check=True)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        rows, expected = self.rows("table")
        given = {name: np.array([[cell.decode() for cell in row] for row in value.numpy()], object)
                 if isinstance(value, tf.Tensor) else value for name, value in rows.items()}
        p, = session.run(["probabilities"], given)
        np.testing.assert_allclose(p, expected, atol=1e-5, rtol=0)
        for word in ("Z", "a deck that nobody has walked on", "#"):
            given["deck"][:] = word
            rows["deck"] = tf.constant(np.full((8, 1), word, object), tf.string)
            model = keras.saving.load_model(self.folder / "table.keras")
            p, = session.run(["probabilities"], given)
            np.testing.assert_allclose(p, model.predict(rows, verbose=0), atol=1e-5, rtol=0)

    def test_the_python_script_builds_the_same_model(self):
        project = json.loads((self.folder / "table.lbench").read_text())
        bins = next(layer for layer in project["layers"] if layer["name"] == "age_bins")
        bins["config"].update(num_bins=3, bin_boundaries=[20.0, 40.0])  # as Keras saves it
        (self.folder / "both.lbench").write_text(json.dumps(project))
        for template in ("text", "table", "both"):
            script = self.folder / f"{template}.py"
            cli("export", self.folder / f"{template}.lbench", "--to", "python", "--out", script)
            done = subprocess.run([sys.executable, script], capture_output=True, text=True,
                                  timeout=300, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
