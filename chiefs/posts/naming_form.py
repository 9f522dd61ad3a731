"""What the forms have in common by which a unit or a post gets another name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from .post_form import date_field, text_field

MOST = {"name": 120, "name_bo": 160, "since": 10, "basis": 200, "change": 36}


class Renaming(forms.Form):
    """The new name with its first day and its document; filled in with what a change of divisions makes of the old name.

    ``asked``  what the address proposes; ``borne`` the name that is borne, with its Tibetan form
    ``change`` the change of divisions from whose list somebody comes, and to which the page leads back
    """

    since = date_field(gettext_lazy("First day of the new name"))
    basis = text_field(gettext_lazy("Document that gives the name"), help_text=gettext_lazy("its number or title"))
    change = forms.UUIDField(required=False, widget=forms.HiddenInput)
    ORDER = ("name", "name_bo", "since", "basis")

    def __init__(self, *args: Any, borne: tuple[str, str], asked: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        given = {name: value[: MOST[name]] for name, value in (asked or {}).items() if name in MOST}
        start = {"name": borne[0], "name_bo": borne[1]} | given
        super().__init__(*args, initial=start, **kwargs)
