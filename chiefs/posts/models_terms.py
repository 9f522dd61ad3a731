"""Around a term: who stands in, who works in which cell of the grid, what every resource must have, and what is handed over."""

from __future__ import annotations

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from chiefs.resources.models import GridCell, Resource, Scheme
from chiefs.territory.models import DatedRule, Level, Period

from .functions import Function, Role


class Deputation(Period):
    """Somebody stands in for a holder who is away: a person, or whoever holds a post. The term stays the holder's."""

    tenure = models.ForeignKey("posts.Tenure", on_delete=models.PROTECT, related_name="deputations", verbose_name=_("term of office"))
    person = models.ForeignKey(
        "posts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="deputations", verbose_name=_("person")
    )
    post = models.ForeignKey(
        "posts.Post", on_delete=models.PROTECT, null=True, blank=True, related_name="deputations", verbose_name=_("post")
    )
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(Period.Meta):
        verbose_name = _("deputation")
        verbose_name_plural = _("deputations")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(person=None, post__isnull=False) | Q(person__isnull=False, post=None), name="deputation_by_one"
            ),
            models.CheckConstraint(condition=Q(until__isnull=False), name="deputation_ends"),
        ]  # and guards.no_overlap(Deputation, "tenure")


class Watch(Period):
    """A ranger, a supervisor or a township's environmental desk works in a cell of the grid, from a day on."""

    post = models.ForeignKey("posts.Post", on_delete=models.PROTECT, related_name="watches", verbose_name=_("post"))
    cell = models.ForeignKey(GridCell, on_delete=models.PROTECT, related_name="watches", verbose_name=_("grid cell"))
    basis = models.CharField(_("basis"), max_length=200, blank=True)

    class Meta(Period.Meta):
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        # and guards.no_overlap(Watch, "post", "cell")


class Requirement(DatedRule):
    """What must be there: a role for every segment of a scheme, or (without a scheme) for every place of a level.

    The narrowest row counts; ``required`` off takes it away for a place. The two names of chiefs who answer for segments
    (chief of a water, segment chief) stand for each other.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("scheme"))
    resource_kind = models.CharField(_("kind of resource"), max_length=20, choices=Resource.Kind.choices, blank=True)
    role = models.CharField(_("role"), max_length=24, choices=Role.choices)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, blank=True)
    required = models.BooleanField(_("must be there"), default=True)

    class Meta(DatedRule.Meta):
        verbose_name = _("requirement of the schemes")
        verbose_name_plural = _("requirements of the schemes")


class HandoverQuerySet(GovernedQuerySet):
    def open(self):
        return self.filter(state=Handover.State.OPEN)

    def visible_to(self, acting: Acting | None):
        """Who keeps the register there, whoever holds the post now, and whoever has taken something over."""
        if acting is None:
            return self.none()
        seen = Q(post=acting.post_id) | Q(pk__in=HandoverItem.objects.filter(taker__post=acting.post_id).values("handover"))
        seen |= Q(covered_by__post=acting.post_id)
        if acting.may(Function.CHIEF_OFFICE) or (acting.may(Function.RECEIVER) and acting.level == Level.TOWNSHIP):
            seen |= acting.reach.q(path="post__unit__jurisdiction__path", jurisdiction="post__unit__jurisdiction_id")
        return self.filter(seen)


class Handover(Governed):
    """What lay open at a post when a term ended, item by item, and who has taken it over by name.

    The work stays with the post: what changes is the person who answers for it. ``covered_by`` answers for whatever else
    comes up while nobody holds the post.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be handed over")
        FINISHED = "finished", _("handed over")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    tenure = models.OneToOneField("posts.Tenure", on_delete=models.PROTECT, related_name="handover", verbose_name=_("term of office"))
    post = models.ForeignKey("posts.Post", on_delete=models.PROTECT, related_name="handovers", verbose_name=_("post"))
    covered_by = models.ForeignKey(
        "posts.Tenure", on_delete=models.PROTECT, null=True, blank=True, related_name="covers", verbose_name=_("answers meanwhile")
    )
    opened_at = models.DateTimeField(default=days.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        indexes = [models.Index(fields=["post", "state"], name="handover_by_post")]

    def __str__(self) -> str:
        return _("Handover of %(post)s") % {"post": self.post.title}


class HandoverItem(models.Model):
    """One open matter of the post. ``settled_at``: it was closed before anybody had to take it over."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="items")
    stream = models.CharField(max_length=120)
    label = models.CharField(_("matter"), max_length=200)
    listed_at = models.DateTimeField(default=days.now)
    taker = models.ForeignKey("posts.Tenure", on_delete=models.PROTECT, null=True, related_name="taken", verbose_name=_("taken over by"))
    deputation = models.ForeignKey(Deputation, on_delete=models.PROTECT, null=True, related_name="taken", verbose_name=_("deputy"))
    taken_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("matter handed over")
        verbose_name_plural = _("matters handed over")
        constraints = [models.UniqueConstraint(fields=["handover", "stream"], name="handover_item_once")]

    @property
    def kind(self) -> str:
        """What the matter is, in the reader's words: a number alone tells a successor nothing."""
        return capfirst(str(apps.get_model(self.stream.partition(":")[0])._meta.verbose_name))
