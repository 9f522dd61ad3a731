"""Every write about regulated sites. The names, the dated rows and what a merger moves are one transaction with the move."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.kit.textfold import fold
from accountability.ledger import once
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from chiefs.posts.models import Unit
from chiefs.posts.rules import keeps_register
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction

from . import rules
from .lifecycle import SiteLifecycle, check
from .models import Importance, Site, SiteName, Supervision

MOST_NAMES = 20


def register(
    *,
    kind: str,
    name: str,
    place: Jurisdiction,
    by: Acting,
    name_bo: str = "",
    credit_code: str = "",
    permit_number: str = "",
    address: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    segment: Segment | None = None,
    since: date | None = None,
    importance: str = Importance.Value.GENERAL,
    unit: Unit | None = None,
    other_names: Iterable[str] = (),
    source: str = "",
    basis: str = "",
    client_ref: uuid.UUID | None = None,
    occurred_at: datetime | None = None,
    demonstration: bool = False,
) -> Site:
    """Enter a site that is in operation. The same ``client_ref`` gives the same site.

    Raises NotPermitted for a post that does not keep the register there, Refused with what is wrong, Mismatch when the
    reference was used for another site.
    """
    if not keeps_register(by, place.path, place.pk):
        raise NotPermitted
    client_ref = client_ref or uuid.uuid4()
    if known := Site.objects.filter(client_ref=client_ref).first():
        return _the_same(known, name, place)
    called = [other.strip() for other in other_names if other.strip()]
    if len(called) > MOST_NAMES:
        raise Refused(_("A site has at most %(most)s names. Leave some out.") % {"most": MOST_NAMES})
    site = Site(
        client_ref=client_ref,
        kind=kind,
        name=name.strip(),
        name_bo=name_bo.strip(),
        credit_code=rules.tidy_code(credit_code),
        permit_number=permit_number.strip(),
        jurisdiction=place,
        path=place.path,
        address=address.strip(),
        latitude=latitude,
        longitude=longitude,
        segment=segment,
        since=since,
        source=source.strip(),
        demonstration=demonstration,
    )
    check(site)
    if unit is not None and unit.until is not None and unit.until <= days.today():
        raise Refused(_("%(unit)s has ended. Choose a unit that stands.") % {"unit": unit.name})
    first = min(since or days.today(), days.today())
    facts = {
        "kind": kind,
        "name": Words(site.name),
        "credit_code": site.credit_code,
        "place": place,
        "segment": segment,
        "importance": importance,
        "unit": unit,
        "since": since,
    }
    try:
        with transaction.atomic():
            SiteLifecycle.begin(site, by=by, act="register", occurred_at=occurred_at, facts=facts)
            _call(site, SiteName.Kind.PRESENT, site.name)
            for other in called:
                _call(site, SiteName.Kind.OTHER, other)
            Importance.objects.create(site=site, value=importance, since=first, basis=basis)
            if unit is not None:
                Supervision.objects.create(site=site, unit=unit, since=max(first, unit.since), basis=basis)
    except IntegrityError:  # sent twice at once, or the code was entered by somebody else this moment
        known = Site.objects.filter(client_ref=client_ref).first()
        if known is None:
            raise Refused(_("A site with this credit code has just been registered. Look it up before you enter it again.")) from None
        return _the_same(known, name, place)
    return site


def _the_same(known: Site, name: str, place: Jurisdiction) -> Site:
    if (known.name, known.jurisdiction_id) != (name.strip(), place.pk):
        raise Mismatch
    return known


def change(site: Site, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None, **values: Any) -> Event:
    """Correct what the register says of a site (names of ``lifecycle.CHANGEABLE``). A name given up stays as a former name."""
    if "credit_code" in values:
        values["credit_code"] = rules.tidy_code(values["credit_code"])
    if "name" in values:
        values["name"] = Words(values["name"].strip())
    try:
        with once.on(site, client_ref) as new:
            event = SiteLifecycle.perform("change", site, by=by, expect=expect, client_ref=client_ref, values=values)
            if new:
                _rename(site)
            return event
    except IntegrityError as taken:  # the code was given to another site at this moment
        raise Refused(_("Another site has this credit code already. Look it up, or merge the two.")) from taken


def _rename(site: Site) -> None:
    """The present name is the one of the entry; the one before stays, as a former name until today."""
    present = site.names.filter(kind=SiteName.Kind.PRESENT).first()
    if present is not None and present.name == site.name:
        return
    if present is not None:
        if present.folded == fold(site.name):  # only written otherwise
            present.name = site.name
            present.save(update_fields=["name"])
            return
        present.kind, present.until = SiteName.Kind.FORMER, days.today()
        present.save(update_fields=["kind", "until"])
    _call(site, SiteName.Kind.PRESENT, site.name)


def _call(site: Site, kind: str, name: str) -> None:
    """A site is known by a name; a name it has already only becomes the present one where it is that."""
    name = name.strip()[: SiteName._meta.get_field("name").max_length]
    folded = fold(name)
    if not folded:
        return
    row, new = SiteName.objects.get_or_create(site=site, folded=folded, defaults={"kind": kind, "name": name})
    if not new and kind == SiteName.Kind.PRESENT:
        row.kind, row.name, row.until = kind, name, None
        row.save(update_fields=["kind", "name", "until"])


def name_also(site: Site, *, names: list[str], by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Other names under which people know the site."""
    given = [Words(name.strip()) for name in names if name.strip()]
    with once.on(site, client_ref) as new:
        if new and site.names.count() + len(given) > MOST_NAMES:
            raise Refused(_("A site has at most %(most)s names. Leave some out.") % {"most": MOST_NAMES})
        event = SiteLifecycle.perform("name_also", site, by=by, expect=expect, client_ref=client_ref, names=given)
        if new:
            for name in given:
                _call(site, SiteName.Kind.OTHER, name)
    return event


