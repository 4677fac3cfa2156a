"""Folders of sounds from the command line: check, train, evaluate, export, predict."""

import json
import math
import pathlib
import re
import struct
import sys
import tempfile
import unittest

import workbench

sys.path.insert(0, str(workbench.SOURCE / "tests" / "interop"))

import sounds  # noqa: E402

LAST_EPOCH = re.compile(r"epoch \d+/\d+  loss [\d.]+  accuracy [\d.]+  val_loss [\d.]+  "
                        r"val_accuracy ([\d.]+)")


class Sounds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.place.name)
        sounds.write_folder(cls.folder / "sounds")
        cls.tone = cls.folder / "tone.wav"  # two channels, shorter than a row
        sounds.write_wav(cls.tone, [0.5 * math.sin(2 * math.pi * 2000 * t / sounds.RATE)
                                    for t in range(700) for _ in range(2)], channels=2)

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def run_well(self, *arguments):
        code, out, errors = workbench.run(*arguments)
        self.assertEqual(code, 0, errors)
        return out

    def trained(self, layer):
        """A project, its weights, and the accuracy on what was held out."""
        project = self.folder / f"{layer}.lbench"
        sounds.project(project, "sounds", layer)
        out = self.run_well("train", project, "--out", self.folder / f"run_{layer}")
        accuracy = float(LAST_EPOCH.findall(out)[-1])
        return project, self.folder / f"run_{layer}" / "model.keras", accuracy

    def test_check_says_what_the_sounds_are(self):
        project = self.folder / "check.lbench"
        sounds.project(project, "sounds", "MelSpectrogram")
        out = self.run_well("check", project)
        self.assertIn("8000 samples a second", out)
        self.assertRegex(out, r"\d+ of 96 sounds are shorter than 1024 samples")
        self.assertIn("float32 [?, 16, 9]", out)
        self.assertIn("no problems", out)

    def test_mel_spectrograms_tell_tones_apart(self):
        project, weights, accuracy = self.trained("MelSpectrogram")
        self.assertGreater(accuracy, 0.9)  # 0.5 by guessing
        self.assertIn("accuracy", self.run_well("evaluate", project, "--weights", weights))
        bundle = self.folder / "bundle"
        self.run_well("export", project, "--to", "bundle", "--out", bundle, "--weights", weights)
        self.run_well("verify", bundle)
        manifest = json.loads((bundle / "manifest.json").read_text())
        self.assertEqual(manifest["signature"]["inputs"][0]["sounds"], {"sampling_rate": sounds.RATE})
        self.takes_only_sounds_like_the_training_data(bundle)
        for model in (bundle, project):
            out = self.run_well("predict", model, "--input", self.tone, "--top", 1,
                                *(("--weights", weights) if model == project else ()))
            self.assertTrue(out.startswith("high\t"), out)

    def takes_only_sounds_like_the_training_data(self, bundle):
        faster = self.folder / "faster.wav"
        sounds.write_wav(faster, [0.5] * 700, rate=2 * sounds.RATE)
        song = self.folder / "song.mp3"
        song.write_bytes(b"ID3\x04" + bytes(100))
        for model in (bundle, bundle / "model.keras"):
            code, out, errors = workbench.run("predict", model, "--input", faster)
            self.assertEqual((code, out), (1, ""))
            self.assertIn(f"faster.wav: has {2 * sounds.RATE} samples a second where the model was made "
                          f"for {sounds.RATE}; convert it", errors)
            code, _, errors = workbench.run("predict", model, "--input", song)
            self.assertEqual(code, 1)
            self.assertIn("song.mp3: is no WAV file", errors)
            self.assertIn("convert it to WAV", errors)
        for samples, says in ((700, "has 700 samples where the model takes 1024; silence follows them"),
                              (1024, ""),
                              (2000, "has 2000 samples where the model takes 1024; the rest is cut off")):
            sound = self.folder / "long.wav"
            sounds.write_wav(sound, [0.5] * samples)
            code, _, errors = workbench.run("predict", bundle, "--input", sound)
            self.assertEqual(code, 0, errors)
            self.assertIn(says, errors)
            self.assertEqual("samples where" in errors, bool(says))

    def test_the_fourier_transform_tells_tones_apart(self):
        project, weights, accuracy = self.trained("STFTSpectrogram")
        self.assertGreater(accuracy, 0.9)
        out = self.run_well("predict", project, "--weights", weights, "--input", self.tone, "--top", 1)
        self.assertTrue(out.startswith("high\t"), out)
        silent = self.folder / "silent.wav"
        silent.write_bytes(b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt "
                           + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
                           + b"data" + struct.pack("<I", 0))
        code, _, errors = workbench.run("predict", project, "--weights", weights, "--input", silent)
        self.assertEqual(code, 1)  # and no prediction of silence
        self.assertIn("silent.wav: holds no samples; record it anew", errors)

    def test_a_model_without_data_is_exported_on_noise(self):
        project = self.folder / "absent.lbench"
        sounds.project(project, "nowhere", "MelSpectrogram")
        self.run_well("export", project, "--to", "keras", "--out", self.folder / "absent.keras")

    def test_a_folder_without_sounds_is_refused_by_name(self):
        project = self.folder / "none.lbench"
        sounds.project(project, "empty", "MelSpectrogram")
        (self.folder / "empty" / "a").mkdir(parents=True)
        (self.folder / "empty" / "a" / "fake.wav").write_bytes(b"RIFF\xff\xff\xff\xffWAVEdata")
        before = project.read_bytes()
        code, _, errors = workbench.run("train", project)
        self.assertNotEqual(code, 0)
        self.assertIn("holds no sound in 1 folders and 1 files", errors)
        self.assertIn("convert other sounds to WAV", errors)
        self.assertEqual(project.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
