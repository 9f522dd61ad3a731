"""Notice boards: where they stand, who keeps them, what stands on them, and whether they still name the right people."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from accountability.papers.models import Paper
from chiefs.posts.functions import Function
from chiefs.posts.models import Unit
from chiefs.resources.models import Resource, Scheme, Segment
from chiefs.territory.models import DatedRule

LONGEST_CODE = 24
CODE = RegexValidator(r"^[-a-zA-Z0-9_]+\Z", _("Letters without accents, digits, dashes and underscores only."))
#: Posts that look at boards; each sees those inside its reach.
READERS = (Function.CHIEF, Function.CHIEF_OFFICE, Function.RECEIVER, Function.DEPARTMENT)


class BoardText(DatedRule):
    """What the rules want to stand on every board beside the names: forbidden acts, general duties, hotlines."""

    class Kind(models.TextChoices):
        FORBIDDEN = "forbidden", _("forbidden act")
        DUTY = "duty", _("duty, where no list says it")
        HOTLINE = "hotline", _("hotline")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    scheme = models.ForeignKey(
        Scheme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("scheme"),
        help_text=_("empty: every scheme"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("text"), max_length=60)
    text_bo = models.CharField(_("text in Tibetan"), max_length=160, blank=True)

    class Meta(DatedRule.Meta):
        verbose_name = _("text for notice boards")
        verbose_name_plural = _("texts for notice boards")

    def __str__(self) -> str:
        return self.text


class SignboardQuerySet(GovernedQuerySet):
    def standing(self):
        """Boards that can be read: also those that are damaged."""
        return self.exclude(state=Signboard.State.GONE)

    def visible_to(self, acting: Acting | None):
        """Those inside the reach, and those that the own unit keeps. What stands on them is public; where they fail is not."""
        if acting is None or not acting.may(*READERS):
            return self.none()
        inside = acting.reach.q(path="segment__path", jurisdiction="segment__jurisdiction_id")
        return self.filter(inside | Q(unit_id=acting.unit_id))


class Signboard(Governed):
    """One board at one place. It speaks for the segment at which it stands, for others beside it, or for the whole water."""

    class State(models.TextChoices):
        STANDING = "standing", _("stands")
        DAMAGED = "damaged", _("damaged")
        GONE = "gone", _("gone")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.STANDING, editable=False)
    code = models.CharField(
        _("code of the board"), max_length=LONGEST_CODE, unique=True, validators=[CODE], help_text=_("stands in the address of its QR code")
    )
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="boards", verbose_name=_("segment where it stands"))
    segments = models.ManyToManyField(Segment, blank=True, related_name="+", verbose_name=_("further segments it speaks for"))
    whole = models.BooleanField(_("speaks for the whole water"), default=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="boards", verbose_name=_("unit that keeps it"))
    place = models.CharField(_("where it stands"), max_length=80)
    place_bo = models.CharField(_("where it stands (Tibetan)"), max_length=160, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    begins_at = models.CharField(_("where the stretch begins"), max_length=40)
    begins_at_bo = models.CharField(_("where the stretch begins (Tibetan)"), max_length=100, blank=True)
    ends_at = models.CharField(_("where the stretch ends"), max_length=40)
    ends_at_bo = models.CharField(_("where the stretch ends (Tibetan)"), max_length=100, blank=True)
    length_m = models.PositiveIntegerField(_("length (m)"), null=True, blank=True)
    area_m2 = models.BigIntegerField(_("area (m²)"), null=True, blank=True)
    targets = models.CharField(_("targets"), max_length=160, blank=True)
    targets_bo = models.CharField(_("targets (Tibetan)"), max_length=320, blank=True)
    set_up_on = models.DateField(_("set up on"))
    as_of = models.DateField(_("names on it as of"))
    settled = models.JSONField(
        _("chiefs it was compared with"),
        null=True,
        editable=False,
        help_text="pairs of post and person for which nothing is owed any more; none: nobody was registered yet",
    )
    named_on = models.DateField(
        null=True, editable=False, help_text="later than the day of its names: on it somebody found that the names of that day may stay"
    )
    checked_on = models.DateField(_("last check"), null=True, blank=True)
    demonstration = models.BooleanField(_("demonstration data"), default=False)
    objects = SignboardQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice board")
        verbose_name_plural = _("notice boards")
        indexes = [models.Index(fields=["unit", "state"], name="board_by_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False), name="board_on_a_point"
            ),
            models.CheckConstraint(
                condition=Q(latitude=None) | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="board_on_earth"
            ),
            models.CheckConstraint(
                condition=Q(checked_on=None) | Q(checked_on__gte=models.F("set_up_on")), name="board_checked_after_set_up"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def resource(self) -> Resource:
        return self.segment.resource


class BoardUpdateQuerySet(GovernedQuerySet):
    def open(self):
        return self.filter(state=BoardUpdate.State.OPEN)

    def overdue(self, on):
        return self.open().filter(due__lt=on)

    def visible_to(self, acting: Acting | None):
        """Whoever sees the board."""
        return self.filter(board__in=Signboard.objects.visible_to(acting).values("pk"))


class BoardUpdate(Governed):
    """The task to bring a board up to date after a change of chiefs or names; one is open for a board at a time, whatever changes then."""

    class State(models.TextChoices):
        OPEN = "open", _("to be done")
        DONE = "done", _("done")
        WAIVED = "waived", _("not needed")

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN, editable=False)
    board = models.ForeignKey(Signboard, on_delete=models.PROTECT, related_name="updates", verbose_name=_("notice board"))
    changed_on = models.DateField(_("wrong since"), help_text=_("the day of the change"))
    opened_at = models.DateTimeField(default=days.now)
    due = models.DateField(_("due"))
    term_id = models.BigIntegerField(_("term row by which it is due"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    objects = BoardUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("update of a notice board")
        verbose_name_plural = _("updates of notice boards")
        indexes = [models.Index(fields=["due"], condition=Q(state="open"), name="board_update_open")]
        constraints = [models.UniqueConstraint(fields=["board"], condition=Q(state="open"), name="board_update_one_open")]

    def __str__(self) -> str:
        return f"{self.board} {self.due}"


class Sheet(models.Model):
    """A board as it was given to the printer: its size, its scripts, and the paper that keeps the very bytes."""

    class Size(models.TextChoices):
        A4 = "A4", "A4"
        A3 = "A3", "A3"

    class Script(models.TextChoices):
        CHINESE = "zh", _("Chinese")
        BOTH = "bo-zh", _("Tibetan and Chinese")

    board = models.ForeignKey(Signboard, on_delete=models.PROTECT, related_name="sheets", verbose_name=_("notice board"))
    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="+", verbose_name=_("paper"))
    size = models.CharField(_("size"), max_length=2, choices=Size.choices)
    script = models.CharField(_("script"), max_length=5, choices=Script.choices)
    content = models.CharField(max_length=64, help_text="hash of what stands on it: the newest is not printed anew")
    made_at = models.DateTimeField(default=days.now)

    class Meta:
        verbose_name = _("sheet of a notice board")
        verbose_name_plural = _("sheets of notice boards")
        indexes = [models.Index(fields=["board", "size", "script"], name="sheet_of_board")]  # of which one is not replaced

    def __str__(self) -> str:
        return f"{self.board} {self.size} {self.script}"
