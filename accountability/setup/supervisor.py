"""Keeps a few processes running, starts a dead one again, and stops them in order when asked.

Children are forked from a process that has loaded everything already, so they start at once and share its memory.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)
WATCHED = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
PR_SET_PDEATHSIG = 1
SHORT_LIFE = 10.0  # seconds; who dies younger than this three times in a row will not live
PATIENCE = {"web": 15.0, "worker": 60.0}  # seconds to finish what is being done


@dataclass
class Child:
    """One process: what it does, and how it fared."""

    name: str
    work: Callable[[], None]
    pid: int = 0
    born: float = 0.0
    early_deaths: int = 0

    def start(self) -> None:
        """Fork. The child leads a group of its own, so Ctrl-C in the terminal reaches the supervisor alone."""
        sys.stdout.flush()
        sys.stderr.flush()
        self.born = time.monotonic()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid:
            return
        code = 1
        try:
            os.setpgid(0, 0)
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # when the supervisor is killed outright
            for number in WATCHED:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
            if os.getppid() == parent:
                self.work()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:  # noqa: BLE001 -- a forked child must never return into the code of its parent
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def signal_group(self, number: int) -> None:
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            return


class Supervisor:
    """``run()`` returns the exit code: 0 after a signal, 1 when a child would not live."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children

    def run(self, started: Callable[[], None] = lambda: None) -> int:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        try:
            for child in self.children:
                child.start()
            started()
            while True:
                got = signal.sigwait(WATCHED)
                if got != signal.SIGCHLD:
                    return 0
                if (hopeless := self.bury()) is not None:
                    log.error("%s ended %d times right after its start; stopping.", hopeless.name, hopeless.early_deaths)
                    return 1
        finally:
            self.stop()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def bury(self) -> Child | None:
        """Collect the dead and start them again; returns one that will not live."""
        while pid := self.reap():
            child = next((child for child in self.children if child.pid == pid), None)
            if child is None:
                continue
            child.signal_group(signal.SIGKILL)  # what it left behind must not hold the port
            child.early_deaths = child.early_deaths + 1 if time.monotonic() - child.born < SHORT_LIFE else 0
            if child.early_deaths >= 3:
                child.pid = 0
                return child
            log.error("%s ended; starting it again.", child.name)
            time.sleep(0.5 * child.early_deaths)
            child.start()
        return None

    @staticmethod
    def reap() -> int:
        try:
            return os.waitpid(-1, os.WNOHANG)[0]
        except ChildProcessError:
            return 0

    def stop(self) -> None:
        """In order of the list: first who takes new work in, then who finishes the old."""
        for child in self.children:
            if not child.pid:
                continue
            try:
                os.kill(child.pid, signal.SIGTERM)
            except ProcessLookupError:
                continue
            end = time.monotonic() + PATIENCE.get(child.name.split()[0], 15.0)
            while os.waitpid(child.pid, os.WNOHANG) == (0, 0) and time.monotonic() < end:
                time.sleep(0.05)
            child.signal_group(signal.SIGKILL)
