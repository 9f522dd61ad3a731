import json

import pytest
from django.test import RequestFactory

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


def test_an_unknown_address_is_answered_as_a_machine_expects_in_the_language_it_asked_for(client):
    english = client.get("/api/v1/nothing/here", headers={"accept-language": "en"})
    chinese = client.get("/api/v1/nothing/here", headers={"accept-language": "zh-CN"})
    assert english.status_code == chinese.status_code == 404
    assert english["Content-Type"] == "application/problem+json"
    assert english.json()["code"] == "not_found"
    assert english.json()["detail"] == "There is nothing here that you may see."
    assert chinese.json()["detail"] not in ("", english.json()["detail"])


@pytest.mark.parametrize(("error", "status", "code"), [(Stale(), 409, "stale"), (Refused("Nothing to hand down."), 422, "refused")])
def test_a_refusal_is_a_problem_document_with_code_and_sentence(error, status, code):
    answer = v1.api.on_exception(RequestFactory().get("/"), error)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert (body["status"], body["code"], body["detail"]) == (status, code, str(error))
