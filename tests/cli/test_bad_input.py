"""Data that lie, break off or are far too large: one line says where and what to do, little memory
is taken, and neither the project nor what it learned changes."""

import json
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest

import workbench

SHIP = (workbench.SOURCE / "tests" / "data" / "tables" / "ship.csv").read_text()
MOST_MEGABYTES = 250  # the program alone needs a tenth of that


class BadInput(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.project = self.folder / "table.lbench"
        self.table = self.folder / "ship.csv"

    def refused(self, *arguments):
        """What the command says on its one line of errors."""
        process = subprocess.Popen([workbench.CLI, *map(str, arguments)], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        out, errors = process.stdout.read(), process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        process.stderr.close()
        self.assertGreater(process.returncode, 0, out + errors)
        self.assertLess(process.returncode, 64, errors)  # no signal, no abort
        self.assertEqual(len(errors.strip().splitlines()), 1, errors)
        self.assertLess(used.ru_maxrss / 1024, MOST_MEGABYTES)
        return errors

    def learned(self):
        """The project, adapted on good data."""
        self.assertEqual(workbench.run("new", "table", "--out", self.project)[0], 0)
        self.table.write_text(SHIP)
        code, _, errors = workbench.run("adapt", self.project, "--data", self.table)
        self.assertEqual(code, 0, errors)
        return {path.name: path.read_bytes() for path in self.folder.glob("table.*")}

    def adapt_fails(self, *words):
        before = self.learned() if not self.project.exists() else {
            path.name: path.read_bytes() for path in self.folder.glob("table.*")}
        errors = self.refused("adapt", self.project, "--data", self.table)
        for word in words:
            self.assertIn(word, errors)
        after = {path.name: path.read_bytes() for path in self.folder.glob("table.*")}
        self.assertEqual(before, after)

    def test_tables_by_line_and_with_a_way_out(self):
        self.learned()
        for content, words in (
            (SHIP + '1,1,"fem', ("ship.csv:10", "a quote is opened here")),
            (SHIP + "1,1,female\n", ("ship.csv:10", "has 3 fields where there are 10")),
            (SHIP + "1,1,fem\0ale,1,1,1,1,S,First,C\n", ("ship.csv:10", "NUL byte")),
            (SHIP.splitlines()[0] + "\n", ("ship.csv", "has names of columns, but no record below",
                                           "add rows, or choose another file")),
            (SHIP.splitlines()[0], ("ship.csv", "has names of columns, but no record below")),
            (SHIP.replace("survived", "lived"), ("ship.csv", "has no column survived for the label",
                                                 "choose one of its columns (lived, pclass,")),
            ("", ("ship.csv", "is empty", "choose a file that holds data")),
        ):
            with self.subTest(words[1]):
                self.table.write_text(content)
                self.adapt_fails(*words)
        self.table.write_bytes(SHIP.encode("utf-16"))
        self.adapt_fails("is written in UTF-16; save it as UTF-8")

    def test_data_that_moved_are_pointed_to(self):
        self.learned()
        document = json.loads(self.project.read_text())
        for layer in document["layers"]:
            if layer["class_name"] == "Source":
                layer["config"].update(kind="csv", path="gone/ship.csv", label="survived")
                name = layer["name"]
        self.project.write_text(json.dumps(document))
        for command in ("adapt", "train", "evaluate"):
            errors = self.refused(command, self.project)
            self.assertIn("gone/ship.csv: is not there", errors)
            self.assertIn(f'name its new place with --data PATH, or write it as "path" of the layer {name}',
                          errors)
        _, out, _ = workbench.run("check", self.project)
        self.assertIn("name its new place with --data PATH", out)
        self.assertNotIn(f"{name}: {name}:", out)
        errors = self.refused("adapt", self.project, "--data", self.folder / "nowhere.csv")
        self.assertIn("nowhere.csv: is not there", errors)
        self.assertIn("that is what --data names", errors)
        code, out, errors = workbench.run("check", self.project, "--data", self.table)
        self.assertNotIn("is not there", out)

    def test_numbers_that_are_none(self):
        self.learned()
        for fare, shown in (("", "nan"), ("nan", "nan"), ("inf", "inf"), ("1e60", "inf")):
            with self.subTest(fare):
                self.table.write_text(SHIP.replace("71.2833", fare))
                self.adapt_fails("fare_normalization", "ship.csv:3)", f"holds {shown}",
                                 "leave such rows out, or say what stands for missing values")

    def test_ten_million_columns(self):
        self.learned()
        self.table.write_bytes(b"," * 10_000_000 + b"\n" + b"," * 1000)
        self.adapt_fails("ship.csv:1", "has more than 16384 columns")

    def test_a_field_of_a_gigabyte(self):
        """17 MB of it are there, the rest is a hole in the file."""
        self.learned()
        for begin, words in (
            (b"0,3,", ("ship.csv:10", "the record is longer than 16777216 bytes")),
            (b'0,3,"', ("ship.csv:10", "a quote is opened here")),
        ):
            with open(self.table, "wb") as file:
                file.write(SHIP.encode() + begin + b"x" * (17 << 20))
                file.truncate(1 << 30)
            self.adapt_fails(*words)

    def test_a_column_that_turns_to_text_late(self):
        """The template says that pclass is a whole number."""
        self.learned()
        names, first = SHIP.splitlines()[:2]
        with open(self.table, "w", encoding="ascii") as file:
            file.write(names + "\n")
            for _ in range(900):
                file.write((first + "\n") * 1000)
            file.write(first.replace("0,3,", "0,steerage,") + "\n")
        self.adapt_fails("ship.csv:900002", "column pclass holds 'steerage'", "mend the cell")

    def test_no_rows_to_train_on(self):
        self.learned()
        content = json.loads(self.project.read_text())
        content["recipe"]["validation_fraction"] = 1.0
        self.project.write_text(json.dumps(content))
        before = self.project.read_bytes()
        for command in ("adapt", "train"):
            errors = self.refused(command, self.project, "--data", self.table)
            self.assertIn("row", errors)
        self.assertEqual(self.project.read_bytes(), before)

    def test_a_folder_whose_pictures_are_odd(self):
        """Grey, with alpha, of 16 bits: read. Of 16 channels, or with a size that no memory holds:
        left out, by name."""
        def chunk(name, data):
            import zlib
            return (struct.pack(">I", len(data)) + name + data
                    + struct.pack(">I", zlib.crc32(name + data)))

        def png(bits, kind, row, width=1, height=1):
            import zlib
            return (b"\x89PNG\r\n\x1a\n"
                    + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))
                    + chunk(b"IDAT", zlib.compress(b"\0" + row)) + chunk(b"IEND", b""))

        tags = ((256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 16), (278, 1),
                (279, 16))
        tiff = (b"II*\0" + struct.pack("<I", 24) + b"x" * 16 + struct.pack("<H", len(tags))
                + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
                + struct.pack("<I", 0))
        folder = self.folder / "photos" / "a"
        folder.mkdir(parents=True)
        for name, data in (("grey.png", png(8, 0, b"a")), ("alpha.png", png(8, 4, b"ab")),
                           ("deep.png", png(16, 2, b"aabbcc")), ("many.tiff", tiff),
                           ("huge.png", png(8, 2, b"abc", 2**30, 2**30))):
            (folder / name).write_bytes(data)
        code, _, errors = workbench.run("new", "drawn_shapes", "--out", self.project)
        self.assertEqual(code, 0, errors)
        content = json.loads(self.project.read_text())
        for layer in content["layers"]:
            if layer["class_name"] == "Source":
                layer["config"] = {"kind": "image_folder", "path": "photos"}
        self.project.write_text(json.dumps(content))
        code, out, errors = workbench.run("check", self.project)
        for words in ("photos/a/many.tiff: has 16 channels", "photos/a/huge.png: has 1073741824 x",
                      "uint8 [?, 1, 1, 3]"):
            self.assertIn(words, out + errors)


if __name__ == "__main__":
    unittest.main()
