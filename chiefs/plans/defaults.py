"""For how long a plan holds, by the guide of 2017; Ganzi's own run of 2021 to 2025 shows that it is data."""

from __future__ import annotations

from datetime import date
from typing import Any

from .models import PlanTerm

SINCE = date(2018, 1, 1)
BASIS = "“一河（湖）一策”方案编制指南（试行）（2017-09）：最高层级河长为省级、市级的三年，县级、乡级的两年（待核对原文）"
OWN = "待州河长办确认的默认值"
YEARS = (("prefecture", 3, BASIS), ("county", 2, BASIS), ("township", 2, BASIS), ("village", 2, OWN))


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated: an administrator's row stays."""
    for level, years, basis in YEARS:
        if not PlanTerm.objects.filter(level=level).exists():
            PlanTerm.objects.create(level=level, years=years, basis=basis, since=SINCE)
