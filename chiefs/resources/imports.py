"""Reading named waters and coarse river lines."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accountability.exchange.runs import Report
from accountability.kit.parsing import Unreadable, table
from chiefs.territory.imports import features
from chiefs.territory.models import Jurisdiction, Level

from .models import Alias, Line, Resource, Scheme
from .names import spell
from .rules import closes
from .schemes import by_kind

COLUMNS = (
    "name",
    "aliases",
    "kind",
    "flows_into",
    "counties",
    "length_km",
    "area_km2",
    "elevation_m",
    "lon",
    "lat",
    "chief_level_claimed",
    "source",
)
WATERS = ("river", "canal", "lake", "wetland", "reservoir")


def number(text: str) -> float | None:
    """A plain number, or None: '1566 (basin)' is another quantity and not taken for an area."""
    try:
        return float(text)
    except ValueError:
        return None


def take_waters(data: bytes, report: Report) -> None:
    """Named rivers, lakes and wetlands, with their other names."""
    schemes = by_kind((scheme, scheme.resource_kinds) for scheme in Scheme.objects.order_by("pk"))
    fresh: list[Resource] = []
    counties = {j.name: j for j in Jurisdiction.objects.filter(level=Level.COUNTY, until=None)}
    for row in table(data, columns=COLUMNS, key=("name", "kind")):
        report.read += 1
        cells = row.cells
        if cells["kind"] not in WATERS:
            raise Unreadable(_("Line %(line)s: “%(kind)s” is not a kind of water.") % {"line": row.line, "kind": cells["kind"]}, row.line)
        if cells["kind"] not in schemes:
            raise Unreadable(_("There is no chief scheme for this kind. Ask the administrator."), row.line)
        length, area = number(cells["length_km"]), number(cells["area_km2"])
        if cells["area_km2"] and area is None:
            report.warn(row.line, "not_an_area", f"{cells['name']}: {cells['area_km2']}")
        facts = {
            "scheme": schemes[cells["kind"]],
            "flows_into_name": cells["flows_into"],
            "length_m": round(length * 1000) if length is not None else None,
            "area_m2": round(area * 1e6) if area is not None else None,
            "elevation_m": round(e) if (e := number(cells["elevation_m"])) is not None else None,
            "longitude": number(cells["lon"]),
            "latitude": number(cells["lat"]),
            "claimed_level": cells["chief_level_claimed"],
            "source": cells["source"][:300],
        }
        water, new = Resource.objects.get_or_create(name=cells["name"], kind=cells["kind"], defaults=facts)
        report.found(row.line, water, facts, new=new)
        if new:
            fresh.append(water)
            Alias.objects.bulk_create(Alias(resource=water, name=name) for name in dict.fromkeys(_names(cells["aliases"])))
            for county in _names(cells["counties"]):
                if county in counties:
                    water.counties.add(counties[county])
                else:
                    report.warn(row.line, "unknown_county", f"{cells['name']}: {county}")
    spell(fresh)
    _join_tributaries(report)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split("、") if name.strip()]


def _join_tributaries(report: Report) -> None:
    """Say into which registered water a water flows, by name or alias. What would flow in a circle is left out and said."""
    waters = list(Resource.objects.defer("geometry"))
    known = {r.name: r for r in waters}
    for alias in Alias.objects.select_related("resource"):
        known.setdefault(alias.name, alias.resource)
    flows = {r.pk: r.flows_into_id for r in waters}
    for water in Resource.objects.filter(flows_into=None).exclude(flows_into_name=""):
        main = known.get(water.flows_into_name.split("/")[0])
        if main is None or main.pk == water.pk:
            continue
        if closes(water.pk, main.pk, flows):
            report.warn(None, "flows_in_a_circle", f"{water.name}: {water.flows_into_name}")
            continue
        flows[water.pk] = main.pk
        water.flows_into = main
        water.save(update_fields=["flows_into"])


def take_lines(data: bytes, report: Report) -> None:
    """Coarse lines for overview maps; one whose name is in no register is kept on the report, not in a table."""
    known = {r.name: r for r in Resource.objects.all()}
    for feature in features(data, "name", "source"):
        report.read += 1
        properties = feature["properties"]
        water = known.get(properties["name"].split("（")[0])
        if water is None:
            report.reject(None, "unknown_water", properties["name"])
            continue
        _line, new = Line.objects.get_or_create(
            resource=water, source=f"{properties['source']}: {properties['name']}"[:200], defaults={"geometry": feature["geometry"]}
        )
        report.count(new=new)
