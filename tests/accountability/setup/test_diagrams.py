"""The drawn diagrams say what the code does."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accountability.setup import diagrams
from tests.sample.lifecycle import ParcelLifecycle


def test_a_diagram_shows_every_state_the_beginning_and_every_lawful_move():
    drawn = diagrams.mermaid(ParcelLifecycle)
    assert drawn.splitlines() == [
        "stateDiagram-v2",
        "    open: open",
        "    held: held",
        "    shut: shut",
        "    [*] --> open",
        "    open --> held: take",
        "    held --> held: take",
        "    held --> shut: shut",
        "    held --> open: undeclared",
    ]


def test_every_lifecycle_of_a_room_is_drawn_and_the_tests_own_is_not():
    drawn = diagrams.lifecycles()
    assert ParcelLifecycle not in drawn
    assert {lifecycle.name for lifecycle in drawn} >= {"complaints"}
    for lifecycle in drawn:
        assert f"## {lifecycle.name}\n" in diagrams.document()


def test_a_document_that_says_something_else_is_found(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError, match="draw_lifecycles"):
        call_command("draw_lifecycles", check=True)
    call_command("draw_lifecycles")
    call_command("draw_lifecycles", check=True)
