"""Rules of the house that a machine can read."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from accountability.ledger import registry
from accountability.ledger.lifecycle import Lifecycle
from accountability.ledger.models import Governed, GovernedQuerySet
from accountability.setup import diagrams

from .sources import LABELS, ROOMS, ROOT, python_files, room_of, strings, templates, tree, where

CJK = re.compile(r"[\u3400-\u9fff\u0f40-\u0fbc]")
LONGEST = 400
OFFICIAL = re.compile(r"(?<=[a-z] )\([^)]*\)")  # "fairly good (较好)": the official word beside its English
ENDONYMS = {"中文", "བོད་ཡིག"}  # a language is named in itself
#: Parts without a life of their own, which go with what they are part of.
PARTS = {
    "exchange.ImportNote.run",
    "resources.Alias.resource",
    "resources.Line.resource",
    "resources.Spelling.resource",
    "indicators.ProjectIndicator.project",
    "cases.CaseScope.case",
    *(f"departures.AuditGrant.{field}" for field in ("user", "permission", "content_object")),  # as guardian declares them
}
#: Texts of data, not of the interface: default rows, Ganzi's data, the demonstration world, what official papers call things.
DATA = re.compile(r"/(defaults\w*|setup/.*|imports\w*|ganzi)\.py$|/setup/")


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_file_is_longer_than_can_be_read_in_one_go():
    files = [*python_files(tests=True), *templates(), *(ROOT / "static" / "js").rglob("*.js")]
    assert not [f"{where(path)}: {lines_of(path)} lines" for path in files if lines_of(path) > LONGEST]


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def test_only_actions_call_a_lifecycle():
    found = []
    for path in python_files():
        if path.stem.startswith("actions") or "actions" in path.parts or room_of(path) in ("accountability.ledger", None):
            continue
        for call in calls(path):
            if isinstance(call.func, ast.Attribute) and call.func.attr in ("perform", "begin"):
                owner = ast.unparse(call.func.value)
                if owner.endswith("Lifecycle") or owner == "cls":
                    found.append(f"{where(path, call)} {owner}.{call.func.attr}")
    assert not found


def test_a_state_is_set_by_nobody_but_the_gate():
    found = []
    governed_rooms = {model.__module__.rpartition(".")[0] for model in governed()}
    for path in python_files():
        if room_of(path) == "accountability.ledger" or room_of(path) not in governed_rooms:
            continue
        for node in ast.walk(tree(path)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
            found += [where(path, node) for t in targets if isinstance(t, ast.Attribute) and t.attr in ("state", "version")]
    assert not found


def test_the_gate_is_opened_by_the_ledger_alone():
    found = [
        where(path, call)
        for path in python_files()
        if room_of(path) != "accountability.ledger"
        for call in calls(path)
        if ast.unparse(call.func).endswith("gate_open")
    ]
    assert not found


def test_rules_reckon_without_database_and_clock():
    found = []
    for path in python_files():
        if path.name != "rules.py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db"):
                found.append(f"{where(path, node)} imports {node.module}")
            if isinstance(node, ast.Attribute) and node.attr == "objects":
                found.append(f"{where(path, node)} asks the database")
            if isinstance(node, ast.Call) and re.search(r"(^|\.)(now|today)$", ast.unparse(node.func)):
                found.append(f"{where(path, node)} asks the clock")
    assert not found


def test_views_forms_and_templatetags_write_nothing():
    """Every write is an action. (A session is the browser's, not the house's.)"""
    written = re.compile(r"(objects|\.filter\(.*\)|\.all\(\))\.(create|update|delete|bulk_create|get_or_create|update_or_create)$")
    found = []
    for path in python_files():
        if path.stem in ("views", "forms") or "templatetags" in path.parts:
            for call in calls(path):
                name = ast.unparse(call.func)
                if written.search(name) or (name.endswith(".save") and "session" not in name):
                    found.append(f"{where(path, call)} {name}")
    assert not found


FORBIDDEN = {
    r"path__startswith": "use Reach.q or under(): a LIKE reads the whole table on SQLite",
    r"get_objects_for_user": "reads one row per grant: use visible_to",
    r"ATOMIC_REQUESTS\s*=": "makes every page a writer on SQLite",
    r"select_for_update\(\s*\)(?!.*noqa)": "say of=('self',): PostgreSQL refuses to lock a nullable join",
    r"\bmark_safe\(": "templates escape; write a component",
    r"@receiver\b|\b(pre|post)_(save|delete)\b(?!\()": "no rule lives in a signal: join a move",
    r"\b(view_process|manage_process)\b": "viewflow's model permissions would open every process",
    r"objects\.create_superuser": "there is no superuser",
    r"(?<!SeveralField)\(forms\.ModelMultipleChoiceField\)": "a number that no database holds breaks it: kit.fields.SeveralField",
}


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_traps_are_not_stepped_into(pattern):
    expression = re.compile(pattern)
    found = []
    for path in python_files():
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if expression.search(line) and not line.lstrip().startswith(("#", '"""', "``")):
                found.append(f"{where(path)}:{number} {line.strip()}")
    assert not found, FORBIDDEN[pattern]


def test_no_text_of_the_interface_is_chinese_or_tibetan_in_code():
    """Message ids are English; Chinese stands in locale/ and in data."""
    found = []
    for path in python_files():
        examples = {id(node) for call in calls(path) for word in call.keywords if word.arg == "help_text" for node in ast.walk(word.value)}
        for node in strings(path) if not DATA.search(str(path)) else []:
            text = OFFICIAL.sub("", node.value)
            if CJK.search(text) and text not in ENDONYMS and id(node) not in examples:
                found.append(f"{where(path, node)} {node.value[:30]!r}")
    assert not found


