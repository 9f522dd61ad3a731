"""``manage.py init_production``: what ``make init-production`` does once the environment stands."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accountability.setup import accounts, prepare, production, world


class Command(BaseCommand):
    requires_system_checks = []  # some ask for what this command makes
    help = (
        "Make an empty database the live registry: tables, reference data, three administrators with first passwords that are shown once. "
        "A run that broke off is repeated with the same words; a database in use or a demonstration world is refused."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--administrator", action="append", required=True, metavar="LOGIN=NAME", help="three times")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            people = production.three(options["administrator"])
        except production.Wrong as wrong:
            raise CommandError(str(wrong)) from wrong
        if settings.DEMO:
            raise CommandError("DEMO=1 is the demonstration. Set DEMO=0.")
        settings.WORLD_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        if fault := world.in_use([login for login, _name in people]):
            raise CommandError(fault)
        prepare.everything(self.stdout.write)
        opened = accounts.open_administrators(people)
        if found := world.faults():
            raise CommandError("\n".join(found))
        self.stdout.write("First passwords, shown this once; hand each to its person and to nobody else:")
        for account, password in opened:
            self.stdout.write(f"  {account.login} ({account.person}): {password or 'has signed in already and keeps their own'}")
        self.stdout.write(f"{settings.SITE_URL}/ is ready to be started. What comes next: docs/how-to/start-a-prefecture.md")
