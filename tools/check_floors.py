#!/usr/bin/env python3
"""The house stands on its floors: an include points down, never sideways, never up (docs/architecture.md)."""
import pathlib
import re
import sys

FLOORS = {"base": 0, "platform": 1, "protocol": 2, "services": 3, "app": 4}
SDK_USERS = {"services/functions", "app"}
INCLUDE = re.compile(r'^\s*#include\s+[<"]((?:base|platform|protocol|services|app|gatehouse/sdk)/[^">]+)[">]', re.M)


def room(path):
    """"platform/http" for platform/http/server.hpp; base and app are one room each."""
    parts = path.split("/")
    return parts[0] if parts[0] in ("base", "app") else "/".join(parts[:2])


def main():
    faults = []
    source = pathlib.Path(__file__).resolve().parent.parent / "src"
    for file in sorted(source.rglob("*.[ch]pp")):
        here = str(file.relative_to(source))
        for match in INCLUDE.finditer(file.read_text()):
            there = match.group(1)
            mine = room(here)
            if there.startswith("gatehouse/sdk/"):
                if mine not in SDK_USERS:
                    faults.append(f"src/{here}: only {', '.join(sorted(SDK_USERS))} may include the sdk: {there}")
                continue
            if room(there) == mine or FLOORS[there.split("/")[0]] < FLOORS[here.split("/")[0]]:
                continue
            faults.append(f"src/{here}: {mine} may not include {there}")
    print("\n".join(faults) or "floors: every include points down")
    return 1 if faults else 0


sys.exit(main())
