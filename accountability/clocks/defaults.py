"""The terms that ship with the product, each with its source, and the working calendar up to the last year announced."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import chinese_calendar

from .models import CalendarDay, Term

FIRST_YEAR, LAST_YEAR = 2018, 2026  # chinesecalendar knows no later one; an administrator enters it when the State Council has spoken
SINCE = date(2018, 1, 1)
SOURCE = "国务院办公厅关于节假日安排的通知（经 chinesecalendar 整理）"
PETITION = "信访工作条例（2022）第{}条"
OWN = "待州河长办确认的默认值"
AUDIT = "审计法实施条例（2010）第{}条，期间按工作日计（第五十六条）"
D, W = Term.DayKind.DAYS, Term.DayKind.WORKING_DAYS

#: code, channel, length, kind of days, starts with, longest extension, legal basis, confirmed
TERMS: list[tuple[str, str, int, str, str, int, str, bool]] = [
    ("complaint.register", "", 15, D, "receipt", 0, PETITION.format("二十二"), True),
    ("complaint.accept", "", 15, D, "receipt", 0, PETITION.format("二十三"), True),
    ("complaint.wrong_assignment", "", 5, W, "assignment", 0, PETITION.format("二十三"), True),
    ("complaint.close", "", 60, D, "acceptance", 30, PETITION.format("三十四"), True),
    ("complaint.close", "12345", 15, W, "acceptance", 15, "四川省12345政务服务便民热线办理时限（2026，待核对原文）", False),
    ("complaint.review", "", 30, D, "written answer", 0, PETITION.format("三十五"), True),
    ("complaint.second_review", "", 30, D, "answer to the review", 0, PETITION.format("三十六"), True),
    ("case.solve", "", 30, D, "opening", 30, OWN, False),
    ("case.report_up", "", 1, W, "finding", 0, "参照广州市2021年河长制巡查规定（村级一个工作日内上报），" + OWN, False),
    ("case.verify", "", 10, W, "report of completion", 0, OWN, False),
    ("inspection.visit", "", 5, W, "request", 0, OWN, False),
    ("signboard.update", "", 15, D, "change of chief", 0, "参照河北省河长公示牌管理规定（变更后15日内），" + OWN, False),
    ("audit.notice", "", 3, W, "service", 0, AUDIT.format("三十五"), True),
    ("audit.comment", "", 10, W, "service of the draft report", 0, AUDIT.format("四十"), True),
    ("audit.rectification", "", 90, D, "service of the report", 0, "审计整改报告通行期限，" + OWN, False),
]


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated: an administrator's row stays."""
    for code, channel, length, day_kind, starts, most_extension, basis, confirmed in TERMS:
        if not Term.objects.filter(code=code, channel=channel).exists():
            Term.objects.create(
                code=code,
                channel=channel,
                length=length,
                day_kind=day_kind,
                starts=starts,
                most_extension=most_extension,
                basis=basis,
                confirmed=confirmed,
                since=SINCE,
            )
    present = set(CalendarDay.objects.dates("day", "year"))
    missing = [year for year in range(FIRST_YEAR, LAST_YEAR + 1) if date(year, 1, 1) not in present]
    CalendarDay.objects.bulk_create((row for year in missing for row in _exceptions(year)), ignore_conflicts=True)


def _exceptions(year: int) -> list[CalendarDay]:
    """The days of a year that are not what their weekday says."""
    rows = []
    day = date(year, 1, 1)
    while day.year == year:
        working = chinese_calendar.is_workday(day)
        if working != (day.weekday() < 5):
            _, name = chinese_calendar.get_holiday_detail(day)
            rows.append(CalendarDay(day=day, working=working, name=name or "调休上班", source=SOURCE))
        day += timedelta(days=1)
    return rows
