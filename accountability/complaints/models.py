"""What citizens report, by whatever channel; who they are lies sealed beside it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.cases.models import Case, ProblemKind
from accountability.evidence.models import Evidence
from accountability.kit import days, sealing
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, Unit
from chiefs.resources.models import Segment
from chiefs.signboards.models import Signboard
from chiefs.sites.models import Site
from chiefs.territory.models import Jurisdiction


class Channel(models.Model):
    """By which way a complaint came: 12369 is a programme's name, not a telephone field."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_bo = models.CharField(_("Tibetan name"), max_length=100, blank=True)
    by_clerk = models.BooleanField(_("taken down by a clerk"), default=True)
    open = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return self.name


class PollutionKind(models.Model):
    """Air, water, noise, waste, soil, radiation, ecology, other. A complaint may have several."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_bo = models.CharField(_("Tibetan name"), max_length=80, blank=True)
    problem_kind = models.ForeignKey(
        ProblemKind, on_delete=models.PROTECT, help_text=_("of the case that it opens"), verbose_name=_("kind of problem")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("kind of pollution")
        verbose_name_plural = _("kinds of pollution")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class RefusalReason(models.Model):
    """Why a complaint is not accepted; each comes with a notice that says what the person can do instead."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("reason"), max_length=120)
    name_bo = models.CharField(_("Tibetan"), max_length=200, blank=True)
    advice = models.CharField(_("what the person can do"), max_length=400)
    advice_bo = models.CharField(_("what the person can do (Tibetan)"), max_length=500, blank=True)
    basis = models.CharField(_("legal basis"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("reason for not accepting")
        verbose_name_plural = _("reasons for not accepting")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class ComplaintQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None) -> ComplaintQuerySet:
        """Only the intake that took it; handlers see the case, not the complaint."""
        if acting is None or not acting.may(Function.INTAKE):
            return self.none()
        own = self.filter(intake_unit_id=acting.unit_id)
        return own.exclude(subject_post__unit_id=acting.unit_id)

    def waiting(self) -> ComplaintQuerySet:
        """To be accepted or refused."""
        return self.filter(state=Complaint.State.RECEIVED)

    def unanswered(self) -> ComplaintQuerySet:
        """Accepted, and the reply is still owed."""
        return self.filter(state=Complaint.State.ACCEPTED)

    def open(self) -> ComplaintQuerySet:
        return self.filter(state__in=[Complaint.State.RECEIVED, Complaint.State.ACCEPTED])


class Complaint(Governed):
    """One person's complaint, with its own clock, reply and rating, even where many become one case."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        REFUSED = "refused", _("not accepted")
        ACCEPTED = "accepted", _("accepted")
        REPLIED = "replied", _("answered")
        CLOSED = "closed", _("closed")

    class Satisfaction(models.TextChoices):
        SATISFIED = "satisfied", _("satisfied")
        MOSTLY = "mostly", _("mostly satisfied")
        DISSATISFIED = "dissatisfied", _("dissatisfied")

    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RECEIVED, editable=False)
    number = models.CharField(_("receipt number"), max_length=24, unique=True)
    code_fingerprint = models.CharField(max_length=64, help_text="keyed hash of number and query code; the code itself is kept nowhere")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, verbose_name=_("channel"))
    intake_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("intake"))
    taken_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken down by"))
    filed_at = models.DateTimeField(_("filed"), default=days.now)
    language = models.CharField(max_length=10, default="zh-hans")
    kinds = models.ManyToManyField(PollutionKind, verbose_name=_("kinds"))
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, verbose_name=_("place"))
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("segment"))
    path = models.CharField(max_length=12, editable=False)
    signboard = models.ForeignKey(
        Signboard, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("notice board it is about")
    )
    place_text_sealed = models.BinaryField(default=b"", help_text="the place in the citizen's words: it may tell who lives there")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    text_sealed = models.BinaryField(help_text="the words as they came; for intake only")
    transfer_text = models.TextField(_("transfer version"), blank=True, help_text="cleared of whoever reported it; what handlers read")
    anonymous = models.BooleanField(_("anonymous"), default=True)
    suspect = models.BooleanField(_("looks machine-made"), default=False, help_text="only listed apart: nothing is thrown away")
    subject_post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post complained of")
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("regulated site reported")
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints")
    joined = models.BooleanField(_("joined to a case that was there before"), default=False)
    accept_due = models.DateField(_("to be decided by"))
    accepted_at = models.DateTimeField(null=True, blank=True)
    due = models.DateField(_("to be answered by"), null=True, blank=True)
    due_term_id = models.BigIntegerField(null=True)
    refusal = models.ForeignKey(RefusalReason, on_delete=models.PROTECT, null=True, blank=True)
    refusal_note = models.TextField(blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(_("reply"), blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    satisfaction = models.CharField(_("rating"), max_length=12, choices=Satisfaction.choices, blank=True)
    satisfaction_reason_sealed = models.BinaryField(default=b"")
    times_dissatisfied = models.PositiveSmallIntegerField(_("times dissatisfied"), default=0)
    rated_at = models.DateTimeField(null=True, blank=True)
    demonstration = models.BooleanField(default=False)
    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        indexes = [
            models.Index(fields=["intake_unit", "accept_due"], condition=Q(state="received"), name="complaint_waiting"),
            models.Index(fields=["path", "filed_at"], name="complaint_by_path"),
        ]

    def __str__(self) -> str:
        return self.number

    def _sealed_place(self, field: str) -> str:
        return f"complaints.Complaint.{field}:{self.client_ref}"

    @property
    def text(self) -> str:
        """The words as they came."""
        return sealing.unseal(self.text_sealed, self._sealed_place("text"))

    @text.setter
    def text(self, words: str) -> None:
        self.text_sealed = sealing.seal(words, self._sealed_place("text"))

    @property
    def place_text(self) -> str:
        """The place in the citizen's words."""
        return sealing.unseal(self.place_text_sealed, self._sealed_place("place_text"))

    @place_text.setter
    def place_text(self, words: str) -> None:
        self.place_text_sealed = sealing.seal(words, self._sealed_place("place_text"))

    @property
    def satisfaction_reason(self) -> str:
        """Why the citizen rated so, in their words."""
        return sealing.unseal(self.satisfaction_reason_sealed, self._sealed_place("satisfaction_reason"))

    @satisfaction_reason.setter
    def satisfaction_reason(self, words: str) -> None:
        self.satisfaction_reason_sealed = sealing.seal(words, self._sealed_place("satisfaction_reason"))

    @property
    def rated(self) -> bool:
        """Whether the citizen rated the reply that stands now."""
        return bool(self.rated_at and self.replied_at and self.rated_at >= self.replied_at)


class Informant(models.Model):
    """Who complained. Everything here is encrypted; it stays out of ledger, logs, exports and backups in clear."""

    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, related_name="informant")
    name_sealed = models.BinaryField(default=b"")
    phone_sealed = models.BinaryField(default=b"")
    address_sealed = models.BinaryField(default=b"")
    phone_fingerprint = models.CharField(max_length=64, blank=True, db_index=True)

    def _place(self, field: str) -> str:
        return f"complaints.Informant.{field}:{self.complaint.client_ref}"

    def seal(self, *, name: str, phone: str, address: str) -> None:
        self.name_sealed = sealing.seal(name, self._place("name"))
        self.phone_sealed = sealing.seal(phone, self._place("phone"))
        self.address_sealed = sealing.seal(address, self._place("address"))
        self.phone_fingerprint = sealing.fingerprint(phone, "informant.phone") if phone else ""

    def open(self) -> dict[str, str]:
        """Name, phone and address in clear. Raises SealBroken when a value was moved or altered."""
        return {f: sealing.unseal(getattr(self, f"{f}_sealed"), self._place(f)) for f in ("name", "phone", "address")}


