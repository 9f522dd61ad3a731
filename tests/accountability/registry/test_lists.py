"""Posts, terms, charges and segments with their codes, as pages and as files that their own import reads without a change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accountability.exchange import actions, reports
from accountability.kit import days
from chiefs.posts.models import Charge, Post, Tenure
from chiefs.resources import names
from chiefs.resources.models import Segment
from tests.factories.exchange import remarks
from tests.factories.posts import acting_for, chain

pytestmark = pytest.mark.django_db
KINDS = {"posts": "posts", "term_list": "chiefs", "charges": "charges", "segments": "segments"}


@pytest.fixture
def world():
    world = chain()
    names.spell([world.segment.resource])
    for tenure in Tenure.objects.select_related("person"):
        tenure.person.phone = f"199{tenure.person.pk:08d}"
        tenure.person.save()
        tenure.basis = "任命〔2026〕1号"
        tenure.save()
    return world


def signed_in(post) -> Client:
    client = Client()
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


@pytest.fixture
def office(world):
    return signed_in(world.office)


def page(client, name, **asked):
    return client.get(reverse(f"registry:{name}"), asked).content.decode()


def test_each_list_tells_the_codes_by_which_its_rows_are_known(world, office):
    assert world.village.code in page(office, "posts")
    assert world.village.tenures.get().person.name in page(office, "posts", q=world.village.code)
    assert world.village.code in page(office, "term_list", q=world.village.tenures.get().person.name)
    assert world.segment.code in page(office, "charges", q=world.village.code)
    assert world.village.title in page(office, "segments", q=world.segment.code)
    assert 'class="empty"' in page(office, "segments", q="没有这个名字")


def test_a_past_day_shows_who_held_and_answered_then(world, office):
    yesterday = days.today() - timedelta(days=1)
    name = world.village.tenures.get().person.name
    Tenure.objects.filter(post=world.village).update(until=days.today())
    Charge.objects.filter(post=world.village).update(until=days.today())
    assert name not in page(office, "posts", q=world.village.code)
    assert name in page(office, "posts", q=world.village.code, on=yesterday.isoformat())
    assert world.village.title not in page(office, "segments", q=world.segment.code)
    assert world.village.title in page(office, "segments", q=world.segment.code, on=yesterday.isoformat())
    assert world.segment.code not in page(office, "charges", q=world.village.code)


def test_terms_with_telephones_are_for_who_keeps_or_judges_them_and_inside_the_reach(world, office):
    chief = signed_in(world.village)
    assert chief.get(reverse("registry:posts")).status_code == 200
    assert chief.get(reverse("registry:term_list")).status_code == 404
    listed = page(office, "term_list")
    assert world.county.code in listed
    assert world.prefecture.code not in listed


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("name", KINDS)
def test_what_is_taken_out_is_taken_in_again_without_a_change(world, office, name, kind):
    answer = office.get(reverse(f"registry:{name}"), {"format": kind, "place": "513301000000"})
    counted = {"posts": Post, "term_list": Tenure, "charges": Charge, "segments": Segment}[name].objects.count()
    file = SimpleUploadedFile(f"list.{kind}", answer.content)
    delivery = actions.hand_in(KINDS[name], file, by=acting_for(world.office))
    run = reports.last_run(delivery)
    assert run is not None, delivery.reason
    wrong = {code for _row, code in remarks(delivery)}
    assert wrong <= {"closed_kind"}, "the desks and heads that another enters"
    assert 0 < run.read <= counted
    assert (run.added, run.changed) == (0, 0)
    assert run.unchanged > 0
    assert run.unchanged + run.rejected == run.read


def test_a_list_costs_the_same_whatever_is_on_it(world, office, django_assert_max_num_queries):
    for name in KINDS:
        with django_assert_max_num_queries(14):
            office.get(reverse(f"registry:{name}"))
