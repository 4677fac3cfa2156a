"""Runs a test file with the interop environment's Python; 77 (skipped) where there is none."""

import os
import pathlib
import sys

python = pathlib.Path(os.environ["LAYERBENCH_INTEROP"]) / "bin" / "python"
if not python.exists():
    sys.exit(1 if "interop" in os.environ.get("LAYERBENCH_REQUIRE", "") else 77)
os.execv(python, [python, "-B", *sys.argv[1:]])
