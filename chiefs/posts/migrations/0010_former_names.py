"""What units and posts were called before they were renamed: dated rows. Two proxies stand for names that are asked about."""

import accountability.kit.names
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('posts', '0009_fill_former_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='NamedPost',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('posts.post',),
        ),
        migrations.CreateModel(
            name='NamedUnit',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('posts.unit',),
        ),
        migrations.CreateModel(
            name='PostTitle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='first day no longer in force')),
                ('basis', models.CharField(max_length=200, verbose_name='document by which it was renamed')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_bo', models.CharField(blank=True, max_length=160, verbose_name='Tibetan title')),
                ('initials', accountability.kit.names.InitialsField(blank=True, db_index=True, default='', editable=False, max_length=80, of='title')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_titles', to='posts.post')),
            ],
            options={
                'verbose_name': 'former title of a post',
                'verbose_name_plural': 'former titles of posts',
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='posttitle_lasts_a_day'), models.CheckConstraint(condition=models.Q(('until__isnull', False)), name='posttitle_is_past')],
            },
        ),
        migrations.CreateModel(
            name='UnitName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='first day no longer in force')),
                ('basis', models.CharField(max_length=200, verbose_name='document by which it was renamed')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_bo', models.CharField(blank=True, max_length=160, verbose_name='Tibetan name')),
                ('initials', accountability.kit.names.InitialsField(blank=True, db_index=True, default='', editable=False, max_length=80, of='name')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_names', to='posts.unit')),
            ],
            options={
                'verbose_name': 'former name of a unit',
                'verbose_name_plural': 'former names of units',
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='unitname_lasts_a_day'), models.CheckConstraint(condition=models.Q(('until__isnull', False)), name='unitname_is_past')],
            },
        ),
    ]
