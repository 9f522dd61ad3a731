"""What other rooms read."""

from __future__ import annotations

from typing import IO

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from .models import Evidence


def of(owner: str) -> QuerySet[Evidence]:
    """The files of a record (its stream key), in the order in which they came."""
    return Evidence.objects.filter(owner=owner).order_by("pk")


def original(evidence: Evidence) -> IO[bytes]:
    """The original, open for reading by the owning room's own code; never to be sent to a browser."""
    return default_storage.open(evidence.original)
