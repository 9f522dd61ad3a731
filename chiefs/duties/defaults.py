"""Patrol obligations and responsibility items that ship with the product: editable, dated, each with its source."""

from __future__ import annotations

from datetime import date
from typing import Any

from chiefs.posts.models import PostKind

from .models import PatrolObligation, ResponsibilityItem

SINCE = date(2018, 1, 1)
BASIS = "参照各地河长制规定的通行频次（州半年、县季、乡月、村周），待州总河长确定"
EVERY = {"prefecture": "half_year", "county": "quarter", "township": "month", "village": "week"}
WORDS_BASIS = "参照浙江省河长制规定（2017）第八、十一条，汕头市河长制条例（2023）第十九、二十条；藏文为草稿"

#: level: (Chinese, Tibetan draft)
ITEMS: dict[str, list[tuple[str, str]]] = {
    "village": [
        ("每周至少巡查责任河段一次，查看垃圾、排污、侵占、采砂和公示牌", "བདུན་རེར་ཉུང་མཐར་ཐེངས་རེར་འགན་འཁྲིའི་ཆུ་ལམ་ལ་ལྟ་སྐོར་བྱེད་པ།"),
        ("能当场处理的当场处理，并做好记录", "ཐག་གཅོད་ཐུབ་པ་རྣམས་ས་ཐོག་ཏུ་ཐག་གཅོད་བྱས་ནས་ཐོ་འགོད་པ།"),
        ("不能处理的问题，一个工作日内报告乡级河长", "ཐག་གཅོད་མི་ཐུབ་པའི་གནད་དོན་ཉིན་གཅིག་ནང་ཤང་རིམ་ལ་སྙན་ཞུ་བྱེད་པ།"),
    ],
    "township": [
        ("每月至少巡查责任河段一次，督促村级河长履职", "ཟླ་རེར་ཐེངས་རེར་ལྟ་སྐོར་བྱས་ནས་གྲོང་ཚོའི་འགན་འཛིན་ལ་སྐུལ་མ་བྱེད་པ།"),
        ("协调处理村级上报的问题，处理不了的及时上报", "གྲོང་ཚོས་ཞུས་པའི་གནད་དོན་ཐག་གཅོད་བྱེད་པ།"),
    ],
    "county": [
        ("每季度至少巡查一次，组织部门整治突出问题", "དུས་ཚིགས་རེར་ཐེངས་རེར་ལྟ་སྐོར་བྱས་ནས་གནད་དོན་གཙོ་བོ་འཛུགས་སྐྲུན་བྱེད་པ།"),
        ("对部门和下级河长履职情况进行督导和考核", "སྡེ་ཚན་དང་རིམ་པ་འོག་མའི་འགན་འཛིན་ལ་ལྟ་སྐུལ་བྱེད་པ།"),
    ],
    "prefecture": [
        ("每半年至少巡查一次，协调解决跨县（市）的重大问题", "ལོ་ཕྱེད་རེར་ཐེངས་རེར་ལྟ་སྐོར་བྱས་ནས་རྫོང་བརྒལ་བའི་གནད་དོན་ཐག་གཅོད་བྱེད་པ།"),
    ],
}


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated."""
    for level, every in EVERY.items():
        if not PatrolObligation.objects.filter(level=level, scheme=None, jurisdiction=None).exists():
            PatrolObligation.objects.create(level=level, every=every, times=1, basis=BASIS, since=SINCE)


def items_for(kind: PostKind) -> None:
    """The default responsibility items of a kind of chief's post; called for kinds that a prefecture sets up."""
    if kind.responsibilities.exists():
        return
    ResponsibilityItem.objects.bulk_create(
        ResponsibilityItem(post_kind=kind, order=order, text=text, text_bo=text_bo, basis=WORDS_BASIS, since=SINCE)
        for order, (text, text_bo) in enumerate(ITEMS.get(kind.level, []))
    )