class Step(models.Model):
    """One line of the timeline that the citizen sees: no names of persons, only levels and offices."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="steps")
    kind = models.SlugField(max_length=40)
    at = models.DateTimeField(default=days.now)
    params = models.JSONField(default=dict)
    event_id = models.BigIntegerField(help_text="the ledger's event behind this line")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["complaint", "kind", "event_id"], name="step_once")]


class Note(models.Model):
    """What the citizen added later, sealed like the complaint itself."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="notes")
    ref = models.UUIDField(unique=True)
    at = models.DateTimeField(default=days.now)
    text_sealed = models.BinaryField()

    class Meta:
        ordering = ["at", "pk"]

    @property
    def text(self) -> str:
        return sealing.unseal(self.text_sealed, f"complaints.Note.text:{self.ref}")

    @text.setter
    def text(self, words: str) -> None:
        self.text_sealed = sealing.seal(words, f"complaints.Note.text:{self.ref}")


class ClearedPhoto(models.Model):
    """A photo that the intake has looked at: it shows nobody and points to nobody, so whoever handles the case may see it."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="cleared_photos")
    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=days.now)
    post_id = models.BigIntegerField(_("post that cleared it"))


class Attempt(models.Model):
    """Wrong guesses of a query code, counted by a keyed hash of the number and of who guessed; after five the answer waits."""

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveSmallIntegerField(default=0)
    first_at = models.DateTimeField(default=days.now)
    wait_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["first_at"], name="attempt_by_age")]
