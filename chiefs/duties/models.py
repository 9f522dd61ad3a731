"""What a post must do: responsibility items, recurring patrol obligations, and the plan's duties as drafts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chiefs.posts.models import Post, PostKind
from chiefs.resources.models import Scheme
from chiefs.territory.models import DatedRule, Level


class Duty(models.Model):
    """A duty that the plan names, in its own words; a draft until an office turns it into responsibility items."""

    class Standing(models.TextChoices):
        DRAFT = "draft", _("draft from the plan")
        ADOPTED = "adopted", _("adopted")

    code = models.CharField(_("code"), max_length=10, unique=True)
    levels = models.CharField(_("levels"), max_length=60)
    who = models.CharField(_("who"), max_length=200)
    duty = models.CharField(_("duty"), max_length=400)
    words = models.TextField(_("words of the source"), help_text=_("the words of the source"))
    frequency = models.CharField(_("frequency"), max_length=120, blank=True)
    object_text = models.CharField(_("object"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=120)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing.choices, default=Standing.DRAFT)

    class Meta:
        verbose_name = _("duty of the plan")
        verbose_name_plural = _("duties of the plan")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.duty}"


class ResponsibilityItem(DatedRule):
    """One line of a responsibility list, in force for a kind of post or one post, from a day on."""

    post_kind = models.ForeignKey(
        PostKind, on_delete=models.PROTECT, null=True, blank=True, related_name="responsibilities", verbose_name=_("kind of post")
    )
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="responsibilities", verbose_name=_("post"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("text"), max_length=300)
    text_bo = models.CharField(_("text in Tibetan"), max_length=400, blank=True)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("duty of the plan"))

    class Meta(DatedRule.Meta):
        verbose_name = _("responsibility item")
        verbose_name_plural = _("responsibility lists")
        constraints = [
            *DatedRule.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(post=None, post_kind__isnull=False) | models.Q(post__isnull=False, post_kind=None),
                name="responsibility_of_one",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PatrolObligation(DatedRule):
    """How often a post of a level must go and look, per responsible segment. 旬, week, month are calendar periods."""

    class Every(models.TextChoices):
        WEEK = "week", _("week")
        TENDAYS = "tendays", _("ten-day period")
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        HALF_YEAR = "half_year", _("half-year")
        YEAR = "year", _("year")

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("scheme"))
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    every = models.CharField(_("every"), max_length=10, choices=Every.choices)
    times = models.PositiveSmallIntegerField(_("times"), default=1)
    resting_months = models.JSONField(
        _("months of rest"), default=list, blank=True, help_text=_("months (1-12) in which it is suspended, e.g. winter")
    )

    class Meta(DatedRule.Meta):
        verbose_name = _("patrol obligation")
        verbose_name_plural = _("patrol obligations")
