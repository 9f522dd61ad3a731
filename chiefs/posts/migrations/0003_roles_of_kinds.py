"""Kinds of post that were there before roles had a column get theirs by what they are for."""

from django.db import migrations

GENERALS = {
    "first-general-chief": "first_general_chief",
    "deputy-general-chief": "deputy_general_chief",
    "general-chief": "general_chief",
}


def role_of(kind):
    for beginning, role in GENERALS.items():
        if kind.code.startswith(beginning):
            return role
    if "chief" in kind.functions and kind.scheme_id:
        return "segment_chief" if kind.level == "village" else "resource_chief"
    if not kind.single and "system" not in kind.functions:
        return "desk"
    return "none"


def fill(apps, schema_editor):
    PostKind = apps.get_model("posts", "PostKind")
    for kind in PostKind.objects.filter(role="none"):
        kind.role = role_of(kind)
        kind.save(update_fields=["role"])


class Migration(migrations.Migration):
    dependencies = [("posts", "0002_terms")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
