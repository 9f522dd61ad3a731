"""``manage.py check_world``: may this database be served with these settings?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accountability.setup import world


class Command(BaseCommand):
    help = "Refuse a demonstration world without DEMO=1, any other with it, missing guards, missing migrations, a superuser, loose keys."

    def handle(self, *args: Any, **options: Any) -> None:
        if found := world.faults():
            raise CommandError("\n".join(found))
        self.stdout.write("The demonstration world." if world.is_demonstration() else "A live world.")
