"""Every write about key projects: who leads one, and reports that are only added."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from chiefs.posts.functions import Function
from chiefs.posts.models import Unit

from . import projects
from .models import Project, ProjectLead, ProjectReport

MOST_TEXT = 4000
MOST_INVESTED = Decimal(100_000)


def _stream(project: Project) -> str:
    return f"{project._meta.label_lower}:{project.pk}"


def assign(project: Project, *, unit: Unit, by: Acting) -> ProjectLead:
    """The target office says which unit of the register leads a project from today; the plan's words stay as printed."""
    if not by.may(Function.TARGETS):
        raise NotPermitted
    today = days.today()
    with transaction.atomic():
        Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        if known := ProjectLead.objects.in_force(today).filter(project=project, unit=unit).first():
            return known
        if ProjectLead.objects.filter(project=project, unit=unit, until=today, since__lt=today).update(until=None):
            lead = ProjectLead.objects.get(project=project, unit=unit, until=None)  # taken off today by mistake
        else:
            lead = ProjectLead.objects.create(project=project, unit=unit, since=today)
        Event.record(_stream(project), "indicators.assign_project", by, facts=plain({"unit": unit, "since": today}))
    return lead


def release(project: Project, *, unit: Unit, by: Acting) -> None:
    """The unit leads the project no longer, from today. Its reports stay. One that was entered today leaves no day behind."""
    if not by.may(Function.TARGETS):
        raise NotPermitted
    today = days.today()
    with transaction.atomic():
        Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        lead = ProjectLead.objects.in_force(today).filter(project=project, unit=unit).first()
        if lead is None:
            raise Refused(_("This unit does not lead the project. Reload the page to see who does."))
        if lead.since == today:
            lead.delete()
        else:
            lead.until = today
            lead.save(update_fields=["until"])
        Event.record(_stream(project), "indicators.release_project", by, facts=plain({"unit": unit, "until": today}))


def report(
    project: Project,
    *,
    as_of: date,
    stage: str,
    text: str,
    by: Acting,
    invested: Decimal | None = None,
    photos: Sequence[UploadedFile] = (),
    client_ref: uuid.UUID | None = None,
    demonstration: bool = False,
) -> ProjectReport:
    """How far a project is. A report is never altered: a later one follows it. The same ``client_ref`` gives the same report.

    Raises NotPermitted for a unit that does not lead it, Refused for a day to come, no words or an amount that cannot be.
    """
    if not projects.may_report(by, project, days.today()):
        raise NotPermitted
    if as_of > days.today():
        raise Refused(_("The day cannot lie in the future."))
    if stage not in ProjectReport.Stage.values:
        raise Refused(_("Choose how far the project is."))
    if not text.strip() or len(text) > MOST_TEXT:
        raise Refused(_("Write what was done, in at most %(most)s signs.") % {"most": MOST_TEXT})
    if invested is not None and not 0 <= invested <= MOST_INVESTED:
        raise Refused(_("The amount is in 100 million yuan and lies between 0 and %(most)s.") % {"most": MOST_INVESTED})
    ref = client_ref or uuid.uuid4()
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = ProjectReport.objects.create(
                    ref=ref,
                    project=project,
                    as_of=as_of,
                    stage=stage,
                    text=text.strip(),
                    invested=invested,
                    unit_id=by.unit_id,
                    post_title=by.post_title,
                    recorded_at=days.now(),
                    demonstration=demonstration,
                )
        except IntegrityError:
            known = ProjectReport.objects.filter(ref=ref).first()
            if known is None:
                raise
            same = (known.project_id, known.as_of, known.stage, known.text, known.unit_id)
            if same != (project.pk, as_of, stage, text.strip(), by.unit_id):
                raise Mismatch from None
            return known
        facts = {"project": project.pk, "as_of": as_of, "stage": stage, "text": Words(text.strip()), "invested": invested}
        Event.record(made.stream, "indicators.report_project", by, facts=plain(facts))
        for photo in photos:
            evidence.keep_upload(photo, form_ref=ref, owner=made.stream, role="photo", by=by)
    return made
