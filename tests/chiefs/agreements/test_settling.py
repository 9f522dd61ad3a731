"""Progress during the year, settlement at its end, and what a term answered for."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, NoTransition, Refused
from accountability.ledger.models import Event
from chiefs.agreements import actions, reports
from chiefs.agreements.actions import Achieved
from chiefs.agreements.models import Progress, Settlement, SettlementRule
from chiefs.posts.models import Tenure
from tests.factories import agreements as made
from tests.factories.posts import AccountFactory, TenureFactory, acting_for

pytestmark = pytest.mark.django_db
LAST_YEAR = days.today().year - 1


@pytest.fixture
def w():
    return made.world()


@pytest.fixture
def agreement(w):
    """Of last year, in force: forest cover 50 to 60 %, less waste 100 to 80, a plan in words."""
    drafted = made.drafted(w, items=0, since=date(LAST_YEAR, 1, 1), until=date(LAST_YEAR + 1, 1, 1))
    made.put(w, drafted, weight=Decimal(50))
    made.put(w, drafted, text="垃圾存量", unit="吨", baseline_text="100", target_text="80", direction="down", weight=Decimal(30))
    made.put(w, drafted, text="一河一策", target_text="制定实施", direction="text", baseline_text="", weight=Decimal(20))
    return made.signed(w, drafted)


def settle(w, agreement, results, *, by=None, **facts):
    said = {place: Achieved(*value) if isinstance(value, tuple) else Achieved(value) for place, value in results.items()}
    given = {"reward": "", "expect": agreement.version}
    return actions.settle(agreement, results=said, by=acting_for(by or w.targets), **{**given, **facts})


def test_the_score_is_the_weighted_share_and_the_rule_stays_named(w, agreement):
    settle(w, agreement, {1: "55", 2: "80", 3: ("已制定", "partly")}, reward="通报表扬")
    settlement = agreement.settlements.get()
    assert settlement.score == Decimal("65.000000")  # 50·½ + 30·1 + 20·½
    assert (settlement.grade, settlement.reward, settlement.final) == ("qualified", "通报表扬", True)
    assert settlement.rule == SettlementRule.objects.get()
    half = Decimal("0.5")
    assert [(line.outcome, line.share) for line in settlement.lines.all()] == [("partly", half), ("met", 1), ("partly", half)]
    assert agreement.state == "settled"
    event = Event.objects.get(act="agreements.settle")
    assert (event.facts["score"], event.facts["grade"]) == ("65.000000", "qualified")


def test_what_is_not_assessed_is_left_out_of_the_score(w, agreement):
    settle(w, agreement, {1: "60", 3: ("", "not_assessed")})
    settlement = agreement.settlements.get()
    assert settlement.score == 100
    assert [line.outcome for line in settlement.lines.all()] == ["met", "not_assessed", "not_assessed"]


@pytest.mark.parametrize(
    "results",
    [
        {},
        {3: ("", "not_assessed")},
        {1: ("55", "met")},
        {1: "约五十五"},
        {3: "已制定"},
        {3: ("", "met")},
        {9: "1"},
    ],
)
def test_a_settlement_that_says_nothing_or_against_its_numbers_is_refused(w, agreement, results):
    with pytest.raises(Refused):
        settle(w, agreement, results)
    assert not Settlement.objects.exists()


def test_where_a_number_was_asked_and_words_came_the_evaluator_decides(w, agreement):
    settle(w, agreement, {1: ("约五十五", "not_met"), 2: "80"})
    assert agreement.settlements.get().score == Decimal("37.500000")


def test_a_settlement_is_never_altered(w, agreement):
    settle(w, agreement, {1: "55"})
    with pytest.raises(DatabaseError), transaction.atomic():
        Settlement.objects.update(score=100)
    with pytest.raises(NoTransition):
        settle(w, agreement, {1: "60"})


def test_a_year_that_is_not_over_is_not_settled(w):
    running = made.signed(w)
    with pytest.raises(Refused):
        settle(w, running, {1: "60"})


@pytest.mark.parametrize("who", ["county", "prefecture", "office", "water", "township_desk", "village"])
def test_only_the_evaluator_settles(w, agreement, who):
    with pytest.raises(NotPermitted):
        settle(w, agreement, {1: "60"}, by=getattr(w, who))


def test_who_took_the_targets_does_not_settle_them_from_another_post(w, agreement):
    person = w.county.tenures.get().person
    Tenure.objects.filter(post=w.targets).update(person=person)
    with pytest.raises(NotPermitted):
        settle(w, agreement, {1: "60"})


def test_the_taker_does_not_evaluate_itself(w):
    with pytest.raises(Refused):
        made.drafted(w, evaluator=w.county.unit)


def test_the_same_settlement_sent_twice_is_one(w, agreement):
    ref, seen = uuid.uuid4(), agreement.version
    for _ in range(2):
        settle(w, agreement, {1: "55"}, client_ref=ref, expect=seen)
    assert Settlement.objects.count() == 1
    assert Settlement.objects.get().lines.count() == 3


def test_progress_is_added_and_the_latest_day_counts(w):
    running = made.signed(w)
    for text, back in (("52", 10), ("54", 2), ("53", 5)):
        day = max(running.since, days.today() - timedelta(days=back))
        actions.report_progress(running, place=1, as_of=day, text=text, by=acting_for(w.county), expect=running.version)
    assert Progress.objects.count() == 3
    assert reports.latest(running)[running.items.get().line].value == 54
    assert reports.balance(running, days.today())[0]["open"] == "6"
    with pytest.raises(DatabaseError), transaction.atomic():
        Progress.objects.update(text="60")


@pytest.mark.parametrize("who", ["village", "township", "office", "water", "prefecture"])
def test_progress_is_reported_by_the_taker_and_the_evaluator(w, who):
    running = made.signed(w)
    with pytest.raises(NotPermitted):
        actions.report_progress(running, place=1, as_of=days.today(), text="1", by=acting_for(getattr(w, who)), expect=running.version)
    actions.report_progress(running, place=1, as_of=days.today(), text="1", by=acting_for(w.targets), expect=running.version)


@pytest.mark.parametrize("shift", [timedelta(days=1), timedelta(days=-4000)])
def test_progress_lies_between_the_first_day_and_today(w, shift):
    running = made.signed(w)
    with pytest.raises(Refused):
        actions.report_progress(running, place=1, as_of=days.today() + shift, text="1", by=acting_for(w.county), expect=running.version)


def for_a_term(w):
    """Of the three years before this one: the first target is due after the first of them, the second at the end."""
    year = days.today().year
    term = made.drafted(w, items=0, kind="term", since=date(year - 3, 3, 1), until=date(year, 1, 1))
    made.put(w, term, text="第一年任务", due=date(year - 2, 1, 1))
    made.put(w, term, text="任期任务")
    return made.signed(w, term)


def test_an_agreement_for_a_term_is_settled_year_by_year_and_closed_by_the_last(w):
    year, term, by = days.today().year, for_a_term(w), acting_for(w.targets)
    actions.settle_year(term, year=year - 3, results={1: Achieved("55")}, reward="", by=by, expect=term.version)
    assert (term.state, term.settlements.get().score) == ("signed", 50)
    with pytest.raises(Refused):
        actions.settle_year(term, year=year - 3, results={1: Achieved("60")}, reward="", by=by, expect=term.version)
    with pytest.raises(Refused):
        actions.settle_year(term, year=year - 2, results={}, reward="", by=by, expect=term.version)
    actions.settle(term, results={2: Achieved("60")}, reward="", by=by, expect=term.version)
    assert term.state == "settled"
    assert [(s.since.year, s.final) for s in term.settlements.all()] == [(year - 3, False), (year - 2, True)]


def test_a_term_answers_for_what_its_holder_signed_with_progress_and_settlement(w, agreement):
    settle(w, agreement, {1: "55", 2: "80", 3: ("已制定", "met")})
    tenure = w.county.tenures.get()
    rows = reports.of_tenure(tenure, tenure.since, days.today() + timedelta(days=1))
    assert [(row.place, row.achieved, row.outcome, row.score) for row in rows] == [
        (1, "55", "partly", Decimal("75.000000")),
        (2, "80", "met", Decimal("75.000000")),
        (3, "已制定", "met", Decimal("75.000000")),
    ]
    assert rows[0].number == agreement.number


def test_a_term_does_not_answer_for_what_somebody_else_signed_or_for_another_time(w, agreement):
    tenure = w.county.tenures.get()
    assert reports.of_tenure(tenure, date(LAST_YEAR - 3, 1, 1), date(LAST_YEAR - 2, 1, 1)) == []
    Tenure.objects.filter(pk=tenure.pk).update(until=days.today())
    after = TenureFactory(post=w.county, since=days.today())
    assert reports.of_tenure(after, tenure.since, days.today() + timedelta(days=1)) == []


def test_a_successor_answers_from_the_day_of_signing_on(w):
    running = made.signed(w)
    Tenure.objects.filter(post=w.county).update(until=days.today())
    after = TenureFactory(post=w.county, since=days.today())
    AccountFactory(person=after.person)
    actions.sign_on(running, document=running.sha256, by=acting_for(w.county), expect=running.version)
    (row,) = reports.of_tenure(after, days.today(), days.today() + timedelta(days=1))
    assert (row.number, row.signed_on) == (running.number, days.today())


def amended(w, first):
    second = actions.amend(first, reason="调整任务", by=acting_for(w.targets), expect=first.version)
    made.signed(w, second)
    first.refresh_from_db()
    assert (first.state, second.state) == ("amended", "signed")
    return second


def test_an_amendment_keeps_what_was_reported_before_it(w):
    first = made.signed(w)
    actions.report_progress(first, place=1, as_of=days.today(), text="54", by=acting_for(w.county), expect=first.version)
    second = amended(w, first)
    assert reports.latest(second)[second.items.get().line].value == 54
    assert reports.balance(second, days.today())[0]["reached"] == "54"


def test_an_amendment_keeps_the_years_that_were_settled_before_it(w):
    year, first, by = days.today().year, for_a_term(w), acting_for(w.targets)
    actions.settle_year(first, year=year - 3, results={1: Achieved("55")}, reward="", by=by, expect=first.version)
    second = amended(w, first)
    with pytest.raises(Refused, match="已结算"):
        actions.settle_year(second, year=year - 3, results={1: Achieved("60")}, reward="", by=by, expect=second.version)
    assert [item.place for item in actions.closing(second)[1]] == [2]
    actions.settle(second, results={2: Achieved("60")}, reward="", by=by, expect=second.version)
    assert [(s.since.year, s.final) for s in second.settled()] == [(year - 3, False), (year - 2, True)]
    owed = {
        row.place: row.achieved for row in reports.of_tenure(w.county.tenures.get(), date(year - 3, 1, 1), days.today() + timedelta(days=1))
    }
    assert owed == {1: "55", 2: "60"}
