"""What a database holds: columns, constraints, indexes and triggers, told so that two databases can be compared."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

Ask = Callable[[str], Iterable[Any]]
NOT_OURS = re.compile(r"\b(sample|viewflow|guardian|axes|django|auth)_")  # of the tests' own room and of libraries, which keep their own
BY_ITSELF = re.compile(r"_[0-9a-f]{8}_uniq\b")  # what Django calls a column made unique later; PostgreSQL calls one unique at once _key
POSTGRES = {
    "columns": "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, is_identity "
    "FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'n' "
    "AND connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}
SQLITE = {
    "columns": 'SELECT m.name, c.name, c.type, c."notnull", c.pk FROM sqlite_master m, pragma_table_info(m.name) c '
    "WHERE m.type = 'table'",
    "references": 'SELECT m.name, f."from", f."table", f."to" FROM sqlite_master m, pragma_foreign_key_list(m.name) f '
    "WHERE m.type = 'table'",
    "indexes and triggers": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL",
}


def told(ask: Ask, statements: dict[str, str]) -> dict[str, set[str]]:
    rows = {part: {" ".join(" | ".join(str(cell) for cell in row).split()) for row in ask(sql)} for part, sql in statements.items()}
    if statements is SQLITE:
        named = re.compile(r'CONSTRAINT "(\w+)"')
        tables = ask("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL")
        rows["constraints"] = {f"{table} | {name}" for table, sql in tables for name in named.findall(sql)}
    return {part: {BY_ITSELF.sub("_key", row) for row in found if not NOT_OURS.match(row)} for part, found in rows.items()}


def of_connection(connection: Any) -> dict[str, set[str]]:
    """Of a database that Django is connected to."""

    def ask(sql: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    return told(ask, SQLITE if connection.vendor == "sqlite" else POSTGRES)


def of_file(path: str) -> dict[str, set[str]]:
    """Of a file of SQLite."""
    opened = sqlite3.connect(path)
    try:
        return told(lambda sql: opened.execute(sql).fetchall(), SQLITE)
    finally:
        opened.close()


def of_address(url: str) -> dict[str, set[str]]:
    """Of a database of PostgreSQL."""
    with psycopg.connect(url) as opened:
        return told(lambda sql: opened.execute(sql).fetchall(), POSTGRES)
