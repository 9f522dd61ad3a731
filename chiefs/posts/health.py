"""What the register of posts lacks, each kind with the page that mends it. What is a fault is said in ``coverage``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Reach
from chiefs.resources.models import GridCell, SegmentPlace
from chiefs.territory import former
from chiefs.territory.health import Faults, Found, Queried, name_of
from chiefs.territory.models import UPWARDS, Jurisdiction, Level

from . import coverage
from .functions import ANSWERING, WATCHING, Role
from .models import Post, Tenure, Unit, UnitPlace

Tell = Callable[[Sequence[Any]], list[Found]]
#: From a segment up to the prefecture, for the page of a list.
AROUND = "jurisdiction__parent__parent__parent"


def register_faults(*, reach: Reach, on: date) -> list[Faults]:
    """Answer to the question of the same name. Two queries, for the rules of the day; the lists are read when they are asked for."""
    wanted = coverage.requirements(on)
    found: list[Faults] = [_no_chief(reach, on, level, wanted) for level in UPWARDS]
    found += [_no_watcher(reach, on, role, wanted) for role in WATCHING]
    found += [_no_head(reach, on, role, wanted) for role in (Role.FIRST_GENERAL_CHIEF, Role.GENERAL_CHIEF)]
    last = (
        Tenure.objects.standing()
        .filter(post=OuterRef("pk"), until__lte=on)
        .order_by()
        .values("post")
        .annotate(day=Max("until"))
        .values("day")
    )
    vacant = coverage.vacancies(reach, on).select_related("kind", "unit__jurisdiction__parent").annotate(vacant_since=Subquery(last))
    at_post = former.place_then(UnitPlace, on, coverage.AT_POST, "unit")
    at_segment = former.place_then(SegmentPlace, on, "segment__jurisdiction", "segment")
    charges = ("post__unit", "post__kind", "segment__jurisdiction__parent")
    return [
        *found,
        Queried(
            "vacant",
            _("Vacant posts"),
            _("While a post of a chief, a supervisor or a ranger is vacant, the government of the place receives what comes."),
            vacant,
            at_post,
            partial(_tell_vacant, on=on),
        ),
        Queried(
            "idle",
            _("Chiefs without any segment, supervisors and rangers without a cell"),
            _("Somebody holds a post that answers for nothing. Give it what it is there for, or close it."),
            coverage.idle(reach, on).select_related("kind", "unit__jurisdiction__parent"),
            at_post,
            partial(_tell_idle, on=on),
        ),
        Queried(
            "doubled",
            _("Charges of one role that overlap"),
            _("Two posts of the same role and level answer for one segment. Some great rivers have two chiefs; else end one."),
            coverage.doubled(reach, on).select_related(*charges),
            at_segment,
            partial(_tell_charges, on=on, mend=_("End the charge")),
        ),
        Queried(
            "misplaced",
            _("Charges left behind"),
            _("The post or the segment is no more, and the charge has not ended."),
            coverage.misplaced(reach, on).select_related(*charges),
            at_segment,
            partial(_tell_charges, on=on, mend=_("End the charge")),
        ),
        Queried(
            "handovers",
            _("Handovers that are not finished"),
            _("A term ended, and something has nobody yet who answers for it by name."),
            coverage.unfinished_handovers(reach).select_related("post__unit__jurisdiction__parent", "tenure"),
            "post__unit__jurisdiction",
            _tell_handovers,
        ),
    ]


def _no_chief(reach: Reach, on: date, level: Level, wanted: list[Any]) -> Faults:
    return Queried(
        f"no-chief-{level.value}",
        _("Segments without a chief of this level: %(level)s") % {"level": level.label},
        _("A rule of the prefecture says that such a segment has a chief of this level. Give it to a post there."),
        coverage.segments_without(reach, on, Role.SEGMENT_CHIEF, level.value, wanted)
        .select_related("resource", AROUND)
        .defer("geometry", "resource__geometry"),
        former.place_then(SegmentPlace, on, "jurisdiction"),
        partial(_tell_segments, on=on, roles=ANSWERING, level=level.value, address="terms:charge", mend=_("Give the charge")),
    )


def _no_watcher(reach: Reach, on: date, role: Role, wanted: list[Any]) -> Faults:
    return Queried(
        f"no-{role.value}",
        _("Plots of forest and grass without a supervisor") if role == Role.SUPERVISOR else _("Plots of forest and grass without a ranger"),
        _("Each plot lies in a cell of the grid, and supervisors and rangers are given cells."),
        coverage.segments_without(reach, on, role, "", wanted).select_related("resource", AROUND).defer("geometry", "resource__geometry"),
        former.place_then(SegmentPlace, on, "jurisdiction"),
        partial(_tell_plots, on=on, role=role),
    )


def _no_head(reach: Reach, on: date, role: Role, wanted: list[Any]) -> Faults:
    first = role == Role.FIRST_GENERAL_CHIEF
    return Queried(
        "no-first-general-chief" if first else "no-general-chief",
        _("Places without a first general chief") if first else _("Places without a general chief"),
        _("The heads of party and government answer for all waters, mountains and forests of their place."),
        coverage.places_without(reach, on, role, wanted).select_related("parent__parent"),
        "pk",
        partial(_tell_places, on=on),
    )


# -- how a page of each list is told -------------------------------------------------------------------------------------


def _tell_vacant(rows: Sequence[Any], on: date) -> list[Found]:
    former.put_back(UnitPlace, [post.unit for post in rows], on)
    return [
        Found(
            local(post, "title"),
            name_of(post.unit.jurisdiction),
            reverse("terms:appoint", args=[post.code]),
            _("Appoint"),
            since=post.vacant_since or post.since,
            told=_("was never held") if post.vacant_since is None else "",
        )
        for post in rows
    ]


def _tell_idle(rows: Sequence[Any], on: date) -> list[Found]:
    former.put_back(UnitPlace, [post.unit for post in rows], on)
    found = []
    for post in rows:
        watches = post.kind.role in WATCHING
        address, mend = ("terms:watch", _("Give the cell")) if watches else ("terms:charge", _("Give the charge"))
        found.append(Found(local(post, "title"), name_of(post.unit.jurisdiction), reverse(address, args=[post.code]), mend))
    return found


def _tell_charges(rows: Sequence[Any], on: date, mend: str) -> list[Found]:
    former.put_back(SegmentPlace, [row.segment for row in rows], on)
    return [
        Found(
            f"{local(row.segment)} – {local(row.post, 'title')}",
            name_of(row.segment.jurisdiction),
            reverse("terms:end_charge", args=[row.post.code]),
            mend,
            since=row.since,
        )
        for row in rows
    ]


def _tell_handovers(rows: Sequence[Any]) -> list[Found]:
    return [
        Found(
            local(row.post, "title"),
            name_of(row.post.unit.jurisdiction),
            reverse("terms:handover", args=[row.client_ref]),
            _("Hand over"),
            since=row.tenure.until or days.day_of(row.opened_at),
        )
        for row in rows
    ]


def _tell_places(rows: Sequence[Any], on: date) -> list[Found]:
    seats = _units(rows, on)
    return [Found(local(place), name_of(place.parent), *_create(place, seats)) for place in rows]


def _tell_segments(rows: Sequence[Any], on: date, roles: Sequence[str], level: str, address: str, mend: str) -> list[Found]:
    """Each segment with the post to which it may be given: one of the role at its own place of the level; where there is none, with
    the page on which such a post is created. Two queries for a page."""
    former.put_back(SegmentPlace, rows, on)
    around = {segment.pk: _around(segment.jurisdiction, level) for segment in rows}
    places = {place.pk: place for near in around.values() for place in near}
    posts: dict[tuple[int, int | None], Post] = {}
    there = former.lay(UnitPlace, on, Q(unit__jurisdiction__in=places), Q(jurisdiction__in=places), "unit")
    rows_of = Post.objects.in_force(on).filter(there, kind__role__in=roles).select_related("kind", "unit")
    seated = list(rows_of.filter(Q(kind__level=level) if level else Q()).order_by("-pk"))
    former.put_back(UnitPlace, [post.unit for post in seated], on)
    for post in seated:
        posts[post.unit.jurisdiction_id, post.kind.scheme_id] = post
    seats, found = _units(places.values(), on), []
    for segment in rows:
        near = around[segment.pk]
        keys = [(place.pk, scheme) for place in near for scheme in (segment.resource.scheme_id, None)]
        post = next((posts[key] for key in keys if key in posts), None)
        told = f"{segment.code}"
        if post is not None:
            asked = f"?segment={segment.code}" if address == "terms:charge" else ""
            way, told = (reverse(address, args=[post.code]) + asked, mend), f"{told} → {local(post, 'title')}"
        else:
            way = _create(near[0], seats) if near else (reverse("resources:segment", args=[segment.code]), _("Open the segment"))
        found.append(Found(local(segment), name_of(segment.jurisdiction), *way, told=told))
    return found


def _tell_plots(rows: Sequence[Any], on: date, role: Role) -> list[Found]:
    """Each plot with the cell that is given to somebody; one that lies in no cell is put into one first. Four queries for a page."""
    reckoned = _tell_segments(rows, on, (role,), "", "terms:watch", _("Give the cell"))
    lies = Q(for_rangers=True) if role == Role.RANGER else Q(for_supervision=True)
    within = set(GridCell.objects.in_force(on).filter(lies, segments__in=rows).values_list("segments", flat=True))
    near = {step.pk for segment in rows for step in _around(segment.jurisdiction, "")}
    cells = {cell.jurisdiction_id: cell for cell in GridCell.objects.in_force(on).filter(lies, jurisdiction__in=near).order_by("-code")}
    found = []
    for segment, told in zip(rows, reckoned, strict=True):
        if segment.pk not in within:
            cell = next((cells[step.pk] for step in _around(segment.jurisdiction, "") if step.pk in cells), None)
            told = replace(
                told,
                page=reverse("resources:cell_step", args=[cell.code, "change"]) if cell else reverse("resources:new_cell"),
                mend=_("Put the plot into a cell") if cell else _("Enter a grid cell"),
                told=f"{segment.code} → {local(cell)}" if cell else segment.code,
            )
        found.append(told)
    return found


def _around(place: Jurisdiction, level: str) -> list[Jurisdiction]:
    """The place of a level around a place; all of them, the nearest first, where no level is asked for. Needs ``AROUND``."""
    found: list[Jurisdiction] = []
    step: Jurisdiction | None = place
    while step is not None:
        if not level or step.level == level:
            found.append(step)
        step = step.parent
    return found


def _units(places: Any, on: date) -> dict[int, Unit]:
    """The government or village committee of each place: there the posts of chiefs are. One query."""
    kinds = [Unit.Kind.GOVERNMENT, Unit.Kind.VILLAGE]
    here = Q(jurisdiction__in=[place.pk for place in places])
    rows = list(Unit.objects.in_force(on).filter(former.lay(UnitPlace, on, here, here), kind__in=kinds).order_by("-code"))
    former.put_back(UnitPlace, rows, on)
    return {unit.jurisdiction_id: unit for unit in rows}


def _create(place: Jurisdiction, seats: dict[int, Unit]) -> tuple[str, str]:
    """Address and label of what has to be there first: a post in the government of the place, or that unit itself."""
    if unit := seats.get(place.pk):
        return reverse("terms:create_post", args=[unit.code]), _("Create the post")
    return f"{reverse('terms:found_unit')}?{urlencode({'place': place.code or place.name})}", _("Found the unit")
