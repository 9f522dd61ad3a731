"""The place of a row in a table that is imported: its column, and the unit that its code means today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.exchange.columns import DEGREES, Column, Kind
from accountability.exchange.importing import values
from accountability.exchange.reading import Row

from .models import Jurisdiction


def point() -> tuple[Column, Column]:
    """Longitude and latitude of a row, either of which may be empty."""
    told = gettext_lazy("Degrees, WGS-84 or CGCS2000.")
    return (
        Column("longitude", "经度", Kind.NUMBER, least=-180, greatest=180, rounds=DEGREES, help_text=told),
        Column("latitude", "纬度", Kind.NUMBER, least=-90, greatest=90, rounds=DEGREES),
    )


def column(example: str) -> Column:
    """A division code that must be there."""
    return Column("place", "行政区划代码", Kind.CODE, required=True, most=12, example=example, help_text=gettext_lazy("12 digits."))


def named(rows: Iterable[Row], on: date) -> dict[str | None, Jurisdiction]:
    """Code -> the unit of a day, for the places that the rows name. One query, with the units above."""
    found = Jurisdiction.objects.in_force(on).filter(code__in=values(rows, "place"))
    return {place.code: place for place in found.select_related("parent__parent__parent")}


def of(row: Row, places: dict[str | None, Jurisdiction], keeps: Callable[[str, int], bool]) -> Jurisdiction | None:
    """The unit of one row. The row is refused where its code means none, and where the post does not keep what lies there."""
    place = places.get(row["place"])
    if row["place"] and place is None:
        said = _("No place has the code %(code)s today. Compare the list of divisions.")
        row.refuse("place", "unknown_place", said % {"code": row["place"]})
    elif place is not None and not keeps(place.path, place.pk):
        row.refuse("place", "reach", _("%(place)s lies outside the reach of your post.") % {"place": place.name})
    return place
