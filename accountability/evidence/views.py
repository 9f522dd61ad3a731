"""The one door to files: renditions of pictures, to whoever the owning room lets in. Originals are never sent."""

from __future__ import annotations

import uuid

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accountability.ledger.registry import may_open_evidence

from .models import Evidence


def send(evidence: Evidence) -> FileResponse:
    """The rendition, for a room that has checked who asks. Raises Http404 while there is none."""
    if evidence.rendition_state != Evidence.Rendition.READY:
        raise Http404
    response = FileResponse(default_storage.open(evidence.rendition), content_type="image/jpeg")
    response["Content-Length"] = str(default_storage.size(evidence.rendition))
    response["Content-Disposition"] = f'inline; filename="{evidence.ref}.jpg"'
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
