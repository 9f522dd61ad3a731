"""How the database is spoken to: what production relies on is switched on in every connection."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def told(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def test_a_connection_waits_for_writers_keeps_references_and_never_compiles_a_statement():
    if connection.vendor == "sqlite":
        assert (told("PRAGMA journal_mode"), told("PRAGMA foreign_keys"), told("PRAGMA recursive_triggers")) == ("wal", 1, 1)
        assert connection.transaction_mode == "IMMEDIATE"
    else:
        assert told("SHOW jit") == "off"
