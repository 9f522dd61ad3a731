"""What every form about a post has: the post, who fills it in, the terms that run, and whether a page offers it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.kit.fields import DayField
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting

from . import deeds
from .models import Post, Tenure
from .picking import PickingForm

EXAMPLE_DAY = gettext_lazy("e.g. 2026-05-06")


def date_field(label: Any, *, required: bool = True, help_text: Any = EXAMPLE_DAY) -> DayField:
    return DayField(label=label, required=required, help_text=help_text)


def text_field(label: Any, *, required: bool = True, longest: int = 200, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=longest, help_text=help_text)


class Terms(forms.ModelChoiceField):
    wide = True  # a name with a day

    def label_from_instance(self, obj: Tenure) -> str:
        return _("%(person)s, since %(day)s") % {"person": local(obj.person), "day": obj.since}


def terms_from_now(post: Post) -> QuerySet[Tenure]:
    return Tenure.objects.touching(days.today(), None).filter(post=post).select_related("person").order_by("since", "pk")


class PostForm(PickingForm):
    """About one post. ``act`` returns the record that was entered."""

    title: Any
    submit: Any

    def __init__(self, *args: Any, post: Post, acting: Acting, terms: list[Tenure] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post, self.acting, self._terms = post, acting, terms
        self.pick()

    @property
    def terms(self) -> list[Tenure]:
        """The terms of the post that run or are to come; read once, also for several forms about the same post."""
        if self._terms is None:
            self._terms = list(terms_from_now(self.post))
        return self._terms

    def facts(self, *leave_out: str) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"expect", *leave_out}}
        return given | {"by": self.acting}

    @classmethod
    def allowed(cls, acting: Acting, post: Post) -> bool:
        """Whether ``acting`` makes this entry about the post."""
        return deeds.may_fill(acting, post)

    def open_now(self) -> bool:
        """Whether there is anything that the form could be about."""
        return True

    def offered(self) -> bool:
        """Whether a page offers it: not what the action refuses whatever is filled in."""
        return self.open_now()

    def act(self) -> Any:
        raise NotImplementedError
