"""The boards of a place, one board, and the steps that are taken at it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.evidence import reports as evidence
from accountability.exchange import sheets as files
from accountability.kit import days
from accountability.kit.names import named
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required, refusals_on
from accountability.ledger.registry import concerning
from chiefs.resources import reports as resources

from . import content, reports, rules
from .forms import ChangeForm, FinishForm, NewForm, SeenForm, SegmentForm, SheetForm, WaiveForm, may_check
from .lifecycle import BoardUpdateLifecycle, SignboardLifecycle
from .models import READERS, BoardUpdate, Signboard

PER_PAGE = 50
MOST_WORDS = 60
MOST_SHOWN = 12
readers_only = acting_required(*READERS)
keepers_only = acting_required("chief_office", "receiver")


def _listed(request: HttpRequest) -> QuerySet[Signboard]:
    """What the list was asked for: by state, by what is owed, by a part of a name."""
    owed = BoardUpdate.objects.open().filter(board=OuterRef("pk"))
    rows = Signboard.objects.visible_to(request.acting).select_related(*reports.AROUND)  # type: ignore[attr-defined]
    rows = rows.annotate(update_due=Subquery(owed.values("due")[:1]), wrong_since=Subquery(owed.values("changed_on")[:1]))
    state, owing, words = request.GET.get("state", ""), request.GET.get("owing", ""), request.GET.get("q", "")[:MOST_WORDS].strip()
    if state in Signboard.State.values:
        rows = rows.filter(state=state)
    if owing == "open":
        rows = rows.exclude(update_due=None)
    elif owing == "late":
        rows = rows.filter(update_due__lt=days.today())
    if words:
        meant = Q(code__iexact=words) | Q(place__icontains=words) | Q(place_bo__icontains=words)
        meant |= named(words, "segment__name") | resources.named(words, "segment__resource__") | Q(segment__code__iexact=words)
        rows = rows.filter(meant)
    return rows.order_by("update_due", "code") if owing else rows.order_by("segment__path", "code")


@require_safe
@readers_only
def listing(request: HttpRequest) -> HttpResponse:
    """The boards inside the reach, with what is owed at them; as a page or as a file."""
    rows = _listed(request)
    if kind := files.wanted(request):
        return files.send(kind, name=_("Notice boards"), columns=_columns(), rows=rows)
    query = request.GET.copy()
    query.pop("page", None)
    today = days.today()
    owed = BoardUpdate.objects.visible_to(request.acting)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "query": f"&{query.urlencode()}" if query else "",
        "words": request.GET.get("q", "")[:MOST_WORDS],
        "state": request.GET.get("state", ""),
        "owing": request.GET.get("owing", ""),
        "states": Signboard.State.choices,
        "open_updates": owed.open().count(),
        "late_updates": owed.overdue(today).count(),
        "may_add": rules.keeps(request.acting, *_own(request)),
        "today": today,
    }
    return render(request, "signboards/list.html", context)


def _own(request: HttpRequest) -> tuple[str, int | None]:
    """The own place, as ``rules.keeps`` wants it: an office keeps the register there if it keeps it anywhere."""
    acting = request.acting  # type: ignore[attr-defined]
    return (acting.reach.paths[0] if acting.reach.paths else "", acting.jurisdiction_id)


def _columns() -> list[files.Column]:
    return [
        (_("Code"), lambda b: b.code),
        (_("Water"), lambda b: b.segment.resource.name),
        (_("Segment"), lambda b: b.segment.name),
        (_("Code of the segment"), lambda b: b.segment.code),
        (_("Whole water"), lambda b: b.whole),
        (_("Jurisdiction"), lambda b: b.segment.jurisdiction.name),
        (_("Place"), lambda b: b.place),
        (_("Place (Tibetan)"), lambda b: b.place_bo),
        (_("The stretch begins at"), lambda b: b.begins_at),
        (_("The stretch ends at"), lambda b: b.ends_at),
        (_("Latitude"), lambda b: b.latitude),
        (_("Longitude"), lambda b: b.longitude),
        (_("Kept by"), lambda b: b.unit.name),
        (_("State"), lambda b: b.get_state_display()),
        (_("Set up on"), lambda b: b.set_up_on),
        (_("Names as of"), lambda b: b.as_of),
        (_("Last check"), lambda b: b.checked_on),
        (_("Update due"), lambda b: b.update_due),
    ]


def _board(request: HttpRequest, code: str) -> Signboard:
    rows = Signboard.objects.visible_to(request.acting).select_related(  # type: ignore[attr-defined]
        "segment__resource__scheme", "segment__jurisdiction__parent__parent__parent", "unit__jurisdiction"
    )
    return get_object_or_404(rows, code=code)


@require_safe
@readers_only
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One board: what it should say today, what is owed at it, what was found about it, and its sheets."""
    return _detail(request, _board(request, code))


