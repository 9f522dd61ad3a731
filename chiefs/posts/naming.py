"""Units and posts get another name from a day on; what they were called before is kept for the days before.

After a change of divisions the names that still tell of the old unit are on its list: each is renamed, or somebody says that it stays.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from chiefs.territory import former
from chiefs.territory import reports as territory
from chiefs.territory.models import Jurisdiction, Succession
from chiefs.territory.standing import Way

from . import deeds, rules
from .models import NamedPost, NamedUnit, Post, PostTitle, Unit, UnitName
from .models_former import FormerName

KEPT = "posts.keep_name"


def rename_unit(
    unit: Unit, *, name: str, name_bo: str = "", since: date, basis: str, by: Acting, client_ref: uuid.UUID | None = None
) -> Unit:
    """A unit is called otherwise from a day on. A chief office only: names of organs come with a document. Raises NotPermitted, Refused."""
    facts = {"name": Words(name.strip()), "name_bo": Words(name_bo.strip()), "since": since, "basis": Words(basis.strip())}
    with deeds.written():
        held = Unit.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=unit.pk)
        if known := deeds.earlier(Unit, client_ref, act="posts.rename_unit", by=by, facts=facts):
            return known
        if not may_rename_unit(by, held):
            raise NotPermitted
        _rename(UnitName, held, name.strip(), name_bo.strip(), since, basis.strip())
        deeds.done(held, act="posts.rename_unit", by=by, facts=facts, client_ref=client_ref)
    return held


def rename_post(
    post: Post, *, title: str, title_bo: str = "", since: date, basis: str, by: Acting, client_ref: uuid.UUID | None = None
) -> Post:
    """A post is called otherwise from a day on; who may enter its terms enters that. Raises NotPermitted, Refused."""
    facts = {"title": Words(title.strip()), "title_bo": Words(title_bo.strip()), "since": since, "basis": Words(basis.strip())}
    with deeds.written():
        held = deeds.lock(post, by)
        if known := deeds.earlier(Post, client_ref, act="posts.rename_post", by=by, facts=facts):
            return known
        _rename(PostTitle, held, title.strip(), title_bo.strip(), since, basis.strip())
        deeds.done(held, act="posts.rename_post", by=by, facts=facts, client_ref=client_ref)
    return held


def may_rename_unit(by: Acting, unit: Unit) -> bool:
    """Needs the unit's jurisdiction."""
    place = unit.jurisdiction
    return unit.kind != Unit.Kind.SYSTEM and rules.orders_units(by, place.path, place.pk)


def _rename(kind: type[FormerName], held: Any, name: str, name_bo: str, since: date, basis: str) -> None:
    """The caller has locked the row."""
    column = kind.column
    if held.until is not None:
        raise Refused(_("It is closed from %(day)s on, and keeps its last name.") % {"day": held.until})
    if not name or not basis:
        raise Refused(_("Write the new name, and the document by which it is given."))
    if name == getattr(held, column):
        raise Refused(_("It is called so already. A Tibetan name alone is written under its own entry."))
    named_since = kind.objects.filter(**{kind.of: held}).aggregate(last=Max("until"))["last"] or held.since
    if since <= named_since:
        raise Refused(_("It has had its name since %(day)s. The new one begins on a later day.") % {"day": named_since})
    if since > days.today():
        raise Refused(_("A new name is entered on its first day or after it; until then the old one stands."))
    borne = {name: getattr(held, name) for name in (column, f"{column}_bo")}
    kind.objects.create(**{kind.of: held}, **borne, since=named_since, until=since, basis=basis)
    setattr(held, column, name)
    setattr(held, f"{column}_bo", name_bo)
    held.save(update_fields=[column, f"{column}_bo", "initials"])


# -- after a change of divisions -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A unit that ended under one name and goes on under another."""

    row: Succession
    old: Jurisdiction
    new: Jurisdiction

    def still_in(self, name: str) -> bool:
        """Whether a name tells of the old unit; where the new name has the old one in it, that is not the old one."""
        return self.old.name in name.replace(self.new.name, "")

    def renamed(self, name: str) -> str:
        return name.replace(self.old.name, self.new.name)

    def renamed_bo(self, name_bo: str) -> str:
        return name_bo.replace(self.old.name_bo, self.new.name_bo) if self.old.name_bo and self.new.name_bo else name_bo


