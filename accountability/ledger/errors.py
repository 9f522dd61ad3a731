"""The four refusals of a change. Each is a sentence that a person can act on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


class GateError(Exception):
    """A change was refused; nothing was written. ``code`` is for machines, ``str()`` for people."""

    code = "refused"
    http_status = 422

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.attempt: dict[str, Any] | None = None  # filled by the gate; logged once by the outermost caller


class NoTransition(GateError):
    """The move is not lawful from the state that the record is in."""

    code, http_status = "no_transition", 409

    def __init__(self, state_label: str) -> None:
        super().__init__(
            _("This step is not open now: the record is “%(state)s”. Reload the page to see what can be done.") % {"state": state_label}
        )


class NotPermitted(GateError):
    """The post may not make this move."""

    code, http_status = "not_permitted", 403

    def __init__(self) -> None:
        super().__init__(_("Your post may not take this step. The page shows who holds the record; ask them."))


class Refused(GateError):
    """A fact stands against the change; the sentence names it."""


class Stale(GateError):
    """Somebody else was faster: the record is no longer the one that the person saw. ``version`` is what it is now."""

    code, http_status = "stale", 409

    def __init__(self, version: int | None = None) -> None:
        self.version = version
        super().__init__(_("Somebody else changed this record while you were reading it. Look at what is new, then decide again."))


class Mismatch(GateError):
    """The same reference came a second time with another content."""

    code, http_status = "mismatch", 409

    def __init__(self) -> None:
        super().__init__(_("This was already sent once with another content. Open the first one, or send this as a new one."))
