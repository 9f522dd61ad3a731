"""What the paper of a target agreement shows: the text that was signed, and who signed it when."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accountability.ledger.models import Event

from .models import TargetAgreement


def title(agreement: TargetAgreement) -> str:
    """关于某某目标责任书"""
    last = agreement.last_day
    years = str(agreement.since.year) if agreement.since.year == last.year else f"{agreement.since.year}–{last.year}"
    return _("Target agreement of %(unit)s for %(years)s") % {"unit": agreement.taker.unit.name, "years": years}


def context(agreement: TargetAgreement) -> dict[str, Any]:
    """All that papers/target_agreement.html needs."""
    signatures = list(agreement.signatures.filter(offer=agreement.offers).order_by("at", "pk"))
    events = Event.objects.in_bulk([signature.event_id for signature in signatures])
    return {
        "agreement": agreement,
        "last": agreement.last_day,
        "items": list(agreement.items.select_related("indicator", "parent__agreement")),
        "signatures": [(signature, events[signature.event_id].hash) for signature in signatures],
    }
