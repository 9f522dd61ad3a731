"""Every write about patrols: one submission with its track, findings and judgement, all of it or nothing."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accountability.cases import actions as cases
from accountability.cases import reports as case_reports
from accountability.cases.models import Case, ProblemKind
from accountability.evidence import actions as evidence
from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.lifecycle import Words
from accountability.papers.actions import take_number
from chiefs.posts import beats
from chiefs.posts import reports as posts
from chiefs.posts.functions import SYSTEM_CLOCK, WALKING, Function
from chiefs.posts.models import Post, Tenure
from chiefs.resources.models import Segment
from chiefs.signboards.models import Signboard
from chiefs.sites import reports as sites
from chiefs.sites.models import Site
from chiefs.territory.reports import rule_for

from . import codec, counting, rules
from .gpx import ReadTrack
from .lifecycle import PatrolLifecycle
from .models import Finding, Patrol, PatrolCount, PatrolValidity, Track

NUMBER_KIND = "X"  # 巡


@dataclass(frozen=True)
class Seen:
    """One problem as the chief saw it. ``photos`` were kept already (evidence) and are moved to the finding."""

    kind: ProblemKind
    text: str = ""
    quantity: Decimal | None = None
    solved_on_site: bool = False
    found_at: datetime | None = None
    client_ref: uuid.UUID = field(default_factory=uuid.uuid4)
    photos: Sequence[Evidence] = ()
    site: Site | None = None  # the regulated site that it comes from, where the chief knows one
    signboard: Signboard | None = None  # the notice board, where the problem is one of a board


def submit(
    *,
    post: Post,
    person_id: int,
    segment: Segment,
    track: ReadTrack | None,
    findings: Sequence[Seen],
    remark: str,
    by: Acting,
    mode: str,
    client_ref: uuid.UUID,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    files: Sequence[Evidence] = (),
    demonstration: bool = False,
) -> Patrol:
    """Take in one patrol. It belongs to the term in force on the day it happened, however late it arrives.

    Without times in the track ``started_at`` and ``ended_at`` say when it was. The same ``client_ref`` gives the same patrol;
    its files need not come again. Raises NotPermitted for another's post, Refused when the person did not hold the post that
    day or the post did not answer for the segment, Mismatch when the reference comes with another segment or other words.
    """
    if not (by.post_id == post.pk and by.may(*WALKING)) and not by.may(Function.SYSTEM):
        raise NotPermitted
    if known := Patrol.objects.filter(client_ref=client_ref).first():
        return _the_same(known, post, segment, remark, findings)
    span = span_of(track, started_at, ended_at)
    if span is None and track is not None and "times_impossible" in track.warnings:
        raise Refused(_("The times in the track lie in the future or before the year 2000. Write when the patrol really began and ended."))
    if span is None:
        raise Refused(_("The track carries no times. Write when the patrol began and ended, and send it again."))
    began, ended = span
    if ended < began or ended > days.now() + timedelta(minutes=10):
        raise Refused(_("The patrol must end after it began, and not in the future. Correct the times."))
    tenure = _term(post, person_id, segment, began)
    for photo in (photo for seen in findings if seen.found_at is None for photo in seen.photos):
        evidence.render(photo.pk)  # now and not by the worker: its time of taking says where on the track the finding lies
        photo.refresh_from_db()
    try:
        with transaction.atomic():
            _only_once(post, segment, began, ended, client_ref)
            patrol = _begin(tenure, segment, track, began, ended, remark, by, mode, client_ref, demonstration)
            for file in files:
                evidence.attach(file, owner=patrol.stream, by=by)
            for seen in findings:
                _find(patrol, seen, track, by)
            _judge(patrol, track, person_id)
    except IntegrityError:  # the same one sent twice at once: the other was faster
        known = Patrol.objects.filter(client_ref=client_ref).first()
        if known is None:
            raise
        return _the_same(known, post, segment, remark, findings)
    return patrol


def span_of(track: ReadTrack | None, started_at: datetime | None, ended_at: datetime | None) -> tuple[datetime, datetime] | None:
    """When a walk began and ended: as its track says, else as somebody wrote; None when nobody says so."""
    return (rules.moments(track.fixes) if track else None) or ((started_at, ended_at) if started_at and ended_at else None)


def _the_same(known: Patrol, post: Post, segment: Segment, remark: str, findings: Sequence[Seen]) -> Patrol:
    told = Counter((seen.kind.pk, seen.quantity, seen.text.strip(), seen.solved_on_site) for seen in findings)
    there = Counter(known.findings.values_list("kind", "quantity", "text", "solved_on_site"))
    if (known.post_id, known.segment_id, known.remark) != (post.pk, segment.pk, remark.strip()) or told != there:
        raise Mismatch
    return known


def _only_once(post: Post, segment: Segment, began: datetime, ended: datetime, client_ref: uuid.UUID) -> None:
    """One walk counts once for a segment, however often its recording is sent. The post's row keeps two sendings apart."""
    Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    there = Patrol.objects.filter(post=post, segment=segment, started_at__lte=ended, ended_at__gte=began)
    same = there.exclude(client_ref=client_ref).order_by("pk").first()
    if same is not None:
        raise Refused(
            _("You have handed in a patrol of this segment for this time already: %(number)s. Open it under “My patrols”.")
            % {"number": same.number}
        )


def _term(post: Post, person_id: int, segment: Segment, began: datetime) -> Tenure:
    """The term to which the patrol belongs."""
    day = days.day_of(began)
    tenure = posts.term_of(post, day, person_id)
    if tenure is None:
        raise Refused(_("You did not hold this post on %(day)s. Whoever held it then must send this patrol.") % {"day": day})
    if not beats.goes_to(post, segment, day):
        raise Refused(_("Your post did not answer for this segment on %(day)s. Choose the segment that you walked.") % {"day": day})
    return tenure


