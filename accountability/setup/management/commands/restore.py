"""``manage.py restore ARCHIVE``: a backup into an empty database; with ``--verify`` only to see that it could be done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accountability.setup.backups import restoring
from accountability.setup.backups.archive import BackupFault


class Command(BaseCommand):
    requires_system_checks = []  # some ask the database, which is not there yet
    help = (
        "Put a backup into an empty database and an empty folder of files, and check it there. With --verify: into a database that is "
        "thrown away afterwards; the live one is not touched."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("archive", type=Path, help="what manage.py backup wrote")
        parser.add_argument("--verify", action="store_true", help="only check that the backup is whole and could be restored")

    def handle(self, *args: Any, **options: Any) -> None:
        work = restoring.verify if options["verify"] else restoring.restore
        try:
            work(options["archive"], self.stdout.write)
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            "The backup is whole and can be restored."
            if options["verify"]
            else "Restored. Now run manage.py prepare and manage.py check_world, then start the site."
        )
