"""What pages and other rooms ask about bodies."""

from __future__ import annotations

from datetime import date
from typing import Any

from chiefs.posts.models import Post, Tenure, Unit

from .models import Body, Meeting, Member, Resolution

#: Whose word ends a resolution.
CONFIRMING = (Member.Role.CHAIR, Member.Role.SECRETARY)


def seated(body: Body, on: date) -> list[Member]:
    """The members of a body on a day, the chair first. One query."""
    return list(Member.objects.seated(on).filter(body=body))


def posts_of(body: Body, on: date) -> list[Post]:
    """The posts that sit in a body on a day; those from outside have none."""
    return [member.post for member in seated(body, on) if member.post is not None]


def confirming_posts(body: Body, on: date) -> set[int]:
    """The posts of the chair and of the secretaries on a day."""
    return {member.post_id for member in seated(body, on) if member.role in CONFIRMING and member.post_id is not None}


def can_be_confirmed(body: Body, unit_id: int, on: date) -> bool:
    """Whether somebody of another unit could say that what this unit does is done."""
    if body.office_id != unit_id:
        return True
    return any(member.post is not None and member.post.unit_id != unit_id for member in seated(body, on) if member.role in CONFIRMING)


def holders(members: list[Member], on: date) -> dict[int, str]:
    """Post -> the names of who holds it on a day. One query."""
    found: dict[int, list[str]] = {}
    posts = [member.post_id for member in members if member.post_id is not None]
    for tenure in Tenure.objects.in_force(on).filter(post__in=posts).select_related("person").order_by("since", "pk"):
        found.setdefault(tenure.post_id, []).append(tenure.person.name)
    return {post: "、".join(names) for post, names in found.items()}


def open_work(*, post_id: int | None = None, unit_id: int | None = None, jurisdiction_id: int | None = None) -> list[Any]:
    """Resolutions that a post, a unit or the units of a place still owe; of a unit also the bodies that it keeps, with their meetings."""
    rows = Resolution.objects.open().order_by("due", "pk")
    if post_id is not None:
        return list(rows.filter(post_id=post_id))
    if unit_id is not None:
        meetings = Meeting.objects.open().filter(body__office_id=unit_id).order_by("due", "pk")
        bodies = Body.objects.filter(office_id=unit_id, state=Body.State.STANDING).order_by("pk")
        return [*rows.filter(unit_id=unit_id), *meetings, *bodies]
    if jurisdiction_id is not None:
        return list(rows.filter(unit__in=Unit.objects.filter(jurisdiction_id=jurisdiction_id)))
    return []
