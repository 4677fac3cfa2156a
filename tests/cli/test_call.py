"""call and layers: one layer, called from the command line as a function."""

import json
import math
import struct
import unittest
import wave

import workbench

EYE = [1.0 if i % 6 == 0 else 0.0 for i in range(25)]
TURNED = [
    [0, 0, 0, 0, 0],
    [0.44459596, 0.32453176, 0.05410459, 0, 0],
    [0.15844001, 0.4371609, 1, 0.4371609, 0.15844001],
    [0, 0, 0.05410453, 0.3245318, 0.44459593],
    [0, 0, 0, 0, 0],
]


class Call(workbench.InFolder):
    def setUp(self):
        super().setUp()
        self.x = self.folder / "x.npy"
        self.y = self.folder / "y.npy"

    def call(self, layer, *more, source=None):
        code, out, err = workbench.run(
            "call", "--layer", layer, "--input", source or self.x, "--output", self.y, *more
        )
        self.assertEqual((code, out, err), (0, "", ""))
        return workbench.read_npy(self.y.read_bytes())

    def refused(self, *arguments):
        code, out, err = workbench.run("call", *arguments)
        self.assertNotEqual(code, 0)
        self.assertEqual(out, "")
        self.assertEqual(len(err.splitlines()), 1, err)
        return err

    def test_rescales(self):
        workbench.write_npy(self.x, (2, 1), (0, 255), "|u1")
        y = self.call(self.layer("Rescaling", scale=1 / 255))
        self.assertEqual(y, ("<f4", (2, 1), [0.0, 1.0]))

    def test_calls_a_feature_space_on_a_table(self):
        layer = self.layer("FeatureSpace", features={"sex": "string_categorical",
                                                     "fare": "float_normalized"})
        learned = self.json("learned.json", {"sex": ["f", "f"], "fare": [1.0, 3.0]})
        asked = self.json("asked.json", {"fare": [3.0, 2.0], "sex": ["f", "x"], "name": ["A", "B"]})
        y = self.call(layer, "--adapt", learned, source=asked)
        self.assertEqual(y, ("<f4", (2, 3), [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]))
        layer = self.layer("FeatureSpace", output_mode="dict",
                           features={"sex": "string_categorical", "fare": "float"})
        error = self.refused("--layer", layer, "--input", asked, "--adapt", learned, "--output", self.y)
        self.assertIn("let the file end in .json", error)
        answer = self.folder / "y.json"
        code, out, err = workbench.run("call", "--layer", layer, "--input", asked, "--adapt",
                                       learned, "--output", answer)
        self.assertEqual((code, out, err), (0, "", ""))
        self.assertEqual(json.loads(answer.read_text()),
                         {"fare": [[3.0], [2.0]], "sex": [[0.0, 1.0], [1.0, 0.0]]})
        lacks = self.json("lacks.json", {"fare": [3.0]})
        error = self.refused("--layer", layer, "--input", lacks, "--adapt", learned, "--output", answer)
        self.assertIn("sex: is no column of the table; it has: fare", error)

    def test_rows_of_different_lengths_are_lists(self):
        layer = self.layer("TextVectorization", vocabulary=["the", "cat", "sat"], ragged=True,
                           output_sequence_length=3)
        texts = self.json("texts.json", ["The cat sat, the end", "", "cat"])
        answer = self.folder / "y.json"
        code, out, err = workbench.run("call", "--layer", layer, "--input", texts, "--output", answer)
        self.assertEqual((code, out, err), (0, "", ""))
        self.assertEqual(json.loads(answer.read_text()), [[2, 3, 4], [], [3]])
        error = self.refused("--layer", layer, "--input", texts, "--output", self.y)
        self.assertIn("the rows have different lengths; let the file end in .json", error)
        layer = self.layer("TextVectorization", vocabulary=["the"], ragged=True, output_mode="count")
        error = self.refused("--layer", layer, "--input", texts, "--output", self.y)
        self.assertIn("ragged: can only be on if output_mode is int", error)

    def sound(self, channels, samples):
        """A WAV file of 16 bits at 8000 Hz."""
        path = self.folder / "sound.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
        return path

    def test_a_sound_is_a_row_a_channel(self):
        layer = self.layer("Rescaling", scale=2)
        y = self.call(layer, source=self.sound(1, [0, 16384, -32768]))
        self.assertEqual(y, ("<f4", (3,), [0.0, 1.0, -2.0]))
        y = self.call(layer, source=self.sound(2, [0, 16384, -32768, 8192]))
        self.assertEqual(y, ("<f4", (2, 2), [0.0, -2.0, 1.0, 0.5]))

    def test_a_sound_comes_with_channels_where_the_layer_wants_them(self):
        layer = self.layer("STFTSpectrogram", mode="real", frame_length=2, window=None)
        _, shape, values = self.call(layer, source=self.sound(2, [0, 16384, 8192, 16384]))
        self.assertEqual(shape, (1, 1, 4))
        for value, wanted in zip(values, (0.25, -0.25, 1.0, 0.0)):
            self.assertAlmostEqual(value, wanted, 6)

    def test_refuses_a_sound_that_lies(self):
        sound = self.sound(1, [1, 2, 3])
        data = sound.read_bytes()
        sound.write_bytes(data[:40] + b"\xf0\xff\xff\xff" + data[44:])
        error = self.refused("--layer", self.layer("Rescaling", scale=1), "--input", sound,
                             "--output", self.y)
        self.assertIn("says that it has 4294967280 bytes", error)

    def test_transformation_is_applied_and_nothing_drawn(self):
        workbench.write_npy(self.x, (1, 5, 5, 1), EYE)
        angle = {"angle": {"dtype": "float32", "shape": [1], "value": [math.degrees(0.4363853)]}}
        dtype, shape, values = self.call(
            self.layer("RandomRotation", factor=0.125, fill_mode="reflect"),
            "--transformation",
            self.json("t.json", angle),
        )
        self.assertEqual((dtype, shape), ("<f4", (1, 5, 5, 1)))
        for a, b in zip(values, sum(TURNED, [])):
            self.assertAlmostEqual(a, b, delta=1e-6)

    def test_a_lookup_learns_and_looks_up_strings(self):
        learned = self.folder / "colors.txt"
        learned.write_text("cyan\nturquoise\nceleste\n")
        y = self.call(
            self.layer("StringLookup"),
            "--adapt",
            learned,
            source=self.json("x.json", ["azure", "cyan"]),
        )
        self.assertEqual(y, ("<i8", (2,), [0, 2]))

    def test_nothing_to_learn_from_is_told_with_its_file(self):
        (self.folder / "none.txt").write_text("")
        workbench.write_npy(self.folder / "none.npy", (0, 3), ())
        for layer, file, x in (("StringLookup", "none.txt", ["azure"]),
                               ("Normalization", "none.npy", [[1.0, 2.0, 3.0]])):
            with self.subTest(file):
                err = self.refused("--layer", self.layer(layer), "--input", self.json("x.json", x),
                                   "--adapt", self.folder / file, "--output", self.y)
                self.assertIn(f"{file}: holds nothing to learn from; give at least one row", err)

    def test_a_state_may_be_a_vocabulary(self):
        state = self.json("s.json", {"vocabulary": ["[UNK]", "turquoise", "cyan"]})
        x = self.json("x.json", ["cyan", "azure"])
        y = self.call(self.layer("StringLookup"), "--state", state, source=x)
        self.assertEqual(y, ("<i8", (2,), [2, 0]))
        state = self.json("s.json", {"vocabulary": [7, 9, 7]})
        err = self.refused("--layer", self.layer("IntegerLookup"), "--state", state, "--input",
                           self.json("x.json", [7]), "--output", self.y)
        self.assertIn("repeated: [7]", err)

    def test_binary_text_is_refused_with_its_line(self):
        (self.folder / "x.txt").write_bytes(b"fine\nbad \xff\n")
        err = self.refused("--layer", self.layer("TextVectorization"), "--input",
                           self.folder / "x.txt", "--output", self.y)
        self.assertIn("line 2", err)

    def test_strings_are_written_as_json(self):
        names = {"vocabulary": ["turquoise", "cyan", "celeste"], "invert": True}
        layer, ids = self.layer("StringLookup", **names), self.json("x.json", [[0, 2], [1, 3]])
        out = self.folder / "y.json"
        code, *rest = workbench.run("call", "--layer", layer, "--input", ids, "--output", out)
        self.assertEqual((code, *rest), (0, "", ""))
        self.assertEqual(json.loads(out.read_text()), [["[UNK]", "cyan"], ["turquoise", "celeste"]])
        refused = self.refused("--layer", layer, "--input", ids, "--output", self.y)
        self.assertIn(".json", refused)

    def test_two_inputs_of_different_kinds(self):
        layer = self.layer("HashedCrossing", num_bins=5)
        y = self.call(
            layer,
            "--input",
            self.json("b.json", [101, 101, 101, 102, 102]),
            source=self.json("a.json", ["A", "B", "A", "B", "A"]),
        )
        self.assertEqual(y, ("<i8", (5,), [1, 4, 1, 1, 3]))

    def test_a_transformation_may_be_plain_lists(self):
        workbench.write_npy(self.x, (1, 1, 2, 1), (1, 2))
        y = self.call(
            self.layer("RandomFlip", mode="horizontal"),
            "--transformation",
            self.json("t.json", {"flips": [[[[True]]]]}),
        )
        self.assertEqual(y[2], [2.0, 1.0])

    def test_a_zoom_needs_only_the_height_where_the_width_follows(self):
        workbench.write_npy(self.x, (1, 5, 5, 1), range(25))
        zoom = self.json("t.json", {"height_zoom": [[0.5]]})
        y = self.call(self.layer("RandomZoom", height_factor=0.5), "--transformation", zoom)
        self.assertEqual(y[2][:5], [6.0, 6.5, 7.0, 7.5, 8.0])
        layer = self.layer("RandomZoom", height_factor=0.5, width_factor=0.5)
        err = self.refused(
            "--layer", layer, "--input", self.x, "--output", self.y, "--transformation", zoom
        )
        self.assertIn("width_zoom", err)

    def test_training_draws_by_the_seed(self):
        workbench.write_npy(self.x, (2, 6, 6, 1), range(72))
        layer = self.layer("RandomTranslation", height_factor=0.3, width_factor=0.3)
        first = self.call(layer, "--training", "--seed", 1)
        self.assertEqual(self.call(layer, "--training", "--seed", 1), first)
        self.assertNotEqual(self.call(layer, "--training", "--seed", 2), first)
        workbench.run("call", "--layer", layer, "--input", self.x, "--output", self.y)
        y = workbench.read_npy(self.y.read_bytes())
        self.assertEqual(y[2], [float(i) for i in range(72)])

    def test_what_only_training_does_is_told(self):
        workbench.write_npy(self.x, (1, 2, 2, 1), range(4))
        for name, told in (("Equalization", True), ("RandomFlip", True), ("Rescaling", False)):
            layer = self.layer(name, **({"scale": 1.0} if name == "Rescaling" else {}))
            for extra in ([], ["--training"]):
                code, out, err = workbench.run("call", "--layer", layer, "--input", self.x,
                                               "--output", self.y, *extra)
                self.assertEqual((code, out), (0, ""), err)
                self.assertEqual("--training calls it" in err, told and not extra, name)

    def test_adapts_first(self):
        data = self.folder / "data.npy"
        workbench.write_npy(data, (4, 2), (0, 10, 2, 10, 0, 30, 2, 30))
        workbench.write_npy(self.x, (1, 2), (3, 20))
        y = self.call(self.layer("Normalization"), "--adapt", data)
        self.assertEqual(y, ("<f4", (1, 2), [2.0, 0.0]))

    def test_state_and_weights_say_what_was_learned(self):
        workbench.write_npy(self.x, (1, 2), (3, 20))
        state = self.json("s.json", {"mean": [1, 20], "variance": [1, 100]})
        expected = ("<f4", (1, 2), [2.0, 0.0])
        self.assertEqual(self.call(self.layer("Normalization"), "--state", state), expected)
        weights = self.folder / "weights"
        weights.mkdir()
        workbench.write_npy(weights / "w0.npy", (2,), (1, 20))
        workbench.write_npy(weights / "w1.npy", (2,), (1, 100))
        workbench.write_npy(weights / "w2.npy", (), (0,), "<i4")
        self.assertEqual(self.call(self.layer("Normalization"), "--weights", weights), expected)

    def test_weights_stand_in_the_order_of_their_numbers(self):
        workbench.write_npy(self.x, (1, 2), (1, 2))
        weights = self.folder / "weights"
        weights.mkdir()
        workbench.write_npy(weights / "w0.npy", (2, 1), (3, 4))
        workbench.write_npy(weights / "w1.npy", (1,), (100,))
        y = self.call(self.layer("Dense", units=1), "--weights", weights)
        self.assertEqual(y[2], [111.0])

    def test_first_weights_follow_the_seed(self):
        workbench.write_npy(self.x, (1, 3), (1, 2, 3))
        layer = self.layer("Dense", units=4)
        first = self.call(layer, "--seed", 5)
        self.assertEqual(self.call(layer, "--seed", 5), first)
        self.assertNotEqual(self.call(layer, "--seed", 6), first)

    def test_dtype_casts_the_input(self):
        workbench.write_npy(self.x, (1, 2, 2, 1), (0, 100, 200, 255), "|u1")
        layer = self.layer("Resizing", height=1, width=1)
        self.assertEqual(self.call(layer), ("|u1", (1, 1, 1, 1), [139]))  # 138.75
        y = self.call(layer, "--dtype", "float32")
        self.assertEqual(y, ("<f4", (1, 1, 1, 1), [138.75]))

    def test_reads_lists_and_tables(self):
        layer = self.layer("Rescaling", scale=2)
        lists = self.json("x.json", [[1.5, 2], [3, 4]])
        expected = ("<f4", (2, 2), [3.0, 4.0, 6.0, 8.0])
        self.assertEqual(self.call(layer, source=lists), expected)
        table = self.folder / "x.csv"
        table.write_text("a,b\n1.5,2\n3,4\n")
        self.assertEqual(self.call(layer, source=table), expected)

    def test_reads_a_picture_as_bytes(self):
        picture = self.folder / "x.png"
        picture.write_bytes(workbench.png(2, 1, [(10, 20, 30), (250, 0, 1)]))
        layer = self.layer("Resizing", height=1, width=4, interpolation="nearest")
        self.assertEqual(
            self.call(layer, source=picture),
            ("|u1", (1, 4, 3), [10, 20, 30, 10, 20, 30, 250, 0, 1, 250, 0, 1]),
        )
        y = self.call(self.layer("Rescaling", scale=2), "--dtype", "float32", source=picture)
        self.assertEqual(y, ("<f4", (1, 2, 3), [20.0, 40.0, 60.0, 500.0, 0.0, 2.0]))

    def test_one_image_needs_no_batch(self):
        workbench.write_npy(self.x, (3, 3, 1), range(9))
        y = self.call(self.layer("CenterCrop", height=1, width=1))
        self.assertEqual(y, ("<f4", (1, 1, 1), [4.0]))

    def test_a_case_is_answered_into_a_folder(self):
        case = self.folder / "case"
        case.mkdir()
        workbench.write_npy(case / "x.npy", (1, 2), (1, 2))
        workbench.write_npy(case / "k.npy", (2, 1), (3, 4))
        workbench.write_npy(case / "g.npy", (1, 1), (10,))
        layer = {"class_name": "Dense", "config": {"units": 1, "use_bias": False}}
        question = {
            "layer": layer,
            "inputs": ["x.npy"],
            "training": False,
            "weights": [{"path": "kernel", "file": "k.npy", "trainable": True}],
            "grad_output": "g.npy",
        }
        (case / "case.json").write_text(json.dumps(question))
        out = self.folder / "out"
        code, _, err = workbench.run("call", "--case", case, "--out", out)
        self.assertEqual((code, err), (0, ""))
        read = {path.name: workbench.read_npy(path.read_bytes()) for path in out.iterdir()}
        self.assertEqual(
            read,
            {
                "y.npy": ("<f4", (1, 1), [11.0]),
                "grad_input0.npy": ("<f4", (1, 2), [30.0, 40.0]),
                "grad_weight0.npy": ("<f4", (2, 1), [10.0, 20.0]),
            },
        )

    def test_what_is_wrong_is_said_in_one_line(self):
        workbench.write_npy(self.x, (1, 4), (1, 2, 3, 4))
        output = ("--output", self.y)
        layer = self.layer("RandomFlip")
        self.assertIn("4 axes", self.refused("--layer", layer, "--input", self.x, *output))
        layer = self.layer("Resizing", height=0, width=3)
        self.assertIn("height", self.refused("--layer", layer, "--input", self.x, *output))
        layer = self.layer("Sorcery")
        self.assertIn("Sorcery", self.refused("--layer", layer, "--input", self.x, *output))
        layer = self.layer("Rescaling", scale=1)
        absent = self.folder / "absent.npy"
        self.assertIn("absent.npy", self.refused("--layer", layer, "--input", absent, *output))
        self.assertIn("--input", self.refused("--layer", layer, *output))
        self.assertFalse(self.y.exists())

    def test_a_huge_result_is_refused_before_memory_is_taken(self):
        workbench.write_npy(self.x, (1, 2, 2, 3), range(12))
        for side in (50_000, 2**31):
            layer = self.layer("Resizing", height=side, width=side)
            err = self.refused("--layer", layer, "--input", self.x, "--output", self.y)
            self.assertIn("memory", err)


class Layers(unittest.TestCase):
    def test_lists_every_layer_with_its_schema(self):
        code, out, _ = workbench.run("layers", "--json")
        self.assertEqual(code, 0)
        layers = {layer["class_name"]: layer for layer in json.loads(out)}
        rotation = layers["RandomRotation"]
        self.assertTrue(rotation["random"] and rotation["train_only"])
        fields = {field["key"]: field for field in rotation["fields"]}
        self.assertEqual(fields["factor"]["kind"], "range")
        self.assertTrue(fields["factor"]["required"])
        self.assertEqual(
            fields["fill_mode"]["choices"], ["reflect", "wrap", "constant", "nearest"]
        )
        self.assertEqual(fields["fill_mode"]["default"], "reflect")
        self.assertTrue(layers["Normalization"]["adaptable"])

    def test_prints_them_for_people(self):
        code, out, _ = workbench.run("layers")
        self.assertEqual(code, 0)
        self.assertIn("RandomRotation", out)
        self.assertIn("    factor required", out)


if __name__ == "__main__":
    unittest.main()
