"""The four chief schemes; a prefecture may cut them differently. Spellings of resources that were there before the search was."""

from __future__ import annotations

from typing import Any

from .models import Scheme
from .names import spell_missing
from .schemes import TAKES_UP, by_kind

#: code, name, Tibetan draft, title of a chief, department in charge (annex of the plan, section 6)
SCHEMES = [
    ("river", "河长制", "གཙང་པོའི་འགན་འཛིན་ལམ་ལུགས།", "河长", "水利局"),
    ("lake", "湖长制", "མཚོའི་འགན་འཛིན་ལམ་ལུགས།", "湖长", "水利局"),
    ("mountain", "山长制", "རིའི་འགན་འཛིན་ལམ་ལུགས།", "山长", "林业和草原局"),
    ("forest_grass", "林（草）长制", "ནགས་རྩྭའི་འགན་འཛིན་ལམ་ལུགས།", "林（草）长", "林业和草原局"),
]


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated."""
    for code, name, name_bo, title, department in SCHEMES:
        taken = by_kind((row.code, row.resource_kinds) for row in Scheme.objects.order_by("pk"))
        kinds = [kind for kind in TAKES_UP[code] if kind not in taken]
        shipped = {"resource_kinds": kinds, "name": name, "name_bo": name_bo, "chief_title": title, "owner_department": department}
        Scheme.objects.get_or_create(code=code, defaults=shipped)
    spell_missing()
