"""The pages of a departure audit, from commission to report, in the language of record."""

from __future__ import annotations

import pytest

from audits.departures import actions
from chiefs.posts.models import Account
from tests.audits.departures.bureau import as_account, bureau, commissioned, scored

from .harness import inspect

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
__all__ = ["bureau"]


def test_the_pages_of_an_audit_are_open_to_everybody(visitor, bureau):
    _world, organisation, audit_desk, (lead, _member, reviewer) = bureau
    clerk = visitor()
    clerk.sign_in(Account.objects.get(person__tenures__post=organisation))
    faults = []
    for path in ("/desk/audits/", "/desk/audits/new/", "/desk/audits/new/?title=河长"):
        faults += inspect(clerk, path)
    audit = commissioned(bureau)
    auditor = visitor(width=1280)
    auditor.sign_in(lead)
    faults += inspect(auditor, f"/desk/audits/{audit.number}/") + inspect(auditor, f"/desk/audits/{audit.number}/form_team/")
    assert not faults, "\n".join(faults)
    assert as_account(audit_desk, reviewer).post_id == audit_desk.pk


def test_the_pages_of_the_evidence_are_open_to_everybody(visitor, bureau):
    _world, _organisation, audit_desk, (lead, _member, reviewer) = bureau
    audit = scored(bureau)
    auditor = visitor(width=1280)
    auditor.sign_in(reviewer)
    faults = inspect(auditor, f"/desk/audits/{audit.number}/") + inspect(auditor, f"/desk/audits/{audit.number}/review/")
    actions.review(audit, opinion="证据充分，评分适当", by=as_account(audit_desk, reviewer), expect=audit.version)
    head = visitor()
    head.sign_in(lead)
    faults += inspect(head, f"/desk/audits/{audit.number}/decide/")
    figure = audit.figures.first()
    assert figure is not None
    faults += inspect(head, f"/desk/audits/{audit.number}/figures/{figure.code}/")
    assert not faults, "\n".join(faults)
