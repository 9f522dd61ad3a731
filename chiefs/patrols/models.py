"""Who went, where, when, and what was found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.cases.models import Case, ProblemKind, Severity, SeverityLimit
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from chiefs.posts.functions import OUTSIDE, WATCHING, Function, Role
from chiefs.posts.models import Post, Tenure, Watch
from chiefs.resources.models import GridCell, Scheme, Segment
from chiefs.signboards.models import Signboard
from chiefs.sites.models import Site
from chiefs.territory.models import UPWARDS, DatedRule, Jurisdiction, Level


class PatrolValidity(DatedRule):
    """When a patrol counts: least way and time, most speed. Judged by the row in force on the day it happened."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("scheme"))
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    least_metres = models.PositiveIntegerField(_("least way (m)"))
    least_minutes = models.PositiveSmallIntegerField(_("least time (min)"))
    most_kmh = models.DecimalField(_("fastest pace that counts as a patrol (km/h)"), max_digits=5, decimal_places=1)
    also_within_m = models.PositiveIntegerField(
        _("counts for another segment within (m)"),
        default=200,
        help_text=_("how near the track must come to a further segment of the same person to be judged for it too"),
    )

    class Meta(DatedRule.Meta):
        verbose_name = _("rule for a valid patrol")
        verbose_name_plural = _("rules for a valid patrol")


class PatrolQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None):
        """Own patrols; a chief's those of the chain below in the own line, with the two staff of the own village; a supervisor's
        those of the rangers in the cells that he has now. Tracks of officials are sensitive."""
        if acting is None or not acting.may(Function.CHIEF_OFFICE, *OUTSIDE):
            return self.none()
        if acting.may(Function.CHIEF_OFFICE):
            return self.filter(acting.reach.q())
        seen = Q(post_id=acting.post_id)
        if acting.may(Function.CHIEF):
            line = Q(segment__resource__scheme__code=acting.scheme) if acting.scheme else Q()
            below = UPWARDS[: UPWARDS.index(Level(acting.level))]  # a superior walks in the same place, and is not below
            seen |= line & acting.reach.q() & (Q(post__kind__level__in=below) | Q(post__kind__role__in=WATCHING))
        if acting.may(Function.SUPERVISOR):
            cells = Watch.objects.in_force(days.today()).filter(post=acting.post_id).values("cell")
            inside = GridCell.segments.through.objects.filter(gridcell__in=cells).values("segment")
            seen |= Q(post__kind__role=Role.RANGER, segment__in=inside)
        return self.filter(seen)

    def of_rangers(self):
        """Those that rangers walked."""
        return self.filter(post__kind__role=Role.RANGER)


class Patrol(Governed):
    """One walk along one segment. It belongs to who held the post on the day it happened, however late it arrives."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        VALID = "valid", _("valid")
        INSUFFICIENT = "insufficient", _("does not count yet")

    class Mode(models.TextChoices):
        GPX = "gpx", _("recorded track")
        PAPER = "paper", _("paper record")

    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.SUBMITTED, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="patrols")
    tenure = models.ForeignKey(Tenure, on_delete=models.PROTECT, related_name="patrols", help_text="the term on the day it happened")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="patrols", verbose_name=_("segment"))
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=12, editable=False)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"))
    arrived_at = models.DateTimeField(_("arrived"), default=days.now)
    walked_m = models.PositiveIntegerField(_("walked (m)"), default=0)
    remark = models.TextField(_("remark"), blank=True)
    rule = models.ForeignKey(PatrolValidity, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reasons = models.JSONField(default=list, help_text="codes of patrols.rules.Reason with their figures")
    demonstration = models.BooleanField(default=False)
    objects = PatrolQuerySet.as_manager()

    class Meta:
        verbose_name = _("patrol")
        verbose_name_plural = _("patrols")
        indexes = [
            models.Index(fields=["post", "-started_at"], name="patrol_by_post"),
            models.Index(fields=["segment", "-started_at"], name="patrol_by_segment"),
            models.Index(fields=["path", "started_at"], name="patrol_by_path"),
        ]

    def __str__(self) -> str:
        return self.number


class Track(models.Model):
    """The way walked: one binary column (delta and varint), decoded when a map is opened."""

    patrol = models.OneToOneField(Patrol, on_delete=models.PROTECT, related_name="track")
    data = models.BinaryField()
    points = models.PositiveIntegerField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    source_crs = models.CharField(max_length=12, default="WGS-84")


class PatrolCount(models.Model):
    """A further segment that a walk touched, of any post that the walker held or stood in for: judged for itself, by the rule for that
    post and segment.

    Who is river chief and forest chief walks once, and so does who stands in for another.
    Written with the patrol and never changed (append-only).
    """

    patrol = models.ForeignKey(Patrol, on_delete=models.PROTECT, related_name="counts")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("post"))
    tenure = models.ForeignKey(Tenure, on_delete=models.PROTECT, related_name="+", help_text="the term on the day it happened")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="+", verbose_name=_("segment"))
    rule = models.ForeignKey(PatrolValidity, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("started"), help_text="of the patrol, for the index")
    walked_m = models.PositiveIntegerField(_("walked (m)"))
    valid = models.BooleanField(_("counts"))
    reasons = models.JSONField(default=list, help_text="codes of patrols.rules.Reason with their figures")

    class Meta:
        verbose_name = _("further segment of a patrol")
        verbose_name_plural = _("further segments of patrols")
        constraints = [models.UniqueConstraint(fields=["patrol", "post", "segment"], name="patrol_count_once")]
        indexes = [models.Index(fields=["post", "-started_at"], name="patrol_count_by_post")]


class Finding(models.Model):
    """A problem seen on a patrol. Unless it was solved on the spot, it is a case."""

    patrol = models.ForeignKey(Patrol, on_delete=models.PROTECT, related_name="findings")
    client_ref = models.UUIDField(unique=True)
    kind = models.ForeignKey(ProblemKind, on_delete=models.PROTECT, verbose_name=_("kind of problem"))
    signboard = models.ForeignKey(
        Signboard, on_delete=models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("notice board it is about")
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("regulated site that it is about")
    )
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2, null=True, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    severity_rule = models.ForeignKey(SeverityLimit, on_delete=models.PROTECT, null=True)
    text = models.TextField(_("description"), blank=True)
    found_at = models.DateTimeField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    solved_on_site = models.BooleanField(_("solved on the spot"), default=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="findings")

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
