"""Signing in with a login name and a password; no permission comes from here but the administrator's."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accountability.kit import days

from . import reports


class AccountBackend(ModelBackend):
    """Password check by Django; model permissions serve the admin's rule tables only."""

    def get_user(self, user_id: Any) -> Any:
        """The account with whether its person stands in for somebody today: asked here, a page need not ask again."""
        account = reports.accounts_standing_in(days.today()).filter(pk=user_id).first()
        return account if account is not None and account.is_active else None
