"""How a person gets in: a slip of paper with a number and a code, used once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.kit import days


class ActivationQuerySet(models.QuerySet):
    def open(self):
        """Slips that were neither used nor taken back; whether one has run out is a question of the moment."""
        return self.filter(used_at=None, withdrawn_at=None)


class Activation(models.Model):
    """A slip with which one person chooses a password: for the first time, or after a telephone or a password was lost.

    The code itself is on paper only; here lies its keyed fingerprint.
    """

    class Purpose(models.TextChoices):
        FIRST = "first", _("first time")
        RESET = "reset", _("after a loss")

    account = models.ForeignKey("posts.Account", on_delete=models.PROTECT, related_name="activations", verbose_name=_("account"))
    purpose = models.CharField(_("purpose"), max_length=6, choices=Purpose.choices)
    slip = models.CharField(_("number of the slip"), max_length=12, unique=True, help_text=_("stands in the address of its QR code"))
    code_fingerprint = models.CharField(max_length=64)
    issued_at = models.DateTimeField(_("issued"), default=days.now)
    expires_at = models.DateTimeField(_("runs out"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    objects = ActivationQuerySet.as_manager()

    class Meta:
        verbose_name = _("activation slip")
        verbose_name_plural = _("activation slips")
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(used_at=None, withdrawn_at=None), name="activation_one_open"),
            models.CheckConstraint(condition=Q(used_at=None) | Q(withdrawn_at=None), name="activation_ends_once"),
        ]

    def __str__(self) -> str:
        return self.slip
