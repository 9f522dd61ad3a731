"""Rows that must be there from the first start: the house's own unit and the posts through which nobody in person acts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings

from .functions import SYSTEM_CLOCK, SYSTEM_IMPORTER, SYSTEM_PUBLIC, Function

BEGINNING = date(2018, 1, 1)  # the plan's first day: nothing here is older


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated: an administrator's change stays."""
    from chiefs.territory.models import Jurisdiction, Level

    from .models import Post, PostKind, Unit

    prefecture, _ = Jurisdiction.objects.get_or_create(
        code=settings.PREFECTURE_CODE,
        until=None,
        defaults={"name": settings.PREFECTURE_CODE, "level": Level.PREFECTURE, "path": settings.PREFECTURE_CODE[:4], "since": BEGINNING},
    )
    unit, _ = Unit.objects.get_or_create(
        code="system", defaults={"name": "系统", "kind": Unit.Kind.SYSTEM, "jurisdiction": prefecture, "since": BEGINNING}
    )
    kind, _ = PostKind.objects.get_or_create(
        code="system", defaults={"name": "系统", "functions": [Function.SYSTEM.value], "single": False}
    )
    for code, title in ((SYSTEM_CLOCK, "系统时钟"), (SYSTEM_IMPORTER, "系统导入"), (SYSTEM_PUBLIC, "公众入口")):
        Post.objects.get_or_create(code=code, defaults={"kind": kind, "unit": unit, "title": title, "since": BEGINNING})
