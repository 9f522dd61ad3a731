"""What a split leaves behind: a post that went to one part and answers for a segment or a cell that went to another.

Who answers there from now on is a person's decision: the charge ends here, and another post is given the segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from chiefs.territory.models import Jurisdiction, Succession
from chiefs.territory.standing import Way

from . import charges, reports
from .models import Charge, Post, Unit, Watch


def standing_on(*, jurisdictions: list[int], day: date) -> list[Charge | Watch]:
    """Answer to the question of the same name: charges and watches whose post stands in another part than what it answers for.

    Only a split can part them: whatever became one unit went along together. Three queries, and those of the reach of each part.
    """
    split = Succession.objects.filter(predecessor__in=jurisdictions, day=day).exclude(successor=None)
    several = split.values("predecessor").annotate(parts=Count("successor")).filter(parts__gt=1).values("predecessor")
    now = max(day, days.today())  # what has ended since has been decided
    parts = Jurisdiction.objects.filter(pk__in=split.filter(predecessor__in=several).values("successor"))
    found: list[Charge | Watch] = []
    for part in parts.order_by("pk"):
        reach = reports.reach_of(part)
        charged = Charge.objects.touching(now, None).filter(post__unit__jurisdiction=part).select_related("segment__jurisdiction", "post")
        found += [row for row in charged.order_by("pk") if not reach.holds(row.segment.path, row.segment.jurisdiction_id)]
        watched = Watch.objects.touching(now, None).filter(post__unit__jurisdiction=part).select_related("cell__jurisdiction", "post")
        found += [row for row in watched.order_by("pk") if not reach.holds(row.cell.jurisdiction.path, row.cell.jurisdiction_id)]
    return found


def resettle(*, record: models.Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name: a charge is not moved with a place, it ends, today at the earliest."""
    if to is not None or not isinstance(record, Charge | Watch):
        return []
    ends = max(day, days.today())
    if isinstance(record, Charge):
        charges.end_charge(record, day=ends, by=by)
    else:
        charges.end_watch(record, day=ends, by=by)
    return [True]


def ways(*, records: Sequence[Any], acting: Acting) -> list[tuple[Any, Way]]:
    """Answer to the question ``settling``, for units, charges and watches. One query."""
    units = [record for record in records if isinstance(record, Unit)]
    held = dict(Post.objects.filter(unit__in=units, until=None).order_by().values_list("unit").annotate(Count("pk"))) if units else {}
    found: list[tuple[Any, Way]] = [(unit, _unit(unit, held.get(unit.pk, 0))) for unit in units]
    for record in records:
        if isinstance(record, Charge | Watch):
            found.append((record, _answering(record)))
    return found


def _unit(unit: Unit, posts: int) -> Way:
    return Way(
        kind=_("Unit"),
        label=_("%(unit)s (%(count)s posts)") % {"unit": local(unit), "count": posts},
        place=local(unit.jurisdiction),
        ends=_("It closes with its posts"),
        page=reverse("registry:unit", args=[unit.code]),
        hint=_("To close it, end the terms of its posts first; what is open is handed over there."),
    )


def _answering(row: Charge | Watch) -> Way:
    what = row.segment if isinstance(row, Charge) else row.cell
    return Way(
        kind=_("Charge") if isinstance(row, Charge) else _("Watch over a cell"),
        label=f"{local(row.post, 'title')} – {local(what)}",
        place=local(what.jurisdiction),
        moves=False,
        ends=_("The post answers for it no longer"),
        page=reverse("registry:post", args=[row.post.code]),
        hint=_("The post and what it answers for went to different parts. Give it to a post there."),
    )
