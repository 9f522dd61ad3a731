"""Village agreements and targets from a table: prepared and drafted, never signed or offered by a file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accountability.exchange import actions, importing, reports
from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event
from audits.indicators.models import Indicator
from chiefs.agreements import actions as agreement_actions
from chiefs.agreements.models import TargetAgreement, TargetItem, VillageAgreement
from chiefs.posts.models import Post
from tests.factories import agreements
from tests.factories.exchange import handed_in, remarks, taken_over
from tests.factories.posts import PostFactory, acting_for
from tests.factories.resources import office as office_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return agreements.world()


# -- village agreements ------------------------------------------------------------------------------------------------------


def village(world, **more):
    given = {"post": world.village.code, "since": "2026-01-01", "last": "2026-12-31", "amount": "3,600"}
    return {**given, "duties": "每周巡查\n做好记录", "funding": "乡财政拨付", "liability": "扣减补贴", **more}


def test_an_agreement_is_prepared_for_whoever_holds_the_post(world):
    taken_over("village_agreements", acting_for(world.township_desk), village(world))
    made = VillageAgreement.objects.get()
    assert (made.state, made.person, made.last_day.isoformat()) == ("prepared", world.village.tenures.get().person, "2026-12-31")
    assert (made.duties, made.amount, made.unit) == ("每周巡查\n做好记录", Decimal(3600), world.township.unit)
    assert Event.objects.get(stream=made.stream).act == "village_agreements.prepare"


def test_an_agreement_needs_a_village_chief_in_office_of_the_own_township(world):
    vacant = PostFactory(code="vacant", kind=world.village.kind, unit=world.village.unit)
    rows = [
        village(world, post="none"),
        village(world, post=world.township.code),
        village(world, post=vacant.code),
        village(world, last="2025-12-31"),
        village(world, since="2026-02-01", last="2036-12-31"),
        village(world, since="2026-03-01"),
        village(world, since="2026-03-01"),
        village(world, post=world.county.code),
    ]
    found = remarks(handed_in("village_agreements", acting_for(world.township_desk), *rows))
    assert found == [(2, "unknown_post"), (3, "refused"), (4, "refused"), (5, "refused"), (6, "refused"), (8, "duplicate"), (9, "reach")]


def test_an_agreement_that_is_there_is_not_prepared_again(world):
    desk = acting_for(world.township_desk)
    taken_over("village_agreements", desk, village(world))
    assert reports.last_run(handed_in("village_agreements", desk, village(world))).unchanged == 1
    assert remarks(handed_in("village_agreements", desk, village(world, last="2026-06-30"))) == [(2, "differs")]


def test_other_words_or_another_amount_of_an_agreement_that_is_there_are_told(world):
    desk = acting_for(world.township_desk)
    taken_over("village_agreements", desk, village(world))
    delivery = handed_in("village_agreements", desk, village(world, amount="4800", duties="每月巡查"))
    assert remarks(delivery, "warning") == [(2, "stays"), (2, "stays")]
    assert {note.heading: "3600" in note.text for note in reports.last_run(delivery).notes.all()} == {"职责": False, "年补贴（元）": True}
    assert remarks(handed_in("village_agreements", desk, village(world, amount="")), "warning") == []


# -- targets -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(world):
    return office_at(world.prefecture.unit.jurisdiction)


def target(world, text, **more):
    given = {"giver": world.prefecture.code, "taker": world.county.code, "evaluator": world.targets.unit.code, "kind": "年度"}
    given |= {"since": "2026-01-01", "last": "2026-12-31", "text": text, "unit": "%", "baseline": "50", "target": "60"}
    return {**given, "direction": "越高越好", "weight": "10", **more}


def test_rows_of_the_same_parties_and_day_are_one_draft(world, office):
    Post.objects.filter(pk=world.township.pk).update(code="the-township")
    rows = [target(world, "森林覆盖率"), target(world, "水质优良率", weight="20"), target(world, "林长制", taker="the-township")]
    taken_over("targets", office, *rows)
    first, second = TargetAgreement.objects.order_by("pk")
    assert [(item.place, item.text, item.target, item.weight) for item in first.items.all()] == [
        (1, "森林覆盖率", Decimal(60), Decimal(10)),
        (2, "水质优良率", Decimal(60), Decimal(20)),
    ]
    assert (first.state, first.office_id, second.taker.code) == ("draft", office.unit_id, "the-township")
    assert Event.objects.filter(stream=first.stream, act="agreements.put_item").count() == 2


def test_a_later_file_goes_on_with_the_draft_and_says_nothing_twice(world, office):
    taken_over("targets", office, target(world, "森林覆盖率"))
    taken_over("targets", office, target(world, "森林覆盖率"), target(world, "水质优良率"))
    assert (TargetAgreement.objects.count(), TargetItem.objects.count()) == (1, 2)


def test_a_target_that_is_there_is_not_entered_twice_and_what_differs_is_told(world, office):
    taken_over("targets", office, target(world, "森林覆盖率"))
    row = target(world, "森林覆盖率", weight="20", target="65", baseline="51", direction="越低越好", due="2026-06-30", additive="是")
    delivery = taken_over("targets", office, row)
    assert TargetItem.objects.count() == 1
    assert remarks(delivery, "warning") == [(2, "stays")] * 6
    told = {note.heading: note.text for note in reports.last_run(delivery).notes.all()}
    assert ["10" in told["分值"], "60" in told["目标值"], "越高越好" in told["方向"]] == [True] * 3


def test_what_another_office_drafts_is_not_told(world, office):
    taken_over("targets", acting_for(world.targets), target(world, "森林覆盖率"))
    delivery = handed_in("targets", office, target(world, "森林覆盖率", weight="20"))
    assert (remarks(delivery), remarks(delivery, "warning")) == ([], [])


def test_what_is_offered_or_drafted_by_another_office_is_not_touched(world, office):
    agreements.drafted(world, since=days.today().replace(month=1, day=1))
    row = target(world, "森林覆盖率", since=f"{days.today().year}-01-01", last=f"{days.today().year}-12-31")
    assert remarks(handed_in("targets", office, row)) == [(2, "not_draft")]


def test_a_target_is_checked_as_on_the_page(world, office):
    rows = [
        target(world, "甲", target="≥55且不降低"),
        target(world, "乙", direction="非数值", target="制定实施"),
        target(world, "丙", due="2027-02-01"),
        target(world, "丁", giver="none"),
        target(world, "戊", evaluator="none"),
        target(world, "乙", direction="非数值", target="制定实施"),
        target(world, "己", kind="任期"),
        target(world, "庚", taker=world.prefecture.code, evaluator=world.water.unit.code),
    ]
    found = remarks(handed_in("targets", office, *rows))
    assert found == [
        (2, "refused"),
        (4, "refused"),
        (5, "unknown_post"),
        (6, "head"),
        (6, "unknown_unit"),
        (7, "duplicate"),
        (8, "head"),
        (9, "refused"),
    ]


def test_the_target_office_brings_targets_and_nothing_of_the_register(world):
    by = acting_for(world.targets)
    assert [sheet.key for sheet in importing.kinds(by)] == ["targets"]
    taken_over("targets", by, target(world, "森林覆盖率"))
    assert TargetAgreement.objects.get().office == world.targets.unit
    with pytest.raises(NotPermitted):
        handed_in("village_agreements", by, village(world))


def test_a_target_names_its_indicator_and_the_target_that_it_breaks_down(world, office):
    Indicator.objects.create(no=11, sub_no=2, name="试验指标", system="试验", attribute="binding", direction="up")
    upper = agreements.signed(world)
    text = upper.items.get().text
    shared = {
        "giver": world.county.code,
        "taker": world.township.code,
        "since": upper.since.isoformat(),
        "last": upper.last_day.isoformat(),
    }
    rows = [
        target(world, text, **shared, above=upper.number, indicator="11-2"),
        target(world, "别的", **shared, above=upper.number),
        target(world, "又一", **shared, indicator="99"),
    ]
    delivery = handed_in("targets", office, *rows)
    assert remarks(delivery) == [(3, "refused"), (4, "unknown_indicator")]
    actions.take_over(delivery, partial=True, by=office, expect=delivery.version)
    made = TargetItem.objects.get(agreement__taker=world.township)
    assert (made.parent, made.indicator.sub_no) == (upper.items.get(), 2)


def test_undoing_withdraws_the_drafts_of_a_file_and_takes_its_targets_out_of_others(world, office):
    taken_over("targets", office, target(world, "森林覆盖率"))
    delivery = taken_over("targets", office, target(world, "水质优良率"), target(world, "林长制", taker=world.township.code))
    actions.undo(delivery, by=office, expect=delivery.version)
    kept, withdrawn = TargetAgreement.objects.order_by("pk")
    assert (kept.state, [item.text for item in kept.items.all()]) == ("draft", ["森林覆盖率"])
    assert (withdrawn.state, withdrawn.items.count()) == ("withdrawn", 1)
    assert reports.last_run(handed_in("targets", office, target(world, "林长制", taker=world.township.code))).rejected == 0


def test_a_file_whose_draft_went_on_is_not_undone(world, office):
    delivery = taken_over("targets", office, target(world, "森林覆盖率"))
    draft = TargetAgreement.objects.get()
    agreement_actions.offer(draft, by=office, expect=draft.version)
    with pytest.raises(Refused, match=draft.number):
        actions.undo(delivery, by=office, expect=delivery.version)
    draft.refresh_from_db()
    assert (draft.state, TargetItem.objects.count()) == ("offered", 1)


def test_undoing_a_file_of_village_agreements_marks_them_as_not_concluded(world):
    desk = acting_for(world.township_desk)
    delivery = taken_over("village_agreements", desk, village(world))
    actions.undo(delivery, by=desk, expect=delivery.version)
    assert VillageAgreement.objects.get().state == "dropped"
