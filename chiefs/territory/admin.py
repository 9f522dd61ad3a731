"""Tables of the territory, and what every rule table has in common: a rule that has begun is closed and followed, never rewritten."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.doors import log_refusal
from accountability.ledger.errors import GateError, Refused

from . import actions, rules
from .models import DatedRule, Jurisdiction, Succession


class Kept(admin.ModelAdmin):
    """A table of which nothing is taken away and every change is an event of the administrator who made it."""

    actions = None
    editable: tuple[str, ...] | None = None  # the only columns that may be changed; None: all but those in ``fixed``
    fixed: tuple[str, ...] = ()  # what records refer to: entered once
    bounds: dict[str, tuple[int, int]] = {}  # column: least and most that make sense

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        if self.editable is not None:
            return tuple(f.name for f in self.opts.fields if f.name not in self.editable and not f.primary_key)
        return self.fixed

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in self.bounds:
            low, high = self.bounds[db_field.name]
            field.validators += [MinValueValidator(low), MaxValueValidator(high)]
            field.widget.attrs.update(min=low, max=high)
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        changed = [name for name in form.changed_data if name in form.cleaned_data]
        if changed or not change:
            actions.keep(obj, changed=changed, by=request.acting)  # type: ignore[attr-defined]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A refusal that only the locked row could tell (somebody was faster) becomes a sentence on the page."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except GateError as refusal:
            log_refusal(refusal)
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())


class ReadOnly(Kept):
    """A table that is only looked at here."""

    editable = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Rows(admin.TabularInline):
    """Rows that belong to the record on the page; they follow what may be done to it, and their changes are events of their own."""

    extra = 0

    def _open(self, obj: Any) -> bool:
        sheet = getattr(obj, "sheet", obj)
        return not (isinstance(sheet, DatedRule) and sheet.pk and rules.has_begun(sheet.since, days.today()))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._open(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._open(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SeenRows(Rows):
    """Rows that are only looked at."""

    def _open(self, obj: Any) -> bool:
        return False


class WithRows(Kept):
    """A record with rows of its own on the same page."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row_form in formset.forms:
            if row_form.has_changed():
                actions.keep(row_form.save(commit=False), changed=row_form.changed_data, by=request.acting)  # type: ignore[attr-defined]
        formset.new_objects = [f.instance for f in formset.extra_forms if f.has_changed()]
        formset.changed_objects = [(f.instance, f.changed_data) for f in formset.initial_forms if f.has_changed()]
        formset.deleted_objects = []


class DatedRuleForm(forms.ModelForm):
    """Says on the form what the action would refuse, and what the table's own check finds."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        row: DatedRule = self.instance
        since = cleaned.get("since", row.since)
        if since is not None and "until" not in self.errors:
            proposed = type(row)(pk=row.pk, since=since, until=cleaned.get("until", row.until))
            stored = type(row)._default_manager.get(pk=row.pk) if row.pk else None
            try:
                actions.check(proposed, stored, [name for name in self.changed_data if name in cleaned])
            except Refused as refusal:
                self.add_error(None, str(refusal))
        for column, sentence in self.faults(cleaned).items():
            self.add_error(column if column in self.fields else None, sentence)
        return cleaned

    def faults(self, cleaned: dict[str, Any]) -> dict[str | None, str]:
        """What is wrong with the numbers of a new row, by column."""
        return {}


class DatedRuleAdmin(WithRows):
    """Rules with a first day. Begun: only the end may be set. Ended: only looked at. To change a rule, close it and add the next."""

    form = DatedRuleForm
    raw_id_fields: tuple[str, ...] = ("jurisdiction",)
    list_filter: tuple[str, ...] = ("confirmed", "since")
    ordering = ("-since", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None or not rules.has_begun(obj.since, days.today()):
            return super().get_readonly_fields(request, obj)
        still = () if rules.has_ended(obj.until, days.today()) else ("until",)
        return tuple(f.name for f in self.opts.fields if f.name not in still and not f.primary_key)


@admin.register(Jurisdiction)
class JurisdictionAdmin(Kept):
    list_display = ("code", "name", "name_bo", "level", "kind", "parent", "since", "until")
    list_filter = ("level", "special")
    list_select_related = ("parent",)
    search_fields = ("code", "name", "name_bo")
    editable = ("name_bo",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class SuccessionForm(forms.ModelForm):
    """What is uncertain is confirmed with a successor, or stays uncertain."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "confirmation" in cleaned:
            if cleaned["confirmation"] == Succession.Confirmation.CONFIRMED and cleaned.get("successor") is None:
                self.add_error("successor", ValidationError(_("Choose what the unit became before you confirm it.")))
            if cleaned["confirmation"] == Succession.Confirmation.CERTAIN and "confirmation" in self.changed_data:
                self.add_error("confirmation", ValidationError(_("A person confirms; only the source makes it certain.")))
        if cleaned.get("successor") is not None and cleaned["successor"].pk == self.instance.predecessor_id:
            self.add_error("successor", ValidationError(_("A unit cannot succeed itself.")))
        return cleaned


@admin.register(Succession)
class SuccessionAdmin(Kept):
    """A person confirms what the sources left open; what is certain or confirmed is only looked at."""

    form = SuccessionForm
    list_display = ("predecessor", "successor", "day", "day_certain", "kind", "confirmation")
    list_filter = ("confirmation", "kind")
    list_select_related = ("predecessor", "successor")
    search_fields = ("predecessor__name", "predecessor__code", "successor__name")
    raw_id_fields = ("successor",)
    editable = ("successor", "day", "day_certain", "confirmation")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is not None and obj.confirmation != Succession.Confirmation.UNCERTAIN:
            return tuple(f.name for f in self.opts.fields if not f.primary_key)
        return super().get_readonly_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
