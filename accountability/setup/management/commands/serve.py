"""``manage.py serve``: the web server and the background worker in one, for a whole prefecture on one machine."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.urls import get_resolver

from accountability.setup import banner, prepare, work, world
from accountability.setup.supervisor import Child, Supervisor


class Command(BaseCommand):
    help = "Start the web server and the background worker; stop both with Ctrl-C or SIGTERM."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
        parser.add_argument("--port", type=int, default=urlsplit(settings.SITE_URL).port or 8000, help="default: that of SITE_URL, or 8000")
        parser.add_argument("--web", type=int, default=2, metavar="N", help="web processes (default: %(default)s)")
        parser.add_argument(
            "--threads", type=int, default=4, metavar="N", help="threads of each; few are better on SQLite (default: %(default)s)"
        )
        parser.add_argument(
            "--workers", type=int, default=1, metavar="N", help="background workers; 0 when they run elsewhere (default: %(default)s)"
        )
        parser.add_argument("--prepare", action="store_true", help="first bring database, translations, files and data up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        self.refuse_taken(options["host"], options["port"])
        if options["prepare"]:
            prepare.everything(self.stdout.write)
        if found := world.faults():
            raise CommandError("\n".join(found))
        words = banner.lines()
        self.load()
        connections.close_all()  # a connection must not be carried into another process

        def web() -> None:
            serve(options["host"], options["port"], options["web"], options["threads"])

        children = [Child("web", web), *(Child(f"worker {n + 1}", lambda: work.Worker().run()) for n in range(options["workers"]))]
        code = Supervisor(children).run(started=lambda: self.stdout.write("\n".join(words)))
        self.stdout.write("Stopped.")
        if code:
            raise CommandError("A process would not stay up; its words stand above.")

    def refuse_taken(self, host: str, port: int) -> None:
        """Say it now and in a sentence, not three crashes later."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as taken:
                raise CommandError(
                    f"Port {port} is taken ({taken.strerror}). Stop what runs there, or choose another: make run PORT=8001"
                ) from taken

    def load(self) -> None:
        """What every child needs is imported before they are forked."""
        import accountability.wsgi  # noqa: F401

        _ = get_resolver().url_patterns


def serve(host: str, port: int, processes: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "accountability.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()
