"""Puts our administrator's site in the place of Django's. A module of its own: it is loaded before any model."""

from django.contrib.admin.apps import AdminConfig


class RuleTablesConfig(AdminConfig):
    default_site = "accountability.kit.rule_tables.RuleTables"
