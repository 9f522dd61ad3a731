"""The background worker: carries out tasks once, brings back what a killed worker left, ends when told."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accountability.kit.days import now
from accountability.ledger import outbox, sweeps
from accountability.setup import work

pytestmark = pytest.mark.django_db
DONE: list[int] = []


@task()
def note(n: int) -> int:
    DONE.append(n)
    return n


@task()
def broken() -> None:
    raise ValueError("the paper is torn")


@task(queue_name="papers")
def paper() -> None:
    DONE.append(100)


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    DONE.clear()
    monkeypatch.setattr(sweeps, "_sweeps", {})


def test_a_round_carries_out_a_task_and_keeps_its_result():
    note.enqueue(5)
    assert work.Worker().round() is True
    assert DONE == [5]
    assert DBTaskResult.objects.get().return_value == 5
    assert work.Worker().round() is False


def test_a_task_that_raises_is_kept_with_what_went_wrong_and_stops_nobody():
    broken.enqueue()
    note.enqueue(6)
    worker = work.Worker()
    while worker.round():
        pass
    assert DONE == [6]
    assert "the paper is torn" in DBTaskResult.objects.failed().get().traceback


def test_a_worker_looks_at_its_own_queues_only():
    paper.enqueue()
    assert work.Worker(["default"]).round() is False
    assert work.Worker(["papers"]).round() is True
    assert DONE == [100]


def test_a_round_sends_what_waits_and_sweeps_what_is_due(monkeypatch):
    sent: list[dict] = []
    monkeypatch.setitem(outbox._handlers, "post", sent.append)
    outbox.put("post", "a", to=5)
    sweeps.register("count", timedelta(hours=1), lambda: DONE.append(1))
    assert work.Worker().round() is True
    assert (sent, DONE) == ([{"to": 5}], [1])
    assert work.Worker().round() is False


def test_an_idle_round_reads_and_does_not_write(django_assert_max_num_queries):
    with django_assert_max_num_queries(3) as seen:
        work.Worker().round()
    assert all(query["sql"].startswith("SELECT") for query in seen.captured_queries)


def lost(attempts: int, ago: timedelta = work.LEASE + timedelta(minutes=1)) -> DBTaskResult:
    note.enqueue(7)
    row = DBTaskResult.objects.get()
    for n in range(attempts):
        row.claim(f"worker {n}")
    DBTaskResult.objects.update(started_at=now() - ago)
    return row


def test_a_task_whose_worker_was_killed_runs_again():
    lost(1)
    assert work.reap() == 1
    work.Worker().round()
    assert DONE == [7]
    assert len(DBTaskResult.objects.get().worker_ids) == 2


def test_a_task_that_is_still_running_is_left_alone():
    lost(1, ago=timedelta(minutes=1))
    assert work.reap() == 0


def test_a_task_that_killed_three_workers_is_not_tried_again():
    row = lost(3)
    assert work.reap() == 1
    row.refresh_from_db()
    assert (row.status, row.traceback) == (TaskResultStatus.FAILED, "Lost with its worker 3 times.")
    assert work.Worker().round() is False


def test_finished_tasks_are_forgotten_after_a_month_and_waiting_ones_never():
    note.enqueue(1)
    work.Worker().round()
    note.enqueue(2)
    assert work.prune() == 0
    DBTaskResult.objects.update(finished_at=now() - timedelta(days=31), enqueued_at=now() - timedelta(days=31))
    assert work.prune() == 1
    assert DBTaskResult.objects.get().args_kwargs["args"] == [2]


def test_a_database_that_does_not_answer_is_waited_for(monkeypatch):
    worker, rounds = work.Worker(interval=0.01), []

    def round_() -> bool:
        rounds.append(1)
        if len(rounds) < 3:
            raise OperationalError("server closed the connection")
        worker.stop()
        return False

    monkeypatch.setattr(worker, "round", round_)
    monkeypatch.setattr("accountability.setup.work.close_old_connections", lambda: None)
    monkeypatch.setattr("accountability.setup.work.signal.signal", lambda *args: None)
    worker.run()
    assert len(rounds) == 3


def test_a_stopped_worker_does_not_sleep_to_the_end(monkeypatch):
    worker = work.Worker(interval=600)
    monkeypatch.setattr(worker, "round", lambda: False)
    monkeypatch.setattr("accountability.setup.work.close_old_connections", lambda: None)
    monkeypatch.setattr("accountability.setup.work.signal.signal", lambda *args: None)
    running = threading.Thread(target=worker.run)
    running.start()
    worker.stop()
    running.join(5)
    assert not running.is_alive()


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_carry_out_each_task_once():
    from tests.accountability.ledger.test_race import at_once

    for n in range(12):
        note.enqueue(n)

    def run(i: int) -> str:
        worker, idle = work.Worker(), 0
        while idle < 3:  # a locked database looks idle once
            idle = 0 if worker.round() else idle + 1
        return "ok"

    at_once(run, 4)
    assert sorted(DONE) == list(range(12))


def test_the_command_runs_one_sweep_by_name_and_knows_no_other(monkeypatch, capsys):
    monkeypatch.setattr("accountability.setup.world.insist", lambda: None)
    sweeps.register("count", timedelta(hours=1), lambda: DONE.append(1))
    call_command("worker", sweep="count")
    assert DONE == [1]
    with pytest.raises(CommandError, match="No such sweep"):
        call_command("worker", sweep="other")
