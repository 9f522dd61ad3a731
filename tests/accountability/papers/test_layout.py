"""GB/T 9704-2012, measured on the printed pages."""

import re

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage

from accountability.papers import faces, rendering
from accountability.papers.models import Paper
from tests.factories.papers import issued

from .conftest import fonts, lines, text

pytestmark = pytest.mark.django_db
needs_fandol = pytest.mark.skipif("FandolFang" not in faces.installed(), reason="The Fandol faces are not installed on this machine.")
SENTENCE = "雅拉河水清岸绿鱼翔浅底两岸百姓安居乐业山河无恙"  # no punctuation: nothing but the width decides where a line ends
TIBETAN = "ཡ་ལ་ཆུ་བོའི་འགྲམ་གྱི་གད་སྙིགས་གཙང་སེལ་བྱས་ཡོད།"


def pdf_of(paper):
    with default_storage.open(paper.pdf) as file:
        return file.read()


@pytest.fixture
def running_text(long_template):
    """Three pages and more of running text, without a letterhead."""
    return pdf_of(issued(template=long_template, context={"headed": False, "parts": [("", 0, SENTENCE * 90)]}, printed=True))


def body(page):
    return [line for line in page if "—" not in line.text]


@needs_fandol
def test_a_full_page_has_22_lines_of_28_signs(running_text):
    full = lines(running_text)[1]
    assert len(body(full)) == 22
    assert {len(line.text) for line in body(full)} == {28}
    assert len(body(lines(running_text)[0])[1].text) == 26, "the first line of a paragraph, indented by two signs, below the title"


@needs_fandol
def test_the_type_area_is_156_by_225_at_28_from_the_left_and_37_from_the_top(running_text):
    full = body(lines(running_text)[1])
    assert min(line.left for line in full) == pytest.approx(28, abs=1)
    assert max(line.right for line in full) == pytest.approx(28 + 156, abs=1)
    # A line of 28.97 pt holds its signs of 16 pt in the middle: half of the rest lies above the first and below the last.
    assert min(line.top for line in full) == pytest.approx(37 + 2.3, abs=1.5)
    assert max(line.bottom for line in full) == pytest.approx(37 + 225 - 2.3, abs=1.5)


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages_between_dashes(running_text):
    pages = lines(running_text)
    assert len(pages) >= 4
    for number, page in enumerate(pages, start=1):
        (foot,) = [line for line in page if line.text == f"—{number}—"]
        assert foot.top > 37 + 225
        if number % 2:
            assert foot.right == pytest.approx(28 + 156 - 5, abs=1)  # one sign of 14 pt inside the edge
        else:
            assert foot.left == pytest.approx(28 + 5, abs=1)


def test_the_same_text_gives_the_same_bytes():
    paper = issued()
    assert rendering.render(paper.html) == rendering.render(paper.html)


ROLES = {
    "body": ("FangSong_GB2312", "FandolFang-Regular", "FandolFang", "NotoSerifCJKsc-Regular", "Noto-Serif-CJK-SC"),
    "kai": ("KaiTi_GB2312", "FandolKai-Regular", "FandolKai"),
    "hei": ("SimHei", "FandolHei-Regular", "FandolHei", "Noto-Sans-CJK-SC"),
    "title": ("FZXiaoBiaoSong-B05S", "Noto-Serif-CJK-SC-Bold"),
    "tibetan": ("DDC-Uchen", "Noto-Serif-Tibetan"),
}


def test_only_the_expected_faces_are_in_the_file_and_all_are_embedded(long_template):
    context = {
        "headed": True,
        "parts": [("一、基本情况", 2, SENTENCE), ("（一）巡查", 3, SENTENCE)],
        "tibetan": TIBETAN,
        "head": ["指标", "得分"],
        "rows": [("巡查", "9.50")],
        "caption": "得分表",
    }
    found = fonts(pdf_of(issued(template=long_template, context=context, printed=True)))
    assert all(found.values())
    assert set(found) <= {face for role in ROLES.values() for face in role}
    for role, wanted in ROLES.items():
        assert set(found) & set(wanted), f"no face for {role}"


