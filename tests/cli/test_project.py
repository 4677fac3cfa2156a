"""`new`, `check` and `preview`: from a template to a project, what it says of itself, what it draws."""

import json
import pathlib
import struct
import tempfile
import unittest
import zlib

from workbench import run

TEMPLATES = ("drawn_shapes", "cifar10", "text", "three_sentences", "ag_news", "table")


def png_pixels(path):
    """(width, height, bytes of RGB) of a PNG as the program writes it."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert (depth, colour) == (8, 2), "not 8-bit RGB"
        if kind == b"IDAT":
            packed += body
        at += 12 + length
    raw, stride, rows = zlib.decompress(packed), 3 * width, []
    previous = bytearray(stride)
    for y in range(height):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for i in range(stride):
            left = line[i - 3] if i >= 3 else 0
            up, corner = previous[i], previous[i - 3] if i >= 3 else 0
            if kind == 1:
                line[i] = line[i] + left & 255
            elif kind == 2:
                line[i] = line[i] + up & 255
            elif kind == 3:
                line[i] = line[i] + (left + up) // 2 & 255
            elif kind == 4:
                guess = left + up - corner
                near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up),
                           (abs(guess - corner), 2, corner))
                line[i] = line[i] + near[2] & 255
        rows.append(bytes(line))
        previous = line
    return width, height, b"".join(rows)


class Project(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.folder = pathlib.Path(self.place.name)
        self.project = self.folder / "shapes.lbench"

    def new(self, template="drawn_shapes"):
        code, _, errors = run("new", template, "--out", self.project)
        self.assertEqual((code, errors), (0, ""))
        return json.loads(self.project.read_text())

    def change(self, layer, **config):
        """Writes the project with other parameters of one layer."""
        project = json.loads(self.project.read_text())
        for entry in project["layers"]:
            if entry["name"] == layer:
                entry["config"].update(config)
        self.project.write_text(json.dumps(project))


class TestNew(Project):
    def test_every_template_becomes_a_project(self):
        for template in TEMPLATES:
            self.assertEqual(self.new(template)["layerbench"], 1)
            self.project.unlink()

    def test_an_unknown_template_is_one_line_that_names_the_others(self):
        code, output, errors = run("new", "nothing", "--out", self.project)

        self.assertNotEqual(code, 0)
        self.assertEqual(output, "")
        self.assertEqual(len(errors.splitlines()), 1)
        self.assertIn("drawn_shapes, cifar10", errors)
        self.assertFalse(self.project.exists())

    def test_a_project_that_is_there_is_not_written_over(self):
        self.project.write_text("mine")

        code, _, errors = run("new", "drawn_shapes", "--out", self.project)

        self.assertNotEqual(code, 0)
        self.assertIn("is there already", errors)
        self.assertEqual(self.project.read_text(), "mine")
        self.assertEqual(run("new", "drawn_shapes", "--out", self.project, "--replace")[0], 0)


class TestCheck(Project):
    def test_it_says_what_flows_on_every_wire(self):
        self.new()

        code, output, errors = run("check", self.project, "--json")

        self.assertEqual((code, errors), (0, ""))
        report = json.loads(output)
        nodes = {node["name"]: node for node in report["nodes"]}
        self.assertEqual(nodes["drawn_shapes"]["outputs"][0],
                         {"dtype": "uint8", "shape": [None, 32, 32, 3], "range": [0.0, 255.0]})
        rescaled = nodes["rescaling"]["outputs"][0]
        self.assertEqual((rescaled["dtype"], rescaled["range"]), ("float32", [0.0, 1.0]))
        # 3x3x3x32 + 32; each of 32x32 pixels sees 27 inputs for each of 32 filters
        self.assertEqual(nodes["conv2d"]["parameters"], 896)
        self.assertEqual(nodes["conv2d"]["macs"], 32 * 32 * 27 * 32)
        self.assertEqual(nodes["dense"]["outputs"][0]["shape"], [None, 10])
        # gamma, beta, mean and variance of 32, 64 and 128 channels; half of them move by themselves
        self.assertEqual(report["parameters"] - report["trainable"], 2 * (32 + 64 + 128))
        self.assertEqual([p for p in report["problems"] if p["severity"] == "error"], [])

    def test_the_table_has_a_line_a_node(self):
        names = {layer["name"] for layer in self.new()["layers"]}

        code, output, _ = run("check", self.project)

        self.assertEqual(code, 0)
        self.assertLessEqual(names, {line.split()[1] for line in output.splitlines() if line[0].isdigit()
                                     and len(line.split()) > 3})

    def test_an_error_names_node_and_parameter_and_leaves_non_zero(self):
        self.new()
        self.change("dense", units=0)

        code, output, errors = run("check", self.project)

        self.assertNotEqual(code, 0)
        self.assertIn("error: dense/units: ", output)
        self.assertEqual(len(errors.splitlines()), 1)

    def test_units_beyond_any_memory_are_told_before_memory_is_taken(self):
        self.new()
        self.change("dense", units=2**31)

        code, output, errors = run("check", self.project)
        self.assertNotEqual(code, 0)
        self.assertIn("error: dense", output)
        self.assertIn("[too_large]", output)
        self.assertEqual(len(errors.splitlines()), 1)
        for form in ("bundle", "keras", "onnx"):
            code, output, errors = run("export", self.project, "--to", form, "--out",
                                       self.folder / "x")
            self.assertEqual((code, output), (1, ""))
            self.assertIn("dense", errors.splitlines()[-1])
            self.assertFalse((self.folder / "x").exists())

    def test_a_warning_comes_with_its_fix(self):
        self.new()
        self.change("rescaling", scale=1.0)

        code, output, _ = run("check", self.project, "--json")

        self.assertEqual(code, 0)
        problems = [p for p in json.loads(output)["problems"] if p["code"] == "unscaled_input"]
        self.assertEqual(len(problems), 1)
        self.assertTrue(problems[0]["fixes"])

    def test_data_that_are_not_there_are_an_error(self):
        self.new("cifar10")

        code, output, errors = run("check", self.project)

        self.assertNotEqual(code, 0)
        self.assertIn("cifar-10-batches-bin", output)
        self.assertEqual(len(errors.splitlines()), 1)

    def test_a_file_that_is_no_project_is_one_line(self):
        for text in ("", "{", "[1]", '{"layerbench": 99}'):
            self.project.write_text(text)
            code, output, errors = run("check", self.project)
            self.assertNotEqual(code, 0)
            self.assertEqual(output, "")
            self.assertEqual(len(errors.splitlines()), 1, errors)
            self.assertIn("shapes.lbench", errors)


class TestPreview(Project):
    def sheet(self, *arguments):
        out = self.folder / "sheet.png"
        code, _, errors = run("preview", self.project, "--out", out, *arguments)
        self.assertEqual((code, errors), (0, ""))
        return png_pixels(out)

    def test_a_sheet_holds_as_many_cells_as_asked_for(self):
        self.new()

        width, height, pixels = self.sheet("--node", "random_rotation", "--seed", "1", "--count", "6")

        self.assertEqual((width, height), (3 * 100 + 4, 2 * 100 + 4))  # 32 pixels, thrice as large
        cell = [pixels[(50 * width + 4 + 100 * k + 48) * 3 :][:3] for k in range(3)]
        self.assertNotIn(bytes([28, 28, 28]), cell)

    def test_the_seed_decides_what_is_drawn(self):
        self.new()

        first = self.sheet("--node", "random_zoom", "--seed", "7", "--count", "4")

        self.assertEqual(first, self.sheet("--node", "random_zoom", "--seed", "7", "--count", "4"))
        self.assertNotEqual(first, self.sheet("--node", "random_zoom", "--seed", "8", "--count", "4"))

    def test_at_inference_nothing_is_drawn(self):
        self.new()

        source = self.sheet("--node", "drawn_shapes", "--count", "4")

        self.assertNotEqual(source, self.sheet("--node", "random_zoom", "--count", "4"))
        self.assertEqual(
            source, self.sheet("--node", "random_zoom", "--count", "4", "--inference"))

    def test_a_node_goes_by_number_as_well(self):
        project = self.new()
        layer = next(l["id"] for l in project["layers"] if l["name"] == "random_flip")
        node = next(n["id"] for n in project["bodies"][0]["nodes"] if n.get("layer") == layer)

        self.assertEqual(self.sheet("--node", str(node)), self.sheet("--node", "random_flip"))

    def test_feature_maps_are_shown_and_lists_of_numbers_refused(self):
        self.new()

        self.sheet("--node", "max_pooling2d", "--count", "4")
        code, _, errors = run("preview", self.project, "--node", "dense", "--out",
                              self.folder / "x.png")

        self.assertNotEqual(code, 0)
        self.assertIn("dense", errors)
        self.assertFalse((self.folder / "x.png").exists())

    def test_colours_driven_out_of_the_range_do_not_wash_the_picture_out(self):
        project = self.new()
        layer = next(l for l in project["layers"] if l["name"] == "random_flip")
        layer["class_name"] = "RandomSaturation"
        layer["config"] = {"factor": [0.0, 0.9], "value_range": [0, 255], "seed": None}
        self.project.write_text(json.dumps(project))

        def strongest(node):
            _, _, rgb = self.sheet("--node", node, "--count", "4")
            return [max(rgb[i : i + 3]) for i in range(0, len(rgb), 3)]

        # the strongest of three colours is what saturation leaves alone
        pairs = zip(strongest("drawn_shapes"), strongest("random_flip"))
        self.assertLessEqual(max(abs(a - b) for a, b in pairs), 1)

    def test_an_unknown_node_is_one_line(self):
        self.new()
        code, _, errors = run("preview", self.project, "--node", "nobody", "--out",
                              self.folder / "x.png")
        self.assertNotEqual(code, 0)
        self.assertEqual(len(errors.splitlines()), 1)
        self.assertIn("nobody", errors)


if __name__ == "__main__":
    unittest.main()
