"""What a notice says: a sentence per kind, put into the reader's language when it is read. Rooms above register theirs."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise

_sentences: dict[str, Promise | str] = {}


def register(**sentences: Promise | str) -> None:
    """``register(case_received=_("Case %(number)s has reached you."))``; the kind is the word with hyphens."""
    _sentences.update({kind.replace("_", "-"): sentence for kind, sentence in sentences.items()})


def known() -> set[str]:
    return set(_sentences)


def say(kind: str, number: str, params: dict[str, Any]) -> str:
    """The sentence of a notice. Raises KeyError for a kind that nobody registered: a test names every kind in use."""
    return str(_sentences[kind]) % {**params, "number": number}
