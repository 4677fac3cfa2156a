"""Texts and tables from the command line: new, check, adapt, train, evaluate, export, predict."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import zipfile

import workbench

DATA = pathlib.Path(os.environ.get("LAYERBENCH_DATA", ""))
TEXTS = workbench.SOURCE / "tests" / "data" / "texts"
SHIP = workbench.SOURCE / "tests" / "data" / "tables" / "ship.csv"
LAST_EPOCH = re.compile(r"epoch \d+/\d+  loss [\d.]+  accuracy [\d.]+  val_loss [\d.]+  "
                        r"val_accuracy ([\d.]+)")


class Tables(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_well(self, *arguments):
        code, out, errors = workbench.run(*arguments)
        self.assertEqual(code, 0, errors)
        return out

    def new(self, template):
        project = self.folder / f"{template}.lbench"
        self.run_well("new", template, "--out", project)
        return project

    def train(self, project, *more):
        out = self.run_well("train", project, *more)
        return float(LAST_EPOCH.findall(out)[-1])

    def test_a_guessed_label_is_told_and_a_sorted_file_is_no_trap(self):
        rows = [f"{i * 7 % 5},0.{i},{'cat' if i < 10500 else 'dog'}" for i in range(21000)]
        (self.folder / "last.csv").write_text("\n".join(["a,b,kind"] + rows) + "\n")
        first = [",".join(reversed(row.split(","))) for row in rows]
        (self.folder / "first.csv").write_text("\n".join(["kind,b,a2"] + [
            row.rsplit(",", 1)[0] + f",{i}.5" for i, row in enumerate(first)]) + "\n")
        told = {}
        project = self.new("table")
        for name in ("last", "first"):
            document = json.loads(project.read_text())
            source = next(each for each in document["layers"] if each["class_name"] == "Source")
            source["config"] = {"kind": "csv", "path": f"{name}.csv"}
            project.write_text(json.dumps(document))
            told[name] = [line for line in workbench.run("check", project)[1].splitlines()
                          if line.startswith("data: ")]
        self.assertEqual(told["last"], ['data: read with separator comma, quote " and names of '
                                        "columns; the label is column kind"])
        self.assertIn("the label is column kind", told["first"][0])
        self.assertIn("nobody said which column is the label, so it is column kind, which holds few "
                      "classes", told["first"][1])

    def test_sentences_from_template_to_prediction(self):
        project = self.new("text")
        self.run_well("check", project)
        adapted = self.run_well("adapt", project)
        self.assertIn("text_vectorization  TextVectorization  adapted on 4096 rows", adapted)
        self.assertGreater(self.train(project, "--epochs", 2), 0.95)
        self.assertIn("accuracy", self.run_well("evaluate", project))
        bundle = self.folder / "bundle"
        self.run_well("export", project, "--to", "bundle", "--out", bundle, "--weights",
                      self.folder / "model.keras")
        self.run_well("verify", bundle)
        sentences = self.folder / "sentences.txt"
        sentences.write_text("The kettle is excellent and works perfectly.\n\n"
                             "What a flimsy chair, it fell apart!\n")
        out = self.run_well("predict", bundle, "--input", sentences, "--top", 1)
        self.assertEqual([line.split("\t")[0] for line in out.splitlines() if "\t" in line],
                         ["praise", "complaint"])
        for file in ("rows.csv", "rows.json"):
            path = self.folder / file
            path.write_text('text\n"The kettle is excellent, it works perfectly."\n'
                            if file.endswith("csv") else
                            json.dumps(["The kettle is excellent, it works perfectly."]))
            out = self.run_well("predict", bundle, "--input", path, "--top", 1)
            self.assertTrue(out.startswith("praise\t"), out)

    def weighing(self):
        """A project that looks at the weights of words (tf_idf), in the place of their order."""
        project = self.new("text")
        document = json.loads(project.read_text())
        words = next(layer for layer in document["layers"] if layer["name"] == "text_vectorization")
        words["config"] = {"max_tokens": 200, "output_mode": "tf_idf"}
        nodes = document["bodies"][0]["nodes"]
        names = {layer["id"]: layer["name"] for layer in document["layers"]}
        by_name = {names[node["layer"]]: node for node in nodes}
        by_name["dense"]["inputs"] = by_name["embedding"]["inputs"]
        away = [by_name["embedding"], by_name["global_average_pooling1d"]]
        document["bodies"][0]["nodes"] = [node for node in nodes if node not in away]
        gone = [node["layer"] for node in away]
        document["layers"] = [layer for layer in document["layers"] if layer["id"] not in gone]
        project.write_text(json.dumps(document))
        return project, document, words

    def test_weights_of_words_stay_with_the_model(self):
        project, document, words = self.weighing()
        self.run_well("train", project, "--epochs", 2)  # adapts first, and the project stays as it is
        self.assertEqual(json.loads(project.read_text()), document)
        history = json.loads((self.folder / "history.json").read_text())["history"]
        self.assertIn(f"loss {history['val_loss'][-1]:.4f}", self.run_well("evaluate", project))
        model = self.folder / "model.keras"
        bundle = self.folder / "bundle"
        code, _, errors = workbench.run("export", project, "--to", "bundle", "--out", bundle,
                                        "--weights", model)
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual(json.loads((bundle / "manifest.json").read_text())["notes"], [])

        self.run_well("adapt", project, "--on", "validation")  # the project has other weights since
        self.assertIn(f"loss {history['val_loss'][-1]:.4f}",
                      self.run_well("evaluate", project, "--weights", model))

        project.unlink()
        project, document, words = self.weighing()
        for node in document["bodies"][0]["nodes"]:
            if node["layer"] == words["id"]:
                node["layer"] = document["next_id"]
        words.update(id=document["next_id"], name="other_words")
        document["next_id"] += 1
        document["layers"].sort(key=lambda layer: layer["id"])
        project.write_text(json.dumps(document))
        code, _, errors = workbench.run("evaluate", project, "--weights", model)
        self.assertNotEqual(code, 0)
        self.assertIn("other_words: gives a column for every token that it learns, and it has "
                      "learned none yet: adapt it", errors)

    def test_the_three_sentences_from_template_to_prediction(self):
        project = self.new("three_sentences")
        self.run_well("check", project)
        adapted = self.run_well("adapt", project)
        self.assertIn("text_vectorization  TextVectorization  adapted on 3 rows", adapted)
        self.assertIn("epoch 40/40  loss 0.0000  accuracy 1.0000", self.run_well("train", project))
        model = self.folder / "model.keras"
        bundle = self.folder / "bundle"
        self.run_well("export", project, "--to", "bundle", "--out", bundle, "--weights", model)
        self.run_well("verify", bundle)
        self.assertTrue((bundle / "model.onnx").exists())
        asked = self.folder / "asked.txt"
        asked.write_text("TREAT the humanity in EVERY person as an end; and never as a means (alone)\n"
                         "let all give what they can and let all receive what meets their needs\n"
                         "Reason follows passions, and was never meant to be more than a servant\n")
        out = self.run_well("predict", bundle, "--input", asked, "--top", 1)
        self.assertEqual([line.split("\t")[0] for line in out.splitlines() if "\t" in line],
                         ["humanity", "needs", "reason"])

    def test_news_in_the_place_of_sentences(self):
        project = self.new("ag_news")
        news = self.folder / "ag_news.csv"
        news.write_bytes((TEXTS / "news.csv").read_bytes() * 20)
        (self.folder / "ag_news_classes.txt").write_text((TEXTS / "news_classes.txt").read_text())
        out = self.run_well("train", project, "--data", self.folder, "--epochs", 1)
        self.assertTrue(out.startswith("epoch 1/1"), out)
        model = self.folder / "model.keras"
        sentence = self.folder / "one.txt"
        sentence.write_text("Stocks and banks")
        out = self.run_well("predict", model, "--input", sentence, "--json")
        classes = {entry["class"] for entry in json.loads(out)[0]["classes"]}
        self.assertEqual(len(classes), 4)

    def test_a_table_from_template_to_prediction(self):
        project = self.new("table")
        self.run_well("check", project)
        adapted = self.run_well("adapt", project)
        for layer in ("sex_lookup", "pclass_lookup", "age_bins", "fare_normalization"):
            self.assertIn(f"{layer}  ", adapted)
        self.assertGreater(self.train(project, "--epochs", 8), 0.78)  # 0.5 to 0.6 by guessing
        bundle = self.folder / "bundle.zip"
        self.run_well("export", project, "--to", "bundle", "--out", bundle, "--weights",
                      self.folder / "model.keras")
        self.run_well("verify", bundle)
        rows = self.folder / "rows.csv"
        rows.write_text("name;sex;pclass;age;sibsp;parch;fare;embarked;deck\n"
                        "Ann;female;1;30;0;0;80.5;C;B\n"
                        "Bob;male;3;;0;0;7,25;S;\n".replace("7,25", "7.25"))
        out = self.run_well("predict", bundle, "--input", rows, "--top", 1)
        self.assertEqual([line.split("\t")[0] for line in out.splitlines() if "\t" in line],
                         ["1", "0"])

    def test_what_a_run_learned_goes_with_its_weights(self):
        """Bins, too, which Keras keeps in the config: the data may be others by now."""
        def bins(archive):
            with zipfile.ZipFile(archive) as opened:
                layers = json.loads(opened.read("config.json"))["config"]["layers"]
            return [layer["config"]["bin_boundaries"] for layer in layers
                    if layer["class_name"] == "Discretization"]

        project = self.new("table")
        run = self.folder / "run"
        self.run_well("train", project, "--out", run, "--epochs", "1")
        others, count = re.subn(r'("path": "titanic.csv",\s*"seed": )1', r"\g<1>99", project.read_text())
        self.assertEqual(count, 1)
        project.write_text(others)
        for adapts in (False, True):  # bins that the project learned since are not those of the weights
            if adapts:
                self.run_well("adapt", project)
            code, _, err = workbench.run("export", project, "--weights", run / "model.keras",
                                         "--to", "keras", "--out", self.folder / "out.keras")
            self.assertEqual(code, 0, err)
            self.assertNotIn("never adapted", err)
            self.assertEqual(bins(self.folder / "out.keras"), bins(run / "model.keras"))
        self.assertGreater(len(bins(run / "model.keras")[0]), 2)

    def test_missing_cells_are_filled_alike_or_told(self):
        project = self.new("table")
        self.run_well("train", project, "--epochs", 1)
        model, bundle = self.folder / "model.keras", self.folder / "bundle"
        self.run_well("export", project, "--to", "bundle", "--out", bundle)
        rows = self.folder / "rows.csv"
        rows.write_text("fare,embarked,deck,sex,pclass,age,sibsp\n7.25,S,,male,3,,0\n")
        def numbers(file):
            code, out, err = workbench.run("predict", file, "--input", rows)
            self.assertEqual(code, 0, err)
            return sorted(line.split("\t")[1] for line in out.splitlines()), err
        self.assertEqual(numbers(model), numbers(bundle))
        notes = json.loads((bundle / "manifest.json").read_text())["notes"]
        self.assertIn("age", " ".join(note for note in notes if "without a value" in note))
        plain = self.folder / "plain.keras"  # as Keras saves it
        with zipfile.ZipFile(model) as given, zipfile.ZipFile(plain, "w") as kept:
            for member in given.namelist():
                if member != "layerbench.json":
                    kept.writestr(member, given.read(member))
        _, err = numbers(plain)
        self.assertIn("warning: ", err)
        self.assertIn("age has cells without a value", err)

    def test_code_gives_bins_or_their_number(self):
        """Keras saves both, and its constructor takes one."""
        project = self.new("table")
        document = json.loads(project.read_text())
        bins = next(layer for layer in document["layers"] if layer["name"] == "age_bins")
        for boundaries in (None, [20.0, 40.0]):
            bins["config"].update(num_bins=3, bin_boundaries=boundaries)
            project.write_text(json.dumps(document))
            for to in ("python", "r"):
                code = self.folder / to
                self.run_well("export", project, "--to", to, "--out", code)
                line = next(line for line in code.read_text().splitlines() if "age_bins" in line
                            and "iscretization(" in line)
                self.assertEqual("num_bins" in line, boundaries is None, line)
                self.assertEqual("bin_boundaries" in line, boundaries is not None, line)

    def test_the_limits_of_hashes_in_onnx_are_told(self):
        limit = ("in model.onnx, {} hashes only strings of ASCII and of at most 64 bytes; any other "
                 "ends the run in ONNX Runtime")
        project = self.new("table")
        document = json.loads(project.read_text())
        lookup = next(layer for layer in document["layers"] if layer["name"] == "sex_lookup")
        lookup["config"]["num_oov_indices"] = 2  # the unknown ones are hashed
        project.write_text(json.dumps(document))
        limits = {limit.format(name) for name in ("deck_hashing", "sex_lookup", "sex_x_pclass")}
        bundle = self.folder / "bundle"
        for to, out in (("bundle", bundle), ("onnx", self.folder / "model.onnx")):
            code, _, errors = workbench.run("export", project, "--to", to, "--out", out)
            self.assertEqual(code, 0, errors)
            told = [line.removeprefix("layerbench-cli: ") for line in errors.splitlines()]
            self.assertEqual(sorted(line for line in told if "hashes" in line), sorted(limits))
        notes = json.loads((bundle / "manifest.json").read_text())["notes"]
        self.assertEqual({note for note in notes if "hashes" in note}, limits)
        _, _, errors = workbench.run("export", project, "--to", "keras", "--out",
                                     self.folder / "model.keras")
        self.assertNotIn("hashes", errors)

        code, _, errors = workbench.run("export", self.new("three_sentences"), "--to", "onnx",
                                        "--out", self.folder / "sentences.onnx")
        self.assertEqual(code, 0, errors)
        self.assertNotIn("hashes", errors)

    def test_a_feature_space_from_template_to_prediction(self):
        project = self.new("feature_space")
        checked = self.run_well("check", project)  # sizes that it will learn stop nobody
        self.assertIn("[not_adapted]", checked)
        adapted = self.run_well("adapt", project)
        self.assertIn("feature_space  FeatureSpace  adapted on 4096 rows", adapted)
        self.assertGreater(self.train(project, "--epochs", 8), 0.78)  # 0.5 to 0.6 by guessing
        bundle = self.folder / "bundle.zip"
        self.run_well("export", project, "--to", "bundle", "--out", bundle, "--weights",
                      self.folder / "model.keras")
        self.run_well("verify", bundle)
        rows = self.folder / "rows.csv"
        rows.write_text("name,fare,embarked,deck,sex,pclass,age,sibsp\n"
                        "Ann,80.5,C,B,female,1,30,0\nBob,7.25,S,,male,3,,0\n")
        for model in (bundle, self.folder / "model.keras"):
            out = self.run_well("predict", model, "--input", rows, "--top", 1)
            self.assertEqual([line.split("\t")[0] for line in out.splitlines() if "\t" in line],
                             ["1", "0"])
        for to, file in (("python", "model.py"), ("r", "model.R"), ("keras", "again.keras")):
            self.run_well("export", project, "--to", to, "--out", self.folder / file)

    def estimating(self, **recipe):
        """A project that estimates a price: 3 for each unit of size, and 10 where the kind is b."""
        rows = [f"{i % 37 / 4},{'ab'[i % 2]},{3 * (i % 37) / 4 + 10 * (i % 2)}" for i in range(400)]
        (self.folder / "prices.csv").write_text("size,kind,price\n" + "\n".join(rows) + "\n")
        project = self.new("feature_space")
        document = json.loads(project.read_text())
        layers = {layer["name"]: layer for layer in document["layers"]}
        layers["passengers"]["config"] = {"kind": "csv", "path": "prices.csv", "label": "price",
                                          "label_type": "number"}
        layers["feature_space"]["config"] = {"features": {"size": "float_normalized",
                                                          "kind": "string_categorical"}}
        for name in ("dense", "dense_1"):
            layers[name]["config"] = {"units": 8}
        layers["dense_2"]["config"] = {"units": 1}
        nodes = {node["layer"]: node for node in document["bodies"][0]["nodes"]}
        source = nodes[layers["passengers"]["id"]]["id"]
        nodes[layers["feature_space"]["id"]]["inputs"] = [
            {"from": {"node": source, "output": i}, "port": name}
            for i, name in enumerate(("size", "kind"))]
        nodes[layers["output"]["id"]]["inputs"][1]["from"]["output"] = 2
        document["recipe"].update(loss="mean_squared_error", metrics=[], epochs=40,
                                  optimizer={"class_name": "Adam",
                                             "config": {"learning_rate": 0.01}}, **recipe)
        project.write_text(json.dumps(document))
        return project

    def test_a_number_from_table_to_prediction(self):
        project = self.estimating()
        self.run_well("check", project)
        out = self.run_well("train", project)
        self.assertNotIn("accuracy", out)
        losses = [float(loss) for loss in re.findall(r"  loss ([\d.e+-]+)", out)]
        self.assertGreater(losses[0], 20)  # the variance of the prices is 66
        self.assertLess(losses[-1], 0.05)
        evaluated = self.run_well("evaluate", project)
        self.assertNotIn("accuracy", evaluated)
        self.assertLess(float(re.search(r"loss ([\d.e+-]+)", evaluated)[1]), 0.05)
        bundle = self.folder / "bundle"
        self.run_well("export", project, "--to", "bundle", "--out", bundle, "--weights",
                      self.folder / "model.keras")
        self.run_well("verify", bundle)
        rows = self.folder / "rows.csv"
        rows.write_text("kind,size\nb,2\na,4.5\n")
        out = self.run_well("predict", bundle, "--input", rows)
        numbers = [float(line) for line in out.splitlines() if not line.startswith("#")]
        for number, expected in zip(numbers, (16, 13.5), strict=True):
            self.assertAlmostEqual(number, expected, delta=0.5)
        out = self.run_well("predict", bundle, "--input", rows, "--json")
        self.assertAlmostEqual(json.loads(out)[0]["value"], 16, delta=0.5)

    def test_adapting_shows_its_pace_on_a_terminal(self):
        project = self.new("text")
        code, _, errors = workbench.run("adapt", project)
        self.assertEqual((code, errors), (0, ""))  # a pipe gets nothing
        document = json.loads(project.read_text())
        source = next(layer for layer in document["layers"] if layer["name"] == "sentences")
        source["config"]["count"] = 40_000  # several blocks of rows
        project.write_text(json.dumps(document))
        try:
            terminal, theirs = os.openpty()
        except OSError as error:  # a root without /dev/pts
            self.skipTest(f"there are no pseudo terminals: {error}")
        with subprocess.Popen([workbench.CLI, "adapt", project], stdout=subprocess.DEVNULL,
                              stderr=theirs) as process:
            os.close(theirs)
            shown = b""
            while True:
                try:
                    shown += os.read(terminal, 4096)
                except OSError:  # the last one to write is gone
                    break
        os.close(terminal)
        self.assertEqual(process.returncode, 0)
        text = shown.decode()
        self.assertRegex(text, r"\r\x1b\[Kadapting  [\d,]+ of [\d,]+ rows  [\d,]+ rows/s, [\d,]+ s left")
        self.assertTrue(text.endswith("\r\x1b[K"), repr(text))  # and the line is clean again

    def test_a_number_is_no_class(self):
        project = self.estimating()
        code, _, errors = workbench.run("train", project, "--set",
                                        "recipe.loss=sparse_categorical_crossentropy")
        self.assertNotEqual(code, 0)
        self.assertIn("wants classes, and the labels are numbers; take mean_squared_error", errors)
        table = self.folder / "prices.csv"
        table.write_text(table.read_text() + "1,a,cheap\n")
        code, _, errors = workbench.run("train", project)
        self.assertNotEqual(code, 0)
        self.assertIn("prices.csv:402", errors)
        self.assertIn("the label price holds 'cheap', which is no number", errors)

    def predicted(self, project, rows, name="row.json"):
        path = self.folder / name
        path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
        return workbench.run("predict", project, "--input", path, "--json")

    def piped(self, model, text):
        """What predict says of rows that come on standard input."""
        done = subprocess.run([workbench.CLI, "predict", model, "--input", "-", "--json"], input=text,
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_rows_are_objects_as_people_write_them(self):
        """The same rows as objects, as a table, and as columns of nested lists."""
        project = self.new("table")
        self.run_well("adapt", project)
        bundle = self.folder / "bundle"
        self.run_well("export", project, "--to", "bundle", "--out", bundle)
        ann = {"sex": "female", "pclass": 1, "age": 30, "sibsp": 0, "fare": 80.5,
               "embarked": "C", "deck": "B"}
        bob = {"sex": "male", "pclass": "3", "age": None, "sibsp": "",
               "fare": "7.25", "embarked": "S", "deck": None}
        table = self.folder / "rows.csv"
        table.write_text("sex,pclass,age,sibsp,fare,embarked,deck\n"
                         "female,1,30,0,80.5,C,B\nmale,3,,,7.25,S,\n")
        expected = [row["classes"] for row in json.loads(
            self.run_well("predict", bundle, "--input", table, "--json"))]
        self.assertNotEqual(expected[0], expected[1])
        columns = {name: [[ann[name]]] for name in ann}
        for rows, answer in (([ann, bob], expected), (ann, expected[:1]), (bob, expected[1:]),
                             (columns, expected[:1])):
            code, out, errors = self.predicted(bundle, rows)
            self.assertEqual((code, errors), (0, ""))
            self.assertEqual([row["classes"] for row in json.loads(out)], answer)
        done = subprocess.run([workbench.CLI, "predict", bundle, "--input", "-", "--json"],
                              input=json.dumps(ann), capture_output=True, text=True, check=False)
        self.assertEqual(json.loads(done.stdout)[0]["classes"], expected[0])
        code, out, errors = self.piped(bundle, table.read_text())
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual([row["classes"] for row in json.loads(out)], expected)
        for rows, word in ((table.read_text().replace("80.5", "much"),
                            "standard input: line 2: column fare holds 'much', which is no number"),
                           (table.read_text().replace("fare", "price"),
                            "standard input: has no column fare; it has: sex,"),
                           ('{"sex": ', "standard input: line 1, column"),
                           ("", "standard input: holds no row; give a header"),
                           (" \n\n", "standard input: holds no row")):
            code, _, errors = self.piped(bundle, rows)
            self.assertEqual(code, 1)
            self.assertIn(word, errors)
            self.assertEqual(len(errors.splitlines()), 1, errors)

        for change, words in (
            ({"age": ...}, ("row.json: row 2: has no age (it has: deck, embarked",
                            "write null where it is missing")),
            ({"age": ..., "Age": 3}, ("row 2: has no age; the nearest that it has is Age",)),
            ({"age": "old"}, ("row.json: row 2: age: 'old' is no number", "null")),
            ({"pclass": 1.5}, ("row 2: pclass: '1.5' is no whole number",)),
            ({"age": [3]}, ("row 2: age: holds a list or an object; a row has one value there",)),
        ):
            row = {name: value for name, value in {**bob, **change}.items() if value is not ...}
            code, _, errors = self.predicted(bundle, [ann, row])
            self.assertEqual(code, 1, errors)
            for word in words:
                self.assertIn(word, errors)
        for rows, word in (([ann, 7], "row 2: is no object"), ([], "holds no row"),
                           ("[{]", "row.json: line 1"), ({}, "has no ")):
            code, _, errors = self.predicted(bundle, rows)
            self.assertEqual(code, 1)
            self.assertIn(word, errors)
            self.assertEqual(len(errors.splitlines()), 1)
        code, _, errors = self.predicted(bundle, {**ann, "cabin": 3, "Deck": "B"})
        self.assertEqual(code, 0, errors)
        self.assertEqual(errors.splitlines(), [
            f"layerbench-cli: hint: {self.folder / 'row.json'}: passed over, as the model does not "
            "read them: Deck, cabin"])
        code, _, errors = self.predicted(bundle, table.read_text().replace("fare", "price"),
                                         "other.csv")
        self.assertEqual(code, 1)
        self.assertIn("other.csv: has no column fare; it has: sex,", errors)

    def test_sentences_from_lists_and_from_standard_input(self):
        project = self.new("text")
        self.run_well("adapt", project)
        lines = ["it broke after a day", "we love it"]
        text = self.folder / "lines.txt"
        text.write_text("\n".join(lines))
        expected = json.loads(self.run_well("predict", project, "--input", text, "--json"))
        code, out, errors = self.predicted(project, lines)
        self.assertEqual(code, 0, errors)
        self.assertEqual([row["classes"] for row in json.loads(out)],
                         [row["classes"] for row in expected])
        for piped in ("\n".join(lines), "\ufeff" + "\r\n\n".join(lines) + "\n", json.dumps(lines),
                      json.dumps([{"text": line} for line in lines])):
            done = subprocess.run([workbench.CLI, "predict", project, "--input", "-", "--json"],
                                  input=piped.encode(), capture_output=True, check=False)
            self.assertEqual([row["classes"] for row in json.loads(done.stdout)],
                             [row["classes"] for row in expected])
        for piped, word in ((b"", b"standard input: holds no sentence; give one a line"),
                            (b"fine\n\xff\n", b"standard input: line 2: is no text in UTF-8"),
                            (b'{"a": 1}', b"standard input: has no text (it has: a)")):
            done = subprocess.run([workbench.CLI, "predict", project, "--input", "-"],
                                  input=piped, capture_output=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(word, done.stderr)
        code, _, errors = self.predicted(project, ["good", ["bad"]])
        self.assertEqual(code, 1)
        self.assertIn("row.json: row 2: text: holds a list", errors)
        out = self.run_well("predict", "--help")
        for example in ("--input rows.csv", '{"age": 22', "--input -"):
            self.assertIn(example, out)

    def test_prediction_refuses_other_columns(self):
        project = self.new("table")
        rows = self.folder / "rows.csv"
        rows.write_text("sex,pclass,age\nfemale,1,30\n")
        code, _, errors = workbench.run("predict", project, "--input", rows)
        self.assertNotEqual(code, 0)
        self.assertIn("has no column sibsp; it has: sex, pclass, age", errors)
        rows.write_text("sex,pclass,age,sibsp,parch,fare,embarked,deck\nfemale,first,1,1,1,1,S,\n")
        code, _, errors = workbench.run("predict", project, "--input", rows)
        self.assertNotEqual(code, 0)
        self.assertIn("rows.csv:2", errors)
        self.assertIn("column pclass holds 'first', which is no whole number; mend the cell, or leave "
                      "it empty", errors)
        self.assertNotIn("declare", errors)  # the model decided it

    def all_in_the_model(self, project):
        """The project with every layer of its pipeline behind a Batch for each column."""
        document = json.loads(project.read_text())
        nodes = document["bodies"][0]["nodes"]
        kinds = {layer["id"]: layer["class_name"] for layer in document["layers"]}
        source, old = (next(node for node in nodes if kinds[node["layer"]] == kind)
                       for kind in ("Source", "Batch"))
        before = old["inputs"][0]["from"]
        nodes.remove(old)
        batches = {}
        for node in nodes:
            node["stage"] = "pipeline" if node is source else "model"
            for wire in node["inputs"]:
                if wire["from"]["node"] == old["id"]:
                    wire["from"] = before
                if wire["from"]["node"] == source["id"] and wire["port"] != "label":
                    wire["from"] = {"node": batches.setdefault(wire["from"]["output"],
                                                               900 + 2 * len(batches)), "output": 0}
        for column, batch in batches.items():
            document["layers"].append({"id": batch + 1, "class_name": "Batch", "name": f"batch_{column}",
                                       "config": {}})
            nodes.append({"id": batch, "layer": batch + 1, "stage": "model", "call": {}, "at": [0, 0],
                          "inputs": [{"from": {"node": source["id"], "output": column}, "port": ""}]})
        document["next_id"] = 1000
        project = project.with_stem(f"{project.stem}_model")
        project.write_text(json.dumps(document))
        return project

    def assert_trains_the_same(self, template):
        """With the layers that look up in the pipeline and in the model, to the last bit."""
        histories, said = [], []
        before = self.new(template)
        for project in (before, self.all_in_the_model(before)):
            self.run_well("check", project)
            self.run_well("adapt", project)
            out = self.folder / project.stem
            self.run_well("train", project, "--epochs", 2, "--out", out)
            history = json.loads((out / "history.json").read_text())
            history["history"].pop("seconds")
            histories.append(history)
            said.append(self.run_well("evaluate", project, "--weights", out / "model.keras"))
        self.assertGreater(len(histories[0]["losses"]), 200)
        self.assertEqual(histories[0], histories[1])
        self.assertEqual(said[0], said[1])
        resumed = self.folder / "resumed"
        self.run_well("train", project, "--epochs", 3, "--out", resumed, "--resume",
                      out / "checkpoint.keras")
        bundle = self.folder / "bundle"
        self.run_well("export", project, "--to", "bundle", "--out", bundle, "--weights",
                      out / "model.keras")
        self.run_well("verify", bundle)
        return bundle

    def test_texts_are_split_in_the_model_as_before_it(self):
        bundle = self.assert_trains_the_same("text")
        sentences = self.folder / "sentences.txt"
        sentences.write_text("The kettle is excellent and works perfectly.\n")
        out = self.run_well("predict", bundle, "--input", sentences, "--top", 1)
        self.assertTrue(out.startswith("praise\t"), out)

    def test_columns_are_looked_up_in_the_model_as_before_it(self):
        bundle = self.assert_trains_the_same("table")
        rows = self.folder / "rows.csv"
        rows.write_text("name,sex,pclass,age,sibsp,parch,fare,embarked,deck\n"
                        "Ann,female,1,30,0,0,80.5,C,B\nBob,male,3,,0,0,7.25,S,\n")
        out = self.run_well("predict", bundle, "--input", rows, "--top", 1)
        self.assertEqual([line.split("\t")[0] for line in out.splitlines() if "\t" in line],
                         ["1", "0"])

    def test_the_ship_fits_in_the_place_of_the_passengers(self):
        project = self.new("table")
        out = self.run_well("adapt", project, "--data", SHIP)
        self.assertIn("age_bins  Discretization  adapted on 7 rows", out)  # one is held out

    def test_bad_tables_are_refused_with_line_and_way_out(self):
        project = self.new("table")
        table = self.folder / "titanic.csv"
        whole = SHIP.read_text()
        for content, words in (
            (whole.replace("3,male,22.0", "3,male,young"),
             ("titanic.csv:2", "column age holds 'young'", "declare the column as string")),
            (whole + '1,1,"fem', ("titanic.csv:10", "a quote is opened here")),
            (whole + "1,1,female\n", ("titanic.csv:10", "has 3 fields where there are 10")),
            (whole.replace("Third", "Th\0rd"), ("titanic.csv:2", "NUL byte")),
        ):
            table.write_text(content)
            code, _, errors = workbench.run("adapt", project, "--data", table)
            self.assertNotEqual(code, 0)
            for word in words:
                self.assertIn(word, errors)
            self.assertEqual(len(errors.strip().splitlines()), 1, errors)
        table.write_bytes(whole.encode("utf-16"))
        code, _, errors = workbench.run("adapt", project, "--data", table)
        self.assertIn("is written in UTF-16; save it as UTF-8", errors)

    @unittest.skipUnless((DATA / "text" / "ag_news.csv").exists(), "the real data are not here")
    def test_the_real_news(self):
        project = self.new("ag_news")
        accuracy = self.train(project, "--data", DATA / "text", "--epochs", 3)
        self.assertGreater(accuracy, 0.8)

    @unittest.skipUnless((DATA / "tabular" / "titanic.csv").exists(), "the real data are not here")
    def test_the_real_titanic(self):
        project = self.new("table")
        accuracy = self.train(project, "--data", DATA / "tabular", "--epochs", 20)
        self.assertGreater(accuracy, 0.7)  # 0.62 by guessing


if __name__ == "__main__":
    unittest.main()
