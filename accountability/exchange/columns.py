"""What a kind of import asks for: its columns, and how the text of a cell becomes a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import rules

Text = str | Promise
DEGREES = 6  # decimal places of a coordinate: a tenth of a metre
EARLIEST, LATEST = date(1949, 10, 1), date(2100, 1, 1)


class Kind(Enum):
    """What a cell holds; the value is how the template says it."""

    TEXT = gettext_lazy("free text")
    CODE = gettext_lazy("code: letters, digits, - and _")
    PHONE = gettext_lazy("telephone number")
    WHOLE = gettext_lazy("whole number")
    NUMBER = gettext_lazy("decimal number")
    DAY = gettext_lazy("day, like 2026-05-06")
    YES_NO = gettext_lazy("yes or no")
    CHOICE = gettext_lazy("one of the words given")
    NAMES = gettext_lazy("names, separated by 、")
    LINES = gettext_lazy("free text, also of several lines")


class Wrong(ValueError):
    """A cell cannot be used; ``str()`` says what to do."""


def chinese(text: Text) -> str:
    """A word as it stands in the files, whatever language the reader's page has: files travel between readers."""
    with translation.override("zh-hans"):
        return str(text)


@dataclass(frozen=True)
class Column:
    """One column: its Chinese heading, its name in code (accepted as a heading too), and what may stand in it."""

    code: str
    heading: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[tuple[str, Text], ...] = ()  # value, words
    help_text: Text = ""
    example: str = ""
    listed: Callable[[], Iterable[tuple[str, str]]] | None = None  # rows of the register that may be named: code, name
    most: int = 120  # signs of a text, names in a list
    least: int | None = None
    greatest: int | None = None
    places: int | None = None  # decimal places that are kept; more are refused: a document says its amounts exactly
    rounds: int | None = None  # decimal places to which a measured number is rounded, however many a device gives

    @cached_property
    def accepted(self) -> dict[str, str]:
        """Every way to write a choice, as it is compared, with its value."""
        words = {rules.heading(rules.narrow(chinese(label))): value for value, label in self.choices}
        return {rules.heading(value): value for value, _label in self.choices} | words

    @cached_property
    def words(self) -> list[str]:
        """The choices as the template offers them."""
        return [chinese(label) for _value, label in self.choices]

    def value(self, cell: Any) -> Any:
        """What a cell means; None when it is empty. Raises Wrong with a sentence that says what to do."""
        text = rules.shown(cell)
        if not text:
            if self.required:
                raise Wrong(_("“%(heading)s” is empty. Fill it in.") % {"heading": self.heading})
            return None
        if text in rules.ERRORS:
            raise Wrong(_("The cell shows the error %(error)s of a formula. Type the value instead.") % {"error": text})
        if len(text) > rules.MOST_CELL:
            raise Wrong(_("The cell has more than %(most)s signs. Shorten it.") % {"most": rules.MOST_CELL})
        if any((ord(sign) < 32 and sign not in "\n\t") or 0xD800 <= ord(sign) < 0xE000 for sign in text):
            raise Wrong(_("The cell holds a sign that cannot be seen. Type it again."))
        return READERS[self.kind](self, text)


def _text(column: Column, text: str) -> str:
    joined = " ".join(text.split())
    if len(joined) > column.most:
        raise Wrong(_("“%(heading)s” has more than %(most)s signs. Shorten it.") % {"heading": column.heading, "most": column.most})
    return joined


def _lines(column: Column, text: str) -> str:
    kept = "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
    if len(kept) > column.most:
        raise Wrong(_("“%(heading)s” has more than %(most)s signs. Shorten it.") % {"heading": column.heading, "most": column.most})
    return kept


def _code(column: Column, text: str) -> str:
    code = _text(column, rules.narrow(text).strip())
    if not rules.is_code(code):
        raise Wrong(_("“%(text)s” is no code: use only letters a to z, digits, - and _.") % {"text": text[:60]})
    return code


