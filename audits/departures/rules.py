"""Scoring a term: shares of evidence rows, block caps before the sum, decimals never rounded before grading. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
PRECISION = 28
PLACES = Decimal("0.00000001")  # what is stored; grading takes the stored value, so paper and table agree
GRADES = ("good", "fairly_good", "ordinary", "rather_poor", "poor")  # best first


@dataclass(frozen=True)
class Row:
    """One evidence row as the methods see it: its running number and its facts."""

    place: int
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """A figure: code, value, unit, and the places of the rows that it came from."""

    code: str
    value: Decimal
    unit: str
    places: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """What an item earned as a share of its points (0 to 1; None: nothing to assess), with its figures."""

    share: Decimal | None
    figures: tuple[Found, ...] = ()


def _share(rows: Sequence[Row], good: Callable[[Row], bool], name: str) -> Outcome:
    """The share of rows that are good, with both counts."""
    if not rows:
        return Outcome(None)
    met = [row for row in rows if good(row)]
    with localcontext(prec=PRECISION):
        share = Decimal(len(met)) / Decimal(len(rows))
    return Outcome(
        share,
        (
            Found(f"{name}_all", Decimal(len(rows)), "rows", tuple(r.place for r in rows)),
            Found(f"{name}_good", Decimal(len(met)), "rows", tuple(r.place for r in met)),
            Found(f"{name}_share", (share * HUNDRED).quantize(PLACES), "%", tuple(r.place for r in rows)),
        ),
    )


def share_true(rows: Sequence[Row], params: Mapping[str, Any]) -> Outcome:
    """Share of the rows in which ``fact`` is true. Rows where it is null are not asked."""
    fact = params["fact"]
    return _share([r for r in rows if r.facts.get(fact) is not None], lambda r: r.facts[fact] is True, params["name"])


def share_false(rows: Sequence[Row], params: Mapping[str, Any]) -> Outcome:
    """Share of the rows in which ``fact`` is false."""
    fact = params["fact"]
    return _share([r for r in rows if r.facts.get(fact) is not None], lambda r: r.facts[fact] is False, params["name"])


def share_done(rows: Sequence[Row], params: Mapping[str, Any]) -> Outcome:
    """What was done of what was owed, each period counted at most once over: more in one week does not mend another."""
    wanted = sum(int(r.facts["wanted"]) for r in rows)
    if not wanted:
        return Outcome(None)
    done = sum(min(int(r.facts["done"]), int(r.facts["wanted"])) for r in rows)
    with localcontext(prec=PRECISION):
        share = Decimal(done) / Decimal(wanted)
    name, places = params["name"], tuple(r.place for r in rows)
    return Outcome(
        share,
        (
            Found(f"{name}_all", Decimal(wanted), "times", places),
            Found(f"{name}_good", Decimal(done), "times", tuple(r.place for r in rows if int(r.facts["done"]))),
            Found(f"{name}_share", (share * HUNDRED).quantize(PLACES), "%", places),
        ),
    )


METHODS: dict[str, Callable[[Sequence[Row], Mapping[str, Any]], Outcome]] = {
    "share_true": share_true,
    "share_false": share_false,
    "share_done": share_done,
}


@dataclass(frozen=True)
class Part:
    """One item as scored: its block, its maximum, and the share earned (None: not assessed)."""

    block: str
    most: Decimal
    share: Decimal | None


@dataclass(frozen=True)
class Score:
    """The result: points per block after its cap, points that could be assessed, and the score out of 100 (None: too little)."""

    blocks: dict[str, Decimal]
    assessed: Decimal
    score: Decimal | None


def points(most: Decimal, share: Decimal | None) -> Decimal | None:
    """What an item earns; never less than nothing and never more than its own maximum."""
    return None if share is None else most * min(ONE, max(ZERO, share))


def total(parts: Iterable[Part], caps: Mapping[str, Decimal], least_assessed: Decimal) -> Score:
    """Sum the blocks, each held to its own cap first; an item without evidence is left out of both sides.

    The score is what was earned of what could be assessed, out of 100. Below ``least_assessed`` points there is no score.
    """
    earned: dict[str, Decimal] = dict.fromkeys(caps, ZERO)
    possible: dict[str, Decimal] = dict.fromkeys(caps, ZERO)
    with localcontext(prec=PRECISION):
        for part in parts:
            got = points(part.most, part.share)
            if got is not None:
                earned[part.block] += got
                possible[part.block] += part.most
        blocks = {code: min(earned[code], cap) for code, cap in caps.items()}
        assessed = sum((min(possible[code], cap) for code, cap in caps.items()), ZERO)
        if assessed < least_assessed or not assessed:
            return Score(blocks, assessed, None)
        score = sum(blocks.values(), ZERO) * HUNDRED / assessed
    return Score(blocks, assessed, score.quantize(PLACES))


def grade(score: Decimal, limits: Iterable[tuple[str, Decimal]]) -> str:
    """The best grade whose limit the score reaches; the lowest when it reaches none. The score is not rounded first."""
    reached = [(limit, name) for name, limit in limits if score >= limit]
    return max(reached)[1] if reached else GRADES[-1]


def capped(computed: str, caps: Iterable[str]) -> str:
    """The worse of the computed grade and every cap that applies."""
    return max([computed, *caps], key=GRADES.index)
