"""The pages of bodies, meetings and resolutions: what a keeping office, a member and a unit with a task see and do."""

import csv
import datetime as dt
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accountability.evidence.models import Evidence
from accountability.kit import days
from chiefs.bodies.actions import meetings, resolutions
from chiefs.bodies.models import Body, Meeting, Resolution
from tests.factories.bodies import body, called, held, minutes, planned, resolution
from tests.factories.posts import UnitFactory, acting_for, chain

pytestmark = pytest.mark.django_db
BODIES = "/register/bodies/"


@pytest.fixture
def world():
    return chain()


def signed_in(client, post):
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def sent(record=None, **facts):
    return {"expect": record.version if record else 0, "client_ref": uuid.uuid4()} | facts


def step(record, name):
    if isinstance(record, Body):
        return reverse("bodies:step", args=[record.ref, name])
    kind = "meeting_step" if isinstance(record, Meeting) else "resolution_step"
    return reverse(f"bodies:{kind}", args=[record.number, name])


def text(answer):
    return answer.content.decode()


def local_time(moment):
    return moment.astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def test_a_body_is_registered_and_given_members_and_a_rhythm(client, world):
    signed_in(client, world.office)
    place, office = world.county.unit.jurisdiction, world.office.unit
    data = sent(kind="joint", name="试验联席会议", place=place.name, office=office.name, basis="试验文件", since="2020-01-01")
    answer = client.post(f"{BODIES}new/", data)
    made = Body.objects.get()
    assert answer.url == reverse("bodies:detail", args=[made.ref])
    assert client.post(step(made, "seat"), sent(made, role="chair", post=world.county.title, day="2020-01-01")).status_code == 302
    made.refresh_from_db()
    outside = sent(made, role="member", person="演示人乙", organisation="邻州水利局", day="2020-01-01")
    assert client.post(step(made, "seat"), outside).status_code == 302
    made.refresh_from_db()
    assert client.post(step(made, "set_rhythm"), sent(made, every="quarter", day=days.today())).status_code == 302
    page = text(client.get(answer.url))
    assert world.county.title in page
    assert world.county.tenures.get().person.name in page
    assert "邻州水利局" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"office": "没有的单位"}, "office"), ({"place": "无此地"}, "place"), ({"basis": ""}, "basis"), ({"since": "x"}, "since")],
)
def test_what_is_wrong_is_said_at_its_field(client, world, wrong, field):
    data = sent(kind="joint", name="试验联席会议", place=world.place.name, office=world.office.unit.code, basis="文件", since="2020-01-01")
    answer = signed_in(client, world.office).post(f"{BODIES}new/", data | wrong)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert "试验联席会议" in text(answer)


def test_a_name_that_two_units_have_is_answered_with_their_codes(client, world):
    twins = [UnitFactory(name="同名局"), UnitFactory(name="同名局")]
    answer = signed_in(client, world.office).post(
        step(body(world), "change"), sent(kind="group", name="小组", basis="文件", office="同名局")
    )
    assert all(unit.code in text(answer) for unit in twins)


def test_from_the_call_to_the_minutes_on_its_pages(client, world):
    made = body(world)
    signed_in(client, world.office)
    answer = client.post(step(made, "plan"), sent(made, due=days.today() + dt.timedelta(days=9)))
    meeting = made.meetings.get()
    assert answer.url == reverse("bodies:meeting", args=[meeting.number])
    soon = local_time(days.now() + dt.timedelta(days=1))
    data = sent(meeting, planned_for=soon, place_text="三楼", agenda="听取汇报\n\n审议方案")
    assert client.post(step(meeting, "call"), data).status_code == 302
    meeting.refresh_from_db()
    form = client.get(step(meeting, "hold"))
    assert text(form).count("<fieldset") == 3
    there = {f"member_{m.pk}": "present" for m in made.members.all()}
    missing = dict(list(there.items())[1:])
    assert client.post(step(meeting, "hold"), sent(meeting, held_at=local_time(days.now()), **missing)).status_code == 422
    assert client.post(step(meeting, "hold"), sent(meeting, held_at=local_time(days.now()), **there)).status_code == 302
    meeting.refresh_from_db()
    decision = sent(meeting, text="全面排查", unit=world.branch.unit.name, post=world.branch.code, due=days.today())
    assert client.post(step(meeting, "resolve"), decision).status_code == 302
    assert client.post(step(meeting, "resolve"), decision).status_code == 302
    task = Resolution.objects.get()
    assert task.post == world.branch
    closing = sent(meeting, minutes="议定一件事")
    assert client.post(step(meeting, "close"), closing).status_code == 422
    assert client.post(step(meeting, "close"), closing | {"files": minutes()}).status_code == 302
    page = text(client.get(reverse("bodies:meeting", args=[meeting.number])))
    for shown in ("听取汇报", "审议方案", "议定一件事", task.number, world.county.tenures.get().person.name):
        assert shown in page
    assert 'data-move="' not in page


