"""A refusal is a sentence on the form with the right answer code; nothing typed is lost."""

from __future__ import annotations

import uuid

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse, QueryDict
from django.test import RequestFactory

from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm, acting_required, refusals_on
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Refusal


class NoteForm(ActionForm):
    note = forms.CharField(max_length=5)


def sent(**values):
    data = QueryDict(mutable=True)
    data.update({"expect": "3", "client_ref": str(uuid.UUID(int=9)), "note": "words", **values})
    data._mutable = False
    form = NoteForm(data)
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("refusal", "status"), [(NoTransition("held"), 409), (NotPermitted(), 403), (Refused("No."), 422), (Stale(4), 409), (Mismatch(), 409)]
)
@pytest.mark.django_db
def test_each_refusal_has_its_answer_code_and_sentence(refusal, status):
    form = sent()
    with refusals_on(form):
        raise refusal
    assert form.http_status == status
    assert form.non_field_errors() == [str(refusal)]
    assert form["note"].value() == "words"


def test_a_fresh_form_answers_200_and_wrong_input_422():
    assert NoteForm(expect=3).http_status == 200
    assert NoteForm(expect=3)["expect"].value() == 3
    assert sent().http_status == 200
    assert sent(note="much too long").http_status == 422


def test_every_fresh_form_carries_a_reference_of_its_own():
    assert NoteForm()["client_ref"].value() != NoteForm()["client_ref"].value()


@pytest.mark.django_db
def test_after_stale_the_form_decides_on_the_new_version():
    form = sent()
    with refusals_on(form):
        raise Stale(4)
    assert form["expect"].value() == "4"
    assert form["client_ref"].value() == str(uuid.UUID(int=9))


@pytest.mark.django_db
def test_after_a_used_reference_the_form_carries_a_new_one():
    form = sent()
    with refusals_on(form):
        raise Mismatch
    assert form["client_ref"].value() != str(uuid.UUID(int=9))
    assert form["expect"].value() == "3"


@pytest.mark.django_db
def test_what_is_no_refusal_is_not_swallowed():
    with pytest.raises(ZeroDivisionError), refusals_on(sent()):
        1 / 0  # noqa: B018


@pytest.mark.django_db
def test_the_door_logs_what_the_gate_could_not():
    refusal = Refused("No.")
    refusal.attempt = {"stream": "x:1", "act": "x.y", "code": "refused", "account_id": 1, "post_id": 2}
    with refusals_on(sent()):
        raise refusal
    assert Refusal.objects.get().act == "x.y"


def ask(acting, *functions):
    request = RequestFactory().get("/desk/?page=2")
    request.user, request.acting = AnonymousUser(), acting
    return acting_required(*functions)(lambda request: HttpResponse("in"))(request)


def test_the_door_sends_strangers_to_the_sign_in_and_back():
    answer = ask(None)
    assert answer.status_code == 302
    assert "next=/desk/%3Fpage%3D2" in answer["Location"]


def test_the_door_hides_pages_from_posts_without_the_function():
    acting = Acting(account_id=1, person_id=1, post_id=1, post_title="", unit_id=1, functions=frozenset({"chief"}))
    assert ask(acting).content == b"in"
    assert ask(acting, "chief", "audit").content == b"in"
    with pytest.raises(Http404):
        ask(acting, "audit")
