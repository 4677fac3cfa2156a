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
# Of a round; fewer means that Keras refused what it should answer, or that a family is not asked.
LEAST, CLASSES = 340, 44


class FreshCases(unittest.TestCase):
    def test_every_answer_agrees(self):
        seed = (SOURCE / "tests/interop/seed.txt").read_text().strip()
        with tempfile.TemporaryDirectory() as folder:
            made = subprocess.run(
                [sys.executable, "-B", SOURCE / "scripts/make_cases.py", folder, "--seed", seed,
                 "--rounds", "1"],
                capture_output=True, text=True, timeout=800, check=False,
            )
            self.assertEqual(made.returncode, 0, made.stderr[-2000:])
            asked = subprocess.run([CLI, "conform", folder, "--json"], capture_output=True,
                                   text=True, timeout=300, check=False)
        table = json.loads(asked.stdout)
        self.assertGreaterEqual(table["total"]["cases"], LEAST, made.stdout[-2000:])
        self.assertIn(f" cases of {CLASSES} classes", made.stdout)
        self.assertEqual(asked.returncode, 0, asked.stdout + asked.stderr)


if __name__ == "__main__":
    unittest.main()
