"""A board is compared with the names of its day too; whoever finds that they may stay says so for a day."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('signboards', '0002_sheet_that_returns'),
    ]

    operations = [
        migrations.AddField(
            model_name='signboard',
            name='named_on',
            field=models.DateField(editable=False, help_text='later than the day of its names: on it somebody found that the names of that day may stay', null=True),
        ),
        migrations.AlterField(
            model_name='boardupdate',
            name='changed_on',
            field=models.DateField(help_text='the day of the change', verbose_name='wrong since'),
        ),
    ]
