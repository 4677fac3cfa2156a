"""`export`, `verify` and `predict`: from a project to a bundle that answers pictures."""

import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import zipfile

import workbench
from workbench import CLI, SOURCE, png, read_npy, run, write_npy

PHOTO = SOURCE / "tests" / "data" / "pictures" / "chelsea.jpg"
RANDOM = ["random_flip", "random_rotation", "random_zoom"]
FILES = {"manifest.json", "model.keras", "model.onnx", "verify.py", "samples/expected.npy",
         *(f"samples/{i}.npy" for i in range(8))}


def new(folder, template="drawn_shapes"):
    project = folder / f"{template}.lbench"
    code, _, errors = run("new", template, "--out", project)
    assert (code, errors) == (0, ""), errors
    return project


def files_below(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def tables(output):
    """[(class, probability)] of each input that `predict` printed."""
    result = []
    for line in output.splitlines():
        if line.startswith("# ") or not result:
            result.append([])
        if not line.startswith("# "):
            name, probability = line.split("\t")
            result[-1].append((name, float(probability)))
    return result


class Folder(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name)

    def refused(self, *arguments, says):
        """One line on stderr that says it, nothing on stdout, non-zero."""
        code, output, errors = run(*arguments)
        self.assertNotEqual(code, 0)
        self.assertEqual(output, "")
        self.assertEqual(len(errors.splitlines()), 1, errors)
        self.assertIn(says, errors)


class TestBundle(unittest.TestCase):
    """One bundle of the untrained example; tests that change it take a copy."""

    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.place.name)
        cls.project = new(cls.folder)
        cls.bundle = cls.folder / "bundle"
        cls.code, cls.output, cls.errors = run(
            "export", cls.project, "--to", "bundle", "--out", cls.bundle)
        assert cls.code == 0, cls.errors
        cls.manifest = json.loads((cls.bundle / "manifest.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    refused = Folder.refused

    def copy(self):
        target = self.folder / self.id().rsplit(".", 1)[-1]
        shutil.copytree(self.bundle, target)
        return target

    def test_it_holds_what_was_promised_and_nothing_else(self):
        self.assertEqual(files_below(self.bundle), FILES)
        self.assertEqual(set(self.manifest["files"]), FILES - {"manifest.json"})
        self.assertEqual(sorted(p.name for p in self.folder.iterdir() if p.name[0] == "."), [])

    def test_layers_that_only_train_are_gone_and_the_others_listed(self):
        layers = self.manifest["layers"]
        self.assertEqual([layer["name"] for layer in layers["removed"]], RANDOM)
        included = [layer["class_name"] for layer in layers["included"]]
        self.assertEqual(included[0], "Rescaling")
        self.assertEqual(included.count("Conv2D"), 3)
        self.assertEqual(included[-1], "Dense")
        self.assertIn("removed: " + ", ".join(RANDOM), self.output)

    def test_the_signature_names_raw_pixels_and_probabilities(self):
        image, = self.manifest["signature"]["inputs"]
        self.assertEqual((image["name"], image["dtype"], image["shape"], image["range"]),
                         ("image", "uint8", [None, 32, 32, 3], [0.0, 255.0]))
        self.assertEqual(image["pictures"]["channels"], "RGB")
        probabilities, label = self.manifest["signature"]["outputs"]
        self.assertEqual((probabilities["dtype"], probabilities["shape"]), ("float32", [None, 10]))
        self.assertEqual(label["dtype"], "string")
        self.assertEqual(len(self.manifest["labels"]), 10)

    def test_weights_that_were_never_trained_are_told(self):
        note, = self.manifest["notes"]
        self.assertIn("not trained", note)
        self.assertEqual(len(self.errors.splitlines()), 1)
        self.assertIn(note, self.errors)
        self.assertEqual(self.manifest["provenance"]["weights"], "initial")

    def test_samples_are_of_eight_classes_and_agree(self):
        self.assertEqual(len({sample["label"] for sample in self.manifest["samples"]}), 8)
        self.assertLessEqual(self.manifest["parity"]["keras"], 1e-5)
        dtype, shape, values = read_npy((self.bundle / "samples/expected.npy").read_bytes())
        self.assertEqual((dtype, shape), ("<f4", (8, 10)))
        for i in range(8):
            self.assertAlmostEqual(sum(values[10 * i : 10 * i + 10]), 1, places=5)

    def test_verify_predicts_every_sample_again(self):
        code, output, errors = run("verify", self.bundle)
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual(sum(line.startswith("sample ") for line in output.splitlines()), 8)

    def test_a_changed_byte_in_any_file_is_named(self):
        bundle = self.copy()
        for name in sorted(FILES):
            path = bundle / name
            data = path.read_bytes()
            middle = len(data) // 2
            path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
            with self.subTest(file=name):
                self.refused("verify", bundle, says=name)
                self.refused("predict", bundle, "--input", PHOTO, says=name)
            path.write_bytes(data)
        self.assertEqual(run("verify", bundle)[0], 0)

    def test_a_missing_file_is_named(self):
        bundle = self.copy()
        (bundle / "model.onnx").unlink()
        self.refused("verify", bundle, says="model.onnx")

    def test_a_newer_bundle_is_told(self):
        bundle = self.copy()
        manifest = bundle / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"bundle": 1', '"bundle": 2'))
        self.refused("verify", bundle, says="update")

    def test_a_folder_without_manifest_is_no_bundle(self):
        self.refused("verify", self.folder, says="is no bundle")
        self.refused("predict", self.folder / "nothing", "--input", PHOTO, says="neither a bundle")

    def test_a_photo_of_any_size_gives_the_top_classes(self):
        code, output, errors = run("predict", self.bundle, "--input", PHOTO)
        self.assertEqual((code, errors), (0, ""))
        table, = tables(output)
        self.assertEqual(len(table), 5)
        self.assertLessEqual({name for name, _ in table}, set(self.manifest["labels"]))
        numbers = [probability for _, probability in table]
        self.assertEqual(numbers, sorted(numbers, reverse=True))

    def test_json_has_every_input_with_its_classes(self):
        code, output, _ = run("predict", self.bundle, "--input", PHOTO, "--input",
                              f"image={PHOTO}", "--json", "--top", "10")
        self.assertEqual(code, 0)
        first, second = json.loads(output)
        self.assertEqual(first, second)
        self.assertAlmostEqual(sum(c["probability"] for c in first["classes"]), 1, places=5)

    def test_arrays_give_the_expected_numbers(self):
        answers = self.folder / "y.npy"
        inputs = [word for i in range(8) for word in ("--input", self.bundle / f"samples/{i}.npy")]
        code, output, errors = run("predict", self.bundle, *inputs, "--output", answers)
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual(len(tables(output)), 8)
        _, shape, got = read_npy(answers.read_bytes())
        _, _, expected = read_npy((self.bundle / "samples/expected.npy").read_bytes())
        self.assertEqual(shape, (8, 10))
        self.assertLess(max(abs(a - b) for a, b in zip(got, expected)), 1e-5)

    def test_a_picture_of_the_right_size_is_not_resampled(self):
        pixels = [(x * 8, y * 8, (x * y) % 256) for y in range(32) for x in range(32)]
        (self.folder / "p.png").write_bytes(png(32, 32, pixels))
        write_npy(self.folder / "p.npy", (32, 32, 3), [v for p in pixels for v in p], "|u1")
        picture = run("predict", self.bundle, "--input", self.folder / "p.png")
        array = run("predict", self.bundle, "--input", self.folder / "p.npy")
        self.assertEqual(picture, array)

    def test_project_archive_and_bundle_agree(self):
        answers = [run("predict", model, "--input", PHOTO)[1]
                   for model in (self.project, self.bundle / "model.keras", self.bundle)]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0], answers[2])

    def test_scaled_pixels_are_refused(self):
        write_npy(self.folder / "f.npy", (1, 32, 32, 3), [0.5] * 3072)
        self.refused("predict", self.bundle, "--input", self.folder / "f.npy", says="raw uint8")

    def test_a_wrong_shape_and_a_wrong_name_are_told(self):
        write_npy(self.folder / "s.npy", (1, 8, 8, 3), [0] * 192, "|u1")
        self.refused("predict", self.bundle, "--input", self.folder / "s.npy",
                     says="[1, 8, 8, 3]")
        self.refused("predict", self.bundle, "--input", f"sound={PHOTO}", says="image")

    def test_a_broken_picture_is_one_line(self):
        broken = self.folder / "broken.jpg"
        broken.write_bytes(PHOTO.read_bytes()[:2000])
        self.refused("predict", self.bundle, "--input", broken, says="broken.jpg")


