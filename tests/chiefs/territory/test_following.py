"""What follows a change of divisions without a name of its own there: open complaints, management boundaries, the counties of waters,
the rules of one unit. Nothing goes on standing on a unit that is no more."""

import datetime as dt

import pytest
from django.apps import apps
from django.db.models import F, Q
from hypothesis import given, settings
from hypothesis import strategies as st

from accountability.clocks.models import Term
from accountability.complaints.models import Complaint
from accountability.kit import days
from accountability.ledger.errors import Refused
from accountability.ledger.models import Event
from audits.departures.models import ScoreSheet
from chiefs.duties.models import PatrolObligation
from chiefs.resources.models import ManagementBoundary, Resource
from chiefs.territory import actions, placed_rules, reports, standing
from chiefs.territory.actions import Beginning
from chiefs.territory.models import Boundary, DatedRule, Jurisdiction
from tests.factories import complaints, plans, sites
from tests.factories.posts import acting_for, chain
from tests.factories.resources import ResourceFactory, SegmentFactory
from tests.factories.resources import office as chief_office
from tests.factories.territory import LONG_AGO, JurisdictionFactory, change, county, prefecture, split, township, village

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


def rename(place, by, day=None):
    change("renamed", [place], Beginning(f"{place.name}新", code=place.code), by=by, day=day)
    return Jurisdiction.objects.get(name=f"{place.name}新")


def patrols(place, times=2, since=LONG_AGO, **given):
    facts = {"level": "village", "every": "month", "times": times, "basis": "试验办〔2020〕1号"}
    return PatrolObligation.objects.create(jurisdiction=place, since=since, **facts | given)


def boundary(place, resource, since=LONG_AGO):
    facts = {"act": f"试验函〔2020〕{place.pk}号", "approved_on": since, "level": "township"}
    return ManagementBoundary.objects.create(resource=resource, jurisdiction=place, since=since, **facts)


def way_of(act, record, by):
    return next(task.way for task in standing.tasks_of(act, by) if task.record == record)


# -- complaints ----------------------------------------------------------------------------------------------------------


def test_an_open_complaint_goes_along_and_an_answered_one_stays_where_it_was_answered(world, office):
    open_, _code = complaints.registered(world.place)
    done = complaints.replied(world)
    now = rename(world.place, office)
    open_.refresh_from_db()
    done.refresh_from_db()
    assert (open_.jurisdiction, done.jurisdiction) == (now, world.place)
    assert open_.path == world.place.path
    assert Event.objects.filter(stream=open_.stream, act="complaints.move_complaint").count() == 1


def test_a_complaint_on_a_segment_goes_where_the_segment_is_put(world, office):
    made, _code = complaints.registered(segment=world.segment)
    act, _upper, lower = split(world.place, office)
    assert made in reports.left_behind(act)
    actions.settle(act, world.segment, to=lower, by=office)
    made.refresh_from_db()
    assert made.jurisdiction == lower
    assert made not in reports.left_behind(act)


def test_a_complaint_and_its_segment_may_be_settled_together(world, office):
    made, _code = complaints.registered(segment=world.segment)
    act, upper, _lower = split(world.place, office)
    actions.settle(act, made, world.segment, to=upper, by=office)
    assert Event.objects.filter(stream=made.stream, act="complaints.move_complaint").count() == 1


def test_whoever_settles_a_complaint_does_not_read_it_and_is_told_who_does(world, office):
    made, _code = complaints.registered(world.place)
    act, upper, _lower = split(world.place, office)
    way = way_of(act, made, office)
    assert made.number not in way.label + way.hint
    assert (way.page, way.ends) == ("", "")
    assert world.intake.unit.name in way.hint
    assert made.number in way_of(act, made, acting_for(world.intake)).page
    with pytest.raises(Refused):
        actions.settle(act, made, to=None, by=office)
    actions.settle(act, made, to=upper, by=office)
    made.refresh_from_db()
    assert made.jurisdiction == upper


# -- management boundaries and counties ----------------------------------------------------------------------------------


def test_the_boundary_of_a_unit_that_became_one_other_goes_along(world, office):
    kept = boundary(world.place, world.segment.resource)
    now = rename(world.place, office)
    kept.refresh_from_db()
    assert kept.jurisdiction == now


