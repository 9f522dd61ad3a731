"""What other rooms read."""

from __future__ import annotations

from typing import IO

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from . import rules
from .models import Evidence


def of(owner: str) -> QuerySet[Evidence]:
    """The files of a record (its stream key), in the order in which they came."""
    return Evidence.objects.filter(owner=owner).order_by("pk")


def readable(owner: str, role: str = "") -> QuerySet[Evidence]:
    """The files of a record that somebody can look at: pictures and PDFs by their content, whatever name they came under.

    A picture whose rendition is still being made counts; one that could not be opened (damaged, too large) does not.
    """
    rows = of(owner).filter(media_type__in=rules.READABLE).exclude(rendition_state=Evidence.Rendition.REFUSED)
    return rows.filter(role=role) if role else rows


def unproved(owner: str, role: str = "", *, missing: str) -> str:
    """Why the files of a record do not prove a step that asks for a document: ``missing`` when none came at all, the sentence
    about the file when none of them can be read; empty when one can. Two queries at most."""
    if readable(owner, role).exists():
        return ""
    rows = of(owner).filter(role=role) if role else of(owner)
    return (
        _("This file is neither a photo nor a PDF that can be opened. It is kept; choose the right file anew.")
        if rows.exists()
        else missing
    )


def original(evidence: Evidence) -> IO[bytes]:
    """The original, open for reading by the owning room's own code; never to be sent to a browser."""
    return default_storage.open(evidence.original)
