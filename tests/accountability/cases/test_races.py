"""The same thing sent by several at one moment, on SQLite in a file and on PostgreSQL: one step, one answer."""

import threading
import uuid

import pytest
from django.db import DatabaseError, connection

from accountability.cases import actions
from accountability.cases.models import Case, CaseScope, Leg
from accountability.ledger.errors import GateError
from accountability.ledger.models import Event
from accountability.ledger.verification import first_fault
from tests.factories import cases, posts
from tests.factories.posts import acting_for

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def at_once(work):
    """What eight threads that start together get; an error of one fails the test."""
    start, answers, errors = threading.Barrier(THREADS), [], []

    def run():
        try:
            start.wait()
            answers.append(work())
        except (GateError, DatabaseError) as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert len(answers) == THREADS
    return answers


def test_one_reference_sent_eight_times_at_once_is_one_step_with_one_answer():
    world = posts.chain()
    case, by, ref = cases.case(world), acting_for(world.village), uuid.uuid4()
    events = at_once(lambda: actions.report_up(Case.objects.get(pk=case.pk), note="请上级协调", by=by, expect=0, client_ref=ref).pk)
    assert len(set(events)) == 1
    assert Leg.objects.filter(case=case).count() == 2
    assert Event.objects.filter(stream=case.stream).count() == 2
    assert first_fault()[0] is None


def test_one_finding_sent_eight_times_at_once_opens_one_case():
    world = posts.chain()
    ref = uuid.uuid4()
    numbers = at_once(lambda: cases.case(world, client_ref=ref).number)
    case = Case.objects.get()
    assert set(numbers) == {case.number}
    assert Leg.objects.filter(case=case).count() == 1
    assert CaseScope.objects.filter(case=case, unit=world.village.unit, mine=True).count() == 1
    assert Event.objects.filter(stream=case.stream).count() == 1


def test_eight_cases_opened_at_once_get_eight_numbers():
    world = posts.chain()
    numbers = at_once(lambda: cases.case(world).number)
    assert len(set(numbers)) == THREADS
    assert first_fault()[0] is None
