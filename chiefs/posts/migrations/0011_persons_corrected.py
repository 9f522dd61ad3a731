"""A record of a person that is corrected has a revision: two who correct it at once do not overwrite each other."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('posts', '0010_former_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='revision',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
