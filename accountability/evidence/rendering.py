"""Has a picture opened in a limited process, and understands its answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.conf import settings

WALL_SECONDS = 90  # beyond the processor time that the process gives itself: a busy machine is waited for, not blamed on the picture
KILLED_BY_LIMITS = {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL}


@dataclass(frozen=True)
class Rendered:
    """What may be shown, and what the file says; ``refused`` is a code when nothing may be shown."""

    jpeg: bytes = b""
    refused: str = ""
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


def render(original: IO[bytes]) -> Rendered:
    """Open the original in the limited process. Raises RuntimeError when the process could not do its work (try again later)."""
    done = subprocess.run(
        [sys.executable, "-m", "accountability.evidence.render_process"],
        input=original.read(),
        capture_output=True,
        timeout=WALL_SECONDS,
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},  # no secret goes in
        check=False,
    )
    if done.returncode in KILLED_BY_LIMITS:
        return Rendered(refused="limits")
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-1000:] or f"exit code {done.returncode}")
    line, _, jpeg = done.stdout.partition(b"\n")
    answer = json.loads(line)
    if "refused" in answer:
        return Rendered(refused=answer["refused"])
    taken_at = datetime.fromisoformat(answer["taken_at"]) if answer["taken_at"] else None
    return Rendered(jpeg, "", answer["width"], answer["height"], taken_at, answer["latitude"], answer["longitude"])
