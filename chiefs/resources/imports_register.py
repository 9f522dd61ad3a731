"""Rivers, lakes, mountains and forests with their other names, from a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.exchange import differing
from accountability.exchange.columns import DEGREES, Column, Kind, Sheet
from accountability.exchange.importing import Importer, Trace, differences, twice, values
from accountability.exchange.models import ImportedRow
from accountability.exchange.reading import Row
from accountability.exchange.rules import batches
from accountability.ledger.acting import Acting
from accountability.ledger.models import Mark
from chiefs.territory.models import Jurisdiction, Level

from . import rules
from .actions.registering import CODE, MOST_ALIASES
from .actions.writing import hold_schemes
from .models import Alias, Resource, Scheme
from .names import spell
from .schemes import by_kind

DEMONSTRATION = "demonstration"  # the mark that setup.world sets
MOST_STEPS = 100  # from a spring to the sea
CIRCLE = gettext_lazy("By this the water would flow into itself. Look at the waters below it.")
SEVERAL = gettext_lazy("Several waters are called “%(name)s”; none is taken. Write the national code.")


@dataclass
class Plan:
    """What becomes of a row: the registered water if there is one, where it flows, what changes, which names are new."""

    resource: Resource | None
    scheme: Scheme | None
    counties: list[Jurisdiction]
    changes: dict[str, Any]
    aliases: list[str]
    made: Resource | None = None
    joins: bool = False  # a registered water flows into another one from now on


def named(names: Iterable[str]) -> dict[str, list[Resource]]:
    """Resources by name, other name or national code. A fixed number of queries."""
    wanted = set(names)
    found: dict[str, list[Resource]] = defaultdict(list)
    for resource in Resource.objects.filter(name__in=wanted, until=None).prefetch_related("counties", "aliases").order_by("pk"):
        found[resource.name].append(resource)
    for alias in (
        Alias.objects.filter(name__in=wanted, resource__until=None)
        .prefetch_related("resource__counties", "resource__aliases")
        .order_by("pk")
    ):
        if alias.resource not in found[alias.name]:
            found[alias.name].append(alias.resource)
    for resource in Resource.objects.filter(national_code__in=wanted).exclude(national_code="").prefetch_related("counties", "aliases"):
        found[resource.national_code] = [resource]
    return found


class ResourcesImporter(Importer):
    derived = ("resources.spelling",)
    sheet = Sheet(
        key="resources",
        title=gettext_lazy("Rivers, lakes, mountains, forests"),
        about=gettext_lazy("Each water, mountain or plot once, as a whole; who answers for it is said of its segments."),
        columns=(
            Column("name", "名称", required=True, most=80, example="雅拉河（示例）"),
            Column("name_bo", "藏文名称", most=120),
            Column("kind", "类别", Kind.CHOICE, required=True, choices=tuple(Resource.Kind.choices), example="河流"),
            Column(
                "national_code",
                "国家编码",
                Kind.CODE,
                most=20,
                help_text=gettext_lazy("Where there is one. Tells waters of one name apart."),
            ),
            Column("aliases", "别名", Kind.NAMES, most=80, example="折多河支流（示例）"),
            Column(
                "counties",
                "流经县（市）",
                Kind.NAMES,
                most=80,
                example="康定市",
                help_text=gettext_lazy("Names or 12-digit codes. Only the prefecture's office may leave it empty."),
            ),
            Column(
                "flows_into",
                "汇入",
                most=80,
                example="折多河",
                help_text=gettext_lazy("Name or national code; may stand in the same file."),
            ),
            Column("length_km", "长度（公里）", Kind.NUMBER, least=0, greatest=10_000, example="47.5"),
            Column("area_km2", "面积（平方公里）", Kind.NUMBER, least=0, greatest=200_000),
            Column("elevation_m", "海拔（米）", Kind.WHOLE, least=0, greatest=8_000),
            Column(
                "longitude",
                "经度",
                Kind.NUMBER,
                least=73,
                greatest=136,
                rounds=DEGREES,
                help_text=gettext_lazy("Degrees, WGS-84 or CGCS2000."),
            ),
            Column("latitude", "纬度", Kind.NUMBER, least=3, greatest=54, rounds=DEGREES),
            Column("source", "资料来源", most=300, example="县水利普查（示例）"),
        ),
    )

    @classmethod
    def open_to(cls, by: Acting) -> bool:
        """What lies in a county is its chief office's to register; a township has its posts and boards only."""
        return by.may(rules.OFFICE)

    def hold(self) -> None:
        hold_schemes()

    def glance(self, rows: Sequence[Row]) -> None:
        twice(rows, "national_code")
        self.demonstration = Mark.objects.filter(name=DEMONSTRATION).exists()
        self.schemes = by_kind((scheme, scheme.resource_kinds) for scheme in Scheme.objects.order_by("pk"))
        self.counties: dict[str, Jurisdiction] = {}
        for county in Jurisdiction.objects.in_force(self.today).filter(level=Level.COUNTY):
            self.counties[county.name] = self.counties[county.code or county.name] = county
        joined = list(Resource.objects.exclude(flows_into=None).values_list("pk", "flows_into", "flows_into__name"))
        self.flows: dict[int, int | None] = {pk: into for pk, into, _name in joined}
        self.below = {pk: name for pk, _into, name in joined}
        self.coming: dict[str, Row] = {}  # what this file calls what, the first one of a name
        first: dict[Any, int] = {}
        for row in rows:
            for name in (row["name"], row["national_code"], *(row["aliases"] or [])):
                if name:
                    self.coming.setdefault(name, row)
            key = (row["name"], row["kind"], tuple(sorted(row["counties"] or [])), row["national_code"])
            if row["name"] and first.setdefault(key, row.line) != row.line:
                row.refuse("name", "duplicate", _("Row %(row)s is the same water. Delete one of them.") % {"row": first[key]})
        for row in rows:
            self._check_circle(row)

    def _check_circle(self, row: Row) -> None:
        """A circle inside the file; what it would close together with the register is asked of each registered water."""
        step, steps = row, 0
        while (step := self.coming.get(step["flows_into"])) is not None and steps < MOST_STEPS:
            if step is row:
                row.refuse("flows_into", "circle", str(CIRCLE))
                return
            steps += 1

    def check(self, rows: Sequence[Row]) -> None:
        known = named(values(rows, "name", "national_code", "flows_into"))
        for row in rows:
            self._check(row, known)

    def _check(self, row: Row, known: dict[str, list[Resource]]) -> None:
        counties = self._places(row)
        resource = self._same(row, known, counties)
        if not row["counties"] and not rules.keeps_resource(self.by, []):
            said = _("What lies in no county is registered by the prefecture's office. Write the counties.")
            row.refuse("counties", "no_county", said)
        elif resource is not None and not rules.keeps_resource(self.by, [(place.path, place.pk) for place in resource.counties.all()]):
            said = _("%(name)s also lies outside the reach of your post. The office above changes it.")
            row.refuse("name", "reach", said % {"name": resource.name})
        scheme = self.schemes.get(row["kind"] or "")
        if row["kind"] and scheme is None:
            row.refuse("kind", "no_scheme", _("There is no chief scheme for this kind. Ask the administrator."))
        into = row["flows_into"]
        if into and len(known.get(into, [])) > 1:
            row.warn("flows_into", "several", SEVERAL % {"name": into})
        elif into and into not in self.coming and not known.get(into) and (resource is None or resource.pk not in self.flows):
            row.warn("flows_into", "unknown_water", _("“%(name)s” is not registered. The name is kept as it stands.") % {"name": into})
        if not row.good:
            return
        joins = resource is not None and self._joins(row, resource, known)
        if not row.good:
            return
        changes = differences(resource, self._values(row)) if resource is not None else {}
        called = {resource.name, *(alias.name for alias in resource.aliases.all())} if resource is not None else {row["name"]}
        if resource is not None:
            self._tell(row, resource, counties, called)
        aliases = [name for name in row["aliases"] or [] if name not in called]
        if len(aliases) + len(called) - 1 > MOST_ALIASES:
            said = _("At most %(most)s other names can be kept. Leave out those that nobody uses.")
            row.refuse("aliases", "too_many", said % {"most": MOST_ALIASES})
            return
        row.outcome = "new" if resource is None else "changed" if changes or aliases or joins else "unchanged"
        row.plan = Plan(resource, scheme, counties, changes, aliases, joins=joins)

    def _joins(self, row: Row, resource: Resource, known: dict[str, list[Resource]]) -> bool:
        """Whether a registered water gets another one to flow into. A name that is not registered never takes the place of one that is."""
        into = row["flows_into"]
        found = known.get(into or "", [])
        if len(found) == 1:
            main = found[0].pk
            if self.flows.get(resource.pk) == main:
                return False
            if rules.closes(resource.pk, main, self.flows):
                row.refuse("flows_into", "circle", str(CIRCLE))
                return False
            self.flows[resource.pk] = main
            return True
        if found or not into:
            return False
        if into not in self.coming and resource.pk in self.flows:
            differing.tell(self.sheet, row, {"flows_into": self.below.get(resource.pk, "")})
            return False
        return into in self.coming or resource.flows_into_name != into

    def _tell(self, row: Row, resource: Resource, counties: list[Jurisdiction], called: set[str]) -> None:
        """Its name and its counties are not a file's to change."""
        lies = {county.pk: county.name for county in resource.counties.all()}
        held: dict[str, Any] = {} if row["name"] in called else {"name": resource.name}
        if {county.pk for county in counties} != lies.keys():
            held["counties"] = list(lies.values())
        differing.tell(self.sheet, row, held)

    def _places(self, row: Row) -> list[Jurisdiction]:
        places = []
        for name in row["counties"] or []:
            county = self.counties.get(name)
            if county is None:
                said = _("There is no county “%(name)s” today. Compare the list of divisions.")
                row.refuse("counties", "unknown_place", said % {"name": name})
            elif not rules.keeps(self.by, county.path, county.pk):
                row.refuse("counties", "reach", _("%(place)s lies outside the reach of your post.") % {"place": county.name})
            elif county not in places:
                places.append(county)
        return places

    def _same(self, row: Row, known: dict[str, list[Resource]], counties: list[Jurisdiction]) -> Resource | None:
        """The registered water of a row: by national code, else of the same name and kind in one of the same counties."""
        code, name = row["national_code"], row["name"]
        if code and not CODE.fullmatch(code):
            row.refuse("national_code", "code", _("A national code has 4 to 20 letters and digits: %(code)s") % {"code": code})
        if code and known.get(code):
            if known[code][0].kind != row["kind"]:
                row.refuse("national_code", "differs", _("This code belongs to %(name)s, of another kind.") % {"name": known[code][0].name})
            return known[code][0]
        here = {county.pk for county in counties}
        alike = [r for r in known.get(name or "", []) if r.kind == row["kind"] and not (code and r.national_code)]
        lies = {r.pk: {county.pk for county in r.counties.all()} for r in alike}
        same = [r for r in alike if here & lies[r.pk] or not (here or lies[r.pk])]
        if len(same) > 1:
            row.refuse("name", "several", _("Several waters here are called “%(name)s”. Write the national code.") % {"name": name})
        elif not same and alike:
            row.warn("name", "same_name", _("A water of this name is registered elsewhere. If it is the same, write its counties too."))
        return same[0] if same else None

    def _values(self, row: Row) -> dict[str, Any]:
        length, area = row["length_km"], row["area_km2"]
        return {
            "name_bo": row["name_bo"] or "",
            "national_code": row["national_code"] or "",
            "length_m": round(length * 1000) if length is not None else None,
            "area_m2": round(area * 1_000_000) if area is not None else None,
            "elevation_m": row["elevation_m"],
            "longitude": float(row["longitude"]) if row["longitude"] is not None else None,
            "latitude": float(row["latitude"]) if row["latitude"] is not None else None,
            "source": row["source"] or "",
        }

    def write(self, rows: Sequence[Row], trace: Trace) -> None:
        new = [(row, self._resource(row)) for row in rows if row.plan.resource is None]
        trace.add(Resource, new)
        through = Resource.counties.through
        through.objects.bulk_create(
            through(resource_id=resource.pk, jurisdiction_id=county.pk) for row, resource in new for county in row.plan.counties
        )
        old = [(row, row.plan.resource) for row in rows if row.plan.resource is not None]
        aliases = [(row, Alias(resource=resource, name=name)) for row, resource in (*new, *old) for name in row.plan.aliases]
        trace.add(Alias, aliases)
        trace.amend(Resource, [(row, resource, row.plan.changes, self._values(row)) for row, resource in old if row.plan.changes])
        spell([*(resource for _row, resource in new), *(resource for _row, resource in old)])
        for row, resource in new:
            row.plan.made = resource

    def undone(self, rows: Sequence[ImportedRow]) -> None:
        """What stays lost other names, or has its old ones again: the search must know."""
        stayed = {row.row_pk for row in rows if row.label == Resource._meta.label_lower}
        stayed |= {row.now["resource_id"] for row in rows if row.label == Alias._meta.label_lower}
        for part in batches(sorted(stayed)):
            spell(Resource.objects.filter(pk__in=part))

    def _resource(self, row: Row) -> Resource:
        return Resource(
            name=row["name"],
            kind=row["kind"],
            scheme=row.plan.scheme,
            flows_into_name=row["flows_into"] or "",
            demonstration=self.demonstration,
            **self._values(row),
        )

    def link(self, rows: Sequence[Row], trace: Trace) -> None:
        """Waters flow into what is registered or has just been, where the name means one water."""
        wanted = [(row, row.plan.made or row.plan.resource) for row in rows if row["flows_into"] and (row.plan.made or row.plan.joins)]
        if not wanted:
            return
        known = named(values((row for row, _resource in wanted), "flows_into"))
        flows: dict[int, int | None] = dict(Resource.objects.exclude(flows_into=None).values_list("pk", "flows_into"))
        joined, changed = [], []
        for row, resource in wanted:
            found = [main for main in known.get(row["flows_into"], []) if main != resource]
            if len(found) > 1 and not any(remark.code == "several" for remark in row.warnings):
                row.warn("flows_into", "several", SEVERAL % {"name": row["flows_into"]})
            if len(found) > 1 or (found and rules.closes(resource.pk, found[0].pk, flows)):
                if len(found) == 1:  # over a water that came with this file
                    row.warn("flows_into", "circle", str(CIRCLE))
                continue
            if not found and resource.flows_into_id is not None:  # the row of the other water was not taken
                continue
            before = {"flows_into_id": resource.flows_into_id, "flows_into_name": resource.flows_into_name}
            resource.flows_into_name = row["flows_into"]
            if found:
                resource.flows_into, flows[resource.pk] = found[0], found[0].pk
            joined.append(resource)
            if row.plan.made is None:
                changed.append((row, resource, before))
        Resource.objects.bulk_update(joined, ["flows_into", "flows_into_name"])
        for row, resource, before in changed:
            trace.changed(row, resource, before)
