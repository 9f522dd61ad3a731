"""Pages of boards: bounded queries, lists as files, forms that lose nothing, and the way from a board to what was found about it."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accountability.cases.models import Case, ProblemKind
from accountability.complaints.models import PollutionKind
from accountability.evidence import reports as evidence
from accountability.kit import days
from chiefs.patrols.forms import FindingForm
from chiefs.signboards import actions
from chiefs.signboards.models import BoardUpdate, Signboard
from chiefs.signboards.reports import at
from tests.factories import cases, signboards
from tests.factories.complaints import accepted
from tests.factories.evidence import photo
from tests.factories.posts import PersonFactory, acting_for, chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


def signed_in(client, post):
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def owe(board, world):
    """The board names somebody who left."""
    Signboard.objects.filter(pk=board.pk).update(settled=[[world.county.pk, PersonFactory().pk]])
    actions.sweep()
    return BoardUpdate.objects.get(board=board)


def test_the_list_costs_the_same_whatever_stands_on_it(client, world, django_assert_num_queries):
    signed_in(client, world.office)
    signboards.board(world)
    client.get("/register/boards/")
    for count in (1, 4):
        for number in range(count):
            signboards.board(world, code=f"L{count}-{number}")
        with django_assert_num_queries(8):
            page = client.get("/register/boards/")
    assert page.content.decode().count("data-code=") == 6


def test_the_list_goes_out_as_a_file_and_shows_what_is_owed(client, world):
    signed_in(client, world.office)
    board = signboards.board(world)
    assert "=" not in board.code
    owe(board, world)
    page = client.get("/register/boards/", {"owing": "open"}).content.decode()
    assert f'data-code="{board.code}"' in page
    file = client.get("/register/boards/", {"format": "csv"})
    assert board.place in file.content.decode()
    assert client.get("/register/boards/", {"format": "xlsx"})["Content-Type"].endswith("sheet")
    assert f'data-code="{board.code}"' not in client.get("/register/boards/", {"state": "gone"}).content.decode()


@pytest.mark.parametrize("address", ["signboards:list", "plans:list"])
def test_what_narrows_a_list_is_folded_until_something_is_asked(client, world, address):
    signed_in(client, world.office)
    page = reverse(address)
    folded, opened = '<details id="narrowing"><summary>', '<details id="narrowing" open><summary>'
    assert folded in client.get(page).content.decode()
    for asked in ({"q": "雅"}, {"state": "approved"}):
        assert opened in client.get(page, asked).content.decode()


def test_a_board_s_page_is_bounded_and_leads_to_its_open_cases(client, world, django_assert_max_num_queries):
    board = signboards.board(world)
    other = signboards.board(world, code="OTHER")
    kind = ProblemKind.objects.get(code=ProblemKind.SIGNBOARD)
    about = cases.case(world, kind=kind, signboard=board)
    cases.case(world, kind=kind, signboard=other)
    signed_in(client, world.office)
    with django_assert_max_num_queries(45):
        html = client.get(reverse("signboards:detail", args=[board.code])).content.decode()
    assert about.number in html
    assert html.count(reverse("desk:case", args=[about.number])) == 1
    assert Case.objects.exclude(pk=about.pk).get().number not in html
    assert board.code in client.get(reverse("desk:case", args=[about.number])).content.decode()


def test_a_village_chief_brings_a_board_up_to_date_with_a_photo(client, world):
    board = signboards.board(world)
    update = owe(board, world)
    signed_in(client, world.village)
    address = reverse("signboards:move", args=[board.code, "finish"])
    assert client.get(address).status_code == 200
    sent = {"expect": update.version, "client_ref": uuid.uuid4(), "done_on": days.today().isoformat(), "note": "已更换"}
    assert client.post(address, sent).status_code == 422  # without a photo; what was written stays
    picture = SimpleUploadedFile("board.jpg", photo(), "image/jpeg")
    corrected = client.post(address, {**sent, "done_on": "2099-01-01", "photos": picture})
    assert corrected.status_code == 422  # a day to come; a browser sends no chosen file again, so the photo is kept
    assert "已保存 1 个文件" in corrected.content.decode()
    assert client.post(address, sent).status_code == 302
    update.refresh_from_db()
    assert update.state == "done"
    assert evidence.of(update.stream).count() == 1


def test_a_new_board_is_registered_from_the_form_and_nothing_typed_is_lost(client, world):
    signed_in(client, world.office)
    assert client.get("/register/boards/new/", {"segment": "NO-SUCH"}).status_code == 422
    address = f"/register/boards/new/?segment={world.segment.code}"
    assert world.segment.code in client.get(address).content.decode()
    given = {
        "expect": 0,
        "client_ref": uuid.uuid4(),
        "code": "BRIDGE",
        "place": "二道桥桥头",
        "begins_at": "界碑",
        "ends_at": "",
        "unit": world.village.unit_id,
        "set_up_on": "2026-01-05",
        "as_of": days.today().isoformat(),
    }
    wrong = client.post(address, {**given, "photos": SimpleUploadedFile("board.jpg", photo(), "image/jpeg")})
    assert wrong.status_code == 422
    assert "二道桥桥头" in wrong.content.decode()
    assert client.post(address, {**given, "ends_at": "温泉"}).status_code == 302
    board = Signboard.objects.get(code="BRIDGE")
    assert board.ends_at == "温泉"
    assert evidence.of(board.stream).count() == 1  # it came with the form that had to be corrected
    photographed = {**given, "ends_at": "温泉", "photos": SimpleUploadedFile("board.jpg", photo(), "image/jpeg")}
    assert client.post(address, photographed).status_code == 302  # the same press once more: the photo lies with the board by now
    assert evidence.of(board.stream).count() == 1


def test_a_finding_about_a_board_names_it(world):
    kind, rubbish = ProblemKind.objects.get(code=ProblemKind.SIGNBOARD), ProblemKind.objects.get(code="rubbish")
    board = signboards.board(world)

    def filled(**given):
        form = FindingForm({"client_ref": uuid.uuid4(), "text": "牌面被涂污", **given}, boards=at(world.segment))
        return form, form.is_valid()

    form, valid = filled(kind=kind.pk)
    assert (valid, form.seen().signboard) == (True, board)  # the only one that stands there
    assert filled(kind=rubbish.pk, signboard=board.pk)[1] is False
    second = signboards.board(world, code="SECOND")
    assert filled(kind=kind.pk)[1] is False  # several: the chief says which
    form, valid = filled(kind=kind.pk, signboard=second.pk)
    assert (valid, form.seen().signboard) == (True, second)


def test_a_complaint_about_a_board_opens_a_case_about_it(world):
    board = signboards.board(world, code="BRIDGE")
    assert accepted(world, signboard=board).case.signboard == board


def test_a_citizen_who_scans_a_board_and_says_it_is_damaged_names_it(client, world):
    board = signboards.board(world, code="BRIDGE")
    page = client.get("/board/BRIDGE/").content.decode()
    assert "/complain/BRIDGE/?about=board" in page
    kind = PollutionKind.objects.get(problem_kind__code=ProblemKind.SIGNBOARD)
    form = client.get("/complain/BRIDGE/", {"about": "board"}).content.decode()
    assert f'value="{kind.pk}"' in form
    sent = {"client_ref": uuid.uuid4(), "kinds": [kind.pk], "text": "公示牌上的字看不清了", "who": "anonymous"}
    assert client.post("/complain/BRIDGE/", sent).status_code == 302
    assert board.complaints.get().segment == world.segment
    water = PollutionKind.objects.get(code="water")
    client.post("/complain/BRIDGE/", {**sent, "client_ref": uuid.uuid4(), "kinds": [water.pk]})
    assert board.complaints.count() == 1  # about the water, not about the board from which it was scanned


def test_a_clerk_types_the_code_of_a_board(world):
    from accountability.complaints.forms import ReportForm

    signboards.board(world, code="BRIDGE")
    kind = PollutionKind.objects.get(problem_kind__code=ProblemKind.SIGNBOARD)
    form = ReportForm({"client_ref": uuid.uuid4(), "kinds": [kind.pk], "board": "BRIDGE", "text": "公示牌倒了，请扶正"})
    assert form.is_valid(), form.errors
    assert (form.segment, form.report()["signboard"].code) == (world.segment, "BRIDGE")


def test_the_file_of_a_water_is_put_together_from_what_is_registered(client, world, django_assert_max_num_queries):
    from tests.factories import plans

    board, plan = signboards.board(world), plans.approved(world)
    cases.case(world)
    signed_in(client, world.office)
    with django_assert_max_num_queries(40):
        html = client.get(reverse("registry:water_file", args=[world.segment.code])).content.decode()
    assert board.code in html
    assert plan.number in html
    assert world.township.tenures.get().person.name in html


def test_notices_about_boards_lead_to_the_board(world):
    from accountability.notices.models import Notice

    board = signboards.board(world, code="C-1")  # begins like the number of a case
    update = owe(board, world)
    notice = Notice.objects.filter(about=update.stream).first()
    assert notice.address == reverse("signboards:detail", args=["C-1"])
    assert acting_for(notice.post).unit_id == board.unit_id
