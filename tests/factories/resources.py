from __future__ import annotations

import json
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory

from accountability.ledger.acting import Acting
from chiefs.resources.models import Resource, Scheme, Segment

from . import territory


class SchemeFactory(DjangoModelFactory):
    class Meta:
        model = Scheme
        django_get_or_create = ("code",)

    code = "river"
    name = "河长制"
    chief_title = "河长"


class ResourceFactory(DjangoModelFactory):
    class Meta:
        model = Resource

    scheme = factory.SubFactory(SchemeFactory)
    kind = Resource.Kind.RIVER
    name = "雅拉河"


class SegmentFactory(DjangoModelFactory):
    class Meta:
        model = Segment

    resource = factory.SubFactory(ResourceFactory)
    jurisdiction = factory.LazyFunction(territory.village)
    path = factory.LazyAttribute(lambda o: o.jurisdiction.path)
    code = factory.Sequence(lambda n: f"YL-{n:03d}")
    name = factory.LazyAttribute(lambda o: f"{o.resource.name}{o.jurisdiction.name}段")
    since = territory.LONG_AGO
    # 3 km along 101.9 E, about one degree of latitude being 111 km
    geometry = factory.LazyFunction(lambda: {"type": "LineString", "coordinates": [[101.95, 30.10], [101.95, 30.127]]})


#: A river of about 6 km that bends, upstream first; somewhere it always runs across the shift of Chinese maps.
RIVER = [[101.95, 30.14], [101.96, 30.13], [101.95, 30.12], [101.96, 30.11], [101.95, 30.10]]


def drawn_river(**given: Any) -> Resource:
    """A river of Kangding with its line, as after a drawing was taken."""
    from chiefs.resources import rules

    geometry = {"type": "LineString", "coordinates": RIVER}
    given = {"name": "雅拉河", "geometry": geometry, "drawn_m": rules.extent(geometry).length_m} | given
    river = ResourceFactory(**given)
    river.counties.add(territory.county())
    return river


def office(place: Any = None) -> Acting:
    """A chief office's desk at a place, the county's unless said otherwise, ready to act."""
    from chiefs.posts.functions import Function

    from .posts import UnitFactory, acting_for, desk

    return acting_for(desk(UnitFactory(jurisdiction=place or territory.county(), kind="office"), Function.CHIEF_OFFICE))


def upload(coordinates: Any = None, *, name: str = "river.geojson", geometry: Any = None) -> SimpleUploadedFile:
    """A GeoJSON file as a browser sends it."""
    told = geometry or {"type": "LineString", "coordinates": coordinates or RIVER}
    return SimpleUploadedFile(name, json.dumps({"type": "Feature", "properties": {}, "geometry": told}).encode())
