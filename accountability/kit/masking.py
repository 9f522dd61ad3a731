"""What may be shown of a person to those who need not know who it is."""

from __future__ import annotations


def name(text: str) -> str:
    """王小明 → 王**; an empty name stays empty."""
    return text[:1] + "*" * min(len(text) - 1, 2) if text else ""


def phone(text: str) -> str:
    """13812345678 → 138****5678. A shorter number keeps its last two signs, one under 7 signs nothing."""
    if len(text) >= 11:
        return f"{text[:3]}****{text[-4:]}"
    return "*" * (len(text) - 2) + text[-2:] if len(text) >= 7 else "*" * len(text)
