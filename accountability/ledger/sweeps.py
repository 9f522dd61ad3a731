"""What is looked after from time to time: found by an index, done idempotently, claimed by one worker at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db.models import Q

from accountability.kit.days import now

from .models import Schedule

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
AGAIN = timedelta(minutes=1)  # after a failure
_sweeps: dict[str, tuple[timedelta, Callable[[], object]]] = {}


def register(name: str, every: timedelta, sweep: Callable[[], object]) -> None:
    """Called by a room in ``AppConfig.ready()``. The sweep must bear being run twice, and late."""
    _sweeps[name] = (every, sweep)


def registered() -> list[str]:
    return sorted(_sweeps)


def run_due(only: str | None = None) -> list[str]:
    """Run what is due (or the one named, due or not); returns the names of those that ran through."""
    done = []
    known = dict(Schedule.objects.values_list("name", "next_run"))
    if gone := known.keys() - _sweeps.keys():
        Schedule.objects.filter(name__in=gone).delete()  # of an older version: it would look late for ever
    for name, (every, sweep) in list(_sweeps.items()):
        moment = now()
        if only not in (None, name) or (only is None and name in known and known[name] > moment):
            continue  # looked up first: even an UPDATE that finds nothing takes SQLite's one write lock
        Schedule.objects.get_or_create(name=name, defaults={"next_run": moment})
        free = Schedule.objects.filter(Q(lease_until=None) | Q(lease_until__lt=moment), name=name)
        if only is None:
            free = free.filter(next_run__lte=moment)
        lease = moment + LEASE
        if not free.update(lease_until=lease):
            continue  # not due, or another worker has it
        ours = Schedule.objects.filter(name=name, lease_until=lease)
        try:
            sweep()
        except Exception as trouble:
            # One broken sweep must not stop the others; it is tried again soon, and /healthz shows it.
            log.exception("sweep %s failed", name)
            ours.update(lease_until=None, next_run=now() + min(every, AGAIN), failure=f"{type(trouble).__name__}: {trouble}"[:2000])
        else:
            ours.update(lease_until=None, next_run=moment + every, last_run=now(), failure="")
            done.append(name)
    return done
