"""A PostgreSQL cluster for one command: ``python -m tests.postgres -- pytest tests/accountability/ledger``.

Made in a temporary folder from the newest installed server, reachable only through a socket in that folder, as the user
``postgres`` when root (the server refuses root), without the syncs that only matter after a power cut; stopped and
removed at the end, also after Ctrl-C; when this process is killed, the kernel stops the server.
``--there`` only says by its exit code whether a server is installed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    # It meets tables that a rolled-back test left empty, and the next test's thousands of rows are then planned for none:
    # a demonstration played after three others took 41 s with it, 27 s without.
    "autovacuum": "off",
}


def binaries() -> Path | None:
    """The folder of the newest installed server, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    on_path = shutil.which("postgres")
    if not found and on_path:
        return Path(on_path).parent
    return max(found, key=lambda path: int(path.parent.name), default=None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster() -> Iterator[str]:
    """Yields the DATABASE_URL of an empty cluster. Raises RuntimeError, with the server's own words, when it does not start."""
    bin_dir = binaries()
    if bin_dir is None:
        raise RuntimeError("No PostgreSQL server is installed: apt-get install postgresql.")
    home = Path(tempfile.mkdtemp(prefix="chiefs-postgres-"))
    # QUIT: if this process dies in whatever way, the kernel asks the server to stop at once.
    become = ["setpriv", "--pdeathsig", "QUIT"]
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(home, account.pw_uid, account.pw_gid)
        become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig", "QUIT"]
    port, log, server = free_port(), home / "log", None
    try:
        made = subprocess.run(
            [*become, bin_dir / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            cwd=home,
            capture_output=True,
            text=True,
            start_new_session=True,
        )
        if made.returncode:
            raise RuntimeError(made.stdout + made.stderr)
        options = [f"-c{name}={value}" for name, value in FAST.items()]
        with log.open("w") as out:
            server = subprocess.Popen(
                [*become, bin_dir / "postgres", "-D", home / "data", "-k", home, "-h", "", "-p", str(port), *options],
                cwd=home,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C is for the command; the server is stopped afterwards
            )
        wait_until_ready(bin_dir, home, port, server, log)
        yield f"postgresql://postgres@{str(home).replace('/', '%2F')}:{port}/postgres"
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            server.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def wait_until_ready(bin_dir: Path, home: Path, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(log.read_text())
        if subprocess.run([bin_dir / "pg_isready", "-q", "-h", home, "-p", str(port)], check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not answer within 30 s.\n{log.read_text()}")


def main(command: list[str]) -> int:
    """Run the command with DATABASE_URL set; returns its exit code."""

    def stop(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    with cluster() as url:
        running = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
        try:
            return running.wait()
        except KeyboardInterrupt:
            running.send_signal(signal.SIGINT)
            running.wait(60)
            return 130


if __name__ == "__main__":
    words = sys.argv[1:]
    if words == ["--there"]:
        sys.exit(binaries() is None)
    if words[:1] == ["--"]:
        words = words[1:]
    if not words:
        sys.exit(__doc__)
    if words[0] == "pytest":
        words = [sys.executable, "-m", *words]
    sys.exit(main(words))
