"""Every layer's examples as ONNX models: checked by the ONNX checker, run by ONNX Runtime, and equal
to the reference's numbers."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import numpy as np
import onnx
import onnxruntime

PROGRAM = pathlib.Path(os.environ["LAYERBENCH_BUILD"]) / "tests" / "onnx_examples"
TOLERANCE = 1e-4
# What the first version of the product exports; every one has to be among the examples.
LAYERS = {
    "Rescaling", "Resizing", "CenterCrop", "Normalization", "RandomFlip", "RandomRotation",
    "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness", "Conv2D",
    "BatchNormalization", "Activation", "ReLU", "MaxPooling2D", "AveragePooling2D",
    "GlobalAveragePooling2D", "Flatten", "Dropout", "Dense", "Add", "Concatenate", "Softmax",
    "CategoryEncoding", "Discretization", "Embedding", "GlobalAveragePooling1D", "MelSpectrogram",
    "STFTSpectrogram",
    "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "FeatureSpace",
    "HashedCrossing", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization",
}
# Examples that have no form in ONNX here; the reason stands in the list.
WITHOUT = {
    ("MaxNumBoundingBoxes", "cut off"),
    ("MaxNumBoundingBoxes", "filled"),
}


def uses_labels(model):
    return any(node.op_type == "LabelEncoder" for node in model.graph.node)


def read(stem):
    """What the program wrote: numbers, or strings in lists."""
    if stem.with_name(stem.name + ".json").exists():
        return np.array(json.loads(stem.with_name(stem.name + ".json").read_text()), dtype=object)
    return np.load(stem.with_name(stem.name + ".npy"))


def session(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class TestOnnx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.place.name)
        subprocess.run([PROGRAM, cls.folder], check=True)
        cls.all_cases = json.loads((cls.folder / "list.json").read_text())
        cls.cases = [case for case in cls.all_cases if not case["error"]]

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def each(self, check):
        for case in self.cases:
            with self.subTest(layer=case["layer"], example=case["example"]):
                check(case, self.folder / f"{case['stem']}.onnx")

    def test_every_layer_is_written(self):
        self.assertLessEqual(LAYERS, {case["layer"] for case in self.cases})
        failed = {(case["layer"], case["example"]) for case in self.all_cases if case["error"]}
        self.assertEqual(failed, WITHOUT)

    def test_the_checker_accepts_every_model(self):
        def check(_, path):
            model = onnx.load(path)
            onnx.checker.check_model(model, full_check=True)
            lookups = [("ai.onnx.ml", 3)] if uses_labels(model) else []
            self.assertEqual(
                [(o.domain, o.version) for o in model.opset_import], [("", 20), *lookups])
            self.assertEqual(model.ir_version, 9)

        self.each(check)

    def test_onnx_runtime_gives_the_same_numbers(self):
        def check(case, path):
            self.compare(case, path)
            if case["open_size"]:
                self.compare(case, path.with_suffix(".open.onnx"))

        self.each(check)
        open_sizes = {(case["layer"], case["example"]) for case in self.cases if case["open_size"]}
        self.assertLessEqual(
            {("Resizing", name) for name in ("nearest", "bilinear", "antialiased", "cut")}
            | {("CenterCrop", name) for name in ("smaller", "enlarged")}, open_sizes)

    def compare(self, case, path):
        run = session(path)
        inputs = [read(self.folder / f"{case['stem']}.x{i}") for i in range(case["inputs"])]
        expected = read(self.folder / f"{case['stem']}.y")
        fed = {info.name: value for info, value in zip(run.get_inputs(), inputs)}
        answer, = run.run(None, fed)
        self.assertEqual((answer.dtype, answer.shape), (expected.dtype, expected.shape))
        self.assert_same(answer, expected)
        if case["open_batch"]:  # twice as many rows
            twice = {name: np.concatenate([value, value]) for name, value in fed.items()}
            answer, = run.run(None, twice)
            self.assert_same(answer, np.concatenate([expected, expected]))

    def assert_same(self, answer, expected):
        if expected.dtype == object:
            np.testing.assert_array_equal(answer, expected)
        else:
            np.testing.assert_allclose(answer, expected, rtol=TOLERANCE, atol=TOLERANCE)

    def test_a_text_that_cannot_be_hashed_ends_the_run(self):
        """No number would be right: the way of ONNX ends where a string is long or not ASCII."""
        case = next(case for case in self.cases if case["example"] == "strings of every length")
        run = session(self.folder / f"{case['stem']}.onnx")
        name = run.get_inputs()[0].name
        for word in ("é", "a" * 65, "a\0b"):
            with self.assertRaises(Exception) as failed:
                run.run(None, {name: np.array(["fine", word], object)})
            self.assertIn("out of data bounds", str(failed.exception))

    def test_a_file_of_nothing_but_hashes_stays_small(self):
        for case in self.cases:
            if case["layer"] in ("Hashing", "HashedCrossing"):
                size = (self.folder / f"{case['stem']}.onnx").stat().st_size
                self.assertLess(size, 600_000, case)

    def test_only_single_images_and_sounds_have_a_fixed_batch(self):
        fixed = [case for case in self.cases if not case["open_batch"]]
        for case in fixed:
            shape = read(self.folder / f"{case['stem']}.x0").shape
            self.assertEqual(len(shape), 1 if case["layer"] == "MelSpectrogram" else 3, case)


if __name__ == "__main__":
    unittest.main()
