"""Two at once: one receipt, one decision."""

import threading
import uuid

import pytest
from django.db import connection

from accountability.cases.models import Case
from accountability.complaints import actions
from accountability.complaints.models import Complaint, Step
from accountability.ledger.errors import GateError
from tests.factories.complaints import CLEARED, registered
from tests.factories.posts import acting_for, chain

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """What each call gave back, or the refusal that it met; all start together."""
    results, gate = [None] * len(calls), threading.Barrier(len(calls))

    def run(place, call):
        gate.wait()
        try:
            results[place] = call()
        except GateError as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_one_form_sent_six_times_at_once_is_one_complaint_with_one_receipt():
    world, ref = chain(), uuid.uuid4()
    results = at_once(*[lambda: registered(segment=world.segment, client_ref=ref)] * 6)
    assert len({(complaint.number, code) for complaint, code in results}) == 1
    assert Complaint.objects.count() == 1


def test_two_clerks_who_decide_at_once_leave_one_decision_and_one_case():
    world = chain()
    complaint, _code = registered(segment=world.segment)
    clerk = acting_for(world.intake)

    def accept():
        return actions.accept(Complaint.objects.get(), transfer_text=CLEARED, by=clerk, expect=complaint.version)

    results = at_once(*[accept] * 4)
    refused = [result for result in results if isinstance(result, GateError)]
    assert {refusal.code for refusal in refused} <= {"stale", "mismatch"}
    assert len(refused) == 3
    assert Case.objects.count() == 1
    assert Step.objects.filter(kind="accepted").count() == 1
