"""Units that a change of divisions has moved already: where they stood before is told by the events of their moves."""

from django.db import migrations

from chiefs.territory.former import fill


def derive(apps, schema_editor):
    fill(apps.get_model("posts", "UnitPlace"), apps.get_model("posts", "Unit"), apps.get_model("ledger", "Event"), "posts.move_unit")


class Migration(migrations.Migration):
    dependencies = [("posts", "0008_former_places"), ("ledger", "0001_initial")]
    operations = [migrations.RunPython(derive, migrations.RunPython.noop)]
