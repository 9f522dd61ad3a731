"""Who holds which post, from which day to which, and what the post answers for."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.kit.names import InitialsField
from accountability.ledger.acting import Acting
from chiefs.resources.models import Scheme, Segment
from chiefs.territory import former
from chiefs.territory.models import Jurisdiction, Level, Period, PeriodQuerySet

from .functions import Function, Role
from .rules import keeps


class PersonQuerySet(models.QuerySet):
    def visible_to(self, acting: Acting | None):
        """All terms that somebody ever held, in one place, are for those who keep the register or judge terms where one of
        them was served; and for oneself. What one post shows of its holders is not restricted."""
        if acting is None:
            return self.none()
        own = Q(pk=acting.person_id) if acting.person_id else Q(pk__in=[])
        if not keeps(acting) and not acting.may(Function.ORGANISATION, Function.AUDIT, Function.DISCIPLINE):
            return self.filter(own)
        here = Tenure.objects.served_in(acting)
        return self.filter(own | Q(Exists(here.filter(person=OuterRef("pk")))))

    def served_in_reach(self, acting: Acting):
        """Those of a list that is counted as a whole: read from the terms of the reach, where ``visible_to`` asks of everybody. Oneself
        is among them."""
        return self.filter(Q(pk__in=Tenure.objects.served_in(acting).values("person")) | Q(pk=acting.person_id))


class StandingPersons(models.Manager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Without records that were joined to another: whoever looks for somebody finds the one that goes on."""

    def get_queryset(self) -> PersonQuerySet:
        return super().get_queryset().filter(merged_into=None)


class Person(models.Model):
    """Somebody who holds or held a post. Outlives accounts; the record of a term runs for life.

    Who was entered twice has one record that goes on; the other one holds nothing any more and says which (``merged_into``,
    always the last of them).
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    name_bo = models.CharField(_("Tibetan name"), max_length=120, blank=True)
    initials = InitialsField(of="name")
    phone = models.CharField(_("service telephone"), max_length=20, blank=True)
    demonstration = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0, editable=False)  # counts corrections, for who comes second
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="merged", verbose_name=_("goes on as")
    )
    objects = StandingPersons()
    everybody = PersonQuerySet.as_manager()

    class Meta:
        default_manager_name = "everybody"
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        indexes = [models.Index(fields=["name"], name="person_by_name")]  # the search reads names in their order and stops at twenty

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager):
    def create_user(self, login: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(login=login.strip().lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, login: str, password: str | None = None, **fields: Any) -> Account:
        raise RuntimeError("There is no superuser here; 'manage.py create_account' makes an administrator's account.")

    def get_by_natural_key(self, login: str | None) -> Account:
        return self.get(login=(login or "").strip().lower())


class Account(AbstractBaseUser, PermissionsMixin):
    """A way in for one person. Never deleted (finished tasks hang on it), only closed."""

    login = models.CharField(_("login name"), max_length=60, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name=_("person"))
    language = models.CharField(_("language"), max_length=10, blank=True)
    large_text = models.BooleanField(_("large text"), default=False)
    is_active = models.BooleanField(_("open"), default=True)
    is_staff = models.BooleanField(_("may open the rule tables"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = AccountManager()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.login

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise RuntimeError("Accounts are closed (is_active), never deleted.")


class UnitQuerySet(PeriodQuerySet):
    def placed(self, on: date, within: Jurisdiction):
        """The units that stood in a place on a day: of a county with everything below it, of a township with its villages."""
        here = former.inside(within)
        return self.in_force(on).filter(former.lay(UnitPlace, on, here, here))


class Unit(Period):
    """An organisation at a jurisdiction: a government, a party committee, an office, a department, a contractor."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("government")
        PARTY = "party", _("party committee")
        VILLAGE = "village", _("village committee")
        OFFICE = "office", _("chief office")
        DEPARTMENT = "department", _("department")
        BRANCH = "branch", _("dispatched office")
        CONTRACTOR = "contractor", _("contracted third party")
        SYSTEM = "system", _("the system itself")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_bo = models.CharField(_("Tibetan name"), max_length=160, blank=True)
    initials = InitialsField(of="name")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    phone = models.CharField(_("duty telephone"), max_length=30, blank=True, help_text=_("stands on the notice boards"))
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="units", verbose_name=_("jurisdiction"))
    objects = UnitQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.name


class Superior(Period):
    """Whom a unit answers to, never derived from a code: a county ecology branch answers to the prefecture bureau."""

    class Kind(models.TextChoices):
        LEAD = "lead", _("leads")
        INFORMED = "informed", _("is informed")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="superiors")
    superior = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="inferiors")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.LEAD)

    class Meta(Period.Meta):
        verbose_name = _("superior unit")
        verbose_name_plural = _("superior units")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=~Q(unit=models.F("superior")), name="superior_is_another"),
        ]  # and guards.no_overlap(Superior, "unit", "superior"), guards.no_dated_cycle: on no day does a unit lead itself


