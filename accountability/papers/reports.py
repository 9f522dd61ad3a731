"""What other rooms read."""

from __future__ import annotations

from django.db.models import QuerySet

from .models import Paper


def for_owner(owner: str) -> QuerySet[Paper]:
    """The papers of a record (its stream key), oldest first."""
    return Paper.objects.filter(owner=owner).select_related("replaced_by").order_by("pk")
