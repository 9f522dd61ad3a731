"""Each resource gets a UUID of its own."""

import uuid

from django.db import migrations


def fill(apps, schema_editor):
    Resource = apps.get_model("resources", "Resource")
    rows = list(Resource.objects.only("pk"))
    for row in rows:
        row.ref = uuid.uuid4()
    Resource.objects.bulk_update(rows, ["ref"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("resources", "0003_resource_ref")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
