"""Collect every text of the product into locale/*/LC_MESSAGES/django.po, and list new Tibetan texts as drafts."""

from __future__ import annotations

import os
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from accountability.setup import translations


class Command(BaseCommand):
    requires_system_checks = []  # reads files only
    help = "Collects texts for translation. A text that msgmerge only guessed is emptied: a guess is no translation."

    def handle(self, *args: Any, **options: Any) -> None:
        os.chdir(settings.BASE_DIR)
        call_command(
            "makemessages",
            locale=["zh_Hans", "bo"],
            extensions=["py", "html", "txt"],
            ignore_patterns=[".venv*", "var*", "tests*", "bench*", "static*", "node_modules*"],
            add_location="file",
            no_wrap=True,
            no_obsolete=True,
            verbosity=0,
        )
        for language in ("zh_Hans", "bo"):
            path = translations.catalogue(language)
            catalogue = polib.pofile(str(path), wrapwidth=0)
            for entry in catalogue:
                entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
                if entry.fuzzy:
                    entry.fuzzy = False
                    entry.msgstr = ""
                    entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
            catalogue.metadata.pop("POT-Creation-Date", None)  # else every run would change the file
            catalogue.save(str(path))
            missing = sum(1 for entry in catalogue if not all(translations.texts(entry)))
            self.stdout.write(f"{language}: {len(catalogue)} texts, {missing} to translate")
        review = translations.Review.read()
        review.follow(polib.pofile(str(translations.catalogue("bo"))))
        review.write()
