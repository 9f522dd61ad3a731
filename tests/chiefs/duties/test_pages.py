"""The pages of lists, obligations and waivers, as an office and a chief use them."""

import io
import uuid
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accountability.kit import days
from accountability.ledger.errors import NotPermitted
from chiefs.duties import overview, reports
from chiefs.duties.actions import lists, obligations, waivers
from chiefs.duties.models import Duty, DutyList, ListItem, ListVersion, Obligation, PatrolObligation, Power, Waiver
from chiefs.posts import reports as posts_reports
from chiefs.posts.models import Tenure
from chiefs.resources.models import Scheme
from tests.factories import patrols, posts
from tests.factories.cases import case
from tests.factories.duties import MEETING, clerk, followed, published
from tests.factories.evidence import photo
from tests.factories.posts import ChargeFactory, PostFactory, TenureFactory, acting_for, chief, government
from tests.factories.resources import SegmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return posts.chain()


@pytest.fixture
def signed(client):
    def sign_in(post):
        client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
        session = client.session
        session["post"] = post.pk
        session.save()
        return client

    return sign_in


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def form(**facts):
    return {"expect": "0", "client_ref": str(uuid.uuid4()), **facts}


def test_an_office_opens_a_list_works_on_it_and_publishes_it(world, signed):
    office = signed(world.office)
    found = office.get(reverse("duties:new"), {"q": "康定市政府河长"})
    assert f'value="post:{world.county.pk}"' in page(found)
    sent = form(subject=f"post:{world.county.pk}", kind="responsibility", title="康定市河长责任清单")
    answer = office.post(reverse("duties:new") + "?q=康定", sent)
    version = ListVersion.objects.get()
    assert answer.url == reverse("duties:version", args=[version.client_ref])
    wrong = form(text="研究", basis="规划", what="meeting", every="", expect=version.version)
    answer = office.post(reverse("duties:add_item", args=[version.client_ref]), wrong)
    assert answer.status_code == 422
    assert "研究" in answer.content.decode()
    office.post(reverse("duties:add_item", args=[version.client_ref]), wrong | {"every": "quarter"})
    item = version.drafts.get()
    version.refresh_from_db()
    change = form(text="每季度研究一次", basis="规划", what="meeting", every="quarter", expect=version.version)
    office.post(reverse("duties:change_item", args=[version.client_ref, item.key]), change)
    version.refresh_from_db()
    sent = form(since=str(days.today()), document="康府发〔2026〕1号", expect=version.version)
    office.post(reverse("duties:publish", args=[version.client_ref]), sent)
    assert ListItem.objects.get().text == "每季度研究一次"
    text = page(office.get(reverse("duties:version", args=[version.client_ref])))
    assert 'data-unbroken="yes"' in text
    assert 'id="publish"' not in text


def test_a_past_day_is_a_question_to_the_page(world, signed):
    about = published({"text": "旧的职责"}, since=date(2020, 1, 1), post=world.county)
    later = days.today() + timedelta(days=20)
    version = lists.draft(about, by=clerk())
    lists.remove_item(version.drafts.get(), by=clerk(), expect=version.version)
    version.refresh_from_db()
    lists.add_item(version, by=clerk(), expect=version.version, text="新的职责", basis="依据")
    lists.publish(version, since=later, document="", by=clerk(), expect=version.version)
    reader, address = signed(world.village), reverse("duties:one", args=[about.ref])
    assert "旧的职责" in page(reader.get(address))
    then = page(reader.get(address, {"on": str(later)}))
    assert "新的职责" in then
    assert "旧的职责" not in then
    for nonsense in ("", "yesterday", "0001-01-01", "9999-12-31", "2026-13-01"):
        assert "旧的职责" in page(reader.get(address, {"on": nonsense}))
    assert "2020-01-01" in page(reader.get(reverse("duties:list"), {"on": "2021-05-05"}))


def test_a_duty_of_the_plan_becomes_a_line_of_a_draft(world, signed):
    duty = Duty.objects.create(code="D05", levels="县", who="主要负责人", duty="study", words="至少每季度研究一次", source="八-五")
    office = signed(world.office)
    address = reverse("duties:adopt", args=["D05"])
    assert 'id="adopt-form"' not in page(office.get(address))
    version = lists.open_list(kind="responsibility", title="清单", post=world.county, by=acting_for(world.office)).versions.get()
    assert "至少每季度研究一次" in page(office.get(address))
    sent = form(target=version.pk, text="每季度研究", basis="规划八-五", what="meeting", every="quarter")
    assert office.post(address, sent).status_code == 302
    assert version.drafts.get().duty == duty
    version.refresh_from_db()
    lists.publish(version, since=days.today(), document="", by=clerk(), expect=version.version)
    told = page(office.get(reverse("duties:plan"), {"standing": "adopted"}))
    assert 'data-duty="D05"' in told
    assert str(version.duty_list.ref) in told


