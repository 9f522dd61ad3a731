"""State diagrams, drawn from the lifecycles themselves, so that they cannot say anything else."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import translation
from viewflow.fsm.base import State
from viewflow.utils import DEFAULT

from accountability.ledger.lifecycle import Lifecycle
from accountability.ledger.models import Governed

HEAD = """# State diagrams

Drawn from the code by `manage.py draw_lifecycles`; `make check` fails when they no longer say what the code does.
A solid arrow is a move; its name in code is its name in the ledger and in `docs/map.md`.
"""


def lifecycles() -> list[type[Lifecycle]]:
    """Every lifecycle of the installed rooms, bottom room first."""
    for room in settings.ROOMS:
        if find_spec(f"{room}.lifecycle"):
            import_module(f"{room}.lifecycle")
    order = {room: number for number, room in enumerate(settings.ROOMS)}
    found = (lifecycle for lifecycle in Lifecycle.__subclasses__() if room_of(lifecycle) in order)
    return sorted(found, key=lambda lifecycle: (order[room_of(lifecycle)], lifecycle.name))


def room_of(lifecycle: type[Lifecycle]) -> str:
    return lifecycle.__module__.rpartition(".")[0]


def record_of(lifecycle: type[Lifecycle]) -> type[Governed]:
    """The table whose states the lifecycle names. Raises LookupError when the room has none with exactly these."""
    wanted = {str(state) for _move, source, target in arrows(lifecycle) for state in (source, target)}
    for model in apps.get_models():
        if issubclass(model, Governed) and model.__module__.rpartition(".")[0] == room_of(lifecycle) and wanted <= states(model).keys():
            return model
    raise LookupError(f"{lifecycle.__qualname__} moves no table of its room: {sorted(wanted)}")


def states(model: type[models.Model]) -> dict[str, str]:
    return {str(value): str(label) for value, label in model._meta.get_field("state").flatchoices}  # type: ignore[union-attr]


def arrows(lifecycle: type[Lifecycle]) -> Iterator[tuple[str, str, str]]:
    """(move, from, to) for every change that is declared lawful."""
    for move in lifecycle.moves():
        for transition in vars(lifecycle)[move].get_transitions():
            targets = transition.declared_targets()
            if transition.source is State.ANY or not targets:
                raise ValueError(f"{lifecycle.__qualname__}.{move} must name the states that it leads from and to.")
            for target in targets:
                yield move, str(transition.source), str(transition.source if target is DEFAULT else target)


def mermaid(lifecycle: type[Lifecycle]) -> str:
    model = record_of(lifecycle)
    lines = ["stateDiagram-v2"]
    lines += [f"    {code}: {label}" for code, label in states(model).items()]
    lines.append(f"    [*] --> {model._meta.get_field('state').default}")
    told = set()
    for move, source, target in arrows(lifecycle):
        if (move, source, target) not in told:
            told.add((move, source, target))
            lines.append(f"    {source} --> {target}: {move}")
    return "\n".join(lines)


def document() -> str:
    """The whole of docs/lifecycles.md; in the language of the message ids."""
    with translation.override(None):
        parts = [HEAD]
        for lifecycle in lifecycles():
            said = " ".join((lifecycle.__doc__ or "").split())
            labels = "\n".join(f"- `{lifecycle.name}.{move}`: {label(lifecycle, move)}" for move in lifecycle.moves())
            parts.append(f"## {lifecycle.name}\n\n{said}\n\n```mermaid\n{mermaid(lifecycle)}\n```\n\n{labels}\n")
        return "\n".join(parts)


def label(lifecycle: type[Lifecycle], move: str) -> str:
    return str(next(iter(vars(lifecycle)[move].get_transitions())).label)
