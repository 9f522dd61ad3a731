"""What a start prints: where to look, who one can be, and the first audit report."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import translation

from accountability.kit import days
from accountability.papers.models import Paper
from chiefs.posts import reports


def lines() -> list[str]:
    """In the site's own language, which is that of whoever runs it."""
    with translation.override(settings.LANGUAGE_CODE):
        return [f"The site: {settings.SITE_URL}/", *(demonstration() if settings.DEMO else []), "Ctrl-C stops it.", ""]


def demonstration() -> list[str]:
    words = [
        "Demonstration world: invented people, invented events, on this machine only.",
        f"Take on a role with one click: {settings.SITE_URL}{reverse('posts:demo')}",
    ]
    for function, tenures in reports.demonstration_tenures(days.today()):
        one = tenures[0]
        words.append(f"  {function}: {one.person.name}, {one.post.title}" + (f" (+{len(tenures) - 1})" if len(tenures) > 1 else ""))
    paper = Paper.objects.filter(owner__startswith="departures.").order_by("issued_at", "pk").first()
    if paper is not None:
        path = default_storage.path(paper.pdf) if paper.pdf else "being printed by the background worker"
        words.append(f"First audit report: {path}")
    return words
