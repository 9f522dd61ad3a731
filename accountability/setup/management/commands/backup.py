"""``manage.py backup /mnt/backups``: the database and every private file in one archive, while the site runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accountability.setup.backups import making
from accountability.setup.backups.archive import BackupFault


class Command(BaseCommand):
    help = "Write the database and all private files into one archive in this folder. The keys are never in it."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("folder", type=Path, help="where the archive goes; on another disk than the data")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            path = making.make(options["folder"], self.stdout.write)
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"{path} ({path.stat().st_size} bytes)\n"
            f"NOT in it: secret.key and {settings.SEAL_KEY_FILE}. Keep a copy of both in a safe, apart from the backups: without the "
            "seal key nobody ever reads what is sealed.\n"
            f"Check it: manage.py restore --verify {path}"
        )
