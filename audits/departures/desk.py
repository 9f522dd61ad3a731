"""What the flow says of an audit: which parts of the evidence are looked through, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import PROCESS, STATUS

from accountability.kit import days
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Account

from .flows import DepartureFlow
from .models import Audit

#: part: (label, blocks of evidence rows in it)
PARTS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "check_patrols": (_("Patrols and what was owed"), ("obligations", "patrols")),
    "check_cases": (_("Cases and complaints"), ("cases", "complaints")),
    "check_indicators": (_("Indicators"), ("indicators",)),
}


@dataclass(frozen=True)
class Part:
    """One part of the evidence as it stands on the desk."""

    name: str
    label: str
    done: bool


def process_of(audit: Audit) -> Process | None:
    return Process.objects.filter(pk=audit.process_id).first() if audit.process_id else None


def is_finished(audit: Audit) -> bool:
    """Whether every part was looked through."""
    process = process_of(audit)
    return process is not None and process.status == PROCESS.DONE


def parts(audit: Audit) -> list[Part]:
    """The parts in their order, done or open. One query."""
    done: set[str] = set()
    if audit.process_id:
        tasks = Task.objects.filter(process_id=audit.process_id, status=STATUS.DONE)
        done = {task.flow_task.name for task in tasks if task.flow_task is not None}
    return [Part(name, str(label), name in done) for name, (label, _blocks) in PARTS.items()]


def open_task(audit: Audit, part: str) -> Task | None:
    """The task of a part that is still to be done."""
    node = getattr(DepartureFlow, part)
    return Task.objects.filter(process_id=audit.process_id, flow_task=node, status__in=[STATUS.NEW, STATUS.ASSIGNED]).first()


def sits_in(account: Account, unit_id: int) -> bool:
    """Whether the account's person holds an audit post of the unit today."""
    if account.person_id is None:
        return False
    tenures = posts.tenures_of(account.person_id, days.today())
    return any(t.post.unit_id == unit_id and t.post.kind.may(Function.AUDIT) for t in tenures)


def bureau_accounts(unit_id: int) -> list[Account]:
    """The accounts that may be named for a team."""
    holders = [
        t.person_id
        for post in posts.desks_of(unit_id, days.today(), Function.AUDIT)
        for t in posts.holders_between(post, days.today(), None)
    ]
    return list(Account.objects.filter(person__in=holders, is_active=True).select_related("person").order_by("pk"))
