"""Groups that are used by chance: the Python script spells the choice out and Keras makes it as often;
what is exported to predict knows nothing of it."""

import importlib.util
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import keras
import numpy as np

from projects import MODEL, PIPELINE, Project

CLI = os.environ["LAYERBENCH_CLI"]
ROWS = 4000


def grouped(call):
    """Two layers that add 10 and 100 in a group, then the mean of the pixels."""
    p = Project()
    start = p.add("Input", {}, [], PIPELINE)
    left = p.add("Rescaling", {"scale": 1.0, "offset": 10.0}, [start], PIPELINE)
    right = p.add("Rescaling", {"scale": 1.0, "offset": 100.0}, [left], PIPELINE)
    end = p.add("Output", {}, [right], PIPELINE)
    inside = [node for node in p.nodes if node["id"] in (start, left, right, end)]
    p.nodes = [node for node in p.nodes if node not in inside]
    body = p.new_id()
    group = p.new_id()
    p.nodes.append({"at": [0.0, 0.0], "call": call, "id": group, "body": body, "stage": PIPELINE,
                    "inputs": [{"port": "", "from": {"node": p.source, "output": 0}}]})
    x = p.add("Batch", {}, [group], MODEL)
    whole = p.finish(p.add("GlobalAveragePooling2D", {}, [x]))
    whole["bodies"].append({"id": body, "name": "data_augmentation", "frames": [], "nodes": inside})
    return whole


class TestGroups(unittest.TestCase):
    def exported(self, call):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        folder = pathlib.Path(place.name)
        (folder / "p.lbench").write_text(json.dumps(grouped(call)), encoding="utf-8")
        for kind in ("python", "keras"):
            done = subprocess.run([CLI, "export", folder / "p.lbench", "--to", kind, "--out",
                                   folder / f"model.{'py' if kind == 'python' else kind}"],
                                  capture_output=True, text=True, timeout=300, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        spec = importlib.util.spec_from_file_location("grouped", folder / "model.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.build_model(), keras.saving.load_model(folder / "model.keras")

    def shares(self, call):
        """How often training adds nothing, 10, 100 and 110."""
        keras.utils.set_random_seed(1)
        built, archive = self.exported(call)
        x = np.zeros((ROWS, 32, 32, 3), "uint8")
        trained = np.asarray(built(x, training=True))[:, 0]
        for model in (built, archive):  # inference passes it by
            np.testing.assert_array_equal(model.predict(x[:3], verbose=0), np.zeros((3, 3)))
        self.assertEqual([l.name for l in archive.layers if getattr(l, "offset", 0)], [])
        counts = [int(np.sum(trained == added)) for added in (0, 10, 100, 110)]
        self.assertEqual(sum(counts), ROWS)
        return counts

    def likely(self, counts, probabilities):
        expected = np.array(probabilities) * ROWS
        self.assertLess(np.sum((np.array(counts) - expected) ** 2 / expected), 10.83)

    def test_sometimes(self):
        nothing, left, right, both = self.shares({"apply": "sometimes", "probability": 0.25})
        self.assertEqual((left, right), (0, 0))
        self.likely([nothing, both], [0.75, 0.25])

    def test_one_of(self):
        nothing, left, right, both = self.shares({"apply": "one_of"})
        self.assertEqual((nothing, both), (0, 0))
        self.likely([left, right], [0.5, 0.5])

    def test_the_script_saves_and_opens_again(self):
        built, _ = self.exported({"apply": "one_of", "seed": 3})
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "again.keras"
            built.save(path)
            again = keras.saving.load_model(path)
        layer = again.get_layer("data_augmentation")
        self.assertEqual((layer.probabilities, layer.seed), ([0.5, 0.5], 3))


if __name__ == "__main__":
    unittest.main()
