"""``manage.py load_ganzi``: the real divisions, waters, indicators, projects and duties of the prefecture; twice is once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accountability.exchange.models import ImportRun
from accountability.exchange.runs import Refusal, Report, take
from audits.indicators import imports as indicators
from chiefs.duties import imports as duties
from chiefs.resources import imports as resources
from chiefs.territory import imports as territory

DATA = Path(__file__).resolve().parents[2] / "ganzi"
#: kind, file, reader; in this order
FILES: list[tuple[str, str, Callable[[bytes, Report], None]]] = [
    ("divisions", "divisions_2018.csv", territory.take_first),
    ("divisions", "divisions_2023.csv", territory.take_second),
    ("divisions", "township_changes_2018_2023.csv", territory.take_changes),
    ("divisions", "special_units.csv", territory.take_special),
    ("outlines", "counties.geojson", territory.take_outlines),
    ("waters", "waters_named.csv", resources.take_waters),
    ("waters", "rivers.geojson", resources.take_lines),
    ("indicators", "indicators.csv", indicators.take_indicators),
    ("projects", "projects.csv", indicators.take_projects),
    ("projects", "project_indicator_map.csv", indicators.take_matches),
    ("projects", "project_totals.csv", indicators.take_totals),
    ("duties", "duties.csv", duties.take_duties),
]


class Command(BaseCommand):
    help = "Load the reference data of Ganzi. Repeatable: a second run changes nothing and says so. A broken file is refused whole."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--only", choices=sorted({kind for kind, *_ in FILES}), help="only files of this kind")
        parser.add_argument("--from", dest="folder", type=Path, default=DATA, help="another folder with files of the same names")

    def handle(self, *args: Any, **options: Any) -> None:
        for kind, name, reader in FILES:
            if options["only"] not in (None, kind):
                continue
            path = options["folder"] / name
            if not path.is_file():
                raise CommandError(f"{path} is missing.")
            try:
                run = take(kind, name, path.read_bytes(), reader)
            except Refusal as refusal:
                note = refusal.run.notes.first()
                where = f":{note.line}" if note and note.line else ""
                # The reason is in the language of the site: it has a line of its own, with no English word in it.
                raise CommandError(f"{name}{where}: {refusal}\nNothing of this file was taken.") from refusal
            self.stdout.write(self._line(run))

    def _line(self, run: ImportRun) -> str:
        notes = run.notes.count()
        said = f", {notes} notes" if notes else ""
        if run.outcome == ImportRun.Outcome.UNCHANGED:
            return f"{run.file_name}: nothing new ({run.read} rows read{said})."
        return f"{run.file_name}: {run.read} rows read, {run.added} added, {run.changed} changed, {run.unchanged} unchanged{said}."
