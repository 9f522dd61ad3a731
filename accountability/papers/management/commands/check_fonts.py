"""Which faces papers are printed with on this machine."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accountability.papers import faces


class Command(BaseCommand):
    help = "Lists the faces that papers need and what fills each; fails when a role has no face at all."

    def handle(self, *args: Any, **options: Any) -> None:
        known, unfilled = faces.installed(), []
        for face in faces.FACES:
            used = next((family for family in face.right if family in known), None)
            if used:
                self.stdout.write(f"{face.role}: {used}")
            elif face.stand_in in known:
                self.stdout.write(f"{face.role}: {face.stand_in}, a stand-in; missing: {', '.join(face.right)}")
            else:
                unfilled.append(f"{face.role} ({', '.join((*face.right, face.stand_in))})")
        if unfilled:
            raise CommandError(f"No face for {'; '.join(unfilled)}. Run scripts/system-parts.")
