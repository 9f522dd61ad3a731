"""Lists as the real actions open and publish them."""

from __future__ import annotations

from datetime import date
from typing import Any

from accountability.kit import days
from accountability.ledger.acting import Acting
from chiefs.duties.actions import lists
from chiefs.duties.models import DutyList, ListVersion
from chiefs.posts import reports
from chiefs.posts.functions import SYSTEM_IMPORTER

MEETING = {"text": "每季度研究一次生态环境保护工作", "what": "meeting", "every": "quarter", "evidence": "会议记录"}


def clerk() -> Acting:
    """Who may keep every list: the system itself."""
    return reports.system(SYSTEM_IMPORTER)


def add(version: ListVersion, by: Acting, **said: Any) -> None:
    given = {"text": "巡查责任河段", "basis": "试验依据"}
    lists.add_item(version, by=by, expect=version.version, **{**given, **said})


def publish(version: ListVersion, since: date, by: Acting) -> None:
    lists.publish(version, since=since, document="试验〔2026〕1号", by=by, expect=version.version)


def published(*items: dict[str, Any], since: date | None = None, by: Acting | None = None, **about: Any) -> DutyList:
    """A list in force, with a line for each of the items."""
    by = by or clerk()
    made = lists.open_list(**{"kind": "responsibility", "title": "试验责任清单", **about}, by=by)
    version = made.versions.get()
    for said in items or ({},):
        add(version, by, **said)
    publish(version, since or days.today(), by)
    return made


def followed(duty_list: DutyList, *items: dict[str, Any], since: date, by: Acting | None = None) -> ListVersion:
    """The next version: what is in force, carried on, with further lines."""
    by = by or clerk()
    version = lists.draft(duty_list, by=by)
    for said in items:
        add(version, by, **said)
    publish(version, since, by)
    return version
