"""The administrator's site: the tables of rules and names that a prefecture keeps for itself, nothing of what people do or report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class RuleTables(AdminSite):
    """Open to a member of staff while acting for an administrator's post; signing in is the same as everywhere."""

    site_header = site_title = _("Rule tables")
    index_title = _("Tables that the prefecture keeps")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only tables of our rooms: those of installed packages (groups, tasks, flows) are nobody's to edit by hand."""
        given: Any = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        models: Iterable[type[Model]] = given
        ours = [m for m in models if apps.get_app_config(m._meta.app_label).name in settings.ROOMS]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        acting = getattr(request, "acting", None)
        return acting is not None and acting.may("administrator") and bool(request.user.is_staff)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect_to_login(request.GET.get("next") or request.get_full_path())
