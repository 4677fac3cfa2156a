"""What `export` writes, in the hands of those it is for: Keras opens model.keras, ONNX Runtime runs
model.onnx, verify.py passes with both, and the Python script builds the same model."""

import glob
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import keras
import numpy as np
import onnx
import onnxruntime
from PIL import Image

CLI = os.environ["LAYERBENCH_CLI"]
SOURCE = pathlib.Path(os.environ["LAYERBENCH_SOURCE"])
TEMPLATES = ("drawn_shapes", "cifar10")
RUNTIME = glob.glob(str(pathlib.Path(onnxruntime.__file__).parent / "capi" / "libonnxruntime.so*"))


def cli(*arguments, **environment):
    done = subprocess.run([CLI, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                          env={**os.environ, **environment}, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def plain(config):
    """As JSON has it: tuples are lists."""
    return json.loads(json.dumps(config))


class TestExport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.place.name)
        cls.output = {}
        for template in TEMPLATES:
            cli("new", template, "--out", cls.folder / f"{template}.lbench")
            cls.output[template] = cli(
                "export", cls.folder / f"{template}.lbench", "--to", "bundle", "--out",
                cls.folder / template, LAYERBENCH_ONNXRUNTIME=RUNTIME[0] if RUNTIME else "")
            cli("export", cls.folder / f"{template}.lbench", "--to", "python", "--out",
                cls.folder / f"{template}.py")

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def each(self, check):
        for template in TEMPLATES:
            with self.subTest(template=template):
                bundle = self.folder / template
                inputs = [np.load(bundle / f"samples/{i}.npy") for i in range(8)]
                check(bundle, np.concatenate(inputs), np.load(bundle / "samples/expected.npy"))

    def test_keras_opens_the_archive_and_predicts_the_same(self):
        def check(bundle, inputs, expected):
            model = keras.saving.load_model(bundle / "model.keras")
            np.testing.assert_allclose(model.predict(inputs, verbose=0), expected, atol=1e-5, rtol=0)

        self.each(check)

    def test_onnx_runtime_predicts_the_same_from_raw_pixels(self):
        def check(bundle, inputs, expected):
            onnx.checker.check_model(onnx.load(bundle / "model.onnx"), full_check=True)
            session = onnxruntime.InferenceSession(
                str(bundle / "model.onnx"), providers=["CPUExecutionProvider"])
            image, = session.get_inputs()
            self.assertEqual((image.name, image.type, image.shape),
                             ("image", "tensor(uint8)", ["N", 32, 32, 3]))
            labels = json.loads((bundle / "manifest.json").read_text())["labels"]
            counts.append(len(labels))
            names = ["probabilities", "label"] if labels else ["probabilities"]
            self.assertEqual([output.name for output in session.get_outputs()], names)
            probabilities, *label = session.run(names, {"image": inputs})
            np.testing.assert_allclose(probabilities, expected, atol=1e-4, rtol=0)
            if labels:
                self.assertEqual(list(label[0]), [labels[i] for i in expected.argmax(axis=1)])
                self.assertEqual(json.loads(session.get_modelmeta().custom_metadata_map["labels"]),
                                 labels)

        counts = []
        self.each(check)
        self.assertEqual(counts, [10, 0])  # CIFAR-10's data are not there: nobody knows its names

    def test_random_layers_are_gone_from_both(self):
        def check(bundle, *_):
            model = keras.saving.load_model(bundle / "model.keras")
            self.assertEqual([l.name for l in model.layers if "Random" in type(l).__name__], [])
            kinds = {node.op_type for node in onnx.load(bundle / "model.onnx").graph.node}
            self.assertEqual({kind for kind in kinds if "Random" in kind or kind == "Dropout"}, set())

        self.each(check)

    def test_verify_py_passes_and_sees_a_changed_byte(self):
        def check(bundle, *_):
            done = subprocess.run([sys.executable, bundle / "verify.py"], capture_output=True,
                                  text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("model.onnx: 8 samples agree", done.stdout)
            self.assertIn("model.keras: 8 samples agree", done.stdout)
            path = bundle / "samples" / "0.npy"
            whole = path.read_bytes()
            path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
            done = subprocess.run([sys.executable, bundle / "verify.py"], capture_output=True,
                                  text=True, check=False)
            path.write_bytes(whole)
            self.assertEqual((done.returncode, done.stdout.strip()), (1, "samples/0.npy was changed"))

        self.each(check)

    def test_the_program_runs_the_onnx_file_where_the_library_is(self):
        if not RUNTIME:
            self.skipTest("this ONNX Runtime has no library of its own")

        def check(bundle, *_):
            self.assertIn("model.onnx agrees in ONNX Runtime " + onnxruntime.__version__,
                          self.output[bundle.name])
            parity = json.loads((bundle / "manifest.json").read_text())["parity"]
            self.assertEqual(parity["onnx_runtime"], onnxruntime.__version__)
            self.assertLess(parity["onnx"], 1e-4)

        self.each(check)

    def test_the_python_script_builds_the_same_model(self):
        def check(bundle, inputs, expected):
            path = bundle.with_suffix(".py")
            spec = importlib.util.spec_from_file_location(bundle.name, path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            built = module.build_model()
            archive = keras.saving.load_model(bundle / "model.keras")
            # the archive has no layers that only train; all others have the same configuration
            configs = {l.name: plain(l.get_config()) for l in built.layers}
            for layer in archive.layers:
                if not isinstance(layer, keras.layers.InputLayer):
                    self.assertEqual(configs[layer.name], plain(layer.get_config()))
                    built.get_layer(layer.name).set_weights(layer.get_weights())
            self.assertEqual([type(l).__name__ for l in built.layers if "Random" in type(l).__name__],
                             ["RandomFlip", "RandomRotation", "RandomZoom"])
            np.testing.assert_allclose(built.predict(inputs, verbose=0), expected, atol=1e-5, rtol=0)
            self.assertEqual(type(built.optimizer).__name__, "Adam")
            self.assertAlmostEqual(float(built.optimizer.learning_rate), 0.001)
            self.assertEqual(built.loss, "sparse_categorical_crossentropy")

        self.each(check)

    def test_a_photo_is_resized_as_pillow_does(self):
        """Documented: bilinear, antialiased, stretched; Pillow's BILINEAR differs by rounding only."""
        photo = SOURCE / "tests" / "data" / "pictures" / "coffee.jpg"
        bundle = self.folder / "drawn_shapes"
        answers = self.folder / "photo.npy"
        cli("predict", bundle, "--input", photo, "--output", answers)
        image = np.asarray(Image.open(photo).convert("RGB").resize((32, 32), Image.BILINEAR))
        model = keras.saving.load_model(bundle / "model.keras")
        np.testing.assert_allclose(
            np.load(answers), model.predict(image[None], verbose=0), atol=5e-3)


if __name__ == "__main__":
    unittest.main()
