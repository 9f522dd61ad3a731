"""Rangers and supervisors of databases that were there before get what their kinds of post are for."""

from django.db import migrations

ROLES = ("ranger", "supervisor")


def give(apps, schema_editor):
    PostKind = apps.get_model("posts", "PostKind")
    for kind in PostKind.objects.filter(role__in=ROLES):
        if not kind.functions:
            kind.functions = [kind.role]
            kind.save(update_fields=["functions"])


class Migration(migrations.Migration):
    dependencies = [("posts", "0004_accounts_of_thousands")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
