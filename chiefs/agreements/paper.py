"""What stands on paper: of a target agreement the signed text and its signatures, of a village agreement the page to sign by hand."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.models import Event
from accountability.papers import rendering, rules

from .models import TargetAgreement, VillageAgreement


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


def page(agreement: VillageAgreement) -> bytes:
    """The village agreement as a PDF for both parties to sign by hand; rendered when it is asked for, nothing of it is kept.

    In the site's language, whatever the reader's is: it is the parties' paper. Raises rendering.NotPrinted.
    """
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Agreement on the duties of a village chief of %(village)s") % {"village": agreement.jurisdiction.name}
    shown = {
        "agreement": agreement,
        "number": agreement.number,
        "mark": "",
        "title": title,
        "title_lines": rules.title_lines(title),
        "issuer": agreement.unit.name,
        "issuer_bo": agreement.unit.name_bo,
        "issued_on": days.today(),
        "tibetan_first": settings.LETTERHEAD_TIBETAN_FIRST,
        "demo": settings.DEMO,
        "language": settings.LANGUAGE_CODE,
    }
    return rendering.render(rendering.twin("papers/village_agreement.html", shown, settings.LANGUAGE_CODE)).pdf
