"""Segments are cut, divided, added and ended; what is open in the chainage is known."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused, Stale
from accountability.ledger.models import Event
from chiefs.posts import reports as posts
from chiefs.posts.models import Charge
from chiefs.resources import actions, reports, rules
from chiefs.resources.actions.segments import Piece
from chiefs.resources.actions.writing import stream_of
from chiefs.resources.models import Segment
from tests.accountability.ledger.test_race import at_once
from tests.factories import territory
from tests.factories.posts import chain
from tests.factories.resources import RIVER, ResourceFactory, SegmentFactory, drawn_river, office
from tests.factories.territory import JurisdictionFactory
from tests.matrix.cast import far_village

pytestmark = pytest.mark.django_db
DAY = days.today()


def pieces(*names):
    places = [territory.village(), territory.village("513301201201", "试验二村"), territory.village("513301202200", "试验邻村")]
    return [Piece(place, name) for place, name in zip(places, names or ("", "", ""), strict=False)]


def cut(river, by, at=(1500, 4000), **given):
    return actions.cut_line(river, at_m=list(at), pieces=given.pop("pieces", pieces("上段", "中段", "下段")), day=DAY, by=by, **given)


def test_a_line_is_cut_into_segments_that_are_the_whole_of_it():
    river, by = drawn_river(), office()
    made = cut(river, by)
    assert [(s.from_m, s.to_m, s.name) for s in made] == [(0, 1500, "上段"), (1500, 4000, "中段"), (4000, river.drawn_m, "下段")]
    assert [s.code for s in made] == ["YLH-01", "YLH-02", "YLH-03"]
    lines = [s.geometry["coordinates"] for s in made]
    assert (lines[0][0], lines[-1][-1]) == (RIVER[0], RIVER[-1])
    assert lines[0][-1] == lines[1][0]
    assert lines[1][-1] == lines[2][0]
    assert sum(rules.extent(s.geometry).length_m for s in made) == pytest.approx(river.drawn_m, abs=2)
    assert [s.path for s in made] == ["513301201200", "513301201201", "513301202200"]
    assert reports.faults(DAY) == []
    assert Event.objects.filter(act="resources.add_segment").count() == 3
    assert Event.objects.get(stream=stream_of(river), act="resources.cut").facts["at_m"] == [1500, 4000]


def test_the_same_form_cuts_once():
    river, by, ref = drawn_river(), office(), uuid.uuid4()
    assert cut(river, by, client_ref=ref) == cut(river, by, client_ref=ref)
    assert Segment.objects.count() == 3


@pytest.mark.parametrize("at", [(4000, 1500), (1500, 1500), (0, 1500), (1500, 99_999)])
def test_cuts_rise_inside_the_line(at):
    river, by = drawn_river(), office()
    with pytest.raises(Refused):
        cut(river, by, at)
    assert not Segment.objects.exists()


def test_each_part_needs_a_place_and_a_bank_is_cut_once():
    river, by = drawn_river(), office()
    with pytest.raises(Refused):
        cut(river, by, at=(1500,))
    cut(river, by, bank="left")
    with pytest.raises(Refused):
        cut(river, by, bank="both")
    cut(river, by, bank="right")
    assert reports.faults(DAY) == []


def test_nothing_is_cut_without_a_line_or_outside_the_reach():
    by = office()
    with pytest.raises(Refused):
        cut(ResourceFactory(name="无图河"), by)
    far = far_village("513322", "邻县", parent=territory.prefecture())
    with pytest.raises(NotPermitted):
        cut(drawn_river(), by, pieces=[*pieces()[:2], Piece(far)])
    assert len(cut(drawn_river(name="跨县河"), office(territory.prefecture()), pieces=[*pieces()[:2], Piece(far)])) == 3


def test_a_segment_lies_in_a_unit_of_its_first_day_and_keeps_that_path():
    river, by = drawn_river(), office()
    young = JurisdictionFactory(code="513301201277", name="新村", parent=territory.township(), since=DAY - timedelta(days=10))
    with pytest.raises(Refused):
        actions.add(river, piece=Piece(young), day=DAY - timedelta(days=20), by=by)
    with pytest.raises(Refused):
        actions.add(river, piece=Piece(young), day=DAY - timedelta(days=2000), by=by)
    made = actions.add(river, piece=Piece(young), day=DAY - timedelta(days=5), by=by)
    assert (made.path, made.since, made.from_m) == ("513301201277", DAY - timedelta(days=5), None)
    assert made.name == "雅拉河新村段"


def test_a_segment_with_chainage_is_drawn_from_the_line_and_clashes_with_nobody():
    river, by = drawn_river(), office()
    made = actions.add(river, piece=pieces()[0], day=DAY, by=by, from_m=1000, to_m=2000, bank="left")
    assert rules.extent(made.geometry).length_m == pytest.approx(1000, abs=1)
    for bank, low, high in (("left", 1500, 2500), ("both", 0, 1001), ("left", 5, 5), ("right", 0, 99_999)):
        with pytest.raises(Refused):
            actions.add(river, piece=pieces()[0], day=DAY, by=by, from_m=low, to_m=high, bank=bank)
    with pytest.raises(Refused):
        actions.add(river, piece=pieces()[0], day=DAY, by=by, from_m=10)
    actions.add(river, piece=pieces()[0], day=DAY, by=by, from_m=1000, to_m=2000, bank="right")
    found = [(f.kind, f.bank, f.from_m, f.to_m) for f in reports.faults_of(river, DAY)]
    assert sorted(found) == [
        ("gap", "left", 0, 1000),
        ("gap", "left", 2000, river.drawn_m),
        ("gap", "right", 0, 1000),
        ("gap", "right", 2000, river.drawn_m),
    ]
    assert reports.fault_counts(DAY) == {territory.village().pk: Counter(gap=4)}


def test_plots_of_forest_and_grass_are_segments_without_chainage():
    forest = ResourceFactory(kind="forest_grass", name="雅拉乡林草地")
    made = actions.add(forest, piece=pieces("一号地块")[0], day=DAY, by=office())
    assert (made.from_m, made.bank, made.code) == (None, "both", "YLXLCD-01")
    assert reports.faults(DAY) == []


def test_codes_go_on_where_they_stopped_also_between_resources_of_the_same_letters():
    by = office()
    SegmentFactory(code="YLH-09")
    SegmentFactory(code="YLH-2024X")
    river, other = ResourceFactory(name="雅拉河"), ResourceFactory(name="雅砻湖")
    codes = [actions.add(water, piece=pieces()[0], day=DAY, by=by).code for water in (river, other, river)]
    assert codes == ["YLH-10", "YLH-11", "YLH-12"]
    assert actions.add(ResourceFactory(name="雅拉河（旧）"), piece=pieces()[0], day=DAY, by=by).code == "YLH-13"


@pytest.mark.django_db(transaction=True)
def test_two_who_add_segments_at_once_get_two_codes():
    by, river, other = office(), ResourceFactory(name="雅拉河"), ResourceFactory(name="雅砻湖")
    piece = pieces()[0]

    def add(i):
        actions.add((river, other)[i % 2], piece=piece, day=DAY, by=by)
        return "added"

    assert at_once(add, threads=4) == {"added": 4}
    assert set(Segment.objects.values_list("code", flat=True)) == {"YLH-01", "YLH-02", "YLH-03", "YLH-04"}


def test_who_answered_for_a_segment_answers_for_each_of_its_parts():
    world = chain()
    river = drawn_river()
    whole = cut(river, acting := office(), at=(), pieces=pieces()[:1])[0]
    ends_later = DAY + timedelta(days=90)
    Charge.objects.create(post=world.village, segment=whole, since=DAY)
    Charge.objects.create(post=world.county, segment=whole, since=DAY, until=ends_later)
    on = DAY + timedelta(days=30)
    parts = actions.divide(whole, at_m=[3000], pieces=pieces()[:2], day=on, by=acting)
    whole.refresh_from_db()
    assert whole.until == on
    assert posts.answerers(whole, on) == {}
    assert set(posts.answerers(whole, on - timedelta(days=1))) == {"village", "county"}
    for part in parts:
        assert set(posts.answerers(part, on)) == {"village", "county"}
        assert posts.answerers(part, ends_later) == {"village": [world.village]}
    assert [(p.from_m, p.to_m) for p in parts] == [(0, 3000), (3000, river.drawn_m)]
    assert parts[0].geometry["coordinates"][-1] == parts[1].geometry["coordinates"][0]
    assert reports.faults(on) == []
    assert Event.objects.filter(act="posts.divide_charge").count() == 2


def test_dividing_on_a_day_before_somebody_begins_is_refused_whole():
    world, river, by = chain(), drawn_river(), office()
    whole = cut(river, by, at=(), pieces=pieces()[:1])[0]
    Charge.objects.create(post=world.village, segment=whole, since=DAY + timedelta(days=60))
    with pytest.raises(Refused):
        actions.divide(whole, at_m=[3000], pieces=pieces()[:2], day=DAY + timedelta(days=30), by=by)
    assert Segment.objects.filter(resource=river).get().until is None


def test_a_part_of_a_part_is_cut_from_its_own_line():
    river, by = drawn_river(), office()
    first = cut(river, by)[1]
    parts = actions.divide(first, at_m=[2000], pieces=pieces()[:2], day=DAY + timedelta(days=1), by=by)
    assert [(p.from_m, p.to_m) for p in parts] == [(1500, 2000), (2000, 4000)]
    assert [rules.extent(p.geometry).length_m for p in parts] == [pytest.approx(500, abs=1), pytest.approx(2000, abs=1)]
    assert parts[0].geometry["coordinates"][0] == first.geometry["coordinates"][0]
    assert parts[1].geometry["coordinates"][-1] == first.geometry["coordinates"][-1]


def test_a_segment_that_somebody_answers_for_does_not_end():
    world, by = chain(), office()
    with pytest.raises(Refused):
        actions.end(world.segment, day=DAY, by=by)
    world.segment.refresh_from_db()
    assert world.segment.until is None
    Charge.objects.filter(segment=world.segment).update(until=DAY)
    actions.end(world.segment, day=DAY, by=by)
    assert world.segment.until == DAY
    with pytest.raises(Refused):
        actions.end(world.segment, day=DAY + timedelta(days=1), by=by)


def test_a_segment_is_named_and_ended_by_its_own_office_and_not_over_a_newer_name():
    segment, by = SegmentFactory(), office()
    far = office(far_village("513322", "邻县", parent=territory.prefecture()).parent.parent)
    with pytest.raises(NotPermitted):
        actions.rename_segment(segment, name="别名", name_bo="", by=far)
    with pytest.raises(NotPermitted):
        actions.end(segment, day=DAY, by=far)
    seen = reports.version_of(stream_of(segment))
    actions.rename_segment(segment, name="新名", name_bo="མིང་།", by=by, expect=seen)
    with pytest.raises(Stale):
        actions.rename_segment(segment, name="别名", name_bo="", by=by, expect=seen)
    segment.refresh_from_db()
    assert (segment.name, segment.name_bo) == ("新名", "མིང་།")
    assert set(Segment.objects.kept_by(by)) == {segment}
    assert not Segment.objects.kept_by(far).exists()


def test_the_database_keeps_chainage_whole():
    segment = SegmentFactory()
    for wrong in ({"from_m": 10, "to_m": None}, {"from_m": None, "to_m": 10}, {"from_m": 10, "to_m": 10}):
        with pytest.raises(IntegrityError, match="segment_chainage"), transaction.atomic():
            Segment.objects.filter(pk=segment.pk).update(**wrong)


def test_the_faults_of_the_register_cost_two_queries_whatever_its_size(django_assert_num_queries):
    by = office()
    for n in range(6):
        actions.add(drawn_river(name=f"试验河{n}"), piece=pieces()[n % 2], day=DAY, by=by, from_m=100, to_m=200)
    with django_assert_num_queries(2):
        assert len(reports.faults(DAY)) == 12
    assert reports.fault_counts(DAY) == {place.pk: Counter(gap=6) for place in (territory.village(), territory.village("513301201201"))}


def test_faults_are_those_of_the_day():
    river, by = drawn_river(), office()
    made = actions.add(river, piece=pieces()[0], day=DAY, by=by, from_m=0, to_m=river.drawn_m)
    assert reports.faults(DAY - timedelta(days=1)) == []
    Segment.objects.filter(pk=made.pk).update(until=date(2099, 1, 1))
    assert reports.faults(DAY) == []
    actions.add(river, piece=pieces()[0], day=DAY + timedelta(days=9), by=office(), bank="left")
    assert reports.faults(DAY + timedelta(days=9)) == []
    SegmentFactory(resource=river, from_m=10, to_m=20)
    assert [f.kind for f in reports.faults(DAY)] == ["overlap"]


def test_the_path_of_a_segment_is_that_of_its_place_whoever_writes_it():
    """A territory is one range of paths: a copy that differs would hide a segment from its office. Bulk writes are held too."""
    segment, other = SegmentFactory(), territory.township("513301202000", "新都桥镇")
    wrong = [{"path": "5133"}, {"jurisdiction": other}, {"jurisdiction": other, "path": segment.path}]
    for values in wrong:
        with pytest.raises(IntegrityError, match="segment_copied"), transaction.atomic():
            Segment.objects.filter(pk=segment.pk).update(**values)
    bare = {"resource": segment.resource, "jurisdiction": other, "code": "YL-X", "name": "段", "since": segment.since}
    with pytest.raises(IntegrityError, match="segment_copied"), transaction.atomic():
        Segment.objects.bulk_create([Segment(**bare)])
    Segment.objects.bulk_create([Segment(**bare, path=other.path)])
    Segment.objects.filter(pk=segment.pk).update(jurisdiction=other, path=other.path)


def test_a_stretch_entered_wrongly_is_put_right_under_the_same_code_with_its_charges():
    world = chain()
    river, by = drawn_river(), office()
    first, second, _third = cut(river, by)
    Charge.objects.create(post=world.village, segment=first, since=DAY)
    before = first.geometry
    actions.correct(first, jurisdiction=first.jurisdiction, bank="left", from_m=100, to_m=1500, by=by)
    first.refresh_from_db()
    assert (first.code, first.bank, first.from_m, first.to_m) == ("YLH-01", "left", 100, 1500)
    assert first.geometry != before
    assert first.charges.get().post == world.village
    facts = Event.objects.get(stream=stream_of(first), act="resources.correct_segment").facts
    assert facts["from_m"] == 100
    assert "to_m" not in facts
    with pytest.raises(Refused, match="1500"):
        actions.correct(first, jurisdiction=first.jurisdiction, bank="left", from_m=100, to_m=1600, by=by)
    with pytest.raises(Refused):
        actions.correct(first, jurisdiction=first.jurisdiction, bank="left", from_m=100, to_m=None, by=by)
    far = office(far_village("513322", "邻县", parent=territory.prefecture()).parent.parent)
    with pytest.raises(NotPermitted):
        actions.correct(second, jurisdiction=second.jurisdiction, bank="left", from_m=1500, to_m=4000, by=far)


def test_a_segment_goes_to_another_unit_only_while_nobody_answers_for_it_and_who_does_is_named():
    world = chain()
    by, there = office(), territory.village("513301201201", "试验二村")
    wanted = {"jurisdiction": there, "bank": "both", "from_m": None, "to_m": None, "by": by}
    with pytest.raises(Refused, match=world.village.title):
        actions.correct(world.segment, **wanted)
    Charge.objects.filter(segment=world.segment).delete()
    actions.correct(world.segment, **wanted)
    world.segment.refresh_from_db()
    assert (world.segment.jurisdiction, world.segment.path) == (there, there.path)
