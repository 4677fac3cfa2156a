#!/usr/bin/env python3
"""Writes cases for `layerbench-cli conform` with the Keras that is installed here.

usage: make_cases.py OUT [--seed N] [--rounds K] [--only CLASS,...]
                     [--families NAME,...]

Every round draws other configurations and other data from the seed, lets Keras (TensorFlow
backend) call the layers, and writes a folder a case: case.json and the arrays that it names. What
Keras itself refuses is listed at the end, and is no case.
"""

import argparse
import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from cases import annotated, audio, colours, composed, edges, images, numbers, policies
from cases import random_images, strings, tables
from cases.writer import Writer

FAMILIES = {family.__name__.removeprefix("cases."): family for family in (
    images, random_images, colours, composed, annotated, numbers, strings, audio, edges, tables,
    policies)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", default="", help="classes, separated by commas")
    parser.add_argument("--families", default="",
                        help=f"some of {', '.join(FAMILIES)}; separated by commas")
    arguments = parser.parse_args()

    families = list(filter(None, arguments.families.split(","))) or list(FAMILIES)
    if unknown := set(families) - set(FAMILIES):
        parser.error(f"no family is called {', '.join(sorted(unknown))}")
    only = set(filter(None, arguments.only.split(",")))
    writer = Writer(arguments.out, arguments.seed, only)
    for _ in range(arguments.rounds):
        for family in families:
            FAMILIES[family].write(writer)
    for refusal in writer.refused:
        print("Keras refused", *refusal)
    print(f"{writer.total()} cases of {len(writer.counts)} classes, seed {arguments.seed}")
    return 0 if writer.total() else 1


if __name__ == "__main__":
    sys.exit(main())
