"""The responsibility lists that ship with the product, by scheme or role and by level. All Tibetan is a draft, nothing is confirmed.

Each line names its source; how often somebody patrols is not written here but taken from the rule table ("{often}")."""

from __future__ import annotations

from typing import NamedTuple

from chiefs.posts.functions import GENERAL as GENERAL_ROLES
from chiefs.posts.functions import Role
from chiefs.posts.models import PostKind

from .choices import Every, What
from .models import PatrolObligation

DOCUMENT = "系统附带的参考清单，依据见各条，未经本州发文确认"
TO_CONFIRM = "；频次见巡查频次规则表，待州总河长确定"
RIVER = "参照浙江省河长制规定（2017）第八、十一条，汕头市河长制条例（2023）第十九、二十条"
LAKE = "关于在湖泊实施湖长制的指导意见（2017-12）；" + RIVER
MOUNTAIN = "州生态文明建设规划第八章：探索山长制（国家尚无统一规定）；参照福建安溪山长制做法"
FOREST = "关于全面推行林长制的意见（2020-12）；森林法（2019修订）第四条"
GENERAL = "关于全面推行河长制的意见（厅字〔2016〕42号）；州生态文明建设规划第八章：党政同责"
PLAN = "甘孜州生态文明建设规划（2018—2030年）八-五-（一）-2"
REPORTS = "参照汕头市河长制条例（2023）第二十七、二十八条；待州总河长确定"
STAFF = "州生态文明建设规划第八章：一长两员"
RANGER = "森林法（2019修订）第三十三条；生态护林员管理办法（2021）"

OFTEN = {
    Every.WEEK: ("每周", "བདུན་རེར་"),
    Every.TENDAYS: ("每旬", "ཞག་བཅུ་རེར་"),
    Every.MONTH: ("每月", "ཟླ་རེར་"),
    Every.QUARTER: ("每季度", "དུས་ཚིགས་རེར་"),
    Every.HALF_YEAR: ("每半年", "ལོ་ཕྱེད་རེར་"),
    Every.YEAR: ("每年", "ལོ་རེར་"),
}
WITHOUT_RULE = ("按规定频次巡查", "གཏན་འབེབས་ལྟར་སྐོར་ཞིབ་བྱེད་པ།")


class Said(NamedTuple):
    text: str
    text_bo: str
    basis: str
    what: str = ""
    every: str = ""
    evidence: str = ""


def walk(text: str, text_bo: str, basis: str) -> Said:
    """A line about patrols; its rhythm comes from the rule table when the list is made."""
    return Said(text, text_bo, basis + TO_CONFIRM, What.PATROL, evidence="巡查轨迹和现场照片")


MEETING = Said(
    "每季度至少研究一次生态环境保护工作",
    "དུས་ཚིགས་རེར་ཉུང་མཐར་ཐེངས་རེར་སྐྱེ་ཁམས་ཁོར་ཡུག་སྲུང་སྐྱོབ་ཀྱི་ལས་ཀར་ཞིབ་འཇུག་བྱེད་པ།",
    PLAN,
    What.MEETING,
    Every.QUARTER,
    "会议纪要",
)
REPORT = Said(
    "每年向州总河长书面报告履职情况",
    "ལོ་རེར་ཁུལ་གྱི་སྤྱི་ཁྱབ་འགན་འཛིན་ལ་འགན་སྒྲུབ་གནས་ཚུལ་ཡིག་ཐོག་ཏུ་སྙན་ཞུ་བྱེད་པ།",
    REPORTS,
    What.REPORT,
    Every.YEAR,
    "年度履职报告",
)
ON_THE_SPOT = ("能当场处理的当场处理，并做好记录", "ཐག་གཅོད་ཐུབ་པ་རྣམས་ས་ཐོག་ཏུ་ཐག་གཅོད་བྱས་ནས་ཐོ་འགོད་པ།")
FROM_BELOW = ("协调处理村级上报的问题，处理不了的及时上报", "གྲོང་ཚོས་ཞུས་པའི་གནད་དོན་ཐག་གཅོད་བྱེད་པ། ཐག་གཅོད་མི་ཐུབ་ཚེ་དུས་ལྟར་གོང་རིམ་ལ་ཞུ་བ།")


