"""Configurations drawn by the seed in seed.txt: the pinned Keras answers, and we agree."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

CLI = os.environ["LAYERBENCH_CLI"]
SOURCE = pathlib.Path(os.environ["LAYERBENCH_SOURCE"])
FAMILIES = ("images,random_images,colours,composed,annotated,numbers,strings,audio,edges,tables",
            "policies")
# Of a round; fewer means that Keras refused what it should answer, or that a family is not asked.
LEAST, CLASSES = (340, 140), (44, 42)


class FreshCases(unittest.TestCase):
    def ask(self, families, least, classes):
        seed = (SOURCE / "tests/interop/seed.txt").read_text().strip()
        with tempfile.TemporaryDirectory() as folder:
            made = subprocess.run(
                [sys.executable, "-B", SOURCE / "scripts/make_cases.py", folder, "--seed", seed,
                 "--rounds", "1", "--families", families],
                capture_output=True, text=True, timeout=800, check=False,
            )
            self.assertEqual(made.returncode, 0, made.stderr[-2000:])
            asked = subprocess.run([CLI, "conform", folder, "--json"], capture_output=True,
                                   text=True, timeout=300, check=False)
        table = json.loads(asked.stdout)
        self.assertGreaterEqual(table["total"]["cases"], least, made.stdout[-2000:])
        self.assertIn(f" cases of {classes} classes", made.stdout)
        self.assertEqual(asked.returncode, 0, asked.stdout + asked.stderr)

    def test_every_answer_agrees(self):
        self.ask(FAMILIES[0], LEAST[0], CLASSES[0])

    def test_every_answer_in_a_dtype_policy_agrees(self):
        self.ask(FAMILIES[1], LEAST[1], CLASSES[1])


if __name__ == "__main__":
    unittest.main()
