"""The rules for a valid patrol that ship with the product; no national one was found, so each is editable and unconfirmed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from .models import PatrolValidity

SINCE = date(2018, 1, 1)
#: level, least metres, least minutes, legal basis
RULES: list[tuple[str, int, int, str]] = [
    ("village", 300, 5, "参照安徽泗县丁湖镇巡河规定（不少于5分钟、300米），待州河长办确认"),
    ("township", 1000, 10, "参照广州市穗河长办〔2021〕49号（不少于10分钟、1公里），待州河长办确认"),
    ("county", 1000, 10, "参照广州市穗河长办〔2021〕49号（不少于10分钟、1公里），待州河长办确认"),
    ("prefecture", 1000, 10, "参照广州市穗河长办〔2021〕49号（不少于10分钟、1公里），待州河长办确认"),
]
FASTEST_KMH = Decimal("12.0")


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated."""
    for level, metres, minutes, basis in RULES:
        if not PatrolValidity.objects.filter(level=level, scheme=None, jurisdiction=None).exists():
            PatrolValidity.objects.create(
                level=level, least_metres=metres, least_minutes=minutes, most_kmh=FASTEST_KMH, basis=basis, since=SINCE
            )
