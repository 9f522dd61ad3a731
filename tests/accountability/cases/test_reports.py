"""What belongs to a term, what more time is left, and who may see which case."""

from datetime import date, timedelta

import pytest

from accountability.cases import actions, reports, ways
from accountability.cases.models import Case, Extension, Leg
from accountability.clocks.models import Term
from accountability.kit import days
from accountability.ledger.errors import Refused
from chiefs.posts.functions import Function
from tests.factories import cases, posts
from tests.factories.posts import UnitFactory, acting_for, desk

pytestmark = pytest.mark.django_db
SINCE, UNTIL = date(2026, 3, 1), date(2026, 5, 1)


@pytest.fixture
def world():
    return posts.chain()


def held_for(world, received, left=None):
    """A case that the village chief received and gave away at these moments."""
    case = cases.case(world)
    if left is not None:
        actions.report_up(case, note="请上级协调", by=acting_for(world.village), expect=case.version)
    own = Leg.objects.filter(case=case, post=world.village)
    own.update(received_at=received, left_at=left)
    return case


def of_village(world, since=SINCE, until=UNTIL):
    return reports.of_post(world.village.pk, since, until)


START, END = days.start_of(SINCE), days.start_of(UNTIL)
MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("received", "counts"),
    [(START - MOMENT, False), (START, True), (END - MOMENT, True), (END, False)],
)
def test_a_case_belongs_to_the_term_in_which_it_was_received(world, received, counts):
    held_for(world, received, END + timedelta(days=9))
    assert len(of_village(world)) == counts


def test_each_case_belongs_to_exactly_one_of_two_terms_that_follow_each_other(world):
    for received in (START, END - MOMENT, END, END + timedelta(days=3)):
        held_for(world, received, END + timedelta(days=9))
    first, second = of_village(world), of_village(world, UNTIL, date(2026, 7, 1))
    assert (len(first), len(second)) == (2, 2)
    assert not {h.number for h in first} & {h.number for h in second}


@pytest.mark.parametrize(
    ("left", "held"),
    [
        (END - timedelta(days=5), 5.0),
        (END, 10.0),
        (END + timedelta(days=40), 10.0),
        (None, 10.0),
    ],
)
def test_only_days_within_the_term_are_counted(world, left, held):
    held_for(world, END - timedelta(days=10), left)
    (found,) = of_village(world)
    assert found.days_held == held
    assert found.left_on == (days.day_of(left) if left is not None and left < END else None)


def test_two_holdings_of_one_case_are_one_case_with_the_sum_of_their_days(world):
    case = cases.case(world)
    actions.report_up(case, note="请上级协调", by=acting_for(world.village), expect=case.version)
    actions.hand_down(case, to=world.village, note="", by=acting_for(world.township), expect=case.version)
    first, second = Leg.objects.filter(case=case, post=world.village).order_by("pk")
    for leg, begin, length in ((first, START, 3), (second, START + timedelta(days=20), 4)):
        Leg.objects.filter(pk=leg.pk).update(received_at=begin, left_at=begin + timedelta(days=length))
    (found,) = of_village(world)
    assert (found.days_held, found.received_on) == (7.0, SINCE)


@pytest.mark.parametrize(("due", "late"), [(UNTIL - timedelta(days=1), True), (UNTIL, False)])
def test_what_became_late_after_the_term_is_the_successors_lateness(world, due, late):
    case = held_for(world, START)
    Case.objects.filter(pk=case.pk).update(due=due)
    (found,) = of_village(world)
    assert found.late is late
    assert found.done_on is None


def test_work_done_on_the_legal_date_is_in_time_and_a_day_later_is_late(world):
    for by_days, late in ((0, False), (-1, True)):
        case = cases.case(world)
        Case.objects.filter(pk=case.pk).update(due=days.today() + timedelta(days=by_days))
        case.refresh_from_db()
        actions.report_done(case, measure="已清运", by=acting_for(world.village), expect=case.version)
        found = next(h for h in of_village(world, days.today(), None) if h.number == case.number)
        assert (found.done_on, found.late) == (days.today(), late)


def test_a_post_that_passed_it_on_in_time_is_not_charged_with_what_came_after(world):
    case = held_for(world, START, START + timedelta(hours=2))
    Case.objects.filter(pk=case.pk).update(due=SINCE + timedelta(days=3))
    (found,) = of_village(world)
    assert (found.late, found.done_on) == (False, None)


def test_time_that_was_granted_after_the_term_changes_nothing_of_it(world):
    case = held_for(world, START)
    Case.objects.filter(pk=case.pk).update(due=UNTIL + timedelta(days=20))
    Extension.objects.create(
        case=case,
        asked_by=world.village,
        asked_at=END + timedelta(days=1),
        days=30,
        reason="试验",
        granted=True,
        decided_at=END + timedelta(days=2),
        due_before=UNTIL - timedelta(days=10),
        due_after=UNTIL + timedelta(days=20),
    )
    (found,) = of_village(world)
    assert (found.due, found.late) == (UNTIL - timedelta(days=10), True)


# -- more time ----------------------------------------------------------------------------------------------------------


