"""Who may edit the rule tables, and nothing else: a group with the permissions of what the admin site shows, never to delete."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext

from chiefs.posts.defaults import BEGINNING
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, PostKind, Unit

NAME = "administrators"


def group() -> Group:
    """The group, its permissions brought up to date with the tables that the rooms have registered."""
    found, _ = Group.objects.get_or_create(name=NAME)
    tables = ContentType.objects.get_for_models(*admin.site._registry).values()
    found.permissions.set(Permission.objects.filter(content_type__in=tables).exclude(codename__startswith="delete_"))
    return found


def post() -> Post:
    """The administrators' desk at the house's own unit."""
    kind, _ = PostKind.objects.get_or_create(
        code="administrator", defaults={"name": gettext("Administrator"), "functions": [Function.ADMINISTRATOR.value], "single": False}
    )
    unit = Unit.objects.get(code="system")
    found, _ = Post.objects.get_or_create(
        code="administrator", defaults={"kind": kind, "unit": unit, "title": gettext("Administrator"), "since": BEGINNING}
    )
    return found
