"""Where records stood before a change of divisions moved them: dated rows that pages of a past day look at."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('posts', '0007_initials'),
        ('territory', '0006_initials'),
    ]

    operations = [
        migrations.CreateModel(
            name='UnitPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='first day no longer in force')),
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.jurisdiction', verbose_name='jurisdiction')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_places', to='posts.unit')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='unitplace_lasts_a_day'), models.CheckConstraint(condition=models.Q(('until__isnull', False)), name='unitplace_is_past')],
            },
        ),
    ]
