"""Numbers, issued papers and what proves them."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accountability.kit import days


class Counter(models.Model):
    """The last number given per kind and year; its row is locked while one is taken."""

    kind = models.CharField(max_length=20, help_text="the letter of a public number, or the word of an office")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="counter_once")]


class Paper(models.Model):
    """A document that was issued: its bytes by hash, its HTML twin, and the code that the QR on it carries.

    Nothing of it changes afterwards but two things: the printed PDF is added once, and a later paper may replace it.
    """

    class Kind(models.TextChoices):
        AUDIT_REPORT = "audit_report", _("Departure audit report")
        REFUSAL = "refusal_notice", _("Notice of refusal")
        ACCEPTANCE = "acceptance_notice", _("Notice of acceptance")
        REPLY = "reply", _("Written reply")
        NOTICE = "notice", _("Notice")
        TARGET_AGREEMENT = "target_agreement", _("Target agreement")
        SIGNBOARD = "signboard", _("Notice board sheet")
        RIVER_PLAN = "river_plan", _("River plan")

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True)
    mark = models.CharField(_("document mark"), max_length=60, blank=True, help_text="the office's own numbering, if it has one")
    kind = models.CharField(_("kind"), max_length=40, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    owner = models.CharField(max_length=120, db_index=True, help_text="stream key of the record it belongs to")
    verify_code = models.CharField(_("verification code"), max_length=20, unique=True)
    html = models.TextField(_("HTML twin"), help_text="the text of record")
    pdf = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    pages = models.PositiveSmallIntegerField(null=True)
    issued_at = models.DateTimeField(default=days.now)
    issuer = models.CharField(_("issuing unit"), max_length=120)
    post_id = models.BigIntegerField()
    public = models.BooleanField(_("title may be shown to whoever verifies"), default=False)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = _("issued paper")
        verbose_name_plural = _("issued papers")

    @property
    def stream(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def printed(self) -> bool:
        return bool(self.sha256)
