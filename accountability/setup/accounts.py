"""A way in for one person: their account, the post they take up, and a first password that is shown once and kept by nobody."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from accountability.kit import days
from accountability.ledger.models import Event
from chiefs.posts import reports
from chiefs.posts.functions import SYSTEM_IMPORTER
from chiefs.posts.models import Account, Person, Post, Tenure

from . import administrators


def open_account(login: str, *, name: str, post: Post, basis: str = "", administrator: bool = False) -> tuple[Account, str]:
    """Open an account for a new person who takes up this post today; returns it and its first password.

    Raises ValidationError when the login name or the password will not do.
    """
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        person = Person(name=name)
        Person._meta.get_field("name").clean(name, person)
        person.save()
        account = Account(login=login, person=person, is_staff=administrator)
        Account._meta.get_field("login").clean(login, account)
        validate_password(password, account)
        account.set_password(password)
        account.save()
        Tenure.objects.create(person=person, post=post, since=days.today(), basis=basis)
        if administrator:
            account.groups.add(administrators.group())
        Event.record(
            f"posts.account:{account.pk}",
            "posts.create_account",
            reports.system(SYSTEM_IMPORTER),
            facts={"post": post.pk, "person": person.pk, "administrator": administrator},
        )
    return account, password


def open_administrators(people: list[tuple[str, str]]) -> list[tuple[Account, str]]:
    """An administrator's account for each (login name, person's name), all of them or none.

    Who has one already and never signed in gets another first password: the run that made it may have broken off before
    anybody read it. Who has signed in keeps their own, and the password returned is empty.
    """
    opened = []
    with transaction.atomic():
        post = administrators.post()
        for login, name in people:
            account = Account.objects.select_for_update(of=("self",)).filter(login=login).first()
            if account is None:
                opened.append(open_account(login, name=name, post=post, administrator=True))
            else:
                opened.append((account, "" if account.last_login else _renew(account)))
    return opened


def _renew(account: Account) -> str:
    password = secrets.token_urlsafe(12)
    account.set_password(password)
    account.save(update_fields=["password"])
    Event.record(f"posts.account:{account.pk}", "posts.renew_password", reports.system(SYSTEM_IMPORTER))
    return password
