"""Sheets to print: one page whatever the names, both scripts, and a QR that bears damage and leads to the place."""

from __future__ import annotations

import subprocess
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accountability.ledger.errors import NotPermitted
from accountability.papers import actions as papers
from chiefs.posts.models import Tenure
from chiefs.signboards import actions
from chiefs.signboards.models import Sheet
from tests.factories import signboards
from tests.factories.posts import PersonFactory, acting_for, chain

from . import qr_damage

pytestmark = pytest.mark.django_db
KINDS = [(size, script) for size in Sheet.Size.values for script in Sheet.Script.values]
SEEDS = range(12)
LONG_TITLE = (
    "甘孜藏族自治州康定市雅拉乡试验一村村民委员会村级河长（雅拉河左岸）",
    "དཀར་མཛེས་བོད་རིགས་རང་སྐྱོང་ཁུལ་དར་མདོ་གྲོང་ཁྱེར་ཡ་ལ་ཤང་གི་གཙང་པོའི་འགན་འཛིན།",
)
LONG_NAME = ("阿旺洛桑丹增嘉措次仁多吉（演示）", "ངག་དབང་བློ་བཟང་བསྟན་འཛིན་རྒྱ་མཚོ་ཚེ་རིང་རྡོ་རྗེ།")


@pytest.fixture
def world():
    return chain()


def lengthen(world):
    """Names as long as they come, at every level, and targets as long as the form takes them."""
    for post in (world.village, world.township, world.county, world.prefecture):
        post.title, post.title_bo = LONG_TITLE
        post.save()
        person = Tenure.objects.get(post=post).person
        person.name, person.name_bo = LONG_NAME
        person.save()
    world.segment.resource.name, world.segment.resource.name_bo = "雅拉沟（又名康定河上游折多河支流）", "ཡ་ལ་གཙང་པོ་དར་མདོའི་སྟོད་རྒྱུན།"
    world.segment.resource.save()
    return {"targets": "水质稳定达到二类标准，" * 14, "targets_bo": "ཆུའི་སྤུས་ཚད་རིམ་པ་གཉིས་པར་སླེབས་པ། " * 8}


def made(world, size, script, board=None, **given):
    return actions.print_sheet(board or signboards.board(world, **given), size=size, script=script, by=acting_for(world.office))


def printed(sheet) -> bytes:
    papers.print_paper(sheet.paper_id)
    sheet.paper.refresh_from_db()
    with default_storage.open(sheet.paper.pdf) as file:
        return file.read()


def raster(pdf: bytes, tmp_path, dpi: int = 150) -> bytes:
    (tmp_path / "sheet.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", "-singlefile", tmp_path / "sheet.pdf", tmp_path / "sheet"], check=True)
    return (tmp_path / "sheet.png").read_bytes()


@pytest.mark.parametrize(("size", "script"), KINDS)
def test_the_qr_of_every_sheet_is_read_with_a_fifth_of_its_data_spoilt(world, settings, size, script):
    """A patch over 20 % of the data modules, anywhere, dark or light; finders, timing and format are spared."""
    settings.SITE_URL = "https://rivers.ganzi.example"
    sheet = made(world, size, script)
    address = f"https://rivers.ganzi.example/board/{world.segment.code}/"
    matrix, data = qr_damage.modules(qr_damage.picture(sheet.paper.html), address)
    assert qr_damage.read(qr_damage.png(matrix)) == address
    for seed in SEEDS:
        spoilt = qr_damage.spoil(matrix, data, share=0.2, seed=seed)
        changed = sum(spoilt[r][c] != matrix[r][c] for r, c in data)
        assert changed > len(data) * 0.05  # about half of what is hidden happened to have the colour of the patch
        assert qr_damage.read(qr_damage.png(spoilt)) == address, f"seed {seed}"
    ruined = qr_damage.spoil(matrix, data, share=0.6, seed=1)
    assert qr_damage.read(qr_damage.png(ruined)) == ""  # the reader is no oracle: too much damage is too much


