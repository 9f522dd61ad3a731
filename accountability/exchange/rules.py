"""Who brings files, how large they may be, and how their cells are understood. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from accountability.ledger.acting import Acting

OFFICE = "chief_office"  # of posts.functions, which stands above this room, as do the next three
TOWNSHIP_DESK = "receiver"
TARGET_OFFICE = "targets"
TOWNSHIP = "township"

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE  # ten times what all chiefs of the prefecture take
MOST_UNPACKED = 200 * MEGABYTE  # of everything inside a workbook
MOST_RATIO = 100  # of unpacked to packed: tables come to 10 or 20, a bomb to 1000
RATIO_COUNTS_FROM = 5 * MEGABYTE  # what unpacks to less is harmless, however well it is packed
MOST_PARTS = 500  # files inside a workbook
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_IN_A_ROW = 16_384  # cells that a spreadsheet has in a row, most of them empty
MOST_ACTS = 500  # rows of a kind of which each is an act of its own, tried out by taking it and rolling it back
MOST_CELL = 2_000  # signs
BATCH = 500  # rows that are looked up and written together

_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|\u5e74(\d{1,2})\u6708(\d{1,2})\u65e5|(\d{2})(\d{2}))"
)
_CODE = re.compile(r"[A-Za-z0-9_-]+")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,28}[0-9]")
_BETWEEN_NAMES = re.compile(r"[、，,；;\n]")
_WIDE = str.maketrans({wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20})
GUARD = "'"
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"})


def fills_registers(by: Acting) -> bool:
    """Who brings files of the register: a chief office, and a township's government desk, because there is no chief office below
    the county. What a file may say of which place is asked of the room that owns the rows.
    """
    return by.may(OFFICE) or (by.may(TOWNSHIP_DESK) and by.level == TOWNSHIP)


def imports(by: Acting) -> bool:
    """Who brings files at all; a target office brings the targets that it drafts, and nothing of the register."""
    return fills_registers(by) or by.may(TARGET_OFFICE)


def letter(place: int) -> str:
    """The name of a column in a spreadsheet: 0 is A, 26 is AA."""
    name, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def heading(text: str) -> str:
    """A heading as it is compared: without spaces, the star of required columns, and differences of case."""
    return re.sub(r"[\s*＊]", "", text).casefold()


def narrow(text: str) -> str:
    """Full-width letters, digits and signs, which a Chinese keyboard writes, as ordinary ones."""
    return text.translate(_WIDE)


def shown(value: Any) -> str:
    """A cell as its author sees it: a number without the dust of its binary form, a day as a day, our guard against formulas off."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.15g}"  # the digits that a spreadsheet shows: 0.1 + 0.2 is 0.3 there
    if isinstance(value, datetime):
        return value.date().isoformat() if (value.hour, value.minute, value.second) == (0, 0, 0) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("\r\n", "\n").strip()
    return text[1:] if text.startswith(GUARD) and text[1:].startswith(STARTS_FORMULA) else text


def day(text: str) -> date | None:
    """A day in one of the ways in which it is written: 2026-05-06, 2026/5/6, 2026.5.6, 2026年5月6日, 20260506. None for anything else."""
    found = _DAY.fullmatch(narrow(text).replace(" ", ""))
    if found is None:
        return None
    year, month, of_month = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def number(text: str) -> Decimal | None:
    """A finite decimal number; commas between thousands are allowed. None for anything else."""
    plain = narrow(text).replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,40})?([eE][+-]?\d{1,2})?", plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def abbreviates(text: str, exact: str) -> bool:
    """Whether a number is one that a spreadsheet has shortened: 5.13301E+11 for 513301201200."""
    mantissa, _e, power = text.upper().partition("E")
    short, long = number(text), number(exact)
    if not power or short is None or long is None:
        return False
    return Decimal(f"{long:.{max(sum(sign.isdigit() for sign in mantissa) - 1, 0)}e}") == short


def is_code(text: str) -> bool:
    """Letters, digits, hyphens and underscores."""
    return _CODE.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None


def dialled(phone: str) -> str:
    """A telephone number as it is compared: its digits, a mobile one without the code of the country."""
    digits = re.sub(r"\D", "", narrow(phone))
    return re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)


def names(text: str) -> list[str]:
    """Several names in one cell, each once, in their order."""
    return list(dict.fromkeys(name for part in _BETWEEN_NAMES.split(text) if (name := part.strip())))


def batches(rows: Sequence[Any]) -> list[Sequence[Any]]:
    """Rows in groups that are asked about and written together."""
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]


def shares_a_day(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    """Whether two half-open periods have a day in common."""
    return (until is None or other_since < until) and (other_until is None or since < other_until)


def too_much(parts: Sequence[tuple[int, int]]) -> bool:
    """Whether the parts of a workbook (size unpacked, size packed) come to more than a table can need."""
    if sum(unpacked for unpacked, _packed in parts) > MOST_UNPACKED:
        return True
    # Each for itself and all together: beside a large picture that hardly packs, a bomb would vanish in the mean.
    both = [*parts, (sum(part[0] for part in parts), sum(part[1] for part in parts))]
    return any(unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * max(packed, 1) for unpacked, packed in both)
