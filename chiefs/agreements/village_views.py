"""The pages of village agreements: every village chief with what they signed, one agreement, one step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accountability.evidence import reports as evidence
from accountability.exchange import importing, sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import acting_required, refusals_on
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, Tenure
from chiefs.posts.rules import KEEPERS, keeps_register
from chiefs.territory.models import Jurisdiction

from . import document, paper, reports
from .lifecycle import VillageLifecycle
from .models import VillageAgreement
from .village_forms import CloseForm, DropForm, PrepareForm, RenewForm, SignedForm, VillageStep

PER_PAGE = 50
TABS = {
    "all": gettext_lazy("All village chiefs"),
    "expiring": gettext_lazy("Ending soon"),
    "expired": gettext_lazy("Term is over"),
    "missing": gettext_lazy("Without a valid agreement"),
    "former": gettext_lazy("Of former village chiefs"),
}
FORMS: dict[str, type[VillageStep]] = {form.step: form for form in (SignedForm, RenewForm, CloseForm, DropForm)}
STATES = VillageAgreement.State


def _chiefs(acting: Acting, tab: str) -> QuerySet[Tenure]:
    """Village chiefs with their agreement: a valid one that ends soon, one that has ended, none that is valid."""
    today = days.today()
    rows = reports.village_chiefs(acting, today)
    if tab == "expiring":
        place = Jurisdiction.objects.filter(pk=acting.jurisdiction_id).first()
        rows = rows.filter(holds=True, holds_until__lte=today + timedelta(days=reports.days_ahead(place, today)))
    elif tab == "expired":
        rows = rows.filter(holds=False, ever=True, last_until__lte=today)
    elif tab == "missing":
        rows = rows.filter(holds=False)
    return rows.order_by("post__unit__jurisdiction__path", "post__code", "pk")


def _last_day(row: Any) -> Any:
    until = row.holds_until or row.last_until
    return until - timedelta(days=1) if until else None


COLUMNS: list[sheets.Column] = [
    (gettext_lazy("Township"), lambda t: t.post.unit.jurisdiction.parent.name if t.post.unit.jurisdiction.parent else ""),
    (gettext_lazy("Village"), lambda t: t.post.unit.jurisdiction.name),
    (gettext_lazy("Post"), lambda t: t.post.title),
    (gettext_lazy("Person"), lambda t: t.person.name),
    (gettext_lazy("Agreement"), lambda t: t.last_number),
    (gettext_lazy("Last day"), _last_day),
    (gettext_lazy("Valid today"), lambda t: _("yes") if t.holds else _("no")),
]


FORMER: list[sheets.Column] = [
    (gettext_lazy("Township"), lambda a: a.jurisdiction.parent.name if a.jurisdiction.parent else ""),
    (gettext_lazy("Village"), lambda a: a.jurisdiction.name),
    (gettext_lazy("Post"), lambda a: a.post.title),
    (gettext_lazy("Person"), lambda a: a.person.name),
    (gettext_lazy("Agreement"), lambda a: a.number),
    (gettext_lazy("Last day"), lambda a: a.last_day),
    (gettext_lazy("State"), lambda a: a.get_state_display()),
]


@require_safe
@acting_required()
def listing(request: HttpRequest) -> HttpResponse:
    """Every village chief that the post may see with agreement and last day; filtered, and as a file."""
    tab = request.GET.get("list", "all")
    if tab not in TABS:
        raise Http404
    if tab == "former":
        return _former(request)
    rows = _chiefs(request.acting, tab)
    if kind := sheets.wanted(request):
        columns = [(str(heading), value) for heading, value in COLUMNS]
        return sheets.send(kind, name=_("village-agreements"), columns=columns, rows=rows.iterator(chunk_size=500))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    acting = request.acting
    today = days.today()
    shown = []
    for row in page.object_list:
        place = row.post.unit.jurisdiction
        may = keeps_register(acting, place.path, place.pk) and row.person_id != acting.person_id
        shown.append((row, _last_day(row), may and (row.last_number is None or not row.holds)))
    context = {"page": page, "shown": shown, "tabs": TABS.items(), "tab": tab, "today": today}
    context["may_import"] = importing.may_bring("village_agreements", acting)
    return render(request, "agreements/villages.html", context)


def _former(request: HttpRequest) -> HttpResponse:
    """What those signed who have left the post: it ended with their term, and stays to be read."""
    rows = reports.of_former_chiefs(request.acting, days.today())
    if kind := sheets.wanted(request):
        columns = [(str(heading), value) for heading, value in FORMER]
        return sheets.send(kind, name=_("village-agreements"), columns=columns, rows=rows.iterator(chunk_size=500))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "agreements/villages_former.html", {"page": page, "tabs": TABS.items(), "tab": "former"})


@acting_required(*KEEPERS)
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Prepare the agreement with the holder of one village chief's post."""
    rows = Post.objects.in_force(days.today()).filter(kind__in=reports.chief_kinds()).select_related("kind", "unit__jurisdiction__parent")
    post = get_object_or_404(rows, code=code)
    place = post.unit.jurisdiction
    if not keeps_register(request.acting, place.path, place.pk):
        raise Http404
    form = PrepareForm(request.POST or None, post=post, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            agreement = form.act()
        if form.is_valid():
            messages.success(request, _("Agreement %(number)s is prepared. Record the signatures when both have signed.") % vars(agreement))
            return redirect("agreements:village", number=agreement.number)
    tenure = Tenure.objects.in_force(days.today()).filter(post=post).select_related("person").first()
    context = {"form": form, "post": post, "person": tenure.person if tenure else None}
    return render(request, "agreements/village_new.html", context, status=form.http_status)


def _agreement(request: HttpRequest, number: str) -> VillageAgreement:
    rows = VillageAgreement.objects.visible_to(request.acting)
    return get_object_or_404(rows.select_related("unit", "post__unit", "person", "jurisdiction", "renews"), number=number)


@require_safe
@acting_required(Function.CHIEF, *KEEPERS)
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One agreement, as the village chief and the township read it."""
    agreement = _agreement(request, number)
    steps = [move for move in VillageLifecycle.available(agreement, request.acting) if move.name in FORMS]
    place = agreement.jurisdiction
    signed = agreement.state in (STATES.IN_FORCE, STATES.CLOSED) and reports.still_holds(agreement, days.today())
    context: dict[str, Any] = {
        "agreement": agreement,
        "moves": steps,
        "may_renew": signed and keeps_register(request.acting, place.path, place.pk) and agreement.person_id != request.acting.person_id,
        "scans": evidence.of(agreement.stream).filter(role=document.SCAN),
        "today": days.today(),
        "last": agreement.last_day,
        "renewals": list(agreement.renewals.order_by("pk")),
        "rows": [
            (_("Number"), agreement.number),
            (_("Village"), local(place)),
            (_("Village chief"), f"{local(agreement.post, 'title')} · {local(agreement.person)}"),
            (_("Township"), local(agreement.unit)),
            (_("First day"), agreement.since.isoformat()),
            (_("Last day"), agreement.last_day.isoformat()),
            (_("Signed on"), agreement.signed_on.isoformat() if agreement.signed_on else ""),
            *([(_("Reason"), agreement.reason)] if agreement.reason else []),
        ],
    }
    return render(request, "agreements/village.html", context)


@require_safe
@acting_required(Function.CHIEF, *KEEPERS)
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The page that both parties sign by hand, as a PDF."""
    agreement = _agreement(request, number)
    answer = HttpResponse(paper.page(agreement), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{agreement.number}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@acting_required(*KEEPERS)
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show and take one step of a village agreement."""
    if name not in FORMS:
        raise Http404
    agreement = _agreement(request, number)
    if not keeps_register(request.acting, agreement.path, agreement.jurisdiction_id):
        raise Http404
    open_ = {move.name for move in VillageLifecycle.available(agreement, request.acting)}
    if agreement.state in (STATES.IN_FORCE, STATES.CLOSED) and reports.still_holds(agreement, days.today()):
        open_.add("renew")
    if request.method == "GET" and name not in open_:
        raise Http404
    form = FORMS[name](request.POST or None, request.FILES or None, agreement=agreement, acting=request.acting)
    label = _("Renew") if name == "renew" else VillageLifecycle.label_of(name)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            done = form.act()
        if form.is_valid():
            shown = done if isinstance(done, VillageAgreement) else agreement
            told = {"step": label, "number": shown.number, "state": shown.get_state_display()}
            messages.success(request, _("%(step)s: agreement %(number)s is now “%(state)s”.") % told)
            return redirect("agreements:village", number=shown.number)
    if request.method == "POST" and form.refusal is None and form.errors:
        form.keep()
    context = {
        "agreement": agreement,
        "form": form,
        "label": label,
        "name": name,
        "scans": evidence.of(agreement.stream).filter(role=document.SCAN),
    }
    return render(request, "agreements/village_step.html", context, status=form.http_status)
