"""Several people, one record, one moment: on SQLite in a file and on PostgreSQL."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from accountability.ledger.acting import Acting
from accountability.ledger.errors import GateError
from accountability.ledger.models import Event, Refusal, Stream
from accountability.ledger.verification import first_fault
from tests.sample.lifecycle import ParcelLifecycle
from tests.sample.models import Parcel

from .conftest import begun

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def at_once(work: Callable[[int], str], threads: int = THREADS) -> Counter[str]:
    """Run ``work(i)`` in threads that start together; counts the answers. An error that nobody expected fails the test."""
    barrier, answers, errors = threading.Barrier(threads), [], []

    def run(i: int) -> None:
        try:
            barrier.wait()
            answers.append(work(i))
        except GateError as refusal:
            answers.append(type(refusal).__name__ if str(refusal) else "a refusal without a sentence")
        except BaseException as error:
            errors.append(error)
            raise
        finally:
            connection.close()

    running = [threading.Thread(target=run, args=(i,)) for i in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)
    assert not errors, errors
    assert len(answers) == threads, "a thread did not come back"
    return Counter(answers)


def actor(i: int) -> Acting:
    return Acting(account_id=i, person_id=i, post_id=100 + i, post_title="", unit_id=1)


def test_the_database_of_this_test_is_not_in_memory():
    """In memory a race test passes falsely."""
    assert connection.vendor == "postgresql" or not connection.is_in_memory_db()


def test_eight_at_once_on_one_record_give_one_ok_and_seven_stale(by):
    parcel = begun(by)

    def take(i: int) -> str:
        ParcelLifecycle.perform("take", Parcel.objects.get(pk=parcel.pk), by=actor(i), expect=0)
        return "ok"

    assert at_once(take) == {"ok": 1, "Stale": 7}
    parcel.refresh_from_db()
    assert (parcel.version, Event.objects.count(), Refusal.objects.filter(code="stale").count()) == (1, 2, 7)
    assert Event.objects.get(seq=2).post_id == parcel.holder_id
    assert first_fault()[0] is None


def test_the_same_reference_sent_eight_times_at_once_is_one_event(by):
    parcel, ref = begun(by), uuid.uuid4()

    def take(i: int) -> str:
        return str(ParcelLifecycle.perform("take", Parcel.objects.get(pk=parcel.pk), by=by, expect=0, client_ref=ref).pk)

    assert list(at_once(take).values()) == [8]
    assert Event.objects.filter(client_ref=ref).count() == 1


def test_one_reference_for_two_records_at_once_is_one_event_and_one_mismatch(by):
    parcels, ref = [begun(by), begun(by)], uuid.uuid4()

    def take(i: int) -> str:
        ParcelLifecycle.perform("take", Parcel.objects.get(pk=parcels[i].pk), by=by, expect=0, client_ref=ref)
        return "ok"

    assert at_once(take, 2) == {"ok": 1, "Mismatch": 1}
    assert sorted(Parcel.objects.values_list("version", flat=True)) == [0, 1]


def test_a_new_stream_begun_by_many_at_once_is_one_unbroken_chain(by):
    from django.db import transaction

    def note(i: int) -> str:
        with transaction.atomic():
            Event.record("a.new:1", "note", actor(i))
        return "ok"

    assert at_once(note) == {"ok": 8}
    assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 9))
    assert Stream.objects.get(key="a.new:1").seq == 8
    assert first_fault() == (None, 8)


def test_verification_finds_no_fault_while_others_write(by):
    parcels = [begun(by) for _ in range(4)]
    found: list[object] = []

    def work(i: int) -> str:
        if i == 0:
            for _ in range(10):
                found.append(first_fault()[0])
        else:
            record = parcels[i - 1]
            for version in range(12):
                ParcelLifecycle.perform("take", record, by=by, expect=version)
        return "ok"

    assert at_once(work, 5) == {"ok": 5}
    assert found == [None] * 10
