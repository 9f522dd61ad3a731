"""A world that several tests look at: made once, never committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever is written inside is gone afterwards. Around a module's world, and inside it around each test: pytest-django's own
    fixture closes the connection after a test, and the world with it; such a module has a fixture ``db`` of its own."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
