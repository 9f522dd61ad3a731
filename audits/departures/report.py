"""What the report shows, read once from the frozen evidence and the score."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import wording
from .desk import PARTS
from .models import Audit, EvidenceRow, Figure, Grade, ScoreLine


def title(audit: Audit) -> str:
    """关于某某同志任某职期间自然资源资产离任审计的报告"""
    kind = _("departure audit") if audit.kind == Audit.Kind.DEPARTURE else _("mid-term audit")
    return _("Report on the %(kind)s of natural-resource assets of %(person)s, %(post)s") % {
        "kind": kind,
        "person": audit.person.name,
        "post": audit.post.title,
    }


def figure_text(figure: Figure) -> str:
    """A figure with its unit as printed: whole counts without decimals, shares with two; the stored value keeps all of them."""
    count = f"{figure.value.normalize():f}"
    if figure.unit == "times":
        return ngettext("%(count)s time", "%(count)s times", int(figure.value)) % {"count": count}
    if figure.unit == "rows":
        return ngettext("%(count)s record", "%(count)s records", int(figure.value)) % {"count": count}
    return f"{figure.value:.2f}\N{NO-BREAK SPACE}%" if figure.unit == "%" else f"{count} {figure.unit}".strip()


def figure_words(figure: Figure) -> str:
    """A figure with what it counts: of so many, so many met what is asked, which is such a share."""
    amount = {"amount": figure_text(figure)}
    if figure.code.endswith("_all"):
        return _("%(amount)s in all") % amount
    if figure.code.endswith("_good"):
        return _("%(amount)s of them met what is asked") % amount
    return _("a share of %(amount)s") % amount


def blocks(audit: Audit) -> list[dict[str, Any]]:
    """The score sheet as filled in: per block its items, what they earned, and the block's own cap."""
    lines: dict[int, list[ScoreLine]] = defaultdict(list)
    for line in audit.lines.select_related("item__block"):
        lines[line.item.block_id].append(line)
    figures: dict[int, list[Figure]] = defaultdict(list)
    for figure in audit.figures.all():
        figures[figure.item_id].append(figure)
    found = []
    for block in audit.sheet.blocks.all() if audit.sheet_id else []:
        own = lines[block.pk]
        earned = sum((line.points for line in own if line.points is not None), Decimal(0))
        found.append(
            {
                "block": block,
                "items": [
                    {"item": line.item, "points": line.points, "figures": [(f, figure_words(f)) for f in figures[line.item_id]]}
                    for line in own
                ],
                "earned": min(earned, block.most),
                "assessed": any(line.points is not None for line in own),
            }
        )
    return found


def evidence_parts(audit: Audit) -> list[tuple[str, list[EvidenceRow]]]:
    """The frozen rows by part, in the order of the annex."""
    rows: dict[str, list[EvidenceRow]] = defaultdict(list)
    for row in audit.evidence.order_by("place"):
        rows[row.block].append(row)
    return [(str(label), [row for code in codes for row in rows[code]]) for label, codes in PARTS.values()]


def grade_label(grade: str) -> str:
    return str(Grade(grade).label) if grade else ""


def context(audit: Audit, address: str) -> dict[str, Any]:
    """All that papers/audit_report.html needs. ``address`` is the page of the audit, to which the figures link."""
    filled = blocks(audit)
    return {
        "audit": audit,
        "person": audit.person.name,
        "post": audit.post.title,
        "unit": audit.post.unit.name,
        "since": audit.since,
        "last": audit.last_day,
        "blocks": filled,
        "parts": [(label, [(row, wording.outcome(row)) for row in rows]) for label, rows in evidence_parts(audit)],
        "audit_address": address,
        "rows": audit.evidence.count(),
        "computed": grade_label(audit.computed_grade),
        "capped": grade_label(audit.capped_grade),
        "decided": grade_label(audit.decided_grade),
        "score": f"{audit.computed_score:.4f}" if audit.computed_score is not None else "",
        "unassessed": [entry["item"] for block in filled for entry in block["items"] if entry["points"] is None],
        "figure_base": f"{address}figures/",
        "sheet": audit.sheet,
    }
