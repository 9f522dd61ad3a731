"""Names are found by the first letters of their pinyin; the rows that stand get theirs."""

import accountability.kit.names
from accountability.kit.names import fill
from django.db import migrations


def derive(apps, schema_editor):
    for name in ("Jurisdiction",):
        fill(apps.get_model("territory", name))


class Migration(migrations.Migration):

    dependencies = [
        ('territory', '0005_succession_ref_unique'),
    ]

    operations = [
        migrations.AddField(
            model_name='jurisdiction',
            name='initials',
            field=accountability.kit.names.InitialsField(blank=True, db_index=True, default='', editable=False, max_length=80, of='name'),
        ),
        migrations.RunPython(derive, migrations.RunPython.noop),
    ]
