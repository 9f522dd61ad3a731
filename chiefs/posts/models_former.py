"""What units and posts were before they were moved or renamed: dated rows, read by pages that ask for a past day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.kit.names import InitialsField, named
from chiefs.territory import former
from chiefs.territory.former import FormerPlace
from chiefs.territory.models import Period


class UnitPlace(FormerPlace):
    """Where a unit stood before a change of divisions moved it."""

    of = "unit"
    unit = models.ForeignKey("posts.Unit", on_delete=models.PROTECT, related_name="former_places")

    class Meta(FormerPlace.Meta):
        pass  # guards.no_overlap(UnitPlace, "unit")


class FormerName(Period):
    """A name that was borne on these days. ``of``: the relation to what bore it; ``column``: the name in both tables."""

    of: ClassVar[str]
    column: ClassVar[str]
    basis = models.CharField(_("document by which it was renamed"), max_length=200)

    class Meta(Period.Meta):
        abstract = True
        constraints = [*Period.Meta.constraints, models.CheckConstraint(condition=Q(until__isnull=False), name="%(class)s_is_past")]


class UnitName(FormerName):
    of, column = "unit", "name"
    unit = models.ForeignKey("posts.Unit", on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(_("name"), max_length=120)
    name_bo = models.CharField(_("Tibetan name"), max_length=160, blank=True)
    initials = InitialsField(of="name")

    class Meta(FormerName.Meta):
        verbose_name = _("former name of a unit")
        verbose_name_plural = _("former names of units")
        # guards.no_overlap(UnitName, "unit")


class PostTitle(FormerName):
    of, column = "post", "title"
    post = models.ForeignKey("posts.Post", on_delete=models.PROTECT, related_name="former_titles")
    title = models.CharField(_("title"), max_length=120)
    title_bo = models.CharField(_("Tibetan title"), max_length=160, blank=True)
    initials = InitialsField(of="title")

    class Meta(FormerName.Meta):
        verbose_name = _("former title of a post")
        verbose_name_plural = _("former titles of posts")
        # guards.no_overlap(PostTitle, "post")


def called(kind: type[FormerName], words: str, on: date) -> Q:
    """The records that bore a name with these words on a day."""
    now = named(words, kind.column)
    if on >= days.today():
        return now
    then = kind.objects.in_force(on)
    return (now & ~Q(pk__in=then.values(kind.of))) | Q(pk__in=then.filter(named(words, kind.column)).values(kind.of))


def units_as_on(units: Iterable[Any], on: date) -> None:
    """Let units show their place and name of a past day, for a page: they are not saved. Two queries, none for today."""
    found = list(units)
    former.put_back(UnitPlace, found, on)
    _name(UnitName, found, on)


def posts_as_on(posts: Iterable[Any], on: date) -> None:
    """Let posts show their title of a past day. One query, none for today."""
    _name(PostTitle, list(posts), on)


def _name(kind: type[FormerName], records: list[Any], on: date) -> None:
    if on >= days.today() or not records:
        return
    rows = {getattr(row, f"{kind.of}_id"): row for row in kind.objects.in_force(on).filter(**{f"{kind.of}__in": records})}
    for record in records:
        if (row := rows.get(record.pk)) is not None:
            for column in (kind.column, f"{kind.column}_bo"):
                setattr(record, column, getattr(row, column))
