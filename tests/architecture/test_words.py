"""Words that do not belong, and papers that must be there."""

from __future__ import annotations

import re
import subprocess

import pytest
from django.apps import apps
from django.core.management import call_command

from .sources import LABELS, ROOT, where

UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|WIP)\b|[Ll]orem ipsum|\b(foobar|dummy)\b")
PLACES = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w")


def tracked() -> list[str]:
    """The files of the project; where there is no git (an unpacked archive), every file that is not made here."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    names = listed.stdout.splitlines()
    if listed.returncode:
        made = {".venv", "var", "__pycache__", ".git"}
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts)]
    kept = (".py", ".html", ".md", ".js", ".css", ".toml", ".txt", ".in", ".svg", "Makefile", "run", "system-parts")
    return [name for name in names if name.endswith(kept) and not name.startswith("static/vendor/")]


@pytest.mark.parametrize("pattern", [UNFINISHED, PLACES], ids=["unfinished", "somebody's own machine"])
def test_no_file_speaks_of_what_is_not_done_or_of_a_place_of_its_writer(pattern):
    found = []
    for name in tracked():
        path = ROOT / name
        if name == "tests/architecture/test_words.py" or not path.exists():
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if pattern.search(line):
                found.append(f"{name}:{number} {line.strip()[:100]}")
    assert not found


def test_a_state_is_called_a_state():
    """One word for one thing: 'state' is a lifecycle's position; 'status' is not used."""
    found = [
        f"{model._meta.label}.{field.name}"
        for label in LABELS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.local_fields
        if "status" in field.name
    ]
    assert not found


def test_decisions_are_numbered_and_short():
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert len(numbers) == len(set(numbers))
    assert {"0001", "0002", "0003", "0004", "0005", "0006"} <= set(numbers)
    assert not [where(path) for path in decisions if len(path.read_text().splitlines()) > 80]


@pytest.mark.parametrize(
    "name", ["README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "docs/map.md", "docs/glossary.md", "docs/how-to/deploy.md"]
)
def test_the_papers_for_the_next_person_are_there(name):
    assert (ROOT / name).stat().st_size > 400


def test_links_between_papers_lead_somewhere():
    dead = []
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text()):
            if not (path.parent / target).exists():
                dead.append(f"{where(path)} → {target}")
    assert not dead


def test_the_state_diagrams_are_those_of_the_code():
    call_command("draw_lifecycles", check=True)
