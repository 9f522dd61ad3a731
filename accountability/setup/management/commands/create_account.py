"""``manage.py create_account``: a way in for one person; the first administrator begins here."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accountability.kit import days
from accountability.ledger.models import Event
from accountability.setup import administrators
from chiefs.posts import reports
from chiefs.posts.functions import SYSTEM_IMPORTER
from chiefs.posts.models import Account, Person, Post, Tenure


class Command(BaseCommand):
    help = "Open an account for a person, put them into a post, and print a first password once."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("login", help="login name")
        parser.add_argument("--name", default="", help="the person's name (default: the login name)")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--administrator", action="store_true", help="of the rule tables; sees no case, no complaint and no audit")
        where.add_argument("--post", metavar="CODE", help="the code of the post that they take up today")
        parser.add_argument("--basis", default="", help="the appointing document")

    def handle(self, *args: Any, **options: Any) -> None:
        login, password = options["login"].strip().lower(), secrets.token_urlsafe(12)
        if Account.objects.filter(login=login).exists():
            raise CommandError(f"There is an account {login} already.")
        with transaction.atomic():
            post = administrators.post() if options["administrator"] else self.post(options["post"])
            person = Person.objects.create(name=options["name"] or login)
            account = Account(login=login, person=person, is_staff=options["administrator"])
            try:
                Account._meta.get_field("login").clean(login, account)
                validate_password(password, account)
            except ValidationError as wrong:
                raise CommandError(" ".join(wrong.messages)) from wrong
            account.set_password(password)
            account.save()
            Tenure.objects.create(person=person, post=post, since=days.today(), basis=options["basis"])
            if options["administrator"]:
                account.groups.add(administrators.group())
            Event.record(
                f"posts.account:{account.pk}",
                "posts.create_account",
                reports.system(SYSTEM_IMPORTER),
                facts={"post": post.pk, "person": person.pk, "administrator": options["administrator"]},
            )
        self.stdout.write(f"Account {login} opened, post {post.title}. First password, shown this once: {password}")

    def post(self, code: str) -> Post:
        found = Post.objects.in_force(days.today()).select_related("kind").filter(code=code).first()
        if found is None:
            raise CommandError(f"No post with the code {code} is in force today.")
        if found.kind.single and not reports.is_vacant(found, days.today()):
            raise CommandError(f"{found.title} is held by somebody. End that term first.")
        return found
