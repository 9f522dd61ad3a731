"""Targets broken down the levels: prefecture, county, township, village. Sums are shown, and refused only where the office asks."""

import pytest

from accountability.ledger.errors import Refused
from chiefs.agreements import actions, reports
from chiefs.agreements.models import TargetItem
from tests.factories import agreements as made
from tests.factories.posts import acting_for, chief

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return made.world()


def hectares(w, agreement, target, *, by=None, parent=None, **facts):
    given = {"text": "新增造林", "unit": "公顷", "baseline_text": "0", "target_text": str(target), "additive": True, "parent": parent}
    return made.put(w, agreement, by=by, **{**given, **facts})


def county_agreement(w, target="100", **facts):
    agreement = made.drafted(w, items=0)
    hectares(w, agreement, target, **facts)
    return made.signed(w, agreement)


def township_agreement(w, parent, target, *, taker=None, sums=False, **facts):
    agreement = made.drafted(w, giver=w.county, taker=taker or w.township, by=w.office, items=0)
    hectares(w, agreement, target, by=w.office, parent=parent, **facts)
    actions.offer(agreement, sums_must_agree=sums, by=acting_for(w.office), expect=agreement.version)
    return agreement


def another_chief(w):
    return chief("township", w.township.unit, "lake")


def test_stated_and_added_up_stand_side_by_side(w):
    above = county_agreement(w, "100")
    township_agreement(w, above.items.get(), "60")
    township_agreement(w, above.items.get(), "30", taker=another_chief(w))
    ((item, found, parts),) = reports.breakdown(above)
    assert (found.stated, found.summed, found.difference, found.agrees) == (100, 90, -10, False)
    assert [part.target for part in parts] == [60, 30]
    assert item.parent is None


def test_a_breakdown_that_does_not_add_up_is_offered_all_the_same(w):
    above = county_agreement(w, "100")
    assert township_agreement(w, above.items.get(), "30").state == "offered"


def test_where_the_office_asks_it_is_refused_with_both_figures(w):
    above = county_agreement(w, "100")
    with pytest.raises(Refused) as refusal:
        township_agreement(w, above.items.get(), "30", sums=True)
    assert "100" in str(refusal.value)
    assert "30" in str(refusal.value)
    assert township_agreement(w, above.items.get(), "70", taker=another_chief(w), sums=True).state == "offered"


def test_values_in_another_unit_are_not_added_up_and_nothing_is_refused_for_it(w):
    above = county_agreement(w, "100")
    agreement = township_agreement(w, above.items.get(), "450", unit="亩", sums=True)
    assert agreement.state == "offered"
    ((_item, found, _parts),) = reports.breakdown(above)
    assert (found.summed, found.reason) == (None, "units")


def test_withdrawn_and_replaced_editions_do_not_count(w):
    above = county_agreement(w, "100")
    first = township_agreement(w, above.items.get(), "60")
    actions.withdraw(first, reason="数据有误", by=acting_for(w.office), expect=first.version)
    second = township_agreement(w, above.items.get(), "70")
    for post in (w.county, w.township):
        actions.sign(second, document=second.sha256, by=acting_for(post), expect=second.version)
    third = actions.amend(second, reason="调整任务", by=acting_for(w.office), expect=second.version)
    made.put(w, third, by=w.office, place=1, text="新增造林", unit="公顷", target_text="100", additive=True, parent=above.items.get())
    assert reports.sum_of(above.items.get()).summed == 70, "the amendment is not signed yet"
    actions.offer(third, sums_must_agree=True, by=acting_for(w.office), expect=third.version)
    for post in (w.county, w.township):
        actions.sign(third, document=third.sha256, by=acting_for(post), expect=third.version)
    assert reports.sum_of(above.items.get()).summed == 100


def test_the_parts_follow_the_line_when_the_upper_agreement_is_amended(w):
    first = county_agreement(w, "100")
    township_agreement(w, first.items.get(), "60")
    second = actions.amend(first, reason="任务调减", by=acting_for(w.targets), expect=first.version)
    hectares(w, second, "60", place=1)
    made.signed(w, second)
    ((item, found, _parts),) = reports.breakdown(second)
    assert item.pk != first.items.get().pk
    assert found.agrees is True


def test_only_what_the_giver_has_taken_on_and_is_in_force_can_be_broken_down(w):
    draft = made.drafted(w)
    below = made.drafted(w, giver=w.county, taker=w.township, by=w.office, items=0)
    with pytest.raises(Refused):
        hectares(w, below, "10", by=w.office, parent=draft.items.get())
    sideways = made.signed(w, made.drafted(w, giver=w.prefecture, taker=w.bureau, by=w.targets, evaluator=w.targets.unit))
    with pytest.raises(Refused):
        hectares(w, below, "10", by=w.office, parent=sideways.items.get())
    assert not TargetItem.objects.filter(agreement=below).exists()


def test_a_target_does_not_break_down_what_came_of_itself(w):
    above = county_agreement(w)
    below = township_agreement(w, above.items.get(), "60")
    for post in (w.county, w.township):
        actions.sign(below, document=below.sha256, by=acting_for(post), expect=below.version)
    amended = actions.amend(above, reason="调整任务", by=acting_for(w.targets), expect=above.version)
    with pytest.raises(Refused):
        hectares(w, amended, "100", place=1, parent=below.items.get())


@pytest.mark.parametrize("several", [1, 6])
def test_the_breakdown_of_an_agreement_is_read_in_two_questions(w, several, django_assert_num_queries):
    agreement = made.drafted(w, items=0)
    for _ in range(several):
        hectares(w, agreement, "10")
    made.signed(w, agreement)
    below = made.drafted(w, giver=w.county, taker=w.township, by=w.office, items=0)
    for item in agreement.items.all():
        hectares(w, below, "10", by=w.office, parent=item)
    with django_assert_num_queries(2):
        found = reports.breakdown(agreement)
    assert all(total.agrees for _item, total, _parts in found)
