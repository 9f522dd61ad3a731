"""The grid serves rangers and supervision alike; red lines have plots, markers that are checked, and projects that must go."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accountability.evidence import reports as evidence
from accountability.kit import days
from accountability.ledger.errors import NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from accountability.ledger.registry import may_open_evidence
from chiefs.posts.functions import Function
from chiefs.resources import actions
from chiefs.resources.actions.writing import stream_of
from chiefs.resources.lifecycle import ProjectLifecycle
from chiefs.resources.models import GridCell, LegacyProject, Marker, RedLinePlot
from tests.factories import territory
from tests.factories.evidence import photo
from tests.factories.posts import UnitFactory, acting_for, chief, desk, government
from tests.factories.resources import SegmentFactory, office
from tests.matrix.cast import far_village

pytestmark = pytest.mark.django_db
DAY = days.today()


def cell(by, **given):
    facts = {"code": "WG-01", "name": "一号网格", "jurisdiction": territory.village(), "day": DAY, "by": by}
    return actions.add_cell(**(facts | given))


def plot(by, **given):
    facts = {"code": "RL-01", "name": "试验红线地块", "jurisdiction": territory.village(), "type": "important", "purpose": "water"}
    return actions.enter_plot(**(facts | {"area_m2": 2_000_000, "act": "川府发〔2018〕24号", "day": DAY, "by": by} | given))


def marker(by, of=None, **given):
    facts = {"number": "J-01", "longitude": 101.95, "latitude": 30.1, "day": DAY - timedelta(days=30), "by": by}
    return actions.place_marker(of or plot(by), **(facts | given))


def project(by, of=None, **given):
    facts = {"name": "试验采石场", "nature": "illegal", "kind": "mine", "unit_in_charge": "试验局", "since_year": 2009, "by": by}
    return actions.find_project(of or plot(by), **(facts | given))


def elsewhere():
    return far_village("513322", "邻县", parent=territory.prefecture())


def test_one_cell_serves_rangers_and_supervision_or_one_of_them_never_nobody():
    by = office()
    both = cell(by)
    assert (both.for_rangers, both.for_supervision) == (True, True)
    assert cell(by, code="WG-02", for_rangers=False).for_supervision
    with pytest.raises(Refused):
        cell(by, code="WG-03", for_rangers=False, for_supervision=False)
    with pytest.raises(IntegrityError, match="cell_serves_somebody"), transaction.atomic():
        GridCell.objects.filter(pk=both.pk).update(for_rangers=False, for_supervision=False)


def test_segments_of_the_same_township_lie_in_a_cell_and_change_by_an_event():
    by = office()
    own, beside = SegmentFactory(), SegmentFactory(jurisdiction=territory.village("513301201201", "试验二村"))
    far = SegmentFactory(jurisdiction=territory.village("513301202200", "试验邻村"))
    found = cell(by, segments=[own])
    facts = {"name": "一号网格", "name_bo": "", "for_rangers": True, "for_supervision": False, "by": by}
    actions.change_cell(found, segments=[own, beside], **facts)
    assert set(found.segments.all()) == {own, beside}
    assert Event.objects.get(act="resources.change_cell").stream == stream_of(found)
    with pytest.raises(Refused):
        actions.change_cell(found, segments=[far], **facts)
    assert set(found.segments.all()) == {own, beside}


def test_the_desk_of_a_township_keeps_its_own_grid_and_no_other():
    territory.village()
    town = acting_for(desk(government(territory.township()), Function.RECEIVER))
    found = cell(town)
    assert set(GridCell.objects.kept_by(town)) == {found}
    with pytest.raises(NotPermitted):
        cell(town, code="WG-02", jurisdiction=territory.village("513301202200", "试验邻村"))
    with pytest.raises(NotPermitted):
        plot(town)
    village = acting_for(desk(government(territory.village()), Function.RECEIVER))
    assert not GridCell.objects.kept_by(village).exists()
    with pytest.raises(NotPermitted):
        actions.end_cell(found, day=DAY + timedelta(days=1), by=village)


def test_a_cell_ends_once_after_its_first_day():
    by = office()
    found = cell(by)
    with pytest.raises(Refused):
        actions.end_cell(found, day=DAY, by=by)
    actions.end_cell(found, day=DAY + timedelta(days=1), by=by)
    with pytest.raises(Refused):
        actions.end_cell(found, day=DAY + timedelta(days=2), by=by)
    assert not GridCell.objects.in_force(DAY + timedelta(days=1)).exists()


def test_codes_are_given_once():
    by = office()
    for make in (cell, plot):
        make(by)
        with pytest.raises(Refused):
            make(by)
        with pytest.raises(Refused):
            make(by, code="甲 乙")


def test_a_plot_is_entered_by_the_office_around_it_and_seen_inside_the_reach():
    by = office()
    found = plot(by)
    far = office(elsewhere().parent.parent)
    with pytest.raises(NotPermitted):
        plot(far, code="RL-02")
    with pytest.raises(Refused):
        plot(by, code="RL-02", day=DAY + timedelta(days=1))
    assert set(RedLinePlot.objects.visible_to(by)) == {found}
    assert not RedLinePlot.objects.visible_to(far).exists()
    assert not RedLinePlot.objects.visible_to(None).exists()
    for wrong in ({"area_m2": 0}, {"act": ""}):
        with pytest.raises(IntegrityError, match="red_line_has"), transaction.atomic():
            RedLinePlot.objects.filter(pk=found.pk).update(**wrong)


def test_a_marker_stands_in_china_once_under_its_number():
    by = office()
    found = plot(by)
    first = marker(by, found)
    for wrong in ({"number": "J-02", "longitude": 30.1, "latitude": 101.95}, {}, {"number": "甲"}):
        with pytest.raises(Refused):
            marker(by, found, **wrong)
    with pytest.raises(IntegrityError, match="marker_in_china"), transaction.atomic():
        Marker.objects.filter(pk=first.pk).update(longitude=12.0)


def test_each_check_of_a_marker_is_an_event_and_the_latest_stands_on_it():
    by, ref = office(), uuid.uuid4()
    found = marker(by)
    walker = acting_for(chief("village", government(territory.village())))
    photos = [SimpleUploadedFile("a.jpg", photo())]
    actions.check_marker(found, day=DAY - timedelta(days=2), finding="damaged", remark="字迹不清", photos=photos, by=walker, client_ref=ref)
    actions.check_marker(found, day=DAY - timedelta(days=2), finding="damaged", remark="字迹不清", by=walker, client_ref=ref)
    assert (found.checked_on, found.finding, found.checker_id) == (DAY - timedelta(days=2), "damaged", walker.post_id)
    actions.check_marker(found, day=DAY - timedelta(days=9), finding="sound", by=by)
    found.refresh_from_db()
    assert (found.checked_on, found.finding) == (DAY - timedelta(days=2), "damaged")
    checks = Event.objects.filter(act="resources.check_marker").order_by("pk")
    assert [event.facts["photos"] for event in checks] == [1, 0]
    assert [e.facts["finding"] for e in checks] == ["damaged", "sound"]
    assert evidence.of(stream_of(found)).count() == 1
    for day in (DAY + timedelta(days=1), DAY - timedelta(days=31)):
        with pytest.raises(Refused):
            actions.check_marker(found, day=day, finding="sound", by=by)


def test_who_may_check_is_who_goes_there():
    by = office()
    found = marker(by)
    far = acting_for(chief("village", government(elsewhere())))
    statistics = acting_for(desk(UnitFactory(jurisdiction=territory.county()), Function.STATISTICS))
    for stranger in (far, statistics):
        with pytest.raises(NotPermitted):
            actions.check_marker(found, day=DAY, finding="sound", by=stranger)
    forestry = acting_for(desk(UnitFactory(jurisdiction=territory.county()), Function.DEPARTMENT))
    actions.check_marker(found, day=DAY, finding="sound", by=forestry)


def test_the_photos_of_a_marker_are_seen_by_who_sees_the_marker():
    by = office()
    found = marker(by)
    actions.check_marker(found, day=DAY, finding="sound", photos=[SimpleUploadedFile("a.jpg", photo())], by=by)
    kept = evidence.of(stream_of(found)).get()
    assert may_open_evidence.ask(evidence=kept, acting=by) == [True]
    assert may_open_evidence.ask(evidence=kept, acting=office(elsewhere().parent.parent)) == []
    assert may_open_evidence.ask(evidence=kept, acting=None) == []


def test_a_project_is_found_rectified_gone_and_may_be_back():
    by = office()
    found = project(by)
    assert [m.name for m in ProjectLifecycle.available(found, by)] == ["rectify", "gone"]
    for due in (DAY, DAY + timedelta(days=4000)):
        with pytest.raises(Refused):
            actions.rectify_project(found, due=due, by=by, expect=0)
    actions.rectify_project(found, due=DAY + timedelta(days=90), by=by, expect=0, note="限期拆除")
    with pytest.raises(Stale):
        actions.project_gone(found, gone_on=DAY, by=by, expect=0)
    with pytest.raises(Refused):
        actions.project_gone(found, gone_on=DAY + timedelta(days=1), by=by, expect=1)
    actions.project_gone(found, gone_on=DAY, by=by, expect=1)
    with pytest.raises(NoTransition):
        actions.rectify_project(found, due=DAY + timedelta(days=9), by=by, expect=2)
    actions.project_back(found, note="又开工", by=by, expect=2)
    assert (found.state, found.gone_on, found.due) == ("found", None, None)


def test_projects_are_kept_and_seen_inside_the_reach_only():
    by, far = office(), office(elsewhere().parent.parent)
    found = project(by)
    with pytest.raises(NotPermitted):
        project(far, found.plot)
    with pytest.raises(NotPermitted):
        actions.project_gone(found, gone_on=DAY, by=far, expect=0)
    with pytest.raises(Refused):
        project(by, found.plot, since_year=DAY.year + 1)
    assert set(LegacyProject.objects.kept_by(by)) == {found}
    assert not LegacyProject.objects.visible_to(far).exists()
    assert not LegacyProject.objects.visible_to(None).exists()


def test_the_same_form_enters_a_project_once():
    by, ref = office(), uuid.uuid4()
    found = plot(by)
    assert project(by, found, client_ref=ref) == project(by, found, client_ref=ref)
    assert LegacyProject.objects.count() == 1
