"""``make init-production``: from a checkout and an empty database to a live registry, in one run that may be broken off and repeated.

Plain Python: without its environment Django does not start. What is not given as an option or in the environment (SITE_HOST,
DATABASE_URL, DATA_DIR, ADMINISTRATORS="wang=…;li=…;zhao=…") is asked for. The answers go into an environment file; a second
run takes them from there.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from accountability.setup import keys

ROOT = Path(__file__).resolve().parent.parent.parent
GANZI = "513300000000"
ADMINISTRATORS = 3
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
#: Whatever the shell says of these: the site will be started with the environment file alone.
SETTINGS = (
    "SECRET_KEY",
    "SEAL_KEY_FILE",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "DATABASE_URL",
    "DATA_DIR",
    "PREFECTURE_CODE",
    "DEMO",
)
HEAD = "# Written by make init-production; read by systemd (EnvironmentFile) or by a shell. The database's password may stand here.\n"


T = TypeVar("T")


class Wrong(Exception):
    """An answer that will not do: a sentence that says what would."""


def host(text: str) -> str:
    text = text.strip().lower().removeprefix("https://").rstrip("/")
    if not HOST.fullmatch(text):
        raise Wrong(f"{text!r} is no host name. Give the name alone, for example hzz.example.gov.cn.")
    return text


def database(text: str) -> str:
    """A database address; empty is SQLite in DATA_DIR."""
    text = text.strip()
    if text and urlsplit(text).scheme not in {"postgresql", "postgres", "sqlite"}:
        raise Wrong("The database address begins with postgresql:// or sqlite://; an empty one is SQLite in the data folder.")
    if re.search(r"[\s'\"\\]", text):
        raise Wrong("The database address has a blank, a quotation mark or a backslash in it. Write it percent-encoded.")
    return text


def prefecture(text: str) -> str:
    if not re.fullmatch(r"\d{12}", text.strip()):
        raise Wrong("A prefecture's division code has twelve digits.")
    return text.strip()


def administrator(text: str) -> tuple[str, str]:
    """'wang=王某某' or 'wang 王某某': login name and the person's name."""
    login, _, name = re.sub(r"\s*[=\s]\s*", "=", text.strip(), count=1).partition("=")
    login, name = login.lower(), name.strip()
    if not LOGIN.fullmatch(login) or not name or len(name) > 80:
        raise Wrong(f"{text!r}: give a login name of Latin letters and digits and the person's own name, for example wang=NAME.")
    return login, name


def three(texts: list[str]) -> list[tuple[str, str]]:
    people = [administrator(text) for text in texts]
    if len({login for login, _name in people}) != ADMINISTRATORS or len(people) != ADMINISTRATORS:
        raise Wrong("Name three administrators with three login names: one may be ill and one away, and nobody shares an account.")
    return people


def read(path: Path) -> dict[str, str]:
    """What an environment file says; nothing when there is none."""
    if not path.exists():
        return {}
    lines = (line.partition("=") for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return {name: "".join(shlex.split(value)) for name, _, value in lines}


def write(path: Path, values: dict[str, str]) -> None:
    """Whole or not at all, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(HEAD + "".join(f"{name}={shlex.quote(value) if value else ''}\n" for name, value in values.items()))
        out.flush()
        os.fsync(out.fileno())
    half.replace(path)


def answer(question: str, reading: Callable[[str], T], *given: str | None) -> T:
    """The first that was given, or what the person at the keyboard says until it will do."""
    for text in given:
        if text is not None:
            return reading(text)
    if not sys.stdin.isatty():
        raise Wrong(f"Nobody is there to be asked: {question} Give it as an option or in the environment (--help names them).")
    while True:
        try:
            return reading(input(f"{question} "))
        except Wrong as wrong:
            sys.stdout.write(f"{wrong}\n")


def answers(options: argparse.Namespace) -> tuple[Path, dict[str, str], list[tuple[str, str]]]:
    """The environment file, what goes into it, and the administrators."""
    given = os.environ.get
    data = (options.data or Path(given("DATA_DIR") or ROOT / "var")).resolve()
    path = (options.file or data / "production.env").resolve()
    earlier = read(path)
    site = answer("Public host name of the site (hzz.example.gov.cn):", host, options.host, given("SITE_HOST"), earlier.get("SITE_URL"))
    address = answer(
        "Database (postgresql://user@host/name; empty: SQLite on this machine):",
        database,
        options.database,
        given("DATABASE_URL"),
        earlier.get("DATABASE_URL"),
    )
    code = answer("Prefecture code:", prefecture, options.prefecture, given("PREFECTURE_CODE"), earlier.get("PREFECTURE_CODE"), GANZI)
    listed = options.administrator or [text for text in given("ADMINISTRATORS", "").split(";") if text.strip()]
    if not listed:
        listed = [
            "=".join(answer(f"Administrator {number} of {ADMINISTRATORS} (login name, blank, person's name):", administrator))
            for number in range(1, ADMINISTRATORS + 1)
        ]
    wanted = {
        "SITE_URL": f"https://{site}",
        "ALLOWED_HOSTS": site,
        "BEHIND_PROXY": "1",
        "DATABASE_URL": address,
        "DATA_DIR": str(data),
        "PREFECTURE_CODE": code,
        "DEMO": "0",
    }
    for name in wanted.keys() & earlier.keys():
        if wanted[name] != earlier[name]:  # the values are not shown: a password may stand among them
            raise Wrong(f"{path} has another {name} than you gave. Leave it out to keep the earlier one, or delete the file to begin anew.")
    return path, {**wanted, **earlier}, three(listed)


def begin(options: argparse.Namespace) -> int:
    """Write down the answers, make the keys, and leave the rest to ``manage.py init_production`` in exactly that environment."""
    path, values, people = answers(options)
    write(path, values)
    for made in keys.make(Path(values["DATA_DIR"])):
        sys.stdout.write(f"{made} written. Keep a copy in a safe, apart from the backups.\n")
    sys.stdout.write(f"{path} written; the site is started with it.\n")
    sys.stdout.flush()
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS} | values
    command = [sys.executable, "manage.py", "init_production", *(f"--administrator={login}={name}" for login, name in people)]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make init-production", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--host", help="the public host name (environment: SITE_HOST)")
    parser.add_argument("--database", metavar="URL", help="postgresql://…; empty: SQLite in the data folder (environment: DATABASE_URL)")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="files, papers and keys; not in the checkout (environment: DATA_DIR)")
    parser.add_argument("--administrator", action="append", metavar="LOGIN=NAME", help="three times (environment: ADMINISTRATORS, by ;)")
    parser.add_argument("--prefecture", metavar="CODE", help=f"twelve digits (environment: PREFECTURE_CODE; default: {GANZI})")
    parser.add_argument("--file", type=Path, help="the environment file (default: production.env in the data folder)")
    options = parser.parse_args(words)
    try:
        return begin(options)
    except (Wrong, OSError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
