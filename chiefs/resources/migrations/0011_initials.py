"""Names are found by the first letters of their pinyin; the rows that stand get theirs."""

import accountability.kit.names
from accountability.kit.names import fill
from django.db import migrations, models


def derive(apps, schema_editor):
    for name in ("Segment", "GridCell"):
        fill(apps.get_model("resources", name))


class Migration(migrations.Migration):

    dependencies = [
        ('resources', '0010_red_lines_change_and_end'),
        ('territory', '0006_initials'),
    ]

    operations = [
        migrations.AddField(
            model_name='gridcell',
            name='initials',
            field=accountability.kit.names.InitialsField(blank=True, db_index=True, default='', editable=False, max_length=80, of='name'),
        ),
        migrations.AddField(
            model_name='segment',
            name='initials',
            field=accountability.kit.names.InitialsField(blank=True, db_index=True, default='', editable=False, max_length=80, of='name'),
        ),
        migrations.AddIndex(
            model_name='segment',
            index=models.Index(fields=['path', 'code', 'name', 'resource', 'since', 'until'], name='segment_by_place_and_name'),
        ),
        migrations.RunPython(derive, migrations.RunPython.noop),
    ]