def _of_scheme(
    chief: tuple[str, str], about: tuple[str, str], seen: tuple[str, str], worst: tuple[str, str], basis: str
) -> dict[str, list[Said]]:
    """Who is one level of a scheme: the chief's title, what they answer for, what a village chief looks at, what a county puts right.

    Few lines above the village: a notice board shows those of all levels, the highest first.
    """
    title, title_bo = chief
    thing, thing_bo = about
    return {
        "village": [
            walk(f"对{thing}{{often}}，查看{seen[0]}", f"{thing_bo}ལ་{{often}} {seen[1]}ལ་ལྟ་བ།", basis),
            Said(*ON_THE_SPOT, basis),
            Said(
                f"不能处理的问题，一个工作日内报告乡级{title}",
                f"ཐག་གཅོད་མི་ཐུབ་པའི་གནད་དོན་ལས་ཉིན་གཅིག་ནང་ཤང་རིམ་གྱི་{title_bo}ལ་སྙན་ཞུ་བྱེད་པ།",
                basis,
            ),
        ],
        "township": [
            walk(f"对{thing}{{often}}，督促村级{title}履职", f"{thing_bo}ལ་{{often}} གྲོང་ཚོའི་{title_bo}ལ་སྐུལ་མ་བྱེད་པ།", basis),
            Said(*FROM_BELOW, basis),
        ],
        "county": [
            walk(f"对{thing}{{often}}，组织部门整治{worst[0]}", f"{thing_bo}ལ་{{often}} སྡེ་ཚན་སྒྲིག་འཛུགས་བྱས་ནས་{worst[1]}བཅོས་སྐྱོང་བྱེད་པ།", basis),
            Said(f"对部门和下级{title}履职情况进行督导和考核", f"སྡེ་ཚན་དང་རིམ་པ་འོག་མའི་{title_bo}ལ་ལྟ་སྐུལ་དང་དཔྱད་ཞིབ་བྱེད་པ།", basis),
        ],
        "prefecture": [
            walk(
                f"对{thing}{{often}}，协调解决跨县（市）的重大问题",
                f"{thing_bo}ལ་{{often}} རྫོང་བརྒལ་བའི་གནད་དོན་གལ་ཆེན་ཐག་གཅོད་བྱེད་པ།",
                basis,
            )
        ],
    }


def _of_general(place: tuple[str, str], *more: Said) -> list[Said]:
    text = f"牵头负责{place[0]}河（湖）长制、山长制、林（草）长制工作，是第一责任人"
    text_bo = f"{place[1]}གི་གཙང་པོ་དང་མཚོ། རི། ནགས་རྩྭའི་འགན་འཛིན་ལམ་ལུགས་ཀྱི་ལས་ཀར་སྣེ་ཁྲིད་དེ་འགན་དང་པོ་འཁུར་བ།"
    return [Said(text, text_bo, GENERAL), *more]


PLACES = {"prefecture": ("全州", "ཁུལ་ཡོངས་"), "county": ("本县（市）", "རང་རྫོང་"), "township": ("本乡镇", "རང་ཤང་")}
DEPUTY = Said(
    "协助总河长工作，负责分管区域和领域，督促下级履职",
    "སྤྱི་ཁྱབ་འགན་འཛིན་གྱི་ལས་ཀར་རོགས་བྱེད་པ། རང་འཁུར་ས་ཁོངས་ཀྱི་འགན་འཁུར་ནས་རིམ་པ་འོག་མར་སྐུལ་མ་བྱེད་པ།",
    GENERAL,
)

