"""``manage.py prepare``: after a checkout or an update, before the server starts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accountability.setup import prepare


class Command(BaseCommand):
    help = (
        "Compile translations, migrate, collect static files and load the reference data; with DEMO=1 also the demonstration world. "
        "What is up to date is passed over."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        prepare.everything(self.stdout.write)
        self.stdout.write("Ready.")
