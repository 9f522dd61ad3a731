"""A water, mountain or plot leaves the register: it is no more, was entered by mistake, or was entered twice. Its past stays with it."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from chiefs.resources import reports
from chiefs.resources.models import Alias, Resource, Segment
from chiefs.resources.names import spell

from .writing import before, check_keeps, hold_schemes, lock, told

MOST_TOLD = 5
LEAST_WORDS = 2


def end_resource(
    resource: Resource,
    *,
    day: date,
    basis: str,
    same_as: Resource | None = None,
    by: Acting,
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """The resource is no more from a day on. ``same_as``: the entry that goes on, where it was entered twice: it takes over the names
    and what flows into this one.

    Raises NotPermitted, Stale, and Refused while a segment stands or, with nothing that goes on, another water flows into it.
    """
    with transaction.atomic():
        if earlier := before(client_ref, "end_resource", by):
            return earlier
        hold_schemes()
        lock(resource, expect=expect)
        check_keeps(reports.keeps_resource(by, resource))
        _check(resource, day, basis, same_as)
        tributaries = list(Resource.objects.select_for_update(of=("self",)).filter(flows_into=resource, until=None).order_by("pk"))
        if tributaries and same_as is None:
            names = "、".join(str(water) for water in tributaries[:MOST_TOLD])
            raise Refused(_("Other waters flow into this one: %(names)s. Say first where they flow.") % {"names": names})
        for water in tributaries:
            water.flows_into = same_as
            water.save(update_fields=["flows_into"])
        if same_as is not None:
            _take_names(resource, same_as)
        resource.boundaries.filter(until=None, since__lt=day).update(until=day)
        resource.until, resource.end_basis, resource.same_as = day, basis.strip(), same_as
        resource.save(update_fields=["until", "end_basis", "same_as"])
        facts = {"day": day, "basis": Words(basis.strip()), "same_as": same_as, "flows": [water.pk for water in tributaries]}
        return told(resource, "end_resource", by, facts, client_ref)


def _check(resource: Resource, day: date, basis: str, same_as: Resource | None) -> None:
    if resource.until is not None:
        raise Refused(_("This entry has ended already, on %(day)s.") % {"day": resource.until})
    if day > days.today():
        raise Refused(_("The day cannot lie in the future."))
    if len(basis.strip()) < LEAST_WORDS:
        raise Refused(_("Write the document, or why the entry was a mistake."))
    standing = Segment.objects.touching(day, None).filter(resource=resource).order_by("code")
    if left := list(standing.values_list("code", flat=True)[: MOST_TOLD + 1]):
        codes = "、".join(left[:MOST_TOLD]) + ("…" if len(left) > MOST_TOLD else "")
        raise Refused(_("Segments of it stand on that day: %(codes)s. End them first.") % {"codes": codes})
    if same_as is not None and (same_as.pk == resource.pk or same_as.until is not None or same_as.scheme_id != resource.scheme_id):
        raise Refused(_("Choose an entry of the same scheme that goes on, and another than this one."))


def _take_names(resource: Resource, into: Resource) -> None:
    """Whoever looks for one of the old names finds the entry that goes on."""
    names = [resource.name, *Alias.objects.filter(resource=resource).values_list("name", flat=True)]
    known = {into.name, *Alias.objects.filter(resource=into).values_list("name", flat=True)}
    Alias.objects.bulk_create(Alias(resource=into, name=name) for name in dict.fromkeys(names) if name not in known)
    spell([into])
