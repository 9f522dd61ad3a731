"""Two sides at one moment, on SQLite in a file and on PostgreSQL."""

from collections import Counter

import pytest

from accountability.ledger.verification import first_fault
from accountability.papers.models import Paper
from chiefs.agreements import actions
from chiefs.agreements.models import Settlement, Signature, TargetAgreement, VillageAgreement
from tests.accountability.ledger.test_race import at_once
from tests.factories import agreements as made
from tests.factories.posts import acting_for

pytestmark = pytest.mark.django_db(transaction=True)


def sign(pk, post, seen, sha256):
    agreement = TargetAgreement.objects.select_related("giver__unit", "taker__unit", "office", "evaluator").get(pk=pk)
    actions.sign(agreement, document=sha256, by=acting_for(post), expect=seen)
    return "signed"


def test_of_two_sides_that_sign_at_once_one_is_told_that_the_other_was_faster():
    w = made.world()
    agreement = made.offered(w)
    posts = [w.county, w.prefecture]
    answers = at_once(lambda i: sign(agreement.pk, posts[i], agreement.version, agreement.sha256), threads=2)
    assert answers == Counter({"signed": 1, "Stale": 1})
    agreement.refresh_from_db()
    assert (agreement.state, Signature.objects.count()) == ("half", 1)
    assert first_fault()[0] is None


def test_the_second_signature_sent_by_several_devices_issues_one_paper():
    w = made.world()
    agreement = made.offered(w)
    sign(agreement.pk, w.county, agreement.version, agreement.sha256)
    agreement.refresh_from_db()
    answers = at_once(lambda i: sign(agreement.pk, w.prefecture, agreement.version, agreement.sha256), threads=4)
    assert answers == Counter({"signed": 1, "Stale": 3})
    assert (Signature.objects.count(), Paper.objects.count()) == (2, 1)
    assert first_fault()[0] is None


def test_an_amendment_that_comes_into_force_and_a_progress_report_do_not_wait_for_each_other_for_ever():
    w = made.world()
    first = made.signed(w)
    second = actions.amend(first, reason="调整任务", by=acting_for(w.targets), expect=first.version)
    made.offered(w, second)
    sign(second.pk, w.county, second.version, second.sha256)
    second.refresh_from_db()
    first.refresh_from_db()

    def work(i):
        if i == 0:
            return sign(second.pk, w.prefecture, second.version, second.sha256)
        earlier = TargetAgreement.objects.get(pk=first.pk)
        actions.report_progress(earlier, place=1, as_of=earlier.since, text="51", by=acting_for(w.county), expect=first.version)
        return "reported"

    answers = at_once(work, threads=2)
    assert answers["signed"] == 1
    assert answers["reported"] + answers["Stale"] + answers["NoTransition"] == 1
    assert TargetAgreement.objects.filter(number=first.number, state="signed").get() == second
    assert first_fault()[0] is None


def test_two_evaluators_settle_once():
    w = made.world()
    year = made.this_year()[0].replace(year=made.this_year()[0].year - 1)
    agreement = made.signed(w, since=year, until=made.this_year()[0])

    def settle(i):
        found = TargetAgreement.objects.get(pk=agreement.pk)
        results = {1: actions.Achieved(str(52 + i))}
        actions.settle(found, results=results, reward="", by=acting_for(w.targets), expect=agreement.version)
        return "settled"

    assert at_once(settle, threads=4) == Counter({"settled": 1, "Stale": 3})
    assert Settlement.objects.count() == 1


def test_two_agreements_for_one_post_recorded_at_once_bind_once():
    w = made.world()
    waiting = [made.scanned(made.prepared(w), w) for _ in range(2)]

    def record(i):
        found = VillageAgreement.objects.get(pk=waiting[i].pk)
        actions.sign_village(found, signed_on=found.since, by=acting_for(w.township_desk), expect=found.version)
        return "signed"

    answers = at_once(record, threads=2)
    assert answers == Counter({"signed": 1, "Refused": 1})
    assert VillageAgreement.objects.filter(binding_post=w.village).count() == 1
