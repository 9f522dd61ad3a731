"""What came in from a file, with its report; what an office handed in; which rows that made."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet

from . import rules


class DeliveryQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None):
        """What the own office handed in: the file holds names and telephone numbers."""
        if acting is None or not rules.imports(acting):
            return self.none()
        return self.filter(unit_id=acting.unit_id)


class Delivery(Governed):
    """A file that an office hands in: tried out first, then taken over; undone while nothing depends on it.

    Plain ids and no foreign keys: units and posts stand above this room. The file itself is evidence of this record.
    """

    class State(models.TextChoices):
        TRIED = "tried", _("tried out; nothing is taken over")
        UNREADABLE = "unreadable", _("cannot be read; nothing is taken over")
        TAKEN = "taken", _("taken over")
        UNDONE = "undone", _("undone")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.TRIED, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    received_at = models.DateTimeField(_("received"), default=days.now)
    unit_id = models.BigIntegerField(_("unit"))
    post_id = models.BigIntegerField(_("post"))
    post_title = models.CharField(_("handed in by"), max_length=200)
    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("file handed in")
        verbose_name_plural = _("files handed in")
        indexes = [models.Index(fields=["unit_id", "-received_at"], name="delivery_by_unit")]

    def __str__(self) -> str:
        return self.file_name


class ImportRun(models.Model):
    """One reading of one file, with its report: a trial, a taking over, or a refusal."""

    class Outcome(models.TextChoices):
        TRIED = "tried", _("tried out")
        CHANGED = "changed", _("taken over")
        UNCHANGED = "unchanged", _("nothing new")
        REFUSED = "refused", _("refused; nothing was changed")

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("file handed in")
    )
    kind = models.CharField(_("kind"), max_length=60)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    started_at = models.DateTimeField(_("began"), default=days.now)
    finished_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    partial = models.BooleanField(_("only the good rows"), default=False)
    read = models.PositiveIntegerField(_("rows read"), default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}"


class ImportNote(models.Model):
    """A warning about a row that was taken, or the reason why one was not."""

    class Weight(models.TextChoices):
        WARNING = "warning", _("warning")
        REJECTED = "rejected", _("row rejected")
        ERROR = "error", _("file refused")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="notes", verbose_name=_("import"))
    line = models.PositiveIntegerField(_("line"), null=True)
    letter = models.CharField(_("column"), max_length=3, blank=True)
    heading = models.CharField(_("heading"), max_length=60, blank=True)
    weight = models.CharField(_("weight"), max_length=10, choices=Weight.choices)
    code = models.CharField(_("code"), max_length=40)
    text = models.CharField(_("text"), max_length=500)

    class Meta:
        verbose_name = _("remark of the import")
        verbose_name_plural = _("remarks of the import")

    def __str__(self) -> str:
        return self.text


class ImportedRow(models.Model):
    """A row of the register that an import made or changed. Says where it came from, and what stood there before."""

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="rows", verbose_name=_("import"))
    line = models.PositiveIntegerField(_("line"))
    label = models.CharField(_("table"), max_length=80, help_text="app_label.modelname")
    row_pk = models.BigIntegerField(_("row"))
    before = models.JSONField(_("before"), null=True, help_text="what the changed columns held; none when the row was made")
    now = models.JSONField(_("now"), help_text="what the columns hold since")

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        indexes = [models.Index(fields=["label", "row_pk"], name="imported_row_by_row")]
        # and guards.append_only(ImportedRow): where a row came from is not rewritten, also when the import is undone
