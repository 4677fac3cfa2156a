"""adapt, train and evaluate: a project from drawn pictures to weights, from the command line."""

import json
import math
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

import workbench

EPOCH = re.compile(
    r"epoch (\d+)/(\d+)  loss ([\d.]+)  accuracy ([\d.]+)  "
    r"val_loss ([\d.]+)  val_accuracy ([\d.]+)  [\d.]+ s"
)


def project(pipeline=(), model=(("Flatten", {}), ("Dense", {"units": 10, "activation": "softmax"}))):
    """A project that draws 300 shapes and joins layers in a row; layer i has the id 2 i."""
    classes = [("Source", {"kind": "drawn_shapes", "count": 300, "seed": 1, "path": ""})]
    classes += [*pipeline, ("Batch", {}), *model, ("Output", {})]
    layers, nodes = [], []
    for i, (class_name, config) in enumerate(classes, 1):
        same = sum(1 for other, _ in classes[: i - 1] if other == class_name)
        name = class_name.lower() + (f"_{same}" if same else "")
        layers.append({"class_name": class_name, "config": config, "id": 2 * i, "name": name})
        inputs = [{"port": "", "from": {"node": 2 * i - 1, "output": 0}}] if i > 1 else []
        if class_name == "Output":
            inputs.append({"port": "label", "from": {"node": 3, "output": 1}})
        nodes.append(
            {
                "at": [0.0, 0.0],
                "call": {},
                "id": 2 * i + 1,
                "inputs": inputs,
                "layer": 2 * i,
                "stage": "pipeline" if i <= len(pipeline) + 1 else "model",
            }
        )
    return {
        "layerbench": 1,
        "next_id": 1000,
        "layers": layers,
        "bodies": [{"id": 1, "name": "main", "nodes": nodes, "frames": []}],
        "recipe": {"epochs": 2, "batch_size": 32},
    }


def grouped(content, first, last):
    """The nodes `first` to `last` of a row as a group."""
    body = content["bodies"][0]
    inside = [node for node in body["nodes"] if first <= node["id"] <= last]
    layers = [{"class_name": name, "config": {}, "id": i, "name": "group_" + name.lower()}
              for name, i in (("Input", 902), ("Output", 904))]
    content["layers"] += layers

    def node(number, calls, source):
        inputs = [{"port": "", "from": {"node": source, "output": 0}}] if source else []
        return {"at": [0.0, 0.0], "call": {}, "id": number, "inputs": inputs, "stage": "pipeline",
                **calls}

    start, end = node(903, {"layer": 902}, None), node(905, {"layer": 904}, last)
    call = node(907, {"body": 901}, inside[0]["inputs"][0]["from"]["node"])
    inside[0]["inputs"][0]["from"]["node"] = 903
    for other in body["nodes"]:
        for wire in other["inputs"]:
            if other not in inside and wire["from"]["node"] == last:
                wire["from"]["node"] = 907
    body["nodes"] = [other for other in body["nodes"] if other not in inside] + [call]
    content["bodies"].append({"id": 901, "name": "data_augmentation", "frames": [],
                              "nodes": inside + [start, end]})
    return content


