#!/usr/bin/env python3
"""Makes the data and projects of the pictures that no template shows: masks and boxes, a group, sounds.

usage: scripts/screenshot_projects.py OUT     OUT gets boxes.lbench, group.lbench, sounds.lbench
"""

import json
import math
import pathlib
import random
import struct
import sys
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "interop"))

import sounds  # noqa: E402

SIDE = 64
COLOURS = {"circle": (228, 120, 84), "square": (96, 160, 220), "triangle": (236, 196, 92)}
SHAPES = list(COLOURS)


def png(channels, pixels):
    """The bytes of a square picture with 1 or 3 bytes a pixel."""

    def chunk(name, data):
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    wide = SIDE * channels
    rows = b"".join(b"\0" + pixels[row * wide : (row + 1) * wide] for row in range(SIDE))
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2 if channels == 3 else 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


def inside(shape, x, y, left, top, side):
    across, down = (x - left) / side, (y - top) / side
    if not (0 <= across <= 1 and 0 <= down <= 1):
        return False
    if shape == "circle":
        return math.hypot(across - 0.5, down - 0.5) <= 0.5
    return shape == "square" or abs(across - 0.5) <= down / 2


def write_scenes(folder, count=12):
    """Scenes of two shapes: their boxes, and masks for every other one."""
    chance = random.Random(4)
    lines = ["image,left,top,right,bottom,label"]
    for kind in SHAPES:
        (folder / kind).mkdir(parents=True)
        for number in range(count):
            side = chance.randrange(22, 30)
            first = (kind, chance.randrange(2, 8), chance.randrange(2, 62 - side), side)
            small = chance.randrange(14, 20)
            second = (chance.choice(SHAPES), chance.randrange(40, 63 - small),
                      chance.randrange(2, 62 - small), small)
            picture, mask = bytearray(), bytearray()
            for y in range(SIDE):
                for x in range(SIDE):
                    color, label = (52 + x // 2, 58 + y // 2, 70 + (x + y) // 4), 0
                    for shape, left, top, width in (first, second):
                        if inside(shape, x + 0.5, y + 0.5, left, top, width):
                            color, label = COLOURS[shape], 1 + SHAPES.index(shape)
                    picture += bytes(min(255, c + chance.randrange(9)) for c in color)
                    mask.append(label)
            name = f"{kind}/{number:02d}"
            (folder / f"{name}.png").write_bytes(png(3, bytes(picture)))
            if number % 2 == SHAPES.index(kind) % 2:
                (folder / f"{name}.mask.png").write_bytes(png(1, bytes(mask)))
            for shape, left, top, width in (first, second):
                lines.append(f"{name}.png,{left},{top},{left + width},{top + width},{shape}")
    (folder / "boxes.csv").write_text("\n".join(lines) + "\n")


def template():
    return json.loads((ROOT / "resources" / "templates" / "drawn_shapes.lbench").read_text())


def boxes_project():
    content = template()
    source = next(layer for layer in content["layers"] if layer["class_name"] == "Source")
    source["config"] = {"kind": "image_folder", "path": "scenes"}
    source["name"] = "scenes"
    dense = next(layer for layer in content["layers"] if layer["name"] == "dense")
    dense["config"]["units"] = len(SHAPES)
    return content


def group_project(first="random_flip", last="random_zoom"):
    """The layers of data augmentation as one node that is applied to three of four pictures."""
    content = template()
    body = content["bodies"][0]
    names = {layer["id"]: layer["name"] for layer in content["layers"]}
    chain = [node for node in body["nodes"] if node.get("stage") == "pipeline"]
    begin = next(i for i, node in enumerate(chain) if names[node["layer"]] == first)
    end = next(i for i, node in enumerate(chain) if names[node["layer"]] == last)
    layers = chain[begin : end + 1]
    content["layers"] += [{"class_name": name, "config": {}, "id": number, "name": "group_" + name.lower()}
                          for name, number in (("Input", 902), ("Output", 904))]

    def node(number, calls, source, at):
        inputs = [{"port": "", "from": {"node": source, "output": 0}}] if source else []
        return {"at": at, "call": {}, "id": number, "inputs": inputs, "stage": "pipeline", **calls}

    left, right = layers[0], layers[-1]
    call = node(907, {"body": 901}, left["inputs"][0]["from"]["node"], layers[len(layers) // 2]["at"])
    call["call"] = {"apply": "sometimes", "probability": 0.75}
    for other in body["nodes"]:
        for wire in other["inputs"]:
            if other not in layers and wire["from"]["node"] == right["id"]:
                wire["from"]["node"] = 907
    inner = [*layers, node(903, {"layer": 902}, None, [0.0, 0.0]),
             node(905, {"layer": 904}, right["id"], [0.0, 0.0])]
    content["next_id"] = 910
    left["inputs"][0]["from"]["node"] = 903
    body["nodes"] = [other for other in body["nodes"] if other not in layers] + [call]
    body["frames"] = []
    content["bodies"].append({"id": 901, "name": "data_augmentation", "frames": [], "nodes": inner})
    return content


def sounds_project(path):
    """Two classes of tones; the nodes side by side in their lanes, with names as a user's."""
    sounds.project(path, "tones", "MelSpectrogram")
    content = json.loads(path.read_text())
    names = {"Source": "tones", "MelSpectrogram": "mel_spectrogram"}
    for layer in content["layers"]:
        layer["name"] = names.get(layer["class_name"], layer["class_name"].lower())
    for stage, top in (("pipeline", 80.0), ("model", 360.0)):
        lane = [node for node in content["bodies"][0]["nodes"] if node["stage"] == stage]
        for place, node in enumerate(lane):
            node["at"] = [(448.0 if place else 0.0) + 280.0 * max(0, place - 1), top]
    return content


def main():
    out = pathlib.Path(sys.argv[1])
    write_scenes(out / "scenes")
    (out / "boxes.lbench").write_text(json.dumps(boxes_project()))
    (out / "group.lbench").write_text(json.dumps(group_project()))
    sounds.write_folder(out / "tones")
    (out / "sounds.lbench").write_text(json.dumps(sounds_project(out / "sounds.lbench")))


if __name__ == "__main__":
    main()
