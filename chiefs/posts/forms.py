"""Signing in, and choosing the post to act for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import ActionForm

from .models import Account, Tenure


class SignInForm(forms.Form):
    """The names of the fields are those that password managers know."""

    username = forms.CharField(
        label=_("Login name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.account: Account | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("username") and data.get("password"):
            login = data["username"].strip().lower()
            self.account = authenticate(self.request, username=login, password=data["password"])  # type: ignore[assignment]
            if self.account is None:
                # One sentence for a wrong name, a wrong password and a closed account: nobody learns which names exist.
                raise forms.ValidationError(
                    _("The login name and the password do not belong together. Check both, or ask your chief office for a new password.")
                )
        return data


class PostForm(forms.Form):
    """The posts that the person holds today, as tiles."""

    post = forms.TypedChoiceField(label=_("Which post do you act for?"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, tenures: list[Tenure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [(t.post_id, self.called(t)) for t in tenures]  # type: ignore[attr-defined]
        self.fields["post"].error_messages["invalid_choice"] = _("You do not hold this post today. Choose one of those shown.")

    @staticmethod
    def called(tenure: Tenure) -> str:
        title = local(tenure.post, "title")
        return _("%(post)s (as deputy)") % {"post": title} if tenure.deputation else title


class ActivationForm(ActionForm):
    """The code from the slip, and a password of one's own."""

    slip = forms.CharField(
        label=_("Number of the slip"), max_length=12, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )
    code = forms.CharField(
        label=_("Code on the slip"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("New password"),
        help_text=_("Ten signs or more. A short sentence is easy to remember."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same password once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two passwords differ. Type both again."))
        return data
