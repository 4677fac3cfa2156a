"""Saving under faults: the old or the new file stands, whole, and success is never claimed falsely.

The disk is a tmpfs of a few pages in a mount namespace, so that it is full for root too; errors
and kills come from strace at every single system call of the kind.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import workbench

SAVE = pathlib.Path(os.environ["LAYERBENCH_BUILD"]) / "tests" / "save_once"
OLD = b"o" * 5000
SIZES = (0, 1, 4095, 4096, 4097, 20_000, 60_000, 200_000)
CALLS = ("openat", "write", "fsync", "newfstatat", "fchmod", "rename", "close", "faccessat")


def state(path, size):
    """What stands in the file: "old", "new", "none", or a description of the damage."""
    if not path.exists():
        return "none"
    data = path.read_bytes()
    if data == OLD:
        return "old"
    return "new" if data == b"n" * size else f"{len(data)} bytes of neither"


def sweep(folder):
    """In a mount namespace: a tmpfs of every number of pages, with and without an old file."""
    wrong = []
    cases = 0
    for pages in range(1, 25):
        for size in SIZES:
            for old in (False, True):
                subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={pages * 4096}", "none", folder],
                               check=True)
                path = folder / "project.lbench"
                try:
                    if old:
                        try:
                            path.write_bytes(OLD)
                        except OSError:
                            continue  # the disk is too small for the old file already
                    done = subprocess.run([SAVE, path, str(size), "n"], capture_output=True, text=True)
                    found = state(path, size)
                    left = [name for name in os.listdir(folder) if name != path.name]
                    claimed = done.stdout == "saved\n" and done.returncode == 0
                    expected = "new" if claimed else "old" if old else "none"
                    if found != expected or left or (not claimed and str(path) not in done.stderr):
                        wrong.append(f"{pages} pages, {size} bytes: {found} {left} {done}")
                    cases += 1
                finally:
                    subprocess.run(["umount", folder], check=True)
    print(f"{cases} cases")
    print("\n".join(wrong))
    return 1 if wrong or cases < 200 else 0


class Saving(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.path = self.folder / "project.lbench"
        self.addCleanup(shutil.rmtree, self.folder)

    def inject(self, call, number, what):
        """Runs one save with a fault at the call of that number; None if there is no such call."""
        self.path.write_bytes(OLD)
        log = self.folder / "log"
        done = subprocess.run(
            ["strace", "-f", "-o", log, "-e", f"trace={call}",
             "-e", f"inject={call}:{what}:when={number}", SAVE, self.path, "9000", "n"],
            capture_output=True, text=True)
        trace = log.read_text(errors="replace")
        log.unlink()
        return done if "INJECTED" in trace or "+++ killed" in trace else None

    def left(self):
        return [name for name in os.listdir(self.folder) if name != self.path.name]

    def test_a_full_disk_keeps_the_old_file(self):
        done = subprocess.run([*workbench.mount_namespace(), sys.executable, __file__, "--sweep", self.folder],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])

    def test_a_kill_at_every_system_call_leaves_old_or_new(self):
        points = 0
        for call in CALLS:
            for number in range(1, 400):
                done = self.inject(call, number, "signal=KILL")
                if done is None:
                    break
                points += 1
                self.assertIn(state(self.path, 9000), ("old", "new"), f"{call} {number}")
                for name in self.left():
                    self.assertRegex(name, r"^\.project\.lbench\.new-")
                    (self.folder / name).unlink()
        self.assertGreater(points, 25)

    def test_an_error_of_every_system_call_is_reported_and_cleaned_up(self):
        reported = 0
        for call, errors in {"write": ("ENOSPC", "EIO", "EDQUOT", "EFBIG"), "fsync": ("EIO", "ENOSPC"),
                             "rename": ("EACCES", "EIO", "ENOSPC"), "fchmod": ("EPERM",),
                             "close": ("EIO", "ENOSPC"), "openat": ("EMFILE", "EROFS", "ENOSPC")}.items():
            for error in errors:
                for number in range(1, 200):
                    done = self.inject(call, number, f"error={error}")
                    if done is None:
                        break
                    found = state(self.path, 9000)
                    where = f"{call} {number} {error}: {done}"
                    self.assertIn(found, ("old", "new"), where)
                    self.assertEqual(self.left(), [], where)
                    if done.stdout == "saved\n":
                        self.assertEqual(found, "new", where)
                    if str(self.path) in done.stderr:
                        reported += 1
        self.assertGreater(reported, 10)

    def test_an_interrupted_write_goes_on(self):
        done = self.inject("write", 1, "error=EINTR")
        self.assertIsNotNone(done)
        self.assertEqual((done.stdout, state(self.path, 9000)), ("saved\n", "new"))

    def test_a_write_of_nothing_is_a_full_disk(self):
        done = self.inject("write", 1, "retval=0")  # nothing was written: the disk says it is full
        self.assertIsNotNone(done)
        self.assertEqual((done.returncode, state(self.path, 9000)), (1, "old"))
        self.assertRegex(done.stderr, re.escape(str(self.path)))

    def test_a_read_only_folder_is_named(self):
        self.path.write_bytes(OLD)
        script = f"mount -t tmpfs none {self.folder} && cp /dev/null {self.path} && " \
                 f"mount -o remount,ro {self.folder} && {SAVE} {self.path} 9000 n"
        done = subprocess.run([*workbench.mount_namespace(), "sh", "-c", script], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(str(self.path), done.stderr)
        self.assertIn("Read-only file system", done.stderr)
        self.assertEqual(state(self.path, 9000), "old")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--sweep"]:
        sys.exit(sweep(pathlib.Path(sys.argv[2])))
    unittest.main()