def owed_meeting(post):
    published(MEETING, post=post)
    item, today = ListItem.objects.get(what="meeting"), days.today()
    facts = {"since": today, "until": today + timedelta(days=90), "due": today + timedelta(days=89)}
    owed = Obligation(post=post, item=item, key=item.key, what="meeting", **facts)
    obligations.ObligationLifecycle.begin(owed, by=clerk(), act="plan")
    obligations.advance()
    owed.refresh_from_db()
    return owed


def test_the_chiefs_home_shows_what_is_due_and_the_minutes_are_handed_in_there(world, signed):
    owed = owed_meeting(world.county)
    county = signed(world.county)
    home = page(county.get(reverse("patrols:home")))
    address = reverse("duties:obligation", args=[owed.client_ref])
    assert address in home
    nothing = form(happened_on=str(days.today()), note="", expect=owed.version)
    answer = county.post(address, nothing)
    assert answer.status_code == 422
    minutes = SimpleUploadedFile("纪要.jpg", photo(), "image/jpeg")
    wrong = nothing | {"happened_on": str(days.today() - timedelta(days=1)), "files": minutes}
    answer = county.post(address, wrong)
    assert answer.status_code == 422
    assert 'id="files-kept"' in page(county.get(address))
    assert county.post(address, nothing).status_code == 302  # the file was kept; it is not asked for again
    owed.refresh_from_db()
    assert (owed.state, owed.tenure) == ("done", Tenure.objects.get(post=world.county))
    assert address not in page(county.get(reverse("patrols:home")))


def test_who_sends_text_named_as_a_pdf_is_asked_for_the_file_anew(world, signed):
    owed = owed_meeting(world.county)
    county, address = signed(world.county), reverse("duties:obligation", args=[owed.client_ref])
    sent = form(happened_on=str(days.today()), note="", expect=owed.version)
    answer = county.post(address, sent | {"files": SimpleUploadedFile("x.pdf", b"hello", "application/pdf")})
    assert answer.status_code == 422
    assert "PDF" in str(answer.context["form"].refusal)
    assert not answer.context["form"]["files"].help_text  # nothing says that it need not be chosen again
    assert 'id="files-kept"' in page(county.get(address))
    assert county.post(address, sent | {"files": SimpleUploadedFile("x.jpg", photo(), "image/jpeg")}).status_code == 302


