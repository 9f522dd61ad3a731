"""What was told to whom, by which channel, and whether it arrived."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from chiefs.posts.models import Post

from . import wording


class Notice(models.Model):
    """A message to a post. The text is a message id with parameters, put into the reader's language when it is read."""

    class Channel(models.TextChoices):
        INBOX = "inbox", _("in-app inbox")

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="notices")
    kind = models.SlugField(max_length=60)
    about = models.CharField(max_length=120, help_text="stream key of the record")
    number = models.CharField(max_length=40, blank=True)
    params = models.JSONField(default=dict)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.INBOX)
    key = models.CharField(max_length=160, unique=True, help_text="the same event tells the same post once")
    created_at = models.DateTimeField(default=days.now)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [models.Index(fields=["post", "-created_at"], name="notice_by_post")]

    @property
    def text(self) -> str:
        """The sentence in the language of whoever reads it."""
        return wording.say(self.kind, self.number, self.params)

    @property
    def address(self) -> str:
        """The page of the record that the notice is about."""
        return reverse(wording.page(self.kind), args=[self.number])