def test_of_two_boundaries_of_one_water_in_merged_units_one_has_to_end(world, office):
    other = village("513301201203", "试验三村")
    first, second = boundary(world.place, world.segment.resource), boundary(other, world.segment.resource)
    act = change("merged", [world.place, other], Beginning("合村"), by=office)
    now = Jurisdiction.objects.get(name="合村")
    first.refresh_from_db()
    assert first.jurisdiction == now
    assert second in reports.left_behind(act)
    with pytest.raises(Refused):
        actions.settle(act, second, to=now, by=office)
    actions.settle(act, second, to=None, by=office)
    second.refresh_from_db()
    assert (second.jurisdiction, second.until) == (other, act.day)
    assert second not in reports.left_behind(act)


def test_a_water_is_counted_to_what_its_county_became(world):
    at = chief_office(prefecture())
    old, river = county(), ResourceFactory(name="折多河")
    river.counties.add(old)
    Boundary.objects.create(jurisdiction=old, geometry={"type": "Polygon", "coordinates": [SQUARE]}, west=101, south=30, east=102, north=31)
    now = rename(old, at, days.today() - dt.timedelta(days=1))
    assert list(river.counties.all()) == [now]
    assert reports.county_at(101.5, 30.5) == now
    act = change("split", [now], Beginning("东县", code="513341000000"), Beginning("西县", code="513342000000"), by=at)
    east, west = reports.goals_of(act)
    assert reports.county_at(101.5, 30.5) is None
    assert river in reports.left_behind(act)
    assert way_of(act, river, at).place == now.name
    actions.settle(act, river, to=west, by=at)
    assert list(river.counties.all()) == [west]
    assert river not in reports.left_behind(act)
    assert Event.objects.filter(stream=f"resources.resource:{river.pk}", act="resources.move_county").count() == 2
    merged = change("merged", [east, west], Beginning("大县", code="513343000000"), by=at, day=days.today() + dt.timedelta(days=1))
    assert list(river.counties.all()) == reports.became(merged)


SQUARE = [[101.0, 30.0], [102.0, 30.0], [102.0, 31.0], [101.0, 31.0], [101.0, 30.0]]


def test_a_water_of_an_abolished_county_is_not_counted_to_the_prefecture(world):
    at = chief_office(prefecture())
    old = JurisdictionFactory(level="county", code="513322000000", name="试验县", parent=prefecture())
    river = ResourceFactory(name="大渡河")
    river.counties.add(old)
    act = change("abolished", [old], by=at)
    with pytest.raises(Refused):
        actions.settle(act, river, to=prefecture(), by=at)
    actions.settle(act, river, to=None, by=at)
    assert not river.counties.exists()


# -- plans ---------------------------------------------------------------------------------------------------------------


def test_the_plan_of_a_renamed_unit_is_found_and_reviewed_there(world, office):
    plan = plans.draft(world, jurisdiction=township())
    now = rename(township(), chief_office(county()))
    plan.refresh_from_db()
    assert plan.jurisdiction == now


def test_the_plan_of_a_split_unit_goes_on_with_one_part_and_of_two_for_one_water_one_ends(world):
    by, there = chief_office(county()), township("513301202000", "新都桥镇")
    SegmentFactory(resource=world.segment.resource, jurisdiction=village("513301202200", "远村"))
    one, two = plans.draft(world, jurisdiction=township()), plans.draft(world, jurisdiction=there)
    act = change("merged", [township(), there], Beginning("雅新镇", "镇"), by=by)
    (now,) = reports.goals_of(act)
    assert {one, two} <= set(reports.left_behind(act))
    actions.settle(act, one, to=now, by=by)
    with pytest.raises(Refused):
        actions.settle(act, two, to=now, by=by)
    actions.settle(act, two, to=None, by=by)
    assert not {one, two} & set(reports.left_behind(act))


# -- rules ---------------------------------------------------------------------------------------------------------------


