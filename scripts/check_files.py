"""Files that came from elsewhere are the ones we looked at, and the lists of packages name no machine; part of ``make check``."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
# An address, an option that sets one, or an absolute path: none of them may travel with the lists.
FOREIGN = re.compile(
    r"://|^\s*--?(index-url|extra-index-url|find-links|trusted-host|i|f)\b|(^|[\s=\"'(@])(/|[A-Za-z]:\\|file:[./])", re.IGNORECASE
)
PINNED = re.compile(r"^[A-Za-z0-9._-]+(\[[a-z0-9_,-]+\])?==\S+ \\$")


def vendored() -> list[str]:
    """Every file below static/vendor has the hash that vendor.json gives it, and vendor.json names no other."""
    told = json.loads((VENDOR / "vendor.json").read_text())
    there = {str(path.relative_to(VENDOR)): path for path in VENDOR.rglob("*") if path.is_file() and path.name != "vendor.json"}
    faults = [f"static/vendor/{name} is not in vendor.json" for name in sorted(there.keys() - told.keys())]
    faults += [f"vendor.json names {name}, which is not there" for name in sorted(told.keys() - there.keys())]
    for name in sorted(there.keys() & told.keys()):
        if hashlib.sha256(there[name].read_bytes()).hexdigest() != told[name]["sha256"]:
            faults.append(f"static/vendor/{name} was altered")
    return faults


def requirements() -> list[str]:
    """Pinned with hashes, without addresses or paths, and every chosen package has its line in the decision."""
    faults = []
    for path in sorted(ROOT.glob("requirements*.txt")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if FOREIGN.search(line):
                faults.append(f"{path.name}:{number} names an address or a path: {line.strip()}")
            if line and not line.startswith((" ", "#")) and not PINNED.match(line):
                faults.append(f"{path.name}:{number} is not pinned with a hash: {line.strip()}")
    decision = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text()
    for path in sorted(ROOT.glob("requirements*.in")):
        for line in path.read_text().splitlines():
            name = re.match(r"[A-Za-z][A-Za-z0-9-]*", line)
            if name and not re.search(rf"^\| `{re.escape(name[0])}`", decision, re.MULTILINE | re.IGNORECASE):
                faults.append(f"{path.name}: {name[0]} has no line in docs/decisions/0002-dependencies.md")
            if FOREIGN.search(line):
                faults.append(f"{path.name} names an address or a path: {line}")
    return faults


if __name__ == "__main__":
    found = vendored() + requirements()
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    sys.exit(bool(found))