def test_tibetan_is_set_with_its_own_face_and_can_be_read_back(long_template):
    pdf = pdf_of(issued(template=long_template, issuer_bo="དཀར་མཛེས", context={"headed": True, "tibetan": TIBETAN}, printed=True))
    found = text(pdf)
    assert "ཡ་ལ་ཆུ་བོ" in found.replace("\n", "")
    assert "དཀར་མཛེས" in found
    assert "\u25cc" not in found, "a dotted circle: a vowel lost its consonant"


def test_no_template_sets_tibetan_in_drawn_text():
    for path in (django_settings.BASE_DIR / "templates" / "papers").rglob("*.html"):
        assert not re.search(r"<text\b", re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text(), flags=re.S)), path.name


def test_a_long_table_repeats_its_head_on_every_page(long_template):
    rows = [(f"指标{n}", f"{n}.25") for n in range(80)]
    pdf = pdf_of(issued(template=long_template, context={"head": ["指标名称", "得分"], "rows": rows, "caption": "表"}, printed=True))
    pages = [page for page in lines(pdf) if any(re.fullmatch(r"\d+\.25", line.text) for line in page)]
    assert len(pages) >= 2
    assert all(any("指标名称" in line.text for line in page) for page in pages)


def test_the_first_page_carries_the_issuer_the_mark_in_hexagonal_brackets_and_the_code():
    paper = issued(word="康投", printed=True)
    assert re.fullmatch(r"康投〔\d{4}〕1号", paper.mark)
    found = text(pdf_of(paper))
    for words in (paper.issuer, paper.mark, paper.title, "演示人一", paper.number):
        assert words in found
    assert paper.verify_code in found.replace("-", "")
    assert issued(word="康投").mark.endswith("〕2号")


def test_the_demonstration_world_says_so_on_every_page(settings, long_template):
    context = {"parts": [("", 0, SENTENCE * 60)]}
    settings.DEMO = True
    with_mark = issued(template=long_template, context=context, printed=True)
    settings.DEMO = False
    without = issued(template=long_template, context=context, printed=True)
    word = re.search(r'<p class="demonstration">(\w+)', with_mark.html)[1]
    pages = lines(pdf_of(with_mark))
    assert len(pages) > 1
    assert all(any(line.text.startswith(word) for line in page) for page in pages)
    assert word not in text(pdf_of(without))


# -- faces ---------------------------------------------------------------------------------------------------------------


def test_the_style_sheet_asks_for_the_faces_that_are_checked():
    css = (django_settings.BASE_DIR / "templates" / "papers" / "style.css").read_text()
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    stacks = {
        selector.split(",")[0].strip(): re.findall(r'"([^"]+)"', names)
        for selector, names in re.findall(r"^([^{}@]+)\{ font-family: ([^;]+);", css, re.M)
    }
    by_role = {face.role: [*face.right, face.stand_in] for face in faces.FACES}
    assert stacks["html"][:3] == by_role["body"]
    assert stacks["h3"] == by_role["kai"]
    assert stacks["h2"] == by_role["hei"]
    assert stacks["h1"] == list(dict.fromkeys(by_role["title"]))
    assert stacks[":lang(bo)"] == by_role["tibetan"]


def test_a_missing_face_is_named_and_announced_on_the_paper(monkeypatch):
    there = {"Noto Serif CJK SC", "Noto Sans CJK SC", "DDC Uchen", "FandolKai", "FandolHei"}
    assert [face.role for face in faces.missing(there)] == ["body"]
    assert [face.role for face in faces.missing(set())] == ["body", "kai", "hei", "title", "tibetan"]
    paper = issued()
    monkeypatch.setattr(faces, "installed", lambda: frozenset(there))
    assert "FandolFang" in text(rendering.render(paper.html).pdf)
    assert [one.id for one in faces.resolve()] == ["papers.I001"]
    monkeypatch.setattr(faces, "installed", frozenset)
    assert {one.id for one in faces.resolve()} == {"papers.W001"}


def test_nothing_is_announced_while_all_faces_are_there(monkeypatch):
    everything = {family for face in faces.FACES for family in face.right}
    paper = issued()
    monkeypatch.setattr(faces, "installed", lambda: frozenset(everything))
    assert faces.announcement() == ""
    assert "FandolFang" not in text(rendering.render(paper.html).pdf)


def test_the_papers_of_a_record_are_found_by_it():
    from accountability.papers import reports

    first, second = issued(), issued()
    issued(owner="sample.thing:2")
    assert list(reports.for_owner("sample.thing:1")) == [first, second]
    assert Paper.objects.count() == 3
