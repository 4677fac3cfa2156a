"""Makes the private Python environment of the interop tests under the build folder, and keeps it.

Exit code 0: it is there. 77: it could not be made and nobody asked for it (tests skip).
1: it could not be made and LAYERBENCH_REQUIRE names interop.
"""

import hashlib
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def folder():
    return pathlib.Path(os.environ["LAYERBENCH_INTEROP"])


def works(python):
    return python.exists() and subprocess.run([python, "-c", "import pip"], check=False,
                                              capture_output=True).returncode == 0


def make():
    requirements = HERE / "requirements.txt"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = folder() / "made-from"
    if stamp.exists() and stamp.read_text() == wanted:
        print(f"kept: {folder()}")
        return
    python = folder() / "bin" / "python"
    if not works(python):  # else only what is new is installed
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder()], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                    "--requirement", requirements], check=True)
    stamp.write_text(wanted)
    print(f"made: {folder()}")


if __name__ == "__main__":
    try:
        make()
    except (OSError, subprocess.CalledProcessError) as problem:
        required = "interop" in os.environ.get("LAYERBENCH_REQUIRE", "")
        print(f"The environment for the interop tests could not be made: {problem}")
        sys.exit(1 if required else 77)
