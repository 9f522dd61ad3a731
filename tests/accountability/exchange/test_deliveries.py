"""A file is tried out, taken over whole or in its good rows, and undone while nothing depends on it."""

from __future__ import annotations

import io
import uuid

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError
from openpyxl import load_workbook

from accountability.evidence.models import Evidence
from accountability.exchange import actions, reports, sheets, undoing
from accountability.exchange.models import Delivery, ImportedRow
from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from accountability.ledger.verification import first_fault, strays
from chiefs.posts.functions import Function
from chiefs.posts.imports_chiefs import ChiefsImporter
from chiefs.posts.models import Superior, Tenure, Unit
from tests.factories.exchange import handed_in, remarks, table, taken_over, upload
from tests.factories.posts import UnitFactory, acting_for, chain, desk

pytestmark = pytest.mark.django_db

PLACE = "513301000000"


def unit(code: str, **more):
    return {"code": code, "name": f"试验单位{code}", "kind": "department", "place": PLACE, "since": "2020-01-01", **more}


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


def test_a_trial_tells_every_error_with_row_and_column_and_takes_nothing(office):
    before = Unit.objects.count()
    delivery = handed_in("units", office, unit("a"), unit("b", place="999999999999", kind="海"), unit("c", superior="nobody"))
    run = reports.last_run(delivery)
    assert (delivery.state, run.outcome) == ("tried", "tried")
    assert (run.read, run.added, run.rejected) == (3, 1, 2)
    assert list(reports.notes(run).values_list("line", "letter", "code")) == [
        (3, "D", "cell"),
        (3, "E", "unknown_place"),
        (4, "G", "unknown_unit"),
    ]
    assert Unit.objects.count() == before


def test_a_file_that_cannot_be_read_is_kept_with_the_reason(office):
    delivery = actions.hand_in("units", upload(b"\xd0\xcf\x11\xe0 old"), by=office)
    assert delivery.state == "unreadable"
    assert ".xls" in reports.last_run(delivery).notes.get(weight="error").text
    with pytest.raises(Refused):
        actions.take_over(delivery, partial=True, by=office, expect=0)


def test_what_is_right_is_taken_over_with_report_trace_original_and_events(office):
    delivery = taken_over("units", office, unit("a"), unit("b", superior="a"))
    run = actions.taken(delivery)
    assert (delivery.state, run.outcome, run.added, run.rejected) == ("taken", "changed", 2, 0)
    made = {code: Unit.objects.get(code=code) for code in "ab"}
    assert Superior.objects.get(unit=made["b"]).superior == made["a"]
    assert {(row.label, row.row_pk, row.line) for row in run.rows.all()} == {
        ("posts.unit", made["a"].pk, 2),
        ("posts.unit", made["b"].pk, 3),
        ("posts.superior", Superior.objects.get(unit=made["b"]).pk, 3),
    }
    assert actions.original(delivery) == table("units", unit("a"), unit("b", superior="a"))
    events = list(Event.objects.filter(stream=delivery.stream).order_by("seq"))
    assert [event.act for event in events] == ["exchange.hand_in", "exchange.take_over", "exchange.rows"]
    assert {(event.post_id, event.account_id) for event in events} == {(office.post_id, office.account_id)}
    assert events[-1].facts["digest"] == undoing.digest(run.rows.order_by("pk"))
    assert events[-1].facts["rows"] == {"posts.unit": 2, "posts.superior": 1}
    assert first_fault(delivery.stream)[0] is None
    assert not list(strays(Delivery))


def test_one_wrong_row_keeps_the_whole_file_out_unless_the_rest_is_asked_for(office):
    delivery = handed_in("units", office, unit("a"), unit("b", place="999999999999"))
    with pytest.raises(Refused):
        actions.take_over(delivery, partial=False, by=office, expect=delivery.version)
    assert not Unit.objects.filter(code="a").exists()
    assert (delivery.state, reports.last_run(delivery).outcome) == ("tried", "refused")
    assert delivery.version == Delivery.objects.get().version
    actions.take_over(delivery, partial=True, by=office, expect=delivery.version)
    run = actions.taken(delivery)
    assert list(Unit.objects.filter(code__in="ab").values_list("code", flat=True)) == ["a"]
    assert (run.partial, run.added, run.rejected) == (True, 1, 1)


