"""Every write about indicators: what was observed. A wrong value is corrected by a newer row, never overwritten."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.posts.functions import Function
from chiefs.territory.models import Jurisdiction

from .models import Indicator, Observation


def observe(
    indicator: Indicator,
    *,
    jurisdiction: Jurisdiction,
    since: date,
    until: date,
    source: str,
    by: Acting,
    value: Decimal | None = None,
    text: str = "",
    corrects: Observation | None = None,
    demonstration: bool = False,
) -> Observation:
    """Record a value (or a state in words) for a place and a period, with its source.

    Raises NotPermitted for a post without statistics, Refused without a value or a source, or when the corrected row belongs to
    another indicator or place, or was corrected before.
    """
    if not by.may(Function.STATISTICS, Function.SYSTEM):
        raise NotPermitted
    if value is None and not text.strip():
        raise Refused(_("Enter a value, or a state in words."))
    if not source.strip():
        raise Refused(_("Name the source of the value."))
    if until <= since or since > days.today():
        raise Refused(_("The period must begin before it ends, and not in the future."))
    if corrects is not None:
        if (corrects.indicator_id, corrects.jurisdiction_id) != (indicator.pk, jurisdiction.pk):
            raise Refused(_("A correction must be about the same indicator and place."))
        if Observation.objects.filter(corrects=corrects).exists():
            raise Refused(_("This value was corrected already; correct the newer one."))
    with transaction.atomic():
        made = Observation.objects.create(
            indicator=indicator,
            jurisdiction=jurisdiction,
            since=since,
            until=until,
            value=value,
            text=text.strip(),
            source=source.strip(),
            unit_id_reporting_id=by.unit_id,
            recorded_at=days.now(),
            corrects=corrects,
            demonstration=demonstration,
        )
        facts = {
            "indicator": indicator.pk,
            "place": jurisdiction.pk,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "value": str(value),
        }
        Event.record(f"{made._meta.label_lower}:{made.pk}", "indicators.observe", by, facts=facts)
    return made
