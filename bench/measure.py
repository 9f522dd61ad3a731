"""One world in one database: build it, ask its pages, and ask the floor for the same data in the same run.

python -m bench.measure --scale 1        (DATABASE_URL says where; prints one JSON object)
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import django

ROUNDS = 30
REPORT = "report: "  # begins the name of a page that reads everything of a place: no bar of growth, and its own of queries


class StatementCounter:
    """Counts the statements that are sent to the database, in whatever request."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.count += 1
        return execute(*args)


class RowCounter:
    """Counts the rows that cursors hand to Django while it is switched on."""

    def __init__(self) -> None:
        self.rows = 0

    def __enter__(self) -> RowCounter:
        from django.db.backends.utils import CursorWrapper

        self._original = CursorWrapper.__getattr__
        counter, original = self, self._original

        def counted(cursor: Any, name: str) -> Any:
            found = original(cursor, name)
            if name not in {"fetchone", "fetchmany", "fetchall"}:
                return found

            def fetch(*args: Any, **kwargs: Any) -> Any:
                got = found(*args, **kwargs)
                counter.rows += (got is not None) if name == "fetchone" else len(got)
                return got

            return fetch

        CursorWrapper.__getattr__ = counted  # type: ignore[method-assign]
        return self

    def __exit__(self, *exc: object) -> None:
        from django.db.backends.utils import CursorWrapper

        CursorWrapper.__getattr__ = self._original  # type: ignore[method-assign]


def measured(ask: Callable[[], bytes]) -> dict[str, float]:
    """Median milliseconds of ROUNDS calls, and for one call: queries, rows, bytes (plain and gzip), peak KiB."""
    from django.db import connection

    queries = StatementCounter()
    for _ in range(3):
        body = ask()
    took = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begin) * 1000)
    with connection.execute_wrapper(queries), RowCounter() as rows:
        ask()
    tracemalloc.start()
    ask()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "ms": statistics.median(took),
        "queries": queries.count,
        "rows": rows.rows,
        "bytes": len(body),
        "gzip": len(gzip.compress(body, 9)),
        "peak_kib": peak / 1024,
    }


