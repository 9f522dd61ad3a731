"""Reading the plan's Table 1 and the annex's key projects, as printed."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from accountability.exchange.runs import Report
from accountability.kit.parsing import Unreadable, table

from .models import Indicator, Project, ProjectIndicator, ProjectTotal, Target

PLAIN = re.compile(r"-?\d+(\.\d+)?")
ATTRIBUTES = {"约束性指标": Indicator.Attribute.BINDING, "参考性指标": Indicator.Attribute.REFERENCE}
LESS_IS_BETTER = {22, 23}  # energy and water per unit of product: the text and the targets fall
INDICATOR_COLUMNS = (
    "no", "sub_no", "system", "task_group", "group_name", "name", "unit", "criterion", "value_2017",
    "status_2017", "target_2023", "target_2030",
    "attribute",
)  # fmt: skip
TARGET_YEARS = (2023, 2030)


def decimal(text: str) -> Decimal | None:
    """A plain number as printed, else None: '＜9' is a bound, '----' no value, '制定实施' a state. A percent sign may follow."""
    plain = text.strip().removesuffix("%")
    return Decimal(plain) if PLAIN.fullmatch(plain) else None


def take_indicators(data: bytes, report: Report) -> None:
    """39 rows of 36 numbers with their targets."""
    for row in table(data, columns=INDICATOR_COLUMNS, key=("no", "sub_no")):
        report.read += 1
        cells = row.cells
        if cells["attribute"] not in ATTRIBUTES or not cells["no"].isdigit():
            raise Unreadable(_("Line %(line)s: number or attribute cannot be read.") % {"line": row.line}, row.line)
        no, values = int(cells["no"]), [decimal(cells[name]) for name in ("value_2017", "target_2023", "target_2030")]
        numeric = values[1] is not None and values[2] is not None
        direction = (
            Indicator.Direction.TEXT if not numeric else Indicator.Direction.DOWN if no in LESS_IS_BETTER else Indicator.Direction.UP
        )
        facts = {
            "system": cells["system"],
            "task_group": cells["task_group"],
            "group_name": cells["group_name"],
            "name": cells["name"],
            "unit": cells["unit"],
            "criterion": cells["criterion"],
            "baseline_text": cells["value_2017"],
            "baseline": values[0],
            "baseline_standing": cells["status_2017"],
            "attribute": ATTRIBUTES[cells["attribute"]],
            "direction": direction,
        }
        sub_no = int(cells["sub_no"]) if cells["sub_no"] else None
        indicator, new = Indicator.objects.get_or_create(no=no, sub_no=sub_no, defaults=facts)
        for year, value in zip(TARGET_YEARS, values[1:], strict=True):
            wanted = {"text": cells[f"target_{year}"], "value": value}
            target, made = Target.objects.get_or_create(indicator=indicator, jurisdiction=None, year=year, defaults=wanted)
            if not made and (target.text, target.value) != (wanted["text"], value):
                report.warn(row.line, "differs", f"{target}: {target.text} / {wanted['text']}")
        report.found(row.line, indicator, facts, new=new)


MONEY = ("invest_total", "invest_2018_2020", "invest_2021_2023", "invest_2024_2030")
PROJECT_TEXTS = ("category", "section", "no", "name", "sub_item", "content", *MONEY, "lead_units", "period")


def take_projects(data: bytes, report: Report) -> None:
    """94 rows of the annex; sums stay the texts that they are."""
    for row in table(data, columns=("seq", *PROJECT_TEXTS, "indicators"), key=("seq",)):
        report.read += 1
        cells = row.cells
        if not cells["seq"].isdigit():
            raise Unreadable(_("Line %(line)s: the running number cannot be read.") % {"line": row.line}, row.line)
        texts = {name: cells[name] for name in PROJECT_TEXTS} | {"indicators_text": cells["indicators"]}
        project, new = Project.objects.get_or_create(seq=int(cells["seq"]), defaults=texts)
        report.found(row.line, project, texts, new=new)


def take_matches(data: bytes, report: Report) -> None:
    """Which project serves which indicator, and how sure the match is."""
    projects = {p.seq: p for p in Project.objects.all()}
    indicators: dict[int, Indicator] = {}
    for indicator in Indicator.objects.order_by("no", "-sub_no"):
        indicators[indicator.no] = indicator
    key = ("project_seq", "text_in_source", "indicator_no")
    for row in table(data, columns=(*key, "basis"), key=key):
        report.read += 1
        cells = row.cells
        project = projects.get(int(cells["project_seq"])) if cells["project_seq"].isdigit() else None
        if project is None:
            raise Unreadable(_("Line %(line)s: there is no project %(seq)s.") % {"line": row.line, "seq": cells["project_seq"]}, row.line)
        no = int(cells["indicator_no"]) if cells["indicator_no"].isdigit() else None
        match = {"indicator": indicators.get(no) if no else None, "basis": cells["basis"]}
        made, new = ProjectIndicator.objects.get_or_create(
            project=project, indicator_no=no, text_in_source=cells["text_in_source"], defaults=match
        )
        report.found(row.line, made, match, new=new)


def _amount(text: str) -> Decimal:
    return decimal(text) or Decimal(0)


def _summed(category: str, section: str) -> dict[str, str]:
    """What the project rows add up to, for one category (by its system), one section, or all."""
    rows = Project.objects.all()
    if category:
        system = next(name for name in ("空间", "经济", "环境", "生活", "文化", "制度") if name in category)
        rows = rows.filter(category__contains=system)
    if section:
        rows = rows.filter(section=section)
    found = list(rows)
    sums = {name: sum((_amount(getattr(p, name)) for p in found), Decimal(0)) for name in MONEY}
    return {"projects": str(len(found)), **{name: str(total.normalize() if total else Decimal(0)) for name, total in sums.items()}}


TOTAL_COLUMNS = {
    "projects": "projects_stated",
    "invest_total": "total_stated",
    "invest_2018_2020": "p2018_2020_stated",
    "invest_2021_2023": "p2021_2023_stated",
    "invest_2024_2030": "p2024_2030_stated",
}


def take_totals(data: bytes, report: Report) -> None:
    """Totals as the plan states them beside what its own rows add up to; half of them disagree, and both are kept."""
    key = ("source_table", "category", "section", "label")
    for row in table(data, columns=(*key, *TOTAL_COLUMNS.values(), "agrees"), key=key):
        report.read += 1
        cells = row.cells
        stated = {name: cells[column] for name, column in TOTAL_COLUMNS.items()}
        summed = _summed(cells["category"], cells["section"])
        agrees = all(_amount(stated[name]) == Decimal(summed[name]) for name in TOTAL_COLUMNS if stated[name] not in {"", "-"})
        if agrees != (cells["agrees"] == "yes"):
            report.warn(row.line, "other_result", f"{cells['label']}: {agrees}")
        made, new = ProjectTotal.objects.get_or_create(
            **{name: cells[name] for name in key},
            defaults={"stated": stated, "summed": summed, "agrees": agrees},
        )
        changed = not new and (made.stated, made.summed) != (stated, summed)
        if changed:
            made.stated, made.summed, made.agrees = stated, summed, agrees
            made.save()
        report.count(new=new, changed=changed)
