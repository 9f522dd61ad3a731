"""Outward effects: queued with the change, carried out at least once, never lost, never for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from accountability.kit.days import now
from accountability.ledger import outbox
from accountability.ledger.models import Outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    """What the topic 'post' carried out; a payload with fail=True raises."""
    done: list[dict] = []

    def carry_out(payload):
        if payload.get("fail"):
            raise ValueError("the other side is down")
        done.append(payload)

    monkeypatch.setitem(outbox._handlers, "post", carry_out)
    return done


def due_now():
    Outbox.objects.update(due_at=now())


def test_what_is_put_is_sent_once(sent):
    outbox.put("post", "a", to=5)
    assert outbox.send_waiting() == (1, 0)
    assert outbox.send_waiting() == (0, 0)
    assert sent == [{"to": 5}]
    assert Outbox.objects.get().sent_at is not None


def test_the_same_key_is_the_same_effect(sent):
    for _ in range(3):
        outbox.put("post", "a", to=5)
    assert Outbox.objects.count() == 1


def test_what_was_rolled_back_is_never_sent(sent):
    with transaction.atomic():
        outbox.put("post", "a", to=5)
        transaction.set_rollback(True)
    assert outbox.send_waiting() == (0, 0)


def test_a_failure_is_kept_put_back_and_does_not_stop_the_others(sent):
    outbox.put("post", "a", fail=True)
    outbox.put("post", "b", to=6)
    assert outbox.send_waiting() == (1, 1)
    item = Outbox.objects.get(key="post:a")
    assert (item.attempts, item.failure, item.sent_at, item.claimed_until) == (1, "ValueError: the other side is down", None, None)
    assert item.due_at > now()
    assert outbox.send_waiting() == (0, 0), "not due yet"
    assert sent == [{"to": 6}]


def test_each_failure_waits_longer_and_the_last_one_parks_the_item(sent):
    outbox.put("post", "a", fail=True)
    waits = []
    for _ in range(outbox.MOST_ATTEMPTS):
        due_now()
        outbox.send_waiting()
        waits.append(Outbox.objects.get().due_at - now())
    assert waits == sorted(waits)
    due_now()
    assert outbox.send_waiting() == (0, 0)
    assert [item.key for item in outbox.parked()] == ["post:a"]


def test_a_topic_that_nobody_carries_out_is_a_failure_that_stays_on_the_list():
    outbox.put("nobody", "a")
    assert outbox.send_waiting() == (0, 1)
    assert Outbox.objects.get().failure == "KeyError: 'nobody'"


def test_what_another_worker_has_claimed_is_left_alone_until_its_lease_ends(sent):
    outbox.put("post", "a", to=5)
    Outbox.objects.update(claimed_until=now() + timedelta(minutes=1))
    assert outbox.send_waiting() == (0, 0)
    Outbox.objects.update(claimed_until=now() - timedelta(seconds=1))
    assert outbox.send_waiting() == (1, 0)


def test_claimed_items_do_not_crowd_out_free_ones(sent):
    for n in range(5):
        outbox.put("post", f"taken {n}")
    Outbox.objects.update(claimed_until=now() + timedelta(minutes=1))
    outbox.put("post", "free", to=1)
    assert outbox.send_waiting(most=3) == (1, 0)


def test_an_item_that_kills_its_worker_is_not_tried_for_ever(monkeypatch):
    class Killed(BaseException):
        pass

    def die(payload):
        raise Killed

    monkeypatch.setitem(outbox._handlers, "post", die)
    outbox.put("post", "a")
    for _ in range(outbox.MOST_ATTEMPTS):
        Outbox.objects.update(claimed_until=None)
        with pytest.raises(Killed):
            outbox.send_waiting()
    Outbox.objects.update(claimed_until=None)
    assert outbox.send_waiting() == (0, 0)


def test_a_worker_that_comes_back_after_its_lease_leaves_the_item_to_the_other(monkeypatch):
    def slow(payload):
        Outbox.objects.update(claimed_until=now() + timedelta(hours=1))  # the lease ended and another worker claimed it

    monkeypatch.setitem(outbox._handlers, "post", slow)
    outbox.put("post", "a")
    outbox.send_waiting()
    item = Outbox.objects.get()
    assert item.sent_at is None
    assert item.claimed_until > now()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_item_once(monkeypatch):
    from .test_race import at_once

    done: list[int] = []
    monkeypatch.setitem(outbox._handlers, "post", lambda payload: done.append(payload["n"]))
    for n in range(20):
        outbox.put("post", str(n), n=n)

    def work(i: int) -> str:
        outbox.send_waiting()
        return "ok"

    at_once(work, 4)
    assert sorted(done) == list(range(20))
