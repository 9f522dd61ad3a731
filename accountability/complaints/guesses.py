"""Wrong guesses of query codes, counted. Writes, like actions.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from accountability.kit import days

from . import rules
from .models import Attempt


def book(keys: Sequence[str]) -> bool:
    """Count a guess under each key before it is looked at, so that guesses sent side by side are each counted.

    False when even a right one is not answered now. Rows older than a day go, so that the table stays small.
    """
    now = days.now()
    with transaction.atomic():
        Attempt.objects.filter(first_at__lt=now - timedelta(days=1)).delete()
        rows = []
        for key in sorted(keys):
            Attempt.objects.get_or_create(key=key)
            rows.append(Attempt.objects.select_for_update(of=("self",)).get(key=key))
        counted = [rules.Count(row.failures, row.first_at, row.wait_until) if row.failures else None for row in rows]
        if any(rules.must_wait(count, now) for count in counted):
            return False
        for row, count in zip(rows, counted, strict=True):
            after = rules.after_wrong_guess(count, now)
            row.failures, row.first_at, row.wait_until = after.failures, after.first_at, after.wait_until
            row.save()
    return True


def give_back(number_key: str, guesser_key: str) -> None:
    """The right code was given: earlier slips at this number no longer count, nor does this guess of whoever asked."""
    with transaction.atomic():
        Attempt.objects.filter(key=number_key).delete()
        row = Attempt.objects.select_for_update(of=("self",)).filter(key=guesser_key, failures__gt=0).first()
        if row is not None:
            row.failures, row.wait_until = row.failures - 1, None
            row.save()
