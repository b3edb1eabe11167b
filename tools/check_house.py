#!/usr/bin/env python3
"""Small rules of the house: sizes, application names, left-over words, paths of one machine."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAX_LINES = 500
CODE = (".cpp", ".hpp", ".py", ".mjs", ".js", ".sh")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|not implemented yet")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|home/\w+|work)/")


def main():
    faults = []
    names = [p.name for p in (ROOT / "apps").iterdir() if p.is_dir()]
    files = subprocess.run(["git", "-C", ROOT, "ls-files"], capture_output=True, text=True, check=True).stdout.split()
    for name in files:
        path = ROOT / name
        if not path.is_file() or name == "tools/check_house.py":
            continue
        if path.suffix not in CODE:
            continue
        text = path.read_text()
        lines = text.count("\n")
        if lines > MAX_LINES:
            faults.append(f"{name}: {lines} lines; a file has at most {MAX_LINES}")
        for number, line in enumerate(text.split("\n"), 1):
            if UNFINISHED.search(line):
                faults.append(f"{name}:{number}: unfinished: {line.strip()}")
            if MACHINE_PATH.search(line):
                faults.append(f"{name}:{number}: a path of one machine: {line.strip()}")
        if name.startswith("src/") and not name.endswith("_test.cpp"):
            for app in names:
                if re.search(rf"apps/{app}\b|\b{app}_(?:table|api|function)\b", text, re.I):
                    faults.append(f"{name}: src/ may not know the application {app}")
    print("\n".join(faults) or "house: sizes, names and words are in order")
    return 1 if faults else 0


sys.exit(main())
