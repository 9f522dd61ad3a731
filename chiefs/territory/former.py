"""Where things lay before a change of divisions moved them, so that a past day finds them where they lay then.

A record keeps its place of today in its own column, and pages of today ask nothing else. A move leaves a row here, from the day on
which the record came to its old place until the day of the change; whoever asks for a past day looks at those rows too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.kit.pieces import pieces
from accountability.ledger.acting import Reach

from .models import Jurisdiction, Level, Period

AROUND = "jurisdiction__parent__parent__parent"
AT_ONCE = 500  # rows of a file that are put back together


class FormerPlace(Period):
    """One record lay at one place on these days. ``of``: the relation to the record."""

    of: ClassVar[str]
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+", verbose_name=_("jurisdiction"))

    class Meta(Period.Meta):
        abstract = True
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=Q(until__isnull=False), name="%(class)s_is_past"),
        ]  # and guards.no_overlap on the record: on no day did it lie at two places


def leave(kind: type[FormerPlace], record: Any, day: date) -> None:
    """Keep where a record lay until ``day``. The caller has locked it and moves it in the same transaction.

    Nothing is kept of a place where it never lay on any day: it began, or came there, with the change itself or after it.
    """
    rows = kind.objects.filter(**{kind.of: record})
    since = rows.aggregate(last=models.Max("until"))["last"] or record.since
    if since < day:
        kind.objects.create(**{kind.of: record}, jurisdiction_id=record.jurisdiction_id, since=since, until=day)


def wide(place: Jurisdiction) -> bool:
    """Whether what lies in a place is found by the range of its path."""
    return place.level in (Level.PREFECTURE, Level.COUNTY) and not place.special


def inside(place: Jurisdiction, at: str = "jurisdiction") -> Q:
    """What lies in a place: in a county with everything below it, in a township with its villages. ``at``: the way to the jurisdiction."""
    if wide(place):
        return Q(**{f"{at}__in": Jurisdiction.objects.under(place.path)})
    return Q(**{at: place}) | Q(**{f"{at}__parent": place})


def lay(kind: type[FormerPlace], on: date, here: Q, there: Q, at: str = "pk") -> Q:
    """The rows that lay somewhere on a day: ``here`` says it of their own place, ``there`` of a former one; ``at``: the way from a row
    to the record that may have been moved. From today on only their own place counts."""
    if on >= days.today():
        return here
    then = kind.objects.in_force(on)
    moved, was_there = Q(**{f"{at}__in": then.values(kind.of)}), Q(**{f"{at}__in": then.filter(there).values(kind.of)})
    return (here & ~moved) | was_there


def lay_in(kind: type[FormerPlace], on: date, reach: Reach, here: Q, at: str = "pk") -> Q:
    """``lay`` for a reach; ``here`` is what the reach says of the rows' own place."""
    return lay(kind, on, here, reach.q(path="jurisdiction__path", jurisdiction="jurisdiction_id"), at)


def place_then(kind: type[FormerPlace], on: date, own: str, at: str = "pk") -> Any:
    """The id of the place of a day as an expression; ``own``: the way to the place of today."""
    if on >= days.today():
        return F(own)
    then = kind.objects.in_force(on).filter(**{kind.of: OuterRef(at)}).values("jurisdiction")[:1]
    return Coalesce(Subquery(then), F(own), output_field=models.BigIntegerField())


def put_back(kind: type[FormerPlace], records: Iterable[Any], on: date) -> None:
    """Let records show the place of a past day, for a page or a file that is about that day: they are not saved. One query, none for
    today."""
    if on >= days.today():
        return
    known: dict[int, list[Any]] = {}
    for record in records:
        known.setdefault(record.pk, []).append(record)
    rows = kind.objects.in_force(on).filter(**{f"{kind.of}__in": list(known)}).select_related(AROUND)
    for row in rows if known else ():
        for record in known[getattr(row, f"{kind.of}_id")]:
            record.jurisdiction = row.jurisdiction
            if hasattr(record, "path"):
                record.path = row.jurisdiction.path


def as_on(kind: type[FormerPlace], rows: Iterable[Any], on: date) -> list[Any]:
    """The rows of a page, put back."""
    found = list(rows)
    put_back(kind, found, on)
    return found


def file_as_on(kind: type[FormerPlace], rows: models.QuerySet[Any], on: date) -> Iterator[Any]:
    """The rows of a file, put back piece by piece."""
    for batch in pieces(rows.iterator(chunk_size=AT_ONCE), AT_ONCE):
        yield from as_on(kind, batch, on)


def fill(kind: Any, moved: Any, events: Any, act: str) -> None:
    """For a migration: the former places of records that were moved before they were kept, as the events of their moves tell them.

    ``kind``, ``moved`` and ``events`` are the models as they stood at the migration.
    """
    label, of = moved._meta.label_lower, next(f.name for f in kind._meta.fields if f.is_relation and f.related_model is moved)
    begun: dict[int, Any] = {}
    for event in events.objects.filter(act=act).order_by("pk").iterator():
        facts, pk = json.loads(event.payload), int(event.stream.rpartition(":")[2])
        if event.stream != f"{label}:{pk}":
            continue
        if pk not in begun:
            begun[pk] = moved.objects.filter(pk=pk).values_list("since", flat=True).first()
        day = date.fromisoformat(facts["day"])
        if begun[pk] is not None and begun[pk] < day:
            kind.objects.create(**{f"{of}_id": pk}, jurisdiction_id=facts["before"], since=begun[pk], until=day)
            begun[pk] = day
