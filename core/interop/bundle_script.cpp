#include "core/interop/bundle_script.h"

namespace lb {

std::string_view bundleScript()
{
    return R"python("""Checks this bundle: every checksum, then every sample by model.onnx and model.keras.

    python verify.py            needs NumPy, and onnxruntime or keras to predict

Leaves with 0 if all that could be run agrees, and says what could not.
"""

import hashlib
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent


def checksums(manifest, text):
    own = re.search(rb'\n  "sha256": "([0-9a-f]{64})"', text)
    zeroed = text[: own.start(1)] + b"0" * 64 + text[own.end(1) :] if own else text
    if not own or hashlib.sha256(zeroed).hexdigest() != own.group(1).decode():
        yield "manifest.json was changed"
    for name, file in manifest["files"].items():
        path = HERE / name
        if not path.is_file():
            yield f"{name} is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
            yield f"{name} was changed"


def by_onnx(inputs):
    import onnxruntime

    session = onnxruntime.InferenceSession(
        str(HERE / "model.onnx"), providers=["CPUExecutionProvider"]
    )
    return [session.run(["probabilities"], x)[0] for x in inputs]


def by_keras(inputs):
    import keras

    model = keras.saving.load_model(HERE / "model.keras", compile=False)
    def call(x):
        x = [keras.ops.convert_to_tensor(value) for value in x.values()]
        return model(x[0] if len(x) == 1 else x, training=False)

    return [keras.ops.convert_to_numpy(call(x)) for x in inputs]


def read(path, signature):
    """A sample: the values of each input by its name, in the model's order."""
    import numpy as np

    if path.suffix == ".npy":
        return {signature[0]["name"]: np.load(path)}
    columns = json.loads(path.read_text(encoding="utf-8"))
    dtypes = {entry["name"]: entry["dtype"] for entry in signature}
    return {
        name: np.array(columns[name], dtype=object if dtype == "string" else dtype)
        for name, dtype in dtypes.items()
    }


def differences(name, predict, inputs, expected, tolerance):
    """None if it could not be run, else the largest difference."""
    import numpy as np

    try:
        answers = np.concatenate(predict(inputs))
    except ImportError as missing:
        print(f"{name}: not run here ({missing})")
        return True
    rows = np.abs(answers - expected).reshape(len(expected), -1).max(axis=1)
    for row, difference in enumerate(rows):
        if not difference <= tolerance:
            print(f"{name}: sample {row} differs by {difference:.3g}, allowed are {tolerance:g}")
            return False
    print(f"{name}: {len(rows)} samples agree, largest difference {rows.max():.3g}")
    return True


def main():
    text = (HERE / "manifest.json").read_bytes()
    manifest = json.loads(text)
    wrong = list(checksums(manifest, text))
    for line in wrong:
        print(line)
    if wrong:
        return 1
    print(f"{len(manifest['files'])} files are as they were written")
    try:
        import numpy as np
    except ImportError:
        print("samples: not run here (No module named 'numpy')")
        return 0
    signature = manifest["signature"]["inputs"]
    inputs = [read(HERE / sample["input"], signature) for sample in manifest["samples"]]
    expected = np.load(HERE / manifest["expected"])
    parity = manifest["parity"]
    good = True
    if "model.onnx" in manifest["files"]:
        good = differences("model.onnx", by_onnx, inputs, expected, parity["onnx_tolerance"])
    else:
        print("model.onnx: not in this bundle; the notes in manifest.json say why")
    good &= differences("model.keras", by_keras, inputs, expected, parity["keras_tolerance"])
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
)python";
}

} // namespace lb