class Train(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write(project([("Rescaling", {"scale": 1 / 255})]))

    def test_a_group_is_used_by_chance(self):
        """A group that makes every image black leaves training nothing to see, or does nothing."""
        self.write(grouped(project([("Rescaling", {"scale": 1 / 255}),
                                    ("Rescaling", {"scale": 0.0})]), 7, 7))
        losses = []
        for probability in (0, 1):
            out = self.folder / str(probability)
            code, text, errors = workbench.run(
                "train", self.project, "--epochs", 2, "--out", out, "--set",
                "data_augmentation.apply=sometimes", "--set",
                f"data_augmentation.probability={probability}")
            self.assertEqual((code, errors), (0, ""))
            losses.append(float(EPOCH.findall(text)[-1][2]))
        self.assertAlmostEqual(losses[1], math.log(10), delta=0.02)  # ten classes, nothing to see
        self.assertGreater(abs(losses[0] - math.log(10)), 0.1)
        code, _, errors = workbench.run("train", self.project, "--set",
                                        "data_augmentation.probability=2")
        self.assertNotEqual(code, 0)
        self.assertIn("data_augmentation/probability", errors)

    def test_adapting_on_validation_rows_is_a_warning(self):
        self.write(project([("Normalization", {})]))
        code, out, errors = workbench.run("adapt", self.project, "--on", "validation")
        self.assertEqual(code, 0)
        self.assertIn("warning", errors)
        self.assertIn("judges too well", workbench.run("check", self.project)[1])
        code, out, errors = workbench.run("adapt", self.project)
        self.assertEqual((code, errors), (0, ""))
        self.assertIn("adapted on 300 rows", out)
        self.assertNotIn("judges too well", workbench.run("check", self.project)[1])

    def write(self, content):
        self.project = self.folder / "shapes.lbench"
        self.project.write_text(json.dumps(content))

    def run_cli(self, command, *more):
        code, out, err = workbench.run(command, self.project, *more)
        self.assertEqual(code, 0, err)
        return out, err

    def refused(self, *arguments):
        code, out, err = workbench.run(*arguments)
        self.assertNotEqual(code, 0)
        self.assertEqual(out, "")
        self.assertEqual(len(err.splitlines()), 1, err)
        return err

    def trained(self, name, *more):
        """What a run printed, a list of numbers an epoch, and its history."""
        out, _ = self.run_cli("train", "--out", self.folder / name, *more)
        lines = [EPOCH.fullmatch(line) for line in out.splitlines()]
        self.assertTrue(all(lines), out)
        history = json.loads((self.folder / name / "history.json").read_text())
        return [[float(number) for number in line.groups()] for line in lines], history

    def test_prints_a_line_an_epoch_and_leaves_weights_and_history(self):
        printed, history = self.trained("a", "--epochs", 3)

        self.assertEqual([line[:2] for line in printed], [[1, 3], [2, 3], [3, 3]])
        self.assertEqual(len(history["losses"]), 3 * 10)  # 300 rows in batches of 32
        for key, column in (("loss", 2), ("accuracy", 3), ("val_loss", 4), ("val_accuracy", 5)):
            for value, line in zip(history["history"][key], printed, strict=True):
                self.assertAlmostEqual(value, line[column], delta=1e-4)
        self.assertLess(printed[2][2], printed[0][2])
        self.assertEqual(sum(sum(row) for row in history["confusion"]), 1000)
        self.assertTrue((self.folder / "a" / "model.keras").exists())

        out, _ = self.run_cli("evaluate", "--out", self.folder / "a")
        rows, loss, accuracy = re.fullmatch(
            r"(\d+) rows  loss ([\d.]+)  accuracy ([\d.]+)\n", out
        ).groups()
        self.assertEqual((rows, float(loss), float(accuracy)), ("1000", *printed[2][4:]))

    def test_numbers_do_not_depend_on_the_workers(self):
        augmented = project([("RandomFlip", {"mode": "horizontal"}), ("Rescaling", {"scale": 0.01})])
        self.write(augmented)
        _, one = self.trained("one", "--workers", 1)
        _, three = self.trained("three", "--workers", 3)
        self.assertEqual(one["losses"], three["losses"])

    def test_goes_on_bit_by_bit_from_a_checkpoint(self):
        _, whole = self.trained("whole", "--epochs", 3)
        self.trained("part", "--epochs", 1)
        printed, rest = self.trained(
            "part", "--epochs", 3, "--resume", self.folder / "part" / "checkpoint.keras"
        )

        self.assertEqual([line[0] for line in printed], [2, 3])
        self.assertEqual(rest["losses"], whole["losses"][10:])
        self.assertEqual(rest["history"]["val_loss"], whole["history"]["val_loss"])

    def test_ctrl_c_stops_and_keeps(self):
        command = [workbench.CLI, "train", self.project, "--out", self.folder / "kept"]
        with subprocess.Popen(
            [*map(str, command), "--epochs", "100000"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            self.assertRegex(running.stdout.readline(), r"^epoch 1/100000 ")
            os.kill(running.pid, signal.SIGINT)
            _, err = running.communicate(timeout=120)
        self.assertEqual(running.returncode, 0, err)
        self.assertIn("stopped", err)
        self.assertTrue((self.folder / "kept" / "model.keras").exists())
        history = json.loads((self.folder / "kept" / "history.json").read_text())
        self.assertGreaterEqual(len(history["losses"]), 10)
        self.run_cli("evaluate", "--out", self.folder / "kept")

    def test_settings_change_nodes_and_recipe_but_not_the_file(self):
        before = self.project.read_text()
        _, history = self.trained(
            "a", "--set", "source.count=64", "--set", "recipe.batch_size=16", "--epochs", 1
        )
        self.assertEqual(len(history["losses"]), 4)
        self.assertEqual(self.project.read_text(), before)

    def test_refuses_settings_that_lead_nowhere(self):
        for setting, place in (
            ("dense.unit=3", "dense/unit: Dense has no such parameter"),
            ("dens.units=3", "dens: is no node of the project"),
            ("dense.units=0", "dense/units: must be at least 1"),
            ("recipe.epoch=3", "epoch: is no field of the training recipe"),
            ("dense", "needs the form node.key=value"),
        ):
            err = self.refused("train", self.project, "--set", setting)
            self.assertIn(place, err)
            self.assertFalse((self.folder / "model.keras").exists())

    def test_a_run_that_diverges_names_layer_and_step(self):
        err = self.refused(
            "train",
            self.project,
            "--set",
            'recipe.optimizer={"class_name":"SGD","config":{"learning_rate":1e39}}',
        )
        self.assertRegex(err, r"^layerbench-cli: dense.*: step \d+: ")
        self.assertFalse((self.folder / "model.keras").exists())

    def test_says_what_is_missing(self):
        self.assertIn("nowhere.lbench", self.refused("train", self.folder / "nowhere.lbench"))
        self.assertIn("model.keras", self.refused("evaluate", self.project))
        content = project()
        content["layers"][0]["config"] = {"kind": "cifar10", "path": "gone"}
        self.write(content)
        self.assertIn("gone", self.refused("train", self.project))

    def test_weights_of_another_model_are_not_evaluated(self):
        self.run_cli("train", "--epochs", 1)
        content = project()
        dense = next(layer for layer in content["layers"] if layer["class_name"] == "Dense")
        for node in content["bodies"][0]["nodes"]:
            if node["layer"] == dense["id"]:
                node["layer"] = 998
        dense.update(id=998, name="another")
        content["layers"].sort(key=lambda layer: layer["id"])
        self.write(content)
        err = self.refused("evaluate", self.project)
        self.assertIn("model.keras: holds the weights of another model", err)

    def test_adapts_and_saves_the_project(self):
        self.write(project([("Normalization", {"axis": -1})]))
        out, _ = self.run_cli("adapt")
        self.assertIn("normalization  Normalization  adapted on 300 rows", out)
        first = json.loads(self.project.read_text())
        self.run_cli("adapt")
        second = json.loads(self.project.read_text())
        records = [[layer["adapted"].pop("record") for layer in document["layers"]
                    if "adapted" in layer] for document in (first, second)]
        self.assertEqual(first, second)
        for before, after in zip(*records, strict=True):  # the ledger knows both
            self.assertEqual([before["data"], before["at"]],
                             [after["history"][0]["data"], after["history"][0]["at"]])

    def test_train_adapts_first_what_was_never_adapted(self):
        self.write(project([("Normalization", {"axis": -1})]))
        _, err = self.run_cli("train", "--out", self.folder / "a", "--epochs", 1)
        self.assertIn("adapted 1 layers", err)
        self.run_cli("evaluate", "--out", self.folder / "a")


if __name__ == "__main__":
    unittest.main()
