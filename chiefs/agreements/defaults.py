"""Rules that ship with the product: editable, dated, each with its source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from .models import ExpiryRule, SettlementRule

SINCE = date(2018, 1, 1)
GRADES_BASIS = "参照《生态文明建设目标评价考核办法》（2016）四个等次；分数线为通行做法（90、80、60），待州委办公室目标科确定"
EXPIRY_BASIS = "《浙江省河长制规定》（2017）第八条（村级河长履职协议）；提前三十日提醒为本系统默认值，待州河长办确定"


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated."""
    if not SettlementRule.objects.exists():
        limits = {"excellent_from": Decimal(90), "good_from": Decimal(80), "qualified_from": Decimal(60)}
        SettlementRule.objects.create(**limits, partly=Decimal("0.5"), basis=GRADES_BASIS, since=SINCE)
    if not ExpiryRule.objects.exists():
        ExpiryRule.objects.create(days_ahead=30, basis=EXPIRY_BASIS, since=SINCE)
