"""A unit may be given its division code later, by an act of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('territory', '0006_initials'),
    ]

    operations = [
        migrations.AlterField(
            model_name='reorganisation',
            name='kind',
            field=models.CharField(choices=[('renamed', 'renamed'), ('reclassified', 'change of rank (e.g. township to town)'), ('coded', 'code assigned'), ('merged', 'merged'), ('split', 'split'), ('abolished', 'abolished')], max_length=12, verbose_name='kind of change'),
        ),
    ]
