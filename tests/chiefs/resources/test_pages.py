"""What a chief office does on its pages, what leaves as a file, and what a page costs."""

from __future__ import annotations

import csv
import io
import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accountability.kit import days
from accountability.kit.geo import to_gcj
from chiefs.posts.functions import Function
from chiefs.posts.models import Post
from chiefs.resources import actions, names
from chiefs.resources.models import Drawing, GridCell, LegacyProject, Line, Marker, RedLinePlot, Resource, Segment
from tests.factories import territory
from tests.factories.evidence import photo
from tests.factories.posts import UnitFactory, acting_for, desk
from tests.factories.resources import RIVER, ResourceFactory, SchemeFactory, SegmentFactory, drawn_river, upload

pytestmark = pytest.mark.django_db
DAY = days.today().isoformat()


class Desk:
    """The chief office of Kangding at its browser."""

    def __init__(self) -> None:
        self.post: Post = desk(UnitFactory(jurisdiction=territory.county(), kind="office"), Function.CHIEF_OFFICE)
        self.client = Client()
        self.client.force_login(self.post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")

    @property
    def by(self):
        return acting_for(self.post)

    def get(self, name, /, *args, **query):
        return self.client.get(reverse(f"resources:{name}", args=args), query)

    def send(self, name, /, *args, at=None, **data):
        """Fill in a form as it was shown and send it."""
        address = reverse(f"resources:{name}", args=args) + (f"?at={at}" if at is not None else "")
        shown = self.client.get(address)
        form = shown.context["form"]
        hidden = {"expect": form["expect"].value(), "client_ref": str(form["client_ref"].value())}
        return self.client.post(address, hidden | data)


@pytest.fixture
def office():
    territory.village()
    SchemeFactory(code="lake")
    return Desk()


def kept(**given):
    river = ResourceFactory(**given)
    river.counties.add(territory.county())
    names.spell([river])
    return river


def test_a_river_goes_from_its_entry_to_cut_segments_on_our_own_pages(office):
    SchemeFactory()
    county = territory.county().pk
    made = office.send("new", kind="river", name="折多河", aliases="康定河\n瓦斯沟", counties=[county], source="州志")
    river = Resource.objects.get(name="折多河")
    assert made.url == reverse("resources:detail", args=[river.ref])
    office.send("step", river.ref, "names", name="折多河", name_bo="ཆུ།", aliases="康定河")
    office.send("step", river.ref, "code", national_code="FFD00000001L")
    office.send("step", river.ref, "figures", length_m=66000, counties=[county], source="州志")
    main = kept(name="大渡河")
    office.send("step", river.ref, "flow", flows_into="大渡河")
    office.send(
        "step", river.ref, "boundary", jurisdiction="康定市", document="康府发〔2022〕2号", approved_on="2022-05-01", level="county"
    )
    shifted = [list(to_gcj(*point)) for point in RIVER]
    read = office.send("upload", "resource", river.ref, file=upload(shifted), declared="gcj02")
    drawing = Drawing.objects.get()
    assert read.url == reverse("resources:drawing", args=[drawing.client_ref])
    office.send("drawing", drawing.client_ref, reading="gcj02")
    places = {"place_0": "试验一村", "place_1": "513301201200", "name_0": "上段", "name_1": ""}
    done = office.send("cut", river.ref, at="2500", day=DAY, bank="both", **places)
    assert done.status_code == 302, done.context["form"].errors
    river.refresh_from_db()
    assert (river.flows_into, river.national_code, river.length_m, river.name_bo) == (main, "FFD00000001L", 66_000, "ཆུ།")
    assert [(s.from_m, s.to_m, s.name) for s in river.segments.order_by("from_m")] == [
        (0, 2500, "上段"),
        (2500, river.drawn_m, Segment.objects.latest("pk").name),
    ]
    page = office.get("detail", river.ref)
    assert page.status_code == 200
    assert "康府发〔2022〕2号" in page.content.decode()


def test_a_segment_is_added_divided_named_and_ended(office):
    river = drawn_river()
    added = office.send("step", river.ref, "segment", jurisdiction="试验一村", bank="both", from_m=0, to_m=1000, day=DAY)
    assert added.status_code == 302
    segment = Segment.objects.get()
    later = (days.today() + timedelta(days=2)).isoformat()
    parts = office.send("divide", segment.code, at="400", day=later, place_0="试验一村", place_1="试验一村")
    assert parts.status_code == 302
    part = Segment.objects.get(from_m=400)
    office.send("segment_step", part.code, "names", name="下段", name_bo="")
    office.send("segment_step", part.code, "end", day=(days.today() + timedelta(days=9)).isoformat())
    part.refresh_from_db()
    assert (part.name, part.until) == ("下段", days.today() + timedelta(days=9))
    assert office.get("segment", segment.code).status_code == 200
    assert office.client.get(reverse("resources:divide", args=[segment.code])).status_code == 404


def test_nothing_typed_is_lost_when_a_form_is_refused(office):
    river = drawn_river()
    answer = office.send("cut", river.ref, at="2500", day=DAY, bank="both", place_0="试验一村", place_1="没有这个村", name_1="下段")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="没有这个村"' in text
    assert 'value="下段"' in text
    assert office.get("cut", river.ref, at="x").status_code == 422
    taken = office.send("step", river.ref, "flow", flows_into="没有这条河")
    assert (taken.status_code, Segment.objects.count()) == (422, 0)


def test_a_file_that_cannot_be_used_is_answered_on_the_form(office):
    river = kept()
    answer = office.send(
        "upload", "resource", river.ref, file=upload(geometry={"type": "Point", "coordinates": [101, 30]}), declared="unknown"
    )
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    assert not Drawing.objects.exists()


def test_who_was_faster_is_told(office):
    river = kept()
    address = reverse("resources:step", args=[river.ref, "names"])
    actions.rename(river, name="新名", name_bo="", aliases=[], by=office.by)
    data = {"expect": 0, "client_ref": uuid.uuid4(), "name": "别名", "aliases": ""}
    assert office.client.post(address, data).status_code == 409
    river.refresh_from_db()
    assert river.name == "新名"


def test_the_grid_and_red_lines_are_kept_on_their_pages(office):
    segment = SegmentFactory()
    office.send("new_cell", code="WG-01", name="一号网格", jurisdiction="试验一村", for_rangers="on", day=DAY)
    cell = GridCell.objects.get()
    office.send("cell_step", "WG-01", "change", name="一号网格", for_supervision="on", segments=[segment.pk])
    cell.refresh_from_db()
    assert (cell.for_rangers, cell.for_supervision, list(cell.segments.all())) == (False, True, [segment])
    facts = {"type": "important", "purpose": "water", "area_m2": 1000, "document": "川府发〔2018〕24号", "day": DAY}
    office.send("new_plot", code="RL-01", name="试验地块", jurisdiction="试验一村", **facts)
    office.send("new_marker", "RL-01", number="J-01", longitude=101.95, latitude=30.1, day=DAY)
    picture = io.BytesIO(photo())
    picture.name = "a.jpg"
    checked = office.send("marker", "RL-01", "J-01", day=DAY, finding="damaged", remark="字迹不清", photos=picture)
    assert (checked.status_code, Marker.objects.get().finding) == (302, "damaged")
    office.send("new_project", "RL-01", name="试验采石场", nature="illegal", kind="mine", unit_in_charge="试验局")
    project = LegacyProject.objects.get()
    office.send("project_move", project.client_ref, "rectify", due=(days.today() + timedelta(days=30)).isoformat())
    office.send("project_move", project.client_ref, "gone", gone_on=DAY)
    office.send("cell_step", "WG-01", "end", day=(days.today() + timedelta(days=3)).isoformat())
    project.refresh_from_db()
    assert (project.state, RedLinePlot.objects.get().act) == ("gone", "川府发〔2018〕24号")
    for name, args in (("plot", ["RL-01"]), ("marker", ["RL-01", "J-01"]), ("project", [project.client_ref]), ("cell", ["WG-01"])):
        assert office.get(name, *args).status_code == 200


def streamed(answer):
    return json.loads(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def test_lists_leave_as_tables_and_geometry_with_where_they_are_from(office):
    river = drawn_river(source="试验测绘")
    names.spell([river])
    coarse = kept(name="无图河")
    Line.objects.create(resource=coarse, geometry={"type": "LineString", "coordinates": RIVER}, source="GSHHG")
    lake = kept(name="试验湖", kind="lake", demonstration=True)
    rows = list(csv.reader(io.StringIO(office.get("list", format="csv").content.decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {"雅拉河", "无图河", "试验湖"}
    book = load_workbook(io.BytesIO(office.get("list", format="xlsx", kind="lake").content))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == ["试验湖"]
    features = {f["properties"]["name"]: f for f in streamed(office.get("list", format="geojson"))["features"]}
    assert features["雅拉河"]["geometry"]["coordinates"] == RIVER
    assert (features["雅拉河"]["properties"]["attribution"], features["雅拉河"]["properties"]["coarse"]) == ("试验测绘", False)
    assert (features["无图河"]["properties"]["attribution"], features["无图河"]["properties"]["coarse"]) == ("GSHHG", True)
    assert (features["试验湖"]["geometry"], features["试验湖"]["properties"]["demonstration"]) == (None, True)
    assert lake.geometry is None
    for name in ("cells", "red_lines"):
        assert streamed(office.get(name, format="geojson")) == {"type": "FeatureCollection", "features": []}
    for name in ("cells", "red_lines", "projects"):
        assert office.get(name, format="csv")["Content-Type"].startswith("text/csv")


def test_everybody_may_have_the_line_of_a_river_and_of_a_segment():
    river = drawn_river()
    segment = SegmentFactory(resource=river, from_m=0, to_m=2990)
    told = streamed(Client().get(reverse("resources:geometry", args=[river.ref])))
    assert [f["properties"]["name"] for f in told["features"]] == ["雅拉河", segment.name]
    one = streamed(Client().get(reverse("resources:segment_geometry", args=[segment.code])))["features"][0]
    assert (one["properties"]["to_m"], one["geometry"]) == (2990, segment.geometry)


def test_the_list_is_searched_by_every_kind_of_name(office):
    kept(name="折多河")
    kept(name="雅拉河", name_bo="ཡ་ལ་ཆུ།")
    for words, found in (("zd", "折多河"), ("拉", "雅拉河"), ("ཡ་ལ་ཆུ", "雅拉河"), ("没有", None)):
        page = office.get("list", q=words)
        assert [r.name for r in page.context["page"]] == ([found] if found else [])


@pytest.mark.parametrize("many", [1, 60])
def test_a_page_of_the_register_costs_the_same_however_many_there_are(office, many, django_assert_max_num_queries):
    for n in range(many):
        river = kept(name=f"试验河{n:02d}", flows_into=Resource.objects.first())
        SegmentFactory(resource=river)
    office.get("list")
    with django_assert_max_num_queries(14):
        page = office.get("list")
    assert len(page.context["page"]) == min(many, 50)


@pytest.mark.parametrize("many", [1, 30])
def test_a_page_of_one_river_costs_the_same_however_long_it_is(office, many, django_assert_max_num_queries):
    river = drawn_river()
    for n in range(many):
        SegmentFactory(resource=river, from_m=n * 100, to_m=n * 100 + 50)
        kept(name=f"支流{n:02d}", flows_into=river)
    office.get("detail", river.ref)
    with django_assert_max_num_queries(20):
        page = office.get("detail", river.ref)
    assert len(page.context["page"]) == many


@pytest.mark.parametrize("many", [1, 30])
def test_pages_of_grid_and_red_lines_cost_the_same_however_many_there_are(office, many, django_assert_max_num_queries):
    by, place = office.by, territory.village()
    for n in range(many):
        actions.add_cell(code=f"WG-{n}", name=f"网格{n}", jurisdiction=place, day=days.today(), by=by)
        facts = {"type": "other", "purpose": "water", "area_m2": 1, "act": "文", "day": days.today(), "by": by}
        plot = actions.enter_plot(code=f"RL-{n}", name=f"地块{n}", jurisdiction=place, **facts)
        actions.find_project(plot, name=f"项目{n}", nature="legacy", kind="other", unit_in_charge="局", by=by)
    for name in ("cells", "red_lines", "projects"):
        office.get(name)
        with django_assert_max_num_queries(10):
            page = office.get(name)
        assert len(page.context["page"]) == many
