"""``manage.py draw_lifecycles``: docs/lifecycles.md from the code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accountability.setup import diagrams


class Command(BaseCommand):
    help = "Write docs/lifecycles.md: one state diagram for each lifecycle. With --check only say whether it is up to date."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the file says something else than the code")

    def handle(self, *args: Any, **options: Any) -> None:
        path, text = settings.BASE_DIR / "docs" / "lifecycles.md", diagrams.document()
        if not options["check"]:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            raise CommandError("docs/lifecycles.md is not what the code does. Run manage.py draw_lifecycles.")
