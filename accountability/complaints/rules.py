"""Pure reckoning about complaints: the query code, telephone numbers, and how guesses are counted."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from accountability.kit import sealing
from accountability.kit.codes import TRACKING_ALPHABET, TRACKING_LENGTH

LEAST_TEXT = 5  # signs; a photo may stand for them
LEAST_REASON = 2  # signs: 回访 is a reason
MOST_TEXT = 4000
MOST_PHOTOS = 3
MOST_PHOTOS_IN_ALL = 9
MOST_NOTES = 20
TIMES_UNTIL_ABOVE = 2  # dissatisfied so often, the intake of the level above is told
WRONG_GUESSES = 5
WAIT = timedelta(minutes=15)

# A mobile, a landline with area code, a local number, a short or service number. Loose: a wrong "no" loses a witness.
PHONE = re.compile(r"(?:\+?86)?(?:1[3-9]\d{9}|0\d{9,11}|\d{7,8}|1\d{2,4}|9\d{4,7}|[48]00\d{7})")


def query_code(client_ref: uuid.UUID) -> str:
    """The six signs that open the timeline, reckoned under the server's key: a repeated sending gets the same code.

    2^256 values on 30^6 codes: the unevenness is below 10^-60.
    """
    left = int(sealing.fingerprint(str(client_ref), "complaints.code"), 16)
    signs = []
    for _ in range(TRACKING_LENGTH):
        left, sign = divmod(left, len(TRACKING_ALPHABET))
        signs.append(TRACKING_ALPHABET[sign])
    return "".join(signs)


def code_fingerprint(number: str, code: str) -> str:
    """What is kept of the code. The number goes in with it, so equal codes of two complaints do not look equal."""
    return sealing.fingerprint(f"{tidy_number(number)}:{tidy_code(code)}", "complaints.code.kept")


def tidy_code(typed: str) -> str:
    """A code as people type it: full width, small letters, spaces and hyphens are the same code."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed)).upper()


def tidy_number(typed: str) -> str:
    """A receipt number as people type it."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).upper().replace("—", "-").replace("–", "-")


def tidy_phone(typed: str) -> str:
    """Digits only, with a leading plus if there was one."""
    return re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", typed))


def is_phone(typed: str) -> bool:
    """Whether this may be a Chinese telephone number."""
    return PHONE.fullmatch(tidy_phone(typed)) is not None


def neighbourhood(address: str) -> str:
    """Who counts as one guesser: an IPv4 address, or the /48 of an IPv6 one (a household has more addresses than guesses)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network((parsed, 48), strict=False))


@dataclass(frozen=True)
class Count:
    """Wrong guesses under one key within one window."""

    failures: int
    first_at: datetime
    wait_until: datetime | None


def after_wrong_guess(count: Count | None, now: datetime) -> Count:
    """One more wrong guess. A window that ended counts no longer; the fifth guess in one begins a wait."""
    if count is None or now - count.first_at >= WAIT:
        count = Count(0, now, None)
    failures = count.failures + 1
    return Count(failures, count.first_at, now + WAIT if failures >= WRONG_GUESSES else None)


def must_wait(count: Count | None, now: datetime) -> bool:
    """Whether even a right guess is not answered now."""
    return count is not None and count.wait_until is not None and now < count.wait_until
