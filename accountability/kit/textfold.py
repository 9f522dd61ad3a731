"""One form of a text for comparing and searching, in Chinese and Tibetan."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """NFC, no white space, lower case; Tibetan non-breaking tsheg becomes tsheg and a trailing shad is dropped."""
    folded = unicodedata.normalize("NFC", text).replace("༌", "་")
    return "".join(folded.split()).lower().rstrip("།་")


def is_tibetan(text: str) -> bool:
    """Whether there is a letter of the Tibetan script in it: such words are looked for among Tibetan names."""
    return any(0x0F40 <= ord(sign) <= 0x0FBC for sign in text)
