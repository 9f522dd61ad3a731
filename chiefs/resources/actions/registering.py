"""A resource enters the register, is named, coded and measured, flows into another, and gets its management boundary."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from chiefs.resources import reports, rules
from chiefs.resources.models import Alias, ManagementBoundary, Resource
from chiefs.resources.names import spell
from chiefs.resources.schemes import by_kind
from chiefs.territory.models import Jurisdiction, Level

from .writing import before, changes, check_keeps, hold_schemes, lock, made_by, told

MOST_ALIASES = 12
CODE = re.compile(r"[0-9A-Za-z-]{4,20}")


def register(
    *,
    kind: str,
    name: str,
    counties: Sequence[Jurisdiction],
    by: Acting,
    name_bo: str = "",
    aliases: Sequence[str] = (),
    national_code: str = "",
    flows_into: Resource | None = None,
    source: str = "",
    demonstration: bool = False,
    client_ref: uuid.UUID | None = None,
) -> Resource:
    """Enter a river, lake, mountain or plot that is not in the register yet; its kind decides its scheme.

    Raises NotPermitted unless all counties lie in the reach of the office, Refused for a name that is there already.
    """
    check_keeps(rules.keeps_resource(by, [(place.path, place.pk) for place in counties]))
    with transaction.atomic():
        if earlier := before(client_ref, "register", by):
            return made_by(earlier, Resource)  # type: ignore[no-any-return]
        if any(place.level != Level.COUNTY for place in counties):
            raise Refused(_("A resource is registered at its counties; townships and villages have its segments."))
        scheme = by_kind((row, row.resource_kinds) for row in hold_schemes()).get(kind)
        if scheme is None:
            raise Refused(_("There is no chief scheme for this kind. Ask the administrator."))
        _check_name(name, kind, counties)
        resource = Resource(
            scheme=scheme,
            kind=kind,
            name=name,
            name_bo=name_bo,
            national_code=_checked_code(national_code, None),
            flows_into=flows_into,
            source=source[:300],
            demonstration=demonstration,
        )
        resource.save(force_insert=True)
        resource.counties.set(counties)
        _alias(resource, aliases)
        facts = {"kind": kind, "name": Words(name), "counties": list(counties), "code": national_code, "flows_into": flows_into}
        told(resource, "register", by, facts, client_ref)
    return resource


def rename(
    resource: Resource,
    *,
    name: str,
    name_bo: str,
    aliases: Sequence[str],
    by: Acting,
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Change what a resource is called, and what else it is called. It is the same resource; its past stays with it."""
    with transaction.atomic():
        if earlier := before(client_ref, "rename", by):
            return earlier
        lock(resource, expect=expect)
        check_keeps(reports.keeps_resource(by, resource))
        if name != resource.name:
            _check_name(name, resource.kind, list(resource.counties.all()), but=resource.pk)
        facts = changes(resource, {"name": name, "name_bo": name_bo})
        resource.save(update_fields=["name", "name_bo"])
        facts["aliases"] = [Words(text) for text in _alias(resource, aliases)]
        return told(resource, "rename", by, facts, client_ref)


def code(resource: Resource, *, national_code: str, by: Acting, expect: int | None = None, client_ref: uuid.UUID | None = None) -> Event:
    """Enter, correct or take away the national code (SL 249, SL 261); no two resources have the same."""
    with transaction.atomic():
        if earlier := before(client_ref, "code", by):
            return earlier
        lock(resource, expect=expect)
        check_keeps(reports.keeps_resource(by, resource))
        facts = {"before": resource.national_code, "now": national_code}
        resource.national_code = _checked_code(national_code, resource.pk)
        try:
            with transaction.atomic():
                resource.save(update_fields=["national_code"])
        except IntegrityError as taken:  # entered by somebody else at this moment
            raise Refused(_code_taken(national_code)) from taken
        return told(resource, "code", by, facts, client_ref)


