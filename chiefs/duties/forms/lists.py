"""What an office writes about lists: the subject, a line, the day of publishing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.kit.fields import DayField
from accountability.kit.names import named
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from accountability.ledger.errors import Refused
from chiefs.duties.actions import lists
from chiefs.duties.choices import Every, What
from chiefs.duties.models import DraftItem, Duty, DutyList, ListVersion, Power
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, PostKind, Unit
from chiefs.territory.models import Jurisdiction, Level

MOST_FOUND = 50


class SearchForm(forms.Form):
    """Whom the list is about: a part of the name."""

    q = forms.CharField(label=gettext_lazy("Name of the kind of post, unit or post"), max_length=60)


def subjects(acting: Acting, words: str) -> list[tuple[str, str]]:
    """What may have a list that the post keeps, by a part of its name: kinds of post for a chief office, units and posts in the reach."""
    today = days.today()
    found: list[tuple[str, str]] = []
    if acting.may(Function.CHIEF_OFFICE):
        kinds = PostKind.objects.filter(name__icontains=words).order_by("level", "name")[:MOST_FOUND]
        found += [(f"kind:{kind.pk}", _("Kind of post: %(name)s") % {"name": local(kind)}) for kind in kinds]
    units = Unit.objects.in_force(today).filter(acting.reach.q("jurisdiction__path"), named(words))
    found += [(f"unit:{unit.pk}", _("Unit: %(name)s") % {"name": unit.name}) for unit in units.order_by("code")[:MOST_FOUND]]
    posts = Post.objects.in_force(today).filter(acting.reach.q("unit__jurisdiction__path", "unit__jurisdiction_id"), named(words, "title"))
    found += [(f"post:{post.pk}", _("Post: %(name)s") % {"name": post.title}) for post in posts.order_by("code")[:MOST_FOUND]]
    return found


class OpenForm(ActionForm):
    """A new list: of whom, of which kind, under which title."""

    subject = forms.ChoiceField(label=gettext_lazy("List of"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of list"), choices=DutyList.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)

    def __init__(self, *args: Any, acting: Acting, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acting = acting
        self.fields["subject"].choices = subjects(acting, words)
        self.fields["subject"].wide = True

    def act(self) -> DutyList:
        what, _sep, pk = self.cleaned_data["subject"].partition(":")
        about: dict[str, Any]
        if what == "kind":
            about = {"post_kind": PostKind.objects.get(pk=pk), "jurisdiction": self._place()}
        elif what == "unit":
            about = {"unit": Unit.objects.select_related("jurisdiction").get(pk=pk)}
        else:
            about = {"post": Post.objects.select_related("unit__jurisdiction").get(pk=pk)}
        return lists.open_list(kind=self.cleaned_data["kind"], title=self.cleaned_data["title"], by=self.acting, **about)

    def _place(self) -> Jurisdiction:
        place = Jurisdiction.objects.get(pk=self.acting.jurisdiction_id)
        if place.level not in (Level.PREFECTURE, Level.COUNTY):
            raise Refused(_("A list for a kind of post is kept by the chief office of a county or of the prefecture."))
        return place


class ItemForm(ActionForm):
    """One line of a draft."""

    text = forms.CharField(label=gettext_lazy("Duty"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    text_bo = forms.CharField(
        label=gettext_lazy("Duty in Tibetan"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2, "lang": "bo"})
    )
    basis = forms.CharField(
        label=gettext_lazy("Legal basis"), max_length=300, help_text=gettext_lazy("the document with its number and article")
    )
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False, choices=[("", "—"), *Level.choices])
    what = forms.ChoiceField(
        label=gettext_lazy("Done by"),
        required=False,
        choices=[("", gettext_lazy("does not recur")), *What.choices],
        help_text=gettext_lazy("Patrols follow the rule table of frequencies; for meetings and reports a task is made for every period."),
    )
    every = forms.ChoiceField(label=gettext_lazy("Once in every"), required=False, choices=[("", "—"), *Every.choices])
    evidence = forms.CharField(label=gettext_lazy("Evidence wanted"), max_length=200, required=False)
    consequence = forms.CharField(label=gettext_lazy("Consequence when it is not done"), max_length=200, required=False)
    since = DayField(
        label=gettext_lazy("First day"), required=False, help_text=gettext_lazy("only if it differs from that of the list, e.g. 2026-07-01")
    )
    until = DayField(label=gettext_lazy("First day no longer in force"), required=False)
    power = forms.ModelChoiceField(label=gettext_lazy("Power that it rests on"), required=False, queryset=Power.objects.none())
    duty = forms.ModelChoiceField(label=gettext_lazy("Duty of the plan"), required=False, queryset=Duty.objects.all())

    def __init__(self, *args: Any, version: ListVersion, acting: Acting, item: DraftItem | None = None, **kwargs: Any) -> None:
        given = {name: getattr(item, name) for name in lists.SAID} if item else {}
        super().__init__(*args, expect=version.version, initial={**given, **kwargs.pop("initial", {})}, **kwargs)
        self.draft, self.acting, self.item = version, acting, item
        self.fields["power"].queryset = Power.objects.in_force(days.today()).order_by("category", "matter", "level", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("what")) != bool(cleaned.get("every")) and not {"what", "every"} & self.errors.keys():
            self.add_error("every", _("A duty that recurs needs both: by what it is done, and once in every what."))
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error("until", _("A line is in force for a day at least: choose a later day."))
        return cleaned

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in lists.SAID}

    def act(self) -> None:
        sent = {"by": self.acting, "expect": self.cleaned_data["expect"], "client_ref": self.cleaned_data["client_ref"], **self.said()}
        if self.item is None:
            lists.add_item(self.draft, **sent)
        else:
            lists.change_item(self.item, **sent)


class AdoptForm(ItemForm):
    """A duty of the plan as a line of a draft: its words are there already."""

    field_order = ["target", "text", "text_bo", "basis"]
    target = forms.ModelChoiceField(
        label=gettext_lazy("Into which draft"), queryset=ListVersion.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, about: Duty, acting: Acting, **kwargs: Any) -> None:
        drafts = ListVersion.objects.filter(state=ListVersion.State.DRAFT, duty_list__in=DutyList.objects.kept(acting).values("pk"))
        nowhere = ListVersion(version=0)
        initial = {"text": about.words[:300], "basis": about.basis, "evidence": about.object_text, "duty": about}
        super().__init__(*args, version=nowhere, acting=acting, initial=initial, **kwargs)
        self.fields["target"].queryset = drafts.select_related("duty_list").order_by("duty_list__title", "pk")
        del self.fields["duty"]
        self.about = about

    def said(self) -> dict[str, Any]:
        return {**{name: self.cleaned_data[name] for name in lists.SAID if name != "duty"}, "duty": self.about}

    def act(self) -> None:
        self.draft = self.cleaned_data["target"]
        # The draft is chosen on this very form: what is seen of it is what it says now.
        self.cleaned_data["expect"] = self.draft.version
        super().act()


class PublishForm(ActionForm):
    """From which day, by which document."""

    since = DayField(
        label=gettext_lazy("In force from"), help_text=gettext_lazy("The first version may carry the day of the paper that it copies.")
    )
    document = forms.CharField(label=gettext_lazy("Issuing document"), max_length=200, help_text=gettext_lazy("title and number"))

    def __init__(self, *args: Any, version: ListVersion, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=version.version, **kwargs)
        self.draft, self.acting = version, acting
        self.fields["since"].initial = days.today

    def act(self) -> None:
        lists.publish(self.draft, by=self.acting, **self.cleaned_data)