def floors(office_unit: int, case_number: str) -> dict[str, Callable[[], bytes]]:
    """Bare views: the rows that a page shows, fetched by hand in as few statements as can be, and joined into plain text."""
    from django.db import connection
    from django.http import HttpRequest, HttpResponse
    from django.test import RequestFactory

    inbox_sql = (
        "SELECT c.number, c.title, c.state, s.due, p.title, l.received_at FROM cases_casescope s "
        "JOIN cases_case c ON c.id = s.case_id JOIN posts_post p ON p.id = c.holder_id "
        "LEFT JOIN cases_leg l ON l.case_id = c.id AND l.role = 'lead' AND l.left_at IS NULL "
        "WHERE s.unit_id = %s ORDER BY s.due, s.case_id LIMIT 50"
    )
    case_sql = (
        "SELECT c.id, c.number, c.title, c.state, c.due, p.title, g.name, j.name, k.name FROM cases_case c "
        "JOIN posts_post p ON p.id = c.holder_id LEFT JOIN resources_segment g ON g.id = c.segment_id "
        "JOIN territory_jurisdiction j ON j.id = c.jurisdiction_id JOIN cases_problemkind k ON k.id = c.kind_id WHERE c.number = %s"
    )
    legs_sql = (
        "SELECT l.how, l.level, l.received_at, l.left_at, p.title FROM cases_leg l "
        "JOIN posts_post p ON p.id = l.post_id WHERE l.case_id = %s"
    )
    events_sql = "SELECT act, occurred_at, recorded_at, post_title FROM ledger_event WHERE stream = %s ORDER BY seq"

    def text(rows: list[Any]) -> str:
        return "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)

    def inbox(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(inbox_sql, [office_unit])
            return HttpResponse(f"<table>{text(cursor.fetchall())}</table>")

    def case(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(case_sql, [case_number])
            head = cursor.fetchone()
            cursor.execute(legs_sql, [head[0]])
            legs = cursor.fetchall()
            cursor.execute(events_sql, [f"cases.case:{head[0]}"])
            return HttpResponse(f"<table>{text([head])}{text(legs)}{text(cursor.fetchall())}</table>")

    request = RequestFactory().get("/")
    return {"inbox": lambda: inbox(request).content, "case": lambda: case(request).content}


def bare(sql: str, values: list[Any]) -> Callable[[], bytes]:
    """A floor of one statement: the rows of a page of the register, joined into plain text."""
    from django.db import connection
    from django.http import HttpResponse

    def ask() -> bytes:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows = "".join(f"<tr><td>{'</td><td>'.join(map(str, row))}</td></tr>" for row in cursor.fetchall())
            return HttpResponse(f"<table>{rows}</table>").content

    return ask


def register_pages() -> dict[str, tuple[str, str, list[Any]]]:
    """The pages of the register: name -> address, and the statement with its values that fetches by hand what the page lists."""
    from django.urls import reverse

    from chiefs.posts.models import Unit
    from chiefs.resources.models import Resource
    from chiefs.territory.models import Jurisdiction, Level

    county = Jurisdiction.objects.filter(level=Level.COUNTY).order_by("code")[0]
    unit = Unit.objects.get(jurisdiction=county, kind=Unit.Kind.GOVERNMENT)
    river = Resource.objects.order_by("pk")[0]
    held = "JOIN posts_tenure t ON t.post_id = p.id AND t.until IS NULL JOIN posts_person n ON n.id = t.person_id "
    units_sql = (
        "SELECT u.code, u.name, u.kind, j.name FROM posts_unit u JOIN territory_jurisdiction j ON j.id = u.jurisdiction_id "
        "WHERE j.path >= %s AND j.path < %s ORDER BY j.path, u.kind, u.code LIMIT 50"
    )
    unit_sql = (
        f"SELECT s.code, s.name, j.name, p.title, n.name FROM posts_charge c JOIN posts_post p ON p.id = c.post_id {held}"
        "JOIN resources_segment s ON s.id = c.segment_id JOIN territory_jurisdiction j ON j.id = s.jurisdiction_id "
        "WHERE p.unit_id = %s AND c.until IS NULL ORDER BY s.path, s.code LIMIT 50"
    )
    roster_sql = (
        f"SELECT p.title, n.name, j.name, u.phone FROM posts_post p {held}JOIN posts_unit u ON u.id = p.unit_id "
        "JOIN territory_jurisdiction j ON j.id = u.jurisdiction_id WHERE j.id = %s OR j.parent_id = %s ORDER BY j.path LIMIT 50"
    )
    water_sql = (
        f"SELECT s.code, s.name, p.title, n.name FROM resources_segment s JOIN posts_charge c ON c.segment_id = s.id AND c.until IS NULL "
        f"JOIN posts_post p ON p.id = c.post_id {held}WHERE s.resource_id = %s"
    )
    search_sql = (
        "SELECT r.name, r.kind FROM resources_resource r JOIN resources_spelling l ON l.resource_id = r.id WHERE l.folded = %s LIMIT 20"
    )
    posts_sql = (
        f"SELECT p.code, p.title, n.name, u.name, j.name FROM posts_post p {held}JOIN posts_unit u ON u.id = p.unit_id "
        "JOIN territory_jurisdiction j ON j.id = u.jurisdiction_id WHERE j.path >= %s AND j.path < %s ORDER BY j.path, p.code LIMIT 50"
    )
    segments_sql = (
        "SELECT s.code, s.name, r.name, j.name FROM resources_segment s JOIN resources_resource r ON r.id = s.resource_id "
        "JOIN territory_jurisdiction j ON j.id = s.jurisdiction_id WHERE s.path >= %s AND s.path < %s ORDER BY s.path, s.code LIMIT 50"
    )
    lacking_sql = (
        "SELECT s.jurisdiction_id, COUNT(*) FROM resources_segment s WHERE s.path >= %s AND s.path < %s AND NOT EXISTS "
        "(SELECT 1 FROM posts_charge c WHERE c.segment_id = s.id AND c.until IS NULL) GROUP BY s.jurisdiction_id"
    )
    place = f"?place={county.code}"
    return {
        "units of a county": (reverse("registry:units") + place, units_sql, [county.path, f"{county.path}:"]),
        "unit": (reverse("registry:unit", args=[unit.code]), unit_sql, [unit.pk]),
        "roster of a county": (reverse("public:roster") + place, roster_sql, [county.pk, county.pk]),
        "a river and its chiefs": (reverse("public:resource", args=[river.ref]), water_sql, [river.pk]),
        "posts of a county": (reverse("registry:posts") + place, posts_sql, [county.path, f"{county.path}:"]),
        "segments of a county": (reverse("registry:segments") + place, segments_sql, [county.path, f"{county.path}:"]),
        f"{REPORT}health of a county": (reverse("registry:health") + place, lacking_sql, [county.path, f"{county.path}:"]),
        "search": (reverse("registry:home") + f"?q={river.name}", search_sql, [river.name]),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=int, required=True)
    scale = parser.parse_args().scale
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from bench.world import build
    from chiefs.posts.models import Account, Post

    settings.STATIC_ROOT = str(settings.DATA_DIR / "static")  # pages name their files by hash, as in production
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    begin = time.perf_counter()
    watched = build(scale)
    result: dict[str, Any] = {"scale": scale, "built_s": time.perf_counter() - begin, "pages": {}}

    def page(login: str, url: str) -> Callable[[], bytes]:
        client = Client()
        client.force_login(Account.objects.get(login=login), backend="chiefs.posts.backends.AccountBackend")

        def ask() -> bytes:
            response = client.get(url, secure=False)
            if response.status_code != 200:
                raise RuntimeError(f"{url} answered {response.status_code}")
            return b"".join(response) if response.streaming else response.content

        return ask

    for name, login in (("county", watched.county_login), ("prefecture", watched.prefecture_login)):
        unit = Post.objects.get(code=f"desk-{login}").unit_id
        floor = floors(unit, watched.case_number)
        for kind, url in (("inbox", reverse("desk:home") + "?tab=all"), ("case", reverse("desk:case", args=[watched.case_number]))):
            own, base = measured(page(login, url)), measured(floor[kind])
            result["pages"][f"{kind}, {name} office"] = {**own, "floor_ms": base["ms"], "floor_queries": base["queries"]}
    for name, (url, base_sql, values) in register_pages().items():
        own, base = measured(page(watched.county_login, url)), measured(bare(base_sql, values))
        result["pages"][f"{name}, county office"] = {**own, "floor_ms": base["ms"], "floor_queries": base["queries"]}
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
