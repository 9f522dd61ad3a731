"""A record that was joined to another one says which goes on; both stand in the table, and only the one is found."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('posts', '0011_persons_corrected'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='person',
            options={'default_manager_name': 'everybody', 'verbose_name': 'person', 'verbose_name_plural': 'persons'},
        ),
        migrations.AlterModelManagers(
            name='person',
            managers=[
                ('everybody', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name='person',
            name='merged_into',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='posts.person', verbose_name='goes on as'),
        ),
    ]