def test_minutes_of_a_refused_closing_are_kept_and_sent_again_are_still_one(client, world):
    meeting = held(world)
    signed_in(client, world.office)
    data = sent(meeting, minutes="字" * 8001)
    assert client.post(step(meeting, "close"), data | {"files": minutes()}).status_code == 422
    assert Evidence.objects.filter(owner=meeting.stream).count() == 1
    assert client.post(step(meeting, "close"), data | {"minutes": "好", "files": minutes()}).status_code == 302
    assert Evidence.objects.filter(owner=meeting.stream).count() == 1


def test_a_pdf_is_kept_as_it_came(client, world):
    meeting = held(world)
    pdf = SimpleUploadedFile("minutes.pdf", b"%PDF-1.7 minutes", "application/pdf")
    assert signed_in(client, world.office).post(step(meeting, "close"), sent(meeting, files=pdf)).status_code == 302
    assert Evidence.objects.get(owner=meeting.stream).media_type == "application/pdf"


def test_a_member_reads_and_is_offered_nothing_and_opens_the_minutes(client, world):
    meeting = held(world)
    meetings.keep_minutes(meeting, [minutes()], form_ref=uuid.uuid4(), by=acting_for(world.office))
    signed_in(client, world.branch)
    page = text(client.get(reverse("bodies:meeting", args=[meeting.number])))
    assert 'data-move="' not in page
    assert client.get(step(meeting, "close")).status_code == 403
    assert client.post(step(meeting, "close"), sent(meeting)).status_code == 403
    assert client.post(step(meeting, "close"), sent(meeting, files=minutes("b.jpg"))).status_code == 403
    assert Evidence.objects.filter(owner=meeting.stream).count() == 1


def test_a_unit_with_a_task_but_no_seat_sees_the_task_and_not_the_meeting(client, world):
    task = resolution(world, unit=world.forestry.unit)
    signed_in(client, world.forestry)
    page = text(client.get(reverse("bodies:resolution", args=[task.number])))
    assert task.text in page
    assert task.meeting.number not in page
    assert client.get(reverse("bodies:meeting", args=[task.meeting.number])).status_code == 404
    data = sent(task, report="已办理", files=minutes())
    assert client.post(step(task, "report_done"), data).status_code == 302
    assert Evidence.objects.filter(owner=task.stream).count() == 1
    assert client.get(step(task, "confirm")).status_code == 403
    signed_in(client, world.county)
    task.refresh_from_db()
    assert client.post(step(task, "confirm"), sent(task)).status_code == 302


def test_the_keeping_office_gives_a_task_to_another_unit(client, world):
    task = resolution(world, held(world, body(world, office=world.forestry.unit)))
    data = sent(task, unit=world.water.unit.code, reason="职责所在")
    answer = signed_in(client, world.forestry).post(step(task, "pass_on"), data)
    assert answer.url == reverse("bodies:resolution", args=[task.number])
    task.refresh_from_db()
    assert task.unit == world.water.unit


