"""Rows of files about units, posts, chiefs and charges, each right in form."""

from __future__ import annotations

from typing import Any


def unit(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": f"试验{code}", "kind": "政府", "place": "513301201000", "since": "2020-01-01", **more}


def post(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "title": f"试验{code}", "kind": "river-chief-county", "unit": "u", "since": "2020-01-01", **more}


def chief(name: str, post: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "phone": "13900000000", "post": post, "since": "2026-01-01", "basis": "试验文件", **more}


def charge(post: str, segment: str, **more: Any) -> dict[str, Any]:
    return {"post": post, "segment": segment, "since": "2026-01-01", **more}
