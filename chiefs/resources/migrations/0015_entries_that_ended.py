"""An entry of the register ends: it is no more, was a mistake, or was made twice."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('resources', '0014_kinds_of_schemes'),
    ]

    operations = [
        migrations.AddField(
            model_name='resource',
            name='end_basis',
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name='why it ended'),
        ),
        migrations.AddField(
            model_name='resource',
            name='same_as',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='doubles', to='resources.resource', verbose_name='entry that goes on'),
        ),
        migrations.AddField(
            model_name='resource',
            name='until',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='first day no longer in the register'),
        ),
    ]