class TestExport(Folder):
    def test_a_zip_is_a_bundle_too(self):
        target = self.folder / "bundle.zip"
        code, _, errors = run("export", new(self.folder), "--to", "bundle", "--out", target)
        self.assertEqual(code, 0, errors)
        with zipfile.ZipFile(target) as members:
            self.assertEqual(set(members.namelist()), FILES)
        self.assertEqual(run("verify", target)[0], 0)
        self.assertEqual(len(tables(run("predict", target, "--input", PHOTO)[1])[0]), 5)

    def test_data_that_are_absent_are_stood_in_for_and_told(self):
        target = self.folder / "bundle"
        code, _, errors = run("export", new(self.folder, "cifar10"), "--to", "bundle", "--out", target)
        self.assertEqual(code, 0, errors)
        notes = json.loads((target / "manifest.json").read_text())["notes"]
        self.assertEqual(len(errors.splitlines()), len(notes))
        self.assertTrue(any("data are not there" in note for note in notes), notes)
        self.assertEqual(run("verify", target)[0], 0)

    def test_layers_that_were_never_adapted_are_adapted_first(self):
        project = new(self.folder)
        content = json.loads(project.read_text())
        for layer in content["layers"]:
            if layer["name"] == "rescaling":
                layer.update(class_name="Normalization", config={"axis": [-1]})
        project.write_text(json.dumps(content))
        target = self.folder / "bundle"

        code, _, errors = run("export", project, "--to", "bundle", "--out", target)

        self.assertEqual(code, 0, errors)
        self.assertIn("rescaling was never adapted", errors)
        manifest = json.loads((target / "manifest.json").read_text())
        self.assertEqual(manifest["layers"]["included"][0]["class_name"], "Normalization")
        self.assertTrue(any("never adapted" in note for note in manifest["notes"]))
        self.assertEqual(run("verify", target)[0], 0)

    def test_every_template_is_written_in_every_form(self):
        for template in ("drawn_shapes", "cifar10"):
            project = new(self.folder, template)
            for form, magic in (("keras", b"PK\x03\x04"), ("onnx", b"\x08\x09"),
                                ("python", b'"""'), ("r", b"# ")):
                target = self.folder / f"{template}.{form}.out"
                code, _, errors = run("export", project, "--to", form, "--out", target)
                self.assertEqual(code, 0, errors)
                self.assertEqual(target.read_bytes()[: len(magic)], magic)

    def test_the_scripts_name_every_layer(self):
        project = new(self.folder)
        for form, words in (("python", ("layers.RandomFlip(mode=\"horizontal\"", "keras.Input(shape=(32, 32, 3)",
                                        "layers.Conv2D(filters=32, kernel_size=[3, 3], activation=\"relu\", padding=\"same\"",
                                        "keras.optimizers.Adam(learning_rate=0.001)")),
                            ("r", ("layer_random_flip(mode = \"horizontal\"", "keras_input(shape = c(32L, 32L, 3L)",
                                   "layer_conv_2d(filters = 32L, kernel_size = c(3L, 3L), activation = \"relu\", padding = \"same\"",
                                   "layer_global_average_pooling_2d(", "optimizer_adam(learning_rate = 0.001)"))):
            target = self.folder / form
            self.assertEqual(run("export", project, "--to", form, "--out", target)[0], 0)
            text = target.read_text()
            for word in words:
                self.assertIn(word, text)
            self.assertEqual(text.count("("), text.count(")"))
            if form == "python":
                compile(text, "model.py", "exec")

    def test_what_is_no_bundle_is_not_written_over(self):
        target = self.folder / "mine"
        target.mkdir()
        (target / "letter.txt").write_text("dear")
        self.refused_quietly("export", new(self.folder), "--to", "bundle", "--out", target,
                             says="is no bundle")
        self.assertEqual((target / "letter.txt").read_text(), "dear")

    def test_what_only_looks_like_a_bundle_stays(self):
        project = new(self.folder)
        extension, photos = self.folder / "extension", self.folder / "photos.zip"
        extension.mkdir()
        (extension / "manifest.json").write_text('{"manifest_version": 3, "name": "mine"}')
        with zipfile.ZipFile(photos, "w") as archive:
            archive.writestr("manifest.json", "{}")
            archive.writestr("cat.jpg", "dear")
        empty = self.folder / "empty.zip"
        empty.write_bytes(b"")
        for target in (extension, photos, empty):
            kept = files_below(self.folder), target.is_file() and target.read_bytes()
            for more in ((), ("--replace",)):
                code, _, errors = run("export", project, "--to", "bundle", "--out", target, *more)
                self.assertNotEqual(code, 0)
                self.assertIn(f"{target}: is there already and is no bundle", errors)
                self.assertNotIn("--replace", errors)
            self.assertEqual((files_below(self.folder), target.is_file() and target.read_bytes()), kept)

    def test_an_older_bundle_is_replaced_where_that_is_asked(self):
        project = new(self.folder)
        for name in ("bundle", "bundle.zip"):
            target = self.folder / name
            export = "export", project, "--to", "bundle", "--out", target
            self.assertEqual(run(*export)[0], 0)
            before = self.manifest(target)
            content = json.loads(project.read_text())
            content["recipe"]["seed"] += 1
            project.write_text(json.dumps(content))
            for more in ((), ("--keep",)):
                code, output, errors = run(*export, *more)
                self.assertNotEqual(code, 0)
                self.assertEqual(output, "")
                self.assertIn(f"{target}: is ", errors)
            self.assertIn("add --replace", run(*export)[2])
            self.assertEqual(self.manifest(target), before)
            code, _, errors = run(*export, "--replace")
            self.assertEqual(code, 0, errors)
            self.assertNotEqual(self.manifest(target), before)
        self.assertEqual(files_below(self.folder / "bundle"), FILES)
        self.assertEqual({p.name for p in self.folder.iterdir()},
                         {project.name, "bundle", "bundle.zip"})

    def test_an_empty_folder_takes_a_bundle(self):
        target = self.folder / "bundle"
        target.mkdir()
        code, _, errors = run("export", new(self.folder), "--to", "bundle", "--out", target)
        self.assertEqual(code, 0, errors)
        self.assertEqual(files_below(target), FILES)

    def manifest(self, bundle):
        if bundle.is_dir():
            return (bundle / "manifest.json").read_text()
        with zipfile.ZipFile(bundle) as archive:
            return archive.read("manifest.json").decode()

    def test_a_folder_that_is_not_there_is_one_line(self):
        self.refused_quietly("export", new(self.folder), "--to", "bundle", "--out",
                             self.folder / "no" / "where", says="where")

    def test_a_project_that_cannot_run_names_the_layer(self):
        project = new(self.folder)
        content = json.loads(project.read_text())
        for layer in content["layers"]:
            if layer["name"] == "conv2d_1":
                layer["config"]["filters"] = 0
        project.write_text(json.dumps(content))
        for form in ("bundle", "keras", "onnx", "python"):
            self.refused_quietly("export", project, "--to", form, "--out", self.folder / "x",
                                 says="conv2d_1")
            self.assertFalse((self.folder / "x").exists())

    def test_a_policy_that_is_not_computed_is_not_dropped(self):
        project = new(self.folder)
        content = json.loads(project.read_text())
        layer = next(layer for layer in content["layers"] if layer["name"] == "rescaling")
        layer["config"]["dtype"] = {"class_name": "DTypePolicy", "config": {"name": "float64"}}
        project.write_text(json.dumps(content))
        says = ("rescaling/dtype: a project is computed in float32, and float64 in `call` and in Try "
                "it only: use float32")
        code, output, _ = run("check", project)
        self.assertEqual(code, 1)
        self.assertIn(f"error: {says} [bad_parameter]", output)
        for form in ("keras", "onnx", "python", "r", "bundle"):
            with self.subTest(form):
                target = self.folder / "written"
                self.refused_quietly("export", project, "--to", form, "--out", target, says=says)
                self.assertFalse(target.exists())
        layer["config"]["dtype"]["config"]["name"] = "float32"
        project.write_text(json.dumps(content))
        self.assertEqual(run("export", project, "--to", "python", "--out", target)[0], 0)

    def test_a_policy_of_16_bits_is_written_where_it_is_computed(self):
        project = new(self.folder)
        content = json.loads(project.read_text())
        layer = next(layer for layer in content["layers"] if layer["name"] == "rescaling")
        layer["config"]["dtype"] = "mixed_float16"
        project.write_text(json.dumps(content))
        self.refused_quietly("export", project, "--to", "onnx", "--out", self.folder / "x.onnx",
                             says="rescaling: is rounded to float16")
        for form, says in (("python", 'dtype="mixed_float16"'), ("r", 'dtype = "mixed_float16"')):
            target = self.folder / form
            self.assertEqual(run("export", project, "--to", form, "--out", target)[0], 0)
            self.assertIn(says, target.read_text())

    def test_an_unknown_form_is_one_line(self):
        self.refused("export", new(self.folder), "--to", "exe", "--out", self.folder / "x",
                     says="--to")

    def refused_quietly(self, *arguments, says):
        """Refused; the last line on stderr says it (notes may stand before it)."""
        code, output, errors = run(*arguments)
        self.assertNotEqual(code, 0)
        self.assertEqual(output, "")
        self.assertIn(says, errors.splitlines()[-1])