#: code of a scheme, or role -> level -> lines
LISTS: dict[str, dict[str, list[Said]]] = {
    "river": _of_scheme(
        ("河长", "གཙང་པོའི་འགན་འཛིན་"),
        ("责任河段", "གཙང་པོའི་འགན་དུམ་"),
        ("垃圾、排污、侵占、采砂和公示牌", "གད་སྙིགས་དང་བཙོག་ཆུ། བདག་བཟུང་། བྱེ་མ་བརྐོ་བ། གསལ་བསྒྲགས་པང་ལེབ་"),
        ("乱占、乱采、乱堆、乱建等突出问题", "ཟིང་བཞི་སོགས་གནད་དོན་གཙོ་བོ་"),
        RIVER,
    ),
    "lake": _of_scheme(
        ("湖长", "མཚོའི་འགན་འཛིན་"),
        ("责任水域", "འགན་འཁྲིའི་ཆུ་ཁོངས་"),
        ("垃圾、排污、围垦侵占、违法捕捞和公示牌", "གད་སྙིགས་དང་བཙོག་ཆུ། བདག་བཟུང་། ཁྲིམས་འགལ་ཉ་འཛིན། གསལ་བསྒྲགས་པང་ལེབ་"),
        ("围垦侵占、排污等突出问题", "བདག་བཟུང་དང་བཙོག་ཆུ་སོགས་གནད་དོན་གཙོ་བོ་"),
        LAKE,
    ),
    "mountain": _of_scheme(
        ("山长", "རིའི་འགན་འཛིན་"),
        ("责任山体", "འགན་འཁྲིའི་རི་"),
        ("毁林开垦、火情、水土流失、违法采矿取土和公示牌", "ནགས་གཏོར་བ་དང་མེ་སྐྱོན། ས་ཆུ་རྒྱུན་ཤོར། ཁྲིམས་འགལ་གཏེར་བརྐོ། གསལ་བསྒྲགས་པང་ལེབ་"),
        ("毁林开垦、水土流失、违法采矿等突出问题", "ནགས་གཏོར་བ་དང་ས་ཆུ་རྒྱུན་ཤོར་སོགས་གནད་དོན་གཙོ་བོ་"),
        MOUNTAIN,
    ),
    "forest_grass": _of_scheme(
        ("林（草）长", "ནགས་རྩྭའི་འགན་འཛིན་"),
        ("责任林地、草地", "འགན་འཁྲིའི་ནགས་ས་དང་རྩྭ་ས་"),
        ("毁林毁草、火情、有害生物、违法占用和公示牌", "ནགས་རྩྭ་གཏོར་བ་དང་མེ་སྐྱོན། གནོད་འབུ། ཁྲིམས་འགལ་བདག་བཟུང་། གསལ་བསྒྲགས་པང་ལེབ་"),
        ("毁林毁草、违法占用等突出问题", "ནགས་རྩྭ་གཏོར་བ་དང་ཁྲིམས་འགལ་བདག་བཟུང་སོགས་གནད་དོན་གཙོ་བོ་"),
        FOREST,
    ),
    Role.FIRST_GENERAL_CHIEF: {level: _of_general(place, *([] if level == "prefecture" else [MEETING])) for level, place in PLACES.items()},
    Role.GENERAL_CHIEF: {
        "prefecture": _of_general(PLACES["prefecture"]),
        "county": _of_general(PLACES["county"], MEETING, REPORT),
        "township": _of_general(PLACES["township"], MEETING),
    },
    Role.DEPUTY_GENERAL_CHIEF: {level: [DEPUTY] for level in PLACES},
    Role.SUPERVISOR: {
        "village": [
            Said(
                "检查护林（草）员的巡护情况，做好记录",
                "ནགས་རྩྭ་སྲུང་མཁན་གྱི་སྐོར་ཞིབ་ལ་ལྟ་སྐུལ་བྱས་ནས་ཐོ་འགོད་པ།",
                STAFF,
                evidence="检查记录",
            ),
            Said(
                "核实护林（草）员报告的问题，及时报告村级林（草）长",
                "ནགས་རྩྭ་སྲུང་མཁན་གྱིས་ཞུས་པའི་གནད་དོན་བདེན་དཔང་བྱས་ནས་དུས་ལྟར་གྲོང་ཚོའི་ནགས་རྩྭའི་འགན་འཛིན་ལ་ཞུ་བ།",
                STAFF,
            ),
        ]
    },
    Role.RANGER: {
        "village": [
            Said(
                "按合同和网格安排开展日常巡护，做好记录",
                "གན་རྒྱ་དང་དྲྭ་མིག་གི་བཀོད་སྒྲིག་ལྟར་ཉིན་རེའི་སྐོར་ཞིབ་བྱས་ནས་ཐོ་འགོད་པ།",
                RANGER,
                evidence="巡护轨迹和记录",
            ),
            Said(
                "发现火情、有害生物和破坏森林草原资源的行为，及时处理并报告",
                "མེ་སྐྱོན་དང་གནོད་འབུ། ནགས་རྩྭ་གཏོར་བའི་བྱ་སྤྱོད་མཐོང་ཚེ་དུས་ལྟར་ཐག་གཅོད་བྱས་ནས་སྙན་ཞུ་བྱེད་པ།",
                RANGER,
            ),
        ]
    },
}


def lines_for(kind: PostKind, rule: PatrolObligation | None) -> list[Said]:
    """What ships for a kind of post, with the rhythm of patrols that the rule asks for; nothing for kinds of a place's own making."""
    if kind.role in GENERAL_ROLES and kind.scheme is not None:
        return _of_one_scheme(kind)
    about = kind.role if kind.role in LISTS else kind.scheme.code if kind.scheme else ""
    often, often_bo = how_often(rule)
    found = []
    for said in LISTS.get(about, {}).get(kind.level, []):
        if said.what == What.PATROL:
            told = {"text": said.text.format(often=often), "text_bo": said.text_bo.format(often=often_bo)}
            said = said._replace(**told, every=rule.every) if rule else said._replace(**told, what="")
        found.append(said)
    return found


def _of_one_scheme(kind: PostKind) -> list[Said]:
    """What heads of one scheme answer for. Meetings and reports are owed once, by those who stand above all schemes: whoever is both
    would owe each of them twice."""
    scheme, place = kind.scheme, PLACES.get(kind.level)
    if scheme is None or place is None:
        return []
    if kind.role == Role.DEPUTY_GENERAL_CHIEF:
        return [Said(f"协助总{scheme.chief_title}工作，负责分管区域，督促下级履职", DEPUTY.text_bo, GENERAL)]
    text_bo = f"{place[1]}གི་{scheme.name_bo}གི་ལས་ཀར་སྣེ་ཁྲིད་དེ་འགན་དང་པོ་འཁུར་བ།" if scheme.name_bo else ""
    return [Said(f"牵头负责{place[0]}{scheme.name}工作，是第一责任人", text_bo, GENERAL)]


def how_often(rule: PatrolObligation | None) -> tuple[str, str]:
    if rule is None:
        return WITHOUT_RULE
    every, every_bo = OFTEN[Every(rule.every)]
    times, times_bo = ("一次", "ཐེངས་རེར་") if rule.times == 1 else (f"{rule.times}次", f"ཐེངས་{rule.times}་")
    return f"{every}至少巡查{times}", f"{every_bo}ཉུང་མཐར་{times_bo}སྐོར་ཞིབ་བྱེད་པ།"
