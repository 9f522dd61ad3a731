"""What a post has been told."""

from __future__ import annotations

from django.db.models import QuerySet

from .models import Notice


def of_post(post_id: int) -> QuerySet[Notice]:
    """All notices of a post, newest first."""
    return Notice.objects.filter(post_id=post_id).order_by("-created_at", "-pk")


def unread(post_id: int) -> QuerySet[Notice]:
    """Those that it has not read."""
    return of_post(post_id).filter(read_at=None)
