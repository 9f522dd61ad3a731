"""``manage.py worker``: the background work of the house."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accountability.ledger import sweeps
from accountability.setup import work, world


class Command(BaseCommand):
    help = "Send what waits in the outbox, run the sweeps that are due, carry out tasks; until stopped. Run as many as there is work for."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--queues", default="default,papers", help="task queues, separated by commas (default: %(default)s)")
        parser.add_argument("--interval", type=float, default=2.0, help="seconds between two looks when idle (default: %(default)s)")
        parser.add_argument("--once", action="store_true", help="work until nothing waits, then end")
        parser.add_argument("--sweep", metavar="NAME", help=f"run one sweep now and end: {', '.join(sweeps.registered())}")

    def handle(self, *args: Any, **options: Any) -> None:
        world.insist()
        worker = work.Worker(options["queues"].split(","), interval=options["interval"])
        if options["sweep"]:
            if options["sweep"] not in sweeps.registered():
                raise CommandError(f"No such sweep. There are: {', '.join(sweeps.registered())}")
            self.stdout.write("\n".join(sweeps.run_due(only=options["sweep"])))
        elif options["once"]:
            while worker.round():
                pass
        else:
            worker.run()