def _phone(column: Column, text: str) -> str:
    phone = _text(column, rules.narrow(text))
    if not rules.is_phone(phone):
        raise Wrong(_("“%(text)s” is no telephone number. Correct it, or leave it empty.") % {"text": text[:60]})
    return phone


def _number(column: Column, text: str) -> Decimal:
    number = rules.number(text)
    if number is None:
        raise Wrong(_("“%(text)s” is not a number. Write digits only, the unit stands in the heading.") % {"text": text[:60]})
    low, high = column.least, column.greatest
    if (low is not None and number < low) or (high is not None and number > high):
        raise Wrong(
            _("%(number)s is out of range: “%(heading)s” lies between %(low)s and %(high)s.")
            % {"number": text[:60], "heading": column.heading, "low": "−∞" if low is None else low, "high": "∞" if high is None else high}
        )
    if column.places is not None and number != round(number, column.places):
        raise Wrong(
            _("“%(text)s” has more than %(places)s decimal places. Round it as the document does.")
            % {"text": text[:60], "places": column.places}
        )
    return number if column.rounds is None else round(number, column.rounds)


def _whole(column: Column, text: str) -> int:
    number = _number(column, text)
    if number != number.to_integral_value():
        raise Wrong(_("“%(text)s” is not a whole number.") % {"text": text[:60]})
    return int(number)


def _day(column: Column, text: str) -> date:
    day = rules.day(text)
    if day is None:
        raise Wrong(_("“%(text)s” is no day. Write it like 2026-05-06.") % {"text": text[:60]})
    if not EARLIEST <= day <= LATEST:
        raise Wrong(_("The day %(day)s cannot be right. Compare the document.") % {"day": day})
    return day


def _yes_no(column: Column, text: str) -> bool:
    said = rules.heading(rules.narrow(text))
    if said in {"1", "yes", "y", "true", chinese(gettext_lazy("yes"))}:
        return True
    if said in {"0", "no", "n", "false", chinese(gettext_lazy("no"))}:
        return False
    raise Wrong(_("Write %(yes)s or %(no)s.") % {"yes": chinese(gettext_lazy("yes")), "no": chinese(gettext_lazy("no"))})


def _choice(column: Column, text: str) -> str:
    value = column.accepted.get(rules.heading(rules.narrow(text)))
    if value is None:
        raise Wrong(_("“%(text)s” is not one of: %(choices)s.") % {"text": text[:60], "choices": "、".join(column.words)})
    return value


def _names(column: Column, text: str) -> list[str]:
    found = rules.names(text)
    if len(found) > 20:
        raise Wrong(_("At most 20 names may stand in one cell."))
    if long := next((name for name in found if len(name) > column.most), None):
        raise Wrong(_("The name “%(name)s” has more than %(most)s signs. Shorten it.") % {"name": long[:60], "most": column.most})
    return found


READERS: dict[Kind, Callable[[Column, str], Any]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.PHONE: _phone,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.DAY: _day,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.NAMES: _names,
    Kind.LINES: _lines,
}


@dataclass(frozen=True)
class Sheet:
    """One kind of import: what it is called and which columns it has."""

    key: str
    title: Text
    about: Text
    columns: tuple[Column, ...]
    file_name: str = field(default="")  # of the template, without ending; the key when empty
    most_rows: int = rules.MOST_ROWS  # less where each row is an act by itself

    @cached_property
    def by_code(self) -> dict[str, Column]:
        return {column.code: column for column in self.columns}

    @cached_property
    def by_heading(self) -> dict[str, Column]:
        """Every heading under which a column is known, as headings are compared."""
        headings = {rules.heading(column.heading): column for column in self.columns}
        return {rules.heading(column.code): column for column in self.columns} | headings

    @property
    def example(self) -> dict[str, str]:
        return {column.code: column.example for column in self.columns}
