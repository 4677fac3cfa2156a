"""The window program where there is no display: it answers what needs none, and says the rest."""

import os
import pathlib
import subprocess
import unittest

PROGRAM = pathlib.Path(os.environ["LAYERBENCH_BIN"]) / "layerbench"
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def run(*arguments, **more):
    environment = {key: value for key, value in os.environ.items() if key not in DISPLAYS}
    return subprocess.run(
        [PROGRAM, *arguments], env=environment | more, capture_output=True, text=True,
        timeout=60, check=False,
    )


@unittest.skipUnless(PROGRAM.exists(), "built without the window")
class WithoutDisplay(unittest.TestCase):
    def test_help_is_printed(self):
        done = run("--help")

        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("--screenshot", done.stdout)

    def test_the_version_is_printed(self):
        done = run("--version")

        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^layerbench \d+\.\d+")

    def test_an_option_that_there_is_not_names_the_nearest(self):
        done = run("--thmee", "dark", QT_QPA_PLATFORM="offscreen")

        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("'thmee'. Is --theme meant?", done.stderr)

    def test_any_other_start_says_what_is_missing(self):
        for display in ({}, {"DISPLAY": ":98765"}):
            with self.subTest(display):
                done = run("--workspace", "data", **display)

                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                self.assertIn("display", done.stderr)
                self.assertIn("layerbench-cli", done.stderr)

    def test_another_reason_is_told_as_it_is(self):
        done = run(QT_QPA_PLATFORM="nosuch")

        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("nosuch", done.stderr)
        self.assertNotIn("there is no display", done.stderr)


if __name__ == "__main__":
    unittest.main()
