"""Pure reckoning about agreements: what is a number, whether a breakdown adds up, how far an item got, what a settlement scores."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

UP, DOWN, TEXT = "up", "down", "text"
MET, PARTLY, NOT_MET, NOT_ASSESSED = "met", "partly", "not_met", "not_assessed"
PLAIN = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
PLACES = Decimal("0.000001")


def number(text: str) -> Decimal | None:
    """A plain number as written, else None: '≥55且不降低' is a demand and '制定实施' a state, and both stay words.

    Full-width digits, thousands separated by commas and a percent sign are the same number.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("%").strip()
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    return Decimal(plain) if PLAIN.fullmatch(plain) else None


# -- breakdown ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One item below: its target, and the unit that it is written in."""

    value: Decimal | None
    unit: str


@dataclass(frozen=True)
class Sum:
    """What an item states beside what its parts below add up to.

    ``summed`` is None where nothing can be added up, and ``reason`` says why: not_additive, no_parts, no_number or units.
    """

    stated: Decimal | None
    summed: Decimal | None
    parts: int
    reason: str = ""

    @property
    def difference(self) -> Decimal | None:
        """Added up less stated; None where one of them is missing."""
        return None if self.summed is None or self.stated is None else self.summed - self.stated

    @property
    def agrees(self) -> bool | None:
        return None if self.difference is None else self.difference == 0


def breakdown(*, stated: Decimal | None, unit: str, additive: bool, parts: Sequence[Part]) -> Sum:
    """Add up the parts of an item where that can be done: every one of them a number, all in the item's own unit."""
    if not parts:
        return Sum(stated, None, 0, "no_parts")
    if not additive:
        return Sum(stated, None, len(parts), "not_additive")
    values = [part.value for part in parts if part.value is not None]
    if stated is None or len(values) < len(parts):
        return Sum(stated, None, len(parts), "no_number")
    if any(part.unit.strip() != unit.strip() for part in parts):
        return Sum(stated, None, len(parts), "units")
    return Sum(stated, sum(values, Decimal(0)), len(parts))


# -- settlement --------------------------------------------------------------------------------------------------------


def share(*, direction: str, baseline: Decimal | None, target: Decimal | None, achieved: Decimal | None) -> Fraction | None:
    """How much of the way from baseline to target was gone, 0 to 1; None where the numbers cannot say.

    Without a baseline there is no way of which a part could be gone: met or nothing. The same where the target asks for
    no movement ("not lower than now") and was missed.
    """
    if target is None or achieved is None or direction == TEXT:
        return None
    sign = -1 if direction == DOWN else 1
    if sign * (achieved - target) >= 0:
        return Fraction(1)
    if baseline is None or sign * (target - baseline) <= 0:
        return Fraction(0)
    gone = (Fraction(achieved) - Fraction(baseline)) / (Fraction(target) - Fraction(baseline))
    return max(Fraction(0), gone)


def outcome(gone: Fraction) -> str:
    """The word for a share."""
    return MET if gone >= 1 else PARTLY if gone > 0 else NOT_MET


def share_of(said: str, partly: Decimal) -> Fraction | None:
    """The share that a word stands for, where an evaluator had to judge; ``partly`` is the rule's number."""
    return {MET: Fraction(1), PARTLY: Fraction(partly), NOT_MET: Fraction(0)}.get(said)


def score(lines: Iterable[tuple[Decimal, Fraction | None]]) -> Fraction | None:
    """What was earned of what could be assessed, out of 100, by weight; exact. None when nothing could be assessed."""
    assessed = [(Fraction(weight), gone) for weight, gone in lines if gone is not None]
    weights = sum((weight for weight, _gone in assessed), Fraction(0))
    if weights <= 0:
        return None
    return 100 * sum((weight * gone for weight, gone in assessed), Fraction(0)) / weights


def grade(points: Fraction, limits: Sequence[tuple[str, Decimal]], lowest: str) -> str:
    """The grade of a score: the highest limit that it reaches. The exact score is compared, never a rounded one."""
    for code, from_score in sorted(limits, key=lambda limit: -limit[1]):
        if points >= Fraction(from_score):
            return code
    return lowest


def written(exact: Fraction) -> Decimal:
    """An exact figure as it is kept: six places, rounded down, so that what is kept never says more than was earned."""
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(PLACES, rounding=ROUND_DOWN)


def remaining(*, direction: str, baseline: Decimal | None, target: Decimal | None, reached: Decimal | None) -> Decimal | None:
    """What is still open of an item: from the last reported value (else the baseline) to the target; None without numbers."""
    now = baseline if reached is None else reached
    if direction == TEXT or target is None or now is None:
        return None
    return max(Decimal(0), now - target if direction == DOWN else target - now)


# -- periods -----------------------------------------------------------------------------------------------------------


def year_of(since: date, until: date, year: int) -> tuple[date, date] | None:
    """The days of a calendar year that lie in [since, until); None when there is none."""
    first, last = max(since, date(year, 1, 1)), min(until, date(year + 1, 1, 1))
    return (first, last) if first < last else None


def is_expiring(until: date, today: date, days_ahead: int) -> bool:
    """Whether what ends on ``until`` (the first day no longer covered) still holds today and ends within so many days."""
    return 0 < (until - today).days <= days_ahead
