"""Channels, kinds of pollution and reasons for not accepting: inserted where absent, never updated.

The Tibetan is a draft until the translation office has read it. An administrator's change stays.
"""

from __future__ import annotations

from typing import Any

CHANNELS = (  # code, name, Tibetan, taken down by a clerk
    ("12369", "12369环保举报", "ཁོར་ཡུག་སྲུང་སྐྱོབ་ཡར་ཞུ། 12369", True),
    ("12345", "12345政务服务热线", "སྲིད་གཞུང་ཞབས་ཞུའི་ཁ་པར། 12345", True),
    ("wechat", "微信举报", "སྐད་འཕྲིན་བརྒྱུད་ནས་ཡར་ཞུ།", True),
    ("web", "网上举报", "དྲ་རྒྱ་བརྒྱུད་ནས་ཡར་ཞུ།", False),
    ("letter", "来信", "འཕྲིན་ཡིག", True),
    ("visit", "来访", "དངོས་སུ་ཡོང་ནས་ཞུ་བ།", True),
    ("superior", "上级交办", "གོང་རིམ་གྱིས་བཅོལ་བ།", True),
    ("media", "媒体反映", "གསར་འགྱུར་སྨྱན་སྦྱོར་གྱིས་བཏོན་པ།", True),
)

KINDS = (  # code, name, Tibetan, the kinds of problem that come nearest, best first
    ("water", "水污染", "ཆུའི་སྦགས་བཙོག", ("sewage", "other")),
    ("waste", "垃圾与固体废物", "གད་སྙིགས།", ("rubbish", "other")),
    ("air", "大气与异味", "མཁའ་རླུང་གི་སྦགས་བཙོག", ("other",)),
    ("noise", "噪声", "འཚེར་སྒྲ།", ("other",)),
    ("soil", "土壤污染", "ས་རྒྱུའི་སྦགས་བཙོག", ("other",)),
    ("radiation", "辐射", "འགྱེད་འཕྲོ།", ("other",)),
    ("signboard", "河湖公示牌损坏或信息有误", "གསལ་བསྒྲགས་པང་ལེབ་སྐྱོན་ཤོར་བའམ་ནོར་འཁྲུལ།", ("signboard", "other")),
    ("ecology", "生态破坏", "སྐྱེ་ཁམས་གཏོར་བཤིག", ("vegetation", "other")),
    ("other", "其他", "གཞན་དག", ("other",)),
)

BASIS = "《环保举报热线工作管理办法》（环境保护部令第15号）第十条"
REASONS = (  # code, reason, Tibetan, what the person can do, Tibetan, basis
    (
        "outside_duty",
        "不属于生态环境主管部门职责范围",
        "སྐྱེ་ཁམས་ཁོར་ཡུག་སྡེ་ཁག་གི་འགན་འཁྲིའི་ཁྱབ་ཁོངས་མིན་པ།",
        "请向有权处理的单位反映；说明中写明了是哪个单位。不清楚时可拨打12345，由其转交。",
        "ཐག་གཅོད་བྱེད་དབང་ཡོད་པའི་སྡེ་ཁག་ལ་ཞུ་རོགས། མི་གསལ་ཚེ་ 12345 ལ་ཁ་པར་གཏོང་རོགས།",
        f"{BASIS}第（一）项",
    ),
    (
        "in_proceedings",
        "已经或者依法应当通过诉讼、仲裁、行政复议等途径解决",
        "ཁྲིམས་གཏུགས་དང་། བར་བཅད། སྲིད་འཛིན་བསྐྱར་ཞིབ་བཅས་བརྒྱུད་ནས་ཐག་གཅོད་བྱེད་དགོས་པ།",
        "请向受理法院、仲裁机构或者行政复议机关查询或者申请。需要帮助的，可拨打12348咨询法律援助。",
        "ཁྲིམས་ཁང་དང་བར་བཅད་ལས་ཁུངས། བསྐྱར་ཞིབ་ལས་ཁུངས་ལ་འདྲི་རོགས། ཁྲིམས་ལུགས་རོགས་སྐྱོར་ 12348",
        f"{BASIS}第（二）项",
    ),
    (
        "already_accepted",
        "同一事项已经受理，正在办理",
        "དོན་རྐྱེན་གཅིག་པ་སྔོན་ནས་དང་ལེན་བྱས་ཟིན་ཞིང་ད་ལྟ་སྒྲུབ་བཞིན་པ།",
        "该事项正在办理，不必重复举报；说明中写明了目前的进展。您可以用原来的受理编号和查询码查看进度。",
        "དོན་འདི་ད་ལྟ་སྒྲུབ་བཞིན་ཡོད། སྔོན་གྱི་ཨང་རྟགས་དང་འདྲི་བའི་གསང་ཨང་གིས་བལྟ་རོགས།",
        f"{BASIS}第（三）项",
    ),
    (
        "already_answered",
        "就同一事实再次举报，且已经答复",
        "དོན་དངོས་གཅིག་པའི་སྐོར་ཡང་བསྐྱར་ཞུས་པ་དང་ལན་བཏབ་ཟིན་པ།",
        "对答复不服的，可以自收到书面答复之日起30日内，请求上一级机关复查；有新的事实，请写明后重新举报。",
        "ལན་ལ་མོས་མཐུན་མེད་ཚེ་ཉིན་ 30 ནང་གོང་རིམ་ལ་བསྐྱར་ཞིབ་ཞུ་ཆོག གནས་ཚུལ་གསར་པ་ཡོད་ན་གསལ་པོར་བྲིས་ནས་ཡང་བསྐྱར་ཞུ་རོགས།",
        f"{BASIS}第（四）项；《信访工作条例》第三十五条",
    ),
    (
        "clue_unclear",
        "举报线索不清，无法核实",
        "གནས་ཚུལ་མི་གསལ་བས་ཞིབ་བཤེར་བྱེད་ཐབས་མེད་པ།",
        "请补充地点、时间和看到的情况（照片最有帮助），再次举报；以前提交的内容不会丢失。",
        "ས་གནས་དང་དུས་ཚོད། མཐོང་བའི་གནས་ཚུལ་ཁ་གསབ་བྱས་ནས་ཡང་བསྐྱར་ཞུ་རོགས། པར་བསྐུར་ན་ཕན་ཐོགས་ཆེ།",
        f"{BASIS}第（五）项",
    ),
)


def insert_where_absent(**kwargs: Any) -> None:
    """After migrate. The kinds of problem are inserted by the room of cases, which comes first."""
    from accountability.cases.models import ProblemKind

    from .models import Channel, PollutionKind, RefusalReason

    for code, name, name_bo, by_clerk in CHANNELS:
        Channel.objects.get_or_create(code=code, defaults={"name": name, "name_bo": name_bo, "by_clerk": by_clerk})
    problems = {kind.code: kind for kind in ProblemKind.objects.order_by("-order")}
    last = next(iter(problems.values()), None)  # "other" stands at the end of the list
    if last is not None:
        for order, (code, name, name_bo, nearest) in enumerate(KINDS):
            problem = next((problems[near] for near in nearest if near in problems), last)
            defaults = {"name": name, "name_bo": name_bo, "problem_kind": problem, "order": order}
            PollutionKind.objects.get_or_create(code=code, defaults=defaults)
    for order, (code, name, name_bo, advice, advice_bo, basis) in enumerate(REASONS):
        RefusalReason.objects.get_or_create(
            code=code,
            defaults={"name": name, "name_bo": name_bo, "advice": advice, "advice_bo": advice_bo, "basis": basis, "order": order},
        )