class TestWeights(Folder):
    """An exported archive has weights; another seed gives the project other initial ones."""

    def setUp(self):
        super().setUp()
        self.project = new(self.folder)
        self.weights = self.folder / "trained.keras"
        assert run("export", self.project, "--to", "keras", "--out", self.weights)[0] == 0
        content = json.loads(self.project.read_text())
        content["recipe"]["seed"] = 4
        self.project.write_text(json.dumps(content))

    def test_given_weights_are_taken_and_told(self):
        target = self.folder / "bundle"
        code, _, errors = run("export", self.project, "--to", "bundle", "--out", target,
                              "--weights", self.weights)
        self.assertEqual((code, errors), (0, ""))
        manifest = json.loads((target / "manifest.json").read_text())
        self.assertEqual(manifest["notes"], [])
        self.assertEqual(manifest["provenance"]["weights"], "trained")
        self.assertEqual(manifest["provenance"]["weights_file"], "trained.keras")
        self.assertEqual(run("predict", target, "--input", PHOTO),
                         run("predict", self.weights, "--input", PHOTO))

    def test_weights_beside_the_project_are_found(self):
        initial = run("predict", self.project, "--input", PHOTO)[1]
        self.weights.rename(self.project.with_suffix(".keras"))

        code, output, errors = run("predict", self.project, "--input", PHOTO)

        self.assertEqual((code, errors), (0, ""))
        self.assertNotEqual(output, initial)

    def test_what_belongs_to_the_project_is_not_written_over(self):
        own = self.project.with_suffix(".keras")
        self.weights.rename(own)
        kept = own.read_bytes(), self.project.read_bytes()
        (self.folder / "below").mkdir()
        for form, target, says in (
                ("keras", own, "drawn_shapes.keras: is what the project takes its weights from"),
                ("onnx", own, "choose another name, or remove it first"),
                ("keras", self.folder / "below" / ".." / own.name, "takes its weights from"),
                ("python", self.project, "drawn_shapes.lbench: is the project itself"),
                ("bundle", self.project, "choose another name for the model")):
            with self.subTest(form=form, target=target.name):
                self.refused("export", self.project, "--to", form, "--out", target, says=says)
        self.assertEqual((own.read_bytes(), self.project.read_bytes()), kept)

    def test_what_is_read_for_a_model_is_not_written_over(self):
        data = self.folder / "rows.csv"
        data.write_text("a,label\n1,x\n2,y\n")
        content = json.loads(self.project.read_text())
        source = next(layer for layer in content["layers"] if layer["class_name"] == "Source")
        source["config"] = {"kind": "csv", "path": data.name, "label": "label"}
        table = self.folder / "table.lbench"
        table.write_text(json.dumps(content))
        kept = data.read_bytes(), self.weights.read_bytes()

        self.refused("export", table, "--to", "python", "--out", data,
                     says="rows.csv: is the project's data")
        for form in ("keras", "onnx"):
            self.refused("export", self.project, "--to", form, "--weights", self.weights,
                         "--out", self.weights, says="holds the weights that are asked for")
        self.assertEqual((data.read_bytes(), self.weights.read_bytes()), kept)

    def test_named_weights_become_those_beside_the_project_as_often_as_asked(self):
        own = self.project.with_suffix(".keras")
        for _ in range(2):
            code, _, errors = run("export", self.project, "--to", "keras", "--weights", self.weights,
                                  "--out", own)
            self.assertEqual((code, errors), (0, ""))

    def test_weights_of_another_model_are_refused(self):
        content = json.loads(self.project.read_text())
        for layer in content["layers"]:
            if layer["name"] == "conv2d":
                layer["config"]["filters"] = 5
        self.project.write_text(json.dumps(content))
        self.refused("predict", self.project, "--weights", self.weights, "--input", PHOTO,
                     says="conv2d")

    def test_a_file_that_is_no_archive_is_refused(self):
        self.weights.write_text("weights")
        self.refused("predict", self.project, "--weights", self.weights, "--input", PHOTO,
                     says="trained.keras")
        self.refused("predict", self.weights, "--input", PHOTO, says="trained.keras")


