"""Where an open complaint lies after the divisions have changed. The path of what was reported stays that of its day; which office takes
it up from here is looked for around the unit that stands now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from chiefs.resources.models import Segment
from chiefs.territory import moving
from chiefs.territory.models import Jurisdiction, Reorganisation
from chiefs.territory.standing import Way

from .models import Complaint


def _standing(jurisdictions: Any) -> models.QuerySet[Complaint]:
    return Complaint.objects.open().filter(jurisdiction__in=jurisdictions).defer("text_sealed", "place_text_sealed").order_by("pk")


def standing_on(*, jurisdictions: list[int], day: date) -> list[Complaint]:
    """Answer to the question of the same name: complaints that are not answered yet and lie in units which end."""
    return list(_standing(jurisdictions).select_related("jurisdiction", "intake_unit"))


def move_complaint(complaint: Complaint, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """The same complaint with the same intake, in the unit that its place became. The caller has checked the change of divisions."""
    return moving.move(complaint, to=to, day=day, by=by, act="complaints.move_complaint")


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise and territory.settle: open complaints whose unit became exactly one unit go along, and those on a
    segment go where the segment was put: the office that settles does not read them."""
    moving.carry(_standing, move_complaint, change=act, places=facts["places"], by=by)
    segments = [record.pk for record in facts.get("records", []) if isinstance(record, Segment)]
    if segments and facts["to"] is not None:
        ended = act.successions.values("predecessor")
        for complaint in _standing(ended).filter(segment__in=segments).select_for_update(of=("self",)):
            move_complaint(complaint, to=facts["to"], day=act.day, by=by)


def resettle(*, record: models.Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name. A complaint does not end with a unit: it is answered, or goes on elsewhere."""
    if not isinstance(record, Complaint) or to is None:
        return []
    held = Complaint.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if held.jurisdiction_id != to.pk:  # it has gone there with its segment
        move_complaint(held, to=to, day=day, by=by)
    return [True]


def ways(*, records: Sequence[Any], acting: Acting) -> list[tuple[Any, Way]]:
    """Answer to the question ``settling``. Of a complaint nothing is told but that it lies there, and who may read it. One query."""
    complaints = [record for record in records if isinstance(record, Complaint)]
    rows = Complaint.objects.visible_to(acting).filter(pk__in=[complaint.pk for complaint in complaints])
    seen = set(rows.values_list("pk", flat=True)) if complaints else set()
    return [(complaint, _way(complaint, complaint.pk in seen)) for complaint in complaints]


def _way(complaint: Complaint, seen: bool) -> Way:
    return Way(
        kind=_("Open complaint"),
        label=complaint.number if seen else _("a complaint that is not open to you"),
        place=local(complaint.jurisdiction),
        page=reverse("complaints:detail", args=[complaint.number]) if seen else "",
        hint="" if seen else _("%(unit)s knows where it lies.") % {"unit": local(complaint.intake_unit)},
    )
