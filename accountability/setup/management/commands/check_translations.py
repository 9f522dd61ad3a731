"""Whether every text has its Chinese, and every text that citizens and chiefs read its Tibetan."""

from __future__ import annotations

from typing import Any

import polib
from django.core.management.base import BaseCommand, CommandError

from accountability.setup import translations


class Command(BaseCommand):
    requires_system_checks = []  # reads files only
    help = "Fails when a Chinese text, or a Tibetan one for citizens and chiefs, is missing, guessed, or has other placeholders."

    def handle(self, *args: Any, **options: Any) -> None:
        chinese = polib.pofile(str(translations.catalogue("zh_Hans")))
        tibetan = polib.pofile(str(translations.catalogue("bo")))
        faults = list(translations.faults("zh_Hans", chinese))
        self.stdout.write(f"zh_Hans: {len(chinese) - len(faults)} of {len(chinese)} texts")
        faults += translations.uncollected()
        review = translations.Review.read()
        seen: set[str] = set()
        for surface, patterns in translations.SURFACES.items():
            entries = [entry for entry in tibetan if translations.on_surface(entry, patterns)]
            wrong = list(translations.faults("bo", entries))
            done = [entry for entry in entries if all(translations.texts(entry))]
            reviewed = sum(map(review.is_reviewed, done))
            self.stdout.write(
                f"bo, {surface}: {len(done)} of {len(entries)} texts; drafts {len(done) - reviewed}, "
                f"reviewed {reviewed} ({100 * reviewed // max(len(entries), 1)} %)"
            )
            faults += [fault for fault in wrong if fault not in seen]
            seen.update(wrong)
        named = [entry for entry in tibetan if any(translations.texts(entry)) and not entry.fuzzy]
        faults += [fault for fault in translations.faults("bo", named) if fault not in seen]
        if faults:
            raise CommandError("\n".join([*faults, f"{len(faults)} faults. 'make messages' collects texts; then translate locale/*.po."]))
