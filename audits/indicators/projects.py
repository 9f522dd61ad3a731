"""Key projects as the pages read them: who leads one, how far it is, what the plan states and what its rows add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery

from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting
from chiefs.posts.functions import Function

from .imports import decimal
from .models import Project, ProjectLead, ProjectReport, ProjectTotal

STREAM, UPLOAD = "indicators.projectreport:", "indicators.upload:"
#: The columns of a total in their order; the periods are those of the plan.
COLUMNS = ("projects", "invest_total", "invest_2018_2020", "invest_2021_2023", "invest_2024_2030")


def leads(by: Acting, project: Project, on: date) -> bool:
    """Whether a department's post belongs to a unit that leads the project on the day."""
    return by.may(Function.DEPARTMENT, Function.RECEIVER, Function.CHIEF_OFFICE) and (
        ProjectLead.objects.in_force(on).filter(project=project, unit=by.unit_id).exists()
    )


def may_report(by: Acting | None, project: Project, on: date) -> bool:
    """The lead units, and the target office."""
    return by is not None and (by.may(Function.TARGETS) or leads(by, project, on))


def listed() -> QuerySet[Project]:
    """All projects with stage and day of the last report, in the plan's order."""
    newest = ProjectReport.objects.filter(project=OuterRef("pk")).order_by("-as_of", "-pk")
    return Project.objects.annotate(stage=Subquery(newest.values("stage")[:1]), reported_on=Subquery(newest.values("as_of")[:1])).order_by(
        "seq"
    )


@dataclass(frozen=True)
class Cell:
    """One figure of a total: as stated and as added up. ``agrees`` is None where the plan states none."""

    stated: str
    summed: str
    agrees: bool | None
    difference: str


def cell(stated: str, summed: str) -> Cell:
    """What is stated, as printed, against the sum, which is ours; what is stated as no number is shown and not compared."""
    first, second = decimal(stated), Decimal(summed) if summed else None
    if second is None:
        return Cell(stated, summed, None, "")
    if first is None:
        return Cell(stated, plain(second), None, "")
    return Cell(stated, plain(second), first == second, plain(second - first))


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


def totals() -> list[tuple[ProjectTotal, Sequence[Cell]]]:
    """Every total of the plan beside the sum of its own rows."""
    return [
        (total, [cell(str(total.stated.get(name, "")), str(total.summed.get(name, ""))) for name in COLUMNS])
        for total in ProjectTotal.objects.order_by("pk")
    ]


def may_open_evidence(*, evidence: Evidence, acting: Acting | None) -> list[bool]:
    """The plan's projects are open to every post of the house, and so are the photos of their reports; one on its way, to who sent it."""
    if evidence.owner.startswith(UPLOAD):
        return [True] if acting is not None and evidence.post_id == acting.post_id else []
    return [True] if acting is not None and acting.functions and evidence.owner.startswith(STREAM) else []
