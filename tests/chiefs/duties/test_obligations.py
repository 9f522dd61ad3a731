"""What recurs is planned once, follows whoever holds the post, and is done, missed or let off."""

import json
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.ledger import sweeps
from accountability.ledger.errors import NotPermitted, NoTransition, Refused
from accountability.ledger.models import Event
from accountability.ledger.registry import may_open_evidence
from accountability.ledger.verification import first_fault
from chiefs.duties import rules
from chiefs.duties.actions import lists, obligations
from chiefs.duties.models import Obligation
from chiefs.posts.models import Post, Tenure
from tests.factories import posts, territory
from tests.factories.duties import MEETING, clerk, followed, published
from tests.factories.evidence import photo
from tests.factories.posts import TenureFactory, acting_for

pytestmark = pytest.mark.django_db
BEGUN = date(2026, 1, 5)
Q2, Q3, Q4 = date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)


@pytest.fixture
def world():
    return posts.chain()


def standing():
    return list(Obligation.objects.order_by("since", "pk").values_list("since", "state"))


@pytest.fixture
def asked(world, at):
    """The county's chief studies the matter once in a quarter, by a list published on 5 January 2026."""
    with at(BEGUN):
        return published(MEETING, since=date(2020, 1, 1), post=world.county)


def handed_in(obligation, by, **facts):
    evidence.keep(photo(), owner=obligation.stream, role="minutes", by=by, name="纪要.jpg")
    return obligations.done(obligation, by=by, expect=obligation.version, **{"happened_on": date(2026, 5, 8), "note": "研究部署", **facts})


def test_the_first_period_owed_is_the_one_after_the_list_was_published(asked, at):
    with at(BEGUN):
        obligations.sweep()
        assert standing() == [(Q2, "planned")]
    with at(Q2):
        obligations.sweep()
        assert standing() == [(Q2, "due"), (Q3, "planned")]


def test_swept_twice_nothing_more_is_written(asked, at):
    with at(Q3):
        assert obligations.sweep() > 0
        before, events = standing(), Event.objects.count()
        assert obligations.sweep() == 0
    assert (standing(), Event.objects.count()) == (before, events)


def test_after_a_standstill_everything_is_caught_up_with(asked, at):
    with at(date(2026, 11, 2)):
        obligations.sweep()
    assert standing() == [(Q2, "missed"), (Q3, "missed"), (Q4, "due"), (date(2027, 1, 1), "planned")]
    assert first_fault()[0] is None


def test_the_worker_sweeps():
    assert "duties.obligations" in sweeps.registered()
    assert sweeps.run_due("duties.obligations") == ["duties.obligations"]


def test_a_period_is_missed_by_the_term_that_held_the_post_all_the_while(world, asked, at):
    old = Tenure.objects.get(post=world.county)
    old.until = Q3
    old.save()
    new = TenureFactory(post=world.county, since=Q3)
    with at(date(2026, 10, 5)):
        obligations.sweep()
    assert [(o.since, o.state, o.tenure_id) for o in Obligation.objects.filter(state="missed").order_by("since")] == [
        (Q2, "missed", old.pk),
        (Q3, "missed", new.pk),
    ]


def test_nobody_is_charged_for_a_period_in_which_the_post_changed_hands_or_was_vacant(world, asked, at):
    Tenure.objects.filter(post=world.county).update(until=date(2026, 5, 6))
    TenureFactory(post=world.county, since=date(2026, 5, 6), until=Q3)
    with at(date(2026, 10, 5)):
        obligations.sweep()
    assert [
        (o.since, o.state, o.reason, o.tenure_id) for o in Obligation.objects.exclude(state__in=["planned", "due"]).order_by("since")
    ] == [
        (Q2, "waived", "part", None),
        (Q3, "waived", "vacancy", None),
    ]


def test_whoever_holds_the_post_sees_what_is_open_and_hands_it_in_for_the_term_of_that_day(world, asked, at):
    old = Tenure.objects.get(post=world.county)
    old.until = date(2026, 5, 20)
    old.save()
    TenureFactory(post=world.county, since=date(2026, 5, 20))
    with at(date(2026, 6, 1)):
        obligations.sweep()
        owed = Obligation.objects.get(since=Q2)
        handed_in(owed, acting_for(world.county, days.today()), happened_on=date(2026, 5, 8))
    assert (owed.state, owed.tenure_id) == ("done", old.pk)


def test_a_meeting_needs_its_minutes_and_a_day_of_its_period(world, asked, at):
    with at(date(2026, 5, 10)):
        obligations.sweep()
        owed, by = Obligation.objects.get(since=Q2), acting_for(world.county)
        with pytest.raises(Refused):
            obligations.done(owed, happened_on=date(2026, 5, 8), note="", by=by, expect=owed.version)
        for day in (date(2026, 3, 31), Q3, date(2026, 5, 11)):
            with pytest.raises(Refused):
                handed_in(owed, by, happened_on=day)
        handed_in(owed, by)
        assert (owed.state, owed.happened_on) == ("done", date(2026, 5, 8))
        planned = Obligation.objects.get(since=Q3)
        with pytest.raises(NoTransition):
            handed_in(planned, by)


