"""Posts are created in a unit and closed; a post is a seat, and whoever sits on it comes and goes."""

from __future__ import annotations

import uuid
from datetime import date

from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.registry import open_work

from . import deeds, rules
from .models import Charge, Post, PostKind, Tenure, Unit, Watch


def create_post(
    unit: Unit,
    *,
    kind: PostKind,
    code: str,
    title: str,
    title_bo: str = "",
    since: date,
    by: Acting,
    client_ref: uuid.UUID | None = None,
) -> Post:
    """Set up a post in a unit. Who may do so for which kind: ``rules.fills``. Raises NotPermitted, Refused, Mismatch."""
    facts = {"unit": unit, "kind": kind, "code": code, "title": Words(title.strip()), "since": since}
    with deeds.written():
        held = Unit.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=unit.pk)
        if known := deeds.earlier(Post, client_ref, act="posts.create_post", by=by, facts=facts):
            return known
        post = Post(code=code, kind=kind, unit=held, title=title.strip(), title_bo=title_bo.strip(), since=since)
        if held.kind == Unit.Kind.SYSTEM or not deeds.may_fill(by, post):
            raise NotPermitted
        if Post.objects.filter(code=code).exists():
            raise Refused(_("The code %(code)s belongs to another post. Choose another code.") % {"code": code})
        if kind.level and kind.level != held.jurisdiction.level:
            raise Refused(_("This kind of post belongs to another level than the unit. Choose a kind of its level."))
        if not rules.inside(since, None, held.since, held.until) or not rules.not_too_far(since, days.today()):
            raise Refused(_("The post begins on a day on which its unit stands, from %(day)s on.") % {"day": held.since})
        post.save()
        deeds.done(post, act="posts.create_post", by=by, facts=facts, client_ref=client_ref)
    return post


def entitle_post(post: Post, *, title_bo: str, by: Acting, client_ref: uuid.UUID | None = None) -> Post:
    """Write how a post is called in Tibetan. Raises NotPermitted."""
    facts = {"title_bo": Words(title_bo.strip())}
    with deeds.written():
        held = deeds.lock(post, by)
        if known := deeds.earlier(Post, client_ref, act="posts.entitle_post", by=by, facts=facts):
            return known
        held.title_bo = title_bo.strip()
        held.save(update_fields=["title_bo"])
        deeds.done(held, act="posts.entitle_post", by=by, facts=facts, client_ref=client_ref)
    return held


def close_post(post: Post, *, day: date, by: Acting, client_ref: uuid.UUID | None = None) -> Post:
    """The post is no more from a day on: nobody holds it then, it answers for nothing, and nothing lies open at it."""
    facts = {"post": post, "day": day}
    with deeds.written():
        held = deeds.lock(post, by)
        if known := deeds.earlier(Post, client_ref, act="posts.close_post", by=by, facts=facts):
            return known
        if held.until is not None:
            raise Refused(_("This post is closed from %(day)s on.") % {"day": held.until})
        if day <= held.since or day < days.today() or not rules.not_too_far(day, days.today()):
            raise Refused(_("A post closes on a day from today on, at most a year ahead."))
        if Tenure.objects.touching(day, None).filter(post=held).exists():
            raise Refused(_("Somebody holds the post on that day. End the term first; what is open is handed over there."))
        if any(rows.touching(day, None).filter(post=held).exists() for rows in (Charge.objects, Watch.objects)):
            raise Refused(_("The post still answers for something on that day. Give it to another post first."))
        if open_work.ask(post_id=held.pk):
            raise Refused(_("Something lies open at this post. Hand it over first."))
        held.until = day
        held.save(update_fields=["until"])
        deeds.done(held, act="posts.close_post", by=by, facts=facts, client_ref=client_ref)
    return held
