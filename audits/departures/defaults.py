"""The score sheet that ships with the product: the frame of 100 points and the grade limits are national, the rest is to be set."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from .models import Block, Grade, GradeLimit, Item, ScoreSheet

SINCE = date(2018, 1, 1)
BASIS = "领导干部自然资源资产离任审计规定（试行）第十八条；评分分值为待州审计局确定的默认值"
LIMITS = [(Grade.GOOD, "90"), (Grade.FAIRLY_GOOD, "80"), (Grade.ORDINARY, "70"), (Grade.RATHER_POOR, "60"), (Grade.POOR, "0")]
#: block: code, title, maximum; its items: code, title, points, evidence, method, params
SHEET: list[tuple[str, str, str, list[tuple[str, str, str, str, str, dict[str, str]]]]] = [
    (
        "supervision",
        "决策和监督职责履行",
        "25",
        [
            ("patrols_owed", "按规定频次巡查", "15", "obligations", "share_done", {"name": "patrols_owed"}),
            ("patrols_valid", "巡查达到有效标准", "10", "patrols", "share_true", {"name": "patrols_valid", "fact": "valid"}),
        ],
    ),
    (
        "problems",
        "突出问题解决",
        "35",
        [
            ("cases_in_time", "问题在法定期限内办结", "20", "cases", "share_false", {"name": "cases_in_time", "fact": "late"}),
            ("cases_first_time", "一次核查通过", "15", "cases", "share_false", {"name": "cases_first_time", "fact": "returned"}),
        ],
    ),
    (
        "complaints",
        "群众反映办理",
        "20",
        [
            ("complaints_in_time", "投诉按期答复", "10", "complaints", "share_false", {"name": "complaints_in_time", "fact": "late"}),
            ("complaints_satisfied", "群众满意", "10", "complaints", "share_true", {"name": "complaints_satisfied", "fact": "satisfied"}),
        ],
    ),
    (
        "targets",
        "约束性指标完成",
        "20",
        [("binding_met", "约束性指标达到目标", "20", "indicators", "share_true", {"name": "binding_met", "fact": "met"})],
    ),
]


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated."""
    if ScoreSheet.objects.exists():
        return
    sheet = ScoreSheet.objects.create(name="离任审计评分表（默认）", since=SINCE, basis=BASIS, least_assessed=Decimal("40"))
    for place, (code, title, most, items) in enumerate(SHEET):
        block = Block.objects.create(sheet=sheet, code=code, title=title, most=Decimal(most), order=place)
        for order, (item, name, points, evidence, method, params) in enumerate(items):
            Item.objects.create(
                block=block, code=item, title=name, most=Decimal(points), evidence=evidence, method=method, params=params, order=order
            )
    GradeLimit.objects.bulk_create(GradeLimit(sheet=sheet, grade=grade, from_score=Decimal(score)) for grade, score in LIMITS)
