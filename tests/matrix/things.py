"""One thing of each kind for each role and relation, made by the real actions, and what is posted to its addresses.

A maker gets the cast, the role and the relation and returns the words of the address, or None where the relation has no
meaning (nobody stands above the prefecture).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .cast import Cast, Role

Maker = Callable[[Cast, Role, str], dict[str, Any] | None]
Sender = Callable[[Cast, Role, dict[str, Any]], dict[str, Any]]
MAKERS: dict[str, Maker] = {}
SENDERS: dict[str, Sender] = {}


def makes(kind: str) -> Callable[[Maker], Maker]:
    def register(maker: Maker) -> Maker:
        MAKERS[kind] = maker
        return maker

    return register


def sends(kind: str) -> Callable[[Sender], Sender]:
    def register(sender: Sender) -> Sender:
        SENDERS[kind] = sender
        return sender

    return register


@makes("")
def nothing(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """An address that is about no particular thing."""
    return {} if relation == "own" else None


@makes("board")
def board(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """The segment whose notice board was scanned."""
    return None if relation == "superior" else {"code": cast.segment(role, relation).code}
