"""Every write of this room: keeping a file, and making what may be shown of it."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger import outbox
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, Refused
from accountability.ledger.models import Event

from . import rendering, rules
from .models import Evidence

CHUNK = 64 * 1024
FOLDERS = ("evidence", "renditions")
ABANDONED = timedelta(days=1)
LOOKED_BACK = timedelta(days=8)

Data = bytes | IO[bytes] | File


def keep(data: Data, *, owner: str, role: str, by: Acting, name: str = "", client_ref: uuid.UUID | None = None) -> Evidence:
    """Keep a file exactly as it came, and have a rendition of it made if it is a picture.

    data        bytes, an open binary file or an UploadedFile; read from its beginning in pieces
    owner       stream key of the record that it belongs to; its room says who may open it
    role        photo, track, before, after, letter: decides how large it may be (rules.MOST_BYTES)
    client_ref  the same reference with the same bytes gives the same row again

    What cannot be shown is kept all the same: ``rendition_state`` refused, and ``note`` says why. Raises Refused for an
    empty file and for one that is too large, Mismatch when the reference was used for other bytes or another owner.
    """
    with _measured(data, rules.most_bytes(role)) as (source, size, sha256, head):
        if client_ref is not None and (earlier := Evidence.objects.filter(client_ref=client_ref).first()):
            return _same(earlier, owner, sha256)
        media_type = rules.media_type(head)
        state, note = _first_state(media_type, role)
        evidence = Evidence(
            client_ref=client_ref,
            owner=owner,
            role=role,
            name=Path(name.replace("\\", "/")).name.replace("\0", "")[:200],
            media_type=media_type,
            size=size,
            sha256=sha256,
            rendition_state=state,
            rendition_note=note,
            post_id=by.post_id,
        )
        # First the file, then its row: a row without its file would be a lie, a file without a row is swept away later.
        with _stored("evidence", File(source)) as path:
            evidence.original = path
            try:
                with transaction.atomic():
                    evidence.save(force_insert=True)
                    facts = {"owner": owner, "role": role, "sha256": sha256, "size": size, "media_type": media_type}
                    Event.record(evidence.stream, "evidence.keep", by, after=state, facts=facts)
                    if state == Evidence.Rendition.WAITING:
                        outbox.put("evidence.render", str(evidence.ref), evidence=evidence.pk)
                return evidence
            except IntegrityError:
                # Somebody sent the same reference at the same moment and was first; anything else goes on.
                faster = Evidence.objects.filter(client_ref=client_ref).first() if client_ref else None
                if faster is None:
                    raise
            default_storage.delete(path)
            return _same(faster, owner, sha256)


def keep_upload(file: UploadedFile, *, form_ref: uuid.UUID, owner: str, role: str, by: Acting) -> Evidence:
    """Keep a file that came with a form, once: a second sending of the same form (``form_ref``) finds it kept already.

    The key is the form, the role and the bytes. Raises Refused as ``keep`` does.
    """
    once = uuid.uuid5(form_ref, role + digest(file))
    return keep(file, owner=owner, role=role, by=by, name=str(file.name), client_ref=once)


def digest(file: UploadedFile) -> str:
    """SHA-256 of a whole upload, read in pieces; the file stands at its beginning afterwards."""
    running = hashlib.sha256()
    for chunk in file.chunks():
        running.update(chunk)
    file.seek(0)
    return running.hexdigest()


@outbox.handler("evidence.render")
def render_waiting(payload: dict[str, Any]) -> None:
    """Carries out what ``keep`` has asked for."""
    render(payload["evidence"])


def render(evidence_id: int) -> None:
    """Make the rendition of a picture and note what its EXIF says; a second call finds it done."""
    evidence = Evidence.objects.get(pk=evidence_id)
    if evidence.rendition_state != Evidence.Rendition.WAITING:
        return
    with default_storage.open(evidence.original) as original:
        made = rendering.render(original)
    if made.refused:
        _finish(evidence, rendition_state=Evidence.Rendition.REFUSED, rendition_note=made.refused)
        return
    with _stored("renditions", ContentFile(made.jpeg), suffix=".jpg") as path:
        ours = _finish(
            evidence,
            rendition=path,
            rendition_state=Evidence.Rendition.READY,
            width=made.width,
            height=made.height,
            taken_at=made.taken_at,
            latitude=made.latitude,
            longitude=made.longitude,
        )
        if not ours:
            default_storage.delete(path)


def sweep_orphans() -> int:
    """Delete files whose row was never written (the transaction around ``keep`` failed). Returns how many.

    Only folders of the last days are looked at, so the cost does not grow with what is kept.
    """
    count = 0
    oldest = (timezone.now() - LOOKED_BACK).date().isoformat()
    for folder in FOLDERS:
        if not default_storage.exists(folder):
            continue
        for day in sorted(default_storage.listdir(folder)[0]):
            if day >= oldest:
                count += _sweep(f"{folder}/{day}")
    return count


def _sweep(place: str) -> int:
    names = [f"{place}/{name}" for name in default_storage.listdir(place)[1]]
    column = "original" if place.startswith("evidence") else "rendition"
    count = 0
    for start in range(0, len(names), 500):
        some = names[start : start + 500]
        known = set(Evidence.objects.filter(**{f"{column}__in": some}).values_list(column, flat=True))
        for name in set(some) - known:
            if default_storage.get_modified_time(name) < timezone.now() - ABANDONED:
                default_storage.delete(name)
                count += 1
    return count


def _finish(evidence: Evidence, **values: Any) -> bool:
    """Only the first of two workers writes."""
    return bool(Evidence.objects.filter(pk=evidence.pk, rendition_state=Evidence.Rendition.WAITING).update(**values))


def _same(earlier: Evidence, owner: str, sha256: str) -> Evidence:
    if (earlier.owner, earlier.sha256) != (owner, sha256):
        raise Mismatch
    return earlier


def _first_state(media_type: str, role: str) -> tuple[str, str]:
    if role in rules.TABLES:
        return Evidence.Rendition.NONE, ""
    if media_type in rules.PICTURES:
        return Evidence.Rendition.WAITING, ""
    if media_type in rules.DOCUMENTS:
        return Evidence.Rendition.NONE, ""
    return Evidence.Rendition.REFUSED, Evidence.Note.NOT_A_PICTURE


@contextmanager
def _measured(data: Data, most: int) -> Iterator[tuple[IO[bytes], int, str, bytes]]:
    """The file at its beginning, its size, its SHA-256 and its first bytes; refuses what is empty or too large before it is stored."""
    if isinstance(data, bytes):
        data = ContentFile(data)
    with SpooledTemporaryFile(max_size=CHUNK) as spool:
        seekable = data.seekable()
        if seekable:
            data.seek(0)
        digest, size, head = hashlib.sha256(), 0, b""
        while chunk := data.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise Refused(
                    _("This file is too large: at most %(most)s can be kept. Send a smaller one, for example a photo of lower quality.")
                    % {"most": filesizeformat(most)}
                )
            digest.update(chunk)
            head = head or chunk[: rules.HEAD]
            if not seekable:
                spool.write(chunk)
        if not size:
            raise Refused(_("This file is empty: it has 0 bytes. Choose it again, or take the photo once more."))
        source: Any = data if seekable else spool
        source.seek(0)
        yield source, size, digest.hexdigest(), head


@contextmanager
def _stored(folder: str, content: File, suffix: str = "") -> Iterator[str]:
    """Write a file under a random name, down to the disk; it is taken away again when what follows fails."""
    path = f"{folder}/{days.today().isoformat()}/{uuid.uuid4().hex}{suffix}"
    done = False
    try:
        path = default_storage.save(path, content)
        _to_disk(path)
        yield path
        done = True
    finally:
        if not done:
            default_storage.delete(path)


def _to_disk(path: str) -> None:
    """An answer says that the file is kept: it must outlive a power cut. Other storages see to that themselves."""
    try:
        place = Path(default_storage.path(path))
    except NotImplementedError:
        return
    for part in (place, place.parent):
        handle = os.open(part, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def attach(evidence: Evidence, *, owner: str, by: Acting) -> None:
    """Give a file that was kept before its record existed to that record. Only the post that handed it in may, and only once.

    A file kept under an upload's key ('patrols.upload:…') waits there until the form that it came with is accepted.
    """
    if evidence.owner == owner:
        return
    if ".upload:" not in evidence.owner or evidence.post_id != by.post_id:
        raise Refused(_("This file belongs to another record. Choose the file again."))
    with transaction.atomic():
        Event.record(evidence.stream, "evidence.attach", by, facts={"owner": owner})
        evidence.owner = owner
        evidence.save(update_fields=["owner"])
