"""The supervisor as a process of its own: it stops all, starts the dead again, and gives up on who will not live."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite_only

CHILD = """
import os, signal, sys, time
from pathlib import Path
from accountability.setup import supervisor
from accountability.setup.supervisor import Child, Supervisor

place = Path(sys.argv[1])

def steady(name):
    def work():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with (place / name).open("a") as out:
            out.write(f"{os.getpid()}\\n")
        try:
            while True:
                time.sleep(0.02)
        finally:
            with (place / "ended").open("a") as out:
                out.write(name + "\\n")
    return work

def brief():
    with (place / "brief").open("a") as out:
        out.write(f"{os.getpid()}\\n")

def deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (place / "deaf").write_text(str(os.getpid()))
    while True:
        time.sleep(1)

supervisor.PATIENCE = {"web": 0.5, "worker": 5.0}
children = [Child(name.rstrip("!?"), {"!": brief, "?": deaf}.get(name[-1]) or steady(name)) for name in sys.argv[2:]]
sys.exit(Supervisor(children).run(started=lambda: (place / "started").write_text("1")))
"""


class Run:
    def __init__(self, place: Path, *names: str) -> None:
        self.place = place
        self.process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(CHILD), str(place), *names])

    def pids(self, name: str, count: int = 1) -> list[int]:
        """The processes that this child has been so far, once there are as many as asked for."""
        for _ in range(300):
            path = self.place / name
            lines = path.read_text().split() if path.exists() else []
            if len(lines) >= count:
                return [int(line) for line in lines]
            time.sleep(0.02)
        raise AssertionError(f"{name} did not start {count} times")

    def end(self) -> int:
        return self.process.wait(15)


@pytest.fixture
def run(tmp_path):
    made: list[Run] = []

    def start(*names: str) -> Run:
        made.append(Run(tmp_path, *names))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order_and_ends_well(run, number):
    one = run("web", "worker")
    pids = one.pids("web") + one.pids("worker")
    one.process.send_signal(number)
    assert one.end() == 0
    assert all(gone(pid) for pid in pids)
    assert (one.place / "ended").read_text().split() == ["web", "worker"]
    assert (one.place / "started").exists()


def test_a_dead_child_is_started_again(run):
    one = run("web", "worker")
    first = one.pids("worker")[0]
    one.pids("web")
    os.kill(first, signal.SIGKILL)
    second = one.pids("worker", 2)[1]
    assert second != first
    assert len(one.pids("web")) == 1, "the other one was left in peace"
    one.process.terminate()
    assert one.end() == 0


def test_who_dies_three_times_right_after_the_start_ends_it_all_with_an_error(run):
    one = run("web", "brief!")
    web = one.pids("web")[0]
    assert one.end() == 1
    assert len(one.pids("brief")) == 3
    assert gone(web)


def test_who_does_not_listen_is_ended_when_patience_is(run):
    one = run("web", "worker")  # warm: imports are cached
    one.process.terminate()
    one.end()
    one = run("web?")
    deaf = one.pids("deaf")[0]
    one.process.terminate()
    assert one.end() == 0
    assert gone(deaf)


def test_children_end_when_the_supervisor_is_killed_outright(run):
    one = run("web", "worker")
    pids = one.pids("web") + one.pids("worker")
    one.process.kill()
    assert all(gone(pid) for pid in pids)
