"""Geometry from files, management boundaries, waters that flow elsewhere, chainage with two ends."""

import accountability.kit.days
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('resources', '0006_spellings'),
        ('territory', '0002_reorganisation'),
    ]

    operations = [
        migrations.CreateModel(
            name='Drawing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('client_ref', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('proposed', 'to be looked at'), ('taken', 'taken over'), ('dropped', 'not taken')], default='proposed', editable=False, max_length=10, verbose_name='state')),
                ('owner', models.CharField(db_index=True, max_length=120)),
                ('unit_id', models.BigIntegerField(verbose_name='unit that handed it in')),
                ('form', models.CharField(choices=[('geojson', 'GeoJSON'), ('kml', 'KML'), ('gpx', 'GPX')], max_length=8, verbose_name='format')),
                ('declared', models.CharField(choices=[('wgs84', 'WGS-84 or CGCS2000: GPS devices, surveying'), ('gcj02', 'GCJ-02: maps and phones in China'), ('unknown', 'not known')], max_length=8, verbose_name='coordinates as declared')),
                ('proposed', models.CharField(blank=True, choices=[('wgs84', 'WGS-84 or CGCS2000: GPS devices, surveying'), ('gcj02', 'GCJ-02: maps and phones in China'), ('unknown', 'not known')], max_length=8, verbose_name='coordinates as the comparison says')),
                ('source_crs', models.CharField(blank=True, choices=[('wgs84', 'WGS-84 or CGCS2000: GPS devices, surveying'), ('gcj02', 'GCJ-02: maps and phones in China'), ('unknown', 'not known')], max_length=8, verbose_name='coordinates of the file')),
                ('geometry', models.JSONField(help_text='as in the file')),
                ('points', models.PositiveIntegerField(verbose_name='points')),
                ('length_m', models.PositiveIntegerField(verbose_name='length (m)')),
                ('area_m2', models.BigIntegerField(verbose_name='area (m²)')),
                ('west', models.FloatField()),
                ('south', models.FloatField()),
                ('east', models.FloatField()),
                ('north', models.FloatField()),
                ('handed_in_at', models.DateTimeField(default=accountability.kit.days.now)),
            ],
            options={
                'verbose_name': 'drawing',
                'verbose_name_plural': 'drawings',
            },
        ),
        migrations.CreateModel(
            name='ManagementBoundary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='first day no longer in force')),
                ('ref', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('act', models.CharField(max_length=200, verbose_name='approving act')),
                ('approved_on', models.DateField(verbose_name='approved on')),
                ('level', models.CharField(choices=[('prefecture', 'prefecture'), ('county', 'county'), ('township', 'township'), ('village', 'village')], max_length=12, verbose_name='managing level')),
                ('geometry', models.JSONField(blank=True, editable=False, help_text='GeoJSON geometry, WGS-84; from a drawing', null=True)),
                ('demonstration', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'management boundary',
                'verbose_name_plural': 'management boundaries',
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='resource',
            name='drawn_m',
            field=models.PositiveIntegerField(editable=False, help_text='the end of its chainage', null=True, verbose_name='length as drawn (m)'),
        ),
        migrations.AddField(
            model_name='resource',
            name='geometry',
            field=models.JSONField(blank=True, editable=False, help_text='GeoJSON geometry, WGS-84; from a drawing', null=True),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.CheckConstraint(condition=models.Q(('flows_into', None), models.Q(('flows_into', models.F('pk')), _negated=True), _connector='OR'), name='resource_flows_elsewhere'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_m', None), ('to_m', None)), models.Q(('from_m__isnull', False), ('to_m__isnull', False)), _connector='OR'), name='segment_chainage_whole'),
        ),
        migrations.AddConstraint(
            model_name='drawing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'taken'), _negated=True), ('source_crs__in', ['wgs84', 'gcj02']), _connector='OR'), name='drawing_taken_in_a_known_crs'),
        ),
        migrations.AddConstraint(
            model_name='drawing',
            constraint=models.CheckConstraint(condition=models.Q(('south__lte', models.F('north')), ('west__lte', models.F('east'))), name='drawing_has_a_box'),
        ),
        migrations.AddField(
            model_name='managementboundary',
            name='jurisdiction',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.jurisdiction', verbose_name='jurisdiction'),
        ),
        migrations.AddField(
            model_name='managementboundary',
            name='resource',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='boundaries', to='resources.resource', verbose_name='resource'),
        ),
        migrations.AddConstraint(
            model_name='managementboundary',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='managementboundary_lasts_a_day'),
        ),
        migrations.AddConstraint(
            model_name='managementboundary',
            constraint=models.CheckConstraint(condition=models.Q(('act', ''), _negated=True), name='boundary_has_an_act'),
        ),
    ]
