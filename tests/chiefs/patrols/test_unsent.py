"""What a telephone kept is taken in when its owner has signed in again: once, and for the post and the term of the day of the walk."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accountability.cases.models import Case, ProblemKind
from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.ledger.models import Event
from chiefs.patrols.models import Patrol
from chiefs.posts import accounts
from chiefs.posts.functions import Function
from chiefs.posts.models import Charge, Deputation, Post, Tenure
from tests.factories import posts
from tests.factories.evidence import photo
from tests.factories.patrols import walk
from tests.factories.posts import AccountFactory, ChargeFactory, PersonFactory, TenureFactory, acting_for, chief
from tests.factories.resources import SegmentFactory

pytestmark = pytest.mark.django_db
PASSWORD = "yak butter in the morning"
DAY = timedelta(days=1)


@pytest.fixture
def world():
    return posts.chain()


@pytest.fixture
def device():
    """The telephone: one browser with its cookies; forged forms are refused as in production."""
    return Client(enforce_csrf_checks=True)


def kept(segment, begin, words="桥下有垃圾"):
    """The form of a walk as the telephone holds it: what is sent once more is the same in every field and byte."""
    track, picture, rubbish = walk(begin=begin), photo(), ProblemKind.objects.get(code="rubbish").pk
    fields = {"client_ref": uuid.uuid4(), "findings": "1", "f0-client_ref": uuid.uuid4(), "f0-kind": rubbish, "f0-text": words}

    def send(device, **more):
        files = {"track": SimpleUploadedFile("walk.gpx", track), "f0-photos": [SimpleUploadedFile("a.jpg", picture, "image/jpeg")]}
        return device.post(reverse("patrols:new", args=[segment.code]), {**fields, **files, **token(device), **more})

    return send


def token(device):
    return {"csrfmiddlewaretoken": device.cookies[settings.CSRF_COOKIE_NAME].value}


def sign_in(device, post_or_login, password="correct horse battery"):
    login = post_or_login.tenures.last().person.accounts.get().login if isinstance(post_or_login, Post) else post_or_login
    device.get("/sign-in/")
    answer = device.post("/sign-in/", {"username": login, "password": password, **token(device)})
    assert answer.status_code == 302
    device.get("/sign-in/", follow=True)  # a page of the new session: with it comes the token that forms carry now
    return answer


def reset(device, person, by):
    """The township prints a slip; on the old device its owner chooses a new password."""
    slip = accounts.reset(person, by=by)
    page = device.get(f"/activate/{slip.slip}/")
    ref = page.context["form"].fields["client_ref"].initial()
    typed = {"slip": slip.slip, "code": slip.written_code, "password": PASSWORD, "again": PASSWORD, "expect": 0, "client_ref": ref}
    return lambda: device.post(f"/activate/{slip.slip}/", {**typed, **token(device)})


def township_desk(world):
    return acting_for(posts.government(world.township.unit.jurisdiction).posts.get(kind__functions=[Function.RECEIVER.value]))


def test_what_lay_unsent_on_a_device_that_was_reset_is_taken_in_once_when_its_owner_is_back(world, device):
    sign_in(device, world.village)
    send = kept(world.segment, days.now() - 2 * DAY)
    activate = reset(device, world.village.tenures.get().person, township_desk(world))
    shut_out = send(device)
    assert shut_out.status_code == 302
    assert shut_out.url.startswith("/sign-in/")
    assert not Patrol.objects.exists()
    assert not Evidence.objects.exists()
    assert activate().url == "/patrol/"
    device.get("/patrol/")
    first, second = send(device), send(device)
    patrol = Patrol.objects.get()
    assert first.url == second.url == reverse("patrols:detail", args=[patrol.number])
    assert patrol.tenure == world.village.tenures.get()
    assert days.day_of(patrol.started_at) == days.today() - 2 * DAY
    assert patrol.findings.get().case is not None
    assert Evidence.objects.count() == 2


def test_a_page_from_before_the_reset_is_answered_with_what_to_do(world, device):
    """A form that still carries the token of the old session: nothing is taken in by it, and the sentence says to send it again."""
    sign_in(device, world.village)
    send, old = kept(world.segment, days.now() - DAY), token(device)
    reset(device, world.village.tenures.get().person, township_desk(world))()
    device.get("/patrol/")
    answer = send(device, **old)
    assert answer.status_code == 403
    assert "请重新发送" in answer.content.decode()
    assert send(device).status_code == 302
    assert Patrol.objects.count() == 1


def succeeded(post, day):
    """The term ends on a day and another one begins."""
    former = post.tenures.get()
    Tenure.objects.filter(pk=former.pk).update(until=day)
    TenureFactory(post=post, since=day)
    return former


def test_a_walk_from_a_term_that_ended_meanwhile_is_its_holders_and_nobody_elses(world, device):
    person = world.village.tenures.get().person
    sign_in(device, world.village)
    send = kept(world.segment, days.now() - 3 * DAY)
    activate = reset(device, person, township_desk(world))
    former = succeeded(world.village, days.today() - DAY)
    assert activate().url == "/sign-in/"
    page = device.get("/sign-in/")
    assert "您今天没有担任任何岗位" in page.content.decode()
    assert reverse("patrols:earlier") in page.content.decode()
    assert reverse("patrols:new", args=[world.segment.code]) in device.get(reverse("patrols:earlier")).content.decode()
    assert send(device).url == send(device).url == reverse("patrols:earlier")
    patrol = Patrol.objects.get()
    assert (patrol.tenure, patrol.state) == (former, "valid")
    submitted = Event.objects.get(stream=patrol.stream, act="patrols.submit")
    assert (submitted.person_id, submitted.post_id) == (person.pk, world.village.pk)
    told = device.get(reverse("patrols:earlier")).content.decode()
    assert patrol.number in told
    assert Case.objects.get().holder == world.village  # whoever holds the post now works on what was found
    for closed in (reverse("patrols:home"), reverse("patrols:detail", args=[patrol.number]), reverse("desk:home")):
        assert device.get(closed).status_code == 302


def test_no_walk_after_the_end_of_the_term_is_taken_in(world, device):
    succeeded(world.village, days.today() - 2 * DAY)
    sign_in(device, world.village.tenures.order_by("since").first().person.accounts.get().login)
    answer = kept(world.segment, days.now() - DAY)(device)
    assert answer.status_code == 422
    assert not Patrol.objects.exists()


def test_what_is_found_in_a_post_that_is_closed_by_now_goes_to_who_answers_there(world, device):
    succeeded(world.village, days.today() - 2 * DAY)
    world.village.tenures.filter(since=days.today() - 2 * DAY).delete()
    Charge.objects.filter(post=world.village).update(until=days.today() - DAY)
    Post.objects.filter(pk=world.village.pk).update(until=days.today() - DAY)
    sign_in(device, world.village)
    assert kept(world.segment, days.now() - 3 * DAY)(device).status_code == 302
    assert Case.objects.get().holder != world.village


def test_who_holds_several_posts_sends_for_the_one_that_answered_there(world, device):
    """After the sign-in the first post is acted for; what lay on the device was walked for the other, or in an earlier one."""
    other = chief("village", world.village.unit, scheme="forest_grass")
    Tenure.objects.filter(post=other).update(person=world.village.tenures.get().person, since=days.today() - 30 * DAY)
    plot = SegmentFactory(jurisdiction=world.place)
    ChargeFactory(post=other, segment=plot)
    sign_in(device, world.village.tenures.get().person.accounts.get().login)
    assert kept(plot, days.now() - DAY)(device).status_code == 302
    assert Patrol.objects.get().post == other


def test_who_stood_in_sends_what_was_walked_meanwhile_in_the_holders_term(world, device):
    deputy = AccountFactory(person=PersonFactory())
    term = world.village.tenures.get()
    Deputation.objects.create(tenure=term, person=deputy.person, since=days.today() - 9 * DAY, until=days.today() - 4 * DAY, reason="培训")
    sign_in(device, deputy.login)
    assert kept(world.segment, days.now() - 5 * DAY)(device).url == reverse("patrols:earlier")
    assert Patrol.objects.get().tenure == term
    assert "（代理）" in Event.objects.get(stream=Patrol.objects.get().stream, act="patrols.submit").post_title
    assert kept(world.segment, days.now() - 2 * DAY)(device).status_code == 422


def test_nobody_sends_for_a_segment_that_no_post_of_theirs_answered_for(world, device):
    elsewhere = SegmentFactory(jurisdiction=posts.territory.village("513301201201", "试验二村"))
    succeeded(world.village, days.today() - DAY)
    sign_in(device, world.village.tenures.order_by("since").first().person.accounts.get().login)
    assert kept(elsewhere, days.now() - 3 * DAY)(device).status_code == 404
    assert device.get(reverse("patrols:new", args=[elsewhere.code])).status_code == 404
