"""All chiefs and segments of a prefecture from two files, as an office hands them in, and the same rows written bare.

python -m bench.imports        (DATABASE_URL says where; prints one JSON object)
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django

SINCE = "2026-01-01"


def workbook(kind: str, rows: list[dict[str, Any]]) -> bytes:
    """Rows by column code as an XLSX file under the headings of the template."""
    from openpyxl import Workbook

    from accountability.exchange import importing

    work = importing.importer(kind)
    if work is None:
        raise LookupError(kind)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([column.heading for column in work.sheet.columns])
    for row in rows:
        sheet.append([row.get(column.code) for column in work.sheet.columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def imported(kind: str, data: bytes, by: Any) -> dict[str, Any]:
    """Hand a file in and take it over; seconds of each."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from accountability.exchange import actions, reports

    begin = time.perf_counter()
    delivery = actions.hand_in(kind, SimpleUploadedFile(f"{kind}.xlsx", data), by=by)
    tried = time.perf_counter()
    actions.take_over(delivery, partial=False, by=by, expect=delivery.version)
    taken = time.perf_counter()
    run = reports.last_run(delivery)
    if run is None or run.rejected or run.added != run.read:
        raise RuntimeError(f"{kind}: {run and run.rejected} rows were wrong")
    return {"what": kind, "rows": run.read, "tried_s": tried - begin, "taken_s": taken - tried}


def timed(write: Callable[[], object]) -> float:
    begin = time.perf_counter()
    write()
    return time.perf_counter() - begin


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from bench.world import CHIEFS, SEGMENTS, chief_office
    from chiefs.posts.models import Person, Post, Tenure
    from chiefs.resources.models import Resource, Segment

    call_command("migrate", verbosity=0)
    by, villages, rivers = chief_office(CHIEFS)
    segments = [
        {
            "code": f"S{n:06d}",
            "name": f"河段{n}",
            "resource": rivers[n % len(rivers)].name,
            "place": villages[n % len(villages)].code,
            "from_m": n // len(rivers) * 3000,
            "to_m": n // len(rivers) * 3000 + 3000,
            "since": SINCE,
        }
        for n in range(SEGMENTS)
    ]
    chiefs = [
        {"name": f"演示人{n}", "phone": f"199{n:08d}", "post": f"chief-{n}", "since": SINCE, "basis": "示例文件〔2026〕1号"}
        for n in range(CHIEFS)
    ]
    results = [imported("segments", workbook("segments", segments), by), imported("chiefs", workbook("chiefs", chiefs), by)]

    def bare_segments() -> None:
        with transaction.atomic():
            Segment.objects.bulk_create(
                (
                    Segment(
                        code=f"T{n:06d}",
                        name=f"河段{n}",
                        resource=rivers[n % len(rivers)],
                        jurisdiction=villages[n % len(villages)],
                        path=villages[n % len(villages)].path,
                        since=SINCE,
                    )
                    for n in range(SEGMENTS)
                ),
                batch_size=500,
            )

    def bare_chiefs() -> None:
        with transaction.atomic():
            people = Person.objects.bulk_create((Person(name=f"演示人{n}", phone=f"188{n:08d}") for n in range(CHIEFS)), batch_size=500)
            Tenure.objects.bulk_create(
                (Tenure(person=person, post=post, single_post=post, since=SINCE) for person, post in zip(people, posts, strict=True)),
                batch_size=500,
            )

    Tenure.objects.filter(post__code__startswith="chief-").delete()
    posts = list(Post.objects.filter(code__startswith="chief-").order_by("pk"))
    results[0]["floor_s"], results[1]["floor_s"] = timed(bare_segments), timed(bare_chiefs)
    if Resource.objects.count() != len(rivers):
        raise RuntimeError("The import made waters of its own.")
    json.dump({"imports": results}, sys.stdout)


if __name__ == "__main__":
    main()
