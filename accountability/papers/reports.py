"""What other rooms read."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet

from accountability.ledger.models import Event

from .models import Paper


def for_owner(owner: str) -> QuerySet[Paper]:
    """The papers of a record (its stream key), oldest first."""
    return Paper.objects.filter(owner=owner).select_related("replaced_by").order_by("pk")


def is_as_issued(paper: Paper) -> bool:
    """Whether text and file hash of a paper are still those that the ledger wrote down when it was issued and printed."""
    facts = {event.act: event.facts for event in Event.objects.filter(stream=paper.stream, act__in=["papers.issue", "papers.print"])}
    text = hashlib.sha256(paper.html.encode()).hexdigest()
    if facts.get("papers.issue", {}).get("html_sha256") != text:
        return False
    return not paper.printed or facts.get("papers.print", {}).get("sha256") == paper.sha256
