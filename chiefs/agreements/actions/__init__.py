"""Every write about agreements: drafting and signing, progress and settlement, village agreements."""

from __future__ import annotations

from .drafting import amend, draft, drop_item, offer, put_item, reword, withdraw
from .settling import Achieved, closing, end, report_progress, settle, settle_year
from .signing import send_back, sign, sign_on, tell_successors
from .terms import end_with_terms, follow_term
from .villages import close, drop, follow_person, prepare, renew, sign_village, warn_expiring

__all__ = [
    "Achieved",
    "amend",
    "close",
    "closing",
    "draft",
    "drop",
    "drop_item",
    "end",
    "end_with_terms",
    "follow_person",
    "follow_term",
    "offer",
    "prepare",
    "put_item",
    "renew",
    "report_progress",
    "reword",
    "send_back",
    "settle",
    "settle_year",
    "sign",
    "sign_on",
    "sign_village",
    "tell_successors",
    "warn_expiring",
    "withdraw",
]
