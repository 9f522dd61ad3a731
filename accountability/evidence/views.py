"""The one door to files: renditions of pictures, to whoever the owning room lets in. Of originals only an office's own papers leave."""

from __future__ import annotations

import uuid

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accountability.ledger.registry import may_open_evidence

from .models import Evidence


def send(evidence: Evidence) -> FileResponse:
    """The rendition, or an office's paper to save, for a room that has checked who asks. Raises Http404 while there is none."""
    if evidence.is_office_paper:
        path, media_type, shown = evidence.original, evidence.media_type, f'attachment; filename="{evidence.ref}.pdf"'
    elif evidence.rendition_state == Evidence.Rendition.READY:
        path, media_type, shown = evidence.rendition, "image/jpeg", f'inline; filename="{evidence.ref}.jpg"'
    else:
        raise Http404
    response = FileResponse(default_storage.open(path), content_type=media_type)
    response["Content-Length"] = str(default_storage.size(path))
    response["Content-Disposition"] = shown
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def file(request: HttpRequest, ref: uuid.UUID) -> HttpResponseBase:
    """A picture, if the room that owns its record says so; otherwise it is not there."""
    acting = request.acting  # type: ignore[attr-defined]
    evidence = Evidence.objects.filter(ref=ref).first() if acting is not None else None
    if evidence is None or True not in may_open_evidence.ask(evidence=evidence, acting=acting):
        raise Http404
    return send(evidence)
