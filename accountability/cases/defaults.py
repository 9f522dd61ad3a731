"""The kinds of problem and the severity limits that ship with the product."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from .models import ProblemKind, SeverityLimit

SINCE = date(2018, 1, 1)
BASIS = "河湖管理监督检查办法（试行）问题严重程度分类表（限值待核对原文）"
OWN = "待州河长办确认的默认值"

#: code, name, Tibetan draft, four-disorders class, unit of the quantity, icon
KINDS: list[tuple[str, str, str, str, str, str]] = [
    ("rubbish", "垃圾堆放", "གད་སྙིགས་སྤུངས་པ།", "dumping", "m3", "rubbish"),
    ("sewage", "排放污水", "བཙོག་ཆུ་གཏོང་བ།", "", "", "sewage"),
    ("sand", "非法采砂取土", "བྱེ་མ་ཁྲིམས་འགལ་གྱིས་སྔོག་པ།", "mining", "m3", "sand"),
    ("building", "违法建筑", "ཁྲིམས་འགལ་ཨར་ལས།", "building", "m2", "building"),
    ("occupation", "侵占河湖岸线", "ཆུ་འགྲམ་བདག་བཟུང་།", "occupation", "m2", "occupation"),
    ("fish", "死鱼", "ཉ་ཤི་བ།", "", "pieces", "fish"),
    ("vegetation", "毁林毁草", "ནགས་རྩྭ་གཏོར་བཤིག", "", "m2", "vegetation"),
    ("signboard", "公示牌损坏", "བརྡ་པང་སྐྱོན་ཤོར་བ།", "", "pieces", "signboard"),
    ("other", "其他问题", "གཞན་དག", "", "", "other"),
]
#: code, rather serious from, major from, legal basis; none is confirmed against the full text yet
LIMITS: list[tuple[str, str | None, str | None, str]] = [
    ("occupation", "1000", "5000", BASIS),
    ("building", "1000", "5000", OWN),
    ("vegetation", "1000", "5000", OWN),
    ("sand", "500", None, BASIS),
    ("rubbish", "100", "500", OWN),
]


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated."""
    for order, (code, name, name_bo, disorder, unit, icon) in enumerate(KINDS):
        ProblemKind.objects.get_or_create(
            code=code,
            defaults={"name": name, "name_bo": name_bo, "disorder": disorder, "quantity_unit": unit, "icon": icon, "order": order},
        )
    for code, serious, major, basis in LIMITS:
        kind = ProblemKind.objects.get(code=code)
        if not kind.limits.exists():
            SeverityLimit.objects.create(
                kind=kind,
                serious_from=Decimal(serious) if serious else None,
                major_from=Decimal(major) if major else None,
                since=SINCE,
                basis=basis,
            )
