"""Credit codes, and which entries may be the same site. Pure."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from accountability.kit.textfold import fold

CODE_LENGTH = 18
#: GB 32100-2015: digits and capital letters without I, O, S, V, Z; the place in the row is the value of a sign.
CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LARGEST = len(CODE_SIGNS)
DISTRICT = slice(2, 8)  # the division at which it was registered: digits
MOST_AHEAD = timedelta(days=366)
COUNTY_DIGITS = 6


def tidy_code(typed: str) -> str:
    """A unified social credit code as it is kept: narrow signs, capitals, without spaces and hyphens."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed).upper() if not sign.isspace() and sign != "-")


def check_sign(first: str) -> str:
    """The 18th sign that belongs to the first 17 (GB 32100-2015: weights 3^i modulo 31). Raises ValueError for other signs."""
    if len(first) != CODE_LENGTH - 1 or any(sign not in CODE_SIGNS for sign in first):
        raise ValueError(f"Not the first 17 signs of a credit code: {first!r}")
    total = sum(CODE_SIGNS.index(sign) * pow(3, place, LARGEST) for place, sign in enumerate(first))
    return CODE_SIGNS[-total % LARGEST]


def is_credit_code(code: str) -> bool:
    """Whether a tidy text is a credit code: 18 of the signs, a division of six digits in it, and the right check sign.

    The check catches every single wrong sign and every swap of neighbours.
    """
    if len(code) != CODE_LENGTH or any(sign not in CODE_SIGNS for sign in code):
        return False
    return code[DISTRICT].isdigit() and check_sign(code[:-1]) == code[-1]


def county_of(path: str) -> str:
    """The county (or the prefecture, for a place that is no smaller) within which a name should stand for one site."""
    return path[:COUNTY_DIGITS]


def may_change_from(day: date, last: date | None, today: date) -> bool:
    """From which day a dated row may hold: after the one before it began, and at most a year ahead."""
    return (last is None or day > last) and day <= today + MOST_AHEAD


def may_close_on(day: date, since: date | None, today: date) -> bool:
    """A site closes on a day that has come, after it began."""
    return (since is None or day > since) and day <= today


@dataclass(frozen=True)
class Entry:
    """What is compared of a site, or of a row of a list that is to be brought in; ``key`` tells them apart."""

    key: int
    code: str
    county: str
    names: frozenset[str]

    @classmethod
    def of(cls, key: int, *, code: str, county: str, names: Iterable[str]) -> Entry:
        folded = (fold(name) for name in names)
        return cls(key, tidy_code(code), county, frozenset(name for name in folded if name))


def may_be_one(one: Entry, other: Entry) -> bool:
    """Whether two entries may be the same site: one credit code, or one name in one county without two codes against it."""
    if one.code and other.code:
        return one.code == other.code
    return one.county == other.county and not one.names.isdisjoint(other.names)


@dataclass
class Known:
    """The sites that are there, to look others up among them: every look-up is a look into two tables."""

    entries: dict[int, Entry] = field(default_factory=dict)
    by_code: dict[str, int] = field(default_factory=dict)
    by_name: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Known:
        known = cls()
        for entry in entries:
            known.add(entry)
        return known

    def add(self, entry: Entry) -> None:
        self.entries[entry.key] = entry
        if entry.code:
            self.by_code.setdefault(entry.code, entry.key)
        for name in entry.names:
            self.by_name[entry.county, name].add(entry.key)

    def match(self, row: Entry) -> Match:
        """Which known site a row is about. The code decides alone; a name only where exactly one site may be meant."""
        if row.code and row.code in self.by_code:
            return Match(self.by_code[row.code], "code")
        found = {key for name in row.names for key in self.by_name.get((row.county, name), ())}
        found = {key for key in found if may_be_one(self.entries[key], row)}
        if len(found) == 1:
            return Match(found.pop(), "name")
        return Match(None, "several" if found else "")


@dataclass(frozen=True)
class Match:
    """``how``: 'code', 'name', 'several' (a person must choose), or empty: it is a new site."""

    key: int | None
    how: str


def proposals(entries: Iterable[Entry]) -> list[list[int]]:
    """Groups of entries that may be one site, each with its keys in order; entries that stand alone are left out."""
    every = sorted(entries, key=lambda entry: entry.key)
    leader = {entry.key: entry.key for entry in every}

    def head(key: int) -> int:
        while leader[key] != key:
            key = leader[key]
        return key

    shared: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in every:
        if entry.code:
            shared["code", entry.code].append(entry)
        for name in entry.names:
            shared["name", entry.county, name].append(entry)
    for together in shared.values():
        for place, one in enumerate(together):
            for other in together[place + 1 :]:
                if may_be_one(one, other):
                    low, high = sorted((head(one.key), head(other.key)))
                    leader[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for entry in every:
        groups[head(entry.key)].append(entry.key)
    return [group for group in groups.values() if len(group) > 1]
