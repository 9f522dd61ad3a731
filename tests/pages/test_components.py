"""The components, each for what it promises."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

TODAY = date(2026, 11, 24)


def render(source: str, language: str = "en", **context) -> str:
    with translation.override(language):
        page = RequestContext(RequestFactory().get("/"))
        page.push(**context)  # as render() does: what a page hands over goes before what every page gets
        return Template(source).render(page)


def component(name: str, language: str = "en", **context) -> str:
    inputs = " ".join(f"{key}={key}" for key in context)
    return render(f'{{% include "components/{name}.html" with {inputs} only %}}', language, **context)


class Form(forms.Form):
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect, help_text="The nearest one."
    )
    text = forms.CharField(label="Text", min_length=5, help_text="Five signs.")
    photo = forms.FileField(label="Photo", required=False)
    agreed = forms.BooleanField(label="Agreed", required=False)
    expect = forms.IntegerField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("due", "words", "mark"),
    [
        (date(2026, 11, 20), "late by 4 days", "is-late"),
        (date(2026, 11, 23), "late by 1 day", "is-late"),
        (date(2026, 11, 24), "due today", "is-near"),
        (date(2026, 11, 25), "1 day left", "is-near"),
        (date(2026, 12, 24), "30 days left", "deadline"),
        (datetime(2026, 11, 22, 17, 0, tzinfo=UTC), "late by 1 day", "is-late"),  # already the 23rd in Ganzi
    ],
)
def test_a_deadline_says_in_words_how_it_stands(due, words, mark):
    shown = component("deadline", due_on=due, today=TODAY)
    assert words in shown
    assert mark in shown
    assert 'datetime="2026-' in shown


def test_a_deadline_of_something_closed_is_only_a_date():
    shown = component("deadline", due_on=date(2026, 11, 20), today=TODAY, closed=True)
    assert "late" not in shown
    assert "2026-11-20" in shown


def test_no_deadline_is_said_and_not_left_blank():
    assert "not recorded" in component("deadline", due_on=None, today=TODAY)


def test_a_form_carries_its_token_even_where_nothing_else_gets_in():
    shown = component("form", form=Form(), submit="Send")
    assert re.search(r'name="csrfmiddlewaretoken" value="\w{64}"', shown)
    assert 'enctype="multipart/form-data"' in shown
    assert 'name="expect"' in shown


def test_every_field_has_its_label_help_and_error_tied_to_it():
    shown = component("form", form=Form({"kind": "", "text": "abc", "expect": "x"}), submit="Send")
    assert '<label for="id_text">Text' in shown
    described = re.search(r'<input type="text"[^>]*aria-describedby="([^"]+)"', shown)
    assert described
    for name in described[1].split():
        assert f'id="{name}"' in shown
    assert '<fieldset class="field has-error" id="id_kind"' in shown
    assert "<legend>Kind" in shown
    assert shown.count("(optional)") == 1  # the photo; a single box is optional by nature


def test_the_summary_of_errors_links_to_every_field_and_names_hidden_ones_too():
    shown = component("errors", form=Form({"kind": "", "text": "abc", "expect": "x"}))
    assert 'href="#id_kind"' in shown
    assert 'href="#id_text"' in shown
    assert shown.count("<li>") == 3
    assert "error-summary" not in component("errors", form=Form())


def test_what_people_typed_is_escaped_everywhere():
    bad = "<script>alert(1)</script>"
    item = SimpleNamespace(at=datetime(2026, 1, 1, tzinfo=UTC), title=bad, text=bad, who=bad)
    photo = SimpleNamespace(rendition_state="refused", name=bad)
    shown = (
        component("summary", rows=[(bad, bad)])
        + component("timeline", items=[item])
        + component("photo", evidence=photo)
        + component("badge", text=bad)
        + component("empty", text=bad)
    )
    assert "<script>" not in shown
    assert shown.count("&lt;script&gt;") == 8


@pytest.mark.parametrize(("state", "words"), [("waiting", "being prepared"), ("none", "not a picture"), ("refused", "cannot be shown")])
def test_a_photo_that_cannot_be_seen_says_why(state, words):
    shown = component("photo", evidence=SimpleNamespace(rendition_state=state, name="a.jpg"))
    assert words in shown
    assert "<img" not in shown


@pytest.mark.parametrize(("amount", "words"), [(Decimal("1234.5"), "1,234.50 yuan"), (None, "not recorded"), (0, "0.00 yuan")])
def test_an_amount_is_never_a_blank(amount, words):
    assert words in component("money", amount=amount)


def test_a_missing_value_in_a_summary_is_said():
    shown = component("summary", rows=[("A", None), ("B", ""), ("C", 0)])
    assert shown.count("not recorded") == 2
    assert "<dd>0</dd>" in shown


def test_a_name_comes_in_the_readers_language_where_there_is_one():
    thing = SimpleNamespace(name="雅拉河", name_bo="ཡ་ར་ཆུ།", title="村级河长", title_bo="")
    assert render('{{ t|local }}/{{ t|local:"title" }}', "bo", t=thing) == "ཡ་ར་ཆུ།/村级河长"
    assert render("{{ t|local }}", "zh-hans", t=thing) == "雅拉河"