def test_no_message_is_glued_from_pieces():
    """gettext never sees an f-string, a sum or a format: it could not find the translation."""
    names = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "ngettext_lazy", "pgettext_lazy"}
    found = [
        where(path, call)
        for path in python_files()
        for call in calls(path)
        if isinstance(call.func, ast.Name) and call.func.id in names and call.args
        if not (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))
    ]
    assert not found


def rooms_models() -> list[type[models.Model]]:
    return [model for label in LABELS for model in apps.get_app_config(label).get_models()]


def governed() -> list[type[Governed]]:
    return [model for model in rooms_models() if issubclass(model, Governed)]


def test_nothing_disappears_because_something_else_does():
    """Every relation protects what it points to; only what has no life of its own goes with its owner."""
    found = {
        f"{model._meta.label}.{field.name}"
        for model in rooms_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT
    }
    assert found <= PARTS


def test_every_governed_table_is_guarded_by_its_manager_and_moved_by_one_lifecycle():
    moved = {diagrams.record_of(lifecycle): lifecycle for lifecycle in diagrams.lifecycles()}
    for model in governed():
        assert isinstance(model._default_manager.all(), GovernedQuerySet), f"{model._meta.label}.objects lets update() past the gate"
        assert model._meta.get_field("state").choices, f"{model._meta.label}.state has no choices to show"
        assert not model._meta.get_field("state").editable, f"{model._meta.label}.state could be edited in a form"
        assert model in moved, f"{model._meta.label} has no lifecycle"


def test_every_move_names_its_permission():
    open_to_nobody = [
        f"{lifecycle.name}.{move}"
        for lifecycle in diagrams.lifecycles()
        for move in lifecycle.moves()
        for transition in vars(lifecycle)[move].get_transitions()
        if not callable(transition.permission)
    ]
    assert not open_to_nobody


def known_moves() -> set[str]:
    """All names under which a join may wait: declared moves, and what records begin with."""
    names = {f"{lifecycle.name}.{move}" for lifecycle in diagrams.lifecycles() for move in lifecycle.moves()}
    by_room = {diagrams.room_of(lifecycle): lifecycle.name for lifecycle in diagrams.lifecycles()}
    for path in python_files():
        for call in calls(path):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "begin" and room_of(path) in by_room:
                given = {word.arg: word.value for word in call.keywords}
                act = given.get("act")
                names.add(f"{by_room[room_of(path)]}.{act.value if isinstance(act, ast.Constant) else 'begin'}")
    return names


def known_acts() -> set[str]:
    """Acts without a lifecycle that run joins too: what ``posts.deeds.done`` is told to call them."""
    return {
        word.value.value
        for path in python_files()
        for call in calls(path)
        if ast.unparse(call.func) in ("deeds.done", "done")
        for word in call.keywords
        if word.arg == "act" and isinstance(word.value, ast.Constant)
    }


def test_every_join_waits_for_a_move_that_exists():
    waited_for = {entry.removeprefix("after ") for entry in registry.entries() if entry.startswith("after ")}
    named_by_what = {"posts.end_charge", "posts.end_watch", "resources.move_segment"}
    saved_rows = {"resources.keep_scheme"}  # of a rule table, whose event is called by its room
    assert waited_for <= known_moves() | known_acts() | named_by_what | saved_rows


def test_the_map_lists_every_question_and_join_and_no_other():
    """docs/map.md, "Questions and joins": one line for each, ``- question `open_work`: `cases.questions.open_work`, …``."""
    entries = {
        entry: sorted(answer.split(".", 1)[1] for answer in answers if not answer.startswith("tests."))
        for entry, answers in registry.entries().items()
    }
    listed = re.findall(r"^- (question|after) `([\w.]+)`: (.+)$", (ROOT / "docs" / "map.md").read_text(), re.MULTILINE)
    told = {f"{kind} {name}": sorted(re.findall(r"`([\w.]+)`", answers)) for kind, name, answers in listed}
    assert told == {entry: answers for entry, answers in entries.items() if answers}


def test_every_room_with_a_holder_answers_for_open_work():
    answering = {answer.rsplit(".", 2)[0] for answer in registry.entries().get("question open_work", [])}
    holding = {
        model.__module__.rpartition(".")[0]
        for model in rooms_models()
        for field in model._meta.local_fields
        if field.name == "holder" and field.is_relation
    }
    assert holding <= {".".join(name.split(".")[:2]) for name in answering}


def test_lifecycles_have_names_of_their_own():
    names = [lifecycle.name for lifecycle in Lifecycle.__subclasses__()]
    assert len(names) == len(set(names))


def test_rooms_say_what_they_are():
    """Every file begins with what it holds."""
    silent = [
        where(path)
        for path in python_files()
        if room_of(path) in ROOMS and path.name not in ("__init__.py", "apps.py", "urls.py") and ast.get_docstring(tree(path)) is None
    ]
    assert not silent


def test_each_kind_of_number_has_a_letter_of_its_own():
    """A number leads to its record by its first letter."""
    letters: dict[str, list[str]] = {}
    for path in python_files():
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
                continue
            if any(isinstance(target, ast.Name) and target.id in ("NUMBER_KIND", "PAPERS") for target in node.targets):
                letters.setdefault(node.value.value, []).append(where(path, node))
    assert len(letters) >= 10
    assert not {letter: places for letter, places in letters.items() if len(places) > 1}
