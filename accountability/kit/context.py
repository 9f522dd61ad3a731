"""What every template may use: the mark of the demonstration world, the day, the post one acts for, and how to read."""

from __future__ import annotations

import csv
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from .days import today

LARGE_TEXT_COOKIE = "large_text"
LANGUAGES = (("zh-hans", "中文"), ("bo", "བོད་ཡིག"), ("en", "English"))


def large_text(request: HttpRequest) -> bool:
    """The account's wish, for the public the cookie's."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return bool(getattr(user, "large_text", False))
    return request.COOKIES.get(LARGE_TEXT_COOKIE) == "1"


@cache
def has_drafts(language: str) -> bool:
    """Whether texts of a language still wait for the prefecture's translation office (locale/<language>/review.csv)."""
    path = settings.BASE_DIR / "locale" / language / "review.csv"
    if not path.exists():
        return False
    with path.open(encoding="utf-8", newline="") as file:
        return any(row["state"] != "reviewed" for row in csv.DictReader(file))


def site(request: HttpRequest) -> dict[str, object]:
    acting = getattr(request, "acting", None)
    return {
        "demo": settings.DEMO,
        "today": today(),
        "acting": acting,
        "walks": acting is not None and acting.may("chief", "ranger", "supervisor"),
        "more_posts": bool(getattr(request, "other_tenures", ())),
        "site_languages": LANGUAGES,
        "large_text": large_text(request),
        "draft_language": has_drafts(get_language() or ""),
    }
