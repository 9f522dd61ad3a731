"""Red-line plots, their markers, and the projects inside."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('resources', '0008_purposes_of_cells'),
        ('territory', '0002_reorganisation'),
    ]

    operations = [
        migrations.CreateModel(
            name='LegacyProject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('client_ref', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('found', 'found'), ('rectifying', 'being rectified'), ('gone', 'gone')], default='found', editable=False, max_length=12, verbose_name='state')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_bo', models.CharField(blank=True, max_length=160, verbose_name='Tibetan name')),
                ('nature', models.CharField(choices=[('illegal', 'against the law'), ('legacy', 'older than the line')], max_length=8, verbose_name='illegal or legacy')),
                ('kind', models.CharField(choices=[('mine', 'mine or quarry'), ('power', 'power station'), ('tourism', 'tourism'), ('road', 'road or line'), ('building', 'building'), ('farming', 'farming or grazing'), ('other', 'other')], max_length=10, verbose_name='kind')),
                ('since_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='there since (year)')),
                ('unit_in_charge', models.CharField(help_text='its name or code', max_length=120, verbose_name='unit in charge')),
                ('due', models.DateField(blank=True, null=True, verbose_name='to be rectified by')),
                ('gone_on', models.DateField(blank=True, null=True, verbose_name='gone since')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='remark')),
                ('demonstration', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'project inside a red line',
                'verbose_name_plural': 'projects inside red lines',
            },
        ),
        migrations.CreateModel(
            name='Marker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='first day no longer in force')),
                ('number', models.SlugField(max_length=20, verbose_name='number')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place in words')),
                ('longitude', models.FloatField(verbose_name='longitude')),
                ('latitude', models.FloatField(verbose_name='latitude')),
                ('checked_on', models.DateField(editable=False, null=True, verbose_name='last check')),
                ('finding', models.CharField(blank=True, choices=[('sound', 'stands and can be read'), ('damaged', 'damaged or cannot be read'), ('moved', 'stands elsewhere'), ('missing', 'missing')], editable=False, max_length=10, verbose_name='finding')),
                ('checker_id', models.BigIntegerField(editable=False, help_text='post that checked last', null=True)),
                ('checker_title', models.CharField(blank=True, editable=False, max_length=200, verbose_name='checked by')),
                ('remark', models.CharField(blank=True, editable=False, max_length=500, verbose_name='remark')),
                ('demonstration', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'boundary marker',
                'verbose_name_plural': 'boundary markers',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RedLinePlot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='first day no longer in force')),
                ('code', models.SlugField(max_length=30, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_bo', models.CharField(blank=True, max_length=160, verbose_name='Tibetan name')),
                ('type', models.CharField(choices=[('important', 'extremely important for ecological functions'), ('sensitive', 'extremely sensitive'), ('protected', 'protected area'), ('other', 'other plot that must be protected')], max_length=12, verbose_name='type')),
                ('purpose', models.CharField(choices=[('water', 'water conservation'), ('biodiversity', 'biodiversity'), ('soil', 'soil and water retention'), ('sand', 'wind-break and sand fixation'), ('erosion', 'control of erosion'), ('desertification', 'control of desertification'), ('several', 'several functions')], max_length=16, verbose_name='function')),
                ('area_m2', models.BigIntegerField(verbose_name='area by the act (m²)')),
                ('act', models.CharField(max_length=200, verbose_name='approving act')),
                ('geometry', models.JSONField(blank=True, editable=False, help_text='GeoJSON geometry, WGS-84; from a drawing', null=True)),
                ('demonstration', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'red-line plot',
                'verbose_name_plural': 'red-line plots',
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='redlineplot',
            name='jurisdiction',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='red_lines', to='territory.jurisdiction', verbose_name='jurisdiction'),
        ),
        migrations.AddField(
            model_name='marker',
            name='plot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='markers', to='resources.redlineplot', verbose_name='red-line plot'),
        ),
        migrations.AddField(
            model_name='legacyproject',
            name='plot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='resources.redlineplot', verbose_name='red-line plot'),
        ),
        migrations.AddConstraint(
            model_name='redlineplot',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='redlineplot_lasts_a_day'),
        ),
        migrations.AddConstraint(
            model_name='redlineplot',
            constraint=models.CheckConstraint(condition=models.Q(('area_m2__gt', 0)), name='red_line_has_an_area'),
        ),
        migrations.AddConstraint(
            model_name='redlineplot',
            constraint=models.CheckConstraint(condition=models.Q(('act', ''), _negated=True), name='red_line_has_an_act'),
        ),
        migrations.AddConstraint(
            model_name='marker',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='marker_lasts_a_day'),
        ),
        migrations.AddConstraint(
            model_name='marker',
            constraint=models.UniqueConstraint(fields=('plot', 'number'), name='marker_once'),
        ),
        migrations.AddConstraint(
            model_name='marker',
            constraint=models.CheckConstraint(condition=models.Q(('latitude__gte', 3), ('latitude__lte', 54), ('longitude__gte', 73), ('longitude__lte', 136)), name='marker_in_china'),
        ),
        migrations.AddConstraint(
            model_name='marker',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_on', None), ('finding', '')), models.Q(('checked_on__isnull', False), models.Q(('finding', ''), _negated=True)), _connector='OR'), name='marker_check_whole'),
        ),
        migrations.AddIndex(
            model_name='legacyproject',
            index=models.Index(fields=['state', 'plot'], name='legacy_by_state'),
        ),
        migrations.AddConstraint(
            model_name='legacyproject',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'gone'), _negated=True), ('gone_on__isnull', False), _connector='OR'), name='legacy_gone_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='legacyproject',
            constraint=models.CheckConstraint(condition=models.Q(('since_year', None), models.Q(('since_year__gte', 1900), ('since_year__lte', 2100)), _connector='OR'), name='legacy_year_plausible'),
        ),
    ]
