"""A folder of sounds in two classes, and projects that tell them apart. Standard library only."""

import array
import json
import math
import random
import wave

from projects import PIPELINE, Project

RATE, LENGTH = 8000, 1024
TONES = {"high": (1500, 2500), "low": (200, 500)}  # Hz


def write_wav(path, samples, channels=1, rate=RATE):
    """16 bits; samples of -1..1, channels side by side."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array.array("h", (round(32767 * x) for x in samples)).tobytes())


def write_folder(folder, count=48):
    """`count` noisy tones a class, of other loudness, phase and length; length 1024 is in between."""
    chance = random.Random(1)
    for name, (low, high) in TONES.items():
        (folder / name).mkdir(parents=True)
        for i in range(count):
            turn = 2 * math.pi * chance.uniform(low, high) / RATE
            begin, loud = chance.uniform(0, 2 * math.pi), chance.uniform(0.2, 0.9)
            write_wav(folder / name / f"{i:03d}.wav",
                      [loud * math.sin(begin + turn * t) + chance.uniform(-0.05, 0.05)
                       for t in range(chance.randrange(900, 1200))])


def project(path, sounds, layer):
    """Writes a project on `sounds`, a path relative to it, whose first layer is MelSpectrogram or
    STFTSpectrogram."""
    channels = "mono" if layer == "MelSpectrogram" else "all"
    p = Project({"kind": "sound_folder", "path": sounds, "length": LENGTH, "channels": channels})
    if layer == "MelSpectrogram":
        x = p.add(layer, {"fft_length": 256, "sequence_stride": 128, "sampling_rate": RATE,
                          "num_mel_bins": 16}, [p.source], PIPELINE)
        x = p.add("Rescaling", {"scale": 1 / 40, "offset": 0.5}, [x], PIPELINE)
        x = p.add("Batch", {}, [x])
        x = p.add("Flatten", {}, [x])
    else:
        x = p.add("Batch", {}, [p.source])
        x = p.add(layer, {"frame_length": 128, "frame_step": 64, "trainable": False}, [x])
        x = p.add("GlobalAveragePooling1D", {}, [x])
    content = p.finish(p.add("Dense", {"units": 2, "activation": "softmax"}, [x]))
    content["recipe"] = {"batch_size": 16, "epochs": 10, "validation_fraction": 0.25,
                         "optimizer": {"class_name": "Adam", "config": {"learning_rate": 0.01}}}
    path.write_text(json.dumps(content))
