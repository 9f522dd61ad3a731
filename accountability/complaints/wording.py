"""The timeline in the reader's language. Whole sentences; offices and levels, never a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from chiefs.territory.models import Level

from .models import Complaint, Step

#: What a line of the timeline is called.
TITLES: dict[str, str | Promise] = {
    "received": _("Received"),
    "accepted": _("Accepted"),
    "passed_on": _("Passed on to the intake above"),
    "joined": _("Accepted, together with a matter that is being dealt with"),
    "refused": _("Not accepted"),
    "reported_up": _("Reported up"),
    "handed_down": _("Handed down"),
    "handed_over": _("Handed to the office in charge"),
    "extended": _("More time was granted"),
    "done": _("Reported done; another office will check it"),
    "verified": _("Checked on the spot"),
    "returned": _("The check found it not settled; work goes on"),
    "sent_back": _("Sent back to be worked on again"),
    "signed_off": _("Signed off; the reply is being written"),
    "reopened": _("Opened again"),
    "replied": _("Answered"),
    "rated": _("You rated the reply"),
    "dissatisfied": _("You are not satisfied; it is looked at again"),
    "closed": _("Closed"),
    "unsealed": _("The intake opened your contact details"),
    "note_added": _("You added a note"),
    "photos_added": _("You added photos"),
}

#: What it says, by which values it has.
WITH_OFFICE_AND_DUE: dict[str, str | Promise] = {
    "received": _("%(office)s has it and will decide by %(due)s whether it is accepted."),
    "passed_on": _("%(office)s has it and will decide by %(due)s whether it is accepted."),
    "accepted": _("%(office)s (%(level)s) has it now. You will be answered by %(due)s."),
    "joined": _("%(office)s (%(level)s) has it now. You have your own answer by %(due)s."),
    "reported_up": _("%(office)s (%(level)s) has it now. It is to be solved by %(due)s."),
    "handed_down": _("%(office)s (%(level)s) has it now. It is to be solved by %(due)s."),
    "handed_over": _("%(office)s (%(level)s) has it now. It is to be solved by %(due)s."),
    "extended": _("%(office)s has time until %(due)s. The reason: %(reason)s"),
    "dissatisfied": _("%(office)s will answer you again by %(due)s."),
}
WITH_OFFICE: dict[str, str | Promise] = {
    "refused": _("Decided by %(office)s."),
    "replied": _("Answered by %(office)s."),
    "unsealed": _("This is written down whenever it happens."),
}


@dataclass(frozen=True)
class Line:
    """One line of the timeline as a page shows it (templates/components/timeline.html)."""

    at: datetime
    kind: str
    title: str
    text: str
    who: str = ""


def line(step: Step) -> Line:
    """A step in words."""
    params = dict(step.params)
    office = (params.get("office_bo") if get_language() == "bo" else "") or params.get("office", "")
    level = str(Level(params["level"]).label) if params.get("level") in Level.values else ""
    values = {"office": office, "level": level, "due": params.get("due", ""), "reason": params.get("reason", "")}
    sentence = WITH_OFFICE_AND_DUE.get(step.kind) if values["due"] else WITH_OFFICE.get(step.kind)
    if sentence and "%(level)s" in str(sentence) and not level:
        sentence = None
    text = str(sentence) % values if sentence else ""
    if step.kind == "replied":
        text = params.get("reply", text)
    return Line(at=step.at, kind=step.kind, title=str(TITLES.get(step.kind, step.kind)), text=text, who="" if text else office)


def timeline(complaint: Complaint) -> list[Line]:
    """All lines, the oldest first. One query."""
    return [line(step) for step in complaint.steps.all()]


@dataclass(frozen=True)
class Next:
    """What the citizen may expect next, and by which day."""

    text: str
    due_on: date | None


def next_step(complaint: Complaint) -> Next:
    """The legal date of the next step, in words."""
    state = Complaint.State
    if complaint.state == state.RECEIVED:
        return Next(gettext("The intake decides whether it is accepted."), complaint.accept_due)
    if complaint.state == state.ACCEPTED:
        return Next(gettext("You get a written answer here."), complaint.due)
    if complaint.state == state.REPLIED and not complaint.rated:
        return Next(gettext("You may say whether you are satisfied with the answer."), None)
    if complaint.state == state.REFUSED:
        return Next(gettext("Read below what you can do instead."), None)
    return Next(gettext("Nothing more is to come. You may still add what is new."), None)