def _begin(
    tenure: Tenure,
    segment: Segment,
    track: ReadTrack | None,
    began: datetime,
    ended: datetime,
    remark: str,
    by: Acting,
    mode: str,
    client_ref: uuid.UUID,
    demonstration: bool,
) -> Patrol:
    fixes = track.fixes if track else []
    patrol = Patrol(
        client_ref=client_ref,
        number=take_number(NUMBER_KIND),
        mode=mode,
        post=tenure.post,
        tenure=tenure,
        segment=segment,
        jurisdiction=segment.jurisdiction,
        path=segment.jurisdiction.path,
        started_at=began,
        ended_at=ended,
        arrived_at=days.now(),
        walked_m=round(rules.walked_metres(fixes)),
        remark=remark.strip(),
        demonstration=demonstration,
    )
    facts = {
        "post": tenure.post,
        "tenure": tenure,
        "segment": segment,
        "mode": mode,
        "walked_m": patrol.walked_m,
        "remark": Words(patrol.remark),
    }
    PatrolLifecycle.begin(patrol, by=by, act="submit", occurred_at=began, facts=facts)
    if fixes:
        west, south, east, north = codec.box(fixes)
        span = rules.moments(fixes)
        Track.objects.create(
            patrol=patrol,
            data=codec.encode(fixes),
            points=len(fixes),
            west=west,
            south=south,
            east=east,
            north=north,
            first_at=span[0] if span else None,
            last_at=span[1] if span else None,
        )
    return patrol


def _find(patrol: Patrol, seen: Seen, track: ReadTrack | None, by: Acting) -> Finding:
    """Keep a finding; unless it was solved on the spot it is a case, held by the chief who found it, else by who answers there."""
    taken = seen.found_at or next((photo.taken_at for photo in seen.photos if photo.taken_at), None)
    inside = taken if taken and patrol.started_at <= taken <= patrol.ended_at else None
    place = rules.place_at(track.fixes, inside) if track else None
    found_at = inside or (place.at if place and place.at else None) or patrol.ended_at
    severity, limit = case_reports.severity_of(seen.kind, seen.quantity, days.day_of(found_at), patrol.jurisdiction)
    finding = Finding.objects.create(
        patrol=patrol,
        client_ref=seen.client_ref,
        kind=seen.kind,
        signboard=seen.signboard,
        site=sites.held(seen.site) if seen.site else None,
        quantity=seen.quantity,
        severity=severity,
        severity_rule=limit,
        text=seen.text.strip(),
        found_at=found_at,
        latitude=place.lat if place else None,
        longitude=place.lon if place else None,
        solved_on_site=seen.solved_on_site,
    )
    for photo in seen.photos:
        evidence.attach(photo, owner=stream_of(finding), by=by)
    if not seen.solved_on_site:
        finding.case = cases.open_case(
            origin=Case.Origin.FINDING,
            kind=seen.kind,
            title=f"{seen.kind.name} · {patrol.segment.name}",
            text=finding.text,
            place=patrol.jurisdiction,
            segment=patrol.segment,
            scheme=patrol.segment.resource.scheme,
            occurred_at=found_at,
            by=by,
            latitude=finding.latitude,
            longitude=finding.longitude,
            quantity=seen.quantity,
            holder=_first_holder(patrol.post),
            signboard=seen.signboard,
            site=finding.site,
            client_ref=uuid.uuid5(seen.client_ref, "case"),
            demonstration=patrol.demonstration,
        )
        finding.save(update_fields=["case"])
    return finding


def _first_holder(post: Post) -> Post | None:
    """The finder's post; where that holds no cases (a ranger's) or is closed by now, whoever answers for the segment."""
    there = post.kind.may(Function.CHIEF) and Post.objects.in_force(days.today()).filter(pk=post.pk).exists()
    return post if there else None


def stream_of(finding: Finding) -> str:
    """The owner key under which a finding's photos are kept."""
    return f"{finding._meta.label_lower}:{finding.pk}"


def _judge(patrol: Patrol, track: ReadTrack | None, walker_id: int) -> None:
    """By the rule in force on the day it happened, at the place and for the level; through the gate like every change."""
    rule = validity_for(patrol)
    reasons: list[rules.Reason] = []
    if rule is None:
        reasons = [rules.Reason("no_rule", {})]
    elif track is None:
        reasons = [rules.Reason("no_track", {})]
    else:
        line = (patrol.segment.geometry or {}).get("coordinates") if (patrol.segment.geometry or {}).get("type") == "LineString" else None
        found = rules.facts(track.fixes, float(rule.most_kmh), line)
        reasons = rules.judge(found, least_metres=rule.least_metres, least_minutes=rule.least_minutes, most_kmh=rule.most_kmh)
    stored: list[dict[str, Any]] = [{"code": reason.code, "figures": reason.figures} for reason in reasons]
    also = counting.touched(patrol, track.fixes, walker_id) if track else []
    PatrolLifecycle.perform(
        "judge",
        patrol,
        by=posts.system(SYSTEM_CLOCK),
        expect=patrol.version,
        rule=rule,
        reasons=stored,
        also=counting.told(also),
    )
    PatrolCount.objects.bulk_create(also)


def validity_for(patrol: Patrol) -> PatrolValidity | None:
    """The rule for the level on the day; one for the scheme goes before the general one."""
    on, level = days.day_of(patrol.started_at), case_reports.level_of(patrol.post)
    rows = PatrolValidity.objects.filter(level=level)
    own = rule_for(rows.filter(scheme=patrol.segment.resource.scheme), on, patrol.jurisdiction)
    return own or rule_for(rows.filter(scheme=None), on, patrol.jurisdiction)
