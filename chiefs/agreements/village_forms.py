"""What the township's desk fills in about a village agreement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accountability.evidence.fields import PhotosField
from accountability.kit import days
from accountability.kit.fields import DayField
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.posts.models import Post

from . import actions
from .actions.villages import MOST_TEXT, keep_scans
from .lifecycle import VillageLifecycle
from .models import VillageAgreement

YEAR = timedelta(days=365)


def words(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4}), **more)


class PrepareForm(ActionForm):
    """What a village chief and the township agree."""

    since = DayField(label=gettext_lazy("First day"), help_text=gettext_lazy("e.g. 2026-01-01"))
    last = DayField(label=gettext_lazy("Last day"), help_text=gettext_lazy("e.g. 2026-12-31"))
    duties = words(gettext_lazy("Duties"))
    funding = words(gettext_lazy("Funding"))
    amount = forms.DecimalField(
        label=gettext_lazy("Allowance per year, in yuan"), required=False, min_value=0, max_value=1_000_000, max_digits=9, decimal_places=2
    )
    liability = words(gettext_lazy("Liability"))

    def __init__(self, *args: Any, post: Post, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post, self.acting = post, acting
        self.fields["since"].initial = lambda: days.today().isoformat()
        self.fields["last"].initial = lambda: (days.today() + YEAR - timedelta(days=1)).isoformat()

    def act(self) -> VillageAgreement:
        facts = {name: value for name, value in self.cleaned_data.items() if name not in ("expect", "last")}
        until = self.cleaned_data["last"] + timedelta(days=1)
        return actions.prepare(post=self.post, until=until, by=self.acting, **facts)


class VillageStep(ActionForm):
    step: str
    danger = False

    def __init__(self, *args: Any, agreement: VillageAgreement, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=agreement.version, **kwargs)
        self.agreement, self.acting = agreement, acting

    def act(self) -> Any:
        return getattr(actions, self.step)(self.agreement, by=self.acting, **self.cleaned_data)

    def keep(self) -> None:
        """Keep the pictures that came, also when the rest has to be corrected."""


class SignedForm(VillageStep):
    """Both have signed the paper: its photo is kept first, so a refused step never loses it."""

    step = "sign"
    signed_on = DayField(label=gettext_lazy("Signed on"), help_text=gettext_lazy("e.g. 2026-01-01"))
    photos = PhotosField(label=gettext_lazy("Photos of the signed pages"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].initial = lambda: days.today().isoformat()

    def keep(self) -> None:
        ref = self.cleaned_data.get("client_ref")
        allowed = any(move.name == self.step for move in VillageLifecycle.available(self.agreement, self.acting))
        if ref is not None and allowed:
            keep_scans(self.agreement, self.cleaned_data.get("photos") or [], form_ref=ref, by=self.acting)

    def act(self) -> Any:
        self.keep()
        facts = {name: value for name, value in self.cleaned_data.items() if name != "photos"}
        return actions.sign_village(self.agreement, by=self.acting, **facts)


class RenewForm(VillageStep):
    step = "renew"
    last = DayField(label=gettext_lazy("Last day of the renewal"), help_text=gettext_lazy("e.g. 2027-12-31"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begins = max(self.agreement.until, days.today())
        self.fields["last"].initial = (begins + YEAR - timedelta(days=1)).isoformat()

    def act(self) -> Any:
        facts = {name: value for name, value in self.cleaned_data.items() if name != "last"}
        return actions.renew(self.agreement, until=self.cleaned_data["last"] + timedelta(days=1), by=self.acting, **facts)


class CloseForm(VillageStep):
    step, danger = "close", True
    day = DayField(label=gettext_lazy("First day that it no longer covers"), help_text=gettext_lazy("e.g. 2026-09-30"))
    reason = words(gettext_lazy("Why it ends early"))


class DropForm(VillageStep):
    step, danger = "drop", True
    reason = words(gettext_lazy("Why it is not concluded"))
