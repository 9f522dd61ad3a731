"""Where a case may go from here: who is above, below and before it, which departments serve its place, how much time is left."""

from __future__ import annotations

from datetime import date, timedelta

from accountability.clocks.models import Term
from accountability.kit import days
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Post

from . import reports, rules
from .models import Case, Leg


def next_above(case: Case) -> Post | None:
    """Who receives a report up: the next level with a chief in office, else its government desk; never the subject's line."""
    level = reports.level_of(case.holder)
    chiefs, receivers = reports.chain_of(case.jurisdiction, case.segment, days.today())
    found = rules.route(level, chiefs, receivers, reports.barred_by(case.subject_post), include_start=False)
    return posts.post(found[1].post_id) if found else None


def posts_below(case: Case) -> list[Post]:
    """The posts below the holder's level that answer for the place and are held today."""
    level = reports.level_of(case.holder)
    chiefs, receivers = reports.chain_of(case.jurisdiction, case.segment, days.today())
    barred = reports.barred_by(case.subject_post)
    below = rules.UPWARDS[: rules.UPWARDS.index(level)] if level in rules.UPWARDS else ()
    seats = [seat for step in below if (seat := rules.seat_at(step, chiefs, receivers, barred))]
    return posts.in_order([seat.post_id for seat in reversed(seats)])


def departments_for(case: Case) -> list[Post]:
    """The desks of departments that serve the place: of its county first, then of the prefecture; never the unit complained of."""
    chain = posts.ancestors(case.jurisdiction)
    order = {place.pk: step for step, place in enumerate(chain)}
    subject = case.subject_post.unit_id if case.subject_post_id else None
    found = posts.posts_with(Function.DEPARTMENT, order, days.today())
    return sorted((p for p in found if p.unit_id != subject), key=lambda p: (order[p.unit.jurisdiction_id], p.pk))


def previous_holder(case: Case) -> Post | None:
    """Who had it before the present holder and gave it to them."""
    legs = case.legs.filter(role=Leg.Role.LEAD).select_related("post__kind", "post__unit__jurisdiction").order_by("-received_at", "-pk")
    earlier = next((leg for leg in legs if leg.post_id != case.holder_id), None)
    return earlier.post if earlier else None


def would_verify(case: Case) -> object | None:
    """The unit that would verify if the present holder reported it done now."""
    out = {case.holder.unit_id, case.subject_post.unit_id if case.subject_post_id else None}
    return next((unit for unit in reports.offices_of(case.jurisdiction, days.today()) if unit.pk not in out), None)


def extension_left(case: Case) -> int:
    """How many more days may still be asked for under the term by which the legal date was reckoned."""
    term = Term.objects.filter(pk=case.term_id).first()
    granted = sum(case.extensions.filter(granted=True).values_list("days", flat=True))
    return max(0, (term.most_extension if term else 0) - granted)


def later(day: date, by_days: int) -> date:
    return day + timedelta(days=by_days)
