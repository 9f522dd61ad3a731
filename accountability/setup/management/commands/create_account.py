"""``manage.py create_account``: a way in for one person; the first administrator begins here."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accountability.kit import days
from accountability.setup import accounts, administrators
from chiefs.posts import reports
from chiefs.posts.models import Account, Post


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
        login, administrator = options["login"].strip().lower(), options["administrator"]
        if Account.objects.filter(login=login).exists():
            raise CommandError(f"There is an account {login} already.")
        post = administrators.post() if administrator else self.post(options["post"])
        try:
            _account, password = accounts.open_account(
                login, name=options["name"] or login, post=post, basis=options["basis"], administrator=administrator
            )
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        self.stdout.write(f"Account {login} opened, post {post.title}. First password, shown this once: {password}")

    def post(self, code: str) -> Post:
        found = Post.objects.in_force(days.today()).select_related("kind").filter(code=code).first()
        if found is None:
            raise CommandError(f"No post with the code {code} is in force today.")
        if found.kind.single and not reports.is_vacant(found, days.today()):
            raise CommandError(f"{found.title} is held by somebody. End that term first.")
        return found
