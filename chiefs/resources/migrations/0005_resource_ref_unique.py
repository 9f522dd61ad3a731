"""From now on every resource has one, and no two the same."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("resources", "0004_fill_resource_ref")]

    operations = [
        migrations.AlterField("resource", "ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
    ]