def test_text_named_as_a_pdf_is_no_minutes_and_stays_kept(world, asked, at):
    with at(date(2026, 5, 10)):
        obligations.sweep()
        owed, by = Obligation.objects.get(since=Q2), acting_for(world.county)
        kept = evidence.keep(b"hello", owner=owed.stream, role="minutes", by=by, name="x.pdf")
        with translation.override("en"), pytest.raises(Refused, match="neither a photo nor a PDF"):
            obligations.done(owed, happened_on=date(2026, 5, 8), note="", by=by, expect=owed.version)
        handed_in(owed, by)
    assert owed.state == "done"
    told = json.loads(Event.objects.filter(stream=owed.stream).latest("pk").payload)
    assert kept.sha256[:40] not in str(told)


def test_what_happened_in_time_is_done_however_late_its_minutes_arrive(world, asked, at):
    with at(date(2026, 8, 1)):
        obligations.sweep()
        owed = Obligation.objects.get(since=Q2)
        assert owed.state == "missed"
        handed_in(owed, acting_for(world.county))
    assert owed.state == "done"


def test_what_shows_something_else_is_sent_back_by_the_office(world, asked, at):
    with at(date(2026, 5, 10)):
        obligations.sweep()
        owed = Obligation.objects.get(since=Q2)
        handed_in(owed, acting_for(world.county))
        with pytest.raises(NotPermitted):
            obligations.send_back(owed, reason="不符", by=acting_for(world.county), expect=owed.version)
        obligations.send_back(owed, reason="纪要是上季度的", by=acting_for(world.office), expect=owed.version)
        assert (owed.state, owed.happened_on, owed.tenure) == ("due", None, None)
        handed_in(owed, acting_for(world.county))
    with at(Q3):
        obligations.send_back(owed, reason="纪要缺页", by=acting_for(world.office), expect=owed.version)
        assert (owed.state, owed.tenure) == ("missed", Tenure.objects.get(post=world.county))


def test_only_who_keeps_the_register_lets_off_and_never_for_the_own_post(world, asked, at):
    with at(date(2026, 5, 10)):
        obligations.sweep()
        owed = Obligation.objects.get(since=Q2)
        given = {"reason": "disaster", "note": "地震抢险", "expect": owed.version}
        for post in (world.county, world.village, world.water):
            with pytest.raises(NotPermitted):
                obligations.waive(owed, by=acting_for(post), **given)
        both = TenureFactory(person=Tenure.objects.get(post=world.county).person, post=world.office)
        with pytest.raises(NotPermitted):
            obligations.waive(owed, by=posts.reports.acting(None, world.office, both.person_id), **given)
        with pytest.raises(Refused):
            obligations.waive(owed, by=acting_for(world.office), **(given | {"reason": "part"}))
        with pytest.raises(Refused):
            obligations.waive(owed, by=acting_for(world.office), **(given | {"note": " "}))
        obligations.waive(owed, by=acting_for(world.office), **given)
    with at(Q4):
        obligations.sweep()
    owed.refresh_from_db()
    assert (owed.state, owed.reason) == ("waived", "disaster")


def test_a_line_carried_on_is_not_asked_twice_and_one_left_out_no_more(world, at):
    with at(BEGUN):
        about = published(MEETING, {"text": "半年小结", "what": "report", "every": "half_year"}, post=world.county)
    with at(date(2026, 5, 10)):
        obligations.sweep()
        version = lists.draft(about, by=clerk())
        gone = version.drafts.get(what="report")
        lists.remove_item(gone, by=clerk(), expect=version.version)
        version.refresh_from_db()
        lists.publish(version, since=date(2026, 6, 1), document="二", by=clerk(), expect=version.version)
        obligations.sweep()
    with at(Q3):
        obligations.sweep()
    meetings = Obligation.objects.filter(what="meeting").order_by("since")
    assert list(meetings.values_list("since", "state")) == [(Q2, "missed"), (Q3, "due"), (Q4, "planned")]
    report = Obligation.objects.get(what="report")
    assert (report.since, report.state, report.reason) == (Q3, "waived", "dropped")


