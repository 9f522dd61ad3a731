"""A draft that was begun by mistake gives way to another."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0001_plans'),
        ('posts', '0007_initials'),
        ('resources', '0011_initials'),
        ('territory', '0006_initials'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='riverplan',
            name='plan_edition_once_whole',
        ),
        migrations.RemoveConstraint(
            model_name='riverplan',
            name='plan_edition_once_part',
        ),
        migrations.AlterField(
            model_name='riverplan',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('reviewed', 'reviewed by the chief'), ('approved', 'approved'), ('replaced', 'replaced'), ('dropped', 'not pursued')], default='draft', editable=False, max_length=10, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='riverplan',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('state', 'dropped'), _negated=True), ('segment', None)), fields=('resource', 'jurisdiction', 'edition'), name='plan_edition_once_whole'),
        ),
        migrations.AddConstraint(
            model_name='riverplan',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('state', 'dropped'), _negated=True), ('segment__isnull', False)), fields=('segment', 'jurisdiction', 'edition'), name='plan_edition_once_part'),
        ),
    ]
