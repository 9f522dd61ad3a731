"""Under which spellings a resource is found: Chinese, pinyin initials, Tibetan. Derived from its names by whoever changes them."""

from __future__ import annotations

from collections.abc import Iterable

from accountability.kit.names import initials
from accountability.kit.textfold import fold

from .models import Alias, Resource, Spelling

AT_ONCE = 500


def spell(resources: Iterable[Resource]) -> None:
    """Write anew under which spellings these resources are found. Three queries for each 500 of them."""
    rows = list(resources)
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        texts = {r.pk: [r.name, r.name_bo] for r in some}
        for pk, name in Alias.objects.filter(resource__in=texts).order_by("pk").values_list("resource", "name"):
            texts[pk].append(name)
        Spelling.objects.filter(resource__in=texts).delete()
        Spelling.objects.bulk_create(
            Spelling(resource_id=pk, folded=folded, initials=initials(folded))
            for pk, names in texts.items()
            for folded in dict.fromkeys(fold(name) for name in names)
            if folded
        )


def spell_missing() -> int:
    """Spell the resources that have no spelling yet (rows older than the search, or written past it). Returns how many."""
    missing = list(Resource.objects.filter(spellings=None))
    spell(missing)
    return len(missing)
