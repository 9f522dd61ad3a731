"""What lists are made from: the plan's duties, waiting to be adopted, and the catalogue of powers."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from chiefs.duties.forms.lists import AdoptForm
from chiefs.duties.models import Duty, ListItem, Power
from chiefs.territory.models import Level

from .common import PER_PAGE, asked_day, everybody, form_page, is_keeper, keepers, rest_of


@require_safe
@everybody
def plan(request: HttpRequest) -> HttpResponse:
    """The plan's duties in its own words, and which of them stand in a list."""
    rows = Duty.objects.order_by("code")
    standing = request.GET.get("standing", "")
    if standing in Duty.Standing.values:
        rows = rows.filter(standing=standing)
    if file := sheets.wanted(request):
        columns: list[sheets.Column] = [
            (_("Code"), lambda d: d.code),
            (_("Who"), lambda d: d.who),
            (_("Words of the plan"), lambda d: d.words),
            (_("Object"), lambda d: d.object_text),
            (_("Source"), lambda d: d.source),
            (_("Standing"), lambda d: d.get_standing_display()),
        ]
        return sheets.send(file, name="plan-duties", columns=columns, rows=rows)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    cited: dict[int, list[ListItem]] = {}
    for item in ListItem.objects.filter(duty__in=list(page)).select_related("version__duty_list").order_by("version__number"):
        cited.setdefault(item.duty_id or 0, []).append(item)
    lists = {pk: {item.version.duty_list_id: item.version.duty_list for item in items}.values() for pk, items in cited.items()}
    context = {
        "page": page,
        "rows": [(duty, lists.get(duty.pk, [])) for duty in page],
        "standing": standing,
        "standings": Duty.Standing.choices,
        "may_adopt": is_keeper(request.acting),
        "query": rest_of(request, "standing"),
    }
    return render(request, "duties/plan.html", context)


@keepers
def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Turn a duty of the plan into a line of a draft."""
    if not is_keeper(request.acting):
        raise Http404
    duty = get_object_or_404(Duty, code=code)
    form = AdoptForm(request.POST or None, about=duty, acting=request.acting)
    return form_page(
        request,
        form,
        title=_("Adopt a duty of the plan"),
        submit=_("Add it to the draft"),
        back=reverse("duties:plan"),
        done=lambda _made: (_("The duty is a line of the draft now."), reverse("duties:version", args=[form.draft.client_ref])),
        template="duties/adopt.html",
        duty=duty,
        drafts=form.fields["target"].queryset.exists(),
    )


@require_safe
@everybody
def powers(request: HttpRequest) -> HttpResponse:
    """The catalogue of powers by class, level and department, as it holds on a day."""
    on, level, words = asked_day(request), request.GET.get("level", ""), request.GET.get("q", "").strip()[:60]
    rows = Power.objects.in_force(on).select_related("jurisdiction").order_by("category", "matter", "level", "pk")
    if level in Level.values:
        rows = rows.filter(level=level)
    if words:
        rows = rows.filter(name__icontains=words) | rows.filter(lead_department__icontains=words) | rows.filter(category__icontains=words)
    if file := sheets.wanted(request):
        columns: list[sheets.Column] = [
            (_("Class"), lambda p: p.category),
            (_("Matter"), lambda p: p.name),
            (_("Code"), lambda p: p.matter),
            (_("Level"), lambda p: p.get_level_display()),
            (_("Leading department"), lambda p: p.lead_department),
            (_("Legal basis"), lambda p: p.basis),
            (_("Place"), lambda p: p.jurisdiction or ""),
            (_("First day"), lambda p: p.since),
            (_("Confirmed"), lambda p: p.confirmed),
        ]
        return sheets.send(file, name="powers", columns=columns, rows=rows)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "on": on,
        "level": level,
        "levels": Level.choices,
        "words": words,
        "query": rest_of(request, "on", "level", "q"),
    }
    return render(request, "duties/powers.html", context)
