"""Where an open case lies after the divisions have changed. The path of what happened stays that of its day; where the case goes
from here is looked for around the unit that stands now."""

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
from chiefs.territory import moving
from chiefs.territory.models import Jurisdiction, Reorganisation
from chiefs.territory.standing import Way

from .models import Case


def _standing(jurisdictions: Any) -> models.QuerySet[Case]:
    return Case.objects.open().filter(jurisdiction__in=jurisdictions).order_by("due", "pk")


def standing_on(*, jurisdictions: list[int], day: date) -> list[Case]:
    """Answer to the question of the same name: open cases that lie in units which end."""
    return list(_standing(jurisdictions).select_related("jurisdiction", "holder"))


def move_case(case: Case, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """The same case with the same holder, in the unit that its place became. The caller has checked the change of divisions."""
    return moving.move(case, to=to, day=day, by=by, act="cases.move_case")


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise and territory.settle: open cases whose unit became exactly one unit go along."""
    moving.carry(_standing, move_case, change=act, places=facts["places"], by=by)


def resettle(*, record: models.Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name. A case does not end with a unit: it is verified and signed off, or goes on elsewhere."""
    if not isinstance(record, Case) or to is None:
        return []
    move_case(Case.objects.select_for_update(of=("self",)).get(pk=record.pk), to=to, day=day, by=by)
    return [True]


def ways(*, records: Sequence[Any], acting: Acting) -> list[tuple[Any, Way]]:
    """Answer to the question ``settling``. Of a case that is not open to the reader nothing is told but that it lies there. One query."""
    cases = [record for record in records if isinstance(record, Case)]
    seen = set(Case.objects.visible_to(acting).filter(pk__in=[case.pk for case in cases]).values_list("pk", flat=True)) if cases else set()
    return [(case, _way(case, case.pk in seen)) for case in cases]


def _way(case: Case, seen: bool) -> Way:
    place = local(case.jurisdiction)
    if not seen:
        return Way(kind=_("Open case"), label=_("a case that is not open to you"), place=place)
    label = _("%(number)s, held by %(post)s") % {"number": case.number, "post": local(case.holder, "title")}
    return Way(kind=_("Open case"), label=label, place=place, page=reverse("desk:case", args=[case.number]))
