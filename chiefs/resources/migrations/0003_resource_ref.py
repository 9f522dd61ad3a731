"""Addresses carry a UUID: the column first, empty."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("resources", "0002_schemes_as_data_and_grid_cells")]

    operations = [
        migrations.AddField("resource", "ref", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
    ]
