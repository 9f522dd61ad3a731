"""Sweeps run when due, one worker at a time, and a broken one does not stop the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accountability.kit.days import now
from accountability.ledger import sweeps
from accountability.ledger.models import Schedule

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setattr(sweeps, "_sweeps", {})


@pytest.fixture
def runs():
    return []


def test_a_sweep_runs_at_once_and_then_when_its_time_has_passed(runs):
    sweeps.register("count", HOUR, lambda: runs.append(1))
    assert sweeps.run_due() == ["count"]
    assert sweeps.run_due() == []
    Schedule.objects.update(next_run=now() - timedelta(seconds=1))
    assert sweeps.run_due() == ["count"]
    assert len(runs) == 2
    assert Schedule.objects.get().last_run is not None


def test_a_sweep_that_is_not_due_costs_one_read_and_no_write(runs, django_assert_num_queries):
    sweeps.register("count", HOUR, lambda: runs.append(1))
    sweeps.run_due()
    with django_assert_num_queries(1):
        sweeps.run_due()


def test_a_sweep_can_be_run_by_name_before_its_time(runs):
    sweeps.register("count", HOUR, lambda: runs.append(1))
    sweeps.register("other", HOUR, lambda: runs.append(2))
    sweeps.run_due()
    assert sweeps.run_due(only="count") == ["count"]
    assert runs == [1, 2, 1]


def test_a_broken_sweep_says_why_is_tried_again_soon_and_stops_nobody(runs):
    def broken():
        raise ValueError("no calendar for 2031")

    sweeps.register("broken", HOUR, broken)
    sweeps.register("count", HOUR, lambda: runs.append(1))
    assert sweeps.run_due() == ["count"]
    row = Schedule.objects.get(name="broken")
    assert row.failure == "ValueError: no calendar for 2031"
    assert row.lease_until is None
    assert now() < row.next_run < now() + 2 * sweeps.AGAIN


def test_a_sweep_that_recovers_is_no_longer_failing(runs):
    sweeps.register("count", HOUR, lambda: runs.append(1))
    Schedule.objects.create(name="count", failure="ValueError: x")
    sweeps.run_due()
    assert Schedule.objects.get().failure == ""


def test_the_schedule_of_a_sweep_that_is_no_more_is_forgotten():
    Schedule.objects.create(name="of an older version")
    sweeps.run_due()
    assert not Schedule.objects.exists()


def test_a_claimed_sweep_is_left_to_the_other_worker_until_its_lease_ends(runs):
    sweeps.register("count", HOUR, lambda: runs.append(1))
    Schedule.objects.create(name="count", lease_until=now() + timedelta(minutes=1))
    assert sweeps.run_due() == []
    Schedule.objects.update(lease_until=now() - timedelta(seconds=1))
    assert sweeps.run_due() == ["count"]


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_run_a_sweep_once(runs):
    from .test_race import at_once

    sweeps.register("count", HOUR, lambda: runs.append(1))

    def work(i: int) -> str:
        sweeps.run_due()
        return "ok"

    at_once(work, 4)
    assert runs == [1]
