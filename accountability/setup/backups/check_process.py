"""Looks at a restored database, in a process of its own whose settings name that database and no other.

    python -m accountability.setup.backups.check_process <manifest.json> <files.sqlite3>

Prints what was found well; the first fault goes to standard error, with exit code 1.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import django


def faults(manifest: dict[str, Any], files: sqlite3.Connection) -> Iterator[str]:
    """The restored database against the manifest, the ledger against itself, the records against the ledger and their files."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from accountability.ledger import guards, verification
    from accountability.setup.backups import databases

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(1)")
            if (said := cursor.fetchone()[0]) != "ok":
                yield f"The database is broken: {said}"
    found, told = databases.here(), manifest["ledger"]
    if (found.events, found.streams, found.head) != (told["events"], told["streams"], told["head"]):
        yield f"The ledger holds {found.events} events with the head {found.head}; the manifest says {told['events']} and {told['head']}."
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
        say("The database was brought up to this version of the software.")
    if lost := guards.missing():
        yield f"Guards are missing: {', '.join(lost)}."
    fault, count = verification.first_fault()
    if fault:
        yield f"The ledger is not what was written: {fault}"
    for model in verification.governed():
        for stray in verification.strays(model):
            yield f"A record does not stand where the ledger left it: {stray}"
    say(f"Ledger verified: {count} events, head {found.head[:16]}.")
    looked_at = 0
    for fault_of_file in file_faults(files):
        if fault_of_file:
            yield fault_of_file
        looked_at += 1
    say(f"Files verified: {looked_at} of records, {manifest['files']['count']} in all.")


def file_faults(files: sqlite3.Connection) -> Iterator[str]:
    """One sentence, or none, for each file that a row names."""
    from accountability.evidence.models import Evidence
    from accountability.kit.pieces import pieces
    from accountability.papers.models import Paper

    for model, column, digest in ((Evidence, "original", "sha256"), (Evidence, "rendition", ""), (Paper, "pdf", "sha256")):
        rows = model._base_manager.exclude(**{column: ""}).order_by("pk").values_list("pk", column, *filter(None, [digest]))
        for some in pieces(rows.iterator(chunk_size=2000)):
            marks = ",".join("?" * len(some))
            known = dict(files.execute(f"SELECT name, sha256 FROM files WHERE name IN ({marks})", [row[1] for row in some]))
            for pk, name, *wanted in some:
                if name not in known:
                    yield f"{model._meta.label} {pk}: its file {name} is not in the backup."
                elif wanted and known[name] != wanted[0]:
                    yield f"{model._meta.label} {pk}: its file {name} is not the one that was handed in."
                else:
                    yield ""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(manifest: str, files: str) -> int:
    django.setup()
    with closing(sqlite3.connect(f"file:{files}?mode=ro", uri=True)) as listed:
        for fault in faults(json.loads(Path(manifest).read_text()), listed):
            sys.stderr.write(f"{fault}\n")
            return 1
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accountability.settings")
    sys.exit(main(*sys.argv[1:]))
