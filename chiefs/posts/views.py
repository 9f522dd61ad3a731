"""The way in and out, the post that one acts for, the language and the size of the text."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accountability.kit import days
from accountability.kit.context import LARGE_TEXT_COOKIE
from accountability.ledger.doors import refusals_on

from . import accounts, actions, beats, reports
from .forms import ActivationForm, PostForm, SignInForm
from .functions import OUTSIDE, Function

LOCK_MINUTES = round(settings.AXES_COOLOFF_TIME * 60)


def _safe(request: HttpRequest, address: str, otherwise: str) -> str:
    """An address of this site, else ``otherwise``: nobody is sent elsewhere by a link."""
    here = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return address if here else otherwise


def _home(functions: frozenset[str]) -> str:
    """Where a post's work begins: the patrols of who walks, an administrator's tables, everybody else's inbox."""
    if Function.ADMINISTRATOR.value in functions:
        return reverse("admin:index")
    return reverse("desk:home" if functions.isdisjoint(OUTSIDE) else "patrols:home")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    wanted = _safe(request, request.POST.get("next") or request.GET.get("next", ""), "")
    if request.user.is_authenticated and request.method == "GET":
        if request.acting is not None:  # type: ignore[attr-defined]
            return redirect(wanted or _home(request.acting.functions))  # type: ignore[attr-defined]
        person = request.user.person_id
        return render(request, "posts/no_post.html", {"walked": person is not None and bool(beats.stints(person))})
    form = SignInForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid() and form.account is not None:
        actions.sign_in(request, form.account)
        tenures = reports.open_to(form.account.person_id, days.today()) if form.account.person_id else []
        if len(tenures) > 1 and not wanted:
            answer: HttpResponse = redirect("posts:choose")
        elif tenures:
            answer = redirect(wanted or _home(frozenset(tenures[0].post.kind.functions)))
        else:
            answer = redirect("posts:sign_in")
        return _remember_language(answer, form.account.language) if form.account.language else answer
    context = {"form": form, "next": wanted}
    return render(request, "posts/sign_in.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters("code", "password", "again")
@never_cache
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, slip: str = "") -> HttpResponse:
    """Where the QR code of a slip leads: number filled in, code and a password of one's own to be typed."""
    form = ActivationForm(request.POST or None, initial={"slip": slip if slip.isascii() and slip.isdigit() else ""})
    if request.method == "POST" and form.is_valid():
        data, account = form.cleaned_data, None
        with refusals_on(form):
            account = accounts.activate(data["slip"].strip(), data["code"], data["password"])
        if account is not None:
            actions.sign_in(request, account)
            actions.prefer(account, language=translation.get_language())
            messages.success(request, _("You are in. From now on you sign in as %(login)s with your password.") % {"login": account.login})
            tenures = reports.tenures_of(account.person_id, days.today()) if account.person_id else []
            return redirect(_home(frozenset(tenures[0].post.kind.functions)) if tenures else "posts:sign_in")
    return render(request, "posts/activate.html", {"form": form}, status=form.http_status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    actions.sign_out(request)
    messages.success(request, _("You are signed out."))
    return redirect("public:home")


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    if request.acting is None:  # type: ignore[attr-defined]
        return redirect("posts:sign_in")
    tenures = [request.tenure, *request.other_tenures]  # type: ignore[attr-defined]
    form = PostForm(request.POST or None, tenures=tenures, initial={"post": request.acting.post_id})  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        post_id = form.cleaned_data["post"]
        with refusals_on(form):
            actions.act_for(request, post_id)
        if form.is_valid():
            chosen = next(t for t in tenures if t.post_id == post_id)
            return redirect(_home(frozenset(chosen.post.kind.functions)))
    return render(request, "posts/choose.html", {"form": form}, status=422 if form.is_bound else 200)


def _remember_language(response: HttpResponse, code: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Kept in a cookie, and in the account of whoever is signed in. An unknown language changes nothing."""
    code = request.POST.get("language", "")
    answer: HttpResponse = HttpResponseRedirect(_safe(request, request.POST.get("next", ""), "/"))
    if code not in dict(settings.LANGUAGES) or not check_for_language(code):
        return answer
    if request.user.is_authenticated:
        actions.prefer(request.user, language=code)  # type: ignore[arg-type]
    translation.activate(code)
    return _remember_language(answer, code)


@require_POST
def large_text(request: HttpRequest) -> HttpResponse:
    """The switch for eyes that like it large: in the account, for the public in a cookie."""
    wanted = request.POST.get("large") == "1"
    answer = HttpResponseRedirect(_safe(request, request.POST.get("next", ""), "/"))
    if request.user.is_authenticated:
        actions.prefer(request.user, large_text=wanted)  # type: ignore[arg-type]
    answer.set_cookie(
        LARGE_TEXT_COOKIE,
        "1" if wanted else "0",
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return answer


def demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """404 outside the demonstration world, whatever else is true."""

    @wraps(view)
    def door(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return door


@demo_only
@require_http_methods(["GET", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """One press and one is somebody else: the posts of the demonstration world, grouped by what they are for."""
    if request.method == "POST":
        found = reports.demonstration_tenure(request.POST.get("tenure", ""), days.today())
        if found is None:
            raise Http404
        account, tenure = found
        actions.sign_in(request, account)
        actions.act_for(request, tenure.post_id)
        return redirect(_home(frozenset(tenure.post.kind.functions)))
    return render(request, "posts/demo.html", {"groups": reports.demonstration_tenures(days.today())})


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Too many wrong passwords: how long to wait, and what to do meanwhile."""
    response = render(request, "429.html", {"minutes": LOCK_MINUTES}, status=429)
    response["Retry-After"] = str(LOCK_MINUTES * 60)
    return response
