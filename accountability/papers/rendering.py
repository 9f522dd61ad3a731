"""From a template to the HTML twin, and from the twin to the PDF. The only caller of WeasyPrint, in a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from . import faces

WALL_SECONDS = 240  # shorter than the lease of an outbox item
PASSED_ON = ("PATH", "HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH")


class NotPrinted(RuntimeError):
    """The paper could not be printed; the text says why, for the log."""


@dataclass(frozen=True)
class Printed:
    pdf: bytes
    pages: int


def twin(template: str, context: dict[str, Any], language: str) -> str:
    """The self-contained HTML of a paper, in the paper's own language whatever the reader's is."""
    with translation.override(language):
        return render_to_string(template, context)


def render(html: str) -> Printed:
    """Print self-contained HTML; the same HTML gives the same bytes on the same machine.

    Only ``data:`` addresses are opened; any other that the page needs raises NotPrinted, as does every limit that is met.
    """
    with translation.override(settings.LANGUAGE_CODE):
        announcement = faces.announcement()
    css = f"@page {{ @bottom-center {{ content: {_css_text(announcement)}; }} }}" if announcement else ""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "accountability.papers.print_process"],
            input=json.dumps({"html": html, "css": css}).encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd=settings.BASE_DIR,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"LANG": "C.UTF-8"},  # no secret goes in
            check=False,
        )
    except subprocess.TimeoutExpired as trouble:
        raise NotPrinted(f"Not printed within {WALL_SECONDS} s.") from trouble
    if done.returncode:
        raise NotPrinted(done.stderr.decode(errors="replace")[-1500:] or f"The printing process ended with {done.returncode}.")
    line, _, pdf = done.stdout.partition(b"\n")
    answer = json.loads(line)
    if "refused" in answer:
        raise NotPrinted(answer["refused"])
    return Printed(pdf, answer["pages"])


def qr(text: str) -> str:
    """A QR code as a PNG in a data: address. Level H: a third of it may be dirty or torn."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="h", micro=False).save(out, kind="png", scale=6, border=2)
    return _data_address(out.getvalue(), "image/png")


def _data_address(data: bytes, media_type: str) -> str:
    import base64

    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _css_text(text: str) -> str:
    """A CSS string in which nothing can end the string."""
    return '"' + "".join(c if c.isalnum() or c in " .,:" else f"\\{ord(c):06x}" for c in text) + '"'
