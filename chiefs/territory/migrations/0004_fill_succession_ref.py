"""Each succession gets a UUID of its own."""

import uuid

from django.db import migrations


def fill(apps, schema_editor):
    Succession = apps.get_model("territory", "Succession")
    rows = list(Succession.objects.only("pk"))
    for row in rows:
        row.ref = uuid.uuid4()
    Succession.objects.bulk_update(rows, ["ref"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("territory", "0003_succession_ref")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
