"""conform: the layers agree with Keras' own numbers, and read nothing off."""

import collections
import json
import pathlib
import shutil
import tempfile
import unittest
import zipfile

import workbench

IMAGE = {
    "AutoContrast": 4,
    "CategoryEncoding": 8,
    "CenterCrop": 18,
    "CutMix": 2,
    "Discretization": 28,
    "Equalization": 2,
    "MelSpectrogram": 2,
    "MixUp": 2,
    "Normalization": 22,
    "RandomBrightness": 4,
    "RandomColorDegeneration": 4,
    "RandomContrast": 4,
    "RandomCrop": 14,
    "RandomErasing": 14,
    "RandomFlip": 6,
    "RandomGaussianBlur": 14,
    "RandomGrayscale": 2,
    "RandomHue": 4,
    "RandomInvert": 2,
    "RandomPerspective": 14,
    "RandomPosterization": 2,
    "RandomRotation": 30,
    "RandomSaturation": 4,
    "RandomSharpness": 4,
    "RandomShear": 28,
    "RandomTranslation": 28,
    "RandomZoom": 30,
    "Rescaling": 4,
    "Resizing": 60,
    "STFTSpectrogram": 6,
    "Solarization": 2,
}
TEXT = {
    "HashedCrossing": 2,
    "Hashing": 28,
    "IntegerLookup": 22,
    "StringLookup": 30,
    "TextVectorization": 42,
}
EDGES = 114  # cases of scripts/cases/edges.py
MORE = {  # configurations that the first cases do not ask
    "AugMix": 10,
    "AutoContrast": 6,
    "ContrastLimitedAdaptiveHistogramEqualization": 12,
    "CutMix": 5,
    "Equalization": 6,
    "MaxNumBoundingBoxes": 5,
    "MixUp": 6,
    "Pipeline": 4,
    "RandAugment": 10,
    "RandomBrightness": 8,
    "RandomColorDegeneration": 6,
    "RandomColorJitter": 12,
    "RandomCrop": 11,
    "RandomElasticTransform": 14,
    "RandomErasing": 6,
    "RandomGaussianBlur": 6,
    "RandomGrayscale": 6,
    "RandomHue": 6,
    "RandomInvert": 6,
    "RandomPerspective": 5,
    "RandomPosterization": 6,
    "RandomSaturation": 6,
    "RandomSharpness": 6,
    "RandomShear": 6,
    "Solarization": 6,
    "TextVectorization": 2,
}
ANNOTATED = {  # images with masks, boxes in every format and labels
    "AugMix": 9,
    "AutoContrast": 3,
    "CenterCrop": 9,
    "MaxNumBoundingBoxes": 3,
    "Pipeline": 3,
    "RandAugment": 9,
    "RandomBrightness": 5,
    "RandomCrop": 24,
    "RandomElasticTransform": 9,
    "RandomErasing": 12,
    "RandomFlip": 12,
    "RandomPerspective": 12,
    "RandomRotation": 10,
    "RandomShear": 12,
    "RandomTranslation": 12,
    "RandomZoom": 12,
    "Resizing": 9,
}
POLICIES = {  # float16, bfloat16, float64 and mixed ones, of every layer that takes a dtype
    "AugMix": 5,
    "AutoContrast": 12,
    "CategoryEncoding": 8,
    "CenterCrop": 3,
    "ContrastLimitedAdaptiveHistogramEqualization": 3,
    "CutMix": 2,
    "Discretization": 5,
    "Equalization": 3,
    "HashedCrossing": 3,
    "Hashing": 3,
    "IntegerLookup": 3,
    "MaxNumBoundingBoxes": 3,
    "MelSpectrogram": 2,
    "MixUp": 5,
    "Normalization": 7,
    "RandAugment": 4,
    "RandomBrightness": 5,
    "RandomColorDegeneration": 3,
    "RandomColorJitter": 4,
    "RandomContrast": 3,
    "RandomCrop": 6,
    "RandomElasticTransform": 3,
    "RandomErasing": 3,
    "RandomFlip": 6,
    "RandomGaussianBlur": 3,
    "RandomGrayscale": 3,
    "RandomHue": 5,
    "RandomInvert": 5,
    "RandomPerspective": 4,
    "RandomPosterization": 6,
    "RandomRotation": 6,
    "RandomSaturation": 5,
    "RandomSharpness": 3,
    "RandomShear": 3,
    "RandomTranslation": 6,
    "RandomZoom": 6,
    "Rescaling": 4,
    "Resizing": 7,
    "STFTSpectrogram": 1,
    "Solarization": 8,
    "StringLookup": 3,
    "TextVectorization": 3,
}
MODEL = {
    "Activation": 39,
    "Add": 3,
    "AveragePooling2D": 4,
    "BatchNormalization": 13,
    "Concatenate": 3,
    "Conv2D": 9,
    "Dense": 5,
    "Dropout": 2,
    "Embedding": 3,
    "Flatten": 3,
    "GlobalAveragePooling1D": 3,
    "GlobalAveragePooling2D": 2,
    "LeakyReLU": 2,
    "MaxPooling2D": 6,
    "ReLU": 5,
    "Softmax": 5,
}
OPTIMIZERS = {"SGD": 23, "RMSprop": 4, "Adam": 12}
METRICS = {
    "Accuracy": 2,
    "BinaryAccuracy": 6,
    "BinaryCrossentropy": 3,
    "CategoricalAccuracy": 2,
    "CategoricalCrossentropy": 2,
    "MeanSquaredError": 2,
    "SparseCategoricalAccuracy": 4,
    "SparseCategoricalCrossentropy": 2,
}
LOSSES = {
    "SparseCategoricalCrossentropy": 11,
    "CategoricalCrossentropy": 13,
    "BinaryCrossentropy": 9,
    "MeanSquaredError": 24,
}
EXPECTED = ("expected", "expected_mask", "grad_inputs", "grad_weights", "updated_weights", "losses")
ANSWER_FILES = {
    "expected": "y",
    "expected_mask": "mask",
    "grad_inputs": "grad_input",
    "grad_weights": "grad_weight",
    "updated_weights": "updated_weight",
}


