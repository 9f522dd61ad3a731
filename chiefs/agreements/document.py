"""The text that both sides sign: one text for one content, and its hash."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accountability.evidence import reports as evidence
from accountability.ledger.models import canonical

from .models import TargetAgreement, TargetItem, VillageAgreement

FORM = "target-agreement-1"  # of the text; a later form of it takes another name, and both stay readable
SCAN = "signature"  # role of the photos of a signed page


def _written(value: Decimal | None) -> str | None:
    """A number without the zeros that the database puts behind it."""
    return None if value is None else f"{value.normalize():f}"


def _item(item: TargetItem) -> dict[str, Any]:
    return {
        "place": item.place,
        "line": str(item.line),
        "indicator": item.indicator_id,
        "text": item.text,
        "unit": item.unit,
        "baseline": [item.baseline_text, _written(item.baseline)],
        "target": [item.target_text, _written(item.target)],
        "direction": item.direction,
        "weight": _written(item.weight),
        "additive": item.additive,
        "breaks_down": str(item.parent.line) if item.parent is not None else None,
        "due": item.due.isoformat() if item.due else None,
    }


def text_of(agreement: TargetAgreement) -> str:
    """The canonical text of one edition: everything that binds, in one order, and nothing that changes afterwards."""
    return canonical(
        {
            "form": FORM,
            "number": agreement.number,
            "edition": agreement.edition,
            "kind": agreement.kind,
            "since": agreement.since.isoformat(),
            "until": agreement.until.isoformat(),
            "giver": agreement.giver_id,
            "taker": agreement.taker_id,
            "evaluator": agreement.evaluator_id,
            "clauses": agreement.clauses,
            "reward": agreement.reward,
            "items": [_item(item) for item in agreement.items.select_related("parent").order_by("place")],
        }
    )


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def is_as_offered(agreement: TargetAgreement) -> bool:
    """Whether the rows still say what was offered, and the kept text is the one that the hash names."""
    return bool(agreement.sha256) and text_of(agreement) == agreement.document and hash_of(agreement.document) == agreement.sha256


def unproved(agreement: VillageAgreement) -> str:
    """Why nobody can see who signed; empty when a photo or PDF of the signed page is kept."""
    missing = _("Add a photo of the signed page: without it nobody can see who signed.")
    return evidence.unproved(agreement.stream, SCAN, missing=missing)
