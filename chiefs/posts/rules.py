"""Who keeps the register where, how long a term may be, and what fulfils a requirement. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from accountability.ledger.acting import Acting
from chiefs.territory.models import UPWARDS, Level

from .functions import ANSWERING, GENERAL, Function

Held = tuple[int, date, date | None]
Key = TypeVar("Key", int, str)  # ids of units, or their codes
#: Posts that may keep some part of the register; where is said by ``keeps_register``.
KEEPERS = (Function.CHIEF_OFFICE, Function.RECEIVER)
#: What a keeper of the register gives by itself. Any other function opens what a chief office has no business with.
OF_THE_LINE = frozenset(
    function.value for function in (Function.CHIEF, Function.RANGER, Function.SUPERVISOR, Function.RECEIVER, Function.DEPARTMENT)
)
OFFICE = "office"  # models.Unit.Kind
FOUNDED = ("government", "party", "village", OFFICE, "department", "branch", "contractor")
MOST_AHEAD = 366  # days: a document that speaks of a later day is looked at again


@dataclass(frozen=True)
class Entry:
    """A record of a person as it is compared with another of the same name: the telephone, the terms, the townships of their posts."""

    phone: str
    terms: tuple[Held, ...]
    townships: frozenset[str]


def keeps(by: Acting) -> bool:
    """Whether a post keeps some part of the register; where is said by ``keeps_register``."""
    return by.may(Function.CHIEF_OFFICE) or (by.may(Function.RECEIVER) and by.level == Level.TOWNSHIP)


def keeps_register(by: Acting, path: str, jurisdiction_id: int | None) -> bool:
    """Whether a post enters and changes what is registered at a place.

    A chief office does so in its whole reach; a township's government desk for the township and its villages, because there
    is no chief office below the county.
    """
    return keeps(by) and by.reach.holds(path, jurisdiction_id)


def founds_units(by: Acting) -> tuple[str, ...]:
    """Kinds of unit that a post founds (of ``FOUNDED``); where is said by ``founds``. The administrator founds chief offices alone: the
    first of an empty register has nobody before it, and whatever else there is that office enters.
    """
    if keeps(by):
        return FOUNDED
    return (OFFICE,) if by.may(Function.ADMINISTRATOR) else ()


def founds(by: Acting, kind: str, path: str, jurisdiction_id: int | None) -> bool:
    """Whether a post founds a unit of a kind at a place."""
    return kind in founds_units(by) and by.reach.holds(path, jurisdiction_id)


def orders_units(by: Acting, path: str, jurisdiction_id: int | None) -> bool:
    """Whether a post says who leads a unit, and closes it: a chief office. Who stands above decides who may see what."""
    return by.may(Function.CHIEF_OFFICE) and by.reach.holds(path, jurisdiction_id)


def stands_above(level: str, other: str) -> bool:
    """Whether a level is higher than another; a level that is none stands above nothing."""
    return level in UPWARDS and other in UPWARDS and UPWARDS.index(level) > UPWARDS.index(other)


def fills(by: Acting, *, functions: Collection[str], role: str, level: str, path: str, jurisdiction_id: int | None) -> bool:
    """Whether ``by`` enters the terms, charges and deputies of a post (its functions, role, level and place are given).

    - Posts of the line (chiefs, government desks, departments, supervisors, rangers): whoever keeps the register there. Nobody
      enters the heads they answer to: a township's desk only villages' posts, a chief office the general chiefs of its own
      level only at the prefecture, where no office stands above.
    - A chief office's own desk: a chief office of a level above, or the administrator.
    - Every other desk (intake, audit, discipline, administrator …): the administrator.

    Rule: docs/decisions/0014-terms.md
    """
    given = frozenset(functions)
    if Function.SYSTEM.value in given or not by.reach.holds(path, jurisdiction_id):
        return False
    beyond = given - OF_THE_LINE
    if beyond:
        from_above = beyond == {Function.CHIEF_OFFICE.value} and by.may(Function.CHIEF_OFFICE) and stands_above(by.level, level)
        return from_above or by.may(Function.ADMINISTRATOR)
    if not keeps_register(by, path, jurisdiction_id):
        return False
    if by.may(Function.CHIEF_OFFICE):
        return role not in GENERAL or level == Level.PREFECTURE or stands_above(by.level, level)
    return level == Level.VILLAGE


def writes_of(by: Acting, *, functions: Collection[str], path: str, jurisdiction_id: int | None) -> bool:
    """Whether a post writes how a holder of a post (its functions and place are given) is called and reached: a chief office, for posts
    of the line in its reach. The heads it answers to are among them: it appoints none of them, but it prints their names.
    """
    return by.may(Function.CHIEF_OFFICE) and frozenset(functions) <= OF_THE_LINE and by.reach.holds(path, jurisdiction_id)


def not_too_far(day: date, today: date) -> bool:
    """Whether a day to come is near enough to be meant."""
    return (day - today).days <= MOST_AHEAD


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last: a contract from 29 February ends a year later on 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)  # pragma: no cover  every month has a 28th


def contract_fits(since: date, until: date | None, longest_months: int | None) -> bool:
    """Whether a term of a post under contract has an end, and not too late a one."""
    return longest_months is None or (until is not None and until <= months_later(since, longest_months))


def fulfils(wanted: str, found: str) -> bool:
    """Whether a role fulfils a requirement: the two names of chiefs who answer for segments stand for each other."""
    return found in ANSWERING if wanted in ANSWERING else wanted == found


def inside(since: date, until: date | None, around_since: date, around_until: date | None) -> bool:
    """Whether a period lies within another."""
    if since < around_since:
        return False
    return around_until is None or (until is not None and until <= around_until)


def share_a_day(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    """Whether two periods share a day."""
    return (until is None or other_since < until) and (other_until is None or since < other_until)


def clash(own: Iterable[Held], other: Iterable[Held]) -> tuple[Held, Held] | None:
    """Two terms of one post that share a day, one of each side; ``Held``: (post, first day, first day no longer)."""
    there: dict[int, list[Held]] = {}
    for term in other:
        there.setdefault(term[0], []).append(term)
    for term in own:
        for facing in there.get(term[0], ()):
            if share_a_day(*term[1:], *facing[1:]):
                return term, facing
    return None


def digits(text: str) -> str:
    """The digits of a telephone number, as whoever compares two of them reads it."""
    return "".join(sign for sign in text if sign.isdigit())


def may_be_one(own: Entry, other: Entry) -> bool:
    """Whether two records of one name may be one person: the same telephone; or terms in one township, none beside the other."""
    if digits(own.phone) and digits(own.phone) == digits(other.phone):
        return True
    beside = any(share_a_day(*one[1:], *two[1:]) for one in own.terms for two in other.terms)
    return not beside and not own.townships.isdisjoint(other.townships)


def uppers(pairs: Iterable[tuple[Key, Key]]) -> dict[Key, set[Key]]:
    """Who stands directly above whom, of pairs (unit, its superior)."""
    above: dict[Key, set[Key]] = {}
    for lower, upper in pairs:
        above.setdefault(lower, set()).add(upper)
    return above


def circle(unit: Key, superior: Key, above: Mapping[Key, Collection[Key]]) -> bool:
    """Whether ``unit`` would stand above itself under ``superior``; ``above`` as ``uppers`` gives it."""
    frontier = seen = {superior}
    while frontier:
        if unit in frontier:
            return True
        frontier = {upper for lower in frontier for upper in above.get(lower, ())} - seen
        seen = seen | frontier
    return False