def describe(
    resource: Resource,
    *,
    by: Acting,
    length_m: int | None = None,
    area_m2: int | None = None,
    elevation_m: int | None = None,
    counties: Iterable[Jurisdiction] | None = None,
    source: str | None = None,
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Official figures of a resource, where they are from, and its counties. What was measured on a drawing stands beside them."""
    with transaction.atomic():
        if earlier := before(client_ref, "describe", by):
            return earlier
        lock(resource, expect=expect)
        check_keeps(reports.keeps_resource(by, resource))
        values: dict[str, Any] = {"length_m": length_m, "area_m2": area_m2, "elevation_m": elevation_m}
        if source is not None:
            values["source"] = source[:300]
        facts = changes(resource, values)
        resource.save(update_fields=list(values))
        if counties is not None:
            places = list(counties)
            check_keeps(rules.keeps_resource(by, [(place.path, place.pk) for place in places]))
            if any(place.level != Level.COUNTY for place in places):
                raise Refused(_("A resource is registered at its counties; townships and villages have its segments."))
            resource.counties.set(places)
            facts["counties"] = places
        return told(resource, "describe", by, facts, client_ref)


def join_waters(
    resource: Resource, *, flows_into: Resource | None, by: Acting, expect: int | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """Say into which water a water flows, or that it flows into none that is registered. Raises Refused when that closes a circle."""
    with transaction.atomic():
        if earlier := before(client_ref, "join_waters", by):
            return earlier
        hold_schemes()  # two who draw a circle from both ends at once would each see none
        lock(resource, expect=expect)
        check_keeps(reports.keeps_resource(by, resource))
        step, seen = flows_into.pk if flows_into else None, [resource.pk]  # what came in was read before the lock
        while step is not None:
            if step in seen:
                raise Refused(
                    _("%(water)s flows into %(resource)s already, directly or through others. Water does not flow in a circle.")
                    % {"water": flows_into.name if flows_into else "", "resource": resource.name}
                )
            seen.append(step)
            step = Resource.objects.filter(pk=step).values_list("flows_into", flat=True).first()
        facts = {"before": resource.flows_into_id, "now": flows_into.pk if flows_into else None}
        resource.flows_into = flows_into
        resource.save(update_fields=["flows_into"])
        return told(resource, "join_waters", by, facts, client_ref)


def delimit(
    resource: Resource,
    *,
    jurisdiction: Jurisdiction,
    act: str,
    approved_on: date,
    level: str,
    by: Acting,
    demonstration: bool = False,
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> ManagementBoundary:
    """Enter the act that draws the management boundary of a resource in one unit; it ends the act before it."""
    with transaction.atomic():
        if earlier := before(client_ref, "delimit", by):
            return ManagementBoundary.objects.get(pk=earlier.facts["boundary"])
        lock(resource, expect=expect)
        check_keeps(rules.keeps(by, jurisdiction.path, jurisdiction.pk))
        if not reports.place_on(jurisdiction, approved_on):
            raise Refused(
                _("%(place)s did not stand on %(day)s. Choose the unit of that day.") % {"place": jurisdiction.name, "day": approved_on}
            )
        standing = ManagementBoundary.objects.filter(resource=resource, jurisdiction=jurisdiction, until=None).first()
        if standing is not None and standing.since >= approved_on:
            raise Refused(_("The act in force is as new as this one or newer: %(act)s.") % {"act": standing.act})
        if standing is not None:
            standing.until = approved_on
            standing.save(update_fields=["until"])
        made = ManagementBoundary.objects.create(
            resource=resource,
            jurisdiction=jurisdiction,
            act=act,
            approved_on=approved_on,
            level=level,
            since=approved_on,
            demonstration=demonstration,
        )
        facts = {"boundary": made.pk, "jurisdiction": jurisdiction, "act": Words(act), "approved_on": approved_on, "level": level}
        told(resource, "delimit", by, facts, client_ref)
    return made


def _alias(resource: Resource, aliases: Sequence[str]) -> list[str]:
    """Give the resource exactly these other names; the search knows them at once."""
    wanted = [text for text in dict.fromkeys(" ".join(a.split()) for a in aliases) if text and text != resource.name]
    if len(wanted) > MOST_ALIASES:
        raise Refused(_("At most %(most)s other names can be kept. Leave out those that nobody uses.") % {"most": MOST_ALIASES})
    Alias.objects.filter(resource=resource).exclude(name__in=wanted).delete()
    known = set(Alias.objects.filter(resource=resource).values_list("name", flat=True))
    Alias.objects.bulk_create(Alias(resource=resource, name=text) for text in wanted if text not in known)
    spell([resource])
    return wanted


def _check_name(name: str, kind: str, counties: Sequence[Jurisdiction], but: int | None = None) -> None:
    """The same name may be borne by two streams of two counties, not by two of one kind in one county."""
    same = Resource.objects.filter(kind=kind, name=name, until=None).exclude(pk=but or 0)
    if counties:
        same = same.filter(counties__in=counties)
    if same.exists():
        raise Refused(
            _("%(name)s is in the register already, in the same county. Open it there, or add the place to its name.") % {"name": name}
        )


def _checked_code(national_code: str, but: int | None) -> str:
    if national_code and not CODE.fullmatch(national_code):
        raise Refused(_("A national code has 4 to 20 letters and digits: %(code)s") % {"code": national_code})
    if national_code and Resource.objects.filter(national_code=national_code).exclude(pk=but or 0).exists():
        raise Refused(_code_taken(national_code))
    return national_code


def _code_taken(national_code: str) -> str:
    return _("The code %(code)s belongs to another resource. Compare the list it is from.") % {"code": national_code}
