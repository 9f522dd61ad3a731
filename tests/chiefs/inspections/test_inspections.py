"""Another unit goes and looks: the visit and what it does to the case are one."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accountability.cases import actions as case_actions
from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from accountability.notices.models import Notice
from chiefs.inspections import actions, questions
from chiefs.inspections.models import Inspection
from chiefs.posts.functions import Function
from chiefs.posts.models import Unit
from tests.factories import cases, posts
from tests.factories.evidence import photo
from tests.factories.posts import UnitFactory, acting_for, desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return posts.chain()


@pytest.fixture
def task(world):
    return cases.done(world).inspections.get()


def visit(task, post, move="confirm", **facts):
    given = {"report": "现场已清", "visited_at": days.now(), "expect": task.version}
    return getattr(actions, move)(task, by=acting_for(post), **{**given, **facts})


def state_of(task):
    """As the database has them now: the inspection and its case."""
    stored = Inspection.objects.select_related("case").get(pk=task.pk)
    return stored.state, stored.case.state


def signed_in(client, post):
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def sent(task, **facts):
    given = {
        "expect": task.version,
        "client_ref": uuid.uuid4(),
        "outcome": "confirm",
        "report": "现场已清",
        "visited_at": days.now().astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "photos": [SimpleUploadedFile("a.jpg", photo(), "image/jpeg")],
    }
    return given | facts


def page(task):
    return reverse("inspections:detail", args=[task.number])


def test_another_unit_than_the_doer_is_asked_told_and_given_a_date(world, task):
    assert task.unit_id == world.office.unit_id != task.case.done_unit_id
    assert task.due > days.today()
    assert Notice.objects.filter(post=world.office, kind="inspection-asked", number=task.number).count() == 1
    assert questions.open_work(unit_id=world.office.unit_id) == [task]
    assert questions.open_work(post_id=world.office.pk) == []


def test_the_office_that_did_the_work_itself_is_not_asked(world):
    above = desk(UnitFactory(kind=Unit.Kind.OFFICE, jurisdiction=world.prefecture.unit.jurisdiction), Function.CHIEF_OFFICE)
    case = cases.case(world, holder=world.office)
    case_actions.report_done(case, measure="已清运", by=acting_for(world.office), expect=case.version)
    assert case.inspections.get().unit_id == above.unit_id


def test_where_nobody_else_can_look_the_work_is_not_reported_done(world):
    case = cases.case(world, holder=world.office)
    with pytest.raises(Refused):
        case_actions.report_done(case, measure="已清运", by=acting_for(world.office), expect=case.version)
    case.refresh_from_db()
    assert case.state == "held"
    assert not Inspection.objects.exists()


@pytest.mark.parametrize(("move", "states"), [("confirm", ("confirmed", "verified")), ("send_back", ("returned", "in_work"))])
def test_the_inspection_and_its_case_move_together(world, task, move, states):
    visit(task, world.office, move)
    assert state_of(task) == states
    assert Event.objects.filter(stream=task.stream, act=f"inspections.{move}").count() == 1


@pytest.mark.parametrize("move", ["confirm", "send_back"])
def test_or_neither_moves(world, task, move):
    """The case was moved on by itself meanwhile: the visit cannot do it again."""
    case = task.case
    case_actions.confirm(case, note="", by=acting_for(world.office), expect=case.version)
    events = Event.objects.count()
    with pytest.raises(NoTransition):
        visit(task, world.office, move)
    assert state_of(task) == ("asked", "verified")
    assert Event.objects.count() == events
    task.refresh_from_db()
    assert (task.report, task.visited_at) == ("", None)


@pytest.mark.parametrize("who", ["water", "forestry", "branch", "county", "prefecture", "intake", "village"])
def test_only_the_unit_that_was_asked_answers(world, task, who):
    with pytest.raises(NotPermitted):
        visit(task, getattr(world, who))
    assert state_of(task) == ("asked", "done")


def test_a_visit_is_answered_once(world, task):
    visit(task, world.office)
    with pytest.raises(NoTransition):
        visit(task, world.office, "send_back")
    with pytest.raises(Stale):
        visit(task, world.office, "send_back", expect=0)
    assert state_of(task) == ("confirmed", "verified")


def test_the_same_reference_twice_is_one_visit(world, task):
    ref, moment = uuid.uuid4(), days.now()
    first, second = (visit(task, world.office, client_ref=ref, visited_at=moment, expect=0) for _ in range(2))
    assert first == second
    assert state_of(task) == ("confirmed", "verified")
    assert Event.objects.filter(stream=task.case.stream, act="cases.confirm").count() == 1
    with pytest.raises(Mismatch):
        visit(task, world.office, client_ref=ref, visited_at=moment, expect=0, report="另一种说法")


def test_an_inspection_that_is_sent_again_after_the_case_moved_on_does_not_move_it_back(world, task):
    ref, moment = uuid.uuid4(), days.now()
    visit(task, world.office, "send_back", client_ref=ref, visited_at=moment, expect=0)
    case = task.case
    case.refresh_from_db()
    case_actions.report_done(case, measure="再次清运", by=acting_for(world.water), expect=case.version)
    visit(task, world.office, "send_back", client_ref=ref, visited_at=moment, expect=0)
    assert state_of(task) == ("returned", "done")
    assert case.inspections.filter(state="asked").count() == 1


@pytest.mark.parametrize("shift", [timedelta(days=-2), timedelta(hours=1)])
def test_a_visit_lies_between_the_asking_and_now(world, task, shift):
    with pytest.raises(Refused):
        visit(task, world.office, visited_at=days.now() + shift)
    assert state_of(task) == ("asked", "done")


def test_the_day_of_the_asking_counts(world, task):
    visit(task, world.office, visited_at=days.start_of(days.day_of(task.asked_at)))
    assert state_of(task) == ("confirmed", "verified")


@pytest.mark.parametrize("report", ["", "  ", "好"])
def test_without_words_it_was_not_seen(world, task, report):
    with pytest.raises(Refused):
        visit(task, world.office, report=report)
    assert state_of(task) == ("asked", "done")


@pytest.mark.parametrize(("who", "sees"), [("office", True), ("water", False), ("county", False), ("intake", False), ("village", False)])
def test_who_sees_an_inspection(world, task, who, sees):
    assert Inspection.objects.visible_to(acting_for(getattr(world, who))).filter(pk=task.pk).exists() is sees


@pytest.mark.parametrize("who", ["office", "water", "county", "intake", "village"])
def test_the_tasks_of_the_own_unit_are_a_part_of_what_it_sees(world, task, who):
    acting = acting_for(getattr(world, who))
    own = Inspection.objects.asked_of(acting)
    assert set(own) == {one for one in Inspection.objects.visible_to(acting) if one.unit_id == acting.unit_id}


def test_the_first_page_of_an_office_counts_its_tasks_without_a_look_at_the_cases(world):
    assert "cases_" not in str(Inspection.objects.asked_of(acting_for(world.office)).open().query)


def test_nobody_sees_one_without_acting_for_a_post(task):
    assert not Inspection.objects.visible_to(None).exists()


def test_an_office_above_sees_it_but_not_that_of_a_sensitive_case_nor_of_one_about_itself(world):
    above = desk(UnitFactory(kind=Unit.Kind.OFFICE, jurisdiction=world.prefecture.unit.jurisdiction), Function.CHIEF_OFFICE)

    def seen(case):
        return Inspection.objects.visible_to(acting_for(above)).filter(case=case).exists()

    plain = cases.done(world)
    assert seen(plain)
    type(plain).objects.filter(pk=plain.pk).update(subject_post=above)
    assert not seen(plain)
    case = cases.done(world)
    type(case).objects.filter(pk=case.pk).update(label="sensitive")
    case.scopes.filter(unit=above.unit).delete()
    assert not seen(case)


def test_the_visit_is_recorded_on_its_page_with_its_photos(client, world, task):
    signed_in(client, world.office)
    assert client.get(page(task)).status_code == 200
    assert client.post(page(task), sent(task)).status_code == 302
    assert state_of(task) == ("confirmed", "verified")
    assert Evidence.objects.filter(owner=task.stream).count() == 1
    assert b'id="visit-form"' not in client.get(page(task)).content


def test_photos_and_words_of_a_refused_visit_are_kept_and_sent_again_the_photo_is_still_one(client, world, task):
    signed_in(client, world.office)
    early = (days.now() - timedelta(days=3)).astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    data = sent(task, visited_at=early, report="桥下还有一堆")
    answer = client.post(page(task), data)
    assert answer.status_code == 422
    assert "桥下还有一堆" in answer.content.decode()
    assert Evidence.objects.filter(owner=task.stream).count() == 1
    again = data | {"visited_at": sent(task)["visited_at"], "photos": [SimpleUploadedFile("a.jpg", photo(), "image/jpeg")]}
    assert client.post(page(task), again).status_code == 302
    assert Evidence.objects.filter(owner=task.stream).count() == 1


def test_photos_of_a_form_that_has_to_be_corrected_are_kept_and_shown(client, world, task):
    signed_in(client, world.office)
    data = sent(task, report="", visited_at=sent(task)["visited_at"])
    answer = client.post(page(task), data)
    assert answer.status_code == 422
    assert b'class="photos"' in answer.content
    assert client.post(page(task), data | {"report": "现场已清", "photos": []}).status_code == 302
    assert Evidence.objects.filter(owner=task.stream).count() == 1


def test_a_double_click_is_one_visit(client, world, task):
    signed_in(client, world.office)
    ref, codes = uuid.uuid4(), []
    for _ in range(2):
        data = sent(task, client_ref=ref, visited_at=sent(task)["visited_at"])
        codes.append(client.post(page(task), data).status_code)
    assert codes == [302, 302]
    assert Event.objects.filter(stream=task.stream).count() == 2
    assert Evidence.objects.filter(owner=task.stream).count() == 1


def test_an_office_that_may_look_but_was_not_asked_answers_nothing_and_leaves_no_photo(client, world, task):
    above = desk(UnitFactory(kind=Unit.Kind.OFFICE, jurisdiction=world.prefecture.unit.jurisdiction), Function.CHIEF_OFFICE)
    signed_in(client, above)
    assert b'id="visit-form"' not in client.get(page(task)).content
    assert client.post(page(task), sent(task)).status_code == 403
    assert state_of(task) == ("asked", "done")
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("who", ["water", "village", "intake"])
def test_who_may_not_see_it_finds_no_page(client, world, task, who):
    signed_in(client, getattr(world, who))
    assert client.get(page(task)).status_code == 404
    assert client.post(page(task), sent(task)).status_code == 404


@pytest.mark.parametrize("several", [1, 12])
def test_the_list_shows_the_nearest_due_first_and_asks_few_questions(client, world, several, django_assert_max_num_queries):
    tasks = [cases.done(world).inspections.get() for _ in range(several)]
    for number, task in enumerate(tasks):
        Inspection.objects.filter(pk=task.pk).update(due=days.today() + timedelta(days=several - number))
    signed_in(client, world.office).get(reverse("inspections:list"))
    with django_assert_max_num_queries(15):
        text = client.get(reverse("inspections:list")).content.decode()
    places = [text.index(f'data-number="{task.number}"') for task in tasks]
    assert places == sorted(places, reverse=True)


def test_the_visits_that_a_unit_owes_go_out_as_a_file(client, world, task):
    signed_in(client, desk(task.unit, Function.CHIEF_OFFICE) if not task.unit.posts.exists() else task.unit.posts.first())
    file = client.get(reverse("inspections:list"), {"format": "csv"}).content.decode("utf-8-sig")
    assert task.number in file
    assert task.case.number in file