def _detail(request: HttpRequest, board: Signboard, form: SheetForm | None = None) -> HttpResponse:
    acting, today = request.acting, days.today()  # type: ignore[attr-defined]
    update = board.updates.open().first()
    said = content.of(board, today)
    tends = rules.tends(acting, board.unit_id, board.segment.path, board.segment.jurisdiction_id)
    moves = [(move.name, move.label) for move in SignboardLifecycle.available(board, acting)]
    if may_check(board, acting):
        moves.insert(0, ("check", _("Checked: in order")))
    context = {
        "board": board,
        "said": said,
        "missing": said.missing(),
        "update": update,
        "update_moves": BoardUpdateLifecycle.available(update, acting) if update else [],
        "past": list(board.updates.exclude(state=BoardUpdate.State.OPEN).order_by("-pk")[:MOST_SHOWN]),
        "update_photos": _photos_of_updates(board),
        "moves": moves,
        "may_change": rules.keeps(acting, board.segment.path, board.segment.jurisdiction_id),
        "cases": concerning.ask(record=board, acting=acting)[:MOST_SHOWN],
        "photos": list(evidence.of(board.stream).order_by("-pk")[:MOST_SHOWN]),
        "sheets": list(board.sheets.select_related("paper__replaced_by").order_by("-pk")[:MOST_SHOWN]),
        "sheet_form": form or (SheetForm(board=board, acting=acting) if tends else None),
        "rows": _facts(board, said),
        "beside": list(board.segments.order_by("code")[:MOST_SHOWN]),
        "today": today,
    }
    return render(request, "signboards/detail.html", context, status=form.http_status if form else 200)


def _photos_of_updates(board: Signboard) -> list[Any]:
    """The pictures that came with the last update that was done."""
    last = board.updates.filter(state=BoardUpdate.State.DONE).order_by("-pk").first()
    return list(evidence.of(last.stream)) if last else []


def _facts(board: Signboard, said: content.Content) -> list[tuple[str, Any]]:
    point = f"{board.latitude:.5f}, {board.longitude:.5f}" if board.latitude is not None and board.longitude is not None else ""
    return [
        (_("Water"), local(board.segment.resource)),
        (_("Segment"), f"{local(board.segment)} · {board.segment.code}"),
        (_("Where it stands"), local(board, "place")),
        (_("Latitude and longitude"), point),
        (_("Length or area"), local(said.extent)),
        (_("The stretch begins at"), local(board, "begins_at")),
        (_("The stretch ends at"), local(board, "ends_at")),
        (_("Kept by"), local(board.unit)),
        (_("Set up on"), board.set_up_on.isoformat()),
        (_("Names on it as of"), board.as_of.isoformat()),
        (_("Last check"), board.checked_on.isoformat() if board.checked_on else ""),
    ]


@keepers_only
def new(request: HttpRequest) -> HttpResponse:
    """Register a board: first the segment, then what stands on it. Not there for a desk that keeps no register."""
    if not rules.keeps(request.acting, *_own(request)):
        raise Http404
    asked = SegmentForm(request.GET if "segment" in request.GET else None, acting=request.acting)
    if not asked.is_bound or not asked.is_valid():
        return render(request, "signboards/new.html", {"asked": asked}, status=asked.http_status)
    segment = asked.cleaned_data["segment"]
    form = NewForm(request.POST or None, request.FILES or None, segment=segment, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        board = None
        with refusals_on(form):
            board = form.act()
        if board is not None and form.is_valid():
            messages.success(request, _("Notice board %(code)s is registered.") % {"code": board.code})
            return redirect("signboards:detail", code=board.code)
    return render(request, "signboards/new.html", {"asked": asked, "segment": segment, "form": form}, status=form.http_status)


@readers_only
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Correct what is registered of a board."""
    board = _board(request, code)
    form = ChangeForm(request.POST or None, board=board, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            messages.success(request, _("What is registered of notice board %(code)s was corrected.") % {"code": board.code})
            return redirect("signboards:detail", code=board.code)
    may = rules.keeps(request.acting, board.segment.path, board.segment.jurisdiction_id)
    status = form.http_status if request.method == "POST" or may else 403
    return render(request, "signboards/change.html", {"board": board, "form": form if may else None}, status=status)


@readers_only
def move(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One step at a board or at the update that is owed. 404 for a name that is no step."""
    board = _board(request, code)
    given: tuple[Any, ...] = (request.POST or None,)
    update = None
    if name in ("finish", "waive"):
        update = board.updates.select_related("board__segment", "board__unit").order_by("-pk").first()
        if update is None:
            raise Http404
        maker: Any = FinishForm if name == "finish" else WaiveForm
        form = maker(*given, *([request.FILES or None] if name == "finish" else []), update=update, acting=request.acting)
        label = BoardUpdateLifecycle.label_of(name)
    elif name == "check" or name in SignboardLifecycle.moves():
        form = SeenForm(request.POST or None, request.FILES or None, board=board, move=name, acting=request.acting)
        label = _("Checked: in order") if name == "check" else SignboardLifecycle.label_of(name)
    else:
        raise Http404
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            messages.success(request, _("%(step)s: recorded for notice board %(code)s.") % {"step": label, "code": board.code})
            return redirect("signboards:detail", code=board.code)
    open_now = form.open_now()
    status = form.http_status if request.method == "POST" or open_now else 403
    context = {"board": board, "update": update, "form": form, "label": label, "name": name, "open_now": open_now or form.is_bound}
    return render(request, "signboards/move.html", context | {"today": days.today()}, status=status)


@readers_only
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Have a sheet printed; a GET leads to the board, where the sheets are."""
    board = _board(request, code)
    if request.method != "POST":
        return redirect("signboards:detail", code=board.code)
    form = SheetForm(request.POST, board=board, acting=request.acting)
    if form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            messages.success(request, _("The sheet is being printed. It stands in the list in a minute."))
            return redirect("signboards:detail", code=board.code)
    return _detail(request, board, form)
