"""The real reference data: what is in it, twice is once, and a broken file is refused whole."""

import shutil
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from accountability.exchange.models import ImportRun
from accountability.setup.management.commands.load_ganzi import DATA
from audits.indicators.models import Indicator, Project, ProjectIndicator, ProjectTotal, Target
from chiefs.duties.models import Duty
from chiefs.posts.reports import reach_of
from chiefs.resources.models import Alias, Line, Resource, Spelling
from chiefs.resources.reports import search
from chiefs.territory.imports import stem
from chiefs.territory.models import Boundary, Jurisdiction, Succession
from chiefs.territory.reports import county_at

pytestmark = pytest.mark.django_db

THEN, NOW = date(2019, 6, 1), date(2023, 6, 30)


def levels(on):
    rows = Jurisdiction.objects.in_force(on).filter(special=False).values_list("level", flat=True)
    return {level: list(rows).count(level) for level in ("prefecture", "county", "township", "village")}


def test_ganzi_as_it_was_and_as_it_is():
    call_command("load_ganzi", verbosity=0)

    assert levels(THEN) == {"prefecture": 1, "county": 18, "township": 325, "village": 2796}
    assert levels(NOW) == {"prefecture": 1, "county": 18, "township": 289, "village": 2253}
    assert Jurisdiction.objects.filter(special=True).count() == 2
    assert Jurisdiction.objects.get(level="prefecture").name == "甘孜藏族自治州"
    unchanged = Jurisdiction.objects.get(code="513301201000")
    assert (unchanged.name, unchanged.until) == ("雅拉乡", None)

    merged = Jurisdiction.objects.get(code="513301202000", until=date(2020, 1, 1))
    successor = merged.successions.get().successor
    assert successor.name == "姑咱镇"
    assert merged.pk in reach_of(successor).jurisdictions
    uncertain = Succession.objects.filter(predecessor__level="township", confirmation="uncertain")
    assert uncertain.count() == 5
    assert not Succession.objects.filter(day_certain=True).exists()

    goes_on = Jurisdiction.objects.filter(level="village", since__lt=THEN, until=None).count()
    same = Succession.objects.filter(predecessor__level="village", successor__isnull=False).count()
    waiting = Succession.objects.filter(predecessor__level="village", successor=None, confirmation="uncertain").count()
    assert goes_on + same + waiting == 2796
    assert 850 < waiting < 970

    assert Boundary.objects.count() == 18
    assert county_at(101.962, 30.054).name == "康定市"
    assert county_at(90.0, 30.0) is None

    assert Resource.objects.count() == 33
    assert Alias.objects.filter(name="康定河", resource__name="折多河").exists()
    assert Resource.objects.get(name="木格措").flows_into.name == "雅拉沟"
    assert Line.objects.count() >= 4
    assert [water.name for water in search("kdh")] == ["折多河"]
    assert Spelling.objects.count() == Spelling.objects.exclude(initials="").count() > 33

    assert Indicator.objects.count() == 39
    assert Indicator.objects.filter(attribute="binding").count() == 20
    assert Indicator.objects.get(no=30).baseline is None
    assert Indicator.objects.get(no=15).baseline == Decimal("99.72")
    assert Indicator.objects.get(no=22).direction == "down"
    assert Target.objects.get(indicator__no=22, year=2030).value == Decimal("0.48")
    assert Project.objects.count() == 94
    assert ProjectIndicator.objects.count() == 100
    assert ProjectTotal.objects.count() == 22
    assert ProjectTotal.objects.filter(agrees=True).count() == 11
    annex = ProjectTotal.objects.get(source_table="annex", label="工程投入总计")
    assert (annex.stated["invest_total"], annex.summed["invest_total"]) == ("239.6821", "245.4116")
    assert Duty.objects.count() == 62

    before, spelt = Jurisdiction.objects.count(), Spelling.objects.count()
    call_command("load_ganzi", verbosity=0)
    second = list(ImportRun.objects.order_by("-pk")[:12])
    assert {run.outcome for run in second} == {"unchanged"}
    assert (Jurisdiction.objects.count(), Spelling.objects.count()) == (before, spelt)


def broken(tmp_path, name, change):
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / name
    path.write_bytes(change(path.read_bytes()))
    return tmp_path / "data"


def line_of(text, number):
    return text.split(b"\n")[number - 1]


BROKEN = {
    "missing_column": (lambda d: d.replace(b"parent_code", b"above", 1), 1),
    "wrong_encoding": (lambda d: d.decode().encode("gb18030"), 2),
    "duplicate_code": (lambda d: d + line_of(d, 5) + b"\n", 3142),
    "dangling_parent": (lambda d: d.replace(b"\n513301001000,", b"\n513301001999,", 1), 5),
    "ragged_row": (lambda d: d.replace(b",village,", b",village,x,", 1), 5),
    "short_code": (lambda d: d.replace(b"513301001000", b"51330100100", 1), 4),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_refused_whole_with_the_reason(tmp_path, fault):
    change, line = BROKEN[fault]
    folder = broken(tmp_path, "divisions_2018.csv", change)
    with pytest.raises(CommandError) as refused:
        call_command("load_ganzi", "--from", str(folder), verbosity=0)
    reason, frame = str(refused.value).split("\n")  # the reason is in the language of the site, the frame in English
    assert reason.startswith(f"divisions_2018.csv:{line}: ")
    assert frame == "Nothing of this file was taken."
    run = ImportRun.objects.get()
    assert run.outcome == "refused"
    note = run.notes.get()
    assert note.text
    assert note.line == line
    assert Jurisdiction.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("divisions", "township_changes_2018_2023.csv"),
        ("divisions", "special_units.csv"),
        ("waters", "waters_named.csv"),
        ("indicators", "indicators.csv"),
        ("projects", "projects.csv"),
        ("projects", "project_indicator_map.csv"),
        ("projects", "project_totals.csv"),
        ("duties", "duties.csv"),
    ],
)
def test_what_a_file_says_twice_refuses_it_whatever_the_file(tmp_path, kind, name):
    folder = broken(tmp_path, name, lambda d: d.rstrip(b"\n") + b"\n" + line_of(d, 2) + b"\n")
    with pytest.raises(CommandError):
        call_command("load_ganzi", "--only", kind, "--from", str(folder), verbosity=0)
    run = ImportRun.objects.get(outcome="refused")
    assert run.file_name == name
    assert run.notes.get().line == len((folder / name).read_bytes().splitlines())


def test_what_stands_here_is_not_overwritten_by_a_file_that_says_something_else_and_the_report_says_so(tmp_path):
    call_command("load_ganzi", "--only", "duties", verbosity=0)
    folder = broken(tmp_path, "duties.csv", lambda d: d.replace(b",yearly,", b",monthly,", 1))
    call_command("load_ganzi", "--only", "duties", "--from", str(folder), verbosity=0)
    run = ImportRun.objects.order_by("-pk")[0]
    note = run.notes.get()
    assert (run.outcome, note.weight, note.code) == ("unchanged", "warning", "differs")
    assert "frequency" in note.text
    assert not Duty.objects.filter(frequency="monthly", code=note.text.split(":")[0]).exists()


def test_the_endings_of_village_names_do_not_make_two_villages():
    assert stem("头道桥村委会") == stem("头道桥村民委员会")
    assert stem("莫玉村村民委员会") == stem("莫玉村民委员会")
    assert stem("南段社区居委会") == stem("南段社区居民委员会")
    assert stem("上村村委会") != stem("下村村委会")
