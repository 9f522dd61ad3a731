"""Drafted by an office, signed by both sides each by their own account, with the hash of what was signed."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from accountability.notices.models import Notice
from accountability.papers.models import Paper
from chiefs.agreements import actions, document, questions
from chiefs.agreements.models import Signature, TargetAgreement, TargetItem
from chiefs.posts.functions import Function
from chiefs.posts.models import Tenure
from tests.factories import agreements as made
from tests.factories.posts import AccountFactory, TenureFactory, UnitFactory, acting_for, desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return made.world()


def sign(agreement, post, **facts):
    given = {"document": agreement.sha256, "expect": agreement.version}
    return actions.sign(agreement, by=acting_for(post), **{**given, **facts})


def test_two_signatures_put_it_in_force_and_each_is_in_the_ledger_with_the_hash(w):
    agreement = made.offered(w)
    sign(agreement, w.county)
    assert agreement.state == "half"
    assert not Paper.objects.exists()
    sign(agreement, w.prefecture)
    assert agreement.state == "signed"
    events = Event.objects.filter(stream=agreement.stream, act="agreements.sign")
    assert [event.facts["document"] for event in events] == [agreement.sha256] * 2
    kept = list(agreement.signatures.order_by("pk"))
    assert [(s.side, s.post_id, s.sha256) for s in kept] == [
        ("taker", w.county.pk, agreement.sha256),
        ("giver", w.prefecture.pk, agreement.sha256),
    ]
    assert [s.event_id for s in kept] == [event.pk for event in events.order_by("pk")]
    assert document.hash_of(document.text_of(agreement)) == agreement.sha256


def test_the_paper_shows_both_signatures_with_their_hashes(w):
    agreement = made.signed(w)
    assert agreement.paper.owner == agreement.stream
    for signature in agreement.signatures.all():
        assert signature.person_name in agreement.paper.html
        assert Event.objects.get(pk=signature.event_id).hash in agreement.paper.html
    assert agreement.sha256 in agreement.paper.html


def test_the_paper_is_in_the_language_of_record_whatever_the_last_signer_reads(w):
    agreement = made.offered(w)
    with translation.override("bo"):
        sign(agreement, w.county)
        sign(agreement, w.prefecture)
    assert "目标责任书" in agreement.paper.title
    assert "五、签署记录" in agreement.paper.html


@pytest.mark.parametrize("who", ["targets", "office", "water", "township", "village", "bureau", "township_desk"])
def test_nobody_signs_for_another(w, who):
    agreement = made.offered(w)
    with pytest.raises(NotPermitted):
        sign(agreement, getattr(w, who))
    assert not Signature.objects.exists()


def test_a_system_post_signs_nothing(w):
    agreement = made.offered(w)
    by = acting_for(w.county)
    with pytest.raises(NotPermitted):
        actions.sign(agreement, document=agreement.sha256, by=type(by)(**{**vars(by), "account_id": None}), expect=agreement.version)


def test_one_side_signs_once(w):
    agreement = made.offered(w)
    sign(agreement, w.county)
    with pytest.raises(NotPermitted):
        sign(agreement, w.county)


def test_one_person_with_both_posts_does_not_sign_for_both_sides(w):
    agreement = made.offered(w)
    sign(agreement, w.county)
    person = w.county.tenures.get().person
    Tenure.objects.filter(post=w.prefecture).update(person=person)
    with pytest.raises(Refused):
        sign(agreement, w.prefecture)
    assert agreement.state == "half"


def test_what_was_not_read_is_not_signed(w):
    agreement = made.offered(w)
    with pytest.raises(Refused):
        sign(agreement, w.county, document="0" * 64)


def test_a_text_that_was_altered_behind_the_gate_is_not_signed(w):
    agreement = made.offered(w)
    TargetItem.objects.filter(agreement=agreement).update(target_text="61", target=61)
    with pytest.raises(Refused):
        sign(agreement, w.county)
    assert not Signature.objects.exists()


def test_the_second_who_decides_on_what_the_first_has_changed_is_told(w):
    agreement = made.offered(w)
    seen = agreement.version
    sign(agreement, w.county)
    with pytest.raises(Stale):
        sign(agreement, w.prefecture, expect=seen)


def test_the_same_reference_twice_is_one_signature(w):
    agreement = made.offered(w)
    ref, seen = uuid.uuid4(), agreement.version
    first, second = (sign(agreement, w.county, client_ref=ref, expect=seen) for _ in range(2))
    assert first == second
    assert Signature.objects.count() == 1
    with pytest.raises(Mismatch):
        sign(agreement, w.prefecture, client_ref=ref, expect=seen)


def test_a_signature_is_never_altered_nor_taken_away(w):
    made.signed(w)
    for change in (lambda: Signature.objects.update(sha256="0" * 64), lambda: Signature.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Signature.objects.count() == 2


def test_sent_back_it_is_a_draft_again_and_signatures_under_the_old_text_do_not_count(w):
    agreement = made.offered(w)
    sign(agreement, w.county)
    actions.send_back(agreement, reason="指标过高", by=acting_for(w.prefecture), expect=agreement.version)
    assert agreement.state == "draft"
    assert Notice.objects.filter(post=w.targets, kind="agreement-returned").count() == 1
    made.offered(w, agreement)
    assert agreement.state == "offered"
    sign(agreement, w.prefecture)
    assert agreement.state == "half"
    sign(agreement, w.county)
    assert agreement.state == "signed"


def test_what_was_offered_is_not_changed(w):
    agreement = made.offered(w)
    with pytest.raises(NoTransition):
        made.put(w, agreement)
    assert agreement.items.count() == 1


@pytest.mark.parametrize("who", ["county", "office", "prefecture", "water", "village"])
def test_only_the_drafting_office_changes_a_draft(w, who):
    agreement = made.drafted(w)
    with pytest.raises(NotPermitted):
        made.put(w, agreement, by=getattr(w, who))


@pytest.mark.parametrize(
    ("who", "giver", "taker", "allowed"),
    [
        ("targets", "prefecture", "county", True),
        ("office", "county", "township", True),
        ("township_desk", "township", "village", True),
        ("township_desk", "county", "township", True),
        ("office", "prefecture", "prefecture", False),
        ("water", "county", "township", False),
        ("county", "county", "township", False),
        ("intake", "county", "township", False),
    ],
)
def test_an_office_drafts_inside_its_reach(w, who, giver, taker, allowed):
    taker_post = getattr(w, taker) if giver != taker else w.bureau
    facts = {"giver": getattr(w, giver), "taker": taker_post, "by": getattr(w, who), "items": 0}
    if allowed:
        assert made.drafted(w, **facts).state == "draft"
    else:
        with pytest.raises(NotPermitted):
            made.drafted(w, **facts)


def test_an_office_drafts_nothing_outside_its_reach(w):
    elsewhere = desk(UnitFactory(jurisdiction=w.township.unit.jurisdiction), Function.TARGETS)
    with pytest.raises(NotPermitted):
        made.drafted(w, by=elsewhere)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " ", "indicator": None},
        {"target_text": ""},
        {"direction": "up", "target_text": "制定实施"},
        {"weight": Decimal(-1)},
        {"weight": Decimal(1001)},
        {"due": days.today() + timedelta(days=4000)},
    ],
)
def test_a_target_without_words_number_or_sense_is_refused(w, wrong):
    agreement = made.drafted(w, items=0)
    with pytest.raises(Refused):
        made.put(w, agreement, **wrong)
    assert not TargetItem.objects.exists()


def test_words_are_kept_as_written_and_the_number_stands_beside_them(w):
    agreement = made.drafted(w, items=0)
    item = made.put(w, agreement, baseline_text="≥55且不降低", target_text="95.50%", unit="％（年均）")
    item.refresh_from_db()
    assert (item.baseline_text, item.baseline, item.target_text, item.target) == ("≥55且不降低", None, "95.50%", Decimal("95.5"))
    assert item.unit == "％（年均）"
    words = made.put(w, agreement, direction="text", target_text="制定实施", baseline_text="")
    assert words.target is None


def test_a_draft_without_a_weighted_target_is_not_offered(w):
    agreement = made.drafted(w, items=0)
    made.put(w, agreement, weight=Decimal(0))
    with pytest.raises(Refused):
        made.offered(w, agreement)


def test_a_target_is_changed_and_taken_out_of_a_draft_and_the_same_sending_twice_changes_nothing(w):
    agreement = made.drafted(w)
    line = agreement.items.get().line
    ref, seen = uuid.uuid4(), agreement.version
    for _ in range(2):
        made.put(w, agreement, place=1, target_text="61", expect=seen, client_ref=ref)
    assert (agreement.items.get().target, agreement.items.get().line) == (61, line)
    actions.drop_item(agreement, place=1, by=acting_for(w.targets), expect=agreement.version)
    assert not agreement.items.exists()


def test_an_amendment_is_a_new_edition_and_the_old_one_holds_until_both_have_signed(w):
    first = made.signed(w)
    second = actions.amend(first, reason="国土三调数据调整", by=acting_for(w.targets), expect=first.version)
    assert (second.number, second.edition, second.state) == (first.number, 2, "draft")
    assert [item.line for item in second.items.all()] == [item.line for item in first.items.all()]
    made.put(w, second, place=1, target_text="58")
    made.offered(w, second)
    sign(second, w.prefecture)
    first.refresh_from_db()
    assert first.state == "signed"
    sign(second, w.county)
    first.refresh_from_db()
    assert (first.state, second.state) == ("amended", "signed")
    assert (first.items.get().target, second.items.get().target) == (60, 58)
    assert document.is_as_offered(first)


def test_two_amendments_are_not_drafted_at_once(w):
    first = made.signed(w)
    actions.amend(first, reason="调整指标", by=acting_for(w.targets), expect=first.version)
    with pytest.raises(Refused):
        actions.amend(first, reason="再次调整", by=acting_for(w.targets), expect=first.version)
    assert TargetAgreement.objects.count() == 2


def test_an_amendment_of_what_was_ended_meanwhile_is_not_signed(w):
    first = made.signed(w, since=days.today() - timedelta(days=40), until=days.today() + timedelta(days=40))
    second = actions.amend(first, reason="调整指标", by=acting_for(w.targets), expect=first.version)
    made.offered(w, second)
    sign(second, w.county)
    actions.end(first, day=days.today(), reason="机构撤并", by=acting_for(w.targets), expect=first.version)
    with pytest.raises(Refused):
        sign(second, w.prefecture)
    assert second.state == "half"


def test_whose_signature_is_awaited_has_open_work_until_it_is_there(w):
    agreement = made.offered(w)
    assert questions.open_work(post_id=w.county.pk) == [agreement]
    assert questions.open_work(post_id=w.prefecture.pk) == [agreement]
    assert questions.open_work(post_id=w.township.pk) == []
    sign(agreement, w.prefecture)
    assert questions.open_work(post_id=w.prefecture.pk) == []
    assert questions.open_work(unit_id=w.county.unit_id) == [agreement]
    sign(agreement, w.county)
    assert questions.open_work(post_id=w.county.pk) == [agreement], "taken on and not settled: a successor signs on with the balance"


def successor_of(post):
    change = days.today() - timedelta(days=1)
    Tenure.objects.filter(post=post).update(until=change)
    tenure = TenureFactory(post=post, since=change)
    AccountFactory(person=tenure.person)
    return tenure


def test_a_successor_signs_on_with_the_open_balance_and_the_first_signature_stays(w):
    agreement = made.signed(w)
    actions.report_progress(agreement, place=1, as_of=days.today(), text="54", by=acting_for(w.county), expect=agreement.version)
    earlier = agreement.paper
    tenure = successor_of(w.county)
    assert actions.tell_successors() == 1
    actions.tell_successors()
    assert Notice.objects.filter(post=w.county, kind="agreement-successor").count() == 1
    actions.sign_on(agreement, document=agreement.sha256, by=acting_for(w.county), expect=agreement.version)
    later = agreement.signatures.get(takes_over=True)
    assert later.person_id == tenure.person_id
    assert '"open":"6"' in later.balance
    assert agreement.signatures.filter(side="taker").count() == 2
    earlier.refresh_from_db()
    assert earlier.replaced_by_id == agreement.paper_id
    assert later.person_name in agreement.paper.html
    assert actions.tell_successors() == 0


def test_who_signed_before_does_not_sign_on_again_and_the_giver_never(w):
    agreement = made.signed(w)
    for post in (w.county, w.prefecture, w.targets):
        with pytest.raises(NotPermitted):
            actions.sign_on(agreement, document=agreement.sha256, by=acting_for(post), expect=agreement.version)


@pytest.mark.parametrize(
    ("who", "drafts", "signed"),
    [
        ("targets", True, True),
        ("county", False, True),
        ("prefecture", False, True),
        ("office", False, True),
        ("township", False, False),
        ("township_desk", False, False),
        ("water", False, False),
        ("village", False, False),
        ("intake", False, False),
    ],
)
def test_who_sees_an_agreement(w, who, drafts, signed):
    agreement = made.drafted(w)
    by = acting_for(getattr(w, who))
    assert TargetAgreement.objects.visible_to(by).filter(pk=agreement.pk).exists() is drafts
    made.signed(w, agreement)
    assert TargetAgreement.objects.visible_to(by).filter(pk=agreement.pk).exists() is signed
    assert questions.may_open_paper(paper=agreement.paper, acting=by) == ([True] if signed else [])


def test_nobody_sees_one_without_acting_for_a_post(w):
    made.signed(w)
    assert not TargetAgreement.objects.visible_to(None).exists()