def test_a_pdf_of_the_minutes_is_kept_and_named(world, signed):
    owed = owed_meeting(world.county)
    county, address = signed(world.county), reverse("duties:obligation", args=[owed.client_ref])
    pdf = SimpleUploadedFile("会议纪要.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    assert county.post(address, form(happened_on=str(days.today()), note="", expect=owed.version, files=pdf)).status_code == 302
    assert "会议纪要.pdf" in page(county.get(address))


def summary(text):
    return text.partition("<dl")[2].partition("</dl>")[0]


def rows(text):
    return {part.split('"')[0] for part in text.split('data-state="')[1:]}


def test_an_office_sees_unit_by_unit_what_is_due_done_missed_and_let_off(world, signed):
    owed_meeting(world.county)
    patrols.patrol(world.village, world.segment)
    office = signed(world.office)
    text = page(office.get(reverse("duties:obligations")))
    assert f'data-unit="{world.village.unit.code}"' in text
    assert 'data-level="village"' in text
    book = load_workbook(io.BytesIO(office.get(reverse("duties:obligations"), {"format": "xlsx"}).content))
    told = {row[0]: row[2:] for row in book.active.iter_rows(min_row=2, values_only=True)}
    #                                 to come, due, done, missed, let off
    assert told[world.village.unit.name] == (0, 0, 1, 0, 0)
    assert told[world.county.unit.name] == (0, 2, 0, 0, 0)
    address = reverse("duties:unit", args=[world.village.unit.code])
    assert rows(page(office.get(address))) == {"done"}
    missed = page(office.get(address, {"state": "missed"}))
    assert rows(missed) == set()
    assert "<dd" in summary(missed)
    assert summary(missed) == summary(page(office.get(address))), "the numbers are of everything, whichever state is looked at"
    week_ago = days.today() - timedelta(days=7)
    assert rows(page(office.get(address, {"on": str(week_ago)}))) == {"missed"}
    assert rows(page(office.get(address, {"on": str(days.today() + timedelta(days=8))}))) == {"planned"}


def test_a_patrol_let_off_is_missed_no_more_and_is_owed_again_when_the_waiver_is_taken_back(world, signed):
    office, week_ago = signed(world.office), str(days.today() - timedelta(days=7))
    unit = reverse("duties:unit", args=[world.village.unit.code])
    address = reverse("duties:waive_patrol", args=[world.village.code, world.segment.code]) + f"?on={week_ago}"
    assert office.post(address, form(reason="winter", note="大雪封山")).status_code == 302
    assert rows(page(office.get(unit, {"on": week_ago}))) == {"waived"}
    waiver = Waiver.objects.get()
    assert (waiver.until - waiver.since).days == 7
    assert rows(page(office.get(unit))) == {"due"}
    lift = reverse("duties:lift", args=[waiver.client_ref])
    assert office.post(lift, form(reason="填错了", expect=waiver.version)).status_code == 302
    assert rows(page(office.get(unit, {"on": week_ago}))) == {"missed"}
    assert office.post(lift, form(reason="填错了", expect=waiver.version + 1)).status_code == 409


def test_a_whole_place_is_let_off_and_only_the_place(world, signed):
    office, monday = signed(world.office), days.today() - timedelta(days=days.today().weekday() + 7)
    far = SegmentFactory(jurisdiction=posts.territory.village("513301202200", "邻村"))
    neighbour = chief("village", government(far.jurisdiction))
    ChargeFactory(post=neighbour, segment=far)
    sent = form(
        jurisdiction=world.place.parent_id,
        since=str(monday),
        last_day=str(monday + timedelta(days=6)),
        reason="disaster",
        note="泥石流断路",
    )
    assert office.post(reverse("duties:waive_place"), sent | {"last_day": str(monday - timedelta(days=1))}).status_code == 422
    assert office.post(reverse("duties:waive_place"), sent).status_code == 302
    assert "泥石流断路" in page(office.get(reverse("duties:waivers")))
    several = [posts_reports.post(post.pk) for post in (world.village, neighbour, world.township)]
    states = [(one.post.pk, one.state, one.reason) for one in overview.of_posts(several, monday)]
    assert (world.village.pk, "waived", "disaster") in states
    assert (neighbour.pk, "missed", "") in states
    assert next(state for pk, state, _reason in states if pk == world.township.pk) != "waived"  # a week is not a month


def test_nobody_lets_off_a_whole_place_in_which_the_same_person_walks(world):
    given = {"jurisdiction": world.village.unit.jurisdiction.parent, "reason": "winter", "note": "大雪封路"}
    given |= {"since": days.today(), "until": days.today() + timedelta(days=30)}
    clerk = world.office.tenures.get().person
    TenureFactory(person=clerk, post=PostFactory(kind=world.village.kind, unit=world.village.unit))
    with pytest.raises(NotPermitted):
        waivers.grant(by=acting_for(world.office), **given)
    Tenure.objects.filter(person=clerk, post__unit=world.village.unit).update(until=days.today())
    assert waivers.grant(by=acting_for(world.office), **given).jurisdiction == given["jurisdiction"]


def test_a_waiver_of_one_scheme_leaves_the_others(world):
    monday = days.today() - timedelta(days=days.today().weekday())
    other = Scheme.objects.exclude(pk=world.segment.resource.scheme_id).first() or posts.SchemeFactory(code="lake")
    given = {"reason": "winter", "note": "大雪", "since": monday, "until": monday + timedelta(days=7), "jurisdiction": world.place}
    waivers.grant(by=acting_for(world.office), scheme=other, **given)
    (one,) = overview.of_posts([posts_reports.post(world.village.pk)], monday)
    assert one.state == "due"
    waivers.grant(by=acting_for(world.office), scheme=world.segment.resource.scheme, **given)
    (one,) = overview.of_posts([posts_reports.post(world.village.pk)], monday)
    assert one.state == "waived"


def test_months_of_rest_a_vacancy_and_a_change_of_hands_owe_nothing(world):
    post, day = posts_reports.post(world.village.pk), date(2026, 1, 14)
    (one,) = overview.of_posts([post], day)
    assert one.state == "missed"
    term = Tenure.objects.get(post=post)
    term.until = date(2026, 1, 14)
    term.save()
    assert [s.reason for s in overview.of_posts([post], day)] == ["part"]
    assert [s.reason for s in overview.of_posts([post], date(2026, 1, 21))] == ["vacancy"]
    PatrolObligation.objects.filter(level="village").update(resting_months=[12, 1, 2])
    assert [s.reason for s in overview.of_posts([post], day)] == ["winter"]


def test_every_list_goes_out_as_a_file(world, signed):
    about = published({"text": "=SUM(A1)"}, post=world.county)
    owed_meeting(world.township)
    office = signed(world.office)
    version = about.versions.get()
    addresses = [reverse(f"duties:{name}") for name in ("list", "plan", "powers", "obligations", "waivers")]
    addresses += [reverse("duties:one", args=[about.ref]), reverse("duties:version", args=[version.client_ref])]
    addresses += [reverse("duties:unit", args=[world.township.unit.code])]
    for address in addresses:
        for kind in ("csv", "xlsx"):
            answer = office.get(address, {"format": kind})
            assert answer.status_code == 200
            assert f".{kind}" in answer["Content-Disposition"]
    assert "'=SUM(A1)" in office.get(addresses[5], {"format": "csv"}).content.decode()


def queries(office, addresses):
    found = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as asked:
            office.get(address)
        found[address] = len(asked)
    return found


def test_the_pages_ask_the_same_number_of_questions_however_much_there_is(world, signed):
    office = signed(world.office)
    about = published({}, post=world.county)
    owed_meeting(world.township)
    span = {"since": days.today(), "until": days.today() + timedelta(days=9)}
    waivers.grant(post=world.village, segment=world.segment, reason="winter", note="大雪", by=acting_for(world.office), **span)
    Duty.objects.create(code="D0", levels="县", who="河长", duty="x", words="原文", source="一")
    most = {
        reverse("duties:list"): 8,
        reverse("duties:one", args=[about.ref]): 8,
        reverse("duties:powers"): 6,
        reverse("duties:plan"): 7,
        reverse("duties:obligations"): 15,
        reverse("duties:unit", args=[world.village.unit.code]): 13,
        reverse("duties:waivers"): 6,
    }
    office.get(reverse("duties:list"))  # the first page of a session keeps when it was seen
    before = queries(office, most)
    for number in range(12):
        place = posts.territory.village(f"5133012013{number:02d}", f"村{number}")
        post = chief("village", government(place))
        segment = SegmentFactory(jurisdiction=place)
        ChargeFactory(post=post, segment=segment)
        ChargeFactory(post=world.village, segment=segment)
        published({}, post=post)
        waivers.grant(post=post, segment=segment, reason="winter", note="大雪", by=acting_for(world.office), **span)
        Duty.objects.create(code=f"T{number}", levels="县", who="河长", duty="x", words="原文", source="一")
    assert DutyList.objects.count() >= 13
    assert queries(office, most) == before == most


def test_nobody_lets_off_the_own_patrols(world, signed):
    office = world.office
    person = Tenure.objects.get(post=office).person
    Tenure.objects.filter(post=world.village).delete()
    posts.TenureFactory(post=world.village, person=person)
    address = reverse("duties:waive_patrol", args=[world.village.code, world.segment.code])
    assert signed(office).post(address, form(reason="winter", note="大雪")).status_code == 403
    assert not Waiver.objects.exists()


def test_the_next_version_is_begun_and_thrown_away_on_pages(world, signed):
    about = published({}, post=world.county)
    office = signed(world.office)
    assert 'id="draft"' in page(office.get(reverse("duties:one", args=[about.ref])))
    answer = office.post(reverse("duties:draft", args=[about.ref]), form())
    version = about.versions.get(number=2)
    assert answer.url == reverse("duties:version", args=[version.client_ref])
    assert 'id="draft"' not in page(office.get(reverse("duties:one", args=[about.ref])))
    office.post(reverse("duties:discard", args=[version.client_ref]), form(expect=version.version))
    version.refresh_from_db()
    assert version.state == "discarded"
    followed(about, {"text": "三"}, since=days.today() + timedelta(days=1))


def test_who_hands_a_case_over_reads_which_department_leads_by_the_catalogue(world, signed):
    held = case(world, world.county)
    power = leading(held)
    address = reverse("cases:move", args=[held.number, "hand_over"])
    assert power.lead_department in page(signed(world.county).get(address))
    Power.objects.filter(matter=held.kind.code).update(until=days.today())
    assert power.lead_department not in page(signed(world.county).get(address))


def leading(held):
    return reports.power_for(held.kind.code, "county", days.today(), held.jurisdiction)
