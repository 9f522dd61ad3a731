"""Segments from a table: stretches of the registered waters, mountains and plots, each in one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.exchange.columns import Column, Kind, Sheet
from accountability.exchange.importing import Importer, Trace, differences, twice, values
from accountability.exchange.reading import Row
from accountability.ledger.acting import Acting
from accountability.ledger.models import Mark
from chiefs.territory import imports_places
from chiefs.territory.models import Jurisdiction
from chiefs.territory.rules import MOST_DISTANCE

from . import reports, rules
from .actions.segments import drawn, whole_line
from .actions.writing import hold_schemes
from .imports_register import DEMONSTRATION, named
from .models import Resource, Segment


def touches(segment: Segment, since: date) -> bool:
    """Whether a segment stands on some day from ``since`` on."""
    return segment.until is None or segment.until > since


class SegmentsImporter(Importer):
    sheet = Sheet(
        key="segments",
        title=gettext_lazy("Segments"),
        about=gettext_lazy(
            "A stretch of one water, mountain or plot in one place: what a chief answers for. Its line is cut from that of its water."
        ),
        columns=(
            Column(
                "code",
                "责任段编码",
                Kind.CODE,
                required=True,
                most=20,
                example="YLH-001",
                help_text=gettext_lazy("Stands on the notice board, in its QR address."),
            ),
            Column("name", "责任段名称", required=True, most=120, example="雅拉河中谷村段（示例）"),
            Column("name_bo", "藏文名称", most=160),
            Column(
                "resource",
                "所属河湖山林",
                required=True,
                most=80,
                example="雅拉河",
                help_text=gettext_lazy("Name, other name or national code."),
            ),
            imports_places.column("513301201200"),
            Column(
                "bank",
                "岸别",
                Kind.CHOICE,
                choices=tuple(Segment.Bank.choices),
                example="两岸",
                help_text=gettext_lazy("Both banks when empty."),
            ),
            Column("from_m", "起点里程（米）", Kind.WHOLE, least=0, greatest=10_000_000, example="0"),
            Column("to_m", "终点里程（米）", Kind.WHOLE, least=1, greatest=10_000_000, example="3000"),
            Column("since", "起始日期", Kind.DAY, required=True, example="2026-01-01"),
        ),
    )

    @classmethod
    def open_to(cls, by: Acting) -> bool:
        """Segments are cut by the chief office of their county."""
        return by.may(rules.OFFICE)

    def hold(self) -> None:
        """Two who give out the same stretch at once would each see it free."""
        hold_schemes()

    def glance(self, rows: Sequence[Row]) -> None:
        twice(rows, "code")
        self.demonstration = Mark.objects.filter(name=DEMONSTRATION).exists()
        self.taken: dict[int, list[rules.Stretch]] = defaultdict(list)  # by rows of this file, by resource
        self.lines: dict[int, list[rules.Point] | None] = {}

    def check(self, rows: Sequence[Row]) -> None:
        known = named(values(rows, "resource"))
        places = imports_places.named(rows, self.today)
        segments = {s.code: s for s in Segment.objects.filter(code__in=values(rows, "code")).select_related("jurisdiction")}
        waters = {resource.pk for found in known.values() for resource in found}
        beside = Segment.objects.touching(min((row["since"] for row in rows if row["since"]), default=self.today), None)
        self.standing: dict[int, list[Segment]] = defaultdict(list)
        for segment in beside.filter(resource__in=waters, from_m__isnull=False).defer("geometry").order_by("from_m", "pk"):
            self.standing[segment.resource_id].append(segment)
        for row in rows:
            place = imports_places.of(row, places, partial(rules.keeps, self.by))
            resource = self._resource(row, known, place)
            self._check(row, resource, place, segments.get(row["code"] or ""))

    def _resource(self, row: Row, known: dict[str, list[Resource]], place: Jurisdiction | None) -> Resource | None:
        """What the name means: the only water that is called so, else the only one in the county of the place."""
        name = row["resource"]
        found = known.get(name or "", [])
        if len(found) > 1 and place is not None:
            found = [r for r in found if any(place.path.startswith(county.path) for county in r.counties.all())] or found
        if name and not found:
            row.refuse(
                "resource", "unknown_water", _("“%(name)s” is not registered. Import it first, or correct the name.") % {"name": name}
            )
        elif len(found) > 1:
            row.refuse("resource", "several", _("Several waters here are called “%(name)s”. Write the national code.") % {"name": name})
        return found[0] if len(found) == 1 else None

    def _check(self, row: Row, resource: Resource | None, place: Jurisdiction | None, segment: Segment | None) -> None:
        start, end = row["from_m"], row["to_m"]
        unread = any(fault.column in ("from_m", "to_m") for fault in row.faults)  # what is wrong with an end is said at its cell
        if not unread and ((start is None) != (end is None) or (start is not None and end is not None and end <= start)):
            row.refuse("to_m", "chainage", _("Write both ends of the stretch, the second greater than the first, or none."))
        if segment is not None and resource is not None and place is not None:
            held = (segment.resource_id, segment.jurisdiction_id, segment.since, segment.until)
            if held != (resource.pk, place.pk, row["since"], None):
                said = _("This code belongs to “%(name)s”, which lies elsewhere or begins on another day. Use another code.")
                row.refuse("code", "differs", said % {"name": segment.name})
            elif segment.from_m is not None and differences(segment, {name: row[name] for name in ("bank", "from_m", "to_m")}):
                said = _("“%(name)s” lies on another stretch. A file moves no segment: divide or end it on the page of its water.")
                row.refuse("from_m", "moves", said % {"name": segment.name})
        if segment is None and place is not None and row["since"]:
            self._check_day(row, place)
        if resource is not None and row.good and start is not None:
            self._check_stretch(row, resource, segment)
        if not row.good:
            return
        changes = differences(segment, self._values(row)) if segment is not None else {}
        row.outcome = "new" if segment is None else "changed" if changes else "unchanged"
        row.plan = (segment, resource, place, changes)

    def _check_day(self, row: Row, place: Jurisdiction) -> None:
        """What has stood for years comes in with its own day, unlike on the page; it lies in a place of that day all the same."""
        if not reports.place_on(place, row["since"]):
            said = _("%(place)s did not stand on %(day)s. Choose the unit of that day.")
            row.refuse("since", "day", said % {"place": place.name, "day": row["since"]})
        elif row["since"] > self.today + timedelta(days=MOST_DISTANCE):
            row.refuse("since", "far", _("The day lies more than a year ahead. Compare the document."))

    def _check_stretch(self, row: Row, resource: Resource, segment: Segment | None) -> None:
        """No metre of a bank belongs to two segments, here or in the register, and none lies behind the end of the drawn line."""
        bank = row["bank"] or (segment.bank if segment is not None else Segment.Bank.BOTH)
        others = [other for other in self.standing[resource.pk] if other.code != row["code"] and touches(other, row["since"])]
        if taken := rules.clash(bank, row["from_m"], row["to_m"], [reports.stretch(other) for other in others]):
            said = _("%(name)s has this chainage on the same bank: %(from_m)s m to %(to_m)s m. End or divide it first.")
            name = next(other.name for other in others if other.pk == taken.key)
            row.refuse("from_m", "overlap", said % {"name": name, "from_m": taken.from_m, "to_m": taken.to_m})
        elif taken := rules.clash(bank, row["from_m"], row["to_m"], self.taken[resource.pk]):
            said = _("Row %(row)s has this chainage on the same bank: %(from_m)s m to %(to_m)s m. Correct one of them.")
            row.refuse("from_m", "overlap", said % {"row": taken.key, "from_m": taken.from_m, "to_m": taken.to_m})
        if resource.pk not in self.lines:
            self.lines[resource.pk] = whole_line(resource)
        line = self.lines[resource.pk]
        if line is not None and row["to_m"] > rules.length_m(line) + rules.SLACK_M:
            said = _("The line is %(whole)s m long; the chainage lies outside it.")
            row.refuse("to_m", "line", said % {"whole": round(rules.length_m(line))})
        if row.good:
            self.taken[resource.pk].append(rules.Stretch(row.line, bank, row["from_m"], row["to_m"]))

    def _values(self, row: Row) -> dict[str, Any]:
        said = {name: row[name] for name in ("name", "name_bo", "bank", "from_m", "to_m")}
        return {**said, "name_bo": said["name_bo"] or ""}

    def write(self, rows: Sequence[Row], trace: Trace) -> None:
        trace.add(Segment, [(row, self._segment(row)) for row in rows if row.plan[0] is None])
        trace.amend(Segment, [(row, row.plan[0], row.plan[3], self._values(row)) for row in rows if row.plan[3]])

    def _segment(self, row: Row) -> Segment:
        _segment, resource, place, _changes = row.plan
        said = {**self._values(row), "bank": row["bank"] or Segment.Bank.BOTH}
        return Segment(
            code=row["code"],
            resource=resource,
            jurisdiction=place,
            path=place.path,
            since=row["since"],
            demonstration=self.demonstration,
            geometry=self._geometry(row, resource),
            **said,
        )

    def _geometry(self, row: Row, resource: Resource) -> dict[str, Any] | None:
        """The part of the drawn line between the chainages, as on the page; None where there is no line or no chainage."""
        line = self.lines.get(resource.pk)
        return drawn(line, (row["from_m"], row["to_m"]))[0] if line is not None and row["from_m"] is not None else None
