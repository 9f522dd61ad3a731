"""The three steps of a handover. Who may take over is who the gate would accept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm

from . import actions_handover, handovers
from .handovers import Taker
from .lifecycle import HandoverLifecycle
from .models import Handover

MOST_SHOWN = 500  # matters on one list; who has more hands them over in several steps


class HandoverForm(ActionForm):
    """One step; ``move`` names it in the lifecycle."""

    move: str

    def __init__(self, *args: Any, handover: Handover, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=handover.version, **kwargs)
        self.handover, self.acting = handover, acting

    def open_now(self) -> bool:
        return any(move.name == self.move for move in HandoverLifecycle.available(self.handover, self.acting))

    def act(self) -> None:
        getattr(actions_handover, self.move)(self.handover, by=self.acting, **self.cleaned_data)


class TakerForm(HandoverForm):
    """With somebody by name. Who does not keep the register takes over for themselves."""

    taker = forms.ChoiceField(label=gettext_lazy("Who answers for it from now on"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = handovers.takers(self.handover)
        if not HandoverLifecycle.keeps_register(self.handover, self.acting):
            found = [taker for taker in found if taker.is_acting(self.acting)]
        self.fields["taker"].choices = [(taker.key, self.called(taker)) for taker in found]  # type: ignore[attr-defined]
        self.fields["taker"].wide = True  # type: ignore[attr-defined]
        if len(found) == 1:
            self.fields["taker"].initial = found[0].key

    @staticmethod
    def called(taker: Taker) -> str:
        facts = {"person": local(taker.named), "post": local(taker.tenure.post, "title")}
        return _("%(person)s, as deputy: %(post)s") % facts if taker.deputation else _("%(person)s: %(post)s") % facts


class TakeOverForm(TakerForm):
    move = "take_over"
    streams = forms.MultipleChoiceField(label=gettext_lazy("Matters"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [row for row in handovers.rows_of(self.handover) if row.settled_at is None][:MOST_SHOWN]
        self.fields["streams"].choices = [(row.stream, f"{row.kind} {row.label}") for row in rows]  # type: ignore[attr-defined]
        self.fields["streams"].initial = [row.stream for row in rows if row.taker_id is None]
        self.order_fields(["streams", "taker"])


class CoverForm(TakerForm):
    move = "cover"


class FinishForm(HandoverForm):
    move = "finish"


HANDOVER_FORMS: dict[str, type[HandoverForm]] = {form.move: form for form in (TakeOverForm, CoverForm, FinishForm)}
