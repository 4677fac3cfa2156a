"""What the commands say where somebody is mistaken: one line with the place, the reason, and what
was probably meant."""

import json
import struct
import unittest

import workbench


class SaysWhy(workbench.InFolder):
    def refused(self, *arguments):
        """The one line on stderr of a command that fails."""
        code, out, err = workbench.run(*arguments)
        self.assertNotEqual(code, 0, out + err)
        self.assertEqual((out, len(err.splitlines())), ("", 1), out + err)
        self.assertLess(len(err), 400, err)
        return err

    def assertSays(self, line, *words):
        for word in words:
            self.assertIn(word, line)

    def call(self, layer):
        x = self.folder / "x.npy"
        workbench.write_npy(x, (2,), (2.0, 4.0))
        return "call", "--layer", self.json("layer.json", layer), "--input", x, "--output", \
            self.folder / "y.npy"

    def project(self, template="drawn_shapes"):
        path = self.folder / f"{template}.lbench"
        self.assertEqual(workbench.run("new", template, "--out", path, "--replace")[0], 0)
        return path


class Calls(SaysWhy):
    def test_a_parameter_that_the_class_does_not_take_is_refused_and_the_nearest_named(self):
        layer = {"class_name": "Rescaling", "config": {"scale": 0.5, "ofset": 1.0}}
        self.assertSays(self.refused(*self.call(layer)), "layer.json: ofset: ", "Rescaling", "offset")
        self.assertFalse((self.folder / "y.npy").exists())

    def test_a_layer_that_only_keras_has_is_no_slip(self):
        for name in ("Masking", "LayerNormalization", "Reshape"):
            self.assertSays(self.refused(*self.call({"class_name": name, "config": {}})),
                            f"{name}: is a layer of Keras that is not here yet")

    def test_two_letters_in_the_wrong_order_are_one_slip(self):
        for slip in ("scael", "sclae"):
            layer = {"class_name": "Rescaling", "config": {slip: 0.5}}
            self.assertSays(self.refused(*self.call(layer)), f"{slip}: ", "is scale meant?")

    def test_every_unknown_parameter_is_named(self):
        layer = {"class_name": "TextVectorization", "config": {"maxtokens": 3, "splitt": None}}
        self.assertSays(self.refused(*self.call(layer)), "maxtokens, splitt: ", "max_tokens, split")

    def test_one_that_is_near_to_none_is_told_what_there_is(self):
        layer = {"class_name": "Rescaling", "config": {"scale": 0.5, "verbosity": 3}}
        self.assertSays(self.refused(*self.call(layer)), "verbosity: ", "it has: scale, offset")

    def test_a_layer_of_colours_is_named_not_its_operation(self):
        x = self.folder / "gray.npy"
        workbench.write_npy(x, (1, 4, 4, 2), [0.0] * 32)
        for kind in ("RandomHue", "RandomSaturation", "RandomGrayscale", "RandAugment", "AugMix"):
            layer = self.json("layer.json", {"class_name": kind, "config": {"factor": 0.5}})
            line = self.refused("call", "--layer", layer, "--input", x, "--output",
                                self.folder / "y.npy", "--training")
            self.assertSays(line, f"layer.json: {kind}: needs 3 channels (RGB)", "has: 2; leave the layer")

    def test_no_strings_are_strings_where_that_is_asked(self):
        x, y = self.json("none.json", []), self.folder / "y.json"
        for config, width in (({}, 0), ({"output_mode": "multi_hot"}, 2)):
            layer = self.json("layer.json", {"class_name": "TextVectorization",
                                             "config": {"vocabulary": ["a"], **config}})
            call = "call", "--layer", layer, "--input", x, "--output", y
            self.assertSays(self.refused(*call), "layer.json: TextVectorization: ", "--dtype string")
            code, _, err = workbench.run(*call, "--dtype", "string")
            self.assertEqual((code, err), (0, ""))
            self.assertEqual(json.loads(y.read_text()), [])
            code, _, err = workbench.run(*call[:-1], self.folder / "y.npy", "--dtype", "string")
            self.assertEqual((code, err), (0, ""))
            self.assertEqual(workbench.read_npy((self.folder / "y.npy").read_bytes())[:2],
                             ("<i8", (0, width)))

    def test_a_dtype_is_named_only_where_strings_were_meant(self):
        x, y = self.json("none.json", []), self.folder / "y.json"
        words = {"class_name": "StringLookup", "config": {"vocabulary": ["a"]}}
        for layer, meant in (
            ({"class_name": "Rescaling", "config": {"scale": "x"}}, False),
            ({"class_name": "CenterCrop", "config": {"height": 3, "width": 3}}, False),
            ({"class_name": "Normalization", "config": {"axis": 3}}, False),
            (words, True),
            ({"class_name": "StringLookup", "config": {}}, True),
            ({"class_name": "Pipeline", "config": {"layers": [words]}}, True),
        ):
            line = self.refused("call", "--layer", self.json("layer.json", layer), "--input", x,
                                "--output", y)
            self.assertEqual("--dtype string" in line, meant, line)

    def test_a_name_is_a_text_also_of_a_layer_inside(self):
        inner = {"class_name": "Rescaling", "config": {"scale": 0.5, "name": 3}}
        for layer in (inner, {"class_name": "Pipeline", "config": {"layers": [inner]}}):
            self.assertSays(self.refused(*self.call(layer)), "layer.json: name: must be a text")
        inner["config"].update(name="a", trainable="yes")
        for layer in (inner, {"class_name": "Pipeline", "config": {"layers": [inner]}}):
            self.assertSays(self.refused(*self.call(layer)), "trainable: must be true or false")

    def test_an_input_that_goes_nowhere_is_not_passed_over(self):
        more = self.folder / "more.npy"
        workbench.write_npy(more, (3,), (1.0, 2.0, 3.0))
        line = self.refused(*self.call({"class_name": "Rescaling", "config": {"scale": 0.5}}),
                            "--input", more)
        self.assertSays(line, "takes no input 2", "called with 2 inputs")

    def test_numbers_are_no_strings(self):
        line = self.refused(*self.call({"class_name": "Rescaling", "config": {"scale": 0.5}}),
                            "--dtype", "string")
        self.assertSays(line, "--dtype: ", "x.npy holds float32")

    def test_parameters_of_layers_inside_are_looked_at(self):
        inner = {"class_name": "Rescaling", "config": {"scale": 0.5, "ofset": 1.0}}
        layer = {"class_name": "Pipeline", "config": {"layers": [inner]}}
        self.assertSays(self.refused(*self.call(layer)), "ofset: ", "Rescaling", "offset")

    def test_what_keras_writes_passes(self):
        layer = {
            "module": "keras.layers", "class_name": "Rescaling", "registered_name": None,
            "build_config": {"input_shape": [None]},
            "config": {"name": "rescaling", "trainable": True, "scale": 0.5, "offset": 1.0,
                       "dtype": {"module": "keras", "class_name": "DTypePolicy",
                                 "config": {"name": "float32"}, "registered_name": None}},
        }
        code, _, err = workbench.run(*self.call(layer))
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(workbench.read_npy((self.folder / "y.npy").read_bytes())[2], [2.0, 3.0])

    def test_a_config_under_another_name_is_not_passed_over(self):
        layer = {"class_name": "Rescaling", "confg": {"scale": 0.5}}
        self.assertSays(self.refused(*self.call(layer)), "confg: ", "config")

    def test_a_case_with_an_unknown_parameter_fails(self):
        layer = {"class_name": "Rescaling", "config": {"scale": 0.5, "ofset": 1.0}}
        (self.folder / "one").mkdir()
        (self.folder / "one" / "case.json").write_text(json.dumps(
            {"layer": layer, "input": {"value": [2.0], "dtype": "float32"}}))
        code, _, err = workbench.run("conform", self.folder)
        self.assertEqual(code, 1)
        self.assertSays(err, "one: ofset: ", "offset")
        self.assertSays(self.refused("call", "--case", self.folder / "one", "--out", self.folder),
                        "ofset: ", "offset")

    def test_a_choice_that_there_is_not_names_those_that_there_are(self):
        layer = {"class_name": "StringLookup",
                 "config": {"vocabulary": ["a"], "output_mode": "onehot"}}
        self.assertSays(self.refused(*self.call(layer)), "output_mode: ", '"onehot"',
                        "int, one_hot, multi_hot, count, tf_idf", "is one_hot meant?")
        layer["config"]["output_mode"] = "zebra"
        line = self.refused(*self.call(layer))
        self.assertSays(line, '"zebra"', "int, one_hot")
        self.assertNotIn("meant", line)

    def test_a_wrong_type_names_what_is_wanted_and_what_is_there(self):
        for name, config, words in (
            ("Dense", {"units": "x"}, ("units: needs a whole number, is: \"x\"",)),
            ("Dense", {"units": 2, "use_bias": "yes"}, ("use_bias: needs true or false",)),
            ("Dense", {"units": 2, "activation": "rleu"}, ("activation: ", "is relu meant?")),
            ("Dense", {"units": 2, "activation": "zebra!"}, ("there are: ", "sigmoid")),
            ("Dense", {"units": 2, "kernel_initializer": "glorot_unifrom"},
             ("is not a known initializer; is GlorotUniform meant?",)),
            ("Resizing", {"height": 2, "width": [3]}, ("width: needs a whole number, is: [3]",)),
            ("Rescaling", {"scale": "x" * 999}, ("scale: ", "...")),
        ):
            call = self.call({"class_name": name, "config": config})
            workbench.write_npy(self.folder / "x.npy", (1, 2), (2.0, 4.0))
            self.assertSays(self.refused(*call), f"{self.folder / 'layer.json'}: ", *words)

    def test_a_file_that_holds_no_layer_is_named(self):
        for layer, word in (([1, 2], "is no object"), ("Dense", "is no object"),
                            ({"config": {}}, "has no class_name"), ({"class_name": 3}, "is no string"),
                            ({"class_name": "Dense", "config": [1]}, "config is no object")):
            self.assertSays(self.refused(*self.call(layer)), f"{self.folder / 'layer.json'}: ", word,
                            '{"class_name": "Dense"')

    def test_a_policy_is_no_dtype_of_inputs(self):
        call = self.call({"class_name": "Rescaling", "config": {"scale": 0.5}})
        self.assertSays(self.refused(*call, "--dtype", "mixed_bfloat16"), "--dtype: ",
                        "policy of layers", '"dtype": "mixed_bfloat16"')
        self.assertSays(self.refused(*call, "--dtype", "float23"), "--dtype: float23: ",
                        "is float32 meant?")

    def test_kinds_of_files_that_are_taken(self):
        call = list(self.call({"class_name": "Rescaling", "config": {"scale": 0.5}}))
        call[call.index("--input") + 1] = self.folder / "x.xyz"
        self.assertSays(self.refused(*call), "x.xyz: ends with '.xyz'", ".npy", ".webp", ".tiff")
        bitmap = self.folder / "x.bmp"  # a red pixel
        bitmap.write_bytes(b"BM" + struct.pack("<IHHIIiiHHIIiiII", 58, 0, 0, 54, 40, 1, 1, 1, 24, 0, 4,
                                               0, 0, 0, 0) + b"\0\0\xff\0")
        call[call.index("--input") + 1] = bitmap
        code, _, err = workbench.run(*call)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(workbench.read_npy((self.folder / "y.npy").read_bytes())[2], [127.5, 0, 0])

    def test_options_commands_and_formats_that_there_are_not(self):
        for arguments, words in (
            (("call", "--inptu", "x"), ("--inptu: is no option of call; is --input meant?",)),
            (("predict", "x", "--inptu=x"), ("--inptu: is no option of predict; is --input meant?",)),
            (("train", "x", "--zebra"), ("--zebra: is no option of train; there are: ", "--epochs")),
            (("trian", "x"), ("trian: is no command; is train meant?",)),
            (("zebra",), ("zebra: is no command; there are: ", "predict", "train")),
            (("export", "x", "--to", "kers", "--out", "y"), ("--to: is kers", "is keras meant?")),
            (("new", "tabel", "--out", self.folder / "x.lbench"), ("tabel: is no template; is table meant?",)),
            ((), ("A subcommand is required",)),
        ):
            line = self.refused(*arguments)
            self.assertSays(line, *words)

    def test_a_class_that_there_is_not_names_the_nearest(self):
        self.assertSays(self.refused(*self.call({"class_name": "RandomRotate", "config": {}})),
                        "RandomRotate: ", "RandomRotation")


