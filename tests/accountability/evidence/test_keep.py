"""Keeping files: the original as it came, once for each reference, and nothing lost on the way."""

import hashlib
import io
import os
import time
import uuid
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from accountability.evidence import actions, reports, rules
from accountability.evidence.models import Evidence
from accountability.ledger.errors import Mismatch, Refused
from accountability.ledger.models import Event, Outbox
from tests.factories.evidence import SOMEBODY, kept, photo

pytestmark = pytest.mark.django_db


def bytes_of(evidence):
    with reports.original(evidence) as original:
        return original.read()


def files():
    return {
        f"{folder}/{day}/{name}"
        for folder in actions.FOLDERS
        if default_storage.exists(folder)
        for day in default_storage.listdir(folder)[0]
        for name in default_storage.listdir(f"{folder}/{day}")[1]
    }


class Pipe(io.RawIOBase):
    """A file that can be read once only."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, into):
        return self.data.readinto(into)


@pytest.mark.parametrize(
    "wrap",
    [bytes, io.BytesIO, lambda data: SimpleUploadedFile("IMG 1.JPG", data, "text/html"), lambda data: io.BufferedReader(Pipe(data))],
    ids=["bytes", "open file", "upload", "pipe"],
)
def test_the_original_is_kept_bit_for_bit_under_a_random_name(wrap):
    data = photo(taken="2026:11:01 10:00:00")
    evidence = kept(wrap(data), name="C:\\Pictures\\IMG 1.JPG")
    assert bytes_of(evidence) == data
    assert evidence.sha256 == hashlib.sha256(data).hexdigest()
    assert (evidence.size, evidence.media_type, evidence.name) == (len(data), "image/jpeg", "IMG 1.JPG")
    assert "IMG" not in evidence.original
    assert evidence.rendition_state == "waiting"
    assert list(reports.of("sample.thing:1")) == [evidence]


def test_a_file_read_before_is_kept_from_its_beginning():
    source = io.BytesIO(photo())
    source.read(10)
    assert bytes_of(kept(source)) == photo()


def test_the_hash_enters_the_ledger():
    evidence = kept()
    event = Event.objects.get(stream=evidence.stream)
    assert event.facts["sha256"] == evidence.sha256
    assert event.facts["owner"] == evidence.owner


def test_originals_are_readable_by_their_owner_alone():
    assert os.stat(default_storage.path(kept().original)).st_mode & 0o077 == 0


def test_an_empty_file_is_refused_with_a_sentence_and_leaves_nothing():
    before = files()
    with pytest.raises(Refused, match="0"):
        kept(b"")
    assert files() == before
    assert not Evidence.objects.exists()
    assert not Event.objects.exists()


def test_a_file_beyond_the_cap_is_refused_and_the_sentence_names_the_limit():
    data = b"\xff\xd8\xff" + bytes(rules.most_bytes("photo"))
    with pytest.raises(Refused, match="15"):
        kept(data)
    assert kept(data[: rules.most_bytes("photo")]).size == rules.most_bytes("photo")


@pytest.mark.parametrize("name", ["harmless.jpg", "../../etc/passwd", "a\0b.jpg", "名" * 300 + ".jpg"])
def test_the_name_decides_nothing_and_is_cut(name):
    evidence = kept(b"<html><script>alert(1)</script></html>", name=name)
    assert evidence.media_type == "text/html"
    assert evidence.rendition_state == "refused"
    assert evidence.note
    assert len(evidence.name) <= 200
    assert not {"/", "\0"} & set(evidence.name)
    assert not Outbox.objects.exists()


def test_documents_are_kept_without_a_picture():
    assert kept(b"<?xml version='1.0'?><gpx version='1.1'></gpx>", role="track").rendition_state == "none"
    assert kept(b"%PDF-1.4 ...", role="letter").rendition_state == "none"


def test_the_same_reference_gives_the_same_row_and_no_second_file():
    ref = uuid.uuid4()
    first = kept(client_ref=ref)
    before = files()
    assert kept(client_ref=ref) == first
    assert files() == before
    assert Event.objects.count() == 1


def test_the_same_reference_with_other_bytes_or_another_owner_is_refused():
    ref = uuid.uuid4()
    kept(client_ref=ref)
    with pytest.raises(Mismatch):
        kept(photo(shade=1), client_ref=ref)
    with pytest.raises(Mismatch):
        kept(client_ref=ref, owner="sample.thing:2")


def test_a_file_whose_row_was_rolled_back_is_swept_away_a_day_later(monkeypatch):
    stays = kept()
    before = files()
    with transaction.atomic():
        lost = kept(photo(shade=7))
        transaction.set_rollback(True)
    assert not Evidence.objects.filter(pk=lost.pk).exists()
    assert files() == before | {lost.original}
    actions.sweep_orphans()
    assert lost.original in files(), "it may belong to a transaction that is still running"
    old = time.time() - timedelta(days=2).total_seconds()
    for evidence in (stays, lost):
        os.utime(default_storage.path(evidence.original), (old, old))
    actions.sweep_orphans()
    assert lost.original not in files()
    assert bytes_of(stays) == photo()


@pytest.mark.django_db(transaction=True)
def test_the_same_reference_from_eight_at_once_is_one_row_and_one_file():
    ref, start, answers = uuid.uuid4(), Barrier(8), []
    before = files()

    def send():
        start.wait()
        try:
            answers.append(actions.keep(photo(), owner="sample.thing:1", role="photo", by=SOMEBODY, client_ref=ref).pk)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert len(files() - before) == 1
    assert Event.objects.count() == 1
