"""One grid, for rangers, for environmental supervision, or for both."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('resources', '0007_drawings_and_boundaries'),
    ]

    operations = [
        migrations.AddField(
            model_name='gridcell',
            name='for_rangers',
            field=models.BooleanField(default=True, verbose_name='rangers walk here'),
        ),
        migrations.AddField(
            model_name='gridcell',
            name='for_supervision',
            field=models.BooleanField(default=True, verbose_name='environmental supervision'),
        ),
        migrations.AddConstraint(
            model_name='gridcell',
            constraint=models.CheckConstraint(condition=models.Q(('for_rangers', True), ('for_supervision', True), _connector='OR'), name='cell_serves_somebody'),
        ),
    ]
