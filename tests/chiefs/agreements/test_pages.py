"""The pages: what a post sees and may press, forms that lose nothing, few questions to the database, lists as files."""

import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accountability.evidence.models import Evidence
from accountability.kit import days
from chiefs.agreements import actions
from chiefs.agreements.models import Signature, TargetAgreement, VillageAgreement
from chiefs.posts import tenures
from tests.factories import agreements as made
from tests.factories import territory
from tests.factories.evidence import photo
from tests.factories.posts import AccountFactory, PersonFactory, TenureFactory, acting_for, chief, government

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return made.world()


def signed_in(client, post):
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def page(agreement):
    return reverse("agreements:target", args=[agreement.number, agreement.edition])


def at(agreement, name):
    return reverse("agreements:target_step", args=[agreement.number, agreement.edition, name])


def sent(agreement, **facts):
    return {"expect": agreement.version, "client_ref": uuid.uuid4(), **facts}


def test_an_agreement_is_drafted_filled_offered_and_signed_through_its_pages(client, w):
    signed_in(client, w.targets)
    find = {"giver": w.prefecture.title, "taker": w.county.title}
    new = reverse("agreements:target_new") + f"?giver={find['giver']}&taker={find['taker']}"
    assert "draft-form" in client.get(new).content.decode()
    given = {"giver": w.prefecture.pk, "taker": w.county.pk, "kind": "year", "evaluator": w.targets.unit_id}
    given |= {"since": "2026-01-01", "last": "2026-12-31", "expect": 0, "client_ref": uuid.uuid4()}
    assert client.post(new, given).status_code == 302
    agreement = TargetAgreement.objects.get()
    item = {"text": "森林覆盖率", "target_text": "60", "unit": "%", "direction": "up", "weight": "10"}
    assert client.post(at(agreement, "put_item"), sent(agreement, **item)).status_code == 302
    agreement.refresh_from_db()
    assert client.post(at(agreement, "offer"), sent(agreement)).status_code == 302
    for post in (w.county, w.prefecture):
        agreement.refresh_from_db()
        signed_in(client, post)
        assert agreement.sha256 in client.get(at(agreement, "sign")).content.decode()
        unread = client.post(at(agreement, "sign"), sent(agreement, document=agreement.sha256))
        assert unread.status_code == 422
        assert client.post(at(agreement, "sign"), sent(agreement, document=agreement.sha256, read="on")).status_code == 302
    agreement.refresh_from_db()
    assert agreement.state == "signed"
    assert reverse("papers:paper", args=[agreement.paper.ref]) in client.get(page(agreement)).content.decode()
    assert client.get(reverse("papers:paper", args=[agreement.paper.ref])).status_code == 200


def test_a_page_offers_exactly_the_steps_that_the_gate_would_take(client, w):
    agreement = made.offered(w)
    for post, steps in ((w.county, {"sign", "send_back"}), (w.targets, {"withdraw"}), (w.office, set())):
        text = signed_in(client, post).get(page(agreement)).content.decode()
        assert {name for name in ("sign", "send_back", "withdraw", "offer", "amend", "settle") if f'data-move="{name}"' in text} == steps
        for name in ("sign", "withdraw"):
            assert client.get(at(agreement, name)).status_code == (200 if name in steps else 404)


def test_the_second_who_signs_what_changed_is_told_and_may_sign_again(client, w):
    agreement = made.offered(w)
    data = sent(agreement, document=agreement.sha256, read="on")
    actions.sign(agreement, document=agreement.sha256, by=acting_for(w.county), expect=agreement.version)
    signed_in(client, w.prefecture)
    answer = client.post(at(agreement, "sign"), data)
    assert answer.status_code == 409
    assert f'name="expect" value="{agreement.version}"' in answer.content.decode()
    assert client.post(at(agreement, "sign"), data | {"expect": agreement.version}).status_code == 302
    assert Signature.objects.count() == 2


def test_what_was_typed_into_a_refused_target_is_not_lost(client, w):
    agreement = made.drafted(w)
    signed_in(client, w.targets)
    data = sent(agreement, text="水质达标率", target_text="制定实施", direction="up", weight="5")
    answer = client.post(at(agreement, "put_item"), data)
    assert answer.status_code == 422
    assert "水质达标率" in answer.content.decode()
    assert agreement.items.count() == 1


def test_changing_a_target_begins_with_what_it_says(client, w):
    agreement = made.drafted(w)
    text = signed_in(client, w.targets).get(at(agreement, "put_item") + "?place=1").content.decode()
    assert 'value="试验目标1"' in text
    for odd in ("?place=x", "?place=99", "?place=²"):
        assert client.get(at(agreement, "put_item") + odd).status_code == 200