def test_granted_time_is_taken_off_what_is_left_and_refused_time_is_not(world):
    case = cases.in_work(world)
    term = Term.objects.get(pk=case.term_id)
    leader = posts.government(world.water.unit.jurisdiction).posts.get(kind__single=False)
    assert ways.extension_left(case) == term.most_extension > 5
    for granted, left in ((False, term.most_extension), (True, term.most_extension - 5)):
        actions.ask_extension(case, days=5, reason="雨季涨水", by=acting_for(world.water), expect=case.version)
        actions.decide_extension(case, granted=granted, reason="已核实", by=acting_for(leader), expect=case.version)
        assert ways.extension_left(case) == left
    with pytest.raises(Refused):
        actions.ask_extension(case, days=term.most_extension - 4, reason="雨季涨水", by=acting_for(world.water), expect=case.version)
    actions.ask_extension(case, days=term.most_extension - 5, reason="雨季涨水", by=acting_for(world.water), expect=case.version)


@pytest.mark.parametrize("asked", [0, -3])
def test_less_than_a_day_cannot_be_asked_for(world, asked):
    case = cases.in_work(world)
    with pytest.raises(Refused):
        actions.ask_extension(case, days=asked, reason="雨季涨水", by=acting_for(world.water), expect=case.version)


def test_a_case_whose_term_allows_no_extension_gets_none(world):
    case = cases.in_work(world)
    Term.objects.filter(pk=case.term_id).update(most_extension=0)
    assert ways.extension_left(case) == 0
    with pytest.raises(Refused):
        actions.ask_extension(case, days=1, reason="雨季涨水", by=acting_for(world.water), expect=case.version)


# -- who may see --------------------------------------------------------------------------------------------------------


def sees(post, case):
    return Case.objects.visible_to(acting_for(post)).filter(pk=case.pk).exists()


def elsewhere(*functions):
    """A desk of another county of the same prefecture."""
    other = posts.territory.JurisdictionFactory(level="county", code="513322000000", name="泸定县", parent=posts.territory.prefecture())
    return desk(UnitFactory(jurisdiction=other), *functions)


def in_county(world, *functions):
    return desk(UnitFactory(jurisdiction=world.county.unit.jurisdiction), *functions)


@pytest.mark.parametrize(
    ("who", "label", "seen"),
    [
        ("village", "internal", True),  # holds it
        ("township", "internal", True),  # own line, in the reach
        ("county", "internal", True),
        ("prefecture", "internal", True),
        ("office", "internal", True),
        ("intake", "internal", True),
        ("water", "internal", False),  # not involved
        ("bureau", "internal", False),
        ("village", "sensitive", True),
        ("township", "sensitive", False),
        ("county", "sensitive", False),
        ("intake", "sensitive", False),
        ("village", "sealed", False),
        ("office", "sealed", False),
        ("prefecture", "sealed", False),
    ],
)
def test_a_case_is_seen_by_who_holds_it_and_by_its_line_unless_it_is_sensitive(world, who, label, seen):
    assert sees(getattr(world, who), cases.case(world, label=label)) is seen


@pytest.mark.parametrize("function", [f for f in Function if f not in (Function.CHIEF_OFFICE, Function.INTAKE, Function.CHIEF)])
def test_a_desk_that_is_neither_involved_nor_watches_sees_nothing(world, function):
    assert not sees(in_county(world, function), cases.case(world))


@pytest.mark.parametrize("function", [Function.CHIEF_OFFICE, Function.INTAKE])
def test_an_office_sees_its_own_county_and_not_another(world, function):
    case = cases.case(world)
    assert sees(in_county(world, function), case)
    assert not sees(elsewhere(function), case)


def test_a_department_sees_the_case_from_when_it_is_handed_over_and_its_neighbour_never(world):
    case = cases.case(world, holder=world.county)
    assert not sees(world.water, case)
    actions.hand_over(case, to=world.water, assisting=[world.forestry.unit], note="", by=acting_for(world.county), expect=case.version)
    assert sees(world.water, case)
    assert sees(world.forestry, case)
    assert not sees(world.branch, case)


def test_a_chief_of_another_line_does_not_see_it(world):
    forest = posts.chief("county", UnitFactory(jurisdiction=world.county.unit.jurisdiction), "forest")
    assert not sees(forest, cases.case(world))


def test_whoever_is_complained_of_and_the_whole_unit_sees_nothing(world):
    case = cases.case(world, holder=world.county, subject_post=world.township)
    colleague = desk(world.township.unit, Function.CHIEF_OFFICE)
    assert not sees(world.township, case)
    assert not sees(colleague, case)
    assert sees(world.county, case)


def test_nobody_sees_anything_without_acting_for_a_post(world):
    cases.case(world)
    assert not Case.objects.visible_to(None).exists()


def test_the_office_that_decided_on_more_time_can_look_up_what_it_decided(world):
    case = cases.case(world, holder=world.county)
    actions.hand_over(case, to=world.branch, assisting=[], note="请牵头办理", by=acting_for(world.county), expect=case.version)
    actions.ask_extension(case, days=5, reason="雨季涨水", by=acting_for(world.branch), expect=case.version)
    assert sees(world.bureau, case)
    actions.decide_extension(case, granted=True, reason="已核实", by=acting_for(world.bureau), expect=case.version)
    assert sees(world.bureau, case)
    assert not sees(elsewhere(Function.DEPARTMENT), case)
