from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from accountability.kit.days import today
from accountability.ledger.errors import Refused
from chiefs.posts import actions, reports
from tests.factories.posts import AccountFactory, PersonFactory, PostFactory, PostKindFactory, TenureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return PersonFactory()


@pytest.fixture
def signed_in(person) -> Client:
    client = Client()
    client.force_login(AccountFactory(person=person), backend="chiefs.posts.backends.AccountBackend")
    return client


def post_of(person, *functions, since=date(2020, 1, 1), until=None):
    kind = PostKindFactory(functions=list(functions))
    return TenureFactory(person=person, post=PostFactory(kind=kind), since=since, until=until).post


def test_the_chosen_post_is_acted_for_from_then_on(person, signed_in):
    first, second = post_of(person, "department"), post_of(person, "chief")
    assert signed_in.get(reverse("posts:choose")).wsgi_request.acting.post_id == first.pk
    answer = signed_in.post(reverse("posts:choose"), {"post": second.pk})
    assert answer.url == reverse("patrols:home")
    assert signed_in.get(reverse("posts:choose")).wsgi_request.acting.post_id == second.pk


def test_the_session_key_changes_with_the_post(person, signed_in):
    post_of(person, "department")
    second = post_of(person, "department")
    before = signed_in.session.session_key
    signed_in.post(reverse("posts:choose"), {"post": second.pk})
    assert signed_in.session.session_key != before


def test_a_post_that_is_closed_or_to_come_is_not_acted_for_and_no_list_of_posts_is_asked(person, django_assert_num_queries):
    open_post = post_of(person, "department")
    for since, until in ((date(2020, 1, 1), today()), (today() + timedelta(1), None)):
        shut = post_of(person, "chief")
        type(shut).objects.filter(pk=shut.pk).update(since=since, until=until)
    with django_assert_num_queries(1) as asked:
        assert [term.post for term in reports.tenures_of(person.pk, today())] == [open_post]
    # At every request: a statement inside the statement would read all posts of the prefecture.
    assert asked[0]["sql"].count("SELECT") == 1


@pytest.mark.parametrize("choice", ["of somebody else", "ended", "to come", "nonsense"])
def test_only_a_post_held_today_can_be_chosen(person, signed_in, choice):
    own = post_of(person, "department")
    wrong = {
        "of somebody else": lambda: post_of(PersonFactory(), "chief").pk,
        "ended": lambda: post_of(person, "chief", until=today()).pk,
        "to come": lambda: post_of(person, "chief", since=today() + timedelta(1)).pk,
        "nonsense": lambda: "1 or 1=1",
    }[choice]()
    answer = signed_in.post(reverse("posts:choose"), {"post": wrong})
    assert answer.status_code == 422
    assert signed_in.get(reverse("posts:choose")).wsgi_request.acting.post_id == own.pk


def test_the_action_itself_refuses_a_post_that_is_not_held(person, signed_in):
    post_of(person, "department")
    request = signed_in.get(reverse("posts:choose")).wsgi_request
    with pytest.raises(Refused):
        actions.act_for(request, post_of(PersonFactory(), "chief").pk)


def test_a_post_that_ended_over_night_is_acted_for_no_longer(person, signed_in):
    ended, left = post_of(person, "chief", until=today()), post_of(person, "department", since=date(2021, 1, 1))
    session = signed_in.session
    session["post"] = ended.pk
    session.save()
    assert signed_in.get(reverse("posts:choose")).wsgi_request.acting.post_id == left.pk


def test_a_stranger_is_sent_to_the_sign_in(client):
    assert client.get(reverse("posts:choose")).url == reverse("posts:sign_in")


def test_the_language_is_kept_in_a_cookie_and_in_the_account(person, signed_in):
    post_of(person, "department")
    answer = signed_in.post(reverse("posts:language"), {"language": "bo", "next": "/post/"})
    assert answer.url == "/post/"
    assert answer.cookies[django_settings.LANGUAGE_COOKIE_NAME].value == "bo"
    account = person.accounts.get()
    assert account.language == "bo"
    another_device = Client()
    another_device.force_login(account, backend="chiefs.posts.backends.AccountBackend")
    assert b'<html lang="bo"' in another_device.get(reverse("posts:choose")).content


@pytest.mark.parametrize("code", ["xx", "", "../../etc", "de"])
def test_an_unknown_language_changes_nothing(client, code):
    answer = client.post(reverse("posts:language"), {"language": code})
    assert answer.status_code == 302
    assert django_settings.LANGUAGE_COOKIE_NAME not in answer.cookies


def test_preferences_are_changed_by_post_only(client):
    assert client.get(reverse("posts:language")).status_code == 405
    assert client.get(reverse("posts:large_text")).status_code == 405


def test_large_text_is_kept_for_the_public_and_for_the_account(client, person, signed_in):
    client.post(reverse("posts:large_text"), {"large": "1"})
    assert b'class="large"' in client.get(reverse("posts:sign_in")).content
    client.post(reverse("posts:large_text"), {"large": "0"})
    assert b'class="large"' not in client.get(reverse("posts:sign_in")).content
    post_of(person, "department")
    signed_in.post(reverse("posts:large_text"), {"large": "1"})
    assert person.accounts.get().large_text is True
    assert b'class="large"' in signed_in.get(reverse("posts:choose")).content
