"""Where a case may go from here: who is above, below and before it, which departments serve its place, how much time is left."""

from __future__ import annotations

from datetime import date

from accountability.clocks import reports as clocks
from accountability.clocks import rules as reckoning
from accountability.clocks.models import Term
from chiefs.posts.functions import Function
from chiefs.posts.models import Post

from . import rules
from .models import Case, Leg
from .surroundings import Surroundings, level_of

LEG_POST = ("post__kind", "post__unit__jurisdiction")
#: What a page and the question of the lawful moves read beside the case itself.
AROUND = (
    "holder__kind",
    "holder__unit__jurisdiction",
    "jurisdiction__parent__parent__parent",
    "segment",
    "kind",
    "scheme",
    "subject_post__kind",
    "subject_post__unit__jurisdiction",
)


def next_above(case: Case, around: Surroundings | None = None) -> Post | None:
    """Who receives a report up: the next level with a chief in office, else its government desk; never the subject's line."""
    return (around or Surroundings.of(case)).above(level_of(case.holder))


def posts_below(case: Case, around: Surroundings | None = None) -> list[Post]:
    """The posts below the holder's level that answer for the place and are held today."""
    return (around or Surroundings.of(case)).below(level_of(case.holder))


def departments_for(case: Case, around: Surroundings | None = None) -> list[Post]:
    """The desks of departments that serve the place and stand near enough to the holder; never the unit complained of."""
    return (around or Surroundings.of(case)).departments_near(case.holder)


def holdings(case: Case) -> list[Leg]:
    """The lead legs, oldest first; without a query when the case came with its legs."""
    legs = case.legs.all() if "legs" in case.__dict__.get("_prefetched_objects_cache", {}) else case.legs.select_related(*LEG_POST)
    return sorted((leg for leg in legs if leg.role == Leg.Role.LEAD), key=lambda leg: (leg.received_at, leg.pk))


def previous_holder(case: Case, around: Surroundings | None = None) -> Post | None:
    """Who gave it to the present holder; where nobody is in office there any more, who receives for that level now."""
    legs = holdings(case)
    place = rules.given_from([leg.how for leg in legs])
    if place is None:
        return None
    around, earlier = around or Surroundings.of(case), legs[place].post
    if not around.keeps_out(earlier) and around.in_office(earlier):
        return earlier
    found = around.at(level_of(earlier))
    return found if found is not None and found.pk != case.holder_id else None


def takes_up_again(case: Case, around: Surroundings | None = None) -> Post | None:
    """Who goes on with a case that is opened again: its last holder, else who receives for that level now."""
    around = around or Surroundings.of(case)
    return case.holder if around.in_office(case.holder) else around.at(level_of(case.holder))


def works_on(post: Post) -> bool:
    """Whether a case in this post's hands is being worked on (a department) or held (a chief, a government desk)."""
    return bool(post.kind.may(Function.DEPARTMENT))


def handed_over_at(case: Case) -> str:
    """The level that gave the case to whoever did the work; the worker's own when nobody gave it."""
    legs = holdings(case)
    place = rules.given_from([leg.how for leg in legs])
    if place is None or legs[-1].how not in {"cases.hand_over", *rules.CONTINUED}:
        return level_of(case.holder)
    return legs[place].level


def term_of(case: Case) -> Term | None:
    """The row by which the legal date was reckoned."""
    return Term.objects.filter(pk=case.term_id).first() if case.term_id is not None else None


def extension_left(case: Case) -> int:
    """How many more days may still be asked for under the term by which the legal date was reckoned."""
    term = term_of(case)
    granted = sum(case.extensions.filter(granted=True).values_list("days", flat=True))
    return max(0, (term.most_extension if term else 0) - granted)


def later(case: Case, by_days: int) -> date:
    """The legal date moved on, in the kind of days of its term."""
    term = term_of(case)
    kind = term.day_kind if term else Term.DayKind.DAYS
    calendar = clocks.Calendar(case.due, date(case.due.year + 2, 12, 31))
    return reckoning.add_days(case.due, by_days, kind, calendar.is_working)
