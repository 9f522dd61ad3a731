"""A template of the tests' own, and what poppler says of a PDF."""

from __future__ import annotations

import copy
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

LONG = "papers_tests/long.html"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def long_template(settings: Any) -> str:
    """papers_tests/long.html: headings, paragraphs, Tibetan, a table, pictures and attachments, each if given."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(Path(__file__).parent / "templates")
    settings.TEMPLATES = templates
    return LONG


@dataclass(frozen=True)
class Line:
    """A line of a printed page; places in millimetres from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def lines(pdf: bytes) -> list[list[Line]]:
    """The lines of each page, from top to bottom, as pdftotext measures them."""
    done = subprocess.run(["pdftotext", "-bbox-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    pages = []
    for page in ET.fromstring(done.stdout).iter(f"{XHTML}page"):
        found = []
        for line in page.iter(f"{XHTML}line"):
            left, top, right, bottom = (float(line.get(side, "0")) / 72 * 25.4 for side in ("xMin", "yMin", "xMax", "yMax"))
            found.append(Line("".join(word.text or "" for word in line.iter(f"{XHTML}word")), left, top, right, bottom))
        pages.append(sorted(found, key=lambda one: one.top))
    return pages


def text(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def fonts(pdf: bytes) -> dict[str, bool]:
    """The faces in a PDF without their subset marks, and whether each is embedded."""
    done = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True, text=False)
    rows = done.stdout.decode().splitlines()[2:]
    return {row.split()[0].split("+")[-1]: row.split()[-5] == "yes" for row in rows}
