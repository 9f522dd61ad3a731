"""The texts that ship for notice boards, each with the law it rests on; none is compared with the full text of the law yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from chiefs.resources.models import Scheme

from .models import BoardText

SINCE = date(2018, 1, 1)
OWN = "待州河长办确认的默认值"
WATER, GROUND = ("river", "lake"), ("mountain", "forest_grass")
F, D, H = BoardText.Kind.FORBIDDEN, BoardText.Kind.DUTY, BoardText.Kind.HOTLINE

#: kind, schemes (none: all), text, Tibetan draft, legal basis
TEXTS: list[tuple[str, tuple[str, ...], str, str, str]] = [
    (F, WATER, "禁止倾倒、堆放垃圾和废弃物", "གད་སྙིགས་དང་སྙིགས་དངོས་གཡུག་པ་དང་སྤུང་བ་བཀག་འགོག་བྱེད།", "固体废物污染环境防治法（2020）第二十条"),
    (
        F,
        WATER,
        "禁止向水体排放油类、酸液、碱液和有毒废液",
        "ཆུ་ནང་སྣུམ་རིགས་དང་སྐྱུར་ཁུ། བུལ་ཁུ། དུག་ཁུ་གཏོང་བ་བཀག་འགོག་བྱེད།",
        "水污染防治法（2017）第三十三条",
    ),
    (F, WATER, "禁止未经许可采砂、取土", "ཆོག་མཆན་མེད་པར་བྱེ་མ་དང་ས་འདོན་པ་བཀག་འགོག་བྱེད།", "水法（2016）第三十九条"),
    (F, WATER, "禁止围湖造地、围垦河道", "མཚོ་བསྐོར་ནས་ས་བཟོ་བ་དང་ཆུ་ལམ་བསྐོར་ནས་ས་རྨོ་བ་བཀག་འགོག་བྱེད།", "水法（2016）第四十条"),
    (F, WATER, "禁止修建妨碍行洪的建筑物", "ཆུ་ལོག་འགྲོ་བར་བར་ཆད་བྱེད་པའི་འཛུགས་སྐྲུན་བྱེད་པ་བཀག་འགོག་བྱེད།", "防洪法（2016）第二十二条"),
    (F, WATER, "禁止电鱼、毒鱼、炸鱼", "གློག་དང་དུག འབར་རྫས་ཀྱིས་ཉ་འཛིན་པ་བཀག་འགོག་བྱེད།", "渔业法（2013）第三十条"),
    (F, GROUND, "禁止毁林开垦、采石、采砂、采土", "ནགས་ཚལ་གཏོར་ནས་ས་སློག་པ་དང་རྡོ་དང་བྱེ་མ། ས་འདོན་པ་བཀག་འགོག་བྱེད།", "森林法（2019）第三十九条"),
    (F, GROUND, "禁止开垦草原", "རྩྭ་ཐང་སློག་པ་བཀག་འགོག་བྱེད།", "草原法（2021）第四十六条"),
    (F, GROUND, "森林防火期内禁止野外用火", "ནགས་མེ་སྔོན་འགོག་གི་དུས་སྐབས་སུ་ཕྱི་རོལ་ནས་མེ་གཏོང་བ་བཀག་འགོག་བྱེད།", "森林防火条例（2008）第二十五条"),
    (
        D,
        (),
        "组织巡查，督促整改发现的问题，答复群众反映",
        "སྐོར་ཞིབ་རྩ་འཛུགས་བྱེད་པ་དང་རྙེད་པའི་གནད་དོན་ཡོ་བསྲང་ལ་སྐུལ་མ་བྱེད་པ། མང་ཚོགས་ཀྱི་བསམ་འཆར་ལ་ལན་འདེབས་པ།",
        OWN,
    ),
    (H, (), "12345", "", OWN),
    (H, (), "12369", "", "规划第八章第三节（12369 环保举报热线），" + OWN),
]


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated: an administrator's row stays."""
    schemes = {scheme.code: scheme for scheme in Scheme.objects.all()}
    for order, (kind, codes, text, text_bo, basis) in enumerate(TEXTS):
        for scheme in [schemes[code] for code in codes if code in schemes] if codes else [None]:
            if not BoardText.objects.filter(kind=kind, scheme=scheme, text=text).exists():
                BoardText.objects.create(kind=kind, scheme=scheme, order=order, text=text, text_bo=text_bo, basis=basis, since=SINCE)
