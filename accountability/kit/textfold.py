"""One form of a text for comparing and searching, in Chinese and Tibetan."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """NFC, no white space, lower case; Tibetan non-breaking tsheg becomes tsheg and a trailing shad is dropped."""
    folded = unicodedata.normalize("NFC", text).replace("༌", "་")
    return "".join(folded.split()).lower().rstrip("།་")
