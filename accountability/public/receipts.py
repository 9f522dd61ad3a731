"""Which complaint this browser may look at, and for how long. Kept in the session: never the code, never in an address."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from accountability.complaints import rules
from accountability.complaints.models import Complaint
from accountability.kit import days

KEY = "receipt"
SECONDS = 30 * 60


@dataclass(frozen=True)
class Held:
    """A complaint that was just filed or opened with its code; ``fresh`` when filed here."""

    complaint: Complaint
    fresh: bool

    @property
    def code(self) -> str:
        """Reckoned again for whoever filed it in this session; it is stored nowhere."""
        return rules.query_code(self.complaint.client_ref) if self.fresh else ""


def hold(request: HttpRequest, complaint: Complaint, *, fresh: bool) -> None:
    """Open the complaint for this session. The session gets a new key, as after signing in."""
    request.session.cycle_key()
    request.session[KEY] = {"pk": complaint.pk, "until": days.now().timestamp() + SECONDS, "fresh": fresh}


def held(request: HttpRequest) -> Held | None:
    """The complaint that this session may look at now, or None."""
    kept = request.session.get(KEY)
    if not kept:
        return None
    if days.now().timestamp() >= kept["until"]:
        drop(request)
        return None
    rows = Complaint.objects.select_related("refusal", "intake_unit", "jurisdiction", "segment", "case", "channel")
    complaint = rows.filter(pk=kept["pk"]).first()
    return Held(complaint, kept["fresh"]) if complaint else None


def drop(request: HttpRequest) -> None:
    """Forget it, for the next person at the same telephone."""
    request.session.pop(KEY, None)