def test_what_is_left_behind_is_a_file_to_correct_and_hand_in_again(office):
    delivery = taken_over("units", office, unit("a"), unit("b", place="999999999999"), partial=True)
    columns, rows = reports.left(delivery, actions.taken(delivery))
    body = sheets.send("xlsx", name="x", columns=columns, rows=rows).content
    book = load_workbook(io.BytesIO(body))
    found = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert [row[0] for row in found] == ["单位编码", "b"]
    assert "999999999999" in found[1][-1]
    book.active["E2"] = PLACE
    out = io.BytesIO()
    book.save(out)
    again = actions.hand_in("units", upload(out.getvalue(), "b.xlsx"), by=office)
    assert reports.last_run(again).rejected == 0
    actions.take_over(again, partial=False, by=office, expect=again.version)
    assert Unit.objects.filter(code="b").exists()


def test_no_right_row_is_nothing_to_take(office):
    delivery = handed_in("units", office, unit("b", place="999999999999"))
    with pytest.raises(Refused):
        actions.take_over(delivery, partial=True, by=office, expect=delivery.version)
    assert delivery.state == "tried"


def test_what_became_wrong_since_the_trial_is_refused_with_a_new_report(office):
    delivery = handed_in("units", office, unit("a"))
    UnitFactory(code="a", kind="office")
    with pytest.raises(Refused):
        actions.take_over(delivery, partial=False, by=office, expect=delivery.version)
    assert [note.code for note in reports.notes(reports.last_run(delivery))] == ["differs"]


def test_the_same_file_again_is_nothing_new(office):
    taken_over("units", office, unit("a"), unit("b", superior="a"))
    again = taken_over("units", office, unit("a"), unit("b", superior="a"))
    run = reports.last_run(again)
    assert (run.outcome, run.unchanged, run.added) == ("unchanged", 2, 0)
    assert not run.rows.exists()


def test_a_changed_row_is_traced_with_what_stood_there_before(office):
    taken_over("units", office, unit("a"))
    delivery = taken_over("units", office, unit("a", name="新名称", phone="0836-123456"))
    row = actions.taken(delivery).rows.get()
    assert (row.before, row.now) == ({"phone": ""}, {"phone": "0836-123456"})
    assert Unit.objects.get(code="a").name == "试验单位a", "another name has a first day: it is an act of its own"
    assert remarks(delivery, "warning") == [(2, "stays")]
    actions.undo(delivery, by=office, expect=delivery.version)
    assert Unit.objects.get(code="a").phone == ""


def test_the_same_sending_twice_is_once_and_another_file_under_it_is_refused(office):
    ref = uuid.uuid4()
    first = actions.hand_in("units", upload(table("units", unit("a"))), by=office, client_ref=ref)
    assert actions.hand_in("units", upload(table("units", unit("a"))), by=office, client_ref=ref) == first
    with pytest.raises(Mismatch):
        actions.hand_in("units", upload(table("units", unit("b"))), by=office, client_ref=ref)


def test_a_second_press_of_the_button_takes_nothing_over_again(office):
    delivery, ref = handed_in("units", office, unit("a")), uuid.uuid4()
    event = actions.take_over(delivery, partial=False, by=office, expect=0, client_ref=ref)
    assert actions.take_over(delivery, partial=False, by=office, expect=0, client_ref=ref) == event
    with pytest.raises(Stale):
        actions.take_over(delivery, partial=False, by=office, expect=0)
    with pytest.raises(NoTransition):
        actions.take_over(delivery, partial=False, by=office, expect=delivery.version)
    assert ImportedRow.objects.count() == 1


def test_only_the_office_that_handed_it_in_goes_on_with_a_file(world, office):
    delivery = handed_in("units", office, unit("a"))
    other = acting_for(desk(UnitFactory(jurisdiction=world.county.unit.jurisdiction), Function.CHIEF_OFFICE))
    for by in (other, acting_for(world.water), acting_for(world.county)):
        with pytest.raises(NotPermitted):
            actions.take_over(delivery, partial=False, by=by, expect=delivery.version)
        assert not Delivery.objects.visible_to(by).exists()
    with pytest.raises(NotPermitted):
        actions.hand_in("units", upload(table("units", unit("a"))), by=acting_for(world.water))


