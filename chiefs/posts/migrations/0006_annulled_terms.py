"""A term entered for the wrong person is annulled: its period is emptied, which a check allows for such terms alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('posts', '0005_work_of_rangers'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='tenure',
            name='tenure_lasts_a_day',
        ),
        migrations.AddField(
            model_name='tenure',
            name='annulled_for',
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name='why it was annulled'),
        ),
        migrations.AddField(
            model_name='tenure',
            name='annulled_on',
            field=models.DateField(editable=False, null=True, verbose_name='annulled on'),
        ),
        migrations.AddConstraint(
            model_name='tenure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('annulled_on', None), ('until', None)), models.Q(('annulled_on', None), ('until__gt', models.F('since'))), models.Q(('annulled_on__isnull', False), ('until', models.F('since')), ('until__isnull', False), models.Q(('annulled_for', ''), _negated=True)), _connector='OR'), name='tenure_lasts_a_day_or_is_annulled'),
        ),
    ]
