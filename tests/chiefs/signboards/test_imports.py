"""Notice boards from a table: the same rules as on the page, tried out by taking the step and rolling it back."""

from __future__ import annotations

import dataclasses

import pytest

from accountability.evidence import actions as evidence
from accountability.exchange import actions, reports
from accountability.kit import days
from accountability.ledger.errors import Refused
from accountability.ledger.models import Event
from chiefs.posts.functions import Function
from chiefs.posts.models import Post
from chiefs.signboards import actions as boards
from chiefs.signboards.models import Signboard
from tests.factories import complaints, signboards
from tests.factories.evidence import photo
from tests.factories.exchange import handed_in, remarks, taken_over
from tests.factories.posts import ChargeFactory, PostFactory, TenureFactory, UnitFactory, acting_for, chain
from tests.factories.resources import ResourceFactory, SegmentFactory
from tests.factories.territory import village

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


def row(world, code, **more):
    given = {"code": code, "segment": world.segment.code, "place": "桥头", "begins_at": "界碑", "ends_at": "大桥"}
    return {**given, "unit": world.village.unit.code, "set_up_on": "2026-01-01", **more}


def test_a_board_comes_in_with_its_event_and_the_chiefs_of_its_day(world, office):
    beside = SegmentFactory(code="B-2", resource=world.segment.resource)
    taken_over(
        "signboards", office, row(world, "GSP-1", segments="B-2", longitude="101.95", latitude="30.1", whole="否", as_of="2026-02-01")
    )
    board = Signboard.objects.get(code="GSP-1")
    assert (board.unit, board.longitude, board.as_of.isoformat()) == (world.village.unit, 101.95, "2026-02-01")
    assert list(board.segments.all()) == [beside]
    assert {post for post, _person in board.settled} >= {world.village.pk, world.county.pk}
    assert Event.objects.get(stream=board.stream).act == "signboards.set_up"


def test_a_trial_leaves_no_trace_of_a_board(world, office):
    delivery = handed_in("signboards", office, row(world, "GSP-1"))
    assert (reports.last_run(delivery).added, Signboard.objects.count()) == (1, 0)
    assert not Event.objects.filter(stream__startswith="signboards").exists()


def test_what_the_page_refuses_a_file_is_refused_with_the_same_sentence(world, office):
    other = SegmentFactory(code="OTHER", resource=ResourceFactory(name="立曲"))
    rows = [
        row(world, "GSP-1", set_up_on="2090-01-01"),
        row(world, "GSP-2", segments=other.code),
        row(world, other.code),  # its board would lead to another segment
        row(world, "GSP-3", latitude="30"),
        row(world, "GSP-4", as_of="2025-01-01"),
        row(world, "new"),
    ]
    delivery = handed_in("signboards", office, *rows)
    assert remarks(delivery) == [(line, "refused") for line in range(2, 8)]
    sentence = reports.last_run(delivery).notes.get(line=2).text
    with pytest.raises(Refused) as page:
        signboards.board(world, set_up_on=days.today().replace(year=2090))
    assert sentence == str(page.value)


def test_a_board_needs_a_segment_and_a_unit_that_stand_and_lie_in_the_reach(world, office):
    far = SegmentFactory(code="FAR", jurisdiction=village("513322201200", "邻村"))
    far.path = "513322201200"
    far.save()
    UnitFactory(code="gone", jurisdiction=world.place, until=days.today())
    rows = [
        row(world, "G-1", segment="none"),
        row(world, "G-2", segment="FAR"),
        row(world, "G-3", unit="none"),
        row(world, "G-4", unit="gone"),
        row(world, "G-5", segments="none"),
        row(world, "G-6"),
        row(world, "G-6"),
    ]
    townships = acting_for(Post.objects.get(unit=world.township.unit, kind__functions=[Function.RECEIVER.value]))
    expected = [(2, "unknown_segment"), (3, "reach"), (4, "unknown_unit"), (5, "ended"), (6, "unknown_segment"), (8, "duplicate")]
    assert remarks(handed_in("signboards", townships, *rows)) == expected


def test_the_same_board_again_is_nothing_new_and_a_code_is_never_given_twice(world, office):
    taken_over("signboards", office, row(world, "GSP-1"))
    again = handed_in("signboards", office, row(world, "GSP-1"), row(world, "GSP-2"))
    run = reports.last_run(again)
    assert (run.unchanged, run.added) == (1, 1)
    assert remarks(handed_in("signboards", office, row(world, "GSP-1", set_up_on="2026-02-01"))) == [(2, "differs")]


def test_a_point_as_a_spreadsheet_reckons_it_is_taken_and_rounded(world, office):
    taken_over("signboards", office, row(world, "GSP-1", longitude="101.95641234567801", latitude="30.05123456789012"))
    board = Signboard.objects.get()
    assert (board.longitude, board.latitude) == (101.956412, 30.051235)


