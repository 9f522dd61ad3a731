"""Where segments, cells of the grid and red-line plots lay, and to which counties waters were counted, before the divisions changed."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from accountability.kit import days
from chiefs.territory.former import FormerPlace
from chiefs.territory.models import Jurisdiction


class SegmentPlace(FormerPlace):
    of = "segment"
    segment = models.ForeignKey("resources.Segment", on_delete=models.PROTECT, related_name="former_places")

    class Meta(FormerPlace.Meta):
        pass  # guards.no_overlap(SegmentPlace, "segment")


class CellPlace(FormerPlace):
    of = "cell"
    cell = models.ForeignKey("resources.GridCell", on_delete=models.PROTECT, related_name="former_places")

    class Meta(FormerPlace.Meta):
        pass  # guards.no_overlap(CellPlace, "cell")


class PlotPlace(FormerPlace):
    of = "plot"
    plot = models.ForeignKey("resources.RedLinePlot", on_delete=models.PROTECT, related_name="former_places")

    class Meta(FormerPlace.Meta):
        pass  # guards.no_overlap(PlotPlace, "plot")


class CountyPlace(FormerPlace):
    """A water was counted to a county on the days of that county; ``became``: the county to which it came for that, if it was not
    counted to it before."""

    of = "resource"
    resource = models.ForeignKey("resources.Resource", on_delete=models.PROTECT, related_name="former_counties")
    became = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(FormerPlace.Meta):
        pass  # guards.no_overlap(CountyPlace, "resource", "jurisdiction")


def counted_to(place: Jurisdiction, on: date) -> Q:
    """The waters that were counted to a county on a day."""
    from .models import Resource

    now = Q(pk__in=Resource.counties.through.objects.filter(jurisdiction=place).values("resource"))
    if on >= days.today():
        return now
    came_later = CountyPlace.objects.filter(became=place, until__gt=on).values("resource")
    return (now & ~Q(pk__in=came_later)) | Q(pk__in=CountyPlace.objects.in_force(on).filter(jurisdiction=place).values("resource"))
