"""What chief offices register in the demonstration: a river cut into segments from a file of a Chinese map, the grid, a red line."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from accountability.kit import days
from accountability.kit.geo import to_gcj
from accountability.ledger.acting import Acting
from chiefs.resources import actions, names
from chiefs.resources.actions.segments import Piece
from chiefs.resources.models import Drawing, Marker, RedLinePlot, Resource
from chiefs.territory.models import Level

from . import pictures
from .stage import Stage, version_of
from .world import RIVER, SOURCE

OFFICE = "county-office-chief_office"
TOWN = "town-gov-receiver"
STREAM = "雅拉小沟（演示）"
PLOT = "KD-HX-01"
MARKER = (101.848, 30.251)


def plan(stage: Stage) -> None:
    """In the second week the river, then the grid, then the red line; what is checked or goes on comes later."""
    begin = stage.begin + timedelta(days=8)
    for number, deed in enumerate((_river, _cells, _red_line)):
        stage.at(stage.office_hour(begin + timedelta(days=number)), lambda d=deed: d(stage))


def _river(stage: Stage) -> None:
    """A side stream, drawn on a phone's map, so in GCJ-02: recognised only by whoever made it, because nothing is registered yet."""
    names.spell_missing()
    by, world = stage.by(stage.world.posts[OFFICE]), stage.world
    county = world.units["county-gov"].jurisdiction
    river = actions.register(
        kind="river",
        name=STREAM,
        name_bo="ཡ་ལ་གྲོག་ཆུང་། (དཔེ་སྟོན།)",
        aliases=["小沟"],
        counties=[county],
        flows_into=Resource.objects.get(name="雅拉沟"),
        source=SOURCE,
        demonstration=True,
        by=by,
    )
    line = [list(to_gcj(lon + 0.03 - 0.002 * n, lat + 0.004 * (n % 2))) for n, (lon, lat) in enumerate(RIVER[:5])]
    told = {"type": "Feature", "properties": {"name": STREAM}, "geometry": {"type": "LineString", "coordinates": line}}
    file = SimpleUploadedFile("stream.geojson", json.dumps(told, ensure_ascii=False).encode())
    drawing = actions.hand_in(river, file=file, declared=Drawing.Crs.GCJ02, by=by, client_ref=uuid.uuid4())
    actions.take(drawing, crs=Drawing.Crs.GCJ02, by=by, expect=version_of(drawing))
    river.refresh_from_db()
    whole, day = river.drawn_m or 0, days.today()
    pieces = [Piece(place) for place in world.villages[:3]]
    actions.cut_line(river, at_m=[whole // 3, whole * 2 // 3], pieces=pieces, bank="left", day=day, demonstration=True, by=by)
    # On the right bank the middle is still missing: the register says so.
    for place, low, high in ((world.villages[0], 0, whole // 3), (world.villages[2], whole * 2 // 3, whole)):
        actions.add(river, piece=Piece(place), from_m=low, to_m=high, bank="right", day=day, demonstration=True, by=by)
    act = {"act": "〔2025〕1号（演示）", "approved_on": day - timedelta(days=200), "level": Level.COUNTY}
    actions.delimit(river, jurisdiction=county, demonstration=True, by=by, **act)
    stage.counts["segments cut"] += 5


def _cells(stage: Stage) -> None:
    """The township enters its grid: forest plots for the rangers, the river for the supervision, one of both."""
    by, world = stage.by(stage.world.posts[TOWN]), stage.world
    for number, place in enumerate(world.villages[:3], 1):
        inside = [s for scheme in ("forest_grass", "river") for s in world.segments[scheme] if s.jurisdiction_id == place.pk]
        actions.add_cell(
            code=f"WG-{number:02d}",
            name=f"{place.name}网格（演示）",
            name_bo=f"དྲྭ་མིག་{number}",
            jurisdiction=place,
            day=days.today(),
            for_rangers=number != 3,
            segments=inside,
            demonstration=True,
            by=by,
        )
        stage.counts["grid cells"] += 1


def _red_line(stage: Stage) -> None:
    by, world = stage.by(stage.world.posts[OFFICE]), stage.world
    plot = actions.enter_plot(
        code=PLOT,
        name="雅拉河源水源涵养红线地块（演示）",
        name_bo="ས་ཆའི་དམར་ཐིག (དཔེ་སྟོན།)",
        jurisdiction=world.villages[0],
        type=RedLinePlot.Type.IMPORTANT,
        purpose=RedLinePlot.Purpose.WATER,
        area_m2=12_400_000,
        act="生态保护红线划定方案（演示）",
        day=days.today(),
        demonstration=True,
        by=by,
    )
    lon, lat = MARKER
    ring = [[lon, lat], [lon + 0.03, lat], [lon + 0.03, lat + 0.03], [lon, lat + 0.03], [lon, lat]]
    told = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file = SimpleUploadedFile("plot.geojson", json.dumps(told).encode())
    drawing = actions.hand_in(plot, file=file, declared=Drawing.Crs.WGS84, by=by, client_ref=uuid.uuid4())
    actions.take(drawing, crs=Drawing.Crs.WGS84, by=by, expect=version_of(drawing))
    for number, place in (("J-01", "沟口东侧"), ("J-02", "垭口"), ("J-03", "沟心")):
        marker = actions.place_marker(
            plot, number=number, longitude=lon, latitude=lat, place=place, day=days.today(), demonstration=True, by=by
        )
        lon, lat = lon + 0.03, lat + 0.03
        if number == "J-01":
            photo = pictures.bank(heaps=0, seed=7, taken_at=days.now(), latitude=marker.latitude, longitude=marker.longitude)
            photos = [SimpleUploadedFile("marker.jpg", photo)]
            actions.check_marker(marker, day=days.today(), finding="damaged", remark="牌面字迹不清", photos=photos, by=by)
        if number == "J-03":
            stage.later(24 * 6, lambda gone=marker: _washed_away(gone, by))
    stage.later(24 * 8, lambda: _newer_act(plot, by))
    quarry = actions.find_project(
        plot,
        name="试验采石场（演示）",
        nature="illegal",
        kind="mine",
        since_year=2009,
        unit_in_charge="康定市林业和草原局",
        demonstration=True,
        by=by,
    )
    actions.find_project(
        plot,
        name="旧电站（演示）",
        nature="legacy",
        kind="power",
        since_year=1998,
        unit_in_charge="康定市水利局",
        demonstration=True,
        by=by,
    )
    stage.later(
        24 * 5, lambda: actions.rectify_project(quarry, due=stage.world.today + timedelta(days=60), by=by, expect=version_of(quarry))
    )
    stage.counts["red-line plots"] += 1


def _washed_away(marker: Marker, by: Acting) -> None:
    actions.end_marker(marker, day=days.today(), reason="被洪水冲走，另行选址补立（演示）", by=by)


def _newer_act(plot: RedLinePlot, by: Acting) -> None:
    act, purpose = "生态保护红线调整方案（演示）", RedLinePlot.Purpose.BIODIVERSITY
    actions.change_plot(plot, type=plot.type, purpose=purpose, area_m2=12_100_000, act=act, day=days.today(), by=by)
