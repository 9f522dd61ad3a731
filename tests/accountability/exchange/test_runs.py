"""A file is taken whole or refused whole, and leaves a report either way."""

import pytest

from accountability.exchange.models import ImportNote, ImportRun
from accountability.exchange.runs import Refusal, take
from accountability.kit.parsing import Unreadable
from chiefs.resources.models import Resource
from tests.factories.resources import SchemeFactory

pytestmark = pytest.mark.django_db


def waters(data, report):
    """A reader in small: a name a line; a line '!' cannot be read, a line '?' is left out, one with a dot is odd."""
    scheme = SchemeFactory()
    for number, name in enumerate(data.decode().split(), 1):
        report.read += 1
        if name == "!":
            raise Unreadable("这一行读不懂。", line=number)
        if name == "?":
            report.reject(number, "no-name", "没有名称")
            continue
        if "." in name:
            report.warn(number, "dot", "名称带点")
        _row, new = Resource.objects.get_or_create(name=name, defaults={"scheme": scheme, "kind": "river"})
        report.count(new=new)


def test_a_file_is_taken_whole_with_its_report():
    run = take("waters", "a.txt", "雅拉河 折.多河 ?".encode(), waters)
    assert set(Resource.objects.values_list("name", flat=True)) == {"雅拉河", "折.多河"}
    assert (run.outcome, run.read, run.added, run.changed, run.unchanged) == ("changed", 3, 2, 0, 0)
    assert list(run.notes.order_by("line").values_list("line", "weight", "code")) == [(2, "warning", "dot"), (3, "rejected", "no-name")]
    assert run.finished_at >= run.started_at


def test_one_bad_line_refuses_the_whole_file_and_nothing_stays_of_it():
    with pytest.raises(Refusal) as refused:
        take("waters", "a.txt", "雅拉河 折.多河 !".encode(), waters)
    assert not Resource.objects.exists()
    assert str(refused.value) == "这一行读不懂。"


def test_the_refused_run_is_kept_with_the_reason_and_the_line():
    with pytest.raises(Refusal) as refused:
        take("waters", "a.txt", "雅拉河 !".encode(), waters)
    run = ImportRun.objects.get()
    assert run == refused.value.run
    assert (run.outcome, run.read, run.added) == ("refused", 2, 0)
    assert list(run.notes.values_list("weight", "line", "text")) == [("error", 2, "这一行读不懂。")]


def test_the_second_run_of_the_same_file_says_that_nothing_is_new():
    data = "雅拉河 折多河".encode()
    first, second = take("waters", "a.txt", data, waters), take("waters", "a.txt", data, waters)
    assert (second.outcome, second.added, second.unchanged) == ("unchanged", 0, 2)
    assert first.sha256 == second.sha256
    assert ImportRun.objects.count() == 2


def test_after_a_refusal_the_corrected_file_is_taken():
    with pytest.raises(Refusal):
        take("waters", "a.txt", "雅拉河 !".encode(), waters)
    assert take("waters", "a.txt", "雅拉河".encode(), waters).outcome == "changed"


def test_a_fault_of_ours_leaves_neither_rows_nor_a_run():
    def broken(data, report):
        waters(data, report)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        take("waters", "a.txt", "雅拉河".encode(), broken)
    assert not Resource.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_sentence_too_long_for_the_report_is_cut_and_not_lost_with_its_file():
    def wordy(data, report):
        report.warn(1, "long", "长" * 900)

    take("waters", "a.txt", b"", wordy)
    assert len(ImportNote.objects.get().text) == 500


@pytest.mark.parametrize("name", ["a.txt", "很" * 300 + ".csv"])
def test_the_name_of_a_file_cannot_break_its_run(name):
    assert take("waters", name, b"", waters).file_name == name[:200]
