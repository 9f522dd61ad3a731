"""Kangding in small: a prefecture, a county, two townships, three villages."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accountability.kit import days
from accountability.kit.codes import significant
from chiefs.territory import actions, reports
from chiefs.territory.actions import Beginning
from chiefs.territory.models import Jurisdiction, Level, Reorganisation

LONG_AGO = date(2018, 1, 1)


class JurisdictionFactory(DjangoModelFactory):
    class Meta:
        model = Jurisdiction

    level = Level.VILLAGE
    code = factory.Sequence(lambda n: f"513301201{200 + n:03d}")
    name = factory.Sequence(lambda n: f"试验村{n}")
    since = LONG_AGO
    path = factory.LazyAttribute(lambda o: significant(o.code, o.level) if o.code else "")


def prefecture() -> Jurisdiction:
    """The row that posts.defaults has put there."""
    return Jurisdiction.objects.get(level=Level.PREFECTURE)


def county() -> Jurisdiction:
    return Jurisdiction.objects.filter(code="513301000000").first() or JurisdictionFactory(
        level=Level.COUNTY, code="513301000000", name="康定市", parent=prefecture()
    )


def township(code: str = "513301201000", name: str = "雅拉乡") -> Jurisdiction:
    return Jurisdiction.objects.filter(code=code).first() or JurisdictionFactory(
        level=Level.TOWNSHIP, code=code, name=name, parent=county()
    )


def village(code: str = "513301201200", name: str = "试验一村") -> Jurisdiction:
    return Jurisdiction.objects.filter(code=code).first() or JurisdictionFactory(code=code, name=name, parent=township(code[:9] + "000"))


def change(kind: str, ending: list[Jurisdiction], *beginning: Beginning, by: Any, day: date | None = None, **more: Any) -> Reorganisation:
    """A change of divisions by its act, today unless a day is given."""
    facts = {"day": day or days.today(), "basis": "川民政〔2026〕1号（试验）", "by": by}
    return actions.reorganise(kind=kind, ending=ending, beginning=beginning, **facts, **more)


def things_on(act: Reorganisation) -> list[Any]:
    """What is left behind by a change, but for the names that tell of the old unit."""
    return [record for record in reports.left_behind(act) if not _is_a_name(record)]


def keep_names(act: Reorganisation, by: Any) -> None:
    """Whatever is called after the old unit keeps its name."""
    for record in filter(_is_a_name, reports.left_behind(act)):
        actions.settle(act, record, to=None, by=by)


def _is_a_name(record: Any) -> bool:
    return record._meta.proxy


def split(place: Jurisdiction, by: Any) -> tuple[Reorganisation, Jurisdiction, Jurisdiction]:
    """A village becomes an upper and a lower one."""
    act = change("split", [place], Beginning("上村", code="513301201201"), Beginning("下村", code="513301201202"), by=by)
    return act, Jurisdiction.objects.get(name="上村"), Jurisdiction.objects.get(name="下村")
