"""An include goes downwards only: core < widgets < app, and core knows no Qt."""

import os
import pathlib
import re
import unittest

ROOT = pathlib.Path(os.environ.get("LAYERBENCH_SOURCE", pathlib.Path(__file__).parents[2]))
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
RANK = {"core": 0, "widgets": 1, "app": 2}
HEAVY = re.compile(r"^(Eigen/|opencv2/|nlohmann/|dnnl|oneapi/dnnl)")
QT = re.compile(r"^Q[A-Z]\w*$|^Q[A-Z]\w*/|^qt")


def problems(room, name, text):
    """What is wrong with the includes of one file of `room`."""
    found = []
    for quote, path in INCLUDE.findall(text):
        target = path.split("/")[0]
        if quote == '"' and RANK.get(target, -1) > RANK[room]:
            found.append(f"{name}: {room} includes {path}")
        if room == "core" and QT.match(path):
            found.append(f"{name}: core includes Qt's {path}")
        if name.endswith(".h") and HEAVY.match(path):
            found.append(f"{name}: {path} belongs in .cpp files")
    return found


class Includes(unittest.TestCase):
    def test_go_downwards_only(self):
        found, files = [], 0
        for room in RANK:
            for path in sorted((ROOT / room).rglob("*")):
                if path.suffix in (".h", ".cpp"):
                    files += 1
                    text = path.read_text(encoding="utf-8")
                    found += problems(room, str(path.relative_to(ROOT)), text)
        self.assertGreater(files, 50)
        self.assertEqual(found, [])

    def test_the_check_sees_what_it_should(self):
        self.assertEqual(len(problems("core", "a.cpp", '#include "widgets/a.h"\n')), 1)
        self.assertEqual(len(problems("widgets", "a.cpp", '#include "app/a.h"\n')), 1)
        self.assertEqual(len(problems("core", "a.cpp", "#include <QString>\n")), 1)
        self.assertEqual(len(problems("core", "a.h", "#include <Eigen/Core>\n")), 1)
        self.assertEqual(problems("app", "a.cpp", '#include "core/a.h"\n#include <QWidget>\n'), [])


if __name__ == "__main__":
    unittest.main()