class PostKind(models.Model):
    """A kind of post, and what such a post is for."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_bo = models.CharField(_("Tibetan name"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, blank=True)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("scheme"))
    role = models.CharField(_("role"), max_length=24, choices=Role.choices, default=Role.NONE)
    functions = models.JSONField(_("functions"), default=list, help_text=_("values of chiefs.posts.functions.Function"))
    longest_months = models.PositiveSmallIntegerField(
        _("a term lasts at most (months)"), null=True, blank=True, help_text=_("for posts under contract; empty: no end is asked for")
    )
    single = models.BooleanField(
        _("one holder at a time"), default=True, help_text=_("a chief's post has one holder; a duty desk has several")
    )
    basis = models.CharField(_("basis"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("kind of post")
        verbose_name_plural = _("kinds of post")

    def __str__(self) -> str:
        return self.name

    def may(self, function: Function) -> bool:
        return function.value in self.functions


class PostQuerySet(PeriodQuerySet):
    def kept_by(self, acting: Acting | None):
        """The posts whose terms and charges this post may find: those of its reach, for who keeps the register or administers it."""
        if acting is None or not acting.may(Function.CHIEF_OFFICE, Function.RECEIVER, Function.ADMINISTRATOR):
            return self.none()
        if acting.may(Function.RECEIVER) and acting.level != Level.TOWNSHIP:
            return self.none()  # there is a chief office above the township; a village has nobody to keep a register
        inside = acting.reach.q(path="unit__jurisdiction__path", jurisdiction="unit__jurisdiction_id")
        return self.filter(inside).exclude(unit__kind=Unit.Kind.SYSTEM)


class Post(Period):
    """A seat in a unit. Everything in the house is held by a post, never by a person."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.ForeignKey(PostKind, on_delete=models.PROTECT, related_name="posts", verbose_name=_("kind"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts", db_index=False, verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=120)
    title_bo = models.CharField(_("Tibetan title"), max_length=160, blank=True)
    initials = InitialsField(of="title")
    objects = PostQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [  # the search reads the titles of a place from it; it serves the relation too
            models.Index(fields=["unit", "title"], name="post_by_unit_and_title")
        ]

    def __str__(self) -> str:
        return self.title


class TenureQuerySet(PeriodQuerySet):
    def standing(self):
        """Without terms that were annulled: nobody ever held a post by those."""
        return self.filter(annulled_on=None)

    def touching(self, since: date, until: date | None):
        """An annulled term is an empty period: it shares a day with nothing, also where its day lies inside another."""
        return super().touching(since, until).standing()

    def served_in(self, acting: Acting):
        """Terms of posts in the reach of a post, whenever they were served."""
        place = "post__unit__jurisdiction"
        return self.filter(acting.reach.q(path=f"{place}__path", jurisdiction=place))


class Tenure(Period):
    """A term of office: person x post x period. The join on which every figure of a departure audit rests.

    A term that was entered for the wrong person is annulled: the row stays with what was entered, its period is emptied
    (``until`` is ``since``), and so it holds on no day.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tenures", verbose_name=_("person"))
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="tenures", verbose_name=_("post"))
    single_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    basis = models.CharField(_("appointing document"), max_length=200, blank=True)
    appointed_on = models.DateField(_("day of the appointing document"), null=True, blank=True)
    entered_on = models.DateField(default=days.today, editable=False)
    annulled_on = models.DateField(_("annulled on"), null=True, editable=False)
    annulled_for = models.CharField(_("why it was annulled"), max_length=200, blank=True, editable=False)
    objects = TenureQuerySet.as_manager()
    deputation: Deputation | None = None  # set by reports.open_to where somebody stands in

    class Meta(Period.Meta):
        verbose_name = _("term of office")
        verbose_name_plural = _("terms of office")
        indexes = [models.Index(fields=["until"], condition=Q(until__isnull=False), name="tenure_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(annulled_on=None, until=None)
                | Q(annulled_on=None, until__gt=models.F("since"))
                | (Q(annulled_on__isnull=False, until__isnull=False, until=models.F("since")) & ~Q(annulled_for="")),
                name="tenure_lasts_a_day_or_is_annulled",
            ),
            models.CheckConstraint(
                condition=Q(appointed_on=None) | Q(since__gte=models.F("appointed_on")), name="tenure_after_appointment"
            ),
        ]
        # and guards.no_overlap(Tenure, "single_post"): one holder of a chief's post on any day; null for desks

    def __str__(self) -> str:
        return f"{self.person} · {self.post} · {self.since.isoformat()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.single_post = self.post if self.post.kind.single else None
        super().save(*args, **kwargs)


class Charge(Period):
    """One post answers for one segment, from a day on. The past is not edited: end this row and open the next."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="charges", verbose_name=_("post"))
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="charges", verbose_name=_("segment"))
    basis = models.CharField(_("basis"), max_length=200, blank=True)

    class Meta(Period.Meta):
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(fields=["post", "segment"], condition=Q(until=None), name="charge_open_once"),
        ]  # and guards.no_overlap(Charge, "post", "segment")
        # The guard against overlaps looks up both at once; by the post alone a prefecture's chief would mean every segment.
        indexes = [models.Index(fields=["segment", "post"], name="charge_by_segment")]

    def __str__(self) -> str:
        return f"{self.post} · {self.segment} · {self.since.isoformat()}"


from .models_accounts import Activation  # noqa: E402  as models_terms
from .models_former import PostTitle, UnitName, UnitPlace  # noqa: E402
from .models_terms import Deputation, Handover, HandoverItem, Requirement, Watch  # noqa: E402  they point to what stands above


class NamedUnit(Unit):
    """A unit of which only the name is asked: it stands where it should, and is called after a place that is no more."""

    class Meta:
        proxy = True


class NamedPost(Post):
    """A post of which only the title is asked."""

    class Meta:
        proxy = True


__all__ = [
    "Account",
    "Activation",
    "Charge",
    "Deputation",
    "Handover",
    "HandoverItem",
    "NamedPost",
    "NamedUnit",
    "Person",
    "Post",
    "PostKind",
    "PostTitle",
    "Requirement",
    "Superior",
    "Tenure",
    "Unit",
    "UnitName",
    "UnitPlace",
    "Watch",
]
