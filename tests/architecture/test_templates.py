"""Templates: nothing unescaped, nothing inline, no word that cannot be translated."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from .sources import ROOT, templates, where

HTML = [path for path in templates() if path.suffix == ".html"]
TAG, COMMENT = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL), re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
TRANSLATED = re.compile(r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}", re.DOTALL)
READ_ALOUD = {"alt", "title", "placeholder", "aria-label", "aria-description", "content", "label"}
#: Signs and names that are the same in every language.
SAME_EVERYWHERE = {"pdf", "gpx", "html", "sha", "csv", "xlsx", "kb", "mb", "km", "bo", "zh", "en", "width", "device", "initial", "scale"}
WORD = re.compile(r"[A-Za-z\u3400-\u9fff\u0f40-\u0fbc]{2,}")


def plain(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


class Texts(HTMLParser):
    """What a person would read or hear, with everything that a template fills in left out."""

    def __init__(self) -> None:
        super().__init__()
        self.silent = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style", "svg")
        names = dict(attrs)
        if tag == "meta" and names.get("name") != "description":
            return
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style", "svg")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def untranslated(source: str) -> list[str]:
    parser = Texts()
    parser.feed(TAG.sub(" ", TRANSLATED.sub(" ", COMMENT.sub("", source))))
    return [word for text in parser.found for word in WORD.findall(text) if word.lower() not in SAME_EVERYWHERE]


@pytest.mark.parametrize("path", HTML, ids=where)
def test_every_word_is_translated(path):
    assert not untranslated(path.read_text())


def test_the_scan_sees_what_it_should():
    assert untranslated('<p title="Hello">{% translate "Yes" %}</p>') == ["Hello"]
    assert untranslated("<p>{% if a %}plain words{% endif %}</p>") == ["plain", "words"]
    assert untranslated("<p>河长</p>") == ["河长"]
    assert untranslated('<p class="words">{% blocktranslate trimmed %}fine {{ a }}{% endblocktranslate %}{{ b|default:"x" }} PDF</p>') == []


@pytest.mark.parametrize("path", templates(), ids=where)
def test_nothing_is_unescaped(path):
    source = plain(path)
    assert not re.search(r"\|\s*(safe|safeseq)\b|\{% autoescape off %\}", source)


@pytest.mark.parametrize("path", [path for path in HTML if "papers" not in path.parts], ids=where)
def test_no_script_style_or_handler_stands_in_a_page(path):
    """The content policy would block it; papers are printed by our own machine and carry their style."""
    source = plain(path)
    assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:", source, re.IGNORECASE)
    for opening in re.findall(r"<script\b[^>]*>", source, re.IGNORECASE):
        assert re.search(r"\bsrc\s*=|type=\"application/(ld\+)?json\"", opening), opening


@pytest.mark.parametrize("path", HTML, ids=where)
def test_nothing_is_fetched_from_elsewhere(path):
    fetched = re.findall(
        r"""<(?:script|link|img|iframe|source|video|audio)\b[^>]*?(?:src|href)\s*=\s*["'](?:https?:)?//[^"']+""", plain(path)
    )
    assert not fetched


@pytest.mark.parametrize("path", HTML, ids=where)
def test_forms_that_change_something_carry_the_token(path):
    for form in re.findall(r"<form\b.*?</form>", plain(path), re.DOTALL | re.IGNORECASE):
        if re.search(r"""method\s*=\s*["']post""", form[: form.index(">")], re.IGNORECASE):
            assert re.search(r"\{% csrf_(token|field) %\}", form), form[:80]


@pytest.mark.parametrize("path", [path for path in HTML if "components" not in path.parts], ids=where)
def test_components_get_only_what_they_are_given(path):
    for inclusion in re.findall(r"""\{% include ["']components/.*?%\}""", plain(path)):
        assert re.search(r"\bonly\s*%\}$", inclusion), inclusion


def test_every_page_stands_on_the_base():
    """All but components, what other templates include, papers, and the page for a broken house, which may need nothing."""
    included = {name for path in HTML for name in re.findall(r"""\{% include ["']([^"']+)""", plain(path))} | {"base.html", "500.html"}
    pages = [
        path
        for path in HTML
        if str(path.relative_to(ROOT / "templates")) not in included and not {"components", "papers"} & set(path.parts)
    ]
    assert not [where(path) for path in pages if not re.match(r"\s*\{% extends ", plain(path))]


def test_styles_and_scripts_fetch_nothing_from_elsewhere():
    found = []
    for path in [*(ROOT / "static" / "css").rglob("*.css"), *(ROOT / "static" / "js").rglob("*.js")]:
        found += [
            f"{where(path)} {hit}"
            for hit in re.findall(r"""(?:url\(|@import|fetch\(|import\s)\s*["']?(?:https?:)?//[^\s"')]+""", path.read_text())
        ]
    assert not found
