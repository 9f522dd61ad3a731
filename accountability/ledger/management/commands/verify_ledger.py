"""``manage.py verify_ledger``: is every event still what it was when it was written?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accountability.ledger import guards
from accountability.ledger.verification import first_fault, governed, strays


class Command(BaseCommand):
    help = (
        "Check every hash, every sequence and every stream head, and that every record stands where its last event left it; "
        "name the first bad event. Exit code 1 when there is one."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--stream", help="only this stream, e.g. cases.case:17")

    def handle(self, *args: Any, **options: Any) -> None:
        fault, count = first_fault(options["stream"])
        records = governed() if options["stream"] is None else []
        found = fault or next((stray for model in records for stray in strays(model)), None)
        wrong = [str(found)] if found else []
        if lost := guards.missing():  # whoever took them off may have done more, or nothing yet: both are said
            wrong.append(f"Guards are missing: {', '.join(lost)}. Run manage.py migrate, and find out who took them off.")
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(f"{count} events verified, no fault.")