def standing_on(*, jurisdictions: list[int], day: date) -> list[Any]:
    """Answer to the question of the same name: units and posts at what the units became whose names still tell of the old ones.

    Two queries for each old unit that got another name, and one for the answers that names stay.
    """
    found: dict[tuple[type[Any], int], Any] = {}
    for told in _told(jurisdictions, day):
        here, at = former.inside(told.new), former.inside(told.new, "unit__jurisdiction")
        units = NamedUnit.objects.filter(here, until=None, name__contains=told.old.name).select_related("jurisdiction")
        titled = NamedPost.objects.filter(at, until=None, title__contains=told.old.name).select_related("kind", "unit__jurisdiction")
        for rows, column in ((units, "name"), (titled, "title")):
            for record in _telling(rows, column, told):
                found.setdefault((type(record), record.pk), record)
    kept = _kept(found.values(), day)
    return [record for record in found.values() if _stream(record) not in kept]


def _told(jurisdictions: list[int], day: date) -> Iterator[Told]:
    """What ended under one name and became something of another name; what went along below keeps its own."""
    rows = Succession.objects.filter(predecessor__in=jurisdictions, day=day).exclude(successor=None)
    by_old: dict[int, list[Succession]] = {}
    for row in rows.select_related("predecessor", "successor", "act").order_by("pk"):
        by_old.setdefault(row.predecessor_id, []).append(row)
    for became in by_old.values():
        old = became[0].predecessor
        if any(row.successor.name == old.name for row in became if row.successor):
            continue
        for row in became:
            for new in territory.now(row.successor) if row.successor else ():
                yield Told(row, old, new)


def _telling(rows: QuerySet[Any], column: str, told: Told) -> Iterator[Any]:
    for record in rows.order_by("code"):
        if told.still_in(getattr(record, column)):
            record.told = told
            yield record


def _stream(record: Any) -> str:
    return f"{'posts.unit' if isinstance(record, Unit) else 'posts.post'}:{record.pk}"


def _kept(records: Any, day: date) -> set[str]:
    """The names of which somebody has said that they stay after the change of a day. One query."""
    streams = [_stream(record) for record in records]
    rows = Event.objects.filter(stream__in=streams, act=KEPT) if streams else ()
    return {event.stream for event in rows if event.facts.get("day") == day.isoformat()}


def ways(*, records: Sequence[Any], acting: Acting) -> list[tuple[Any, Way]]:
    """Answer to the question ``settling``."""
    return [(record, _way(record, acting)) for record in records if isinstance(record, NamedUnit | NamedPost)]


def _way(record: Any, acting: Acting) -> Way:
    told: Told = record.told
    unit = isinstance(record, NamedUnit)
    column = "name" if unit else "title"
    name, place = getattr(record, column), record.jurisdiction if unit else record.unit.jurisdiction
    mine = may_rename_unit(acting, record) if unit else deeds.may_fill(acting, record)
    new = told.renamed(name)
    query = {
        "name": new,
        "name_bo": told.renamed_bo(getattr(record, f"{column}_bo")),
        "since": told.row.day.isoformat(),
        "basis": told.row.basis,
        "change": str(told.row.act.client_ref) if told.row.act else "",
    }
    address = reverse("terms:rename_unit" if unit else "terms:rename_post", args=[record.code])
    return Way(
        kind=_("Name of a unit") if unit else _("Title of a post"),
        label=f"{local(record, column)} ({record.code})",
        place=local(place),
        moves=False,
        stays=_("It keeps its name") if mine else "",
        page=f"{address}?{urlencode(query)}" if mine else "",
        hint=_("To be renamed: %(name)s.") % {"name": new} if mine else _("The office that keeps the register of this post renames it."),
    )


def resettle(*, record: Any, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name: a name stays as it is, and whoever says so stands in the record's own chain."""
    if not isinstance(record, NamedUnit | NamedPost) or to is not None:
        return []
    if isinstance(record, NamedUnit):
        held: Any = Unit.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=record.pk)
        if not may_rename_unit(by, held):
            raise NotPermitted
    else:
        held = deeds.lock(Post.objects.get(pk=record.pk), by)
    Event.record(deeds.stream_of(held), KEPT, by, facts=plain({"day": day}))
    return [True]
