"""No two successions have the same UUID."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("territory", "0004_fill_succession_ref")]

    operations = [
        migrations.AlterField(
            model_name="succession",
            name="ref",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
