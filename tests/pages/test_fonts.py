"""The Tibetan web font: small enough for a village telephone, and every text of the site stands in it as it should."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from bench.tibetan_font import LABEL, OUT, Shaper, site_texts, stacks

KB = 1000


def places(shaper: Shaper, text: str) -> list[tuple[int, int, int]]:
    """Where the glyphs stand; their names were left out of the small fonts."""
    return [tuple(glyph[1:]) for glyph in shaper.shape(text)]


@pytest.fixture(scope="module")
def spelling() -> Shaper:
    return Shaper(TTFont(OUT / "tibetan.woff2"))


def test_the_fonts_are_small():
    assert (OUT / "label.woff2").stat().st_size <= 2 * KB
    assert (OUT / "ui.woff2").stat().st_size <= 25 * KB
    assert (OUT / "tibetan.woff2").stat().st_size <= 40 * KB
    assert (OUT / "LICENSE").read_text(encoding="utf-8").count("SIL OPEN FONT LICENSE")


def test_every_text_of_the_site_is_set_by_the_small_font_as_by_the_large_one(spelling):
    small = Shaper(TTFont(OUT / "ui.woff2"))
    texts = [LABEL, *site_texts()]
    assert len(texts) > 100
    wrong = [text for text in texts if places(small, text) != places(spelling, text)]
    assert not wrong, f"run 'python -m bench.tibetan_font' again: {wrong[:5]}"


def test_a_stack_is_one_sign_and_not_a_row(spelling):
    assert len(spelling.shape("སྒྲུ")) <= 2
    broken = [text for text in stacks() if any(name == ".notdef" for name, *_ in spelling.shape(text))]
    assert not broken


def test_the_label_on_every_page_needs_no_larger_font():
    label = Shaper(TTFont(OUT / "label.woff2"))
    assert not [glyph for glyph in label.shape(LABEL) if glyph[0] == ".notdef"]