def table(text):
    """{class: (cases, failed)} of what conform prints."""
    rows = [line.split() for line in text.splitlines()[1:]]
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def named_files(value):
    """The files that a part of a case names."""
    if isinstance(value, str):
        return {value} if value.endswith((".npy", ".json")) else set()
    if isinstance(value, dict):
        return set().union(*map(named_files, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(named_files, value)) if value else set()
    return set()


def numbers(value):
    """Every number of lists and objects, in order of the keys."""
    if isinstance(value, dict):
        return [number for key in sorted(value) for number in numbers(value[key])]
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    return [value]


class Conform(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write_case(self, name="one", **changes):
        """A Rescaling case with the right answer, changed as asked; None takes a field away."""
        case = {
            "layer": {"class_name": "Rescaling", "config": {"scale": 0.5, "offset": 1.0}},
            "input": "input.npy",
            "expected": "expected.npy",
            "training": False,
            "tolerance": 1e-6,
        }
        case.update(changes)
        case = {key: value for key, value in case.items() if value is not None}
        folder = self.folder / "cases" / name
        folder.mkdir(parents=True)
        workbench.write_npy(folder / "input.npy", (2,), (2.0, 4.0))
        workbench.write_npy(folder / "expected.npy", (2,), (2.0, 3.0))
        (folder / "case.json").write_text(json.dumps(case))
        return self.folder / "cases"

    def conform(self, path, *more):
        return workbench.run("conform", path, *more)

    def test_every_image_and_numeric_case_agrees(self):
        code, out, err = self.conform(
            workbench.GOLDEN / "preprocessing.zip", "--only", ",".join(IMAGE)
        )
        self.assertEqual((code, err), (0, ""))
        rows = table(out)
        self.assertEqual(rows.pop("total"), (sum(IMAGE.values()), 0))
        self.assertEqual(rows, {name: (count, 0) for name, count in IMAGE.items()})

    def test_every_case_of_text_and_categories_agrees(self):
        code, out, err = self.conform(
            workbench.GOLDEN / "preprocessing.zip", "--only", ",".join(TEXT)
        )
        self.assertEqual((code, err), (0, ""))
        rows = table(out)
        self.assertEqual(rows.pop("total"), (sum(TEXT.values()), 0))
        self.assertEqual(rows, {name: (count, 0) for name, count in TEXT.items()})

    def test_every_case_with_masks_and_boxes_agrees(self):
        code, out, err = self.conform(workbench.GOLDEN / "annotated_images.zip")
        self.assertEqual((code, err), (0, ""))
        rows = table(out)
        self.assertEqual(rows.pop("total"), (sum(ANNOTATED.values()), 0))
        self.assertEqual(rows, {name: (count, 0) for name, count in ANNOTATED.items()})

    def test_a_dictionary_of_images_is_answered_in_its_order(self):
        folder = self.folder / "dictionary"
        folder.mkdir()
        workbench.write_npy(folder / "images.npy", (1, 2, 2, 1), (1.0, 2.0, 3.0, 4.0))
        workbench.write_npy(folder / "masks.npy", (1, 2, 2, 1), (0.0, 1.0, 0.0, 1.0))
        workbench.write_npy(folder / "boxes.npy", (1, 1, 4), (0.0, 0.0, 1.0, 2.0))
        workbench.write_npy(folder / "labels.npy", (1, 1), (7.0,))
        (folder / "case.json").write_text(json.dumps({
            "layer": {"class_name": "Resizing",
                      "config": {"height": 4, "width": 4, "bounding_box_format": "xywh"}},
            "inputs": {
                "labels": {"shape": [1, 2], "dtype": "float32", "value": [[0.0, 1.0]]},
                "bounding_boxes": {"labels": "labels.npy", "boxes": "boxes.npy"},
                "images": "images.npy",
                "segmentation_masks": "masks.npy",
            },
        }))
        out = self.folder / "out"
        code, _, err = workbench.run("call", "--case", folder, "--out", out)
        self.assertEqual((code, err), (0, ""))
        names = sorted(path.name for path in out.iterdir() if path.name.startswith("y"))
        self.assertEqual(names, [f"y{i}.npy" for i in range(5)])
        values = [workbench.read_npy((out / name).read_bytes())[2] for name in names]
        self.assertEqual(values[1][0:4], [0.0, 0.0, 1.0, 1.0])
        self.assertEqual(values[2:], [[0.0, 0.0, 2.0, 4.0], [7.0], [0.0, 1.0]])

    def test_every_further_case_agrees(self):
        code, out, err = self.conform(
            workbench.GOLDEN / "preprocessing_more.zip", "--only", ",".join(MORE)
        )
        self.assertEqual((code, err), (0, ""))
        rows = table(out)
        self.assertEqual(rows.pop("total"), (sum(MORE.values()), 0))
        self.assertEqual(rows, {name: (count, 0) for name, count in MORE.items()})

    def test_every_case_at_the_edge_agrees(self):
        """Nothing, one pixel, one separator, letters of other scripts, ids that there are not."""
        code, out, err = self.conform(workbench.GOLDEN / "preprocessing_edges.zip")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(table(out)["total"], (EDGES, 0))

    def test_every_feature_space_agrees(self):
        code, out, err = self.conform(workbench.GOLDEN / "feature_space.zip")
        self.assertEqual((code, err), (0, ""))
        rows = table(out)
        self.assertEqual(rows, {"FeatureSpace": (48, 0), "total": (48, 0)})

    def test_every_case_of_dtype_policies_agrees(self):
        """Dtypes as well, and numbers as far as the roundings of Keras' own operations allow."""
        code, out, err = self.conform(workbench.GOLDEN / "dtype_policies.zip")
        self.assertEqual((code, err), (0, ""))
        rows = table(out)
        self.assertEqual(rows.pop("total"), (sum(POLICIES.values()), 0))
        self.assertEqual(rows, {name: (count, 0) for name, count in POLICIES.items()})

    def test_every_key_that_keras_writes_is_a_field_of_its_layer(self):
        """Beside what every layer of Keras has, and what follows from a vocabulary."""
        shared = {"name", "trainable", "dtype", "vocabulary_size"}
        code, out, _ = workbench.run("layers", "--json")
        self.assertEqual(code, 0)
        fields = {layer["class_name"]: {field["key"] for field in layer["fields"]}
                  for layer in json.loads(out)}
        unknown = collections.Counter()
        for archive in ("preprocessing.zip", "preprocessing_more.zip", "preprocessing_edges.zip",
                        "annotated_images.zip", "feature_space.zip", "dtype_policies.zip"):
            with zipfile.ZipFile(workbench.GOLDEN / archive) as source:
                for name in source.namelist():
                    if name.endswith("case.json"):
                        layer = json.loads(source.read(name))["layer"]
                        for key in set(layer["config"]) - shared - fields[layer["class_name"]]:
                            unknown[layer["class_name"], key] += 1
        self.assertEqual(unknown, {})

    def test_every_case_of_the_models_layers_agrees(self):
        code, out, err = self.conform(
            workbench.GOLDEN / "model_layers.zip", "--only", ",".join(MODEL)
        )
        self.assertEqual((code, err), (0, ""))
        rows = table(out)
        self.assertEqual(rows.pop("total"), (sum(MODEL.values()), 0))
        self.assertEqual(rows, {name: (count, 0) for name, count in MODEL.items()})

    def test_every_case_of_the_recipes_optimizers_losses_and_metrics_agrees(self):
        wanted = collections.Counter(OPTIMIZERS) + collections.Counter(METRICS)
        wanted += collections.Counter(LOSSES)
        code, out, err = self.conform(
            workbench.GOLDEN / "model_training.zip", "--only", ",".join(wanted)
        )
        self.assertEqual((code, err), (0, ""))
        rows = table(out)
        self.assertEqual(rows.pop("total"), (sum(wanted.values()), 0))
        self.assertEqual(rows, {name: (count, 0) for name, count in wanted.items()})

    def test_answers_do_not_depend_on_the_stored_numbers(self):
        stripped = self.folder / "stripped.zip"
        with zipfile.ZipFile(stripped, "w") as target:
            for folder, case, source in workbench.cases("preprocessing.zip", IMAGE):
                question = {key: value for key, value in case.items() if key not in EXPECTED}
                target.writestr(folder + "/case.json", json.dumps(question))
                for name in named_files(question):
                    target.writestr(f"{folder}/{name}", source.read(f"{folder}/{name}"))
                self.assertNotIn("expected.npy", named_files(question))
        answers = self.folder / "answers"
        code, out, _ = self.conform(stripped, "--answers", answers)
        self.assertEqual(code, 0)
        self.assertEqual(table(out)["total"], (sum(IMAGE.values()), 0))
        compared = 0
        for folder, case, source in workbench.cases("preprocessing.zip", IMAGE):
            expected = workbench.read_npy(source.read(f"{folder}/{case['expected']}"))
            answer = workbench.read_npy((answers / folder / "y.npy").read_bytes())
            self.assertIsNone(workbench.differs(answer, expected, case["tolerance"]), folder)
            compared += 1
        self.assertEqual(compared, sum(IMAGE.values()))

    def test_answers_of_model_layers_do_not_depend_on_the_stored_numbers(self):
        stripped = self.folder / "stripped.zip"
        with zipfile.ZipFile(stripped, "w") as target:
            for folder, case, source in workbench.cases("model_layers.zip", MODEL):
                question = {key: value for key, value in case.items() if key not in EXPECTED}
                target.writestr(folder + "/case.json", json.dumps(question))
                for name in named_files(question):
                    target.writestr(f"{folder}/{name}", source.read(f"{folder}/{name}"))
        answers = self.folder / "answers"
        code, out, _ = self.conform(stripped, "--answers", answers)
        self.assertEqual(code, 0)
        self.assertEqual(table(out)["total"], (sum(MODEL.values()), 0))
        compared = 0
        for folder, case, source in workbench.cases("model_layers.zip", MODEL):
            for key, stem in ANSWER_FILES.items():
                named = case.get(key)
                single = isinstance(named, str)
                for i, name in enumerate([named] if single else named or []):
                    file = answers / folder / f"{stem}{'' if single else i}.npy"
                    self.assertEqual(file.exists(), name is not None, file)
                    if name is None:
                        continue
                    expected = workbench.read_npy(source.read(f"{folder}/{name}"))
                    answer = workbench.read_npy(file.read_bytes())
                    difference = workbench.differs(answer, expected, case["tolerance"])
                    self.assertIsNone(difference, (folder, name))
                    compared += 1
            if case.get("losses"):
                answer = json.loads((answers / folder / "losses.json").read_text())
                for one, expected in zip(answer, case["losses"], strict=True):
                    self.assertAlmostEqual(one, expected, delta=case["tolerance"] * (1 + expected))
        self.assertGreater(compared, 2 * sum(MODEL.values()))

    def test_answers_of_training_cases_do_not_depend_on_the_stored_numbers(self):
        kinds = {"optimizer": OPTIMIZERS, "metric": METRICS, "loss": LOSSES}
        count = sum(sum(classes.values()) for classes in kinds.values())
        stored = {}
        stripped = self.folder / "stripped.zip"
        archive = zipfile.ZipFile(workbench.GOLDEN / "model_training.zip")
        with archive as source, zipfile.ZipFile(stripped, "w") as target:
            for name in source.namelist():
                if not name.startswith(("optimizers/", "metrics/", "losses/")):
                    continue
                case = json.loads(source.read(name))
                kind = next(kind for kind in kinds if kind in case)
                if case[kind]["class_name"] not in kinds[kind]:
                    continue
                if kind == "metric":
                    case["results"] = [update.pop("result") for update in case["updates"]]
                keys = ("after", "learning_rates", "final", "value", "gradient", "results")
                stored[name] = {key: case.pop(key) for key in keys if key in case}, case
                target.writestr(name, json.dumps(case))
        answers = self.folder / "answers"
        code, out, _ = self.conform(stripped, "--answers", answers)
        self.assertEqual(code, 0)
        self.assertEqual(table(out)["total"], (count, 0))
        for name, (expected, case) in stored.items():
            answer = json.loads((answers / name).read_text())
            self.assertEqual(answer.keys(), expected.keys(), name)
            for one, other in zip(numbers(answer), numbers(expected), strict=True):
                self.assertLessEqual(abs(one - other), case["tolerance"] * (1 + abs(other)), name)

    def test_a_wrong_number_fails(self):
        cases = self.write_case()
        self.assertEqual(self.conform(cases)[0], 0)
        workbench.write_npy(cases / "one" / "expected.npy", (2,), (2.0, 3.00001))
        code, out, err = self.conform(cases)
        self.assertNotEqual(code, 0)
        self.assertEqual(table(out), {"Rescaling": (1, 1), "total": (1, 1)})
        self.assertIn("one: expected 0: 3.0 instead of 3.00001", err)
        self.assertIn("1 of 1 cases failed", err.splitlines()[-1])

    def test_a_wrong_shape_or_dtype_fails(self):
        cases = self.write_case()
        workbench.write_npy(cases / "one" / "expected.npy", (1, 2), (2.0, 3.0))
        self.assertNotEqual(self.conform(cases)[0], 0)
        workbench.write_npy(cases / "one" / "expected.npy", (2,), (2, 3), "<i4")
        self.assertNotEqual(self.conform(cases)[0], 0)

    def stated(self, count, wanted, dtype="float32", rounded="float16"):
        """The right answer 2, 3 against `wanted`, if it was rounded `count` times on the way."""
        precision = [{"dtype": rounded, "roundings": count}] if count else [None]
        cases = self.write_case(tolerance=0.0, dtypes=[dtype], precision=precision)
        workbench.write_npy(cases / "one" / "expected.npy", (2,), wanted)
        result = self.conform(cases)
        shutil.rmtree(cases)
        return result

    def test_roundings_are_units_of_their_type_at_the_scale_of_the_answer(self):
        """Between 2 and 4 a unit is 2^-9 of float16, 2^-6 of bfloat16 and 2^-22 of float32."""
        for rounded, unit in (("float16", 2**-9), ("bfloat16", 2**-6), ("float32", 2**-22)):
            for count in (1, 3):
                for sign in (1, -1):
                    inside = (2.0 + sign * count * unit, 3.0)
                    self.assertEqual(self.stated(count, inside, rounded=rounded)[0], 0, rounded)
                    outside = (2.0 + sign * (count + 0.5) * unit, 3.0)
                    self.assertEqual(self.stated(count, outside, rounded=rounded)[0], 1, rounded)
        self.assertEqual(self.stated(0, (2.0, 3.0))[0], 0)
        code, _, err = self.stated(0, (2.0, 3.0 + 2**-22))
        self.assertEqual(code, 1)
        self.assertIn("3.0 instead of 3.000000238418579 at [1], more than 0.0 apart", err)

    def test_the_dtype_that_is_stated_is_asked_whatever_the_file_holds(self):
        code, _, err = self.stated(3, (2.0, 3.0), dtype="bfloat16", rounded="bfloat16")
        self.assertEqual(code, 1)
        self.assertIn("dtype float32 instead of bfloat16", err)

    def test_a_precision_that_cannot_be_read_fails(self):
        bad = [{"dtype": "float17", "roundings": 3}], [{"dtype": "float16", "roundings": -1}], [3], []
        for precision in bad:
            cases = self.write_case(tolerance=0.0, dtypes=["float32"], precision=precision)
            code, _, err = self.conform(cases)
            self.assertEqual(code, 1, precision)
            self.assertIn("precision: ", err)
            shutil.rmtree(cases)

    def test_what_is_not_known_fails(self):
        cases = self.write_case("class", layer={"class_name": "Sorcery", "config": {}})
        self.write_case("field", spell="abracadabra")
        self.write_case("kind", layer=None, incantation={})
        self.write_case("value", layer={"class_name": "Rescaling", "config": {"scale": "big"}})
        code, out, _ = self.conform(cases)
        self.assertNotEqual(code, 0)
        self.assertEqual(table(out)["total"], (4, 4))

    def test_a_case_without_numbers_is_answered_and_not_judged(self):
        cases = self.write_case(expected=None)
        answers = self.folder / "answers"
        code, out, _ = self.conform(cases, "--answers", answers)
        self.assertEqual(code, 0)
        self.assertIn("1 not judged", out)
        y = workbench.read_npy((answers / "one" / "y.npy").read_bytes())
        self.assertEqual(y, ("<f4", (2,), [2.0, 3.0]))

    def test_a_case_that_is_not_to_be_judged_is_reported(self):
        cases = self.write_case(judged=False)
        workbench.write_npy(cases / "one" / "expected.npy", (2,), (7.0, 7.0))
        code, out, _ = self.conform(cases, "--json")
        self.assertEqual(code, 0)
        report = json.loads(out)
        self.assertEqual(report["total"]["cases"], 1)
        self.assertEqual(report["total"]["not_judged"], 1)
        self.assertEqual(report["cases"][0]["status"], "answered")

    def test_only_chooses_classes(self):
        cases = self.write_case()
        self.write_case("other", layer={"class_name": "Sorcery", "config": {}})
        code, out, _ = self.conform(cases, "--only", "Rescaling")
        self.assertEqual(code, 0)
        self.assertEqual(table(out)["total"], (1, 0))

    def test_a_place_without_cases_is_an_error_in_one_line(self):
        for path in (self.folder, self.folder / "absent", pathlib.Path(__file__)):
            code, _, err = self.conform(path)
            self.assertNotEqual(code, 0)
            self.assertEqual(len(err.splitlines()), 1, err)


if __name__ == "__main__":
    unittest.main()
