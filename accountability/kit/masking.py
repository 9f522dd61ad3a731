"""What may be shown of a person to those who need not know who it is."""

from __future__ import annotations


def name(text: str) -> str:
    """王小明 → 王**; an empty name stays empty."""
    return text[:1] + "*" * min(len(text) - 1, 2) if text else ""


def phone(text: str) -> str:
    """13812345678 → 138****5678; anything shorter than 7 signs is hidden whole."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 7 else "*" * len(text)
