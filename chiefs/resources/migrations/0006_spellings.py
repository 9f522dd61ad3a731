"""Under which spellings a resource is found."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('resources', '0005_resource_ref_unique'),
    ]

    operations = [
        migrations.CreateModel(
            name='Spelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('folded', models.CharField(db_index=True, help_text='kit.textfold.fold', max_length=160)),
                ('initials', models.CharField(blank=True, db_index=True, help_text='first letters of the pinyin', max_length=80)),
            ],
        ),
        migrations.AddIndex(
            model_name='resource',
            index=models.Index(fields=['kind', 'name'], name='resource_by_kind'),
        ),
        migrations.AddField(
            model_name='spelling',
            name='resource',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spellings', to='resources.resource'),
        ),
        migrations.AddConstraint(
            model_name='spelling',
            constraint=models.UniqueConstraint(fields=('resource', 'folded'), name='spelling_once'),
        ),
    ]
