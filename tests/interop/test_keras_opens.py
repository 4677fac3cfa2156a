"""Real Keras opens what we export, and predicts the same."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import projects

CLI = os.environ["LAYERBENCH_CLI"]


def run(*arguments):
    return subprocess.run(
        [CLI, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False
    )


def pixels(shape, seed=5):
    return np.random.default_rng(seed).integers(0, 256, shape).astype("uint8")


class KerasOpensOurs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def exported(self, project):
        path = self.folder / "project.lbench"
        path.write_text(json.dumps(project))
        archive = self.folder / "model.keras"
        done = run("export", path, "--to", "keras", "--out", archive)
        self.assertEqual(done.returncode, 0, done.stderr)
        return archive

    def assertSame(self, archive, x):
        model = keras.models.load_model(archive)
        np.save(self.folder / "x.npy", x)
        done = run("predict", archive, "--input", self.folder / "x.npy", "--output",
                   self.folder / "y.npy")
        self.assertEqual(done.returncode, 0, done.stderr)
        ours = np.load(self.folder / "y.npy")
        theirs = model.predict(x, verbose=0)
        self.assertEqual(ours.shape, theirs.shape)
        self.assertLessEqual(np.max(np.abs(ours - theirs) / (1 + np.abs(theirs))), 1e-5)
        return model

    def test_a_chain_from_pixels(self):
        model = self.assertSame(self.exported(projects.chain()), pixels((4, 32, 32, 3)))
        self.assertIsInstance(model, keras.Sequential)
        self.assertEqual(model.inputs[0].dtype, "uint8")
        self.assertFalse([layer for layer in model.layers if "Random" in type(layer).__name__])

    def test_branches_and_a_shared_layer(self):
        model = self.assertSame(self.exported(projects.branches()), pixels((4, 32, 32, 3)))
        self.assertEqual(len({id(layer) for layer in model.layers}), len(model.layers))

    def test_integers_that_reach_a_dense_layer(self):
        self.assertSame(self.exported(projects.unscaled()), pixels((4, 32, 32, 3)))

    def test_layers_inside_a_layer(self):
        archive = self.exported(projects.pipeline_layer())
        model = self.assertSame(archive, pixels((4, 32, 32, 3)))
        inner = [type(layer).__name__ for layer in model.layers[0].layers]
        self.assertEqual(inner, ["CenterCrop", "RandomShear", "Rescaling"])

    def test_keras_saves_it_again_and_we_read_it(self):
        archive = self.exported(projects.branches())
        keras.models.load_model(archive).save(archive)
        self.assertSame(archive, pixels((4, 32, 32, 3)))


if __name__ == "__main__":
    unittest.main()
