"""Every address x every role x own, sibling's and superior's place x GET and POST: the whole authorization matrix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from .cast import RELATIONS, ROLES, assemble
from .expectations import PAGES
from .things import MAKERS, SENDERS

ADMIN = "admin"  # django's own site: its addresses follow from what is registered; tests/accountability/setup holds who may enter


def addresses(resolver: Any = None, namespace: str = "") -> Iterator[str]:
    """The name of every address of the site."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (namespace, pattern.namespace)))
            if inner != ADMIN:
                yield from addresses(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}:{pattern.name}" if namespace else str(pattern.name or pattern.pattern)


NAMES = sorted(set(addresses()))


def test_every_address_stands_in_the_table_and_the_table_names_no_other():
    missing, gone = sorted(set(NAMES) - PAGES.keys()), sorted(PAGES.keys() - set(NAMES))
    assert not missing, f"Decide who may come in, and write it into tests/matrix/expectations.py: {', '.join(missing)}"
    assert not gone, f"These addresses are no more; take them out of tests/matrix/expectations.py: {', '.join(gone)}"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_table_is_sound(name):
    page = PAGES[name]
    assert not page.unknown()
    assert page.about in MAKERS, f"tests/matrix/things.py makes no {page.about!r}"
    assert not page.send or page.send in SENDERS, f"tests/matrix/things.py sends no {page.send!r}"


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_who_gets_what(name):
    """All cells of one address; every POST is rolled back."""
    if name not in PAGES:
        pytest.fail(f"{name} is not in tests/matrix/expectations.py")
    page, cast, wrong, cells = PAGES[name], assemble(), [], 0
    for role in (cast.roles[name] for name in ROLES):
        for place, relation in enumerate(RELATIONS):
            keys = MAKERS[page.about](cast, role, relation)
            if keys is None:
                continue
            address = reverse(name, kwargs=keys)
            for method in ("GET", "POST"):
                data = SENDERS[page.send](cast, role, keys) if page.send and method == "POST" else {}
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
    assert not wrong, f"{len(wrong)} of {cells} cells of {name}:\n" + "\n".join(wrong)
