import json

import pytest
from django.test import RequestFactory
from django.utils import translation

from accountability.api import v1
from accountability.ledger.errors import Refused, Stale

pytestmark = pytest.mark.django_db


def test_the_openapi_document_is_open_and_names_the_version(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")
    assert answer.json()["info"]["version"] == "1"


def test_there_is_no_page_of_documentation_that_would_fetch_from_elsewhere(client):
    assert client.get("/api/v1/docs").status_code == 404


@pytest.mark.parametrize(("error", "status", "code"), [(Stale(), 409, "stale"), (Refused("Nothing to hand down."), 422, "refused")])
def test_a_refusal_is_a_problem_document_with_code_and_sentence(error, status, code):
    answer = v1.api.on_exception(RequestFactory().get("/"), error)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert (body["status"], body["code"], body["detail"]) == (status, code, str(error))


def test_the_sentence_is_in_the_language_that_was_asked_for(client):
    with translation.override("zh-hans"):
        chinese = json.loads(v1.stranger(RequestFactory().get("/"), None).content)["detail"]
    with translation.override("en"):
        english = json.loads(v1.stranger(RequestFactory().get("/"), None).content)["detail"]
    assert english.startswith("You are not signed in")
    assert chinese != english
