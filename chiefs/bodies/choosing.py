"""Fields that turn what a person typed into a unit or a post: by its code, or by its full name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accountability.kit import days
from chiefs.posts.models import Post, Unit

MOST_NAMED = 5


def _only(found: list[Any], several: str) -> Any:
    """The one record found. Raises ValidationError with the codes where a name is not enough."""
    if len(found) > 1:
        raise forms.ValidationError(_("Several are called so. Type the code of the right one: %(several)s") % {"several": several})
    return found[0]


def unit_called(text: str) -> Unit:
    """The standing unit with this code or name. Raises ValidationError that says what to type instead."""
    typed = text.strip()
    rows = Unit.objects.in_force(days.today()).select_related("jurisdiction").order_by("pk")
    found = list(rows.filter(code=typed)[:1] or rows.filter(name=typed)[: MOST_NAMED + 1])
    if not found:
        raise forms.ValidationError(_("There is no standing unit with this name or code. Type it as it stands in the register."))
    unit: Unit = _only(found, "、".join(f"{unit.name} {unit.code}" for unit in found[:MOST_NAMED]))
    return unit


def post_called(text: str) -> Post | None:
    """The standing post with this code or title; None for an empty text."""
    typed = text.strip()
    if not typed:
        return None
    rows = Post.objects.in_force(days.today()).select_related("unit", "kind").order_by("pk")
    found = list(rows.filter(code=typed)[:1] or rows.filter(title=typed)[: MOST_NAMED + 1])
    if not found:
        raise forms.ValidationError(_("There is no standing post with this title or code. Type it as it stands in the register."))
    post: Post = _only(found, "、".join(f"{post.title} {post.code}" for post in found[:MOST_NAMED]))
    return post
