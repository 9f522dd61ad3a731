"""Whether this machine can be relied on just now: asked by the supervisor of the processes, open to anybody, says no more than it must."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError
from django.db.models import Max, Min
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accountability.kit.days import now
from accountability.ledger import guards
from accountability.ledger.models import Outbox, Schedule
from accountability.ledger.outbox import parked

WORKER_LATE = timedelta(minutes=15)  # a sweep that has been due for so long says that no worker looks after it
OUTBOX_LATE = timedelta(minutes=30)


def findings() -> dict[str, object]:
    """What was looked at; ``ok`` is the sum. Raises DatabaseError when the database does not answer."""
    moment = now()
    missing = guards.missing()
    schedule = Schedule.objects.aggregate(last=Max("last_run"), next=Min("next_run"))
    failing = list(Schedule.objects.exclude(failure="").values_list("name", flat=True))
    waiting = Outbox.objects.filter(sent_at=None)
    oldest = waiting.exclude(pk__in=parked()).aggregate(oldest=Min("due_at"))["oldest"]
    worker_late = schedule["next"] is not None and schedule["next"] < moment - WORKER_LATE
    outbox_late = oldest is not None and oldest < moment - OUTBOX_LATE
    return {
        "ok": not (missing or worker_late or outbox_late),
        "database": True,
        "guards": not missing,
        "worker": {"late": worker_late, "last_tick": schedule["last"], "failing": failing},
        "outbox": {"late": outbox_late, "waiting": waiting.count(), "parked": parked().count()},
    }


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when all is well, 503 when somebody should look."""
    try:
        found = findings()
    except DatabaseError:
        found = {"ok": False, "database": False}
    return JsonResponse(found, status=200 if found["ok"] else 503)
