"""The pages of imports: bounded queries, files to download, sentences on the form."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accountability.evidence.models import Evidence
from accountability.exchange import importing, reading, reports, rules
from accountability.exchange.models import Delivery
from accountability.kit.parsing import Unreadable
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, Post, Unit
from tests.factories.exchange import csv_file, handed_in, table, taken_over, upload, workbook
from tests.factories.posts import acting_for, chain

pytestmark = pytest.mark.django_db
KINDS = [
    "resources",
    "segments",
    "units",
    "posts",
    "chiefs",
    "charges",
    "sites",
    "village_agreements",
    "targets",
    "signboards",
]


def unit(code, **more):
    return {"code": code, "name": f"单位{code}", "kind": "office", "place": "513301000000", "since": "2026-01-01", **more}


@pytest.fixture
def office():
    return acting_for(chain().office)


@pytest.fixture
def clerk(client, office):
    client.force_login(Account.objects.get(pk=office.account_id), backend="chiefs.posts.backends.AccountBackend")
    return client


def test_every_kind_of_the_register_is_offered_lower_rooms_first():
    assert [sheet.key for sheet in importing.kinds()][: len(KINDS)] == KINDS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", ["xlsx", "csv"])
def test_every_kind_has_a_template_whose_example_is_right_in_form(clerk, kind, file):
    answer = clerk.get(reverse("exchange:template", args=[kind]), {"format": file})
    assert answer.status_code == 200
    sheet = importing.importer(kind).sheet
    with pytest.raises(Unreadable):
        reading.read(sheet, answer.content)  # the example alone is no row
    example = {column.code: column.example for column in sheet.columns}
    assert all(example[column.code] for column in sheet.columns if column.required)
    changed = next(column.code for column in sheet.columns if column.kind.name in ("TEXT", "LINES") or column.code == "segment")
    row = reading.read(sheet, table(kind, example | {changed: "YLH-002" if changed == "segment" else "另一个"})).rows[0]
    assert row.good, row.faults


def test_a_trial_is_shown_with_every_remark_and_as_a_file(clerk):
    data = table("units", unit("a"), unit("b", place="999999999999"), unit("c", kind="?"))
    answer = clerk.post(
        reverse("exchange:new", args=["units"]), {"file": upload(data), "expect": 0, "client_ref": uuid.uuid4()}, follow=True
    )
    assert [note.line for note in answer.context["page"]] == [3, 4]
    delivery = Delivery.objects.get()
    sent = clerk.get(reverse("exchange:remarks", args=[delivery.client_ref]), {"format": "csv"}).content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(sent)))
    assert [(line[0], line[1], line[2]) for line in lines[1:]] == [("3", "E", "行政区划代码"), ("4", "D", "单位类别")]
    book = load_workbook(io.BytesIO(clerk.get(reverse("exchange:left", args=[delivery.client_ref])).content))
    assert [row[0].value for row in book.active.iter_rows()] == ["单位编码", "b", "c"]


def sent(client, kind, data, name):
    """A file handed in on its page."""
    given = {"file": upload(data, name), "expect": 0, "client_ref": uuid.uuid4()}
    assert client.post(reverse("exchange:new", args=[kind]), given).status_code == 302
    return Delivery.objects.order_by("-pk").first()


def corrected(data, file, column, value):
    """The file of wrong rows with another cell in its first row, saved by a spreadsheet program."""
    if file == "xlsx":
        book = load_workbook(io.BytesIO(data))
        book.active[f"{column}2"] = value
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    rows[1][ord(column) - 65] = value
    return csv_file(*rows, encoding="gb18030")


@pytest.mark.parametrize("file", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_wrong_rows_of_a_workbook_come_back_corrected_and_are_taken_over(clerk, file, language):
    clerk.cookies["language"] = language
    head = [column.heading for column in importing.importer("units").sheet.columns]
    rows = [
        [unit(code, **more).get(c.code) for c in importing.importer("units").sheet.columns]
        for code, more in (("a", {}), ("b", {"kind": "?"}))
    ]
    delivery = sent(clerk, "units", workbook([*head, "", "备注"], [*rows[0], "", "一"], [*rows[1], "无标题", "二"]), "单位.xlsx")
    left = reverse("exchange:left", args=[delivery.client_ref])
    again = sent(clerk, "units", corrected(clerk.get(left, {"format": file}).content, file, "D", "!"), f"再.{file}")
    data = clerk.get(reverse("exchange:left", args=[again.client_ref]), {"format": file}).content  # wrong once more
    last = sent(clerk, "units", corrected(data, file, "D", "office"), f"三.{file}")
    run = reports.last_run(last)
    assert (last.state, run.read, run.added, run.rejected) == ("tried", 1, 1, 0)
    assert [note.code for note in run.notes.all()] == ["unknown_column"]  # of the one that the office added itself
    taking = {"expect": last.version, "client_ref": uuid.uuid4()}
    assert clerk.post(reverse("exchange:take_over", args=[last.client_ref]), taking).status_code == 302
    assert Unit.objects.get(code="b").kind == "office"


def test_the_wrong_rows_of_a_table_of_many_columns_can_be_handed_in_again(clerk):
    columns = importing.importer("units").sheet.columns
    wide = [f"备注{number}" for number in range(60 - len(columns))]
    row = [unit("b", kind="?").get(column.code) for column in columns]
    delivery = sent(clerk, "units", workbook([*(c.heading for c in columns), *wide], [*row, *wide]), "单位.xlsx")
    data = clerk.get(reverse("exchange:left", args=[delivery.client_ref])).content
    assert sent(clerk, "units", corrected(data, "xlsx", "D", "office"), "再.xlsx").state == "tried"


def test_a_file_that_differs_where_it_changes_nothing_is_not_called_right(clerk, office):
    taken_over("units", office, unit("a"))
    page = clerk.get(reverse("exchange:detail", args=[handed_in("units", office, unit("a", since="2025-01-01")).client_ref]))
    assert page.context["staying"] == 1
    assert "notice-warn" in page.content.decode()
    page = clerk.get(reverse("exchange:detail", args=[handed_in("units", office, unit("a")).client_ref]))
    assert page.context["staying"] == 0
    assert "notice-warn" not in page.content.decode()


def test_what_cannot_be_taken_is_said_on_the_form_and_nothing_is_lost(clerk, office):
    delivery = handed_in("units", office, unit("a"), unit("b", place="999999999999"))
    sent = {"expect": delivery.version, "client_ref": str(uuid.uuid4())}
    answer = clerk.post(reverse("exchange:take_over", args=[delivery.client_ref]), sent)
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert clerk.post(reverse("exchange:take_over", args=[delivery.client_ref]), sent | {"expect": 7}).status_code == 409


def test_undoing_shows_what_depends_on_the_import(clerk, office):
    delivery = taken_over("units", office, unit("a"))
    taken_over("units", office, unit("b", superior="a"))
    address = reverse("exchange:undo", args=[delivery.client_ref])
    assert len(clerk.get(address).context["obstacles"]) == 1
    answer = clerk.post(address, {"expect": delivery.version, "client_ref": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert len(answer.context["obstacles"]) == 1


def test_a_townships_desk_is_offered_what_it_may_bring_and_sees_its_own_files_only(client, office):
    desk = Post.objects.get(unit__jurisdiction__level="township", kind__functions=[Function.RECEIVER.value])
    handed_in("units", office, unit("a"))
    client.force_login(Account.objects.get(person__tenures__post=desk), backend="chiefs.posts.backends.AccountBackend")
    answer = client.get(reverse("exchange:list"))
    assert [sheet.key for sheet in answer.context["kinds"]] == [kind for kind in KINDS if kind not in ("resources", "segments")]
    assert not answer.context["page"].object_list
    assert client.get(reverse("exchange:new", args=["chiefs"])).status_code == 200
    for page in ("new", "template"):
        assert client.get(reverse(f"exchange:{page}", args=["segments"])).status_code == 404


def test_a_kind_of_acts_says_its_own_bound_of_rows(clerk):
    book = load_workbook(io.BytesIO(clerk.get(reverse("exchange:template", args=["signboards"])).content))
    said = [cell.value for cell in book.worksheets[1]["A"]]
    assert any(str(rules.MOST_ACTS) in str(text) for text in said)
    assert not any(str(rules.MOST_ROWS) in str(text) for text in said)


def test_an_unknown_kind_and_a_strange_reference_are_not_there(clerk):
    assert clerk.get(reverse("exchange:new", args=["nothing"])).status_code == 404
    assert clerk.get(reverse("exchange:detail", args=[uuid.uuid4()])).status_code == 404


def test_an_empty_file_is_told_as_a_file_and_not_as_a_photo(clerk):
    given = {"file": upload(b"", "单位.xlsx"), "expect": 0, "client_ref": uuid.uuid4()}
    answer = clerk.post(reverse("exchange:new", args=["units"]), given)
    (said,) = answer.context["form"].errors["file"]
    assert said == str(reading.empty())
    assert "照片" not in answer.content.decode()
    assert not Delivery.objects.exists()


def test_the_list_costs_the_same_however_many_files_there_are(clerk, office, monkeypatch):
    monkeypatch.setattr(rules, "MOST_ROWS", 10)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            assert clerk.get(reverse("exchange:list")).status_code == 200
        return len(seen)

    handed_in("units", office, unit("a"))
    cost()  # the session's first page writes when it was seen
    one = cost()
    for number in range(8):
        handed_in("units", office, unit(f"n{number}"))
    assert cost() == one <= 12
    assert clerk.get(reverse("exchange:list"), {"format": "csv"}).content.decode("utf-8-sig").count("\n") == 10


def test_the_report_costs_the_same_however_many_remarks_there_are(clerk, office):
    def cost(delivery):
        with CaptureQueriesContext(connection) as seen:
            assert clerk.get(reverse("exchange:detail", args=[delivery.client_ref])).status_code == 200
        return len(seen)

    few = handed_in("units", office, unit("a", kind="?"))
    many = handed_in("units", office, *(unit(f"n{n}", kind="?") for n in range(60)))
    cost(few)
    assert cost(many) == cost(few) <= 15


def test_what_became_wrong_after_the_trial_is_refused_with_the_tick_that_the_sentence_asks_for(clerk, office):
    delivery = handed_in("units", office, unit("a"), unit("b"))
    taken_over("units", office, unit("a") | {"kind": "department"})
    sent = {"expect": delivery.version, "client_ref": uuid.uuid4()}
    answer = clerk.post(reverse("exchange:take_over", args=[delivery.client_ref]), sent)
    assert answer.status_code == 422
    assert 'name="partial"' in answer.content.decode()
    sent |= {"partial": "on", "client_ref": uuid.uuid4()}
    assert clerk.post(reverse("exchange:take_over", args=[delivery.client_ref]), sent).status_code == 302


def test_a_kept_file_that_is_gone_is_a_sentence_and_no_error(clerk, office):
    delivery = handed_in("units", office, unit("a"))
    default_storage.delete(Evidence.objects.get(owner=delivery.stream).original)
    answer = clerk.post(reverse("exchange:take_over", args=[delivery.client_ref]), {"expect": delivery.version, "client_ref": uuid.uuid4()})
    assert answer.status_code == 422
    assert "重新提交" in answer.content.decode()
