"""Verification codes, and where a long title is broken. No database."""

from __future__ import annotations

import re
import secrets

from accountability.kit.codes import TRACKING_ALPHABET

CODE_LENGTH = 12  # 30^12 = 5 * 10^17: nobody guesses one
GROUP = 4


def new_code() -> str:
    return "".join(secrets.choice(TRACKING_ALPHABET) for _ in range(CODE_LENGTH))


def written(code: str) -> str:
    """As it stands on the paper: 'ABCD-EFGH-JKMN'."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read(text: str) -> str:
    """What somebody typed, as a code: spaces and dashes do not count, nor do small letters. Empty when it cannot be one."""
    code = re.sub(r"[\s\-‐-―]", "", text).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(TRACKING_ALPHABET) else ""


TITLE_SIGNS = 19  # of size 2 (22 pt) in a line of 156 mm


def title_lines(title: str) -> list[str]:
    """A title in lines of nearly equal length, as GB/T 9704 wants it: no last line of one sign. Two Latin letters count as one sign.

    A line never begins with a sign that closes, nor breaks a word of Latin letters or a number.
    """
    width = sum(_width(sign) for sign in title)
    count = -(-width // (2 * TITLE_SIGNS))
    if count <= 1:
        return [title]
    lines, rest = [], title
    for left in range(count, 1, -1):
        cut = _cut(rest, sum(_width(sign) for sign in rest) / left)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [line for line in (*lines, rest) if line]


def _width(sign: str) -> int:
    return 1 if sign.isascii() else 2


def _cut(text: str, wanted: float) -> int:
    """The lawful place to break that lies nearest to the wanted width."""
    width, places = 0, [(wanted, len(text))]
    for place, sign in enumerate(text):
        if place and not _bound(text[place - 1], sign):
            places.append((abs(width - wanted), place))
        width += _width(sign)
    return min(places)[1]


def _bound(before: str, after: str) -> bool:
    """Whether two neighbours stay on one line."""
    if after in "，。、；：？！）》〉」』】〕”’,.;:?!)" or before in "（《〈「『【〔“‘(":
        return True
    return before.isascii() and after.isascii() and before != " "