class TestImageFolder(Folder):
    def test_photos_of_many_sizes_make_a_bundle(self):
        """The model's own Resizing takes them; no size is fixed in the bundle."""
        for kind, names in (("cat", ("chelsea.jpg", "chelsea_progressive.jpg")),
                            ("cup", ("coffee.jpg", "pattern.png"))):
            (self.folder / "photos" / kind).mkdir(parents=True)
            for name in names:
                shutil.copy(PHOTO.parent / name, self.folder / "photos" / kind)
        project = new(self.folder)
        content = json.loads(project.read_text())
        for layer in content["layers"]:
            if layer["name"] == "drawn_shapes":
                layer["config"] = {"kind": "image_folder", "path": "photos"}
            if layer["name"] == "random_flip":
                layer.update(class_name="Resizing", name="resizing",
                             config={"height": 32, "width": 32, "crop_to_aspect_ratio": True})
            if layer["name"] == "dense":
                layer["config"]["units"] = 2
        content["recipe"]["validation_fraction"] = 0.5
        project.write_text(json.dumps(content))
        target = self.folder / "bundle"

        code, output, errors = run("export", project, "--to", "bundle", "--out", target)

        self.assertEqual(code, 0, errors)
        manifest = json.loads((target / "manifest.json").read_text())
        self.assertEqual(manifest["signature"]["inputs"][0]["shape"], [None, None, None, 3])
        self.assertEqual(manifest["labels"], ["cat", "cup"])
        self.assertEqual(len(manifest["samples"]), 2)
        self.assertEqual(run("verify", target)[0], 0)
        answers = [run("predict", model, "--input", PHOTO)[1] for model in (target, project)]
        self.assertEqual(answers[0], answers[1])


