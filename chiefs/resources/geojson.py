"""Geometry on its way out: GeoJSON (RFC 7946), with where it is from and whether it is invented."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from accountability.kit.pieces import pieces

from . import reports
from .models import Resource, Segment

MEDIA_TYPE = "application/geo+json"
AT_ONCE = 200


def feature(geometry: dict[str, Any] | None, **properties: Any) -> dict[str, Any]:
    """One feature; what is not known stands as null."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def of_resource(resource: Resource, coarse: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """A resource as drawn; where it is not drawn its coarse lines, marked so, each with its own source."""
    told = {
        "ref": str(resource.ref),
        "name": resource.name,
        "name_bo": resource.name_bo,
        "kind": resource.kind,
        "national_code": resource.national_code,
        "demonstration": resource.demonstration,
    }
    if resource.geometry:
        return [feature(resource.geometry, **told, coarse=False, attribution=resource.source)]
    lines = [feature(line.geometry, **told, coarse=True, attribution=line.source) for line in coarse]
    return lines or [feature(None, **told, coarse=False, attribution=resource.source)]


def of_segment(segment: Segment) -> dict[str, Any]:
    """A segment with its chainage and bank."""
    return feature(
        segment.geometry,
        code=segment.code,
        name=segment.name,
        name_bo=segment.name_bo,
        resource=segment.resource.name,
        bank=segment.bank,
        from_m=segment.from_m,
        to_m=segment.to_m,
        division=segment.jurisdiction.code,
        since=segment.since.isoformat(),
        until=segment.until.isoformat() if segment.until else None,
        demonstration=segment.demonstration,
        attribution=segment.resource.source,
    )


def features_of(resources: Iterable[Resource]) -> Iterator[dict[str, Any]]:
    """The features of many resources, their coarse lines asked for in one query for each 200."""
    for some in pieces(resources, AT_ONCE):
        coarse = reports.coarse_lines(some)
        for resource in some:
            yield from of_resource(resource, coarse.get(resource.pk, ()))


def send(features: Iterable[dict[str, Any]]) -> HttpResponse:
    """A few features, for a map on a page."""
    text = json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False)
    return HttpResponse(text, content_type=MEDIA_TYPE)


def download(features: Iterable[dict[str, Any]], *, name: str) -> HttpResponseBase:
    """Any number of features as a file; never all of them in memory."""

    def written() -> Iterator[str]:
        yield '{"type":"FeatureCollection","features":['
        for number, one in enumerate(features):
            yield ("," if number else "") + json.dumps(one, ensure_ascii=False)
        yield "]}"

    answer = StreamingHttpResponse(written(), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.geojson')}"
    return answer
