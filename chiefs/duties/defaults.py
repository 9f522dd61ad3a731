"""Patrol obligations, powers and responsibility lists that ship with the product: editable, dated, each with its source."""

from __future__ import annotations

from datetime import date
from typing import Any

from chiefs.posts import reports as posts
from chiefs.posts.functions import SYSTEM_IMPORTER, Function
from chiefs.posts.models import PostKind
from chiefs.territory.models import Jurisdiction, Level

from .models import DutyList, PatrolObligation, Power

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


POWERS_NOTE = "；分级分工待州人民政府印发目录确认"
#: code of the matter, its name, class, leading department, legal basis; the same at prefecture and county, none confirmed
POWERS: list[tuple[str, str, str, str, str]] = [
    ("rubbish", "固体废物、生活垃圾倾倒堆放", "城乡环境", "住房和城乡建设部门", "固体废物污染环境防治法（2020修订）第九条、第四十八条"),
    ("sewage", "违法排放污水", "水污染防治", "生态环境部门", "水污染防治法（2017修正）第九条、第八十三条"),
    ("sand", "非法采砂取土", "河湖管理", "水利部门", "水法（2016修正）第三十九条，河道管理条例第二十五条"),
    ("building", "河湖管理范围内违法建设", "河湖管理", "水利部门", "水法（2016修正）第三十七条、第六十五条"),
    ("occupation", "侵占河湖岸线", "河湖管理", "水利部门", "水法（2016修正）第三十七条，河道管理条例第二十四条"),
    ("fish", "渔业污染、非法捕捞", "渔业", "农牧部门", "渔业法（2013修正）第六条、第三十条"),
    ("vegetation", "毁林毁草", "林草资源", "林业和草原部门", "森林法（2019修订）第九条，草原法（2021修正）第八条"),
]


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated."""
    for level, every in EVERY.items():
        if not PatrolObligation.objects.filter(level=level, scheme=None, jurisdiction=None).exists():
            PatrolObligation.objects.create(level=level, every=every, times=1, basis=BASIS, since=SINCE)
    for matter, name, category, department, basis in POWERS:
        for level in (Level.PREFECTURE, Level.COUNTY):
            if not Power.objects.filter(matter=matter, level=level, jurisdiction=None).exists():
                Power.objects.create(
                    matter=matter,
                    name=name,
                    category=category,
                    level=level,
                    lead_department=department,
                    basis=basis + POWERS_NOTE,
                    since=SINCE,
                )


def items_for(kind: PostKind) -> None:
    """The default responsibility list of a kind of chief's post, published; called for kinds that a prefecture sets up."""
    from .actions import lists  # its gate needs the registry, which is filled after this module is read

    lines = ITEMS.get(kind.level, [])
    if not lines or not kind.may(Function.CHIEF) or DutyList.objects.filter(post_kind=kind, kind=DutyList.Kind.RESPONSIBILITY).exists():
        return
    by = posts.system(SYSTEM_IMPORTER)
    place = Jurisdiction.objects.filter(level=Level.PREFECTURE, until=None).order_by("pk")[0]
    made = lists.open_list(kind=DutyList.Kind.RESPONSIBILITY, title=f"{kind.name}责任清单", post_kind=kind, jurisdiction=place, by=by)
    version = made.versions.get()
    for text, text_bo in lines:
        lists.add_item(version, by=by, expect=version.version, text=text, text_bo=text_bo, basis=WORDS_BASIS, level=kind.level)
    lists.publish(version, since=SINCE, document=WORDS_BASIS, by=by, expect=version.version)
