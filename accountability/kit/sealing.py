"""Encryption of what may not lie in clear in a database or a backup.

A sealed value is ``suite byte | 12-byte nonce | AES-256-GCM ciphertext``. The place it belongs to is authenticated with
it (``place``), so a ciphertext moved to another row or field does not open. The key lies in a file outside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

STD = b"\x01"  # AES-256-GCM; another suite takes another number and both stay readable


class SealBroken(Exception):
    """The value was altered, moved, or sealed under another key."""


@lru_cache(maxsize=4)
def _master(path: str, _changed: float) -> bytes:
    key = bytes.fromhex(Path(path).read_text().strip())
    if len(key) != 32:
        raise ValueError("The seal key must be 32 bytes, written as 64 hexadecimal digits.")
    return key


def _key(purpose: str) -> bytes:
    path = Path(settings.SEAL_KEY_FILE)
    master = _master(str(path), path.stat().st_mtime)
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(master)


def seal(text: str, place: str) -> bytes:
    """Encrypt a text for one place, e.g. ``complaints.Informant.phone:<uuid>``. An empty text stays an empty value."""
    if not text:
        return b""
    nonce = os.urandom(12)
    return STD + nonce + AESGCM(_key("seal")).encrypt(nonce, text.encode(), place.encode())


def unseal(value: bytes, place: str) -> str:
    """Decrypt what ``seal`` made for the same place. Raises SealBroken for anything else."""
    value = bytes(value)
    if not value:
        return ""
    if value[:1] != STD:
        raise SealBroken("Unknown suite.")
    if len(value) < 1 + 12 + 16:  # suite, nonce and the seal itself
        raise SealBroken("The value was cut.")
    try:
        return AESGCM(_key("seal")).decrypt(value[1:13], value[13:], place.encode()).decode()
    except InvalidTag as broken:
        raise SealBroken("The value does not open here.") from broken


def fingerprint(text: str, purpose: str) -> str:
    """A keyed hash (64 hexadecimal digits): equal texts are found again, and nothing can be read back."""
    return hmac.new(_key(f"fingerprint {purpose}"), text.encode(), hashlib.sha256).hexdigest()


def commitment(text: str) -> str:
    """What the ledger keeps of free text: provable later, unreadable without the key."""
    return fingerprint(text, "ledger")
