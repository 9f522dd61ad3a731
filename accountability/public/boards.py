"""What stands on a notice board: the water, who answers for it today, what for, and how to report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import segno
from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from accountability.cases.models import ProblemKind
from accountability.complaints.models import PollutionKind
from accountability.kit.names import named
from chiefs.duties import reports as duties
from chiefs.posts import reports as posts
from chiefs.posts.models import Post, Tenure
from chiefs.resources import reports as resources
from chiefs.resources.models import Segment
from chiefs.territory.models import UPWARDS

FOUND_AT_MOST = 20


@dataclass(frozen=True)
class Chief:
    """One line of the board: the post, its holders' names today (none: vacant), and what the post answers for."""

    post: Post
    tenures: list[Tenure]
    duties: Sequence[object] = field(default_factory=list)


def chiefs_of(segment: Segment, on: date) -> list[Chief]:
    """The chiefs of a segment on a day, the highest level first."""
    by_level = posts.answerers(segment, on)
    ordered = [post for level in reversed(UPWARDS) for post in by_level.get(level, [])]
    held: dict[int, list[Tenure]] = {}
    for tenure in Tenure.objects.in_force(on).filter(post__in=ordered).select_related("person").order_by("since"):
        held.setdefault(tenure.post_id, []).append(tenure)
    return [Chief(post, held.get(post.pk, []), duties.responsibilities(post, on)) for post in ordered]


def length_m(segment: Segment) -> int | None:
    """Length of the segment in metres, by its chainage."""
    return segment.to_m - segment.from_m if segment.to_m is not None and segment.from_m is not None else None


def search(words: str, on: date) -> list[Segment]:
    """Segments by a part of their name, of their water's name or of their code."""
    words = words.strip()
    if not words:
        return []
    rows = Segment.objects.in_force(on).select_related("resource", "jurisdiction__parent")
    meant = Q(code__iexact=words) | named(words) | named(words, "jurisdiction__name") | resources.named(words, "resource__")
    return list(rows.filter(meant).order_by("path", "code")[:FOUND_AT_MOST])


def report_address(code: str) -> str:
    """The address of the report form at a place. Sheets of registered boards carry that of the board's page (signboards.content)."""
    return settings.SITE_URL + reverse("public:complain_at", args=[code])


def kinds_about(word: str) -> list[PollutionKind]:
    """The kinds to begin a report with; ``board`` from the link under a notice board, nothing from any other word."""
    return list(PollutionKind.objects.filter(problem_kind__code=ProblemKind.SIGNBOARD)) if word == "board" else []


def qr(address: str, *, scale: int, error: str = "m") -> str:
    """A QR code as a PNG in a data address. Error level h for a board that stands outside in the weather."""
    return segno.make(address, error=error, micro=False).png_data_uri(scale=scale, border=4)