class TestDisk(Folder):
    """In a mount namespace, so that a full or read-only disk means something to root too."""

    def export_onto(self, options, *more):
        project = new(self.folder)
        disk = self.folder / "disk"
        disk.mkdir()
        commands = [f"mount -t tmpfs -o {options} none {disk}", *more,
                    f"{CLI} export {project} --to bundle --out {disk}/bundle; echo left $?",
                    f"ls -A {disk}"]
        namespace = workbench.mount_namespace()
        self.assertIsNotNone(namespace, "no mount namespace here: run as root, or allow them")
        done = subprocess.run([*namespace, "sh", "-c", " && ".join(commands)],
                              capture_output=True, text=True, check=False)
        disk.rmdir()
        self.assertIn("left", done.stdout, done.stderr)
        return done.stdout, done.stderr.splitlines()[-1]

    def test_a_full_disk_leaves_nothing(self):
        for size in ("32k", "200k", "600k"):
            with self.subTest(size=size):
                output, error = self.export_onto("size=" + size)
                self.assertEqual(output, "left 1\n")
                self.assertIn("No space left", error)
                (self.folder / "drawn_shapes.lbench").unlink()

    def test_a_read_only_folder_is_told(self):
        output, error = self.export_onto("size=1m", f"mount -o remount,ro {self.folder}/disk")
        self.assertEqual(output, "left 1\n")
        self.assertIn("Read-only", error)
        self.assertIn("Choose another folder", error)


if __name__ == "__main__":
    unittest.main()
