"""Every address x every role x own, sibling's and superior's place x GET and POST: the whole authorization matrix."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.worlds import rolled_back

from . import expectations
from .cast import RELATIONS, ROLES, Cast, assemble
from .things import MAKERS, SENDERS
from .things_audits import audit_  # noqa: F401  registers the makers of audits

#: Rooms with many pages keep their part of the table beside it, with the makers of their things: tests/matrix/pages_<room>.py.
PARTS = [
    import_module(f"{__package__}.{found.name}") for found in iter_modules([str(Path(__file__).parent)]) if found.name.startswith("pages_")
]
PAGES: dict[str, expectations.Page] = {}
for table in (expectations.PAGES, *(part.PAGES for part in PARTS)):
    assert not PAGES.keys() & table.keys(), "an address stands in the table twice"
    PAGES |= table
ADMIN = "admin"  # django's own site: its addresses follow from what is registered; tests/accountability/setup holds who may enter


def patterns(resolver: Any = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site with its name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (namespace, pattern.namespace)))
            if inner != ADMIN:
                yield from patterns(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}:{pattern.name}" if namespace else str(pattern.name or pattern.pattern), pattern


PATTERNS = dict(patterns())
NAMES = sorted(PATTERNS)
EXAMPLES = {"IntConverter": 1, "UUIDConverter": uuid.UUID(int=1)}  # everything else takes a word


def test_every_address_stands_in_the_table_and_the_table_names_no_other():
    told = {key.split(" ")[0] for key in PAGES}
    missing, gone = sorted(set(NAMES) - told), sorted(told - set(NAMES))
    assert not missing, f"Decide who may come in, and write it into tests/matrix/expectations.py: {', '.join(missing)}"
    assert not gone, f"These addresses are no more; take them out of tests/matrix/expectations.py: {', '.join(gone)}"


@pytest.mark.parametrize("name", [name for name in NAMES if ":" in name and not name.startswith("api-")])
def test_no_address_hides_behind_that_of_another_room(name):
    pattern = PATTERNS[name]
    keys = {key: EXAMPLES.get(type(kind).__name__, "x") for key, kind in pattern.pattern.converters.items()}
    address = reverse(name, kwargs=keys | {key: value for key, value in pattern.default_args.items() if key not in keys})
    assert resolve(address).view_name == name, f"{address} leads to {resolve(address).view_name}: change their order in urls.py"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_table_is_sound(name):
    page = PAGES[name]
    assert not page.unknown()
    assert page.about in MAKERS, f"tests/matrix/things.py makes no {page.about!r}"
    assert not page.send or page.send in SENDERS, f"tests/matrix/things.py sends no {page.send!r}"


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """One cast for all lines: to make it takes longer than to ask for a line. It is never committed."""
    with django_db_blocker.unblock(), rolled_back():
        yield assemble()


@pytest.fixture
def db(everybody: Cast) -> Iterator[None]:
    with rolled_back():
        yield


@pytest.fixture
def cast(everybody: Cast, db: None) -> Cast:
    """Everybody, and nothing that another line made."""
    return replace(everybody, made={})


@pytest.mark.once  # rights are asked in the same queries on both databases, and each room tests its own on both
@pytest.mark.parametrize("key", sorted(PAGES))
def test_who_gets_what(key, cast):
    """All cells of one line; every POST is rolled back."""
    page, wrong, cells = PAGES[key], [], 0
    name, _, variant = key.partition(" ")
    for role in (cast.roles[name] for name in ROLES):
        for place, relation in enumerate(RELATIONS):
            keys = MAKERS[page.about](cast, role, relation)
            if keys is None:
                continue
            address = reverse(name, kwargs=keys | ({"name": variant} if variant else {}))
            for method in ("GET", "POST"):
                sent = SENDERS[page.send](cast, role, keys | {"name": variant}) if page.send and method == "POST" else {}
                data = sent | {"csrfmiddlewaretoken": "as every form sends"} if method == "POST" else {}
                before = transaction.savepoint()
                kept = dict(role.client.cookies)
                answer = getattr(role.client, method.lower())(address, data)
                transaction.savepoint_rollback(before)
                role.client.cookies.clear()
                role.client.cookies.update(kept)
                cells += 1
                expected = page.expected(method, role.name, place)
                if answer.status_code != expected:
                    wrong.append(f"{method} {address} as {role.name}, {relation}: {answer.status_code} instead of {expected}")
    assert not wrong, f"{len(wrong)} of {cells} cells of {key}:\n" + "\n".join(wrong)