class Projects(SaysWhy):
    def test_files_that_are_no_project(self):
        for text, word in (("", "is empty, so it is no project"), (" \n", "is empty"),
                           ("{}", "is no Layerbench project"), ("[1]", "is no Layerbench project"),
                           ('{"layers": 3}', "is no Layerbench project")):
            path = self.folder / "odd.lbench"
            path.write_text(text)
            line = self.refused("check", path)
            self.assertSays(line, f"{path}: {word}", "template")
        project = self.project()
        document = json.loads(project.read_text())
        document["recipe"]["epochs"] = "ten"
        project.write_text(json.dumps(document))
        self.assertSays(self.refused("check", project),
                        'recipe/epochs: needs a whole number, is: "ten"')
        document["recipe"]["epochs"] = "x" + "é" * 40  # is cut, and not within a letter
        project.write_text(json.dumps(document))
        self.assertSays(self.refused("check", project), 'is: "x' + "é" * 29 + "...")

    def test_settings_of_what_there_is_not(self):
        project = self.project()
        for setting, words in (
            ("recipe.epoch=3", ("epoch: ", "epochs")),
            ("recipe.zebra=3", ("zebra: ", "batch_size", "epochs")),
            ("random_rotatoin.factor=0.1", ("random_rotatoin: ", "random_rotation")),
            ("zebra.factor=0.1", ("zebra: ", "random_rotation", "dense")),
            ("random_rotation.fill=nearest", ("random_rotation/fill: ", "RandomRotation", "factor",
                                              "fill_mode", "fill_value")),
            ("random_rotation.fil_mode=nearest", ("/fil_mode: ", "is fill_mode meant?")),
            ("random_rotation.fill_mode=neerest", ("random_rotation/fill_mode: ", "constant",
                                                   "is nearest meant?")),
        ):
            line = self.refused("train", project, "--set", setting, "--out", self.folder / "run")
            self.assertSays(line, f"--set {setting}: ", *words)
        for loss, word in (("mean_squared_eror", "is mean_squared_error meant?"),
                           ("zebra", "there are: sparse_categorical_crossentropy")):
            self.assertSays(self.refused("train", project, "--set", f"recipe.loss={loss}", "--out",
                                         self.folder / "other"), f"loss: {loss} is not a known", word)
        self.assertFalse((self.folder / "run").exists())

    def test_data_that_nobody_reads_are_refused(self):
        project = self.project()
        rows = self.json("rows.json", [])
        for command in (("train", project), ("evaluate", project), ("predict", project, "--input", rows),
                        ("export", project, "--to", "keras", "--out", self.folder / "x.keras")):
            self.assertSays(self.refused(*command, "--data", self.folder), "--data: ", "draws its data",
                            "leave --data out")

    def test_data_of_other_classes_are_not_exported(self):
        """Those that were named; made ones that stand in for absent ones give no names to classes."""
        news = self.project("ag_news")
        texts = self.folder / "texts.csv"
        texts.write_text("label,text\n" + "a,good words\nb,bad words\nc,no words\n" * 20)
        out, bundle = self.folder / "x.keras", self.folder / "b"
        line = self.refused("export", news, "--to", "keras", "--out", out, "--data", texts)
        self.assertSays(line, f"{texts}: ", "the data have 3 classes, the model predicts 4")
        self.assertFalse(out.exists())
        for project, form, to in ((news, "keras", out), (news, "bundle", bundle),
                                  (self.project("cifar10"), "bundle", self.folder / "c")):
            code, _, err = workbench.run("export", project, "--to", form, "--out", to)
            self.assertEqual(code, 0, err)
            for words in ("took their place", "have no names", "was not trained"):
                self.assertIn(words, err)
            if form == "bundle":
                manifest = json.loads((to / "manifest.json").read_text())
                self.assertEqual(manifest["labels"], [])
                self.assertEqual({sample["label"] for sample in manifest["samples"]}, {""})

    def test_named_data_that_are_not_there_are_refused(self):
        rows, nowhere = self.json("rows.json", []), self.folder / "nowhere"
        for template in ("table", "text", "three_sentences", "ag_news", "cifar10"):
            project = self.project(template)
            for command in (("train", project), ("predict", project, "--input", rows),
                            ("export", project, "--to", "keras", "--out", self.folder / "x.keras"),
                            ("export", project, "--to", "python", "--out", self.folder / "x.py")):
                self.assertSays(self.refused(*command, "--data", nowhere), f"{nowhere}: ",
                                "that is what --data names")

    def test_evaluate_before_train_says_how_to_train(self):
        project = self.project()
        self.assertSays(self.refused("evaluate", project), "model.keras: is not there",
                        f"layerbench-cli train {project}", "--weights")

    def test_a_run_that_fails_leaves_no_folder_behind(self):
        project = self.project()
        there, new = self.folder / "there", self.folder / "new" / "run"
        there.mkdir()
        for out in (there, new):
            self.refused("train", project, "--out", out, "--set", "recipe.loss=guesswork")
        self.assertTrue(there.exists())
        self.assertFalse(new.exists())

    def test_what_train_wrote_is_found_by_every_command(self):
        """Beside the project, and in a folder that --out names."""
        project = self.project("table")
        rows = self.json("rows.json", {"fare": 80.5, "embarked": "C", "deck": "B",
                                       "sex": "female", "pclass": 1, "age": 30, "sibsp": 0})
        predicted, (_, initial, _) = [], workbench.run("predict", project, "--input", rows)
        for out, named in ((), ()), (("--out", self.folder / "run"), ("--weights", self.folder / "run")):
            if out:
                (self.folder / "model.keras").unlink()
            code, _, err = workbench.run("train", project, "--epochs", 2, *out)
            self.assertEqual(code, 0, err)
            for command in (("evaluate", project), ("predict", project, "--input", rows),
                            ("export", project, "--to", "keras", "--out", self.folder / "x.keras")):
                code, output, err = workbench.run(*command, *named)
                self.assertEqual((code, err), (0, ""), command)
            predicted += [workbench.run("predict", project, "--input", rows, *named)[1],
                          workbench.run("predict", self.folder / "x.keras", "--input", rows)[1]]
        self.assertEqual(len(set(predicted)), 1, predicted)
        self.assertNotEqual(predicted[0], initial)
        out = workbench.run("predict", project, "--input", rows, "--weights", "initial")[1]
        self.assertEqual(out, initial)
        for command in "predict", "export", "evaluate":
            self.assertIn("model.keras beside the project",
                          " ".join(workbench.run(command, "--help")[1].split()))

    def test_what_train_wrote_for_another_project_is_not_taken_nor_written_over(self):
        table, other = self.project("table"), self.project("text")
        code, _, err = workbench.run("train", table, "--epochs", 1)
        self.assertEqual(code, 0, err)
        weights = self.folder / "model.keras"
        kept = weights.read_bytes()
        for command in (("train", other, "--epochs", 1),
                        ("export", other, "--to", "keras", "--out", weights)):
            self.assertSays(self.refused(*command), f"{weights}: ", "another project, table.lbench",
                            "--out")
        self.assertSays(self.refused("evaluate", other), f"{weights}: ",
                        "another project, table.lbench", "text.lbench is not trained yet",
                        "--out DIR")
        rows, archive = self.json("rows.json", ["a house"]), self.folder / "text.keras"
        for command in (("predict", other, "--input", rows),
                        ("export", other, "--to", "keras", "--out", self.folder / "x.keras")):
            code, _, err = workbench.run(*command)
            self.assertEqual(code, 0, err)
            self.assertSays(err, f"{weights} was not used", "another project, table.lbench",
                            "the model was not trained")
        self.assertEqual(weights.read_bytes(), kept)
        code, _, err = workbench.run("train", other, "--epochs", 1, "--out", self.folder / "run")
        self.assertEqual(code, 0, err)
        (self.folder / "run" / "model.keras").rename(archive)
        for command in (("predict", other, "--input", rows), ("evaluate", other)):
            code, _, err = workbench.run(*command)
            self.assertEqual((code, err), (0, ""), command)
        same = self.folder / "same.lbench"
        same.write_text(table.read_text())
        code, _, err = workbench.run("evaluate", same, "--weights", weights)  # it is meant
        self.assertEqual((code, err), (0, ""))

    def test_projects_of_one_name_are_told_apart(self):
        runs = self.folder / "runs"
        a, b = self.folder / "a" / "p.lbench", self.folder / "b" / "p.lbench"
        for project, template in ((a, "text"), (b, "table")):
            project.parent.mkdir()
            project.write_text(self.project(template).read_text())
        for _ in range(2):  # as often as asked, also when it was changed
            code, _, err = workbench.run("train", a, "--epochs", 1, "--out", runs)
            self.assertEqual(code, 0, err)
            a.write_text(a.read_text().replace('"units": 32', '"units": 16'))
        kept = (runs / "model.keras").read_bytes()
        self.assertSays(self.refused("train", b, "--epochs", 1, "--out", runs), "another project, ",
                        str(a), "--out")
        self.assertEqual((runs / "model.keras").read_bytes(), kept)
        self.assertEqual(workbench.run("train", b, "--epochs", 1)[0], 0)  # beside itself
        self.assertSays(self.refused("train", a, "--epochs", 1, "--out", b.parent), str(b))
        moved = self.folder / "moved"
        (self.folder / "a").rename(moved)
        code, _, err = workbench.run("train", moved / "p.lbench", "--epochs", 1, "--out", runs)
        self.assertEqual(code, 0, err)

    def test_weights_that_cannot_be_read_are_no_untrained_ones(self):
        project, rows = self.project("text"), self.json("rows.json", ["a house"])
        code, _, err = workbench.run("train", project, "--epochs", 1)
        self.assertEqual(code, 0, err)
        weights = self.folder / "model.keras"
        whole = weights.read_bytes()
        middle = whole.index(b"HDF") + 100
        for damaged in (whole[:4000], b"", b"no archive",
                        whole[:middle] + bytes(8) + whole[middle + 8:]):
            weights.write_bytes(damaged)
            for command in (("evaluate", project), ("predict", project, "--input", rows),
                            ("export", project, "--to", "keras", "--out", self.folder / "x.keras")):
                self.assertSays(self.refused(*command), f"{weights}: ", "train again",
                                "--weights FILE", "--weights initial")
            code, _, err = workbench.run("predict", project, "--input", rows, "--weights", "initial")
            self.assertEqual(code, 0, err)
        weights.write_bytes(whole[:4000])
        code, _, err = workbench.run("train", project, "--epochs", 1)
        self.assertEqual(code, 0, err)
        self.assertSays(err, f"{weights} cannot be read and will be written over")
        self.assertEqual(workbench.run("evaluate", project)[0::2], (0, ""))

    def test_one_line_of_weights_that_somebody_else_wrote(self):
        project = self.project("three_sentences")
        weights = self.folder / "model.keras"
        code, _, err = workbench.run("export", project, "--to", "keras", "--out", weights)
        self.assertEqual(code, 0, err)
        self.assertSays(self.refused("evaluate", project), f"{weights}: was not used",
                        "train did not write it for three_sentences.lbench", "--weights", "train first")
        self.assertIn(f"{weights} was not used", workbench.run(
            "predict", project, "--input", self.json("rows.json", ["a house"]))[2])

    def test_untrained_weights_are_evaluated_where_they_are_asked_for(self):
        project = self.project("text")
        code, out, err = workbench.run("evaluate", project, "--weights", "initial")
        self.assertEqual(code, 0, err)
        self.assertIn("the initial ones", err)
        loss = float(out.split("loss ")[1].split()[0])
        self.assertGreater(loss, 0.6)  # about ln 2 of two classes
        self.assertEqual(workbench.run("train", project, "--epochs", 3)[0], 0)
        self.assertEqual(workbench.run("evaluate", project, "--weights", "initial")[1], out)
        self.assertNotEqual(workbench.run("evaluate", project)[1], out)
        for command in "predict", "export", "evaluate":
            self.assertIn("`initial`", workbench.run(command, "--help")[1])

    def test_a_project_may_be_called_model(self):
        project = self.folder / "model.lbench"
        project.write_text(self.project("text").read_text())
        rows = self.json("rows.json", ["a house"])
        self.assertEqual(workbench.run("train", project, "--epochs", 1)[0], 0)
        for command in (("evaluate", project), ("predict", project, "--input", rows),
                        ("export", project, "--to", "keras", "--out", self.folder / "x.keras")):
            code, _, err = workbench.run(*command)
            self.assertEqual((code, err), (0, ""), command)
        other = self.project("table")
        self.assertEqual(workbench.run("train", other, "--epochs", 1, "--out", self.folder / "run")[0], 0)
        (self.folder / "run" / "model.keras").replace(self.folder / "model.keras")
        self.assertSays(self.refused("evaluate", project), "another project, table.lbench")

    def test_what_was_learned_after_training_and_is_not_used_is_named(self):
        project, bundle = self.project("table"), self.folder / "b"
        rows = self.json("rows.json", {"fare": 80.5, "embarked": "C", "deck": "B",
                                       "sex": "female", "pclass": 1, "age": 30, "sibsp": 0})
        commands = (("evaluate", project), ("predict", project, "--input", rows),
                    ("export", project, "--to", "keras", "--out", self.folder / "x.keras"))
        self.assertEqual(workbench.run("adapt", project)[0], 0)
        self.assertEqual(workbench.run("train", project, "--epochs", 1)[0], 0)
        for command in commands:  # what the weights were trained with
            code, _, err = workbench.run(*command)
            self.assertEqual((code, err), (0, ""), command)
        code, _, err = workbench.run("adapt", project, "--on", "validation")
        self.assertEqual(code, 0, err)
        for command in commands:
            code, _, err = workbench.run(*command)
            self.assertEqual(code, 0, err)
            line, = err.splitlines()
            self.assertSays(line, "has learned in the project is not used", "train again", "age")
            self.assertNotIn("sex", line)  # learned the same again
        self.assertEqual(workbench.run("export", project, "--to", "bundle", "--out", bundle)[0], 0)
        self.assertIn(line.removeprefix("layerbench-cli: "),
                      json.loads((bundle / "manifest.json").read_text())["notes"])

    def test_a_space_of_features_that_was_adapted_after_training_is_named(self):
        for template, layer in (("feature_space", "feature_space"), ("text", "text_vectorization")):
            project = self.project(template)
            self.assertEqual(workbench.run("train", project, "--epochs", 1)[0], 0)
            for on, words in (("training", ""), ("validation", f"what {layer} has learned")):
                self.assertEqual(workbench.run("adapt", project, "--on", on)[0], 0)
                code, _, err = workbench.run("evaluate", project)
                self.assertEqual((code, words in err, bool(err)), (0, True, bool(words)), err)
            (self.folder / "model.keras").unlink()

    def test_weights_that_were_trained_are_not_written_over_by_an_export(self):
        table = self.project("table")
        code, _, err = workbench.run("train", table, "--epochs", 1)
        self.assertEqual(code, 0, err)
        own = self.folder / "model.keras"
        kept = own.read_bytes()
        self.assertSays(self.refused("export", table, "--to", "keras", "--out", own),
                        "would be written over")
        self.assertEqual(own.read_bytes(), kept)

    def test_weights_of_another_project_are_named(self):
        shapes, text = self.project(), self.project("three_sentences")
        code, _, err = workbench.run("train", text, "--epochs", 1, "--out", self.folder / "run")
        self.assertEqual(code, 0, err)
        weights = self.folder / "run" / "model.keras"
        picture = self.folder / "x.npy"
        workbench.write_npy(picture, (1, 28, 28, 1), [0] * 784, "|u1")
        for command in (("evaluate", shapes, "--weights", weights),
                        ("predict", shapes, "--input", picture, "--weights", weights),
                        ("export", shapes, "--to", "bundle", "--out", self.folder / "b",
                         "--weights", weights)):
            self.assertSays(self.refused(*command), f"{weights}: ", "another model")
        checkpoint = self.folder / "run" / "checkpoint.keras"
        self.assertSays(self.refused("train", shapes, "--resume", checkpoint), f"{checkpoint}: ",
                        "another model")

    def test_numbers_that_are_too_small_are_told_the_least(self):
        project = self.project()
        for given, words in ((-1, "must be at least 1, is: -1"), (0, "must be at least 1, is: 0"),
                             ("x", "needs a whole number, is: x"), (2.5, "is: 2.5")):
            self.assertSays(self.refused("train", project, f"--epochs={given}"), "--epochs: ", words)
        for given, words in ((-1, "must be at least 0, is: -1"), ("x", "needs a whole number, is: x"),
                             (0, "must be at least 1, or 0 with --output")):
            self.assertSays(self.refused("predict", project, "--input", "x.png", f"--top={given}"),
                            "--top: ", words)

    def test_a_folder_is_told_which_project_lies_in_it(self):
        self.assertSays(self.refused("check", self.folder), "is a folder without a project", "new")
        self.project()
        self.project("table")
        for command in (("check",), ("train",), ("evaluate",)):
            line = self.refused(*command, self.folder)
            self.assertSays(line, "is a folder; ", "drawn_shapes.lbench", "table.lbench")

    def test_a_node_that_there_is_not_is_told_which_there_are(self):
        project, out = self.project(), self.folder / "a.png"
        line = self.refused("preview", project, "--node", "zebra", "--out", out)
        self.assertSays(line, "zebra: ", "there are: ", "drawn_shapes", "random_rotation")
        line = self.refused("preview", project, "--node", "random_rotatin", "--out", out)
        self.assertSays(line, "is random_rotation meant?")

    def test_the_version(self):
        code, out, err = workbench.run("--version")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"^layerbench-cli \d+\.\d+\.\d+$")


if __name__ == "__main__":
    unittest.main()
