"""What a notice says, in the reader's language when it is read, and the page that it leads to. Rooms above register theirs."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise

_sentences: dict[str, Promise | str] = {}
_pages: dict[str, str] = {}


def register(page: str, **sentences: Promise | str) -> None:
    """``register("desk:case", case_received=_("Case %(number)s has reached you."))``; the kind is the word with hyphens.

    ``page`` is the name of the address at which the record with that number stands.
    """
    for word, sentence in sentences.items():
        kind = word.replace("_", "-")
        _sentences[kind], _pages[kind] = sentence, page


def known() -> set[str]:
    return set(_sentences)


def page(kind: str) -> str:
    """The name of the page on which the record of a notice stands. Raises KeyError as ``say`` does."""
    return _pages[kind]


def say(kind: str, number: str, params: dict[str, Any]) -> str:
    """The sentence of a notice. Raises KeyError for a kind that nobody registered: a test names every kind in use."""
    return str(_sentences[kind]) % {**params, "number": number}
