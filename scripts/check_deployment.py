"""Django's own deployment checks on the settings of a production machine, warnings included; part of ``make check``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        env = {**kept, "DATA_DIR": place, "SITE_URL": "https://chiefs.example.gov.cn", "DEMO": "0", "BEHIND_PROXY": "1"}
        for words in (
            ["-m", "accountability.setup.keys"],
            ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        ):
            done = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True)
            if done.returncode:
                sys.stderr.write(done.stdout + done.stderr)
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
