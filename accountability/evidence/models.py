"""Files: the original as it came, sealed away; a stripped rendition to look at; what is known of when and where."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accountability.kit import days

from . import rules


class Evidence(models.Model):
    """One file that somebody handed in. The original is never altered and never shown; the rendition carries no EXIF.

    Who may open it is asked of the owning room (ledger.registry.may_open_evidence): ``owner`` is its record's stream key.
    """

    class Rendition(models.TextChoices):
        WAITING = "waiting", _("being prepared")
        READY = "ready", _("ready")
        NONE = "none", _("no picture to show")
        REFUSED = "refused", _("kept, but cannot be shown")

    class Note(models.TextChoices):
        """Why there is nothing to show."""

        NOT_A_PICTURE = "not_a_picture", _("The file is kept, but it is not a photo, whatever its name says. It cannot be shown.")
        BROKEN = (
            "broken",
            _("The file is kept, but it is cut off or damaged and cannot be shown. Send the photo again if you can."),
        )
        TOO_LARGE = "too_large", _("The file is kept, but it has too many pixels to be shown. Send a smaller copy of it.")
        LIMITS = "limits", _("The file is kept, but opening it takes too much memory or time. Send a smaller copy of it.")

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(null=True, unique=True)
    owner = models.CharField(max_length=120, db_index=True)
    role = models.CharField(max_length=20, help_text="photo, track, before, after, letter")
    name = models.CharField(_("file name as sent"), max_length=200, blank=True)
    media_type = models.CharField(_("type, from the content"), max_length=60)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    original = models.CharField(max_length=200, unique=True)
    rendition = models.CharField(max_length=200, blank=True, db_index=True)
    rendition_state = models.CharField(max_length=10, choices=Rendition.choices, default=Rendition.WAITING)
    rendition_note = models.CharField(max_length=20, choices=Note.choices, blank=True)
    width = models.PositiveIntegerField(null=True, help_text="pixels of the rendition")
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(_("taken at, as the file says"), null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    source_crs = models.CharField(max_length=12, default="WGS-84")
    received_at = models.DateTimeField(default=days.now)
    post_id = models.BigIntegerField(_("post that handed it in"))

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")

    @property
    def stream(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def is_office_paper(self) -> bool:
        """Whether the original may be saved by whoever may open it."""
        return rules.is_office_paper(self.role, self.media_type)

    @property
    def note(self) -> str:
        """A sentence that says why there is no picture; empty when there is one, or none was expected."""
        return str(self.get_rendition_note_display())
