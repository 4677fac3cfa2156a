"""A model of sounds that `export` wrote, in the hands of Keras: raw samples in, the same answers."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import keras
import numpy as np

import sounds

CLI = os.environ["LAYERBENCH_CLI"]


def cli(*arguments):
    done = subprocess.run([CLI, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                          check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestSounds(unittest.TestCase):
    def test_keras_predicts_the_same_from_raw_samples(self):
        with tempfile.TemporaryDirectory() as place:
            folder = pathlib.Path(place)
            sounds.write_folder(folder / "sounds", 16)  # a quarter is held out: eight samples
            for layer in ("MelSpectrogram", "STFTSpectrogram"):
                project, bundle = folder / f"{layer}.lbench", folder / layer
                sounds.project(project, "sounds", layer)
                cli("export", project, "--to", "bundle", "--out", bundle)
                rows = np.concatenate([np.load(bundle / f"samples/{i}.npy") for i in range(8)])
                model = keras.saving.load_model(bundle / "model.keras")
                # decibels count from the loudest sound of a batch, so each comes alone
                answers = np.concatenate([model.predict(row[None], verbose=0) for row in rows])
                np.testing.assert_allclose(answers, np.load(bundle / "samples/expected.npy"),
                                           atol=1e-4, rtol=0, err_msg=layer)


if __name__ == "__main__":
    unittest.main()
