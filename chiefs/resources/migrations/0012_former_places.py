"""Where records stood before a change of divisions moved them: dated rows that pages of a past day look at."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('resources', '0011_initials'),
        ('territory', '0006_initials'),
    ]

    operations = [
        migrations.CreateModel(
            name='CellPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='first day no longer in force')),
                ('cell', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_places', to='resources.gridcell')),
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.jurisdiction', verbose_name='jurisdiction')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='cellplace_lasts_a_day'), models.CheckConstraint(condition=models.Q(('until__isnull', False)), name='cellplace_is_past')],
            },
        ),
        migrations.CreateModel(
            name='CountyPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='first day no longer in force')),
                ('became', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.jurisdiction')),
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.jurisdiction', verbose_name='jurisdiction')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_counties', to='resources.resource')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='countyplace_lasts_a_day'), models.CheckConstraint(condition=models.Q(('until__isnull', False)), name='countyplace_is_past')],
            },
        ),
        migrations.CreateModel(
            name='PlotPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='first day no longer in force')),
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.jurisdiction', verbose_name='jurisdiction')),
                ('plot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_places', to='resources.redlineplot')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='plotplace_lasts_a_day'), models.CheckConstraint(condition=models.Q(('until__isnull', False)), name='plotplace_is_past')],
            },
        ),
        migrations.CreateModel(
            name='SegmentPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='first day no longer in force')),
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.jurisdiction', verbose_name='jurisdiction')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_places', to='resources.segment')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='segmentplace_lasts_a_day'), models.CheckConstraint(condition=models.Q(('until__isnull', False)), name='segmentplace_is_past')],
            },
        ),
    ]
