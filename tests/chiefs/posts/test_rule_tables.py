import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from chiefs.posts.models import Post, Unit
from tests.factories.posts import AccountFactory, PersonFactory, PostFactory, PostKindFactory, TenureFactory
from tests.pages.harness import served

pytestmark = pytest.mark.django_db


def signed_in(client, function, *, staff=True):
    person = PersonFactory()
    TenureFactory(person=person, post=PostFactory(kind=PostKindFactory(code=f"kind-{function}", functions=[function])))
    account = AccountFactory(person=person, is_staff=staff)
    account.user_permissions.set(Permission.objects.filter(content_type__app_label="posts").exclude(codename__startswith="delete_"))
    client.force_login(account, backend="chiefs.posts.backends.AccountBackend")
    return client


def test_an_administrator_opens_the_tables_and_finds_those_of_our_rooms_only(client):
    page = signed_in(client, "administrator").get(reverse("admin:index"))
    assert page.status_code == 200
    rooms = {room.rpartition(".")[2] for room in settings.ROOMS}
    assert {model._meta.app_label for model in admin.site._registry} <= rooms


@pytest.mark.parametrize(("function", "staff"), [("department", True), ("chief", True), ("administrator", False)])
def test_nobody_else_opens_them(client, function, staff):
    answer = signed_in(client, function, staff=staff).get(reverse("admin:index"))
    assert answer.status_code == 302
    assert "/admin/login/" in answer.url or answer.url.startswith("/sign-in/")


def test_the_tables_have_no_sign_in_of_their_own(client):
    answer = client.get("/admin/login/?next=/admin/")
    assert answer.url == "/sign-in/?next=/admin/"


def test_only_what_a_kind_of_post_is_called_is_edited_here(client):
    kind = PostKindFactory(code="kind-of-test", name="旧名")
    address = reverse("admin:posts_postkind_change", args=[kind.pk])
    answer = signed_in(client, "administrator").post(address, {"name": "新名", "name_bo": "", "basis": "试行", "code": "other"})
    assert answer.status_code == 302
    kind.refresh_from_db()
    assert (kind.name, kind.code) == ("新名", "kind-of-test")
    assert client.get(reverse("admin:posts_postkind_add")).status_code == 403
    assert client.post(reverse("admin:posts_postkind_delete", args=[kind.pk]), {"post": "yes"}).status_code == 403


def test_units_and_posts_are_no_tables_of_the_administrators():
    assert not {Unit, Post} & admin.site._registry.keys()


def test_the_tables_keep_to_the_content_policy(client):
    for address in (reverse("admin:index"), reverse("admin:posts_postkind_changelist")):
        page = signed_in(client, "administrator").get(address)
        headers = {name.lower(): value for name, value in page.headers.items()}
        faults = [f for f in served(page.content.decode(), headers) if f.startswith(("inline", "policy", "style=", "on", "javascript:"))]
        assert not faults
