from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

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
    code = factory.Sequence(lambda n: f"YL-{n:03d}")
    name = factory.LazyAttribute(lambda o: f"{o.resource.name}{o.jurisdiction.name}段")
    since = territory.LONG_AGO
    # 3 km along 101.9 E, about one degree of latitude being 111 km
    geometry = factory.LazyFunction(lambda: {"type": "LineString", "coordinates": [[101.95, 30.10], [101.95, 30.127]]})