@pytest.mark.parametrize("code", ["", "BRIDGE-2"])
def test_the_address_on_a_board_opens_the_place_with_the_report_form_one_tap_away(world, code):
    board = signboards.board(world, code=code)
    sheet = made(world, "A4", "zh", board)
    address = qr_damage.read(qr_damage.png(qr_damage.modules(qr_damage.picture(sheet.paper.html), sheet_address(board))[0]))
    citizen = Client()
    page = citizen.get(urlsplit(address).path)
    assert page.status_code == 200
    assert world.segment.code in page.content.decode()
    form = f"/complain/{board.code}/"
    assert f'href="{form}"' in page.content.decode()
    filled = citizen.get(form)
    assert filled.status_code == 200
    assert f"{world.segment.code}</span>" in filled.content.decode()  # the place is chosen already
    assert 'name="county"' not in filled.content.decode()


def sheet_address(board) -> str:
    from chiefs.signboards.content import address_of

    return address_of(board.code)


def test_addresses_printed_earlier_go_on_to_work(client, world):
    signboards.board(world, code="NEW-CODE")
    for path in (f"/board/{world.segment.code}/", f"/complain/{world.segment.code}/", f"/board/{world.segment.code}/sheet/"):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize(("size", "script", "long"), [("A4", "bo-zh", True), ("A3", "zh", True), ("A3", "bo-zh", False)])
def test_a_sheet_is_one_page_with_everything_on_it_and_its_qr_is_read_from_the_print(world, tmp_path, size, script, long):
    sheet = made(world, size, script, **(lengthen(world) if long else {}))
    pdf = printed(sheet)
    assert sheet.paper.pages == 1
    (tmp_path / "sheet.pdf").write_bytes(pdf)
    text = subprocess.run(["pdftotext", tmp_path / "sheet.pdf", "-"], capture_output=True, check=True, text=True).stdout
    assert "12345" in text and sheet.paper.number in text  # noqa: PT018  the foot stands on the page
    width, height = {"A4": (595, 842), "A3": (842, 1191)}[size]
    info = subprocess.run(["pdfinfo", tmp_path / "sheet.pdf"], capture_output=True, check=True, text=True).stdout
    assert [round(float(n)) for n in info.split("Page size:")[1].split("pts")[0].split("x")] == [width, height]
    faces = subprocess.run(["pdffonts", tmp_path / "sheet.pdf"], capture_output=True, check=True, text=True).stdout
    assert ("Uchen" in faces or "Tibetan" in faces) == (script == "bo-zh")
    assert qr_damage.read(raster(pdf, tmp_path)) == sheet_address(sheet.board)


def test_the_same_content_is_not_printed_twice_and_new_chiefs_replace_the_sheet(world):
    board = signboards.board(world)
    first = made(world, "A4", "zh", board)
    assert made(world, "A4", "zh", board) == first
    assert made(world, "A3", "zh", board) != first
    person = PersonFactory(name="新任村长（演示）")
    Tenure.objects.filter(post=world.village).update(person=person)
    second = made(world, "A4", "zh", board)
    first.paper.refresh_from_db()
    assert first.paper.replaced_by == second.paper
    assert person.name in second.paper.html


def test_a_content_that_returns_is_printed_anew_and_is_the_one_that_holds(world):
    board = signboards.board(world)
    first, holder = made(world, "A4", "zh", board), world.village.tenures.get().person
    Tenure.objects.filter(post=world.village).update(person=PersonFactory(name="代任村长（演示）"))
    second = made(world, "A4", "zh", board)
    Tenure.objects.filter(post=world.village).update(person=holder)
    third = made(world, "A4", "zh", board)
    assert third.content == first.content
    second.paper.refresh_from_db()
    assert second.paper.replaced_by == third.paper
    assert third.paper.replaced_by is None


def test_no_telephone_of_a_person_stands_on_a_sheet(world):
    world.village.unit.phone = "0836-0001234"
    world.village.unit.save()
    html = made(world, "A4", "bo-zh").paper.html
    assert "0836-0001234" in html
    for post in (world.village, world.township, world.county, world.prefecture):
        assert Tenure.objects.get(post=post).person.phone not in html


def test_only_who_looks_after_a_board_prints_it(world):
    with pytest.raises(NotPermitted):
        actions.print_sheet(signboards.board(world), size="A4", script="zh", by=acting_for(world.forestry))
