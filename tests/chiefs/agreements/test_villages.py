"""Village chiefs answer under a signed agreement with their township."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from accountability.kit import days
from accountability.ledger import sweeps
from accountability.ledger.errors import NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from accountability.notices.models import Notice
from chiefs.agreements import actions, questions, reports
from chiefs.agreements.models import ExpiryRule, VillageAgreement
from chiefs.posts.models import Tenure
from tests.factories import agreements as made
from tests.factories.evidence import kept
from tests.factories.posts import AccountFactory, TenureFactory, acting_for, chief

pytestmark = pytest.mark.django_db
EXPIRING = "village-agreement-expiring"


@pytest.fixture
def w():
    return made.world()


def test_it_binds_when_both_have_signed_and_the_photo_is_kept(w):
    agreement = made.prepared(w)
    assert (agreement.unit_id, agreement.person_id) == (w.township.unit_id, w.village.tenures.get().person_id)
    assert not VillageAgreement.objects.in_force(days.today()).exists()
    with pytest.raises(Refused):
        actions.sign_village(agreement, signed_on=days.today(), by=acting_for(w.township_desk), expect=agreement.version)
    made.scanned(agreement, w)
    actions.sign_village(agreement, signed_on=days.today(), by=acting_for(w.township_desk), expect=agreement.version)
    assert VillageAgreement.objects.in_force(days.today()).get() == agreement
    assert Event.objects.filter(stream=agreement.stream).count() == 2
    assert Notice.objects.filter(post=w.village, kind="village-agreement-in-force").count() == 1


def test_text_named_as_a_photo_is_no_signed_page(w):
    agreement = made.prepared(w)
    kept(b"hello", owner=agreement.stream, role="signature", name="x.jpg")
    with translation.override("en"), pytest.raises(Refused, match="neither a photo nor a PDF"):
        actions.sign_village(agreement, signed_on=days.today(), by=acting_for(w.township_desk), expect=agreement.version)
    kept(b"%PDF-1.7 scan", owner=agreement.stream, role="signature", name="x.pdf")
    actions.sign_village(agreement, signed_on=days.today(), by=acting_for(w.township_desk), expect=agreement.version)
    assert agreement.state == "in_force"


@pytest.mark.parametrize("who", ["village", "township", "county", "water", "intake", "prefecture", "targets"])
def test_only_the_township_and_the_chief_office_keep_it(w, who):
    with pytest.raises(NotPermitted):
        made.prepared(w, by=getattr(w, who))


def test_the_chief_office_keeps_it_too(w):
    assert made.prepared(w, by=w.office).state == "prepared"


def test_nobody_prepares_their_own(w):
    Tenure.objects.filter(post=w.township_desk).update(person=w.village.tenures.get().person)
    with pytest.raises(Refused):
        made.prepared(w)


@pytest.mark.parametrize("wrong", [{"duties": " "}, {"funding": ""}, {"liability": ""}, {"duties": "长" * 4001}])
def test_without_duties_funding_or_liability_there_is_no_agreement(w, wrong):
    with pytest.raises(Refused):
        made.prepared(w, **wrong)


def test_only_village_chiefs_promise_their_township(w):
    with pytest.raises(Refused):
        made.prepared(w, post=w.township)


def test_of_a_vacant_post_nobody_signs(w):
    Tenure.objects.filter(post=w.village).update(until=days.today())
    with pytest.raises(Refused):
        made.prepared(w)


def test_two_agreements_of_one_person_do_not_overlap(w):
    first = made.concluded(w)
    second = made.scanned(made.prepared(w), w)
    with pytest.raises(Refused) as refusal:
        actions.sign_village(second, signed_on=days.today(), by=acting_for(w.township_desk), expect=second.version)
    assert first.number in str(refusal.value)
    with pytest.raises(DatabaseError), transaction.atomic():
        VillageAgreement.objects.filter(pk=second.pk).update(binding_post=w.village)


def test_a_successors_agreement_ends_the_predecessors(w):
    first = made.concluded(w, since=days.today() - timedelta(days=100))
    Tenure.objects.filter(post=w.village).update(until=days.today())
    AccountFactory(person=TenureFactory(post=w.village, since=days.today()).person)
    second = made.concluded(w)
    first.refresh_from_db()
    assert (first.state, first.until) == ("closed", days.today())
    assert VillageAgreement.objects.in_force(days.today()).get() == second
    assert VillageAgreement.objects.in_force(days.today() - timedelta(days=1)).get() == first


def test_a_successors_agreement_does_not_begin_before_one_that_was_ended_early_ends(w):
    first, ends = made.concluded(w, since=days.today() - timedelta(days=100)), days.today() + timedelta(days=30)
    actions.close(first, day=ends, reason="本人辞职", by=acting_for(w.township_desk), expect=first.version)
    Tenure.objects.filter(post=w.village).update(until=days.today())
    AccountFactory(person=TenureFactory(post=w.village, since=days.today()).person)
    with pytest.raises(Refused, match=first.number):
        made.concluded(w)
    assert made.concluded(w, since=ends).state == "in_force"


def test_a_renewal_begins_where_the_old_one_ends_with_the_same_words(w):
    first = made.concluded(w, length=20)
    until = first.until + timedelta(days=365)
    second = actions.renew(first, until=until, by=acting_for(w.township_desk), expect=first.version)
    assert (second.since, second.duties, second.renews) == (first.until, first.duties, first)
    with pytest.raises(Refused):
        actions.renew(first, until=until, by=acting_for(w.township_desk), expect=first.version)
    with pytest.raises(Stale):
        actions.drop(second, reason="双方未谈妥", by=acting_for(w.township_desk), expect=7)
    actions.drop(second, reason="双方未谈妥", by=acting_for(w.township_desk), expect=second.version)
    assert actions.renew(first, until=until, by=acting_for(w.township_desk), expect=first.version).state == "prepared"


def test_an_agreement_ended_early_holds_until_its_new_end(w):
    agreement = made.concluded(w, since=days.today() - timedelta(days=10))
    tomorrow = days.today() + timedelta(days=1)
    actions.close(agreement, day=tomorrow, reason="本人辞职", by=acting_for(w.township_desk), expect=agreement.version)
    assert VillageAgreement.objects.in_force(days.today()).exists()
    assert not VillageAgreement.objects.in_force(tomorrow).exists()
    with pytest.raises(NoTransition):
        actions.close(agreement, day=tomorrow, reason="再次", by=acting_for(w.township_desk), expect=agreement.version)


@pytest.mark.parametrize(("left", "warned"), [(31, 0), (30, 1), (1, 1)])
def test_thirty_days_before_its_end_the_township_and_the_chief_are_warned_once(w, left, warned):
    since = days.today() - timedelta(days=100)
    agreement = made.concluded(w, since=since, length=100 + left)
    assert actions.warn_expiring() == warned
    assert sweeps.run_due("agreements.expiring") == ["agreements.expiring"]
    told = Notice.objects.filter(kind=EXPIRING, about=agreement.stream)
    assert {notice.post_id for notice in told} == ({w.township_desk.pk, w.village.pk} if warned else set())
    assert told.count() == 2 * warned


def test_a_renewed_agreement_needs_no_warning(w):
    first = made.concluded(w, length=20)
    second = actions.renew(first, until=first.until + timedelta(days=365), by=acting_for(w.township_desk), expect=first.version)
    assert actions.warn_expiring() == 1
    made.scanned(second, w)
    actions.sign_village(second, signed_on=days.today(), by=acting_for(w.township_desk), expect=second.version)
    assert actions.warn_expiring() == 0


def test_how_far_ahead_is_the_rule_of_the_place(w):
    made.concluded(w, length=50)
    assert actions.warn_expiring() == 0
    ExpiryRule.objects.create(days_ahead=60, jurisdiction=w.county.unit.jurisdiction, since=days.today(), basis="试验")
    assert actions.warn_expiring() == 1


def chiefs_of(w, who, **wanted):
    rows = reports.village_chiefs(acting_for(getattr(w, who)), days.today())
    return {row.post_id for row in rows.filter(**wanted)}


def test_a_chief_without_a_valid_agreement_is_found(w):
    lake = chief("village", w.village.unit, "lake")
    made.concluded(w)
    assert chiefs_of(w, "township_desk") == {w.village.pk, lake.pk}
    assert chiefs_of(w, "township_desk", holds=False) == {lake.pk}
    assert chiefs_of(w, "village") == {w.village.pk}
    assert chiefs_of(w, "water") == set()


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        *((who, True) for who in ("village", "township_desk", "township", "office", "prefecture")),
        *((who, False) for who in ("water", "intake", "targets")),
    ],
)
def test_who_sees_an_agreement_and_the_photo_of_its_page(w, who, sees):
    agreement = made.concluded(w)
    by = acting_for(getattr(w, who))
    assert VillageAgreement.objects.visible_to(by).filter(pk=agreement.pk).exists() is sees
    evidence = kept(owner=agreement.stream)
    assert questions.may_open_evidence(evidence=evidence, acting=by) == ([True] if sees else [])
    assert not VillageAgreement.objects.visible_to(None).exists()


def test_a_chief_does_not_see_that_of_another_chief_nor_of_the_predecessor(w):
    agreement = made.concluded(w)
    other = chief("village", w.village.unit, "lake")
    assert not VillageAgreement.objects.visible_to(acting_for(other)).exists()
    Tenure.objects.filter(post=w.village).update(until=days.today())
    TenureFactory(post=w.village, since=days.today())
    assert not VillageAgreement.objects.visible_to(acting_for(w.village)).filter(pk=agreement.pk).exists()


def test_the_same_sending_twice_is_one_agreement(w):
    ref = uuid.uuid4()
    first, second = (made.prepared(w, client_ref=ref) for _ in range(2))
    assert first == second
    assert VillageAgreement.objects.count() == 1


def test_a_township_with_agreements_has_open_work(w):
    agreement = made.concluded(w)
    assert questions.open_work(unit_id=w.township.unit_id) == [agreement]
    assert questions.open_work(jurisdiction_id=w.place.pk) == [agreement]
