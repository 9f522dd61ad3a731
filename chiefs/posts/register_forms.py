"""One form per entry about a post. What is given by hand (a name, a code) is looked up before the action is called."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting

from . import annulling, charges, deeds, deputations, naming, picks, seats, tenures
from .functions import Function
from .models import Charge, Deputation, Person, Post, Tenure, Watch
from .naming_form import Renaming
from .picking import Pick
from .post_form import PostForm, Terms, date_field, terms_from_now, text_field


class PersonForm(PostForm):
    """With a person by name: one who is known, chosen from those who may be meant, or somebody new."""

    name = text_field(
        gettext_lazy("Name of the person"),
        longest=80,
        help_text=gettext_lazy("for one who is in the register, first letters of the pinyin do"),
    )
    name_bo = text_field(gettext_lazy("Tibetan name"), required=False, longest=120)
    phone = text_field(gettext_lazy("Service telephone"), required=False, longest=20)
    WHO = ("name", "name_bo", "phone")
    unlisted = ("name",)

    def picks(self) -> dict[str, Callable[[], Pick]]:
        return {"name": lambda: picks.persons(self.acting, self._anybody())}

    def _anybody(self) -> QuerySet[Person]:
        """Whom this very form has entered a moment ago is not asked about."""
        try:
            ref = uuid.UUID(str(self.data.get("client_ref", "")))
        except ValueError:
            return Person.objects.all()
        return Person.objects.exclude(pk=deeds.made_by(Person, uuid.uuid5(ref, "person")))

    def who(self) -> Person:
        """The person meant; entered now when new. Inside the transaction of the action."""
        given = self.cleaned_data
        if (known := self.picked["name"]) is not None:
            return known
        return tenures.register_person(
            name=given["name"],
            name_bo=given["name_bo"],
            phone=given["phone"],
            by=self.acting,
            client_ref=uuid.uuid5(given["client_ref"], "person"),
        )


class AppointForm(PersonForm):
    title, submit = gettext_lazy("Appoint"), gettext_lazy("Begin the term")
    since = date_field(gettext_lazy("First day of the term"))
    until = date_field(
        gettext_lazy("First day after the term"), required=False, help_text=gettext_lazy("Leave it empty where no end is set.")
    )
    basis = text_field(gettext_lazy("Document that appoints"), help_text=gettext_lazy("its number or title"))
    appointed_on = date_field(gettext_lazy("Day of the document"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if months := self.post.kind.longest_months:
            self.fields["until"].required = True
            self.fields["until"].help_text = _("This post is held under contract, at most %(months)s months.") % {"months": months}

    def offered(self) -> bool:
        """A post of one holder takes another only when the end of the term is set; until then there is the succession."""
        return not (self.post.kind.single and any(term.until is None for term in self.terms))

    def act(self) -> Tenure:
        with transaction.atomic():
            return tenures.appoint(self.post, person=self.who(), **self.facts(*self.WHO))


class TermForm(PostForm):
    """About the term of whoever holds the post; where several do, one of them is chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(self.terms) > 1:
            rows = terms_from_now(self.post)
            self.fields["term"] = Terms(label=gettext_lazy("Whose term"), queryset=rows, widget=forms.RadioSelect, empty_label=None)
            self.order_fields(["term"])

    def open_now(self) -> bool:
        return bool(self.terms)

    def term(self) -> Tenure:
        return self.cleaned_data.get("term") or self.terms[0]


class SucceedForm(PersonForm, TermForm):
    title, submit = gettext_lazy("Succession"), gettext_lazy("End one term and begin the next")
    day = date_field(gettext_lazy("First day of the successor"))
    until = date_field(
        gettext_lazy("First day after the term"), required=False, help_text=gettext_lazy("Leave it empty where no end is set.")
    )
    basis = text_field(gettext_lazy("Document that appoints"), help_text=gettext_lazy("its number or title"))
    appointed_on = date_field(gettext_lazy("Day of the document"), required=False)

    def act(self) -> Tenure:
        with transaction.atomic():
            return tenures.succeed(self.term(), person=self.who(), **self.facts("term", *self.WHO))


