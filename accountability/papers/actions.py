"""Every write of this room: taking numbers, issuing papers, printing them."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit import codes, days
from accountability.ledger import outbox
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.models import Event
from chiefs.posts import reports as posts
from chiefs.posts.functions import SYSTEM_CLOCK

from . import defaults, rendering, rules
from .models import Counter, Paper

PAPERS = "P"  # the letter of the numbers of papers


def take_number(kind: str) -> str:
    """The next public number of a kind (one letter) in this year: 'C2026-000123-7'.

    The counter's row stays locked until the surrounding transaction ends, so that a failure leaves no gap and no number
    is given twice. Raises RuntimeError outside a transaction.
    """
    year, serial = _next(kind)
    return codes.number(kind, year, serial)


def _next(kind: str) -> tuple[int, int]:
    if not connection.in_atomic_block:
        raise RuntimeError("A number is taken inside the transaction that uses it.")
    year = days.today().year
    Counter.objects.get_or_create(kind=kind, year=year)
    counter = Counter.objects.select_for_update(of=("self",)).get(kind=kind, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return year, counter.last


def issue(
    *,
    kind: str,
    title: str,
    owner: str,
    template: str,
    context: dict[str, Any],
    issuer: str,
    by: Acting,
    public: bool = False,
    issuer_bo: str = "",
    word: str = "",
    language: str = "",
    replaces: Paper | None = None,
) -> Paper:
    """Issue a paper: give it its number and code, fix its text, and have it printed by the worker.

    template   extends papers/base.html, which says what it may use
    context    what the template shows; plain values and model instances, read now and never again
    issuer     name of the issuing unit, ``issuer_bo`` in Tibetan where it has one
    word       the office's word for its own running numbers (发文字号); without it the paper shows its number alone
    language   of the paper, default the site's
    replaces   an earlier paper of the same record; whoever verifies that one is told

    The caller has checked who may issue. Raises Refused when the earlier paper was replaced already.
    """
    with transaction.atomic():
        paper = Paper(
            number=take_number(PAPERS),
            kind=kind,
            title=title,
            owner=owner,
            verify_code=rules.new_code(),
            issuer=issuer,
            post_id=by.post_id,
            public=public,
        )
        if word:
            year, serial = _next(word)
            paper.mark = defaults.MARK.format(word=word, year=year, serial=serial)
        language = language or settings.LANGUAGE_CODE
        paper.html = rendering.twin(template, {**context, **_fixed(paper, issuer_bo, language)}, language)
        paper.save(force_insert=True)
        facts = {"number": paper.number, "kind": kind, "owner": owner, "public": public, "html_sha256": _sha256(paper.html.encode())}
        Event.record(paper.stream, "papers.issue", by, after="issued", facts=facts)
        if replaces is not None:
            _replace(replaces, paper, by)
        outbox.put("papers.print", str(paper.ref), paper=paper.pk)
    return paper


def _replace(earlier: Paper, later: Paper, by: Acting) -> None:
    # Compare and set: of two replacements one is refused.
    if earlier.owner != later.owner or not Paper.objects.filter(pk=earlier.pk, replaced_by=None).update(replaced_by=later):
        raise Refused(
            _("%(number)s cannot be replaced: it was replaced before, or it belongs to another record.") % {"number": earlier.number}
        )
    Event.record(earlier.stream, "papers.replace", by, before="issued", after="replaced", facts={"by": later.number})


def _fixed(paper: Paper, issuer_bo: str, language: str) -> dict[str, Any]:
    """What every paper may show of itself; a caller's context cannot replace it."""
    verify = settings.SITE_URL + reverse("papers:verified", args=[paper.verify_code])
    return {
        "paper": paper,
        "number": paper.number,
        "mark": paper.mark,
        "title": paper.title,
        "title_lines": rules.title_lines(paper.title),
        "issuer": paper.issuer,
        "issuer_bo": issuer_bo,
        "issued_on": days.day_of(paper.issued_at),
        "verify_url": verify,
        "verify_code": rules.written(paper.verify_code),
        "qr": rendering.qr(verify),
        "pdf_url": settings.SITE_URL + reverse("papers:pdf", args=[paper.ref]),
        "language": language,
        "tibetan_first": settings.LETTERHEAD_TIBETAN_FIRST,
        "demo": settings.DEMO,
    }


@outbox.handler("papers.print")
def print_waiting(payload: dict[str, Any]) -> None:
    """Carries out what ``issue`` has asked for."""
    print_paper(payload["paper"])


def print_paper(paper_id: int) -> None:
    """Print the twin and keep the PDF and its hash. Printing again proves that the same bytes come out, and restores a lost file.

    Raises rendering.NotPrinted when it cannot be printed, or when another print gave other bytes (other fonts, another
    version of the printer): the first one stays the issued file.
    """
    printed = rendering.render(Paper.objects.get(pk=paper_id).html)
    sha256 = _sha256(printed.pdf)
    path = default_storage.save(f"papers/{days.today().isoformat()}/{uuid.uuid4().hex}.pdf", ContentFile(printed.pdf))
    kept = False
    try:
        with transaction.atomic():
            paper = Paper.objects.select_for_update(of=("self",)).get(pk=paper_id)
            first = not paper.printed
            ours = first or (paper.sha256 == sha256 and not default_storage.exists(paper.pdf))
            if ours:
                paper.pdf, paper.sha256, paper.pages = path, sha256, printed.pages
                paper.save(update_fields=["pdf", "sha256", "pages"])
            if first:
                facts = {"sha256": sha256, "pages": printed.pages}
                Event.record(paper.stream, "papers.print", posts.system(SYSTEM_CLOCK), before="issued", after="printed", facts=facts)
        kept = ours
    finally:
        if not kept:
            default_storage.delete(path)
    if paper.sha256 != sha256:
        raise rendering.NotPrinted(f"{paper.number} was printed a second time with other bytes: {sha256} instead of {paper.sha256}.")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