def test_the_rule_of_a_renamed_unit_goes_on_and_each_day_keeps_its_row(world, office):
    row, past = patrols(world.place, 7), days.today() - dt.timedelta(days=20)
    now = rename(world.place, office, past)
    row.refresh_from_db()
    following = PatrolObligation.objects.get(jurisdiction=now)
    assert (following.times, following.basis, following.since) == (7, row.basis, past)
    assert row.until == days.today()  # what was judged by it since the day of the change stays explainable
    rows = PatrolObligation.objects.all()
    assert reports.rule_for(rows, past - dt.timedelta(days=1), world.place) == row
    assert reports.rule_for(rows, days.today(), now) == following
    acts = Event.objects.filter(act="duties.rule_goes_on").values_list("stream", flat=True)
    assert set(acts) == {f"duties.patrolobligation:{row.pk}", f"duties.patrolobligation:{following.pk}"}


def test_rules_of_merged_units_wait_for_a_person(world, office):
    other = village("513301201203", "试验三村")
    one, two = patrols(world.place, 1), patrols(other, 2)
    act = change("merged", [world.place, other], Beginning("合村"), by=office)
    now = Jurisdiction.objects.get(name="合村")
    assert {one, two} <= set(reports.left_behind(act))
    actions.settle(act, two, to=now, by=office)
    actions.settle(act, one, to=None, by=office)
    assert not {one, two} & set(reports.left_behind(act))
    one.refresh_from_db()
    assert one.until == days.today()
    assert reports.rule_for(PatrolObligation.objects.all(), days.today(), now).times == 2


def test_a_rule_of_a_unit_that_others_join_is_not_pushed_aside(world, office):
    other = village("513301201203", "试验三村")
    own, coming = patrols(other, 1), patrols(world.place, 2)
    act = change("merged", [world.place], by=office, into=other)
    assert coming in reports.left_behind(act)
    assert reports.rule_for(PatrolObligation.objects.all(), days.today(), other) == own


def test_a_rule_does_not_become_one_of_the_unit_above(world, office):
    row = patrols(world.place)
    act = change("abolished", [world.place], by=office)
    with pytest.raises(Refused):
        actions.settle(act, row, to=township(), by=office)
    actions.settle(act, row, to=None, by=office)
    assert row not in reports.left_behind(act)


def test_a_rule_that_has_not_begun_is_put_to_a_new_unit_and_does_not_end_before_it_holds(world, office):
    row = patrols(world.place, since=days.today() + dt.timedelta(days=30))
    act, upper, _lower = split(world.place, office)
    assert way_of(act, row, office).ends == ""
    with pytest.raises(Refused):
        actions.settle(act, row, to=None, by=office)
    actions.settle(act, row, to=upper, by=office)
    row.refresh_from_db()
    assert (row.jurisdiction, row.until) == (upper, None)


def test_a_rule_takes_along_what_it_is_made_of(world, office):
    shipped = ScoreSheet.objects.get()
    ScoreSheet.objects.filter(pk=shipped.pk).update(jurisdiction=world.place)
    now = rename(world.place, office)
    following = ScoreSheet.objects.get(jurisdiction=now)

    def made_of(sheet):
        items = sheet.blocks.values_list("code", "most", "items__code", "items__method", "items__params").order_by("code", "items__code")
        return list(items), list(sheet.limits.values_list("grade", "from_score"))

    assert made_of(following) == made_of(shipped)
    assert made_of(following)[0]


def test_every_table_of_rules_is_asked(world, office):
    """In one query, whatever their number; a rule of any of them holds up the end of a change."""
    assert len(placed_rules.tables()) >= 12
    term = Term.objects.first()
    term.pk, term.jurisdiction = None, world.place
    term.save()
    act, _upper, _lower = split(world.place, office)
    assert term in reports.left_behind(act)


# -- all of it -----------------------------------------------------------------------------------------------------------

