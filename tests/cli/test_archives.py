"""conform on whole models that Keras saved; what the program does with archives that lie."""

import json
import pathlib
import tempfile
import unittest
import zipfile

import workbench

CASE = "image_sequential"


class Archives(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.case = self.folder / "cases" / CASE
        self.case.mkdir(parents=True)
        with zipfile.ZipFile(workbench.GOLDEN / "model_archives.zip") as archive:
            for name in archive.namelist():
                if f"/{CASE}/" in f"/{name}" and not name.endswith("/"):
                    (self.case / pathlib.Path(name).name).write_bytes(archive.read(name))

    def conform(self, *options):
        code, out, errors = workbench.run("conform", self.case.parent, "--json", *options)
        return code, json.loads(out)["cases"][0], errors

    def rewrite(self, **changes):
        """The archive with other members; None takes one away."""
        path = self.case / "model.keras"
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        members.update({name.replace("__", "."): data for name, data in changes.items()})
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members.items():
                if data is not None:
                    archive.writestr(name, data)

    def test_predicts_as_keras_did(self):
        code, case, errors = self.conform()
        self.assertEqual((code, case["status"]), (0, "agrees"), errors)

    def test_answers_without_the_numbers(self):
        (self.case / "y.npy").rename(self.folder / "expected.npy")
        answers = self.folder / "answers"
        code, case, errors = self.conform("--answers", answers)
        self.assertEqual((code, case["status"]), (0, "answered"), errors)
        self.assertIsNone(workbench.differs(
            workbench.read_npy((answers / CASE / "y.npy").read_bytes()),
            workbench.read_npy((self.folder / "expected.npy").read_bytes()), 1e-4))
        code, _, errors = workbench.run("call", "--case", self.case, "--out", self.folder / "one")
        self.assertEqual(code, 0, errors)
        self.assertEqual((self.folder / "one" / "y.npy").read_bytes(),
                         (answers / CASE / "y.npy").read_bytes())

    def test_refuses_with_one_line(self):
        good = (self.case / "model.keras").read_bytes()
        with zipfile.ZipFile(self.case / "model.keras") as archive:
            config = archive.read("config.json").decode()
        huge = config.replace('"units": 3', '"units": 2147483648')
        tall = config.replace('"batch_shape": [null, 10, 13, 3]',
                              '"batch_shape": [null, 50000, 50000, 3]')
        self.assertNotEqual(huge, config)
        for changes, reason in [
            ({"config__json": huge}, "needs too much memory"),
            ({"config__json": tall}, "needs shape"),
            ({"config__json": config[: len(config) // 2]}, "config.json"),
            ({"config__json": None}, "config.json"),
            ({"model__weights__h5": None}, "model.weights.h5"),
            ({"model__weights__h5": b"no HDF5"}, "is not a whole HDF5 file"),
        ]:
            (self.case / "model.keras").write_bytes(good)
            self.rewrite(**changes)
            code, case, errors = self.conform()
            self.assertNotEqual(code, 0)
            self.assertEqual(case["status"], "failed")
            self.assertIn(reason, case["reason"])
            self.assertIn(case["reason"], errors)

    def test_refuses_half_an_archive(self):
        path = self.case / "model.keras"
        path.write_bytes(path.read_bytes()[:20_000])
        code, case, _ = self.conform()
        self.assertNotEqual(code, 0)
        self.assertIn("is not a whole zip archive", case["reason"])


if __name__ == "__main__":
    unittest.main()
