"""Names are found by the first letters of their pinyin; the rows that stand get theirs."""

import accountability.kit.names
import django.db.models.deletion
from accountability.kit.names import fill
from django.db import migrations, models


def derive(apps, schema_editor):
    for name in ("Person", "Unit", "Post"):
        fill(apps.get_model("posts", name))


class Migration(migrations.Migration):

    dependencies = [
        ('posts', '0006_annulled_terms'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='initials',
            field=accountability.kit.names.InitialsField(blank=True, db_index=True, default='', editable=False, max_length=80, of='name'),
        ),
        migrations.AddField(
            model_name='post',
            name='initials',
            field=accountability.kit.names.InitialsField(blank=True, db_index=True, default='', editable=False, max_length=80, of='title'),
        ),
        migrations.AddField(
            model_name='unit',
            name='initials',
            field=accountability.kit.names.InitialsField(blank=True, db_index=True, default='', editable=False, max_length=80, of='name'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['name'], name='person_by_name'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['unit', 'title'], name='post_by_unit_and_title'),
        ),
        migrations.AlterField(
            model_name='post',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='posts.unit', verbose_name='unit'),
        ),
        migrations.RunPython(derive, migrations.RunPython.noop),
    ]
