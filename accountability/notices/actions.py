"""Telling posts: one notice per post and key, delivered through the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accountability.kit import days
from accountability.ledger import outbox
from accountability.ledger.acting import Acting
from chiefs.posts.models import Post

from . import wording
from .models import Notice


def tell(posts: Iterable[Post], *, kind: str, about: str, number: str = "", params: dict[str, Any] | None = None, key: str) -> list[Notice]:
    """Put a notice for each post into the outbox, once per key: the same event tells the same post once.

    Raises KeyError for a kind without a sentence. Call it inside the transaction of what happened.
    """
    wording.say(kind, number, params or {})  # a sentence that cannot be said must not wait for its reader to find out
    told = []
    with transaction.atomic():
        for post in {post.pk: post for post in posts}.values():
            notice, new = Notice.objects.get_or_create(
                key=f"{post.pk}:{key}",
                defaults={"post": post, "kind": kind, "about": about, "number": number, "params": params or {}, "created_at": days.now()},
            )
            if new:
                outbox.put("notices.deliver", str(notice.pk), notice=notice.pk)
                told.append(notice)
    return told


@outbox.handler("notices.deliver")
def deliver(payload: dict[str, Any]) -> None:
    """The in-app inbox: a notice is there when it is marked so; doing it twice changes nothing."""
    Notice.objects.filter(pk=payload["notice"], delivered_at=None).update(delivered_at=days.now())


def mark_read(by: Acting, *, up_to: int) -> int:
    """The post has seen its notices up to this one; returns how many were new."""
    return Notice.objects.filter(post_id=by.post_id, read_at=None, pk__lte=up_to).update(read_at=days.now())