@pytest.mark.parametrize("on_the_day", [False, True])
def test_a_line_that_is_asked_for_at_another_rhythm_is_asked_for_its_new_periods(world, at, on_the_day):
    with at(BEGUN):
        about = published(MEETING | {"every": "month"}, post=world.county)
    with at(date(2026, 6, 20)):
        obligations.sweep()
    with at(Q3 if on_the_day else date(2026, 6, 25)):
        obligations.sweep()
        version = lists.draft(about, by=clerk())
        lists.change_item(version.drafts.get(), by=clerk(), expect=version.version, every="quarter")
        version.refresh_from_db()
        lists.publish(version, since=Q3, document="二", by=clerk(), expect=version.version)
        obligations.sweep()
    with at(Q3):
        obligations.sweep()
    rows = Obligation.objects.filter(since__gte=Q3).order_by("since", "until")
    assert list(rows.values_list("since", "until", "state"))[:2] == [(Q3, date(2026, 8, 1), "waived"), (Q3, Q4, "due")]
    assert set(rows.filter(state="waived").values_list("reason", flat=True)) == {"dropped"}
    assert rows.filter(state="due").count() == 1


def test_a_kind_is_asked_of_each_of_its_posts_and_a_unit_of_its_desk(world, at):
    with at(BEGUN):
        published(MEETING, post_kind=world.village.kind, jurisdiction=world.county.unit.jurisdiction)
        published(MEETING, unit=world.water.unit)
        outside = posts.chief("village", posts.government(territory.JurisdictionFactory(code="513401201200")))
        obligations.sweep()
    assert set(Obligation.objects.values_list("post", flat=True)) == {world.village.pk, world.water.pk}
    assert outside.pk not in set(Obligation.objects.values_list("post", flat=True))


def test_a_post_is_asked_only_for_periods_that_begin_while_it_stands(world, asked, at):
    Post.objects.filter(pk=world.county.pk).update(until=date(2026, 8, 1))
    with at(date(2026, 11, 1)):
        obligations.sweep()
    assert [(o.since, o.state, o.reason) for o in Obligation.objects.order_by("since")] == [(Q2, "missed", ""), (Q3, "waived", "part")]


def test_minutes_are_opened_by_the_post_and_by_who_keeps_its_register(world, asked, at):
    with at(date(2026, 5, 10)):
        obligations.sweep()
        owed = Obligation.objects.get(since=Q2)
        kept = evidence.keep(photo(), owner=owed.stream, role="minutes", by=acting_for(world.county), name="纪要.jpg")
        told = {post: may_open_evidence.ask(evidence=kept, acting=acting_for(post)) for post in (world.county, world.office, world.water)}
    assert list(told.values()) == [[True], [True], []]


DAY = st.integers(0, 500)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sweeps_on=st.lists(DAY, min_size=1, max_size=6),
    changes=st.lists(st.tuples(DAY, st.booleans()), max_size=3),
    versions=st.lists(DAY, max_size=2),
)
def test_whenever_and_however_often_it_is_swept_the_outcome_is_the_same(settings, sweeps_on, changes, versions):
    """Random days of sweeping with repetitions and standstills, random successions and vacancies, random new versions: what stands at
    the end is what one sweep on the last day would have written, and nobody is charged for a period that they did not hold whole."""
    settings.DEMO = True
    changed = sorted(day for day in set(versions) if 0 < day < LENGTH)
    swept = [day for day in sweeps_on if day < LENGTH]
    assert lived(changes, changed, [*swept, *swept]) == lived(changes, changed, [])


LENGTH = 380


def lived(changes, versions, swept):
    """What stands at the end of a year and a half; the world in which it happened is taken back."""
    point = transaction.savepoint()
    county = posts.chief("county", posts.government(territory.county()))
    _succeed(county, changes)
    with on_day(0):
        about = published(MEETING, post=county)
    for day, deed in sorted([*((day, "version") for day in versions), *((day, "sweep") for day in swept)]):
        with on_day(day):
            if deed == "version":
                followed(about, since=days.today())
            else:
                obligations.sweep()
    with on_day(LENGTH):
        obligations.sweep()
        assert obligations.sweep() == 0
    rows = list(Obligation.objects.order_by("since").select_related("tenure"))
    for row in rows:
        if row.state == "missed":
            assert row.tenure.since <= row.since
            assert row.tenure.until is None or row.tenure.until >= row.until
    outcome = [(row.since, row.state, row.reason, row.tenure and row.tenure.since) for row in rows]
    transaction.savepoint_rollback(point)
    return outcome


def on_day(number):
    return days.pretend(days.start_of(BEGUN + timedelta(days=number)) + timedelta(hours=9))


def _succeed(post, changes):
    """Terms that follow each other on the days given; True leaves the post vacant for the stretch that begins there."""
    edges = sorted({day: vacant for day, vacant in changes if day > 0}.items())
    for number, (day, vacant) in enumerate(edges):
        since = BEGUN + timedelta(days=day)
        Tenure.objects.filter(post=post, until=None).update(until=since)
        if not vacant:
            until = BEGUN + timedelta(days=edges[number + 1][0]) if number + 1 < len(edges) else None
            TenureFactory(post=post, since=since, until=until)


@pytest.mark.parametrize("every", ["week", "month", "quarter"])
def test_a_line_that_begins_at_the_end_of_all_days_is_asked_for_never(every):
    assert rules.asked(date.max, None, every, days.today()) == []
