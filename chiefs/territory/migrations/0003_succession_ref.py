"""A succession can be addressed: pages confirm one by one."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("territory", "0002_reorganisation")]

    operations = [
        migrations.AddField(
            model_name="succession",
            name="ref",
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
    ]
