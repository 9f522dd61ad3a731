"""One strict stack, whichever way a room reaches for another: by import, by a relation, or by a name in a string."""

from __future__ import annotations

import re
import tomllib

import pytest
from django.apps import apps
from django.conf import settings

from .sources import LABELS, PACKAGES, ROOMS, ROOT, python_files, room_of, strings, where

MAP = (ROOT / "docs" / "map.md").read_text()


def contract() -> list[str]:
    """The layers of the import contract, bottom first."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (stack,) = [one for one in told if one["id"] == "stack"]
    return list(reversed(stack["layers"]))


def test_every_installed_room_is_in_the_import_contract_in_its_order():
    assert contract() == [*ROOMS, "accountability.urls"]


def test_every_folder_that_is_an_app_is_an_installed_room():
    there = {".".join(path.parent.relative_to(ROOT).parts) for package in PACKAGES for path in (ROOT / package).glob("*/apps.py")}
    assert there == set(ROOMS)


def test_the_map_draws_the_same_stack():
    drawn = re.search(r"## The stack\n.*?\n\n(.*?)\n\n", MAP, re.DOTALL)
    assert drawn is not None
    assert re.findall(r"`(\w+)`", drawn[1]) == ["urls", *reversed(LABELS)]


def test_every_room_keeps_the_label_of_its_folder():
    assert {apps.get_app_config(label).name for label in LABELS} == set(ROOMS)


@pytest.mark.parametrize("label", LABELS)
def test_relations_point_down_the_stack(label):
    up = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and not field.auto_created and field.related_model is not None
        if LABELS.get(field.related_model._meta.app_label, -1) > LABELS[label]
    ]
    assert not up


def test_names_in_strings_point_down_the_stack():
    """'cases.Case' or 'accountability.cases.actions' in a lower room is an import by another name."""
    dotted = re.compile(rf"^(?:{'|'.join(PACKAGES)})\.(\w+)(?:\.\w+)*$")
    model = re.compile(r"^([a-z]+)\.[A-Z]\w+$")
    up = []
    for path in python_files():
        room = room_of(path)
        for node in strings(path) if room else []:
            named = dotted.match(node.value) or model.match(node.value)
            if named and LABELS.get(named[1], -1) > LABELS[room.rsplit(".", 1)[1]]:
                up.append(f"{where(path, node)} {node.value}")
    assert not up


def test_the_rooms_are_installed_before_what_others_made():
    """Ours come first, so that a template or a command of ours wins over one of the same name."""
    assert settings.INSTALLED_APPS[: len(ROOMS)] == ROOMS
