from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accountability.kit.days import now
from chiefs.posts.middleware import SESSION_SEEN
from tests.factories.posts import AccountFactory, PersonFactory, PostFactory, PostKindFactory, TenureFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
SIGN_IN = "/sign-in/"


def holder(*functions: str, login: str = "zhaxi", posts: int = 1):
    """An account whose person holds posts with these functions."""
    person = PersonFactory()
    for n in range(posts):
        kind = PostKindFactory(code="-".join(["kind", *functions, str(n)]), functions=list(functions))
        TenureFactory(person=person, post=PostFactory(kind=kind))
    return AccountFactory(login=login, person=person)


def sign_in(client, login="zhaxi", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": login, "password": password, **more})


def test_a_chief_comes_home_to_the_patrols(client):
    holder("chief")
    answer = sign_in(client)
    assert answer.status_code == 302
    assert answer.url == reverse("patrols:home")


def test_a_desk_comes_home_to_the_inbox(client):
    holder("department")
    assert sign_in(client).url == reverse("desk:home")


def test_who_holds_several_posts_is_asked_for_which(client):
    holder("department", posts=2)
    assert sign_in(client).url == reverse("posts:choose")


def test_the_page_that_was_asked_for_comes_after_the_sign_in(client):
    holder("department")
    assert sign_in(client, next="/desk/audits/").url == "/desk/audits/"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", "http:///example.org"])
def test_nobody_is_sent_to_another_site(client, elsewhere):
    holder("department")
    assert sign_in(client, next=elsewhere).url == reverse("desk:home")
    assert client.post(reverse("posts:language"), {"language": "bo", "next": elsewhere}).url == "/"


def test_wrong_name_and_wrong_password_are_answered_alike_and_the_name_is_kept(client):
    holder("department")
    wrong_password = sign_in(client, password="wrong")
    wrong_name = sign_in(client, login="nobody")
    assert wrong_password.status_code == wrong_name.status_code == 422
    assert str(wrong_password.context["form"].non_field_errors()) == str(wrong_name.context["form"].non_field_errors())
    assert 'value="zhaxi"' in wrong_password.content.decode()
    assert PASSWORD not in wrong_name.content.decode()


def test_a_closed_account_does_not_open(client):
    account = holder("department")
    account.is_active = False
    account.save()
    assert sign_in(client).status_code == 422


def test_the_session_key_changes_with_the_sign_in(client):
    holder("department")
    client.get(SIGN_IN)
    session = client.session
    session["left"] = "by somebody else"
    session.save()
    before = session.session_key
    client.cookies[django_settings.SESSION_COOKIE_NAME] = before
    sign_in(client)
    assert client.session.session_key != before
    assert "left" not in client.session


def test_after_five_wrong_passwords_the_sixth_waits_even_if_it_is_right(client):
    holder("department")
    for _ in range(5):
        answer = sign_in(client, password="wrong")
    assert answer.status_code == 429
    locked = sign_in(client)
    assert locked.status_code == 429
    assert locked["Retry-After"] == "900"
    assert "15" in locked.content.decode()


def test_the_lock_opens_after_the_time_that_was_said(client):
    holder("department")
    for _ in range(5):
        sign_in(client, password="wrong")
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert sign_in(client).status_code == 429
    # The try above was one more failure: the quarter of an hour begins again.
    with time_machine.travel(timezone.now() + timedelta(minutes=30)):
        assert sign_in(client).status_code == 302


def test_the_lock_holds_from_every_address():
    holder("department")
    for last in range(5):
        sign_in(Client(REMOTE_ADDR=f"10.0.0.{last}"), password="wrong")
    assert sign_in(Client(REMOTE_ADDR="10.0.0.99")).status_code == 429


def test_a_lock_is_for_one_name_only(client):
    holder("department")
    holder("chief", login="zhuoma")
    for _ in range(6):
        sign_in(client, password="wrong")
    assert sign_in(client, login="zhuoma").status_code == 302


def test_signing_out_takes_a_post_and_ends_the_session(client):
    holder("department")
    sign_in(client)
    assert client.get(reverse("posts:sign_out")).status_code == 405
    assert client.post(reverse("posts:sign_out")).url == "/"
    assert client.get(reverse("posts:choose")).url.startswith(SIGN_IN)


def test_an_account_without_a_post_today_is_told_so_and_not_sent_in_circles(client):
    AccountFactory(login="zhaxi")
    assert sign_in(client).url == SIGN_IN
    answer = client.get(SIGN_IN)
    assert answer.status_code == 200
    assert "posts/no_post.html" in [t.name for t in answer.templates]


def test_a_desk_left_alone_for_half_an_hour_is_signed_out_and_a_chief_is_not(client):
    long_ago = now().timestamp() - django_settings.DESK_IDLE_SECONDS - 1
    for function, still_in in (("department", False), ("chief", True)):
        client.force_login(holder(function, login=function), backend="chiefs.posts.backends.AccountBackend")
        session = client.session
        session[SESSION_SEEN] = long_ago
        session.save()
        answer = client.get(reverse("posts:choose"), follow=True)
        assert (answer.redirect_chain == []) is still_in
        assert ("30" in answer.content.decode().partition("<h1>")[0].partition("<main")[2]) is not still_in  # told why


def test_a_chiefs_phone_stays_signed_in_for_30_days(client):
    holder("chief")
    sign_in(client)
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert client.get(reverse("posts:choose")).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert client.get(reverse("posts:choose")).status_code == 302


def test_a_form_without_its_token_is_answered_with_what_to_do(client):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = strict.post(SIGN_IN, {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "Please send it again" in answer.content.decode()