class EndForm(TermForm):
    title, submit = gettext_lazy("End the term"), gettext_lazy("End the term")
    day = date_field(gettext_lazy("First day that the term no longer covers"))
    reason = text_field(gettext_lazy("By which document, or why"))

    def act(self) -> Tenure:
        return tenures.end_term(self.term(), **self.facts("term"))


class AnnulForm(PostForm):
    title, submit = gettext_lazy("Annul a wrong term"), gettext_lazy("Annul the term")
    term = Terms(
        label=gettext_lazy("Which term was entered wrongly?"), queryset=Tenure.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    reason = text_field(gettext_lazy("What was wrong"), help_text=gettext_lazy("Everybody who reads the terms of this post sees it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["term"].queryset = annulling.open_to_it(self.post)  # type: ignore[attr-defined]

    @classmethod
    def allowed(cls, acting: Acting, post: Post) -> bool:
        return annulling.may_annul(acting, post)

    def open_now(self) -> bool:
        return self.fields["term"].queryset.exists()  # type: ignore[attr-defined]

    def act(self) -> Tenure:
        return annulling.annul(self.cleaned_data["term"], **self.facts("term"))


class DeputiseForm(PersonForm, TermForm):
    title, submit = gettext_lazy("Stand in during absence"), gettext_lazy("Enter the deputy")
    post_code = text_field(
        gettext_lazy("Or a post that stands in"),
        required=False,
        longest=120,
        help_text=gettext_lazy("title or code; whoever holds it acts"),
    )
    since = date_field(gettext_lazy("First day"))
    until = date_field(gettext_lazy("Day on which the holder is back"))
    reason = text_field(gettext_lazy("Reason of the absence"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].asked = True  # type: ignore[attr-defined]  # one of the two is
        self.fields["post_code"].asked = True  # type: ignore[attr-defined]

    def picks(self) -> dict[str, Callable[[], Pick]]:
        return super().picks() | {"post_code": lambda: picks.posts(self.acting, self.post)}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed = str(self.data.get("post_code", "")).strip()
        if bool(typed) == bool(data.get("name")):
            self.add_error("name", _("Name one who stands in: a person, or a post."))
        return data

    def act(self) -> Deputation:
        deputy = self.cleaned_data["post_code"]
        with transaction.atomic():
            who = {"post": deputy} if deputy else {"person": self.who()}
            return deputations.deputise(self.term(), **who, **self.facts("term", "post_code", *self.WHO))


class ReturnForm(PostForm):
    title, submit = gettext_lazy("The holder is back"), gettext_lazy("End the deputation")
    day = date_field(gettext_lazy("Day on which the holder is back"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Deputation.objects.in_force(days.today()).filter(tenure__post=self.post)
        self.standing = rows.select_related("tenure__post").first()

    def open_now(self) -> bool:
        return self.standing is not None

    def act(self) -> Deputation:
        assert self.standing is not None  # the page is not there otherwise
        return deputations.return_from(self.standing, **self.facts())


class ChargeForm(PostForm):
    title, submit = gettext_lazy("Give a segment"), gettext_lazy("Give the segment")
    segment = text_field(
        gettext_lazy("Segment"), longest=120, help_text=gettext_lazy("its name, the water's, or the code as it stands on the notice board")
    )
    since = date_field(gettext_lazy("First day"))
    until = date_field(gettext_lazy("First day no longer"), required=False, help_text=gettext_lazy("Leave it empty where no end is set."))
    basis = text_field(gettext_lazy("Basis"), required=False)

    def picks(self) -> dict[str, Callable[[], Pick]]:
        return {"segment": lambda: picks.segments(self.post)}

    def offered(self) -> bool:
        return self.post.kind.may(Function.CHIEF)

    def act(self) -> Charge:
        return charges.give_charge(self.post, **self.facts())


class EndChargeForm(PostForm):
    title, submit = gettext_lazy("Take a segment away"), gettext_lazy("End the charge")
    segment = forms.ChoiceField(label=gettext_lazy("Segment"))
    day = date_field(gettext_lazy("First day no longer"))
    reason = text_field(gettext_lazy("Reason"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Charge.objects.in_force(days.today()).filter(post=self.post).select_related("segment").order_by("segment__code")
        self.charges = {charge.segment.code: charge for charge in rows}
        choices = [(code, f"{code} {local(row.segment)}") for code, row in self.charges.items()]
        self.fields["segment"].choices = choices  # type: ignore[attr-defined]

    def open_now(self) -> bool:
        return bool(self.charges)

    def act(self) -> Charge:
        return charges.end_charge(self.charges[self.cleaned_data["segment"]], **self.facts("segment"))


class WatchForm(PostForm):
    title, submit = gettext_lazy("Give a cell of the grid"), gettext_lazy("Give the cell")
    cell = text_field(gettext_lazy("Cell of the grid"), longest=120, help_text=gettext_lazy("name or code"))
    since = date_field(gettext_lazy("First day"))
    until = date_field(gettext_lazy("First day no longer"), required=False, help_text=gettext_lazy("Leave it empty where no end is set."))
    basis = text_field(gettext_lazy("Basis"), required=False)

    def picks(self) -> dict[str, Callable[[], Pick]]:
        return {"cell": lambda: picks.cells(self.post)}

    def offered(self) -> bool:
        return self.post.kind.role in charges.WATCHERS

    def act(self) -> Watch:
        return charges.give_watch(self.post, **self.facts())


class EndWatchForm(PostForm):
    title, submit = gettext_lazy("Take a cell away"), gettext_lazy("End the watch")
    cell = forms.ChoiceField(label=gettext_lazy("Cell"))
    day = date_field(gettext_lazy("First day no longer"))
    reason = text_field(gettext_lazy("Reason"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Watch.objects.in_force(days.today()).filter(post=self.post).select_related("cell").order_by("cell__code")
        self.watches = {watch.cell.code: watch for watch in rows}
        self.fields["cell"].choices = [(code, local(watch.cell)) for code, watch in self.watches.items()]  # type: ignore[attr-defined]

    def open_now(self) -> bool:
        return bool(self.watches)

    def act(self) -> Watch:
        return charges.end_watch(self.watches[self.cleaned_data["cell"]], **self.facts("cell"))


class EntitleForm(PostForm):
    title, submit = gettext_lazy("Tibetan title"), gettext_lazy("Keep this")
    title_bo = text_field(gettext_lazy("Tibetan title"), required=False, longest=160)

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, post=post, initial={"title_bo": post.title_bo}, **kwargs)

    def act(self) -> Post:
        return seats.entitle_post(self.post, **self.facts())


class RenamePostForm(Renaming, PostForm):
    title, submit = gettext_lazy("Rename the post"), gettext_lazy("Enter the new title")
    name = text_field(gettext_lazy("New title of the post"), longest=120)
    name_bo = text_field(gettext_lazy("Tibetan title"), required=False, longest=160)
    field_order = Renaming.ORDER

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, post=post, borne=(post.title, post.title_bo), **kwargs)

    def act(self) -> Post:
        facts = self.facts("change")
        return naming.rename_post(self.post, title=facts.pop("name"), title_bo=facts.pop("name_bo"), **facts)


class ClosePostForm(PostForm):
    title, submit = gettext_lazy("Close the post"), gettext_lazy("Close the post")
    day = date_field(gettext_lazy("First day on which it is no more"))

    def offered(self) -> bool:
        return all(term.until is not None for term in self.terms)

    def act(self) -> Post:
        return seats.close_post(self.post, **self.facts())


#: name of the address -> form, in the order in which a page offers them
POST_FORMS: dict[str, type[PostForm]] = {
    "appoint": AppointForm,
    "succeed": SucceedForm,
    "end": EndForm,
    "annul": AnnulForm,
    "deputise": DeputiseForm,
    "return": ReturnForm,
    "charge": ChargeForm,
    "end_charge": EndChargeForm,
    "watch": WatchForm,
    "end_watch": EndWatchForm,
    "entitle": EntitleForm,
    "rename_post": RenamePostForm,
    "close": ClosePostForm,
}


def open_forms(post: Post, acting: Acting) -> list[tuple[str, Any]]:
    """The entries that ``acting`` may make about a post today: (name of the address, what stands on the button)."""
    own = {name: form for name, form in POST_FORMS.items() if post.until is None and form.allowed(acting, post)}
    if not own:
        return []
    terms = list(terms_from_now(post))
    return [(f"terms:{name}", form.title) for name, form in own.items() if form(None, post=post, acting=acting, terms=terms).offered()]
