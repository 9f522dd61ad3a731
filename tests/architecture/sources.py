"""What the tests of this folder read: the rooms, their files, their syntax trees, the templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT: Path = settings.BASE_DIR
ROOMS: list[str] = settings.ROOMS  # bottom first
LABELS = {room.rsplit(".", 1)[1]: number for number, room in enumerate(ROOMS)}
PACKAGES = ("accountability", "chiefs", "audits")


def python_files(*, tests: bool = False) -> list[Path]:
    """Every Python file of the product without migrations; with ``tests`` those of tests, bench and scripts too."""
    folders = (*PACKAGES, *(("tests", "bench", "scripts") if tests else ()))
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def room_of(path: Path) -> str | None:
    """The room that a file belongs to, 'accountability.cases'; None for the project's own files."""
    parts = path.relative_to(ROOT).parts
    room = ".".join(parts[:2])
    return room if room in ROOMS and len(parts) > 2 else None


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def docstrings(module: ast.Module) -> set[int]:
    """The ids of the nodes that are docstrings."""
    holders = (node for node in ast.walk(module) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef))
    first = (holder.body[0] for holder in holders if holder.body)
    return {id(node.value) for node in first if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}


def strings(path: Path) -> Iterator[ast.Constant]:
    """The texts in a file that are not docstrings."""
    module = tree(path)
    told = docstrings(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


def where(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"
