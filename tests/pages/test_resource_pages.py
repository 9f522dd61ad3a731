"""The pages on which resources, the grid and red lines are kept, in Chinese and Tibetan, on a phone and on a desk's screen."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from accountability.kit import days
from accountability.kit.geo import to_gcj
from chiefs.resources import actions
from chiefs.resources.actions.segments import Piece
from tests.factories.posts import acting_for, chain
from tests.factories.resources import RIVER, drawn_river, upload

from .harness import inspect, judge
from .test_every_page import LANGUAGES, account_of

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_resources_are_open_to_everybody(visitor, language):
    world = chain()
    by, today = acting_for(world.office), days.today()
    river = drawn_river(name_bo="ཡ་ལ་ཆུ་བོ།")
    segment = actions.cut_line(river, at_m=[2000], pieces=[Piece(world.place)] * 2, bank="left", day=today, by=by)[0]
    shifted = [list(to_gcj(*point)) for point in RIVER]
    drawing = actions.hand_in(river, file=upload(shifted), declared="unknown", by=by, client_ref=uuid.uuid4())
    clerk = visitor()
    clerk.speak(language)
    clerk.sign_in(account_of(world.office))
    faults = []
    for path in (
        "",
        "?q=nothing",
        "new/",
        f"{river.ref}/",
        f"{river.ref}/names/",
        f"{river.ref}/figures/",
        f"{river.ref}/segment/",
        f"{river.ref}/cut/?at=1000,3000",
        f"drawings/resource/{river.ref}/",
        f"drawings/{drawing.client_ref}/",
        f"segments/{segment.code}/",
    ):
        faults += inspect(clerk, f"/register/resources/{path}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_the_grid_and_red_lines_are_open_to_everybody(visitor, language):
    world = chain()
    by, today = acting_for(world.office), days.today()
    actions.add_cell(code="WG-01", name="一号网格", jurisdiction=world.place, day=today, segments=[world.segment], by=by)
    facts, before = {"type": "important", "purpose": "water", "by": by}, today - timedelta(days=30)
    plot = actions.enter_plot(
        code="RL-01", name="试验地块", jurisdiction=world.place, area_m2=1000, act="川府发〔2018〕24号", day=before, **facts
    )
    actions.change_plot(plot, area_m2=900, act="川府发〔2026〕2号", day=today, **facts)
    marker = actions.place_marker(plot, number="J-01", longitude=101.95, latitude=30.1, day=before, by=by)
    gone = actions.place_marker(plot, number="J-02", longitude=101.95, latitude=30.1, day=before, by=by)
    actions.end_marker(gone, day=today, reason="被洪水冲走", by=by)
    actions.check_marker(marker, day=today, finding="damaged", by=by)
    project = actions.find_project(plot, name="试验采石场", nature="illegal", kind="mine", unit_in_charge="试验局", by=by)
    clerk = visitor()
    clerk.speak(language)
    clerk.sign_in(account_of(world.office))
    faults = []
    for path in (
        "cells/",
        "new/cell/",
        "cells/WG-01/",
        "cells/WG-01/change/",
        "red-lines/",
        "red-lines/RL-01/",
        f"red-lines/?on={before.isoformat()}",
        "red-lines/RL-01/change/",
        "red-lines/RL-01/end/",
        "red-lines/RL-01/markers/J-01/",
        "red-lines/RL-01/markers/J-01/change/",
        "red-lines/RL-01/markers/J-02/",
        "projects/",
        f"projects/{project.client_ref}/",
        f"projects/{project.client_ref}/rectify/",
    ):
        faults += inspect(clerk, f"/register/resources/{path}")
    assert not faults, "\n".join(faults)


def test_a_river_is_cut_with_the_keyboard_and_without_javascript(visitor):
    world = chain()
    river = drawn_river()
    clerk = visitor(javascript=False)
    clerk.sign_in(account_of(world.office))
    clerk.go(f"/register/resources/{river.ref}/cut/")
    clerk.page.fill("#id_at", "2000")
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_selector("#pieces-form")
    assert not judge(clerk.page, axe=False)
    clerk.page.fill("#id_day", days.today().isoformat())
    for number, name in enumerate(("上段", "下段")):
        clerk.page.fill(f"#id_place_{number}", world.place.code)
        clerk.page.fill(f"#id_name_{number}", name)
    clerk.press("#pieces-form button")
    assert clerk.page.locator("#segments tbody tr").count() == 2
