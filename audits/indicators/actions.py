"""Every write about indicators: what was observed. A wrong value is corrected by a newer row, never overwritten."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from chiefs.posts.functions import Function
from chiefs.territory.models import Jurisdiction

from .models import Indicator, Observation

MOST_TEXT = 200
CORRECTED = gettext_lazy("This value was corrected already; correct the newer one.")


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

    Raises NotPermitted for a post without statistics or for a place outside its reach, Refused without a value, a source or a
    period that is over, or when the corrected row belongs to another indicator or place, or was corrected before.
    """
    inside = by.may(Function.STATISTICS) and by.reach.holds(jurisdiction.path, jurisdiction.pk)
    if not inside and not by.may(Function.SYSTEM):
        raise NotPermitted
    if value is None and not text.strip():
        raise Refused(_("Enter a value, or a state in words."))
    if not source.strip():
        raise Refused(_("Name the source of the value."))
    if len(text.strip()) > MOST_TEXT or len(source.strip()) > MOST_TEXT:
        raise Refused(_("Write at most %(most)s signs.") % {"most": MOST_TEXT})
    if until <= since or until > days.today() + timedelta(days=1):
        raise Refused(_("The period must begin before it ends, and be over: a value is known only afterwards."))
    if corrects is not None:
        if (corrects.indicator_id, corrects.jurisdiction_id) != (indicator.pk, jurisdiction.pk):
            raise Refused(_("A correction must be about the same indicator and place."))
        if Observation.objects.filter(corrects=corrects).exists():
            raise Refused(str(CORRECTED))
    with transaction.atomic():
        try:
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
        except IntegrityError as faster:  # somebody else corrected it meanwhile; without a correction it is a fault of ours
            if corrects is None:
                raise
            raise Refused(str(CORRECTED)) from faster
        facts = {
            "indicator": indicator.pk,
            "place": jurisdiction.pk,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "value": plain(value),
            "text": plain(Words(text.strip())),
            "source": plain(Words(source.strip())),
            "corrects": corrects.pk if corrects else None,
        }
        Event.record(f"{made._meta.label_lower}:{made.pk}", "indicators.observe", by, facts=facts)
    return made