def test_what_a_file_says_else_of_a_board_that_stands_is_told_column_by_column(world, office):
    beside = SegmentFactory(code="B-2", resource=world.segment.resource)
    first = row(world, "GSP-1", segments="B-2", longitude="101.95", latitude="30.1", as_of="2026-02-01", targets="水质达标")
    taken_over("signboards", office, first)
    same = handed_in("signboards", office, first | {"as_of": "2026-01-05", "whole": "否"})  # the names were looked at again since
    assert remarks(same, "warning") == []
    changed = {
        "place": "坝上",
        "longitude": "101.96",
        "targets": "清洁",
        "segments": "",
        "length_m": "1200",
        "whole": "是",
        "as_of": "2026-03-01",
    }
    delivery = handed_in("signboards", office, first | changed)
    run = reports.last_run(delivery)
    assert (run.unchanged, run.rejected) == (1, 0)
    assert remarks(delivery, "warning") == [(2, "stays")] * 6
    told = {note.heading: note.text for note in run.notes.all()}
    assert set(told) == {"设立位置", "经度", "管护目标", "长度（米）", "代表整条河湖", "牌上责任人截至日期"}
    assert ["桥头" in told["设立位置"], "101.95" in told["经度"], "2026-02-01" in told["牌上责任人截至日期"]] == [True] * 3
    assert beside in Signboard.objects.get().segments.all()


def test_a_row_that_is_refused_takes_none_of_the_others_unless_the_good_ones_are_enough(world, office):
    rows = [row(world, "GSP-1"), row(world, "GSP-2", set_up_on="2090-01-01")]
    with pytest.raises(Refused):
        taken_over("signboards", office, *rows)
    assert not Signboard.objects.exists()
    taken_over("signboards", office, *rows, partial=True)
    assert list(Signboard.objects.values_list("code", flat=True)) == ["GSP-1"]


def test_boards_that_nobody_went_on_with_are_taken_down_by_undoing_and_come_again_with_a_corrected_file(world, office):
    delivery = taken_over("signboards", office, row(world, "GSP-1"), row(world, "GSP-2"))
    assert reports.obstacles(delivery, actions.taken(delivery), office) == []
    actions.undo(delivery, by=office, expect=delivery.version)
    board = Signboard.objects.get(code="GSP-1")
    assert (delivery.state, board.state) == ("undone", "gone")
    assert Event.objects.filter(stream=board.stream).order_by("-pk").first().act == "signboards.take_down"
    again = taken_over("signboards", office, row(world, "GSP-1", place="坝上", set_up_on="2026-02-01", as_of="2026-03-01"))
    assert reports.last_run(again).added == 1
    board.refresh_from_db()
    assert (board.state, board.place, board.set_up_on.isoformat(), board.as_of.isoformat()) == (
        "standing",
        "坝上",
        "2026-02-01",
        "2026-03-01",
    )
    actions.undo(again, by=office, expect=again.version)
    board.refresh_from_db()
    assert board.state == "gone"


def test_a_board_that_is_gone_by_itself_is_not_put_up_by_an_old_file(world, office):
    taken_over("signboards", office, row(world, "GSP-1"))
    board = Signboard.objects.get()
    boards.take_down(board, seen_on=days.today(), note="被洪水冲走", by=office, expect=board.version)
    delivery = taken_over("signboards", office, row(world, "GSP-1"))
    assert (reports.last_run(delivery).unchanged, remarks(delivery, "warning")) == (1, [(2, "gone")])
    assert Signboard.objects.get().state == "gone"


@pytest.mark.parametrize("what", ["check", "photo", "change", "update", "complaint"])
def test_a_file_of_boards_is_not_undone_when_somebody_went_on_with_one(world, office, what):
    delivery = taken_over("signboards", office, row(world, "GSP-2"))
    board = Signboard.objects.get()
    if what == "check":
        boards.check(board, seen_on=days.today(), note="", by=office, expect=board.version)
    elif what == "photo":
        evidence.keep(photo(), owner=board.stream, role="photo", by=office)
    elif what == "change":
        boards.change(board, entry=dataclasses.replace(boards.as_entry(board), place="坝上"), by=office, expect=board.version)
    elif what == "update":
        seat = PostFactory(kind=world.county.kind, unit=world.county.unit)
        TenureFactory(post=seat), ChargeFactory(post=seat, segment=world.segment)
        assert boards.sweep() == 1
    else:
        complaints.registered(segment=world.segment, signboard=board)
    (said,) = reports.obstacles(delivery, actions.taken(delivery), office)
    assert "GSP-2" in said or what == "complaint"
    with pytest.raises(Refused):
        actions.undo(delivery, by=office, expect=delivery.version)
    assert not Signboard.objects.filter(state="gone").exists()
