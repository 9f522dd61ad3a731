"""Accounts are opened for people in posts; there is no superuser."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command

from accountability.kit import days
from accountability.ledger.models import Event
from accountability.setup import administrators
from chiefs.posts import reports
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, Tenure
from tests.factories.posts import PostFactory, PostKindFactory, TenureFactory

pytestmark = pytest.mark.django_db


def printed(capsys):
    return capsys.readouterr().out


def test_an_administrator_gets_a_password_once_and_the_rule_tables(capsys):
    call_command("create_account", "Admin1", name="王管理", administrator=True)
    account = Account.objects.get(login="admin1")
    assert account.check_password(printed(capsys).rsplit(" ", 1)[-1].strip())
    assert (account.is_staff, account.is_superuser, account.person.name) == (True, False, "王管理")
    tenure = Tenure.objects.get(person=account.person)
    assert reports.acting(account, tenure.post).functions == {Function.ADMINISTRATOR.value}
    event = Event.objects.get(stream=f"posts.account:{account.pk}")
    assert (event.act, event.facts["administrator"]) == ("posts.create_account", True)


def test_administrators_may_edit_what_the_admin_site_shows_and_delete_nothing():
    codes = set(administrators.group().permissions.values_list("content_type__app_label", "codename"))
    shown = {(model._meta.app_label, model._meta.model_name) for model in admin.site._registry}
    assert codes == {(app, f"{verb}_{name}") for app, name in shown for verb in ("add", "change", "view")}


def test_an_account_for_a_post_takes_it_up_today(capsys):
    post = PostFactory(kind=PostKindFactory(functions=[Function.AUDIT.value], single=False))
    call_command("create_account", "auditor", post=post.code, basis="任命〔2026〕1号")
    tenure = Tenure.objects.get(post=post)
    assert (tenure.since, tenure.basis, tenure.person.name) == (days.today(), "任命〔2026〕1号", "auditor")
    account = Account.objects.get(login="auditor")
    assert (account.is_staff, account.groups.count()) == (False, 0)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"login": "taken", "administrator": True}, "already"),
        ({"login": "new", "post": "no-such-post"}, "No post"),
        ({"login": "new", "post": "held"}, "held by somebody"),
        ({"login": "x" * 61, "administrator": True}, "60"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(words, why):
    call_command("create_account", "taken", administrator=True)
    TenureFactory(post=PostFactory(code="held", kind=PostKindFactory(single=True)))
    before = (Account.objects.count(), Tenure.objects.count(), Event.objects.count())
    with pytest.raises(CommandError, match=why):
        call_command("create_account", words.pop("login"), **words)
    assert (Account.objects.count(), Tenure.objects.count(), Event.objects.count()) == before
