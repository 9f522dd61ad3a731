"""An entry of the register ends: it is no more, was a mistake, or was made twice. Its past and its address stay."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.resources import actions, names, reports
from chiefs.resources.actions.writing import stream_of
from chiefs.resources.models import Alias, Resource
from tests.factories import territory
from tests.factories.posts import chain
from tests.factories.resources import ResourceFactory, SegmentFactory, office
from tests.matrix.cast import far_village

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = dt.timedelta(days=1)


def kept(name, **given):
    water = ResourceFactory(name=name, **given)
    water.counties.add(territory.county())
    names.spell([water])
    return water


def test_an_entry_made_twice_gives_its_names_and_tributaries_to_the_one_that_goes_on():
    twice, goes_on, below = kept("折多河"), kept("折多沟"), kept("小沟")
    Alias.objects.create(resource=twice, name="瓦斯沟")
    Resource.objects.filter(pk=below.pk).update(flows_into=twice)
    by = office()
    with pytest.raises(Refused, match="小沟"):
        actions.end_resource(twice, day=TODAY, basis="重复登记", by=by)
    actions.end_resource(twice, day=TODAY, basis="重复登记", same_as=goes_on, by=by)
    below.refresh_from_db()
    assert below.flows_into == goes_on
    for words in ("折多河", "瓦斯沟", "zdh"):
        assert reports.search(words) == [goes_on], words
    assert reports.called("折多河") == [goes_on]
    facts = Event.objects.get(stream=stream_of(twice), act="resources.end_resource").facts
    assert facts["flows"] == [below.pk]
    page = Client().get(reverse("public:resource", args=[twice.ref])).content.decode()
    assert reverse("public:resource", args=[goes_on.ref]) in page, "who holds an old address is led on"


def test_nothing_ends_over_a_segment_and_whoever_does_not_keep_it_ends_nothing():
    water, by = kept("试验河"), office()
    stretch = SegmentFactory(resource=water)
    with pytest.raises(Refused, match=stretch.code):
        actions.end_resource(water, day=TODAY, basis="水库放空", by=by)
    far = office(far_village("513322", "邻县", parent=territory.prefecture()).parent.parent)
    with pytest.raises(NotPermitted):
        actions.end_resource(water, day=TODAY, basis="水库放空", by=far)
    stretch.until = TODAY
    stretch.save()
    for wrong in ({"day": TODAY + DAY}, {"basis": "x"}, {"same_as": water}):
        with pytest.raises(Refused):
            actions.end_resource(water, **{"day": TODAY, "basis": "水库放空", "by": by} | wrong)
    actions.end_resource(water, day=TODAY, basis="水库放空", by=by)
    with pytest.raises(Refused):
        actions.end_resource(water, day=TODAY, basis="水库放空", by=by)


def test_what_has_ended_is_in_the_lists_of_the_days_before_and_may_be_registered_anew():
    world = chain()
    water = kept("试验河")
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    told = {"expect": reports.version_of(stream_of(water)), "client_ref": "0" * 8 + "-0000-4000-8000-" + "0" * 12}
    address = reverse("resources:step", args=[water.ref, "end"])
    assert client.get(address).status_code == 200
    assert client.post(address, told | {"day": TODAY.isoformat(), "basis": "误录"}).status_code == 302
    register = reverse("registry:resources")
    assert water.name not in client.get(register, {"q": water.name}).content.decode().split('id="places"')[1]
    assert str(water.ref) in client.get(register, {"q": water.name, "on": (TODAY - DAY).isoformat()}).content.decode()
    assert 'id="ended"' in client.get(reverse("resources:detail", args=[water.ref])).content.decode()
    assert client.get(address).status_code == 404
    again = actions.register(kind="river", name="试验河", counties=[territory.county()], by=office())
    assert again.pk != water.pk