def test_a_kept_file_that_was_altered_is_not_taken_over(office):
    delivery = handed_in("units", office, unit("a"))
    with open(default_storage.path(Evidence.objects.get(owner=delivery.stream).original), "ab") as file:
        file.write(b"x")
    with pytest.raises(Refused):
        actions.take_over(delivery, partial=False, by=office, expect=delivery.version)


def test_a_row_that_the_database_refuses_is_a_row_with_a_remark(world, office, monkeypatch):
    """Two offices at once: the check of this one has not seen what the other wrote. The guard has the last word."""
    monkeypatch.setattr(ChiefsImporter, "_check_term", blind)
    rows = [
        {"name": "甲", "phone": "13000000001", "post": world.county.code, "since": "2026-01-01", "basis": "试验文件"},
        {"name": "乙", "phone": "13000000002", "post": world.office.code, "since": "2026-01-01", "basis": "试验文件"},
        {"name": "丙", "phone": "13000000003", "post": world.township.code, "since": "2017-01-01", "basis": "试验文件"},
    ]
    monkeypatch.setattr("chiefs.posts.imports_chiefs.check_post", lambda row, post, by: True)
    delivery = taken_over("chiefs", office, *rows, partial=True)
    run = actions.taken(delivery)
    assert (run.added, run.rejected) == (1, 2)
    assert list(run.notes.filter(weight="rejected").order_by("line").values_list("line", "code")) == [(2, "guard"), (4, "guard")]
    assert Tenure.objects.filter(person__name="乙").count() == 1
    assert not Tenure.objects.filter(person__name__in=["甲", "丙"]).exists()


def blind(self, row, post, person, held):
    row.outcome, row.plan = "new", (post, person)


# -- undoing --------------------------------------------------------------------------------------------------------------


def test_an_import_that_nothing_depends_on_is_undone_and_the_ledger_tells_it(office):
    before = Unit.objects.count()
    delivery = taken_over("units", office, unit("b", superior="a"), unit("a"))
    actions.undo(delivery, by=office, expect=delivery.version)
    assert delivery.state == "undone"
    assert Unit.objects.count() == before
    assert not Superior.objects.filter(unit__code="b").exists()
    assert actions.taken(delivery).rows.count() == 3  # where it came from, and that it is gone, stays told
    events = list(Event.objects.filter(stream=delivery.stream).order_by("seq").values_list("act", flat=True))
    assert events[-2:] == ["exchange.undo", "exchange.rows_undone"]
    with pytest.raises(NoTransition):
        actions.undo(delivery, by=office, expect=delivery.version)


def test_an_import_is_not_undone_while_something_refers_to_it(office):
    delivery = taken_over("units", office, unit("a"))
    made = Unit.objects.get(code="a")
    desk(made, Function.RECEIVER)
    with pytest.raises(Refused) as refused:
        actions.undo(delivery, by=office, expect=delivery.version)
    assert "试验单位a" in str(refused.value)
    assert delivery.state == "taken"
    assert Unit.objects.filter(code="a").exists()


def test_an_import_is_not_undone_when_its_rows_were_changed_since(office):
    delivery = taken_over("units", office, unit("a"))
    Unit.objects.filter(code="a").update(phone="0836-1111111")
    (said,) = reports.obstacles(delivery, actions.taken(delivery), office)
    assert "试验单位a" in said
    with pytest.raises(Refused):
        actions.undo(delivery, by=office, expect=delivery.version)


def test_where_a_row_came_from_is_not_rewritten(office):
    taken_over("units", office, unit("a"))
    with pytest.raises(IntegrityError):
        ImportedRow.objects.update(line=9)


def test_other_rooms_learn_which_import_a_row_came_from(office):
    delivery = taken_over("units", office, unit("a"))
    pk = Unit.objects.get(code="a").pk
    assert reports.origins("posts.unit", [pk, pk + 1])[pk].run.delivery == delivery
    assert days.today() == delivery.received_at.astimezone(days.SHANGHAI).date()
