"""verify_ledger names the first bad event; the tables themselves refuse to be altered."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accountability.ledger import guards
from accountability.ledger.models import Event, Stream
from accountability.ledger.verification import first_fault
from tests.sample.lifecycle import ParcelLifecycle

from .conftest import begun

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcels(by):
    """Three streams: of 3, 3 and 2 events."""
    made = [begun(by) for _ in range(3)]
    for parcel in made:
        ParcelLifecycle.perform("take", parcel, by=by, expect=0, note=f"note-{parcel.pk}")
    for parcel in made[:2]:
        ParcelLifecycle.perform("shut", parcel, by=by, expect=1)
    return made


@pytest.fixture
def burgled(parcels):
    """The guards are off, as for somebody who owns the database; they stand again before the test ends."""
    guards.lift()
    yield parcels
    guards.install()


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def fault():
    found, _count = first_fault()
    return str(found or "")


def test_an_untouched_ledger_verifies(parcels):
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert "8 events verified, no fault." in out.getvalue()


def test_one_stream_can_be_verified_alone(parcels):
    assert first_fault(parcels[2].stream) == (None, 2)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("payload", '{"note":"other"}'),
        ("act", "sample.give"),
        ("before", "shut"),
        ("after", "open"),
        ("post_id", 99),
        ("person_id", None),
        ("account_id", 99),
        ("unit_id", 99),
        ("post_title", "somebody else"),
        ("occurred_at", "2020-01-01 00:00:00+00:00"),
        ("recorded_at", "2020-01-01 00:00:00+00:00"),
        ("client_ref", "00000000000000000000000000000005"),
        ("suite", "none"),
        ("hash", "0" * 64),
    ],
)
def test_an_altered_column_is_named(burgled, column, value):
    second = burgled[1]
    run(f'UPDATE ledger_event SET "{column}" = %s WHERE stream = %s AND seq = 2', value, second.stream)
    assert fault() == f"{second.stream} event 2: its content was altered"


def test_a_deleted_event_is_named(burgled):
    run("DELETE FROM ledger_event WHERE stream = %s AND seq = 2", burgled[0].stream)
    assert fault() == f"{burgled[0].stream} event 2: the event is missing"


def test_a_deleted_first_event_is_named(burgled):
    run("DELETE FROM ledger_event WHERE stream = %s AND seq = 1", burgled[0].stream)
    assert fault() == f"{burgled[0].stream} event 1: the event is missing"


def test_a_cut_tail_is_named(burgled):
    run("DELETE FROM ledger_event WHERE stream = %s AND seq = 3", burgled[1].stream)
    assert fault() == f"{burgled[1].stream} event 3: the last events are missing"


def test_a_whole_emptied_stream_is_named(burgled):
    run("DELETE FROM ledger_event WHERE stream = %s", burgled[1].stream)
    assert fault() == f"{burgled[1].stream} event 1: the last events are missing"


def test_an_inserted_event_is_named(burgled, by):
    Event.objects.create(
        stream=burgled[2].stream,
        seq=3,
        act="sample.shut",
        occurred_at="2026-01-01T00:00Z",
        recorded_at="2026-01-01T00:00Z",
        post_id=1,
        post_title="",
        unit_id=1,
        payload="{}",
        prev="f" * 64,
        hash="0" * 64,
    )
    assert fault() == f"{burgled[2].stream} event 3: it does not follow the event before it"


def test_two_swapped_events_are_named(burgled):
    key = burgled[0].stream
    for old, new in ((2, 90), (3, 2), (90, 3)):
        run("UPDATE ledger_event SET seq = %s WHERE stream = %s AND seq = %s", new, key, old)
    assert fault() == f"{key} event 2: it does not follow the event before it"


def test_an_event_moved_to_another_stream_is_named(burgled):
    run("UPDATE ledger_event SET stream = %s, seq = 3 WHERE stream = %s AND seq = 3", burgled[2].stream, burgled[0].stream)
    assert fault() == f"{burgled[0].stream} event 3: the last events are missing"


def test_an_event_altered_with_its_own_hash_is_named(burgled):
    event = Event.objects.get(stream=burgled[0].stream, seq=2)
    event.post_title = "somebody else"
    run("UPDATE ledger_event SET post_title = %s, hash = %s WHERE id = %s", event.post_title, event.reckoned_hash(), event.pk)
    assert fault() == f"{burgled[0].stream} event 3: it does not follow the event before it"


def test_a_last_event_altered_with_its_own_hash_is_named(burgled):
    event = Event.objects.get(stream=burgled[2].stream, seq=2)
    event.post_title = "somebody else"
    run("UPDATE ledger_event SET post_title = %s, hash = %s WHERE id = %s", event.post_title, event.reckoned_hash(), event.pk)
    assert fault() == f"{burgled[2].stream} event 2: the head of the stream was altered"


def test_an_altered_head_is_named(burgled):
    Stream.objects.filter(key=burgled[0].stream).update(hash="0" * 64)
    assert fault() == f"{burgled[0].stream} event 3: the head of the stream was altered"


def test_a_deleted_head_is_named(burgled):
    Stream.objects.filter(key=burgled[1].stream).delete()
    assert fault() == f"{burgled[1].stream} event 1: the stream has no head"


def test_a_fault_in_the_last_stream_is_found_behind_sound_ones(burgled):
    run("UPDATE ledger_event SET act = 'x' WHERE stream = %s AND seq = 1", burgled[2].stream)
    assert fault() == f"{burgled[2].stream} event 1: its content was altered"


def command_fault():
    with pytest.raises(CommandError) as error:
        call_command("verify_ledger", stdout=StringIO())
    return str(error.value)


def test_a_state_changed_behind_the_gate_is_named(parcels):
    run("UPDATE sample_parcel SET state = 'shut' WHERE id = %s", parcels[2].pk)
    assert command_fault() == f"{parcels[2].stream} event 2: the record is “shut”, its last event left it “held”"


def test_a_record_without_events_is_named(parcels):
    run(
        "INSERT INTO sample_parcel (id, state, version, client_ref, title, holder_id) "
        "VALUES (900, 'open', 0, '00000000000000000000000000000007', '', 0)"
    )
    assert command_fault() == "sample.parcel:900 event 0: the record is “open”, its last event left it “”"


def test_a_record_that_is_gone_is_named(parcels):
    run("DELETE FROM sample_parcel WHERE id = %s", parcels[0].pk)
    assert command_fault() == f"{parcels[0].stream} event 3: the record is gone"


def test_the_command_names_guards_that_are_missing(burgled):
    assert "ledger_event_append_only" in command_fault()


def test_who_took_the_guards_off_does_not_hide_what_was_done(burgled):
    run("UPDATE ledger_event SET act = 'x' WHERE stream = %s AND seq = 2", burgled[0].stream)
    said = command_fault()
    assert f"{burgled[0].stream} event 2: its content was altered" in said
    assert "ledger_event_append_only" in said


# -- the guards -----------------------------------------------------------------------------------------------------------


def refused(sql, *values):
    with pytest.raises(IntegrityError, match="ledger_event_append_only"), transaction.atomic():
        run(sql, *values)


def test_events_refuse_update_and_delete(parcels):
    refused("UPDATE ledger_event SET act = 'x'")
    refused("DELETE FROM ledger_event WHERE seq = 3")
    event = Event.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        event.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.update(act="x")
    event.act = "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        event.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.bulk_update([event], ["act"])
    assert fault() == ""


def test_events_refuse_being_replaced_or_emptied_at_once(parcels):
    if connection.vendor == "postgresql":
        refused("TRUNCATE ledger_event")
    else:
        columns = "stream, seq, act, before, after, occurred_at, recorded_at, post_id, post_title, unit_id, payload, suite, prev"
        refused(f"INSERT OR REPLACE INTO ledger_event (id, hash, {columns}) SELECT id, 'x', {columns} FROM ledger_event WHERE seq = 2")
    assert fault() == ""


@pytest.mark.sqlite_only
def test_events_refuse_being_replaced_by_a_connection_that_is_not_ours(parcels):
    """A foreign program opens the file without our settings: there REPLACE deletes without waking the trigger for DELETE."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
    try:
        columns = "seq, act, before, after, occurred_at, recorded_at, post_id, post_title, unit_id, payload, suite, prev, hash"
        refused(f"INSERT OR REPLACE INTO ledger_event (id, stream, {columns}) SELECT id, 'x', {columns} FROM ledger_event WHERE seq = 2")
        refused(f"INSERT OR REPLACE INTO ledger_event (stream, {columns}) SELECT stream, {columns} FROM ledger_event WHERE seq = 2")
        assert fault() == ""
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers = ON")


def test_guards_stand_after_migrate_and_a_second_install_changes_nothing(db):
    assert guards.missing() == []
    guards.install()
    assert guards.missing() == []


def test_missing_guards_are_reported_and_come_back(db):
    from accountability.ledger.apps import guards_stand

    guards.lift()
    warnings = guards_stand(databases=["default"])
    assert len(warnings) == len(guards.missing()) > 0
    assert {warning.id for warning in warnings} == {"ledger.W001"}
    assert guards_stand(databases=None) == []
    guards.install()
    assert guards.missing() == []


def test_a_guard_that_was_weakened_counts_as_missing(db):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER ledger_event_append_only_delete")
            cursor.execute("CREATE TRIGGER ledger_event_append_only_delete BEFORE DELETE ON ledger_event BEGIN SELECT 1; END")
            name = "ledger_event_append_only_delete"
        else:
            cursor.execute("ALTER TABLE ledger_event DISABLE TRIGGER ledger_event_append_only_row")
            name = "ledger_event_append_only_row"
    assert guards.missing() == [name]
    guards.install()
    assert guards.missing() == []
