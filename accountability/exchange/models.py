"""What came in from a file, with its report."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accountability.kit import days


class ImportRun(models.Model):
    """One reading of one file: taken whole or refused whole."""

    class Outcome(models.TextChoices):
        CHANGED = "changed", _("taken over")
        UNCHANGED = "unchanged", _("nothing new")
        REFUSED = "refused", _("refused; nothing was changed")

    kind = models.CharField(_("kind"), max_length=60)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    started_at = models.DateTimeField(_("began"), default=days.now)
    finished_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    read = models.PositiveIntegerField(_("rows read"), default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)

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
    weight = models.CharField(_("weight"), max_length=10, choices=Weight.choices)
    code = models.CharField(_("code"), max_length=40)
    text = models.CharField(_("text"), max_length=500)

    def __str__(self) -> str:
        return self.text
