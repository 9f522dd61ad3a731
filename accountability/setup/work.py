"""What the background worker does: one round after another until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Sequence
from datetime import timedelta

from django.db import OperationalError, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as TaskRunner
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction, is_locked_database_exception

from accountability.kit.days import now
from accountability.ledger import outbox, sweeps

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)  # a task that has been running for longer was lost with its worker
MOST_ATTEMPTS = 3
KEPT = timedelta(days=30)


class Worker:
    """Sends what waits, runs what is due, carries out tasks. Any number of them may run at once, on any number of machines."""

    def __init__(self, queues: Sequence[str] = ("default", "papers"), *, interval: float = 2.0) -> None:
        self.queues, self.interval = list(queues), interval
        self.name = get_random_string(32)
        self.stopped = threading.Event()
        self.runner = TaskRunner(
            queue_names=self.queues,
            interval=interval,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=self.name,
            excluded_queue_names=[],
        )

    def stop(self, *_signal: object) -> None:
        """Finish what is being done, then end."""
        self.stopped.set()

    def run(self) -> None:
        """Until stopped. A database that does not answer is waited for, not died of."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        while not self.stopped.is_set():
            close_old_connections()
            try:
                busy = self.round()
            except OperationalError:
                log.exception("the database does not answer")
                busy = False
            if not busy:
                self.stopped.wait(self.interval)

    def round(self) -> bool:
        """One look at everything; True when there was something to do."""
        sent, failed = outbox.send_waiting()
        ran = sweeps.run_due()
        return bool(sent or failed or ran) | self.run_task()

    def run_task(self) -> bool:
        """Claim and carry out one task; the result, or what went wrong, is kept with it."""
        waiting = DBTaskResult.objects.ready().filter(backend_name="default", queue_name__in=self.queues)
        if not waiting.exists():  # looked up first: claiming takes SQLite's one write lock
            return False
        try:
            with exclusive_transaction(waiting.db):
                task = waiting.get_locked()
                if task is not None:
                    task.claim(self.name)
        except OperationalError as error:
            if is_locked_database_exception(error):
                return False
            raise
        if task is not None:
            self.runner.run_task(task)
        return task is not None


def reap() -> int:
    """Tasks whose worker was killed go back to the queue; after the third time they are marked as failed. Returns how many."""
    count = 0
    for task in DBTaskResult.objects.running().filter(started_at__lt=now() - LEASE):
        ours = DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at)
        if len(task.worker_ids) < MOST_ATTEMPTS:
            count += ours.update(status=TaskResultStatus.READY, started_at=None)
        else:
            why = f"Lost with its worker {len(task.worker_ids)} times."
            count += ours.update(
                status=TaskResultStatus.FAILED, finished_at=now(), exception_class_path="builtins.RuntimeError", traceback=why
            )
    return count


def prune() -> int:
    """Forget finished tasks after a month: what they did stands in the ledger."""
    return DBTaskResult.objects.finished().filter(finished_at__lt=now() - KEPT).delete()[0]
