"""Signing in with a login name and a password; no permission comes from here but the administrator's."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend


class AccountBackend(ModelBackend):
    """Password check by Django; model permissions serve the admin's rule tables only."""

    def get_user(self, user_id: Any) -> Any:
        account = super().get_user(user_id)
        return account if account is not None and account.is_active else None
