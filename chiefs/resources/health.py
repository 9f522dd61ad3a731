"""What the chainage of the register leaves open, with the page that mends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Reach
from chiefs.territory.health import Faults, Found, Queried, Reckoned

from . import reports, rules
from .models import Segment


def register_faults(*, reach: Reach, on: date) -> list[Faults]:
    """Answer to the question of the same name: what has no segment, and gaps and overlaps in the chainage; both of these are found by
    the same three queries."""
    found: list[tuple[reports.Fault, set[int]]] | None = None

    def find(kind: str) -> Iterable[tuple[Any, set[int]]]:
        nonlocal found
        if found is None:
            found = [(fault, places) for fault in reports.faults(on) if (places := _inside(fault, reach))]
        return [(fault, places) for fault, places in found if fault.kind == kind]

    return [
        Queried(
            "unsegmented",
            _("Waters, mountains and plots without any segment"),
            _("Nobody can answer for what is not cut into segments. Draw it and cut it, or add a segment by chainage."),
            reports.unsegmented(reach, on),
            "jurisdiction",
            _tell_unsegmented,
        ),
        Reckoned(
            "gaps",
            _("Gaps in the chainage"),
            _("A stretch belongs to no segment, so nobody answers for it. Add a segment, or correct those beside it."),
            partial(find, rules.GAP),
            partial(_tell, address="resources:step", words=("segment",), mend=_("Add a segment")),
        ),
        Reckoned(
            "overlaps",
            _("Overlaps in the chainage"),
            _("A stretch belongs to two segments of the same bank. End one of them, or divide it anew."),
            partial(find, rules.OVERLAP),
            partial(_tell, address="resources:detail", words=(), mend=_("Open the water")),
        ),
    ]


def _tell_unsegmented(rows: Sequence[Any]) -> list[Found]:
    return [
        Found(
            local(row.resource),
            local(row.jurisdiction),
            reverse("resources:step", args=[row.resource.ref, "segment"]),
            _("Add a segment"),
            told=str(row.resource.get_kind_display()),
        )
        for row in rows
    ]


def _inside(fault: reports.Fault, reach: Reach) -> set[int]:
    return {segment.jurisdiction_id for segment in fault.segments if reach.holds(segment.path, segment.jurisdiction_id)}


def _tell(rows: Sequence[Any], address: str, words: tuple[str, ...], mend: str) -> list[Found]:
    banks = dict(Segment.Bank.choices)
    return [
        Found(
            _("%(water)s, %(from)s–%(to)s m") % {"water": local(fault.resource), "from": fault.from_m, "to": fault.to_m},
            "、".join(sorted({local(segment.jurisdiction) for segment in fault.segments})),
            reverse(address, args=[fault.resource.ref, *words]),
            mend,
            told=str(banks.get(fault.bank, "")),
        )
        for fault in rows
    ]
