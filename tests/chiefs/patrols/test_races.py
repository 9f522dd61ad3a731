"""The chief presses twice, or the phone sends again while the first sending is still on its way."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accountability.cases.models import Case, ProblemKind
from accountability.evidence.models import Evidence
from chiefs.patrols.models import Patrol
from tests.accountability.ledger.test_race import at_once
from tests.factories import posts
from tests.factories.evidence import photo
from tests.factories.patrols import walk

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_form_sent_six_times_at_once_is_one_patrol_with_its_files_once():
    world = posts.chain()
    account = world.village.tenures.get().person.accounts.get()
    client_ref, finding, track, picture = uuid.uuid4(), uuid.uuid4(), walk(), photo()
    kind = ProblemKind.objects.get(code="rubbish").pk

    def send(_i: int) -> str:
        client = Client()
        client.force_login(account, backend="chiefs.posts.backends.AccountBackend")
        form = {"client_ref": client_ref, "findings": "1", "f0-client_ref": finding, "f0-kind": kind, "f0-text": "垃圾"}
        files = {"track": SimpleUploadedFile("walk.gpx", track), "f0-photos": [SimpleUploadedFile("a.jpg", picture, "image/jpeg")]}
        return client.post(reverse("patrols:new", args=[world.segment.code]), form | files).url

    answers = at_once(send, threads=6)
    patrol = Patrol.objects.get()
    assert answers == {reverse("patrols:detail", args=[patrol.number]): 6}
    assert Evidence.objects.filter(owner=patrol.stream).count() == 1
    assert Evidence.objects.exclude(owner=patrol.stream).get().owner == f"patrols.finding:{patrol.findings.get().pk}"
    assert Case.objects.count() == 1
