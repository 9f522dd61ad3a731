"""What may be done with a registered site, and by whom: whoever keeps the register at its place."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState
from chiefs.posts.models import Unit
from chiefs.posts.rules import keeps_register

from . import rules
from .models import Site

S = Site.State
LEAST_WORDS = 2
NO_CODE = gettext_lazy("This is no credit code: its 18 signs or the check sign do not fit. Compare it with the licence, or leave it empty.")
#: What ``change`` may change.
CHANGEABLE = (
    "kind",
    "name",
    "name_bo",
    "credit_code",
    "permit_number",
    "jurisdiction",
    "address",
    "latitude",
    "longitude",
    "segment",
    "since",
    "source",
)
#: What the one that goes on takes over from the other where it knows nothing itself.
TAKEN_OVER = ("name_bo", "credit_code", "permit_number", "address", "segment", "since")
#: Moves that follow from another one; no page offers them.
BY_MERGER = frozenset({"take_up"})


def keeps(flow: SiteLifecycle, by: Acting) -> bool:
    """A post that keeps the register at the place of the site."""
    return keeps_register(by, flow.record.path, flow.record.jurisdiction_id)


class SiteLifecycle(Lifecycle):
    """In operation, closed (and perhaps resumed), or found to be another site that is registered already."""

    name = "sites"
    state = RecordState(S)

    @state.transition(source=[S.OPERATING, S.CLOSED], label=gettext_lazy("Correct the entry"), permission=keeps)
    def change(self, *, by: Acting, values: dict[str, Any]) -> None:
        site = self.record
        differing = {name: value for name, value in values.items() if getattr(site, name) != value}
        if unknown := differing.keys() - set(CHANGEABLE):
            raise TypeError(f"Not changed by this move: {', '.join(sorted(unknown))}")
        for name, value in differing.items():
            setattr(site, name, str(value) if isinstance(value, str) else value)
        check(site)
        if not keeps_register(by, site.jurisdiction.path, site.jurisdiction_id):
            raise Refused(_("You do not keep the register at the new place. Ask the office of the county above both."))
        site.path = site.jurisdiction.path
        self.found["changed"] = sorted(differing)

    @state.transition(source=S.OPERATING, label=gettext_lazy("General or key site"), permission=keeps)
    def classify(self, *, by: Acting, value: str, day: date, basis: str) -> None:
        self._row_begins(day, self.record.importances)

    @state.transition(source=S.OPERATING, label=gettext_lazy("Unit in charge"), permission=keeps)
    def put_in_charge(self, *, by: Acting, unit: Unit, day: date, basis: str) -> None:
        self._row_begins(day, self.record.supervisions)
        if unit.since > day or (unit.until is not None and unit.until <= day):
            raise Refused(_("%(unit)s does not stand on that day. Choose another unit or another day.") % {"unit": unit.name})

    @state.transition(source=[S.OPERATING, S.CLOSED], label=gettext_lazy("Other names"), permission=keeps)
    def name_also(self, *, by: Acting, names: list[str]) -> None:
        if not any(name.strip() for name in names):
            raise Refused(_("Write at least one name."))

    @state.transition(source=S.OPERATING, target=S.CLOSED, label=gettext_lazy("Close down"), permission=keeps)
    def close(self, *, by: Acting, day: date, reason: str) -> None:
        if not rules.may_close_on(day, self.record.since, days.today()):
            raise Refused(_("A site closes after it began, and not on a day to come. Compare the day."))
        _said(reason)
        self.record.until = day

    @state.transition(source=S.CLOSED, target=S.OPERATING, label=gettext_lazy("In operation again"), permission=keeps)
    def resume(self, *, by: Acting, reason: str) -> None:
        _said(reason)
        self.record.until = None

    @state.transition(source=[S.OPERATING, S.CLOSED], target=S.MERGED, label=gettext_lazy("Merge"), permission=keeps)
    def merge(self, *, by: Acting, into: Site, reason: str) -> None:
        site = self.record
        _said(reason)
        if into.pk == site.pk:
            raise Refused(_("A site is not merged into itself. Choose the other entry."))
        if into.state == S.MERGED:
            raise Refused(_("%(site)s was merged into another itself. Choose the one that goes on.") % {"site": into.name})
        if site.credit_code and into.credit_code and site.credit_code != into.credit_code:
            raise Refused(_("The two have different credit codes, so they are two sites. If one code is wrong, correct it first."))
        if not keeps_register(by, into.path, into.jurisdiction_id):
            raise Refused(_("You do not keep the register at the place of the other entry. Ask the office of the county above both."))
        site.merged_into = into

    @state.transition(source=[S.OPERATING, S.CLOSED], label=gettext_lazy("Take up another entry"), permission=keeps)
    def take_up(self, *, by: Acting, merged: Site) -> None:
        """The other side of a merger: what this entry does not know, it takes over."""
        site = self.record
        taken = [field for field in TAKEN_OVER if not getattr(site, field) and getattr(merged, field)]
        if "since" in taken and site.until is not None and merged.since is not None and site.until <= merged.since:
            taken.remove("since")  # the other is said to have begun after this one closed: that is not known
        for field in taken:
            setattr(site, field, getattr(merged, field))
        if site.latitude is None and merged.latitude is not None:
            site.latitude, site.longitude = merged.latitude, merged.longitude
            taken.append("latitude")
        self.found["taken"] = sorted(taken)

    def _row_begins(self, day: date, rows: Any) -> None:
        last = rows.order_by("-since").values_list("since", flat=True).first()
        if not rules.may_change_from(day, last, days.today()):
            raise Refused(_("The day must lie after the last change of this, and at most a year ahead."))


def _said(reason: str) -> None:
    if len(str(reason).strip()) < LEAST_WORDS:
        raise Refused(_("Write the reason in a few words."))


def check(site: Site) -> None:
    """What must hold of an entry before it is kept. Raises Refused with what is wrong and what to do."""
    if not site.name.strip():
        raise Refused(_("Write the name of the site."))
    if site.credit_code and not rules.is_credit_code(site.credit_code):
        raise Refused(
            _("This is no credit code: its 18 signs or the check sign do not fit. Compare it with the licence, or leave it empty.")
        )
    if (site.latitude is None) != (site.longitude is None):
        raise Refused(_("Latitude and longitude belong together. Fill in both, or neither."))
    if site.since is not None and site.until is not None and site.until <= site.since:
        raise Refused(_("A site closes after it began. Compare the days."))
    if site.since is not None and site.since > days.today() + rules.MOST_AHEAD:
        raise Refused(_("The day lies more than a year ahead. Compare it."))
    holder = Site.objects.standing().filter(credit_code=site.credit_code).exclude(pk=site.pk).first() if site.credit_code else None
    if holder is not None:
        raise Refused(_("%(site)s is registered with this credit code already. Open it, or merge the two.") % {"site": holder.name})