def test_the_lists_say_what_is_owed_late_and_missed(client, world):
    made = body(world)
    by = acting_for(world.office)
    late, fresh = (resolution(world, held(world, made), text=words) for words in ("过期的决定", "新的决定"))
    Resolution.objects.filter(pk=late.pk).update(due=days.today() - dt.timedelta(days=3))
    gone = planned(world, made)
    Meeting.objects.filter(pk=gone.pk).update(due=days.today() - dt.timedelta(days=1))
    meetings.keep_time()
    settled = resolution(world, held(world, made), text="办完的决定")
    resolutions.report_done(settled, report="已办理", by=acting_for(world.branch), expect=0)
    resolutions.confirm(settled, by=by, expect=1)

    def shown(address):
        return {row.number for row in client.get(address).context["page"].object_list}

    signed_in(client, world.office)
    assert shown(f"{BODIES}meetings/?tab=missed") == {gone.number}
    assert gone.number not in shown(f"{BODIES}meetings/")
    assert len(shown(f"{BODIES}meetings/?tab=held")) == 3
    assert shown(f"{BODIES}resolutions/") == set()
    assert shown(f"{BODIES}resolutions/?tab=late") == {late.number}
    assert shown(f"{BODIES}resolutions/?tab=open") == {late.number, fresh.number}
    assert shown(f"{BODIES}resolutions/?tab=all") == {late.number, fresh.number, settled.number}
    row = client.get(BODIES).context["page"].object_list[0]
    assert (row.missed, row.owed) == (1, 2)
    signed_in(client, world.branch)
    assert shown(f"{BODIES}resolutions/") == {late.number, fresh.number}
    for wrong in ("meetings/?tab=nowhere", "resolutions/?tab=nowhere"):
        assert client.get(BODIES + wrong).status_code == 404


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("address", ["", "meetings/?tab=all", "resolutions/?tab=all"])
def test_every_list_goes_out_as_a_file(client, world, kind, address):
    task = resolution(world, text="=1+1")
    joint = "&" if "?" in address else "?"
    answer = signed_in(client, world.office).get(f"{BODIES}{address}{joint}format={kind}")
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    else:
        rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert len(rows) == 2
    cells = [str(cell) for cell in rows[1]]
    assert task.meeting.body.name in cells
    assert "=1+1" not in cells


@pytest.mark.parametrize("many", [1, 12])
def test_the_number_of_questions_does_not_grow_with_the_lists(client, world, many, django_assert_max_num_queries):
    made = body(world, rhythm="month")
    meeting = held(world, made)
    for _ in range(many):
        body(world)
        planned(world, made)
        resolution(world, meeting)
    signed_in(client, world.office).get(BODIES)
    task = Resolution.objects.all()[0]
    for address, most in (
        (BODIES, 10),
        (f"{BODIES}meetings/?tab=all", 9),
        (f"{BODIES}resolutions/?tab=all", 9),
        (f"{BODIES}resolutions/?tab=all&format=csv", 8),
        (reverse("bodies:detail", args=[made.ref]), 16),
        (reverse("bodies:meeting", args=[meeting.number]), 16),
        (reverse("bodies:resolution", args=[task.number]), 14),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200, address


def test_a_notice_leads_to_its_meeting_or_resolution(client, world):
    made = body(world)
    meeting, task = called(world, made), resolution(world, held(world, made))
    page = text(signed_in(client, world.branch).get(reverse("desk:notices")))
    assert reverse("bodies:meeting", args=[meeting.number]) in page
    assert reverse("bodies:resolution", args=[task.number]) in page


@pytest.mark.parametrize("odd", ["0001-01-01 00:00", "9999-12-31 23:59", "2026-13-45", "\0", "x" * 5000, ""])
def test_no_day_and_no_number_breaks_a_form(client, world, odd):
    made = body(world)
    meeting, task = called(world, made), resolution(world, held(world, made))
    there = {f"member_{m.pk}": "present" for m in made.members.all()}
    signed_in(client, world.office)
    for record, name, data in (
        (meeting, "hold", {"held_at": odd, **there}),
        (meeting, "postpone", {"day": odd[:10], "reason": "防汛"}),
        (made, "release", {"member": "9" * 40, "day": odd[:10]}),
        (made, "seat", {"post": odd, "day": odd[:10], "role": "member"}),
        (made, "end", {"day": odd[:10], "reason": "改革"}),
        (task, "set_term", {"due": odd[:10], "reason": "工作量大"}),
        (task, "pass_on", {"unit": odd, "reason": "职责"}),
    ):
        assert client.post(step(record, name), sent(record, **data)).status_code == 422, name
