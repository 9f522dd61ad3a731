"""How a board's content is set on one sheet: which scripts, which size, and the largest letters with which all of it stands on the page.

The heights are reckoned from the same figures as templates/papers/signboard.css and compared with printed pages by a test.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings

from accountability.papers.rendering import qr

from . import content
from .content import CHINESE, TIBETAN, Content, Words
from .models import Sheet

TEMPLATE = "papers/signboard.html"
#: Sizes of letters in hundredths of the sheet's own, each a class of the style sheet; the largest that fits is taken.
SCALES = (130, 118, 106, 95, 86, 78, 70, 62, 56)
WIDE, HIGH = 46.4, 66.5  # of A4 within its margins, in ems of the sheet; A3 is the same in its own
QR = 13.2  # the same: 54 mm on A4
LATIN, TIBETAN_LETTER, TSHEG = 0.56, 0.64, 0.27  # widths in ems; a Chinese sign is one wide
ZH, BO = 1.45, 1.65  # heights of a line
RESERVE = 1.02


def context(said: Content, *, size: str, script: str) -> dict[str, Any]:
    """What the template of a sheet shows."""
    both = script == Sheet.Script.BOTH
    languages = (TIBETAN, CHINESE) if settings.LETTERHEAD_TIBETAN_FIRST else (CHINESE, TIBETAN)
    labels = content.labels(languages if both else (CHINESE,))
    return {
        "said": said,
        "both": both,
        "size": size,
        "scale": scale(said, labels, both=both),
        "labels": labels,
        "tibetan_above": both and settings.LETTERHEAD_TIBETAN_FIRST,
        "board_qr": qr(said.address),
    }


def scale(said: Content, labels: Sequence[dict[str, str]], *, both: bool) -> int:
    """The largest size of letters with which everything stands on one page; 0 when even the smallest is too large."""
    return next((size for size in SCALES if height(said, labels, both=both, size=size / 100) * RESERVE <= HIGH / (size / 100)), 0)


def height(said: Content, labels: Sequence[dict[str, str]], *, both: bool, size: float) -> float:
    """How high the content is, in ems of its letters."""
    wide = WIDE / size
    fit = _Fit(labels, both)
    head = 1.1 + fit.label("board", wide - 2, 1.05) + fit.words(said.water, wide - 2, 2.5, 1.28) + fit.words(said.segment, wide - 2, 1.35)
    place = " · ".join(words.name for words in said.territory)
    side, cell = wide * 0.13 - 1, wide * 0.37 - 1
    facts = 0.6 + _row([fit.label("place", side), fit.text(place, cell), fit.label("extent", side), fit.words(said.extent, cell)])
    facts += _row([fit.label("from", side), fit.words(said.begins_at, cell), fit.label("to", side), fit.words(said.ends_at, cell)])
    columns = [wide * share - 1 for share in (0.13, 0.37, 0.27, 0.23)]
    chiefs = 0.6 + _row(fit.label(key, width) for key, width in zip(("level", "post", "name", "phone"), columns, strict=True))
    for line in said.chiefs:
        names = sum(fit.words(name, columns[2]) for name in line.names) or fit.label("vacant", columns[2])
        chiefs += _row([fit.words(line.level, columns[0]), fit.words(line.title, columns[1]), names, fit.text(line.phone, columns[3])])
    half = (wide - 1) / 2
    lists = 0.6 + max(fit.listed("duties", said.duties, half), fit.listed("targets", said.targets, half))
    forbidden = [fit.words(words, half - 2) + 0.1 for words in said.forbidden]
    lists += 0.5 + fit.label("forbidden", wide - 1, 1.08) + 0.45 + sum(forbidden) / 2 + max(forbidden, default=0)
    beside = wide - QR / size - 1
    foot = fit.label("scan", beside, 1.15) + 2 * fit.text(said.address, beside) + 1.3 * BO + fit.words(said.unit, beside) + 3 * BO
    return head + facts + chiefs + lists + 1.6 + max(QR / size, foot) + (ZH + 0.4 if settings.DEMO else 0)


def _row(cells: Iterable[float]) -> float:
    return max(cells) + 0.55


class _Fit:
    """Heights of texts in columns of so many ems, in one script or in both."""

    def __init__(self, labels: Sequence[dict[str, str]], both: bool) -> None:
        self.headings, self.both = labels, both

    def label(self, key: str, wide: float, size: float = 1) -> float:
        return sum(_lines(words[key], wide / size) * size * (BO if words["lang"] == TIBETAN else ZH) for words in self.headings)

    def text(self, text: str, wide: float) -> float:
        return _lines(text, wide) * ZH

    def words(self, words: Words, wide: float, size: float = 1, tight: float = ZH) -> float:
        if not words.name:
            return 0
        found = _lines(words.name, wide / size) * size * tight
        if self.both and words.name_bo:
            found += _lines(words.name_bo, wide / size) * size * BO
        return found

    def listed(self, key: str, texts: Sequence[Words], wide: float) -> float:
        return self.label(key, wide - 1, 1.08) + 0.45 + sum(self.words(words, wide - 2) + 0.1 for words in texts)


def _lines(text: str, wide: float) -> int:
    """Lines that a text takes; a break leaves up to one word or syllable of room unused."""
    room = max(wide - (0.9 if any(0x0F40 <= ord(sign) <= 0x0FBC for sign in text) else 0.4), 3)
    return max(1, -(-int(100 * sum(_width(sign) for sign in text)) // int(100 * room)))


def _width(sign: str) -> float:
    point = ord(sign)
    if 0x0F71 <= point <= 0x0FBC:  # vowels and letters set below take no room of their own
        return 0.02
    if point in (0x0F0B, 0x0F0C, 0x0F0D, 0x0F0E):
        return TSHEG
    if 0x0F00 <= point <= 0x0FFF:
        return TIBETAN_LETTER
    return LATIN if point < 0x2000 else 1.0
