"""Public numbers: one counter per kind and year, its row locked while a number is taken."""

from __future__ import annotations

from django.db import connection

from accountability.kit import codes, days

from .models import Counter


def take_number(kind: str) -> str:
    """The next number of a kind in this year, e.g. C2026-000123-7.

    Kinds: C case, T complaint, P patrol, J inspection, A audit, D issued paper. Must run inside the transaction of the record
    that gets it, so that a number is never lost or given twice. Raises RuntimeError outside one.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A number is taken inside the transaction of its record.")
    year = days.today().year
    rows = Counter.objects.select_for_update(of=("self",))
    if (row := rows.filter(kind=kind, year=year).first()) is None:
        Counter.objects.get_or_create(kind=kind, year=year)
        row = rows.get(kind=kind, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return codes.number(kind, year, row.last)