#: tables with a place that a change leaves as they are, and why
LEFT = {
    "territory.Jurisdiction": "what lies below is on the list itself",
    "territory.Reorganisation": "a change of the past is a change within the unit of its day",
    "territory.Succession": "says what became of units",
    **{
        name: "says where something lay before it was moved"
        for name in ("posts.UnitPlace", "resources.SegmentPlace", "resources.CellPlace", "resources.PlotPlace", "resources.CountyPlace")
    },
    "posts.NamedUnit": "a unit of which only the name is asked",
    "territory.Boundary": "an outline follows, or is looked up through the successions",
    "indicators.Target": "figures of a year are of the unit of that year",
    "indicators.Observation": "figures of a year are of the unit of that year",
    "duties.DutyList": "binds by the path of a place, and by the kind of a post",
    "duties.Waiver": "lets off days by the path of a place, and ends by itself",
    "agreements.TargetAgreement": "binds two posts, which go along with their units; its place is that of its signing",
    "agreements.VillageAgreement": "binds a post, which goes along with its unit; its place is that of its signing",
    "patrols.Patrol": "happened at the place of its day",
}
#: tables whose rows are moved or ended; rules are asked all together
FOLLOWS = {
    *("posts.Unit", "resources.Segment", "resources.GridCell", "resources.RedLinePlot", "resources.ManagementBoundary"),
    *("resources.Resource", "sites.Site", "bodies.Body", "plans.RiverPlan", "cases.Case", "complaints.Complaint"),
}


def test_a_table_with_a_place_says_what_becomes_of_it():
    placed = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if not field.auto_created and field.related_model is Jurisdiction and not issubclass(model, DatedRule)
    }
    assert placed == LEFT.keys() | FOLLOWS


def test_a_regulated_site_is_never_offered_to_end_with_its_unit(world, office):
    site = sites.site(world)
    act, _upper, _lower = split(world.place, office)
    way = way_of(act, site, office)
    assert way.ends == ""
    assert str(site.ref) in way.page


KINDS = st.lists(st.sampled_from(["renamed", "merged", "absorbed", "split"]), min_size=1, max_size=3)


@settings(max_examples=20)
@given(kinds=KINDS, choice=st.randoms(use_true_random=False))
def test_whatever_changes_nothing_open_stands_on_a_unit_that_is_no_more(kinds, choice):
    """Complaints, boundaries and rules of four villages through changes at random, settled at random; none is finished too early."""
    from django.db import transaction

    with transaction.atomic():
        world = chain()
        office, today = acting_for(world.office), days.today()
        for place in (world.place, *(JurisdictionFactory(parent=township(), code=f"5133012013{n:02d}") for n in range(3))):
            complaints.registered(place)
            boundary(place, world.segment.resource)
            patrols(place, 1 + place.pk % 5)
        for step, kind in enumerate(kinds):
            standing_now = list(Jurisdiction.objects.in_force(today).filter(parent=township(), since__lt=today).order_by("pk"))
            if len(standing_now) < 2:
                break
            picked = choice.sample(standing_now, 2 if kind in ("merged", "absorbed") else 1)
            made = [Beginning(f"村{step}{n}", code=f"5133012014{step}{n}") for n in range({"split": 2, "absorbed": 0}.get(kind, 1))]
            into = picked.pop() if kind == "absorbed" else None
            act = change("merged" if into else kind, picked, *made, by=office, into=into)
            while tasks := [task for task in standing.tasks_of(act, office) if task.settled_here]:
                act.refresh_from_db()
                with pytest.raises(Refused, match=str(len(reports.left_behind(act)))):
                    actions.finish(act, by=office, expect=act.version)
                task = choice.choice(tasks)
                goals = [*reports.goals_of(act), *([None] if task.way.ends else [])]
                try:
                    with transaction.atomic():
                        actions.settle(act, task.record, to=choice.choice(goals) if task.way.moves else None, by=office)
                except Refused:  # a unit with posts that are held, a second boundary of the water: the other way is open
                    with transaction.atomic():
                        actions.settle(act, task.record, to=None if isinstance(task.record, ManagementBoundary) else goals[0], by=office)
            act.refresh_from_db()
            actions.finish(act, by=office, expect=act.version)
        gone = Jurisdiction.objects.filter(until__lte=today)
        assert not Complaint.objects.open().filter(jurisdiction__in=gone).exists()
        assert not ManagementBoundary.objects.filter(jurisdiction__in=gone, until=None).exists()
        assert not PatrolObligation.objects.filter(Q(until=None) | Q(until__gt=F("jurisdiction__until")), jurisdiction__in=gone).exists()
        assert not Resource.objects.filter(counties__in=gone).exists()
        transaction.set_rollback(True)
