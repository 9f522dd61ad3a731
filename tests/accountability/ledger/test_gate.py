"""A change of state: lawful, permitted, recorded, or nothing."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accountability.ledger import registry
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event, Refusal, Stream, gate_open
from tests.sample.lifecycle import ParcelLifecycle
from tests.sample.models import Parcel

from .conftest import begun

pytestmark = pytest.mark.django_db
perform = ParcelLifecycle.perform


@pytest.fixture
def join(monkeypatch):
    """``join("sample.take", fn)`` for this test alone."""

    def add(move, action):
        monkeypatch.setitem(registry._joins, move, [action])

    return add


def in_database(parcel):
    return Parcel.objects.values("state", "version", "title", "holder_id").get(pk=parcel.pk)


def test_a_record_begins_with_one_event_of_its_own_stream(parcel, by):
    event = Event.objects.get()
    assert (event.stream, event.seq, event.act, event.before, event.after) == (f"sample.parcel:{parcel.pk}", 1, "sample.open", "", "open")
    assert (event.account_id, event.person_id, event.post_id, event.post_title, event.unit_id) == (11, 12, 13, "雅拉河村级河长", 14)
    assert parcel.version == 0


def test_a_move_changes_saves_and_records(parcel, by):
    event = perform("take", parcel, by=by, expect=0, note="see-12")
    assert in_database(parcel) == {"state": "held", "version": 1, "title": "plot", "holder_id": 13}
    assert (event.seq, event.act, event.before, event.after, event.facts) == (2, "sample.take", "open", "held", {"note": "see-12"})
    assert (parcel.state, parcel.version) == ("held", 1)


def test_a_move_that_is_not_open_in_this_state_is_refused(parcel, by):
    with pytest.raises(NoTransition):
        perform("shut", parcel, by=by, expect=0)
    assert (Event.objects.count(), in_database(parcel)["version"]) == (1, 0)


def test_only_who_is_permitted_may_move(parcel, by, other):
    perform("take", parcel, by=by, expect=0)
    with pytest.raises(NotPermitted):
        perform("shut", parcel, by=other, expect=1)
    assert in_database(parcel)["state"] == "held"


def test_a_move_without_a_declared_permission_is_nobodys(parcel, by):
    perform("take", parcel, by=by, expect=0)
    with pytest.raises(NotPermitted):
        perform("undeclared", parcel, by=by, expect=1)


def test_an_unmet_condition_is_a_refusal_with_its_sentence(by):
    parcel = begun(by, title="")
    perform("take", parcel, by=by, expect=0)
    with pytest.raises(Refused, match=r"Give it a title first\."):
        perform("shut", parcel, by=by, expect=1)


def test_a_fact_that_stands_against_it_leaves_no_trace_in_database_or_memory(parcel, by):
    with pytest.raises(Refused):
        perform("take", parcel, by=by, expect=0, note="refuse")
    assert (parcel.state, parcel.version, parcel.holder_id) == ("open", 0, 0)
    assert in_database(parcel)["state"] == "open"
    assert Event.objects.count() == 1


def test_who_saw_an_older_version_is_stale_and_learns_the_new_one(parcel, by, other):
    seen = Parcel.objects.get(pk=parcel.pk)
    perform("take", parcel, by=other, expect=0)
    with pytest.raises(Stale) as stale:
        perform("take", seen, by=by, expect=0)
    assert (stale.value.version, seen.version, seen.holder_id) == (1, 1, 23)


def test_staleness_comes_before_lawfulness_and_permission(parcel, by, other):
    perform("take", parcel, by=by, expect=0)
    perform("shut", parcel, by=by, expect=1)
    with pytest.raises(Stale):
        perform("shut", parcel, by=other, expect=1)


def test_a_repeated_reference_gives_the_first_answer_again(parcel, by):
    ref = uuid.uuid4()
    first = perform("take", parcel, by=by, expect=0, client_ref=ref, note="n1")
    again = perform("take", parcel, by=by, expect=0, client_ref=ref, note="n1")
    assert again.pk == first.pk
    assert (parcel.version, Event.objects.count()) == (1, 2)


def test_a_repeated_reference_gives_the_first_answer_even_after_later_moves(parcel, by):
    ref = uuid.uuid4()
    first = perform("take", parcel, by=by, expect=0, client_ref=ref)
    perform("shut", parcel, by=by, expect=1)
    assert perform("take", parcel, by=by, expect=0, client_ref=ref).pk == first.pk
    assert parcel.state == "shut"


@pytest.mark.parametrize("change", ["facts", "move", "post", "record"])
def test_a_reference_with_another_content_is_a_mismatch(parcel, by, other, change):
    ref = uuid.uuid4()
    perform("take", parcel, by=by, expect=0, client_ref=ref, note="n1")
    move, record, acting, facts = "take", parcel, by, {"note": "n1"}
    if change == "facts":
        facts = {"note": "n2"}
    elif change == "move":
        move, facts = "shut", {}
    elif change == "post":
        acting = other
    else:
        record = begun(by)
    with pytest.raises(Mismatch):
        perform(move, record, by=acting, expect=record.version, client_ref=ref, **facts)


def test_a_join_runs_in_the_same_transaction(parcel, by, join):
    def follow(record, *, event, by, facts):
        Stream.objects.create(key=f"follows {event.act} {record.state} {facts['note']}")

    join("sample.take", follow)
    perform("take", parcel, by=by, expect=0, note="n1")
    assert Stream.objects.filter(key="follows sample.take held n1").exists()


def test_a_failing_join_aborts_the_move_in_database_and_memory(parcel, by, join):
    def fail(record, **kwargs):
        Stream.objects.create(key="half done")
        raise Refused("The room above says no.")

    join("sample.take", fail)
    with pytest.raises(Refused):
        perform("take", parcel, by=by, expect=0)
    assert not Stream.objects.filter(key="half done").exists()
    assert in_database(parcel)["state"] == "open"
    assert (parcel.state, parcel.version, parcel.holder_id) == ("open", 0, 0)
    parcel.title = "renamed"
    parcel.save()
    assert in_database(parcel) == {"state": "open", "version": 0, "title": "renamed", "holder_id": 0}


def test_a_failing_join_leaves_no_record_begun(by, join):
    def fail(record, **kwargs):
        raise Refused("no")

    join("sample.open", fail)
    record = Parcel(title="x")
    with pytest.raises(Refused):
        ParcelLifecycle.begin(record, by=by, act="open")
    assert (record.pk, record._state.adding, Parcel.objects.count(), Event.objects.count()) == (None, True, 0, 0)


def test_available_offers_exactly_what_the_gate_would_let_through(by, other):
    parcel = begun(by, title="")
    assert [move.name for move in ParcelLifecycle.available(parcel, by)] == ["take"]
    perform("take", parcel, by=by, expect=0)
    assert [move.name for move in ParcelLifecycle.available(parcel, by)] == ["take"], "no title: not to be shut yet"
    parcel.title = "plot"
    parcel.save()
    assert [(move.name, move.label) for move in ParcelLifecycle.available(parcel, by)] == [("take", "Take"), ("shut", "Shut")]
    assert [move.name for move in ParcelLifecycle.available(parcel, other)] == ["take"]


def test_what_happened_and_what_was_recorded_are_both_kept(parcel, by):
    happened = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    event = perform("take", parcel, by=by, expect=0, occurred_at=happened)
    assert event.occurred_at == happened
    assert event.recorded_at > happened


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_logged_outside_the_transaction_that_rolled_back(by, other):
    parcel = begun(by)
    perform("take", parcel, by=by, expect=0)
    with pytest.raises(NotPermitted):
        perform("shut", parcel, by=other, expect=1)
    refusal = Refusal.objects.get()
    assert (refusal.stream, refusal.act, refusal.code) == (parcel.stream, "sample.shut", "not_permitted")
    assert (refusal.account_id, refusal.post_id) == (21, 23)


@pytest.mark.django_db(transaction=True)
def test_a_refusal_in_a_join_names_the_move_that_was_refused_and_is_logged_once(by, other, join):
    parcel, second = begun(by), begun(by)

    def follow(record, *, event, by, facts):
        perform("shut", second, by=by, expect=0)

    join("sample.take", follow)
    with pytest.raises(NoTransition):
        perform("take", parcel, by=by, expect=0)
    assert [(r.stream, r.act) for r in Refusal.objects.all()] == [(second.stream, "sample.shut")]
    assert Parcel.objects.get(pk=parcel.pk).state == "open"


# -- outside the gate ---------------------------------------------------------------------------------------------------


def test_save_refuses_a_state_set_by_hand(parcel):
    parcel.state = "shut"
    with pytest.raises(RuntimeError, match="Lifecycle"):
        parcel.save()


def test_save_refuses_a_version_set_by_hand_on_a_row_just_read(parcel):
    read = Parcel.objects.get(pk=parcel.pk)
    read.version = 7
    with pytest.raises(RuntimeError, match="Lifecycle"):
        read.save(update_fields=["version"])


def test_a_partial_refresh_does_not_forget_what_was_set_by_hand(parcel):
    parcel.state = "shut"
    parcel.refresh_from_db(fields=["title"])
    with pytest.raises(RuntimeError, match="Lifecycle"):
        parcel.save()


def test_a_deferred_state_cannot_be_set_by_hand_either(parcel):
    read = Parcel.objects.only("title").get(pk=parcel.pk)
    read.state = "shut"
    with pytest.raises(RuntimeError, match="Lifecycle"):
        read.save()


def test_a_row_with_deferred_fields_is_saved_when_nothing_gated_changed(parcel):
    read = Parcel.objects.only("title").get(pk=parcel.pk)
    read.title = "other"
    read.save()
    assert in_database(parcel)["title"] == "other"


def test_update_refuses_state_and_version(parcel):
    with pytest.raises(RuntimeError, match="Lifecycle"):
        Parcel.objects.filter(pk=parcel.pk).update(state="shut")
    with pytest.raises(RuntimeError, match="Lifecycle"):
        Parcel.objects.all().update(version=9)


def test_bulk_writes_refuse_what_the_gate_would_have_to_see(parcel):
    parcel.state = "shut"
    with pytest.raises(RuntimeError, match="Lifecycle"):
        Parcel.objects.bulk_update([parcel], ["state"])
    with pytest.raises(RuntimeError, match="Lifecycle"):
        Parcel.objects.bulk_create([Parcel()])


def test_nothing_begins_outside_the_gate():
    with pytest.raises(RuntimeError, match="begins"):
        Parcel(title="x").save()
    with pytest.raises(RuntimeError, match="begins"):
        Parcel.objects.create(title="x")


def test_nothing_governed_is_deleted(parcel):
    with pytest.raises(RuntimeError, match="never deleted"):
        parcel.delete()
    with pytest.raises(RuntimeError, match="never deleted"):
        Parcel.objects.all().delete()


def test_other_fields_are_saved_without_the_gate(parcel):
    parcel.title = "renamed"
    parcel.save()
    Parcel.objects.filter(pk=parcel.pk).update(holder_id=5)
    assert in_database(parcel) == {"state": "open", "version": 0, "title": "renamed", "holder_id": 5}


# -- events and facts ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_the_transaction_of_its_change(by):
    with pytest.raises(RuntimeError, match="transaction"):
        Event.record("x", "y", by)


def test_an_event_in_a_rolled_back_block_leaves_the_chain_whole(parcel, by):
    with transaction.atomic():
        Event.record(parcel.stream, "sample.note", by)
        transaction.set_rollback(True)
    event = Event.record(parcel.stream, "sample.note", by)
    assert (event.seq, Event.objects.filter(stream=parcel.stream).count()) == (2, 2)


def test_a_clash_that_is_not_the_references_is_not_hidden(parcel, by):
    """A head put back by hand makes the next place taken: that is damage, not a repeated reference."""
    perform("take", parcel, by=by, expect=0)
    Stream.objects.filter(key=parcel.stream).update(seq=1)
    with pytest.raises(IntegrityError):
        perform("take", parcel, by=by, expect=1)


def test_facts_are_ids_codes_and_dates_and_free_text_is_a_commitment(parcel):
    ref = uuid.UUID(int=5)
    told = plain({"to": parcel, "on": date(2026, 5, 1), "n": 3, "d": Decimal("1.50"), "ref": ref, "code": "C2026-000123-7", "none": None})
    assert told == {
        "to": {"sample.parcel": parcel.pk},
        "on": "2026-05-01",
        "n": 3,
        "d": "1.50",
        "ref": str(ref),
        "code": "C2026-000123-7",
        "none": None,
    }
    assert plain("ab" * 32) == "ab" * 32, "a SHA-256 is a code: what was signed can be compared with the ledger"
    for text in ("王小明看见的", "two words", "x" * 65, Words("13812345678")):
        assert list(plain(text)) == ["commitment"]
        assert str(text) not in str(plain(text))


def test_the_same_set_of_facts_gives_the_same_text(by):
    parcels = [begun(by) for _ in range(3)]
    assert plain({5, 3, 11}) == plain({11, 5, 3})
    assert plain(set(parcels)) == plain(Parcel.objects.order_by("-pk"))


def test_a_fact_that_is_not_plain_is_an_error_of_the_programmer():
    with pytest.raises(TypeError):
        plain({"file": object()})
    with pytest.raises(TypeError):
        plain(1.5)


def test_the_gate_closes_again_after_an_error(parcel):
    with pytest.raises(ZeroDivisionError), gate_open():
        1 / 0  # noqa: B018
    parcel.state = "shut"
    with pytest.raises(RuntimeError):
        parcel.save()
