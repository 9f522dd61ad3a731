"""Regulated sites from a table: known ones are recognised, new ones registered by the act that the page takes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.exchange import differing
from accountability.exchange.columns import Column, Kind, Sheet
from accountability.exchange.importing import ActingImporter, values
from accountability.exchange.reading import Row
from accountability.exchange.rules import MOST_ACTS
from accountability.ledger.models import Mark
from chiefs.posts import reports as posts
from chiefs.posts.models import Unit
from chiefs.posts.rules import keeps_register
from chiefs.resources.models import Segment
from chiefs.territory import imports_places
from chiefs.territory.models import Jurisdiction

from . import actions, reports, rules
from .forms import WATCHING
from .lifecycle import NO_CODE
from .models import Importance, Site

DEMONSTRATION = "demonstration"  # the mark that setup.world sets
MOST_TOLD = 5
SIX = Decimal("0.000001")


class SitesImporter(ActingImporter):
    sheet = Sheet(
        key="sites",
        title=gettext_lazy("Regulated sites"),
        about=gettext_lazy("One row for each site in operation. A credit code decides alone whether a site is registered already."),
        most_rows=MOST_ACTS,
        columns=(
            Column("name", "名称", required=True, most=120, example="雅拉砂石厂（示例）"),
            Column("name_bo", "藏文名称", most=160),
            Column("kind", "类别", Kind.CHOICE, required=True, choices=tuple(Site.Kind.choices), example="企业"),
            Column(
                "credit_code",
                "统一社会信用代码",
                most=40,
                help_text=gettext_lazy("18 signs, as on the licence; empty where there is none."),
            ),
            Column("permit_number", "许可证编号", most=40),
            imports_places.column("513301201200"),
            Column("address", "地址", most=200),
            *imports_places.point(),
            Column("segment", "排入责任段编码", Kind.CODE, most=20),
            Column("since", "投产日期", Kind.DAY),
            Column(
                "importance",
                "重要程度",
                Kind.CHOICE,
                choices=tuple(Importance.Value.choices),
                help_text=gettext_lazy("A general site when empty."),
            ),
            Column("unit", "监管单位编码", Kind.CODE, most=60),
            Column("other_names", "别名", Kind.NAMES, most=120),
            Column("source", "资料来源", most=200, example="县固定污染源清单（示例）"),
            Column("basis", "依据", most=200),
        ),
    )

    def glance(self, rows: Sequence[Row]) -> None:
        self.demonstration = Mark.objects.filter(name=DEMONSTRATION).exists()
        self.known: dict[str, rules.Known] = {}
        by_line = {row.line: row for row in rows}
        named = [row for row in rows if row["name"] and row["place"]]
        for group in rules.proposals(self._entry(row, rules.county_of(row["place"])) for row in named):
            first, *others = group
            for line in others:
                said = _("Row %(row)s may be the same site: one credit code, or one name in one county. Delete one, or tell them apart.")
                by_line[line].refuse("name", "duplicate", said % {"row": first})

    @staticmethod
    def _entry(row: Row, county: str) -> rules.Entry:
        return rules.Entry.of(row.line, code=row["credit_code"] or "", county=county, names=[row["name"], *(row["other_names"] or [])])

    def look(self, rows: Sequence[Row]) -> None:
        places = imports_places.named(rows, self.today)
        segments = {s.code: s for s in Segment.objects.in_force(self.today).filter(code__in=values(rows, "segment"))}
        units = {u.code: u for u in Unit.objects.filter(code__in=values(rows, "unit")).select_related("jurisdiction")}
        codes = {rules.tidy_code(code) for code in values(rows, "credit_code")} - {""}  # a dash in the cell is no code
        coded = {site.credit_code: site for site in Site.objects.standing().filter(credit_code__in=codes)} if codes else {}
        for row in rows:
            place = imports_places.of(row, places, partial(keeps_register, self.by))
            self._look(row, place, segments, units)
            if place is not None and row["name"] and keeps_register(self.by, place.path, place.pk):
                self._match(row, place, coded)
            if row.good and not row.outcome:
                row.outcome, row.plan = "new", (place, segments.get(row["segment"] or ""), units.get(row["unit"] or ""))

    def _look(self, row: Row, place: Jurisdiction | None, segments: dict[str, Segment], units: dict[str, Unit]) -> None:
        if row["credit_code"] and not rules.is_credit_code(rules.tidy_code(row["credit_code"])):
            row.refuse("credit_code", "code", str(NO_CODE))
        if row["segment"] and row["segment"] not in segments:
            said = _("No segment in force has the code %(code)s. Leave the cell empty, or look it up on the notice board.")
            row.refuse("segment", "unknown_segment", said % {"code": row["segment"]})
        unit = units.get(row["unit"] or "")
        if row["unit"] and unit is None:
            row.refuse("unit", "unknown_unit", _("No unit has the code %(code)s. Import the units first.") % {"code": row["unit"]})
        elif unit is not None and place is not None and not self._watches(unit, place):
            said = _("%(unit)s is no department, office or government of this place or above it. Choose one that is.")
            row.refuse("unit", "unit", said % {"unit": unit.name})

    def _watches(self, unit: Unit, place: Jurisdiction) -> bool:
        """As on the page (``forms.watching_units``)."""
        stands = unit.until is None or unit.until > self.today
        return stands and unit.kind in WATCHING and unit.jurisdiction_id in {above.pk for above in posts.ancestors(place)}

    def _match(self, row: Row, place: Jurisdiction, coded: dict[str, Site]) -> None:
        """Which registered site the row is about; what may be one but needs a person is told with the names to compare."""
        code = rules.tidy_code(row["credit_code"] or "")
        if code and (site := coded.get(code)) is not None:
            if not keeps_register(self.by, site.path, site.jurisdiction_id):
                row.refuse(
                    "credit_code", "taken", _("This credit code is registered at a place of another office. Ask the office above both.")
                )
            else:
                self._same(row, site)
            return
        county = rules.county_of(place.path)
        if county not in self.known:
            self.known[county] = reports.known(county)
        known = self.known[county]
        entry = self._entry(row, county)
        match = known.match(entry)
        if match.key is not None:
            self._same(row, Site.objects.get(pk=match.key))
        elif match.how == "several":
            keys = sorted({key for name in entry.names for key in known.by_name.get((county, name), ())})
            said = _("It may be one of several registered sites: %(sites)s. Merge them on their pages first, or write the credit code.")
            row.refuse("name", "several", said % {"sites": self._called(keys)})

    def _same(self, row: Row, site: Site) -> None:
        """Known already: nothing is entered, and what differs is for the page of the site."""
        row.outcome = "unchanged"
        if row.good:
            held = {name: getattr(site, name) for name in ("name_bo", "permit_number", "address", "longitude", "latitude", "since")}
            differing.tell(self.sheet, row, held)
        if (site.name, site.kind, site.credit_code) != (row["name"], row["kind"], rules.tidy_code(row["credit_code"] or "")):
            said = _("Taken for %(site)s, which is registered; that entry stays as it is. If it is another site, tell the names apart.")
            row.warn("name", "same_name", said % {"site": site.name})

    @staticmethod
    def _called(keys: Sequence[int]) -> str:
        return "、".join(Site.objects.filter(pk__in=keys[:MOST_TOLD]).order_by("pk").values_list("name", flat=True))

    def act(self, row: Row) -> Sequence[models.Model]:
        place, segment, unit = row.plan
        written = ("name_bo", "credit_code", "permit_number", "address", "source", "basis")
        words: dict[str, Any] = {name: row[name] or "" for name in written}
        point = {name: None if row[name] is None else row[name].quantize(SIX) for name in ("latitude", "longitude")}
        site = actions.register(
            kind=row["kind"],
            name=row["name"],
            place=place,
            segment=segment,
            unit=unit,
            since=row["since"],
            importance=row["importance"] or Importance.Value.GENERAL,
            other_names=row["other_names"] or [],
            by=self.by,
            demonstration=self.demonstration,
            **words,
            **point,
        )
        return [site]
