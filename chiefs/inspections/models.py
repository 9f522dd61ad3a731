"""Going to see whether it is true. For now: the verification of a case by a unit other than the one that worked on it."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accountability.cases.models import Case
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from chiefs.posts.functions import Function
from chiefs.posts.models import Unit


class InspectionQuerySet(GovernedQuerySet):
    def open(self):
        return self.filter(state=Inspection.State.ASKED)

    def asked_of(self, acting: Acting | None):
        """Tasks of the own unit: the part of ``visible_to`` that needs no look at the cases."""
        if acting is None or not acting.may(Function.CHIEF, Function.CHIEF_OFFICE, Function.DEPARTMENT, Function.RECEIVER):
            return self.none()
        return self.filter(unit_id=acting.unit_id)

    def visible_to(self, acting: Acting | None):
        """Tasks of the own unit, and for a chief office those of the cases that it may see.

        The case is asked about for the task at hand; a list of all visible cases would grow with the archive.
        """
        if acting is None or not acting.may(Function.CHIEF_OFFICE):
            return self.asked_of(acting)
        case = Case.objects.visible_to(acting).filter(pk=OuterRef("case"))
        return self.filter(Q(unit_id=acting.unit_id) | Q(Exists(case)))


class Inspection(Governed):
    """One visit that a unit was asked to make, and what it saw."""

    class State(models.TextChoices):
        ASKED = "asked", _("to be visited")
        CONFIRMED = "confirmed", _("seen: it is done")
        RETURNED = "returned", _("seen: it is not done")

    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.ASKED, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inspections")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="inspections", verbose_name=_("unit that goes and looks"))
    asked_at = models.DateTimeField(default=days.now)
    due = models.DateField(_("due"))
    visited_at = models.DateTimeField(_("visited"), null=True, blank=True)
    report = models.TextField(_("what was seen"), blank=True)
    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [models.UniqueConstraint(fields=["case"], condition=Q(state="asked"), name="inspection_one_open")]

    def __str__(self) -> str:
        return self.number
