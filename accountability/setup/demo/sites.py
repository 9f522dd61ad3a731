"""A dozen invented sites along the Yala river: entered in the story's first days, one of them twice, one closed meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from accountability.cases import sites as case_sites
from accountability.cases.models import Case
from accountability.kit import days
from chiefs.sites import actions, rules
from chiefs.sites.models import Site

from .stage import Stage, version_of
from .world import SOURCE

K = Site.Kind
#: kind, name, Tibetan name, number of the village, key site, unit in charge, permit
SITES: list[tuple[str, str, str, int, bool, str, str]] = [
    (K.HYDROPOWER, "雅拉沟一级水电站（演示）", "ཡ་ལའི་གློག་ཁང་དང་པོ།", 0, True, "county-water", "取水（演示）第001号"),
    (K.HYDROPOWER, "雅拉沟二级水电站（演示）", "ཡ་ལའི་གློག་ཁང་གཉིས་པ།", 3, False, "county-water", "取水（演示）第002号"),
    (K.MINE, "雅拉采石场（演示）", "ཡ་ལའི་རྡོ་གཏེར།", 1, True, "county-ecology", "采矿（演示）第003号"),
    (K.ENTERPRISE, "康定雅拉砂石厂（演示）", "ཡ་ལའི་བྱེ་རྡོའི་བཟོ་གྲྭ།", 4, True, "county-ecology", "排污（演示）第004号"),
    (K.ENTERPRISE, "雅拉民宿污水处理站（演示）", "ཡ་ལའི་མི་གཙང་ཆུ་གཙང་བཟོ་ཁང་།", 2, False, "county-ecology", "排污（演示）第005号"),
    (K.ENTERPRISE, "雅拉乡木材加工点（演示）", "ཡ་ལའི་ཤིང་ལས་ས་ཚིགས།", 6, False, "county-forestry", ""),
    (K.OUTFALL, "雅拉河集镇排污口（演示）", "ཡ་ལ་གྲོང་བརྡལ་གྱི་བཙོག་ཆུ་འདོན་ཁ།", 5, True, "county-ecology", "排口（演示）第007号"),
    (K.OUTFALL, "雅拉河下游雨水口（演示）", "ཡ་ལ་ཆུ་སྨད་ཀྱི་ཆར་ཆུའི་འདོན་ཁ།", 8, False, "county-ecology", ""),
    (K.LANDFILL, "雅拉乡生活垃圾堆放点（演示）", "ཡ་ལའི་གད་སྙིགས་འཇོག་ས།", 7, False, "county-ecology", ""),
    (K.WATER_SOURCE, "雅拉沟饮用水水源地（演示）", "ཡ་ལའི་འཐུང་ཆུའི་ཆུ་འགོ།", 0, True, "county-water", "水源（演示）第010号"),
    (K.ENTERPRISE, "雅拉养殖场（演示）", "ཡ་ལའི་གསོ་སྤེལ་ར་བ།", 1, False, "", ""),
]
#: Entered a second time under another name, by the township.
TWIN = "雅拉乡河口砂场（演示）"
TWIN_OF, CLOSED, NAMED = 3, 8, 2


def code(number: int) -> str:
    """A credit code with the right check sign that nobody can have: registered at division 000000."""
    first = f"92000000DEM{number:06d}"
    return first + rules.check_sign(first)


def plan(stage: Stage) -> None:
    """The county's office enters the list in two days; what was entered twice is found a fortnight later."""
    first = days.start_of(days.day_of(stage.begin)) + timedelta(days=1, hours=10)
    for number in range(len(SITES)):
        stage.at(first + timedelta(minutes=40 * number), lambda number=number: _enter(stage, number))
    stage.at(first + timedelta(days=3), lambda: _enter_again(stage))
    stage.at(first + timedelta(days=15), lambda: _merge(stage))
    stage.at(first + timedelta(days=40), lambda: _close(stage))
    stage.at(days.start_of(stage.world.today - timedelta(days=2)) + timedelta(hours=10), lambda: _name(stage))


def _enter(stage: Stage, number: int) -> None:
    kind, name, name_bo, village, key, unit, permit = SITES[number]
    river = stage.world.segments["river"]
    segment = river[min(village, len(river) - 1)]
    lon, lat = segment.geometry["coordinates"][0]
    actions.register(
        kind=kind,
        name=name,
        name_bo=name_bo,
        credit_code=code(number + 1) if kind not in (K.OUTFALL, K.WATER_SOURCE) else "",
        permit_number=permit,
        place=stage.world.villages[village],
        address=f"雅拉河岸{number + 1}号（演示）",
        latitude=Decimal(f"{lat:.6f}"),
        longitude=Decimal(f"{lon:.6f}"),
        segment=segment,
        since=date(stage.world.since.year - 3, 1 + number % 12, 1),
        importance="key" if key else "general",
        unit=stage.world.units[unit] if unit else None,
        source=SOURCE,
        basis=SOURCE,
        by=stage.by(stage.world.posts["county-office-chief_office"]),
        demonstration=True,
    )
    stage.counts["sites"] += 1


def _enter_again(stage: Stage) -> None:
    kind, _name, _name_bo, village, *_rest = SITES[TWIN_OF]
    actions.register(
        kind=kind,
        name=TWIN,
        place=stage.world.villages[village],
        other_names=["河口砂场"],
        source=SOURCE,
        by=stage.by(stage.world.posts["town-gov-receiver"]),
        demonstration=True,
    )
    stage.counts["sites"] += 1


def _site(name: str) -> Site:
    return Site.objects.get(name=name, demonstration=True)


def _merge(stage: Stage) -> None:
    twin, kept = _site(TWIN), _site(SITES[TWIN_OF][1])
    by = stage.by(stage.world.posts["county-office-chief_office"])
    actions.merge(twin, into=kept, reason="同一砂场，乡里又登记了一次", by=by, expect=version_of(twin))


def _close(stage: Stage) -> None:
    site, by = _site(SITES[CLOSED][1]), stage.by(stage.world.posts["county-office-chief_office"])
    actions.close(site, day=days.today(), reason="已清理封场", by=by, expect=version_of(site))


def _name(stage: Stage) -> None:
    """The newest cases beside a site are about it."""
    by = stage.by(stage.world.posts["county-office-chief_office"])
    for number in (TWIN_OF, 6):
        site = _site(SITES[number][1])
        rows = Case.objects.visible_to(by).filter(jurisdiction=site.jurisdiction, kind__code__in=["sand", "sewage", "rubbish"])
        for case in rows.order_by("-opened_at", "-pk")[:NAMED]:
            case_sites.name_site(case, site=site, by=by, expect=case.version)
            stage.counts["cases about a site"] += 1