def test_a_year_is_settled_through_its_form(client, w):
    since = made.this_year()[0].replace(year=made.this_year()[0].year - 1)
    agreement = made.signed(w, since=since, until=made.this_year()[0])
    signed_in(client, w.targets)
    assert client.get(at(agreement, "settle")).status_code == 200
    assert client.post(at(agreement, "settle"), sent(agreement, achieved_1="58", outcome_1="met")).status_code == 422
    assert client.post(at(agreement, "settle"), sent(agreement, achieved_1="58", outcome_1="", reward="通报")).status_code == 302
    text = client.get(page(agreement)).content.decode()
    assert "80" in text
    assert "通报" in text


def test_a_successor_sees_what_is_open_before_signing_on(client, w):
    agreement = made.signed(w)
    w.county.tenures.update(until=days.today())
    tenure = TenureFactory(post=w.county, since=days.today())
    AccountFactory(person=tenure.person)
    client.force_login(tenure.person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    assert 'id="balance"' in client.get(at(agreement, "sign_on")).content.decode()
    assert client.post(at(agreement, "sign_on"), sent(agreement, document=agreement.sha256, read="on")).status_code == 302
    assert Signature.objects.get(takes_over=True).person_id == tenure.person_id


def test_a_notice_leads_to_the_edition_that_waits(client, w):
    first = made.signed(w)
    number = reverse("agreements:target_number", args=[first.number])
    assert signed_in(client, w.county).get(number).url == page(first)
    second = actions.amend(first, reason="调整任务", by=acting_for(w.targets), expect=first.version)
    assert client.get(number).url == page(first), "a draft is not shown to the parties"
    made.offered(w, second)
    assert client.get(number).url == page(second)
    assert client.get(reverse("agreements:target_number", args=["M2000-000001-0"])).status_code == 404


@pytest.mark.parametrize("several", [1, 20])
def test_the_lists_ask_few_questions_however_long_they_are(client, w, several, django_assert_max_num_queries):
    for number in range(several):
        made.offered(w)
        chief("village", w.village.unit, f"scheme{number}")
    made.concluded(w)
    for post, name, most in ((w.targets, "targets", 9), (w.township_desk, "villages", 10), (w.office, "villages", 10)):
        signed_in(client, post).get(reverse(f"agreements:{name}"))
        with django_assert_max_num_queries(most):
            assert client.get(reverse(f"agreements:{name}")).status_code == 200


@pytest.mark.parametrize("several", [1, 8])
def test_a_page_of_one_agreement_asks_few_questions_however_many_targets_it_has(client, w, several, django_assert_max_num_queries):
    agreement = made.signed(w, items=several)
    for item in agreement.items.all():
        actions.report_progress(
            agreement, place=item.place, as_of=days.today(), text="51", by=acting_for(w.county), expect=agreement.version
        )
    signed_in(client, w.county).get(page(agreement))
    with django_assert_max_num_queries(26):
        assert client.get(page(agreement)).status_code == 200


def test_the_targets_of_one_agreement_go_out_as_a_file(client, w):
    agreement = made.signed(w, items=3)
    file = signed_in(client, w.county).get(page(agreement), {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(file) == 4
    for line, item in zip(file[1:], agreement.items.order_by("place"), strict=True):
        assert item.text in line
        assert item.target_text in line


def test_lists_go_out_as_files(client, w):
    agreement = made.signed(w)
    made.concluded(w)
    signed_in(client, w.office)
    for name, words in (("targets", agreement.number), ("villages", w.village.title)):
        book = load_workbook(io.BytesIO(client.get(reverse(f"agreements:{name}"), {"format": "xlsx"}).content))
        cells = [str(cell.value) for row in book.active.iter_rows() for cell in row]
        assert words in cells
        assert words in client.get(reverse(f"agreements:{name}"), {"format": "csv"}).content.decode("utf-8-sig")


def shown(client, which):
    text = client.get(reverse("agreements:villages"), {"list": which}).content.decode()
    return {part.split('"')[0] for part in text.split('data-post="')[1:]}


def test_the_filters_find_what_ends_soon_what_has_ended_and_who_has_none(client, w):
    soon, never = w.village, chief("village", w.village.unit, "lake")
    ended, fine = chief("village", w.village.unit, "mountain"), chief("village", w.village.unit, "forest_grass")
    made.concluded(w, post=soon, length=20)
    made.concluded(w, post=fine, length=300)
    old = made.concluded(w, post=ended, since=days.today() - timedelta(days=100), length=200)
    VillageAgreement.objects.filter(pk=old.pk).update(until=days.today())
    signed_in(client, w.township_desk)
    assert shown(client, "all") == {soon.code, never.code, ended.code, fine.code}
    assert shown(client, "expiring") == {soon.code}
    assert shown(client, "expired") == {ended.code}
    assert shown(client, "missing") == {never.code, ended.code}
    assert client.get(reverse("agreements:villages"), {"list": "unheard"}).status_code == 404


def test_a_village_chief_reads_the_own_agreement_and_changes_nothing(client, w):
    agreement = made.concluded(w)
    chief("village", w.village.unit, "lake")
    signed_in(client, w.village)
    assert shown(client, "all") == {w.village.code}
    text = client.get(reverse("agreements:village", args=[agreement.number])).content.decode()
    assert made.WORDS["duties"] in text
    assert "data-move" not in text
    assert client.get(reverse("agreements:village_step", args=[agreement.number, "close"])).status_code == 404


def test_an_agreement_is_prepared_and_recorded_and_its_photo_outlives_a_correction(client, w):
    signed_in(client, w.township_desk)
    data = {"expect": 0, "client_ref": uuid.uuid4(), "since": days.today().isoformat(), **made.WORDS}
    data["last"] = (days.today() + timedelta(days=300)).isoformat()
    assert client.post(reverse("agreements:village_new", args=[w.village.code]), data).status_code == 302
    agreement = VillageAgreement.objects.get()
    address = reverse("agreements:village_step", args=[agreement.number, "sign"])
    assert client.get(address).status_code == 200
    ref, pages = uuid.uuid4(), lambda: [SimpleUploadedFile("a.jpg", photo(), "image/jpeg")]
    tomorrow = (days.today() + timedelta(days=1)).isoformat()
    wrong = {"expect": 0, "client_ref": ref, "signed_on": tomorrow, "photos": pages()}
    assert client.post(address, wrong).status_code == 422
    assert Evidence.objects.filter(owner=agreement.stream).count() == 1
    right = {"expect": 0, "client_ref": ref, "signed_on": days.today().isoformat(), "photos": pages()}
    assert client.post(address, right).status_code == 302
    agreement.refresh_from_db()
    assert agreement.state == "in_force"
    assert Evidence.objects.filter(owner=agreement.stream).count() == 1


def test_a_township_prepares_nothing_for_the_village_of_another(client, w):
    other = chief("village", government(territory.village("513301202200", "试验邻村")))
    signed_in(client, w.township_desk)
    assert client.get(reverse("agreements:village_new", args=[other.code])).status_code == 404
    assert client.get(reverse("agreements:village_new", args=[w.township.code])).status_code == 404


def test_the_first_page_of_a_chief_leads_to_what_waits_for_the_own_signature_and_to_what_binds(client, w):
    other = made.drafted(w)
    waits, binds = made.offered(w), made.concluded(w)
    home = signed_in(client, w.county).get(reverse("patrols:home")).content.decode()
    assert page(waits) in home
    assert page(other) not in home, "a draft is shown to the drafting office alone"
    own = reverse("agreements:village", args=[binds.number])
    assert own not in home
    assert own in signed_in(client, w.village).get(reverse("patrols:home")).content.decode()


def test_the_first_page_of_whoever_takes_over_leads_to_the_handover(client, w):
    gone = w.village.tenures.get()
    tenures.succeed(gone, person=PersonFactory(), day=days.today(), basis="任字9号", by=acting_for(w.office))
    successor = w.village.tenures.get(until=None)
    client.force_login(AccountFactory(person=successor.person), backend="chiefs.posts.backends.AccountBackend")
    handover = reverse("terms:handover", args=[gone.handover.client_ref])
    assert handover in client.get(reverse("patrols:home"), follow=True).content.decode()


def test_who_sends_an_agreement_back_is_led_to_the_list(client, w):
    agreement = made.offered(w)
    signed_in(client, w.county)
    answer = client.post(at(agreement, "send_back"), sent(agreement, reason="指标过高，请重新核定"))
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "1066-10-14"])
def test_a_day_that_is_too_far_away_is_a_slip_of_the_pen(client, w, day):
    agreement = made.drafted(w)
    answer = signed_in(client, w.targets).post(at(agreement, "reword"), sent(agreement, since="2026-01-01", last=day))
    assert answer.status_code == 422
    assert day in answer.content.decode()
