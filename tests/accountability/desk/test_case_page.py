"""The case page: everything a post may see of a case, only the lawful steps, and nothing of who complained."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accountability.cases import actions, reports
from accountability.cases.lifecycle import BY_INSPECTION, CaseLifecycle
from accountability.cases.models import Case
from accountability.complaints import actions as complaints
from accountability.evidence import actions as evidence
from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.ledger.errors import Refused
from accountability.ledger.models import Event
from chiefs.inspections import actions as inspections
from chiefs.posts import reports as posts_reports
from chiefs.posts.functions import Function
from chiefs.posts.models import Tenure
from tests.factories import cases, posts
from tests.factories import evidence as pictures
from tests.factories.complaints import registered
from tests.factories.posts import UnitFactory, acting_for, desk

pytestmark = pytest.mark.django_db
WHO = ["village", "township", "county", "prefecture", "office", "intake", "water", "forestry", "branch", "bureau"]


@pytest.fixture
def world():
    return posts.chain()


def sign_in(client, post):
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def page(client, post, case):
    return sign_in(client, post).get(reverse("desk:case", args=[case.number]))


def offered(response):
    return set(re.findall(r'data-move="(\w+)"', response.content.decode()))


def sent(case, **data):
    return {"expect": case.version, "client_ref": str(uuid.uuid4())} | data


def photo(shade=120):
    return SimpleUploadedFile(f"{shade}.jpg", pictures.photo(shade=shade), "image/jpeg")


def asking(world):
    made = cases.in_work(world)
    actions.ask_extension(made, days=5, reason="降雪封路", by=acting_for(world.water), expect=made.version)
    return made


STAGES = {
    "held": lambda world: cases.case(world),
    "held by the township": lambda world: cases.case(world, holder=world.township),
    "held by the county": lambda world: cases.case(world, holder=world.county),
    "in work": cases.in_work,
    "asking for time": asking,
    "done": cases.done,
    "verified": cases.verified,
    "signed off": cases.signed_off,
}


@pytest.mark.parametrize("stage", STAGES)
def test_the_page_offers_each_post_what_the_gate_would_let_it_do_and_a_page_for_it(client, world, stage):
    case = STAGES[stage](world)
    for who in WHO:
        post = getattr(world, who)
        lawful = {move.name for move in CaseLifecycle.available(case, acting_for(post))} - BY_INSPECTION
        response = page(client, post, case)
        assert offered(response) == (lawful if response.status_code == 200 else set()), who
        for move in lawful:
            assert client.get(reverse("cases:move", args=[case.number, move])).status_code == 200, (who, move)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("who", ["village", "township", "county", "office", "water"])
def test_the_page_asks_few_questions_at_every_stage_of_a_case(client, world, stage, who, django_assert_max_num_queries):
    case = STAGES[stage](world)
    page(client, getattr(world, who), case)
    with django_assert_max_num_queries(15):
        client.get(reverse("desk:case", args=[case.number]))


@pytest.mark.parametrize("rounds", [3, 30])
def test_a_long_life_makes_the_page_longer_and_not_its_questions_more(client, world, rounds, django_assert_max_num_queries):
    case = cases.case(world)
    for _ in range(rounds):
        actions.report_up(case, note="请上级协调", by=acting_for(world.village), expect=case.version)
        actions.send_back(case, note="请先自行处理", by=acting_for(world.township), expect=case.version)
    page(client, world.village, case)
    with django_assert_max_num_queries(15):
        html = client.get(reverse("desk:case", args=[case.number])).content.decode()
    assert html.count("timeline-head") == 2 * rounds + 1


def test_all_that_was_ever_written_stands_in_the_timeline(client, world):
    case = cases.case(world)
    by, words = acting_for, []

    def step(name, post, **facts):
        words.extend(str(fact) for key, fact in facts.items() if key in {"note", "reason", "measure"})
        getattr(actions, name)(case, by=by(post), expect=case.version, **facts)

    def visit(name, report):
        words.append(report)
        task = case.inspections.get(state="asked")
        getattr(inspections, name)(task, report=report, visited_at=days.now(), by=by(world.office), expect=task.version)
        case.refresh_from_db()

    step("report_up", world.village, note="村里没有车辆")
    step("hand_down", world.township, to=world.village, note="请村里先行看护")
    step("report_up", world.village, note="仍需机械")
    step("report_up", world.township, note="请市里牵头")
    step("hand_over", world.county, to=world.water, assisting=[world.forestry.unit], note="请十日内办结")
    step("send_back", world.water, note="应由生态环境局办理")
    step("hand_over", world.county, to=world.branch, assisting=[], note="改由生态环境局办理")
    step("ask_extension", world.branch, days=3, reason="道路塌方")
    step("decide_extension", world.bureau, granted=True, reason="情况属实")
    step("report_done", world.branch, measure="第一次清运完毕")
    visit("send_back", "桥下还有一堆")
    step("report_done", world.branch, measure="第二次清运完毕")
    visit("confirm", "已经全部清完")
    step("sign_off", world.office, note="同意销号归档")
    step("reopen", world.office, reason="又有人倾倒")
    step("report_done", world.branch, measure="第三次清运完毕")
    html = page(client, world.county, case).content.decode()
    assert [word for word in words if word not in html] == []
    assert html.count("timeline-head") == Event.objects.filter(stream=case.stream).count()


def test_a_step_that_arrived_later_shows_both_times(client, world):
    case = cases.case(world)
    case.legs.update(received_at=days.now() - timedelta(days=3))
    happened = days.now() - timedelta(days=2)
    actions.report_up(case, note="没有信号", by=acting_for(world.village), expect=case.version, occurred_at=happened)
    world.township.tenures.get().person.accounts.update(language="en")
    html = page(client, world.township, case).content.decode()
    assert happened.astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M") in html
    assert f"Arrived here on {days.now().astimezone(days.SHANGHAI):%Y-%m-%d}" in html


def test_a_title_of_long_ago_stays_in_the_timeline(client, world):
    case = cases.case(world)
    old = world.village.title
    actions.report_up(case, note="请上级协调", by=acting_for(world.village), expect=case.version)
    world.village.title = "改名后的岗位"
    world.village.save()
    assert old in page(client, world.township, case).content.decode()


def test_days_per_level_and_of_the_holder_stand_on_the_page(client, world):
    case = cases.case(world)
    case.legs.update(received_at=days.now() - timedelta(days=6))
    actions.report_up(case, note="请上级协调", by=acting_for(world.village), expect=case.version)
    assert [(held.level, held.days) for held in reports.days_per_level(case)] == [("village", 6.0), ("township", 0.0)]
    assert re.search(r'id="held".*?<dd>6\.0</dd>.*?<dd>0\.0</dd>', page(client, world.township, case).content.decode(), re.S)


# -- complaints ---------------------------------------------------------------------------------------------------------


def joined(world, case, **facts):
    complaint, _code = registered(
        segment=world.segment, informant={"name": "匿藏名", "phone": "13811112222", "address": "某巷七号"}, **facts
    )
    complaints.join_case(complaint, case=case, transfer_text="河边有人倒垃圾", by=acting_for(world.intake), expect=complaint.version)
    return complaint


@pytest.mark.parametrize("who", ["village", "county", "office", "intake", "water"])
def test_a_joined_complaint_shows_its_cleared_words_and_nothing_of_who_complained(client, world, who):
    case = cases.case(world)
    for post in (world.village, world.township):
        actions.report_up(case, note="请上级协调", by=acting_for(post), expect=case.version)
    actions.hand_over(case, to=world.water, assisting=[], note="", by=acting_for(world.county), expect=case.version)
    complaint = joined(world, case)
    html = page(client, getattr(world, who), case).content.decode()
    assert complaint.number in html
    assert "河边有人倒垃圾" in html
    assert not [word for word in ("匿藏名", "13811112222", "某巷七号", complaint.text) if word in html]


def test_only_the_intake_that_took_it_gets_a_link_to_the_complaint(client, world):
    case = cases.case(world)
    complaint = joined(world, case)
    address = reverse("complaints:detail", args=[complaint.number])
    assert address in page(client, world.intake, case).content.decode()
    assert address not in page(client, world.village, case).content.decode()


def test_a_complaint_about_a_post_is_not_joined_to_a_case_that_went_through_its_hands(client, world):
    case = cases.case(world)
    actions.report_up(case, note="请上级协调", by=acting_for(world.village), expect=case.version)
    with pytest.raises(Refused):
        joined(world, case, subject_post=world.township)
    with pytest.raises(Refused):
        joined(world, case, subject_post=world.village)
    complaint = joined(world, case)
    assert complaint.case == case


def test_whoever_is_complained_of_does_not_find_the_case_in_another_post_either(client, world):
    person = world.township.tenures.get().person
    other = desk(UnitFactory(jurisdiction=world.office.unit.jurisdiction), Function.CHIEF_OFFICE)
    Tenure.objects.create(person=person, post=other, since=days.today())
    case = cases.case(world, subject_post=world.township, by=acting_for(world.intake))
    assert case.holder_id == world.county.pk
    assert Case.objects.visible_to(posts_reports.acting(None, other, person.pk)).filter(pk=case.pk).count() == 0
    assert (
        Case.objects.visible_to(posts_reports.acting(None, world.office, world.office.tenures.get().person_id)).filter(pk=case.pk).exists()
    )


def test_a_matter_does_not_go_to_another_post_of_the_same_person(client, world):
    person = world.township.tenures.get().person
    Tenure.objects.filter(post=world.county).update(until=days.today())
    Tenure.objects.create(person=person, post=world.county, since=days.today())
    case = cases.case(world, subject_post=world.township, by=acting_for(world.intake))
    assert case.holder_id not in (world.county.pk, world.township.pk)


def test_who_stands_under_the_post_complained_of_does_not_find_the_case(client, world):
    case = cases.case(world, subject_post=world.county, by=acting_for(world.intake))
    assert case.holder_id == world.prefecture.pk
    for who in WHO:
        expected = 200 if who == "prefecture" else 404
        assert page(client, getattr(world, who), case).status_code == expected, who


# -- pictures -----------------------------------------------------------------------------------------------------------


def report_done(client, case, **data):
    return client.post(reverse("cases:move", args=[case.number, "report_done"]), sent(case, measure="已清运完毕", **data))


def test_work_is_not_done_without_a_photo_of_how_it_looks_now(client, world):
    case = cases.in_work(world)
    sign_in(client, world.water)
    answer = report_done(client, case, before=[photo()])
    assert answer.status_code == 422
    assert "已清运完毕" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "in_work"


def test_photos_stand_under_their_step_and_open_for_who_sees_the_case(client, world):
    case = cases.in_work(world)
    assert report_done(sign_in(client, world.water), case, before=[photo()], after=[photo(30), photo(200)]).status_code == 302
    assert list(Evidence.objects.filter(owner=case.stream).order_by("pk").values_list("role", flat=True)) == ["before", "after", "after"]
    task = case.inspections.get()
    seen = evidence.keep(pictures.photo(), owner=task.stream, role="photo", by=acting_for(world.office), name="seen.jpg")
    for kept in Evidence.objects.all():
        evidence.render(kept.pk)
    html = page(client, world.water, case).content.decode()
    assert re.findall(r'data-photos="(\w+)"', html) == ["before", "after", "visit"]
    for ref in (seen.ref, *Evidence.objects.filter(owner=case.stream).values_list("ref", flat=True)):
        address = reverse("evidence:file", args=[ref])
        assert address in html
        assert client.get(address).status_code == 200
        assert sign_in(client, world.forestry).get(address).status_code == 404
        sign_in(client, world.water)


@pytest.mark.parametrize("who", ["village", "county", "office"])
def test_a_post_that_may_not_report_it_done_leaves_no_photo_either(client, world, who):
    case = cases.case(world)
    for post in (world.village, world.township):
        actions.report_up(case, note="请上级协调", by=acting_for(post), expect=case.version)
    actions.hand_over(case, to=world.water, assisting=[], note="", by=acting_for(world.county), expect=case.version)
    assert report_done(sign_in(client, getattr(world, who)), case, after=[photo()]).status_code == 403
    assert not Evidence.objects.exists()


def test_photos_of_a_sending_that_came_too_late_are_kept_for_the_next_one(client, world):
    case = cases.in_work(world)
    actions.ask_extension(case, days=2, reason="降雪封路", by=acting_for(world.water), expect=case.version)
    sign_in(client, world.water)
    case.version -= 1
    answer = report_done(client, case, after=[photo()])
    assert answer.status_code == 409
    assert "已清运完毕" in answer.content.decode()
    case.refresh_from_db()
    assert report_done(client, case).status_code == 302
    assert Evidence.objects.filter(owner=case.stream, role="after").count() == 1


# -- the forms of the moves ---------------------------------------------------------------------------------------------


def test_what_somebody_else_changed_meanwhile_is_said_and_nothing_typed_is_lost(client, world):
    case = cases.case(world)
    sign_in(client, world.village)
    stale = sent(case, note="村里没有运输车辆")
    actions.ask_extension(case, days=2, reason="降雪封路", by=acting_for(world.village), expect=case.version)
    address = reverse("cases:move", args=[case.number, "report_up"])
    answer = client.post(address, stale)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "村里没有运输车辆" in html
    again = re.search(r'name="expect" value="(\d+)"', html)[1]
    assert client.post(address, stale | {"expect": again}).status_code == 302


def test_a_form_sent_twice_is_one_step(client, world):
    case = cases.case(world)
    sign_in(client, world.village)
    data = sent(case, note="村里没有运输车辆")
    address = reverse("cases:move", args=[case.number, "report_up"])
    assert [client.post(address, data).status_code for _ in range(2)] == [302, 302]
    assert case.legs.count() == 2


@pytest.mark.parametrize("move", ["confirm", "return_to_work", "open", "no_such_move"])
def test_a_step_that_no_page_makes_has_none(client, world, move):
    case = cases.done(world)
    assert sign_in(client, world.office).get(reverse("cases:move", args=[case.number, move])).status_code == 404


def test_every_text_is_bounded(client, world):
    case = cases.case(world)
    sign_in(client, world.village)
    answer = client.post(reverse("cases:move", args=[case.number, "report_up"]), sent(case, note="长" * 2001))
    assert answer.status_code == 422
    assert case.legs.count() == 1
