"""Every write about what recurs: planned by the clock from the lists, done with its minutes, missed, let off."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from accountability.evidence import reports as evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from chiefs.duties import reports, rules
from chiefs.duties.choices import Position, Reason, What
from chiefs.duties.lifecycle import ObligationLifecycle
from chiefs.duties.models import ListItem, Obligation
from chiefs.posts import reports as posts
from chiefs.posts.functions import SYSTEM_CLOCK
from chiefs.posts.models import Post, Tenure
from chiefs.territory.models import Jurisdiction

BATCH = 500  # rows that one statement asks about


def sweep() -> int:
    """Plan what the lists ask for, let begin what begins, settle what has ended. Twice is once, and late is in time.

    Returns how many rows were written.
    """
    return generate() + advance()


def generate() -> int:
    """A row for every period that a line with a frequency asks of a post, up to the next period; rows that stand stay as they are."""
    today, by, made = days.today(), posts.system(SYSTEM_CLOCK), 0
    for item in _recurring(today):
        version = item.version
        start = max(day for day in (version.since, version.published_on, item.since) if day is not None)
        end = min((day for day in (version.until, item.until) if day is not None), default=None)
        periods = rules.asked(start, end, item.every, today)
        if periods:
            made += _plan(item, periods, by)
    return made


def _recurring(today: date) -> list[ListItem]:
    """Published lines with a frequency whose version still was in force within the time that is caught up with."""
    rows = ListItem.objects.filter(
        Q(version__until=None) | Q(version__until__gt=today - rules.CATCH_UP),
        version__binding__isnull=False,
        what__in=[What.MEETING, What.REPORT],
    )
    related = ("version__duty_list__post", "version__duty_list__unit", "version__duty_list__jurisdiction")
    return list(rows.select_related(*related).order_by("version__since", "pk"))


def bearers(item: ListItem, since: date, until: date) -> list[Post]:
    """The posts of which a line asks something in [since, until): the post itself, the posts of a kind in the place, or of a unit
    its duty desk, to which everything comes that is addressed to the unit."""
    about = item.version.duty_list
    if about.post is not None:
        return [about.post]
    if about.unit is not None:
        desk = posts.desk_of(about.unit.pk, days.today())
        return [desk] if desk else []
    inside = Jurisdiction.objects.under(about.place.path).values("pk")
    return list(Post.objects.touching(since, until).filter(kind=about.post_kind_id, unit__jurisdiction__in=inside).order_by("pk"))


def _plan(item: ListItem, periods: list[rules.Days], by: Acting) -> int:
    asked = bearers(item, periods[0][0], periods[-1][1])
    there: set[tuple[int, date, date]] = set()
    for start in range(0, len(asked), BATCH):
        some = [post.pk for post in asked[start : start + BATCH]]
        rows = Obligation.objects.filter(post__in=some, key=item.key, what=item.what, since__gte=periods[0][0])
        there |= set(rows.values_list("post", "since", "until"))
    made = 0
    for post in asked:
        for since, until in periods:
            # A post is asked only for periods that begin while it stands.
            if (post.pk, since, until) in there or since < post.since or (post.until is not None and since >= post.until):
                continue
            made += _one(item, post, since, until, by)
    return made


def _one(item: ListItem, post: Post, since: date, until: date, by: Acting) -> int:
    obligation = Obligation(
        client_ref=uuid.uuid5(item.key, f"{post.pk} {item.what} {since} {until}"),
        post=post,
        item=item,
        key=item.key,
        what=item.what,
        since=since,
        until=until,
        due=until - timedelta(days=1),
    )
    facts = {"post": post, "line": item, "since": since, "until": until}
    try:
        ObligationLifecycle.begin(obligation, by=by, act="plan", facts=facts)
    except IntegrityError:  # another worker was faster: the period has its row
        return 0
    return 1


def advance() -> int:
    """Let planned periods begin and settle those that have ended: missed by the term that held the post all the while, or let off."""
    today, by, done = days.today(), posts.system(SYSTEM_CLOCK), 0
    # Those due since today are asked once more: a list may be published on the very day on which they began.
    beginning = Q(state=Position.PLANNED, since__lte=today) | Q(state=Position.DUE, since=today)
    begun = Obligation.objects.filter(beginning).select_related("item", "post")
    dropped = _no_longer_asked(begun)
    for one in begun:
        if one.pk in dropped:
            ObligationLifecycle.perform("waive", one, by=by, expect=one.version, reason=Reason.DROPPED, note="")
        elif one.state == Position.DUE:
            continue
        else:
            ObligationLifecycle.perform("fall_due", one, by=by, expect=one.version)
        done += 1
    ended = list(Obligation.objects.filter(state=Position.DUE, until__lte=today).select_related("post__kind").order_by("pk"))
    terms = reports.terms_of({one.post_id for one in ended})
    for one in ended:
        answer = reports.who_owed(one.post, one.since, one.until, terms.get(one.post_id, []))
        with transaction.atomic():
            if answer.reason:
                ObligationLifecycle.perform("waive", one, by=by, expect=one.version, reason=answer.reason, note="")
            else:
                tenure = Tenure.objects.get(pk=answer.tenure_id) if answer.tenure_id else None
                ObligationLifecycle.perform("miss", one, by=by, expect=one.version, tenure=tenure)
        done += 1
    return done


def _no_longer_asked(rows: Iterable[Obligation]) -> set[int]:
    """Those whose line holds no longer on the first day of their period, or asks something else or at another rhythm since then:
    the version that planned them was followed by another."""
    by_day: dict[date, list[Obligation]] = defaultdict(list)
    for one in rows:
        by_day[one.since].append(one)
    found: set[int] = set()
    for since, several in by_day.items():
        lines = ListItem.objects.in_force(since).filter(key__in={one.key for one in several})
        held = set(lines.values_list("key", "what", "every"))
        found |= {one.pk for one in several if (one.key, one.what, one.item.every) not in held}
    return found


def done(obligation: Obligation, *, happened_on: date, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Mark a meeting or report as done on a day of its period; its minutes were kept before (evidence of the obligation).

    It is credited to the term that held the post on that day, however late it is entered.
    """
    files = [one.sha256[:40] for one in evidence.readable(obligation.stream)]
    tenure = posts.term_of(obligation.post, happened_on)
    return ObligationLifecycle.perform(
        "done",
        obligation,
        by=by,
        expect=expect,
        client_ref=client_ref,
        happened_on=happened_on,
        note=Words(note),
        tenure=tenure,
        files=files,
    )


def send_back(obligation: Obligation, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """What was handed in does not show it: it is due again; when its period has ended, missed, or let off if nobody is charged for it."""
    terms = reports.terms_of([obligation.post_id]).get(obligation.post_id, [])
    answer = reports.who_owed(obligation.post, obligation.since, obligation.until, terms)
    over = obligation.until <= days.today()
    tenure = Tenure.objects.get(pk=answer.tenure_id) if over and answer.tenure_id else None
    let_off = Reason.DROPPED.value if _no_longer_asked([obligation]) else answer.reason if over else ""
    return ObligationLifecycle.perform(
        "send_back",
        obligation,
        by=by,
        expect=expect,
        client_ref=client_ref,
        reason=Words(reason),
        tenure=tenure if not let_off else None,
        let_off=str(let_off),
    )


def waive(obligation: Obligation, *, reason: str, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Let a period off, for a reason that an office may give (choices.GIVEN)."""
    return ObligationLifecycle.perform("waive", obligation, by=by, expect=expect, client_ref=client_ref, reason=reason, note=Words(note))
