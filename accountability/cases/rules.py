"""Pure reckoning about cases: how grave a problem is, who receives it next, in whose inboxes it lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

UPWARDS = ("village", "township", "county", "prefecture")
SENT_BACK = "cases.send_back"
CONTINUED = frozenset({"cases.return_to_work", "cases.reopen"})  # a new holding of who had it before


def severity(quantity: Decimal | None, serious_from: Decimal | None, major_from: Decimal | None) -> str:
    """general, serious or major, by the limits in force that day; without a quantity or a limit it is general.

    Rule: 四乱 severity table (河湖管理监督检查办法), editable rows of SeverityLimit.
    """
    if quantity is None:
        return "general"
    if major_from is not None and quantity >= major_from:
        return "major"
    if serious_from is not None and quantity >= serious_from:
        return "serious"
    return "general"


@dataclass(frozen=True)
class Seat:
    """A post that could receive: its id, its unit, and whether somebody holds it today."""

    post_id: int
    unit_id: int
    held: bool = True


@dataclass(frozen=True)
class Barred:
    """Whoever is complained of: neither the post, nor its unit, nor anything below it may receive the matter."""

    unit_ids: frozenset[int] = frozenset()
    below: str = ""  # the level of the post complained of; only levels above may receive
    post_ids: frozenset[int] = frozenset()  # every other post of whoever holds the post complained of

    def keeps_out(self, seat: Seat, level: str) -> bool:
        return (
            seat.post_id in self.post_ids
            or seat.unit_id in self.unit_ids
            or (self.below in UPWARDS and UPWARDS.index(level) <= UPWARDS.index(self.below))
        )


NOBODY = Barred()


def seats_at(level: str, chiefs: Mapping[str, Sequence[Seat]], receivers: Mapping[str, Seat], barred: Barred = NOBODY) -> list[Seat]:
    """Who may receive at a level: its chiefs in office, else the government desk of the place (浙江省河长制规定 art. 11)."""
    there = [seat for seat in chiefs.get(level, ()) if seat.held and not barred.keeps_out(seat, level)]
    receiver = receivers.get(level)
    if there or receiver is None or not receiver.held or barred.keeps_out(receiver, level):
        return there
    return [receiver]


def route(
    start: str,
    chiefs: Mapping[str, Sequence[Seat]],
    receivers: Mapping[str, Seat],
    barred: Barred = NOBODY,
    *,
    upwards: bool = True,
    include_start: bool = True,
) -> tuple[str, Seat] | None:
    """The first level from ``start`` on, up or down, at which somebody may receive.

    ``chiefs``     who answers for the place, by level; a level may be missing
    ``receivers``  the government desk of each level

    Where nobody is in office on the whole way it is the nearest vacant seat, a desk before a chief's: the matter waits at
    a named vacancy and not nowhere. None only when there is no seat at all beside those that are kept out.
    """
    at = UPWARDS.index(start)
    way = UPWARDS[at:] if upwards else tuple(reversed(UPWARDS[: at + 1]))
    way = way if include_start else way[1:]
    for level in way:
        if there := seats_at(level, chiefs, receivers, barred):
            return level, there[0]
    for level in way:
        desk = [receivers[level]] if level in receivers else []
        for seat in (*desk, *chiefs.get(level, ())):
            if not barred.keeps_out(seat, level):
                return level, seat
    return None


def given_from(hows: Sequence[str]) -> int | None:
    """Which of the holdings, oldest first, the present one was given from; None for who has it from nobody.

    What was sent back is with whoever gave it, as if it had never been given: a chief to whom a department returns a case
    may send it on down to where it came from, and not to the department again.
    """
    way: list[int] = []
    for place, how in enumerate(hows):
        if how == SENT_BACK and len(way) > 1:
            way[-2:] = [place]
        elif how in CONTINUED and way:
            way[-1] = place
        else:
            way.append(place)
    return way[-2] if len(way) > 1 else None


@dataclass(frozen=True)
class Watchers:
    """Whose inboxes an open case lies in: who must act, and who watches."""

    holder_unit: int
    assisting: frozenset[int] = frozenset()
    came_through: frozenset[int] = frozenset()
    offices: frozenset[int] = frozenset()
    verifier: int | None = None  # only while the case waits to be verified
    signer: frozenset[int] = frozenset()  # only while it waits to be signed off
    decider: frozenset[int] = frozenset()  # only while an extension is asked for
    kept_out: frozenset[int] = frozenset()


def scopes(state: str, who: Watchers) -> dict[int, bool]:
    """Unit id → whether it must act now. A case signed off lies nowhere."""
    if state == "signed_off":
        return {}
    watching: Iterable[int] = {who.holder_unit, *who.assisting, *who.came_through, *who.offices}
    acting = set(who.assisting) if state == "in_work" else set()
    if state in {"held", "in_work"}:
        acting.add(who.holder_unit)
    if state == "done" and who.verifier is not None:
        acting.add(who.verifier)
    if state == "verified":
        acting |= who.signer
    if state in {"held", "in_work"}:
        acting |= who.decider
    return {unit: unit in acting for unit in {*watching, *acting} - who.kept_out}


def days_between(received: float, left: float) -> float:
    """Days between two moments in seconds since the epoch, never negative (a phone's clock may be wrong)."""
    return max(0.0, (left - received) / 86400)
