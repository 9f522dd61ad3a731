"""Segments, cells and red lines that a change of divisions has moved already: where they lay before is told by the events of their moves.

Waters that were counted to another county stay as they are: their event names the county, not whether the water was counted to the
other one before.
"""

from django.db import migrations

from chiefs.territory.former import fill

MOVED = [
    ("SegmentPlace", "Segment", "resources.move_segment"),
    ("CellPlace", "GridCell", "resources.move_cell"),
    ("PlotPlace", "RedLinePlot", "resources.move_red_line"),
]


def derive(apps, schema_editor):
    events = apps.get_model("ledger", "Event")
    for kind, moved, act in MOVED:
        fill(apps.get_model("resources", kind), apps.get_model("resources", moved), events, act)


class Migration(migrations.Migration):
    dependencies = [("resources", "0012_former_places"), ("ledger", "0001_initial")]
    operations = [migrations.RunPython(derive, migrations.RunPython.noop)]
