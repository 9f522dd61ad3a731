from datetime import timedelta

import pytest
from django.db import DatabaseError

from accountability.api import health
from accountability.kit.days import now
from accountability.ledger import guards, outbox
from accountability.ledger.models import Outbox, Schedule

pytestmark = pytest.mark.django_db


def test_all_is_well_on_a_fresh_world(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ok": True,
        "database": True,
        "guards": True,
        "worker": {"late": False, "last_tick": None, "failing": []},
        "outbox": {"late": False, "waiting": 0, "parked": 0},
    }
    assert "no-store" in answer["Cache-Control"]


def test_a_missing_guard_is_no_health(client):
    guards.lift()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["guards"] is False


def test_a_sweep_left_undone_says_that_no_worker_runs(client):
    Schedule.objects.create(name="escalate", next_run=now() - timedelta(minutes=16), last_run=now() - timedelta(hours=1))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"]["late"] is True


def test_an_outbox_that_nobody_empties_is_no_health(client):
    outbox.put("sample", "1")
    assert client.get("/healthz").status_code == 200
    Outbox.objects.update(due_at=now() - timedelta(minutes=31))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["outbox"] == {"late": True, "waiting": 1, "parked": 0}


def test_a_parked_item_is_counted_but_waits_for_a_person(client):
    outbox.put("sample", "1")
    Outbox.objects.update(due_at=now() - timedelta(days=1), attempts=outbox.MOST_ATTEMPTS)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["outbox"]["parked"] == 1


def test_a_database_that_does_not_answer_is_503(client, monkeypatch):
    def dead():
        raise DatabaseError

    monkeypatch.setattr(health.guards, "missing", dead)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "database": False}
