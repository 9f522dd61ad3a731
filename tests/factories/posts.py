"""People, units, posts and terms; ``chain()`` is one segment with a chief at each of the four levels and the desks around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import factory
from factory.django import DjangoModelFactory

from accountability.kit import days
from accountability.ledger.acting import Acting
from chiefs.posts import reports
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, Charge, Person, Post, PostKind, Superior, Tenure, Unit, Watch
from chiefs.resources.models import GridCell, Segment
from chiefs.territory.models import Jurisdiction

from . import territory
from .resources import SchemeFactory, SegmentFactory
from .territory import LONG_AGO


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"演示人{n}")
    phone = factory.Sequence(lambda n: f"199{n:08d}")
    demonstration = True


class AccountFactory(DjangoModelFactory):
    class Meta:
        model = Account
        skip_postgeneration_save = True

    login = factory.Sequence(lambda n: f"user{n}")
    person = factory.SubFactory(PersonFactory)
    password = factory.django.Password("correct horse battery")


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"unit-{n}")
    name = factory.Sequence(lambda n: f"试验单位{n}")
    kind = Unit.Kind.DEPARTMENT
    jurisdiction = factory.LazyFunction(territory.county)
    since = LONG_AGO


class PostKindFactory(DjangoModelFactory):
    class Meta:
        model = PostKind
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"kind-{n}")
    name = factory.LazyAttribute(lambda o: o.code)
    level = "county"
    functions = factory.LazyFunction(list)
    single = True


class PostFactory(DjangoModelFactory):
    class Meta:
        model = Post

    code = factory.Sequence(lambda n: f"post-{n}")
    kind = factory.SubFactory(PostKindFactory)
    unit = factory.SubFactory(UnitFactory)
    title = factory.Sequence(lambda n: f"试验岗位{n}")
    since = LONG_AGO


class TenureFactory(DjangoModelFactory):
    class Meta:
        model = Tenure

    person = factory.SubFactory(PersonFactory)
    post = factory.SubFactory(PostFactory)
    since = LONG_AGO


class ChargeFactory(DjangoModelFactory):
    class Meta:
        model = Charge

    post = factory.SubFactory(PostFactory)
    segment = factory.SubFactory(SegmentFactory)
    since = LONG_AGO


def acting_for(post: Post, on: date | None = None) -> Acting:
    """The acting of whoever holds the post (nobody's account is needed to act in a unit test)."""
    tenure = reports.term_of(post, on or days.today())
    person = tenure.person_id if tenure else None
    account = Account.objects.filter(person_id=person).first() if person else None
    return reports.acting(account, post, person)


def chief(level: str, unit: Unit, scheme: str = "river", *, since: date = LONG_AGO) -> Post:
    """A chief's post with a holder who has an account."""
    kind = PostKindFactory(code=f"{scheme}-chief-{level}", level=level, functions=[Function.CHIEF.value], scheme=SchemeFactory(code=scheme))
    post = PostFactory(kind=kind, unit=unit, title=f"{unit.name}河长")
    tenure = TenureFactory(post=post, since=since)
    AccountFactory(person=tenure.person)
    return post


def watcher(role: str, unit: Unit, *segments: Segment) -> Post:
    """A ranger's or a supervisor's post in a unit, with a holder who has an account; it works in one cell in which the segments lie."""
    place = unit.jurisdiction
    cell, _made = GridCell.objects.get_or_create(
        code=f"N-{place.pk}", defaults={"name": f"{place.name}网格", "jurisdiction": place, "since": LONG_AGO}
    )
    cell.segments.add(*segments)
    kind = PostKind.objects.get(code=f"{role}-village")
    post = PostFactory(kind=kind, unit=unit, title=f"{place.name}{kind.name}")
    AccountFactory(person=TenureFactory(post=post).person)
    Watch.objects.create(post=post, cell=cell, since=LONG_AGO)
    return post


def desk(unit: Unit, *functions: Function, level: str = "") -> Post:
    """A duty desk with one holder who has an account."""
    level = level or unit.jurisdiction.level
    code = "-".join(["desk", *(f.value for f in functions), level])
    kind = PostKindFactory(code=code, level=level, functions=[f.value for f in functions], single=False)
    post = PostFactory(kind=kind, unit=unit, title=f"{unit.name}值班岗")
    AccountFactory(person=TenureFactory(post=post).person)
    return post


@dataclass(frozen=True)
class Chain:
    """One segment, its chiefs, and the desks of its county and prefecture."""

    segment: Segment
    village: Post
    township: Post
    county: Post
    prefecture: Post
    office: Post
    intake: Post
    water: Post
    forestry: Post
    branch: Post
    bureau: Post
    place: Jurisdiction


def government(place: Jurisdiction) -> Unit:
    found = Unit.objects.filter(jurisdiction=place, kind__in=[Unit.Kind.GOVERNMENT, Unit.Kind.VILLAGE]).first()
    if found:
        return found
    unit = UnitFactory(
        jurisdiction=place, kind=Unit.Kind.VILLAGE if place.level == "village" else Unit.Kind.GOVERNMENT, name=f"{place.name}政府"
    )
    desk(unit, Function.RECEIVER)
    return unit


def below(unit: Unit, superior: Unit) -> None:
    Superior.objects.create(unit=unit, superior=superior, since=LONG_AGO)


def chain() -> Chain:
    """Village, township, county and prefecture river chiefs of one segment; a county ecology branch under the prefecture's bureau."""
    segment = SegmentFactory()
    place = segment.jurisdiction
    village_unit, township_unit, county_unit, prefecture_unit = (government(j) for j in reports.ancestors(place))
    below(village_unit, township_unit)
    below(township_unit, county_unit)
    below(county_unit, prefecture_unit)
    posts = {
        level: chief(level, unit)
        for level, unit in zip(
            ("village", "township", "county", "prefecture"), (village_unit, township_unit, county_unit, prefecture_unit), strict=True
        )
    }
    for post in posts.values():
        ChargeFactory(post=post, segment=segment)

    def unit(name: str, kind: str, at: Jurisdiction, superior: Unit) -> Unit:
        made = UnitFactory(name=name, kind=kind, jurisdiction=at)
        below(made, superior)
        return made

    county, prefecture = county_unit.jurisdiction, prefecture_unit.jurisdiction
    bureau = unit("州生态环境局", Unit.Kind.DEPARTMENT, prefecture, prefecture_unit)
    return Chain(
        segment=segment,
        **posts,
        office=desk(unit("市河长办", Unit.Kind.OFFICE, county, county_unit), Function.CHIEF_OFFICE),
        intake=desk(unit("市投诉受理中心", Unit.Kind.OFFICE, county, county_unit), Function.INTAKE),
        water=desk(unit("市水利局", Unit.Kind.DEPARTMENT, county, county_unit), Function.DEPARTMENT),
        forestry=desk(unit("市林草局", Unit.Kind.DEPARTMENT, county, county_unit), Function.DEPARTMENT),
        branch=desk(unit("康定生态环境局", Unit.Kind.BRANCH, county, bureau), Function.DEPARTMENT),
        bureau=desk(bureau, Function.DEPARTMENT),
        place=place,
    )
