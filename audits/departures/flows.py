"""The desk order of the parallel evidence tasks. Flow and node names are frozen: they stand in the database as text."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Process


def to_the_dossier(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """The engine's own address of a task is not mounted; our pages are the way in."""
    return redirect("departures:list")


class DepartureFlow(flow.Flow):
    """Three parts of the evidence are looked through side by side; when all are done the score may be computed."""

    process_class = Process
    lock_impl = lock.SelectForUpdateLock(nowait=False)  # the default lock ran one task twice in a race
    process_title = "Departure audit"

    start = flow.StartHandle(this.begin).Next(this.split)
    split = flow.Split().Next(this.check_patrols).Next(this.check_cases).Next(this.check_indicators)
    check_patrols = flow.View(to_the_dossier).Permission("departures.work_dossier").Next(this.join)
    check_cases = flow.View(to_the_dossier).Permission("departures.work_dossier").Next(this.join)
    check_indicators = flow.View(to_the_dossier).Permission("departures.work_dossier").Next(this.join)
    join = flow.Join().Next(this.end)
    end = flow.End()

    def begin(self, activation: object) -> Process:
        """The process carries nothing of the dossier: no personal data lies in the engine's tables."""
        return activation.process  # type: ignore[attr-defined,no-any-return]
