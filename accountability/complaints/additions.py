"""What is added to a complaint beside its words: photos, and the citizen's notes. Writes, like actions.py."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accountability.evidence import actions as evidence
from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.posts.functions import Function

from . import rules, telling
from .models import Complaint, Note

DRAFT = "complaints.upload:"  # waits there until the form that it came with is accepted (evidence.attach)


def add_note(complaint: Complaint, *, text: str, ref: uuid.UUID, by: Acting) -> Note:
    """Keep what the citizen adds later. The same ``ref`` is kept once. Raises Refused when there are too many."""
    if not by.may(Function.SYSTEM):
        raise NotPermitted
    with transaction.atomic():
        Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
        if known := Note.objects.filter(ref=ref).first():
            if known.complaint_id != complaint.pk:
                raise Mismatch
            return known
        if complaint.notes.count() >= rules.MOST_NOTES:
            raise Refused(_("You have added much already. Wait for the reply, or call the intake."))
        note = Note(complaint=complaint, ref=ref)
        note.text = text.strip()
        note.save(force_insert=True)
        _added(complaint, "note_added", {"note": str(ref)}, by)
    return note


@dataclass(frozen=True)
class Kept:
    """What became of the photos that somebody handed in: those that were kept, and a sentence for each that was not."""

    photos: list[Evidence]
    sentences: list[str]

    @property
    def pictures(self) -> list[Evidence]:
        """Those that are pictures, as far as one can tell before they are drawn anew."""
        return [photo for photo in self.photos if photo.rendition_state != Evidence.Rendition.REFUSED]


def held(client_ref: uuid.UUID | None) -> list[Evidence]:
    """Photos that came with an earlier sending of a form that was not taken yet. The form's own reference is their key."""
    return list(Evidence.objects.filter(owner=f"{DRAFT}{client_ref}").order_by("pk")) if client_ref else []


def hold(client_ref: uuid.UUID, files: Sequence[UploadedFile], *, by: Acting) -> None:
    """Keep the photos of a form that has to be corrected, so that nobody chooses them again. What is no file is told when it is sent."""
    for file in files[: max(0, rules.MOST_PHOTOS - len(held(client_ref)))]:
        ref = uuid.uuid5(client_ref, f"draft-{evidence.digest(file)}")
        with suppress(Refused):  # empty or too large: the field and the filing say so
            evidence.keep(
                file, owner=f"{DRAFT}{client_ref}", role="photo", by=by, name=f"photo-{len(held(client_ref)) + 1}", client_ref=ref
            )


def keep_photos(complaint: Complaint, files: Sequence[UploadedFile], *, by: Acting, later: bool = False) -> Kept:
    """Keep each photo that can be kept; one that cannot never takes the others or the words with it.

    ``later``: they come after the receipt, and the timeline says so. File names stay out: they may tell who sent them.
    """
    if not by.may(Function.SYSTEM) and not (by.may(Function.INTAKE) and by.unit_id == complaint.intake_unit_id):
        raise NotPermitted
    kept: list[Evidence] = held(complaint.client_ref)
    for photo in kept:
        evidence.attach(photo, owner=complaint.stream, by=by)
    sentences: list[str] = []
    known = {photo.sha256 for photo in kept}
    there = Evidence.objects.filter(owner=complaint.stream).exclude(pk__in=[photo.pk for photo in kept]).count()
    for place, file in enumerate(files, start=1):
        if there + len(kept) >= rules.MOST_PHOTOS_IN_ALL:
            too_many = _("Photo %(place)s was not kept: %(most)s photos is the most for one report.")
            sentences.append(too_many % {"place": place, "most": rules.MOST_PHOTOS_IN_ALL})
            continue
        try:
            digest = evidence.digest(file)
            if digest in known:
                continue  # it came with the earlier sending already
            ref = uuid.uuid5(complaint.client_ref, digest)
            photo = evidence.keep(file, owner=complaint.stream, role="photo", by=by, name=f"photo-{there + len(kept) + 1}", client_ref=ref)
            kept.append(photo)
            if photo.rendition_state == Evidence.Rendition.REFUSED:
                sentences.append(_("Photo %(place)s is kept as it came, but it is not a picture that can be shown.") % {"place": place})
        except Refused as refusal:
            sentences.append(_("Photo %(place)s was not kept: %(why)s") % {"place": place, "why": refusal})
    new = [photo for photo in kept if later]
    if new:
        with transaction.atomic():
            Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
            _added(complaint, "photos_added", {"photos": [str(photo.ref) for photo in new]}, by, count=len(new))
    return Kept(kept, sentences)


def _added(complaint: Complaint, kind: str, facts: dict[str, object], by: Acting, **params: int) -> None:
    state = complaint.state
    event = Event.record(complaint.stream, f"complaints.{kind}", by, before=state, after=state, facts=facts)
    telling.step(complaint, kind, event, **params)  # type: ignore[arg-type]  # only plain values for the sentence
    telling.to_intake(complaint, "complaint-added", key=f"added-{event.pk}")
