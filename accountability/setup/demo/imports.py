"""What the demonstration's chief office brings in from files: one that is taken over, one that waits with errors to be corrected."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accountability.exchange import actions, importing
from chiefs.posts.functions import Function

from .stage import Stage

OFFICE = f"county-office-{Function.CHIEF_OFFICE.value}"
COUNTY = "513301000000"
UNITS = [
    {
        "code": "demo-river-station",
        "name": "康定市河湖管护站（演示）",
        "kind": "部门",
        "place": COUNTY,
        "phone": "0836-0000001",
        "superior": "county-gov",
        "since": "2025-01-01",
    }
]
CHIEFS = [
    {"name": "旺姆（演示）", "phone": "0836-0009001", "post": "no-such-post", "since": "2026-01-01", "basis": "演示文件"},
    {"name": "朗杰（演示）", "phone": "电话不详", "post": "county-river", "since": "2026年13月1日", "basis": "演示文件"},
]


def plan(stage: Stage) -> None:
    """Two files in the last weeks of the story."""
    stage.at(stage.end - timedelta(days=9, hours=14), lambda: _take(stage))
    stage.at(stage.end - timedelta(days=2, hours=15), lambda: _try(stage))


def _file(kind: str, name: str, rows: list[dict[str, str]]) -> SimpleUploadedFile:
    work = importing.importer(kind)
    if work is None:
        raise LookupError(kind)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.heading for column in work.sheet.columns])
    writer.writerows([row.get(column.code, "") for column in work.sheet.columns] for row in rows)
    return SimpleUploadedFile(name, out.getvalue().encode())


def _by(stage: Stage) -> Any:
    return stage.by(stage.world.posts[OFFICE])


def _take(stage: Stage) -> None:
    delivery = actions.hand_in("units", _file("units", "单位登记表（演示）.csv", UNITS), by=_by(stage))
    actions.take_over(delivery, partial=False, by=_by(stage), expect=delivery.version)
    stage.counts["imports"] += 1


def _try(stage: Stage) -> None:
    actions.hand_in("chiefs", _file("chiefs", "河湖长登记表（演示）.csv", CHIEFS), by=_by(stage))
    stage.counts["imports"] += 1
