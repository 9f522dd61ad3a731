"""Slips are printed for whoever has no way in, and for nobody else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from chiefs.posts import accounts
from tests.factories.posts import PersonFactory, PostFactory, TenureFactory, acting_for, chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world) -> Client:
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


@pytest.fixture
def newcomer(world):
    person = PersonFactory(name="新来的人")
    TenureFactory(person=person, post=PostFactory(kind=world.village.kind, unit=world.village.unit))
    return person


def test_a_slip_that_was_handed_out_stays_valid_when_slips_are_printed_again(world, office, newcomer):
    (slip,) = accounts.issue([newcomer], by=acting_for(world.office))
    assert office.post(reverse("registry:slips")).status_code == 302, "nobody lacks a way in"
    assert accounts.standings([newcomer]) == {newcomer.pk: "slip"}
    assert Client().get(reverse("posts:activate_slip", args=[slip.slip])).status_code == 200


def test_slips_are_printed_for_those_who_were_searched_for(world, office, newcomer):
    assert office.post(reverse("registry:slips") + "?q=没有这个人").status_code == 302
    assert accounts.standings([newcomer]) == {newcomer.pk: "none"}
    answer = office.post(reverse("registry:slips") + "?q=新来")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert accounts.standings([newcomer]) == {newcomer.pk: "slip"}
