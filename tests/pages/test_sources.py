"""What can be told from the files alone: the oldest browser that must do, the colours, the templates."""

from __future__ import annotations

import itertools
import re

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
CSS = re.sub(r"/\*.*?\*/", "", (STATIC / "css" / "site.css").read_text(encoding="utf-8"), flags=re.S)
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
OWN_CODE = [path for path in sorted((STATIC / "js").rglob("*.js")) if ".min." not in path.name]

# Chrome 80 is the oldest that must do: an old telephone in a village.
TOO_NEW_CSS = re.compile(
    r":has\(|:is\(|:where\(|:not\([^)]*,|@container|@layer|@scope|:focus-visible|\binset:|aspect-ratio:|color-mix\(|accent-color"
)
TOO_NEW_JS = re.compile(
    r"\|\|=|&&=|\?\?=|\.at\(|\.replaceAll\(|structuredClone|randomUUID\(\)|\.findLast\(|Object\.hasOwn|^\s*#\w+\s*[=;(]|static\s*\{", re.M
)


def rules(css: str) -> list[tuple[str, str]]:
    """(selector, declarations) of every innermost rule."""
    return re.findall(r"([^{}]+)\{([^{}]*)\}", css)


def test_the_style_sheet_asks_for_nothing_newer_than_chrome_80():
    assert not re.findall(TOO_NEW_CSS, CSS)
    flex_gaps = [
        selector.strip()
        for selector, body in rules(CSS)
        if re.search(r"(?<![-\w])gap:", body) and "grid" not in body and "--gap" not in body
    ]
    assert not flex_gaps  # a gap in a flex box needs Chrome 84


@pytest.mark.parametrize("path", OWN_CODE, ids=lambda p: p.name)
def test_scripts_ask_for_nothing_newer_than_chrome_80(path):
    assert not TOO_NEW_JS.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(settings.BASE_DIR / "templates")))
def test_templates_hold_no_inline_code_and_mark_nothing_safe(path):
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text(encoding="utf-8"), flags=re.S)
    if path.parent.name == "papers":
        # A paper carries its style with it, for ever; an answer that shows it allows exactly that one by its hash.
        text = re.sub(r'<style>{% include "papers/\w+\.css"[^%]*%}</style>', "", text)
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)(?![^>]*application/json)|javascript:", text)
    assert not re.search(r"\|\s*safe\b|{%\s*autoescape\s+off", text)
    assert not re.search(r"[\u4e00-\u9fff\u0f40-\u0fbc]", text), "text outside gettext"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(settings.BASE_DIR / "templates")))
def test_no_word_of_a_template_stands_outside_gettext(path):
    text = re.sub(
        r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|{%\s*blocktranslate.*?endblocktranslate\s*%}",
        "",
        path.read_text(encoding="utf-8"),
        flags=re.S,
    )
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
    spoken = re.findall(r"\b(?:alt|title|placeholder|aria-label|label|content)=\"([^\"]*[A-Za-z]{3}[^\"]*)\"", text)
    words = re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]*>", " ", text, flags=re.S))
    harmless = {"width=device-width, initial-scale=1", "light dark", "light", "noindex"}
    assert not [word for word in [*words, *spoken] if word not in harmless | {"PDF", "SHA", "GPX"}]


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.parent.name == "components"], ids=lambda p: p.name)
def test_every_component_says_what_it_takes(path):
    assert "{% comment %}" in path.read_text(encoding="utf-8")[:40]


def tokens(dark: bool) -> dict[str, str]:
    """The colours by name; the dark ones lie over the light ones."""
    light, after = CSS.split("@media (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", light))
    return found | dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", after.split("\n}\n", 1)[0])) if dark else found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(itertools.chain.from_iterable((d, d) for d in colour[1:]))
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT = [(ink, ground) for ink in ("ink", "muted", "link", "bad") for ground in ("ground", "surface")] + [
    ("on-brand", "brand"),
    ("on-action", "action"),
    ("on-action", "action-low"),
    ("bad", "bad-ground"),
    ("good", "good-ground"),
    ("warn", "warn-ground"),
    ("warn", "surface"),
    ("warn", "ground"),
    ("info", "info-ground"),
    ("ink", "info-ground"),
    ("ink", "good-ground"),
    ("ink", "warn-ground"),
    ("ink", "bad-ground"),
    ("link", "info-ground"),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_words_stand_out_from_their_ground(ink, ground, dark):
    colours = tokens(dark)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "surface"])
def test_the_edges_of_fields_stand_out(ground, dark):
    colours = tokens(dark)
    assert contrast(colours["edge"], colours[ground]) >= 3
