"""What the tests of the command line share: running it, .npy files without NumPy, cases."""

import array
import ast
import json
import math
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest
import zipfile
import zlib

CLI = os.environ["LAYERBENCH_CLI"]
SOURCE = pathlib.Path(os.environ.get("LAYERBENCH_SOURCE", pathlib.Path(__file__).parents[2]))
GOLDEN = SOURCE / "tests" / "golden"
CODES = {"|b1": "B", "|u1": "B", "<i4": "i", "<i8": "q", "<f4": "f", "<f8": "d"}


class InFolder(unittest.TestCase):
    """Tests with a folder of their own, for the layers and values that they write."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def json(self, name, value):
        path = self.folder / name
        path.write_text(json.dumps(value))
        return path

    def layer(self, class_name, **config):
        return self.json("layer.json", {"class_name": class_name, "config": config})


def run(*arguments):
    """Runs layerbench-cli; its exit code, stdout and stderr."""
    done = subprocess.run(
        [CLI, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stdout, done.stderr


def mount_namespace():
    """The command in front of another one that may mount; None where nothing may.

    A user namespace makes root's rights not count, so that it is full and read-only for root too.
    A chroot refuses one: there root itself takes a mount namespace."""
    for command in (["unshare", "-rm"], ["unshare", "-m", "--propagation", "unchanged"]):
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return None


def read_npy(data):
    """(dtype, shape, flat list) of the bytes of a .npy file."""
    assert data[:6] == b"\x93NUMPY", "not a .npy file"
    length, start = (
        (struct.unpack("<H", data[8:10])[0], 10)
        if data[6] == 1
        else (struct.unpack("<I", data[8:12])[0], 12)
    )
    header = ast.literal_eval(data[start : start + length].decode("latin1"))
    values = array.array(CODES[header["descr"]])
    values.frombytes(data[start + length :])
    assert not header["fortran_order"]
    return header["descr"], tuple(header["shape"]), values.tolist()


def write_npy(path, shape, values, descr="<f4"):
    header = repr({"descr": descr, "fortran_order": False, "shape": tuple(shape)})
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    data = array.array(CODES[descr], values).tobytes()
    path.write_bytes(
        b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data
    )


def png(width, height, pixels):
    """The bytes of an RGB picture."""

    def chunk(name, data):
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    rows = [pixels[row * width : (row + 1) * width] for row in range(height)]
    data = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def differs(answer, expected, tolerance):
    """Why two (dtype, shape, values) do not agree, or None."""
    if answer[:2] != expected[:2]:
        return f"{answer[:2]} instead of {expected[:2]}"
    exact = expected[0] not in ("<f4", "<f8")
    for i, (a, b) in enumerate(zip(answer[2], expected[2])):
        if a == b or (math.isnan(a) and math.isnan(b)):
            continue
        if exact or not abs(a - b) <= tolerance * (1 + abs(b)):
            return f"element {i}: {a} instead of {b}"
    return None


def cases(archive, classes):
    """(folder, case.json, archive) of every layer case of the classes."""
    with zipfile.ZipFile(GOLDEN / archive) as source:
        for name in source.namelist():
            if name.endswith("case.json"):
                case = json.loads(source.read(name))
                if case.get("layer", {}).get("class_name") in classes:
                    yield name.rsplit("/", 1)[0], case, source
