"""Verification for everybody, papers for those who may read them."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import uuid

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accountability.ledger.registry import may_open_paper

from . import reports, rules
from .forms import CodeForm, FileForm
from .models import Paper

log = logging.getLogger(__name__)
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """By code, or by the file alone."""
    by_code, by_file, verdict, paper = CodeForm(), FileForm(), "", None
    if request.method == "POST" and "code" in request.POST:
        by_code = CodeForm(request.POST)
        if by_code.is_valid():
            return redirect("papers:verified", code=by_code.cleaned_data["code"])
    elif request.method == "POST":
        by_file = FileForm(request.POST, request.FILES)
        if by_file.is_valid():
            paper = _genuine(Paper.objects.select_related("replaced_by").filter(sha256=by_file.sha256()).first())
            verdict = "same" if paper else "different"
    status = 422 if verdict == "different" else max(by_code.http_status, by_file.http_status)
    context = {"by_code": by_code, "by_file": by_file, "verdict": verdict, "paper": paper}
    return render(request, "papers/verify.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verified(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR code opens: which paper this is, and whether a file is that paper."""
    known = rules.read(code)
    paper = _genuine(Paper.objects.select_related("replaced_by").filter(verify_code=known).first()) if known else None
    if paper is None:
        return render(request, "papers/unknown.html", {"by_code": CodeForm(), "by_file": FileForm()}, status=404)
    form, verdict = FileForm(), ""
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            verdict = "waiting" if not paper.printed else "same" if form.sha256() == paper.sha256 else "different"
    context = {"paper": paper, "code": rules.written(paper.verify_code), "by_file": form, "verdict": verdict}
    return render(request, "papers/verified.html", context, status=422 if verdict == "different" else form.http_status)


def _genuine(paper: Paper | None) -> Paper | None:
    """The paper, unless its row is no longer what the ledger says was issued: then nothing is vouched for, and the log says so."""
    if paper is not None and not reports.is_as_issued(paper):
        log.error("Paper %s is not what the ledger says was issued.", paper.number)
        return None
    return paper


def send_twin(paper: Paper) -> HttpResponse:
    """The HTML twin, for a room that has checked who asks. Its own style sheet is allowed by its hash and nothing else is."""
    hashes = [base64.b64encode(hashlib.sha256(css.encode()).digest()).decode() for css in STYLE.findall(paper.html)]
    styles = " ".join(f"'sha256-{one}'" for one in hashes) or "'none'"
    response = HttpResponse(paper.html)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {styles}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def send_pdf(paper: Paper) -> FileResponse:
    """The issued file, for a room that has checked who asks. Raises Http404 while it is not printed."""
    if not paper.printed:
        raise Http404
    response = FileResponse(
        default_storage.open(paper.pdf), as_attachment=True, filename=f"{paper.number}.pdf", content_type="application/pdf"
    )
    response["Content-Length"] = str(default_storage.size(paper.pdf))
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _open(request: HttpRequest, ref: uuid.UUID) -> Paper:
    """The paper, if the room that owns its record says so; otherwise it is not there."""
    acting = request.acting  # type: ignore[attr-defined]
    paper = Paper.objects.filter(ref=ref).first() if acting is not None else None
    if paper is None or True not in may_open_paper.ask(paper=paper, acting=acting):
        raise Http404
    return paper


@require_safe
def twin(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    return send_twin(_open(request, ref))


@require_safe
def pdf(request: HttpRequest, ref: uuid.UUID) -> HttpResponseBase:
    paper = _open(request, ref)
    if not paper.printed:
        return render(request, "papers/waiting.html", {"paper": paper}, status=202)
    return send_pdf(paper)