def classify(site: Site, *, value: str, day: date, by: Acting, expect: int, basis: str = "", client_ref: uuid.UUID | None = None) -> Event:
    """General or key from a day on; the row before ends there."""
    with once.on(site, client_ref) as new:
        event = SiteLifecycle.perform(
            "classify", site, by=by, expect=expect, client_ref=client_ref, value=value, day=day, basis=Words(basis.strip())
        )
        if new:
            site.importances.filter(until=None).update(until=day)
            Importance.objects.create(site=site, value=value, since=day, basis=basis.strip())
    return event


def put_in_charge(
    site: Site, *, unit: Unit, day: date, by: Acting, expect: int, basis: str = "", client_ref: uuid.UUID | None = None
) -> Event:
    """Another unit watches over the site from a day on."""
    with once.on(site, client_ref) as new:
        event = SiteLifecycle.perform(
            "put_in_charge", site, by=by, expect=expect, client_ref=client_ref, unit=unit, day=day, basis=Words(basis.strip())
        )
        if new:
            site.supervisions.filter(until=None).update(until=day)
            Supervision.objects.create(site=site, unit=unit, since=day, basis=basis.strip())
    return event


def close(site: Site, *, day: date, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """The site is no longer in operation from a day on. What was reported about it stays, and may still be reported."""
    return SiteLifecycle.perform("close", site, by=by, expect=expect, client_ref=client_ref, day=day, reason=Words(reason))


def resume(site: Site, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """It works again, or was closed by mistake."""
    return SiteLifecycle.perform("resume", site, by=by, expect=expect, client_ref=client_ref, reason=Words(reason))


def merge(site: Site, *, into: Site, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """The same site was entered twice: ``into`` goes on, ``site`` says so for ever.

    Names go along, and what the other does not know it takes over. What points at ``site`` follows in this transaction
    (joins of ``sites.merge``). Both rows are locked in the order of their ids, so two mergers cannot cross.
    """
    with transaction.atomic():
        pair = Site.objects.select_for_update(of=("self",)).select_related("jurisdiction").filter(pk__in=[site.pk, into.pk])
        locked = {row.pk: row for row in pair.order_by("pk")}
        new = not once.taken(client_ref)
        goes_on = locked[into.pk]
        event = SiteLifecycle.perform("merge", site, by=by, expect=expect, client_ref=client_ref, into=goes_on, reason=Words(reason))
        if new:
            _take_up(goes_on, site, by)
    return event


def _take_up(site: Site, merged: Site, by: Acting) -> None:
    SiteLifecycle.perform("take_up", site, by=by, expect=site.version, merged=merged)
    for name in merged.names.all():
        _call(site, SiteName.Kind.FORMER if name.kind == SiteName.Kind.FORMER else SiteName.Kind.OTHER, name.name)
    if not site.supervisions.exists():
        Supervision.objects.bulk_create(
            Supervision(site=site, unit_id=row.unit_id, since=row.since, until=row.until, basis=row.basis)
            for row in merged.supervisions.all()
        )
    for earlier in Site.objects.filter(merged_into=merged).order_by("pk"):
        earlier.merged_into = site
        earlier.save(update_fields=["merged_into"])
        Event.record(earlier.stream, "sites.follow", by, before=earlier.state, after=earlier.state, facts=plain({"into": site}))
