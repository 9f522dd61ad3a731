"""Division codes, path ranges, and numbers with a check digit."""

from __future__ import annotations

import secrets

LEVEL_DIGITS = {"prefecture": 4, "county": 6, "township": 9, "village": 12}
TRACKING_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # 30 signs, none that two eyes read as another
TRACKING_LENGTH = 6


def significant(code: str, level: str) -> str:
    """The part of a 12-digit statistical code that names the unit itself: '513301201000', township → '513301201'.

    Raises ValueError when the code is not 12 digits.
    """
    if len(code) != 12 or not code.isascii() or not code.isdigit():
        raise ValueError(f"A division code has 12 digits: {code!r}")
    return code[: LEVEL_DIGITS[level]]


def after(prefix: str) -> str:
    """The first digit string that no longer begins with ``prefix``: ``path >= p and path < after(p)`` is one index range.

    '5133' → '5134', '513309' → '513310'; a prefix of nines ends at ':' (the sign behind '9').
    """
    stripped = prefix.rstrip("9")
    return f"{stripped[:-1]}{int(stripped[-1]) + 1}" if stripped else ":"


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10: catches every single wrong digit and nearly every swap of neighbours."""
    remainder = 10
    for digit in digits:
        remainder = (remainder + int(digit)) % 10 or 10
        remainder = remainder * 2 % 11
    return str((11 - remainder) % 10)


def number(kind: str, year: int, serial: int) -> str:
    """A public number such as C2026-000123-7."""
    return f"{kind}{year}-{serial:06d}-{check_digit(f'{year}{serial:06d}')}"


def is_number(text: str) -> bool:
    """Whether a text has the form of a public number and its check digit holds."""
    kind, _, rest = text[:1], None, text[1:]
    parts = rest.split("-")
    if not kind.isalpha() or len(parts) != 3 or not all(p.isascii() and p.isdigit() for p in parts):
        return False
    return len(parts[0]) == 4 and len(parts[1]) >= 6 and check_digit(parts[0] + parts[1]) == parts[2]


def tracking_code() -> str:
    """A random query code: 30^6 = 729 million possibilities."""
    return "".join(secrets.choice(TRACKING_ALPHABET) for _ in range(TRACKING_LENGTH))
