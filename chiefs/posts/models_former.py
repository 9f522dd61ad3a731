"""What units and posts were before they were moved or renamed: dated rows, read by pages that ask for a past day."""

from __future__ import annotations

from django.db import models

from chiefs.territory.former import FormerPlace


class UnitPlace(FormerPlace):
    """Where a unit stood before a change of divisions moved it."""

    of = "unit"
    unit = models.ForeignKey("posts.Unit", on_delete=models.PROTECT, related_name="former_places")

    class Meta(FormerPlace.Meta):
        pass  # guards.no_overlap(UnitPlace, "unit")
