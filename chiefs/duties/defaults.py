"""Patrol obligations, powers and responsibility lists that ship with the product: editable, dated, each with its source."""

from __future__ import annotations

from datetime import date
from typing import Any

from accountability.kit import days
from chiefs.posts import reports as posts
from chiefs.posts.functions import SYSTEM_IMPORTER
from chiefs.posts.models import PostKind
from chiefs.territory.models import Jurisdiction, Level

from .defaults_lists import DOCUMENT, lines_for
from .models import DutyList, PatrolObligation, Power

SINCE = date(2018, 1, 1)
BASIS = "参照各地河长制规定的通行频次（州半年、县季、乡月、村周），待州总河长确定"
EVERY = {"prefecture": "half_year", "county": "quarter", "township": "month", "village": "week"}


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
    """The responsibility list that ships for a kind of post, published while the kind has none anywhere: what an office wrote, or what
    was published before, is never added to. Called for kinds that a prefecture sets up."""
    from . import reports
    from .actions import lists  # its gate needs the registry, which is filled after this module is read

    if DutyList.objects.filter(post_kind=kind, kind=DutyList.Kind.RESPONSIBILITY).exists():
        return
    place = Jurisdiction.objects.filter(level=Level.PREFECTURE, until=None).order_by("pk")[0]
    lines = lines_for(kind, reports.rhythm(kind, place, days.today()))
    if not lines:
        return
    by = posts.system(SYSTEM_IMPORTER)
    made = lists.open_list(kind=DutyList.Kind.RESPONSIBILITY, title=f"{kind.name}责任清单", post_kind=kind, jurisdiction=place, by=by)
    version = made.versions.get()
    for said in lines:
        lists.add_item(version, by=by, expect=version.version, level=kind.level, **said._asdict())
    lists.publish(version, since=SINCE, document=DOCUMENT, by=by, expect=version.version)
