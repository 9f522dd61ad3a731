"""Wrong guesses of query codes, counted. Writes, like actions.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from accountability.kit import days

from . import rules
from .models import Attempt


def counts(keys: Sequence[str]) -> list[rules.Count]:
    """What has been counted under these keys."""
    return [rules.Count(row.failures, row.first_at, row.wait_until) for row in Attempt.objects.filter(key__in=keys)]


def note_wrong_guess(keys: Sequence[str]) -> None:
    """Count a wrong guess under each key; rows older than a day go, so that the table stays small."""
    now = days.now()
    with transaction.atomic():
        Attempt.objects.filter(first_at__lt=now - timedelta(days=1)).delete()
        for key in sorted(keys):
            Attempt.objects.get_or_create(key=key)
            row = Attempt.objects.select_for_update(of=("self",)).get(key=key)
            count = rules.after_wrong_guess(rules.Count(row.failures, row.first_at, row.wait_until) if row.failures else None, now)
            row.failures, row.first_at, row.wait_until = count.failures, count.first_at, count.wait_until
            row.save()


def forget_guesses(key: str) -> None:
    """The right code was given: the earlier slips at this number no longer count."""
    Attempt.objects.filter(key=key).delete()
