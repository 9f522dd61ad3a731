"""Verification codes: how they are made, written and read. No database."""

from __future__ import annotations

import re
import secrets

from accountability.kit.codes import TRACKING_ALPHABET

CODE_LENGTH = 12  # 30^12 = 5 * 10^17: nobody guesses one
GROUP = 4


def new_code() -> str:
    return "".join(secrets.choice(TRACKING_ALPHABET) for _ in range(CODE_LENGTH))


def written(code: str) -> str:
    """As it stands on the paper: 'ABCD-EFGH-JKMN'."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read(text: str) -> str:
    """What somebody typed, as a code: spaces and dashes do not count, nor do small letters. Empty when it cannot be one."""
    code = re.sub(r"[\s\-‐-―]", "", text).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(TRACKING_ALPHABET) else ""
