"""Chiefs and charges from a table: what is checked of each row, and what follows from it in other rooms."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from accountability.exchange import actions, reports
from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event, Mark
from chiefs.posts import actions_handover
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Charge, Handover, Person, Post, PostKind, Tenure, Unit
from chiefs.signboards import actions as boards
from chiefs.signboards.models import BoardUpdate
from chiefs.territory.models import Succession
from tests.factories import signboards
from tests.factories.exchange import handed_in, remarks, taken_over
from tests.factories.import_rows import charge, chief, unit
from tests.factories.posts import AccountFactory, PostFactory, PostKindFactory, TenureFactory, UnitFactory, acting_for, desk
from tests.factories.resources import SchemeFactory, SegmentFactory
from tests.factories.territory import JurisdictionFactory

pytestmark = pytest.mark.django_db


# -- chiefs -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def seats(world):
    kind = PostKind.objects.get(code="river-chief-county")
    return [PostFactory(code=f"seat-{n}", kind=kind, unit=world.county.unit) for n in range(4)]


def test_chiefs_get_their_terms_and_one_person_with_two_posts_is_one_person(office, seats):
    rows = [
        chief("扎西", "seat-0", name_bo="བཀྲ་ཤིས།"),
        chief("扎西", "seat-1"),
        chief("扎西", "seat-2", phone="13900000001"),
        chief("扎西", "seat-3", phone=""),
    ]
    taken_over("chiefs", office, *rows)
    assert Person.objects.filter(name="扎西").count() == 3
    assert [posts.term_of(seat, date(2026, 1, 1)).person.phone for seat in seats] == ["13900000000", "13900000000", "13900000001", ""]
    assert posts.term_of(seats[0], date(2025, 12, 31)) is None


def test_a_registered_person_is_found_by_name_and_telephone_only(office, seats):
    known = TenureFactory(person__name="卓玛", person__phone="13900000000").person
    delivery = taken_over("chiefs", office, chief("卓玛", "seat-0"), chief("卓玛", "seat-1", phone="13911111111"))
    assert posts.term_of(seats[0], days.today()).person == known
    assert posts.term_of(seats[1], days.today()).person != known
    assert remarks(delivery, "warning") == [(2, "same_name"), (3, "same_name"), (3, "same_name")]  # the file's other row, the register
    assert reports.duplicates(reports.last_run(delivery)) == 2


def test_a_telephone_is_the_same_however_it_is_written_in_the_file_and_in_the_register(office, seats):
    known = TenureFactory(person__name="卓玛", person__phone="13900000000").person
    rows = [
        chief("卓玛", "seat-0", phone="139-0000-0000"),
        chief("扎西", "seat-1", phone="138 1111 0001"),
        chief("扎西", "seat-2", phone="13811110001"),
        chief("扎西", "seat-3", phone="+86 138-1111-0001"),
    ]
    delivery = taken_over("chiefs", office, *rows)
    assert posts.term_of(seats[0], days.today()).person == known
    assert [posts.term_of(seat, days.today()).person.phone for seat in seats[1:]] == ["138 1111 0001"] * 3
    assert Person.objects.filter(name__in=["卓玛", "扎西"]).count() == 2
    assert remarks(delivery, "warning") == []


def test_one_name_without_a_common_telephone_is_said_at_each_row_and_never_guessed(office, seats):
    rows = [
        chief("扎西", "seat-0", phone=""),
        chief("扎西", "seat-1", phone=""),
        chief("卓玛", "seat-2"),
        chief("卓玛", "seat-3", phone="13911111111"),
    ]
    delivery = taken_over("chiefs", office, *rows)
    assert remarks(delivery, "warning") == [(line, "same_name") for line in range(2, 6)]
    notes = reports.last_run(delivery).notes.order_by("line")
    assert [other in note.text for note, other in zip(notes, "3254", strict=True)] == [True] * 4
    assert Person.objects.filter(name__in=["扎西", "卓玛"]).count() == 4


def test_a_desk_takes_one_person_only_once_however_the_telephone_is_written(world, office):
    receiver = Post.objects.get(unit=world.township.unit, kind__functions=[Function.RECEIVER.value])
    rows = [chief("甲", receiver.code, phone="13900000000"), chief("甲", receiver.code, phone="139-0000-0000", since="2026-02-01")]
    assert remarks(handed_in("chiefs", office, *rows)) == [(3, "duplicate")]


def test_a_post_that_is_held_is_not_given_away_by_a_file(world, office, seats):
    rows = [
        chief("甲", world.county.code),  # held since long ago
        chief("乙", "seat-0"),
        chief("丙", "seat-0", phone="13911111111"),  # for the same days as the row before
        chief("丁", "seat-1", until="2026-03-01"),
        chief("戊", "seat-1", since="2026-03-01", phone="13922222222"),  # the day on which the other ends is free
    ]
    delivery = taken_over("chiefs", office, *rows, partial=True)
    assert remarks(delivery) == [(2, "held"), (4, "duplicate")]
    assert Tenure.objects.filter(post__code__startswith="seat").count() == 3


def test_a_desk_takes_several_people_but_none_twice(world, office):
    receiver = Post.objects.get(unit=world.township.unit, kind__functions=[Function.RECEIVER.value])
    rows = [chief("甲", receiver.code), chief("乙", receiver.code, phone="13911111111"), chief("甲", receiver.code, since="2026-02-01")]
    assert remarks(handed_in("chiefs", office, *rows)) == [(4, "duplicate")]


def test_a_term_lies_within_its_post_and_ends_after_it_begins(office, seats):
    Post.objects.filter(code="seat-1").update(since=date(2026, 2, 1))
    Post.objects.filter(code__in=["seat-2", "seat-3"]).update(until=date(2026, 6, 1))
    rows = [
        chief("甲", "seat-0", until="2026-01-01"),
        chief("乙", "seat-1"),
        chief("丙", "seat-2"),
        chief("丁", "seat-3", until="2026-06-01"),
    ]
    assert remarks(handed_in("chiefs", office, *rows)) == [(2, "period"), (3, "before_post"), (4, "after_post")]


def test_a_term_of_another_reach_or_an_unknown_post_is_refused(world, office):
    assert remarks(handed_in("chiefs", office, chief("甲", world.prefecture.code), chief("乙", "none"))) == [
        (2, "reach"),
        (3, "unknown_post"),
    ]


def test_nobody_enters_a_term_of_their_own_nor_one_far_ahead(world, office, seats):
    clerk = Person.objects.get(pk=office.person_id)
    rows = [chief(clerk.name, "seat-0", phone=clerk.phone), chief("乙", "seat-1", since="2090-01-01"), chief("丙", "seat-2", basis="")]
    assert remarks(handed_in("chiefs", office, *rows)) == [(2, "oneself"), (3, "far"), (4, "cell")]


def test_the_same_chiefs_again_are_nothing_new_with_and_without_telephone(office, seats):
    rows = [chief("甲", "seat-0"), chief("乙", "seat-1", phone="")]
    taken_over("chiefs", office, *rows)
    again = reports.last_run(handed_in("chiefs", office, *rows))
    assert (again.unchanged, again.added, again.rejected) == (2, 0, 0)


def test_what_a_file_says_else_of_a_term_that_stands_is_told(office, seats):
    rows = [chief("甲", "seat-0", name_bo="ཀ", appointed_on="2025-12-30"), chief("乙", "seat-1", phone="")]
    taken_over("chiefs", office, *rows)
    again = [chief("甲", "seat-0", name_bo="ཁ", appointed_on="2025-12-29", basis="另一文件"), chief("乙", "seat-1", phone="", basis="又一")]
    delivery = taken_over("chiefs", office, *again)
    assert remarks(delivery, "warning") == [(2, "stays"), (2, "stays"), (2, "stays"), (3, "same_name"), (3, "stays")]
    assert {note.heading for note in reports.last_run(delivery).notes.filter(code="stays")} == {"藏文姓名", "任职文件", "任职文件日期"}
    assert Tenure.objects.get(post__code="seat-0").basis == "试验文件"


def test_a_tibetan_name_that_is_missing_is_filled_in_once_and_taken_back_by_undoing(office, seats):
    taken_over("chiefs", office, chief("甲", "seat-0"))
    rows = [chief("甲", "seat-0", name_bo="ཀ"), chief("甲", "seat-1", name_bo="ཀ"), chief("甲", "seat-2", name_bo="ཁ")]
    delivery = taken_over("chiefs", office, *rows)
    run = actions.taken(delivery)
    assert (run.changed, run.added, Person.objects.get(name="甲").name_bo) == (1, 2, "ཀ")
    assert remarks(delivery, "warning") == [(4, "stays")]
    actions.undo(delivery, by=office, expect=delivery.version)
    assert Person.objects.get(name="甲").name_bo == ""


def test_another_basis_of_a_charge_that_stands_is_told(world, office, seats):
    SegmentFactory(code="S-1")
    taken_over("charges", office, charge("seat-0", "S-1", basis="试验文件"))
    assert remarks(handed_in("charges", office, charge("seat-0", "S-1", basis="另一文件")), "warning") == [(2, "stays")]
    assert remarks(handed_in("charges", office, charge("seat-0", "S-1")), "warning") == []


def test_whoever_comes_into_a_demonstration_is_marked_as_invented(office, seats):
    Mark.objects.create(name="demonstration")
    taken_over("chiefs", office, chief("甲", "seat-0"))
    assert Person.objects.get(name="甲").demonstration


def test_a_term_in_which_somebody_acted_or_can_sign_in_is_not_undone(office, seats):
    delivery = taken_over("chiefs", office, chief("甲", "seat-0"), chief("乙", "seat-1", phone="13911111111"))
    tenure = Tenure.objects.get(person__name="甲")
    account = AccountFactory(person=Person.objects.get(name="乙"))
    by = posts.acting(None, tenure.post, tenure.person_id)
    Event.record("sample:1", "sample.act", by)
    said = reports.obstacles(delivery, actions.taken(delivery), office)
    assert len(said) == 2
    assert account.login in said[0]
    assert "甲" in said[1]
    with pytest.raises(Refused):
        actions.undo(delivery, by=office, expect=delivery.version)


def test_what_stands_against_undoing_is_said_once_and_with_names(office):
    posts_of_file = taken_over(
        "posts",
        office,
        {"code": "seat-9", "title": "试验河长", "kind": "river-chief-county", "unit": UnitFactory().code, "since": "2026-01-01"},
    )
    taken_over("chiefs", office, chief("甲", "seat-9"))
    SegmentFactory(code="S-1", name="一段")
    taken_over("charges", office, charge("seat-9", "S-1"))
    said = reports.obstacles(posts_of_file, actions.taken(posts_of_file), office)
    assert len(said) == 2
    assert [("甲 · 试验河长" in sentence, "试验河长 · 一段" in sentence) for sentence in said] == [(True, False), (False, True)]


def test_terms_that_nobody_used_are_undone_with_their_people(office, seats):
    people = Person.objects.count()
    delivery = taken_over("chiefs", office, chief("甲", "seat-0"), chief("甲", "seat-1"))
    actions.undo(delivery, by=office, expect=delivery.version)
    assert (Person.objects.count(), Tenure.objects.filter(post__in=seats).count()) == (people, 0)


# -- charges ----------------------------------------------------------------------------------------------------------------


def test_charges_bind_posts_to_segments(office, seats):
    SegmentFactory(code="S-1"), SegmentFactory(code="S-2")
    taken_over("charges", office, charge("seat-0", "S-1"), charge("seat-0", "S-2", until="2026-05-01"), charge("seat-1", "S-1"))
    assert set(Charge.objects.filter(post__in=seats).values_list("post__code", "segment__code", "until")) == {
        ("seat-0", "S-1", None),
        ("seat-0", "S-2", date(2026, 5, 1)),
        ("seat-1", "S-1", None),
    }


def test_a_charge_that_overlaps_one_that_stands_or_one_of_the_file_is_refused(world, office, seats):
    SegmentFactory(code="S-1")
    rows = [
        charge(world.county.code, world.segment.code),
        charge("seat-0", "S-1", until="2026-03-01"),
        charge("seat-0", "S-1", since="2026-02-01"),
        charge("seat-0", "S-1", since="2026-03-01"),
    ]
    assert remarks(handed_in("charges", office, *rows)) == [(2, "held"), (4, "duplicate")]


def test_only_chiefs_answer_for_segments_and_only_under_their_scheme(world, office, seats):
    receiver = Post.objects.get(unit=world.county.unit, kind__functions=[Function.RECEIVER.value])
    forest = SegmentFactory(
        code="F-1", resource__scheme=SchemeFactory(code="forest_grass"), resource__kind="forest_grass", resource__name="林"
    )
    rows = [charge(receiver.code, world.segment.code), charge("seat-0", forest.code), charge("seat-0", "none"), charge("none", forest.code)]
    assert remarks(handed_in("charges", office, *rows)) == [(2, "no_chief"), (3, "scheme"), (4, "unknown_segment"), (5, "unknown_post")]


def test_a_post_answers_for_segments_within_its_place_on_days_on_which_both_stand(world, office, seats):
    there = JurisdictionFactory(level="village", code="513322201200", name="邻村")
    SegmentFactory(code="S-9", jurisdiction=there)
    SegmentFactory(code="S-8", until=date(2026, 6, 1))
    rows = [
        charge("seat-0", "S-9"),
        charge("seat-0", "S-8"),
        charge("seat-1", "S-8", until="2026-06-01"),
        charge(world.township.code, "S-8", since="2026-02-01", until="2026-06-01"),
        charge("seat-2", "S-8", since="2090-01-01", until="2090-02-01"),
    ]
    delivery = handed_in("charges", office, *rows)
    assert remarks(delivery) == [(2, "elsewhere"), (3, "after_segment"), (6, "far"), (6, "after_segment")]


def test_a_post_answers_for_what_lies_in_the_predecessors_of_its_place(world, office):
    old = JurisdictionFactory(level="village", code="513301209200", name="旧村")
    SegmentFactory(code="S-7", jurisdiction=old)
    row = charge(world.village.code, "S-7")
    assert remarks(handed_in("charges", office, row)) == [(2, "elsewhere")]
    Succession.objects.create(predecessor=old, successor=world.place, kind="合并", day=date(2020, 1, 1))
    assert remarks(handed_in("charges", office, row)) == []


def test_a_desk_without_that_function_brings_in_nothing(world):
    with pytest.raises(NotPermitted):
        handed_in("units", acting_for(desk(world.county.unit, Function.STATISTICS)), unit("a"))


def test_a_chief_offices_own_desk_is_filled_from_above(world, office):
    above = acting_for(desk(UnitFactory(jurisdiction=world.prefecture.unit.jurisdiction, kind=Unit.Kind.OFFICE), Function.CHIEF_OFFICE))
    row = chief("甲", world.office.code, since="2026-01-01")
    assert remarks(handed_in("chiefs", office, row)) == [(2, "closed_kind")]
    assert remarks(handed_in("chiefs", above, row)) == []


def test_a_term_under_contract_has_an_end_within_its_months(world, office):
    kind = PostKindFactory(code="ranger-here", level="village", functions=[], single=True)
    kind.longest_months = 12
    kind.save()
    for n in range(3):
        PostFactory(code=f"r-{n}", kind=kind, unit=world.village.unit)
    rows = [chief("甲", "r-0"), chief("乙", "r-1", until="2027-01-02"), chief("丙", "r-2", until="2027-01-01")]
    assert remarks(handed_in("chiefs", office, *rows)) == [(2, "contract"), (3, "contract")]


def test_a_term_does_not_begin_before_its_document_and_the_day_of_the_document_is_kept(office, seats):
    rows = [
        chief("甲", "seat-0", appointed_on="2026-01-02"),
        chief("乙", "seat-1", appointed_on="2025-12-30"),
        chief("丙", "seat-2", basis="文"),
    ]
    delivery = taken_over("chiefs", office, *rows, partial=True)
    assert remarks(delivery) == [(2, "before_document"), (4, "basis")]
    assert Tenure.objects.get(post__code="seat-1").appointed_on == date(2025, 12, 30)


# -- what follows from it in other rooms -----------------------------------------------------------------------------------


def test_boards_of_an_imported_chief_and_of_an_imported_charge_get_their_task_by_the_sweep(world, office, seats):
    signboards.board(world, as_of=days.today() - timedelta(days=30))
    boards.sweep()
    assert not BoardUpdate.objects.open().exists()
    since = (days.today() - timedelta(days=3)).isoformat()
    taken_over("chiefs", office, chief("新任", "seat-0", since=since))
    taken_over("charges", office, charge("seat-0", world.segment.code, since=since))
    assert not BoardUpdate.objects.open().exists()  # a file of thousands does not wait for as many boards
    assert boards.sweep() == 1
    update = BoardUpdate.objects.open().get()
    assert update.changed_on == days.today() - timedelta(days=3)
    assert boards.sweep() == 0


def test_an_imported_term_gets_its_handover_when_it_ends_and_one_that_was_over_gets_none(office, seats):
    ends = days.today() + timedelta(days=10)
    rows = [chief("甲", "seat-0", until=ends.isoformat()), chief("乙", "seat-1", until="2026-02-01", phone="13911111111")]
    taken_over("chiefs", office, *rows)
    actions_handover.look_after()
    assert not Handover.objects.filter(post__in=seats).exists()
    with time_machine.travel(days.start_of(ends + timedelta(days=1)), tick=False):
        actions_handover.look_after()
    assert [handover.post.code for handover in Handover.objects.filter(post__in=seats)] == ["seat-0"]
