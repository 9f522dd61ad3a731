"""``manage.py load_demo``: the demonstration world, once, on an empty database of its own."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from accountability.kit import days
from accountability.ledger import outbox
from accountability.ledger.models import Mark
from accountability.notices import actions as telling
from accountability.notices.models import Notice
from accountability.papers.models import Paper
from accountability.setup import administrators
from accountability.setup import world as marked
from accountability.setup.demo import (
    agreements,
    boards,
    departure,
    divisions,
    duties,
    figures,
    imports,
    meetings,
    patrolling,
    register,
    sites,
    terms,
    voices,
    world,
)
from accountability.setup.demo.stage import Stage
from chiefs.duties.defaults import items_for
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, PostKind, Tenure
from chiefs.territory.models import Jurisdiction

SEED = 20180101
WEEKS = 52
#: What lies upstream of a patrol or a case comes first; the audit is commissioned when its year has been played.
PARTS = (
    register,
    divisions,
    sites,
    meetings,
    patrolling,
    voices,
    figures,
    boards,
    agreements,
    departure,
    terms,
    imports,
    duties,
)


class Command(BaseCommand):
    help = "Play a year of the demonstration world through the real actions. Only with DEMO=1, only once, only beside no real record."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--weeks", type=int, default=WEEKS, help="how long the story is")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration world is for DEMO=1 only.")
        if not 1 <= options["weeks"] <= WEEKS:
            raise CommandError(f"The story takes 1 to {WEEKS} weeks; the chiefs' terms begin a year ago.")
        if marked.is_demonstration():
            raise CommandError("The demonstration world is loaded already. 'make empty' leaves it.")
        if Account.objects.exists():
            raise CommandError("This database has accounts; the demonstration world needs one of its own.")
        if not Jurisdiction.objects.filter(code="513301201000").exists():
            raise CommandError("Run manage.py load_ganzi first.")
        began = time.monotonic()
        stage = play(options["weeks"])
        sent = carry_out()
        told = ", ".join(f"{count} {name}" for name, count in sorted(stage.counts.items()))
        if options["verbosity"]:
            self.stdout.write(f"{told}; {sent} outgoing items carried out ({time.monotonic() - began:.0f} s)")
            for paper in Paper.objects.filter(kind=Paper.Kind.AUDIT_REPORT):
                self.stdout.write(f"Audit report: {default_storage.path(paper.pdf)}")
                self.stdout.write(f"Verified at: {settings.SITE_URL}{reverse('papers:verified', args=[paper.verify_code])}")


def play(weeks: int) -> Stage:
    """Set up the world and live its story up to this moment; all of it or nothing."""
    end = days.start_of(days.today())  # the same story at every hour of one day
    with transaction.atomic():
        Mark.objects.create(name=marked.DEMONSTRATION)
        made = world.build(days.today())
        _accounts()
        stage = Stage(made, end - timedelta(weeks=weeks), end, random.Random(SEED))
        for part in PARTS:
            part.plan(stage)
        stage.play()
        _read_what_is_old(stage)
    return stage


def _read_what_is_old(stage: Stage) -> None:
    """Everybody has read what they were told more than a fortnight ago."""
    old = Notice.objects.filter(created_at__lt=stage.end - timedelta(days=14))
    for post_id, last in old.values_list("post").annotate(last=Max("pk")):
        post = posts.post(post_id)
        if stage.holder(post) is not None:
            telling.mark_read(stage.by(post), up_to=last)


def _accounts() -> None:
    """A way in for everybody: by the role switch of the demonstration, for no password opens these accounts."""
    for tenure in Tenure.objects.select_related("person", "post__kind").order_by("pk"):
        account = Account.objects.filter(person=tenure.person).first()
        if account is None:
            account = Account.objects.create_user(login=f"{tenure.post.code}-{tenure.person_id}", person=tenure.person)
        if tenure.post.kind.may(Function.ADMINISTRATOR):
            account.is_staff = True
            account.save(update_fields=["is_staff"])
            account.groups.add(administrators.group())
    for kind in PostKind.objects.all():
        items_for(kind)


def carry_out() -> int:
    """What the worker would do: pictures, notices, the report. Returns how many."""
    done = 0
    while True:
        sent, failed = outbox.send_waiting(500)
        done += sent
        if not sent:
            if failed:
                raise CommandError(f"{failed} outgoing items failed; the log says why.")
            return done
