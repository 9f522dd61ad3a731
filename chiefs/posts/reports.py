"""Questions about posts that the rooms above ask: who held it, who answers here, who stands above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accountability.kit.days import today
from accountability.ledger.acting import Acting, Reach
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction, Level, Succession

from .defaults import DEPUTY_MARK
from .functions import Function
from .models import Account, Charge, Deputation, Person, Post, Superior, Tenure, TenureQuerySet, Unit

MOST_LEVELS_LED = 5  # village, township, county, prefecture, and a branch led by a bureau between them


def reach_of(jurisdiction: Jurisdiction) -> Reach:
    """The territory of a unit: its own and that of all its predecessors.

    County and above by code prefix; below by ids, with everything underneath, because their codes change.
    """
    return reaches_of([jurisdiction])[jurisdiction.pk]


def reaches_of(jurisdictions: Iterable[Jurisdiction]) -> dict[int, Reach]:
    """The same for several, by id: as many queries as for one, and one more for each step back in their history."""
    places = {place.pk: place for place in jurisdictions}
    own = _with_predecessors(places)
    wide = {pk for pk, place in places.items() if place.level in (Level.PREFECTURE, Level.COUNTY) and not place.special}
    former = {other for pk in wide if len(own[pk]) > 1 for other in own[pk]}
    paths = dict(Jurisdiction.objects.filter(pk__in=former).values_list("pk", "path")) if former else {}
    # Nothing lies below a village.
    upper = {other for pk, place in places.items() if pk not in wide and place.level != Level.VILLAGE for other in own[pk]}
    below: dict[int, set[int]] = {pk: set() for pk in upper}
    for pk, parent in Jurisdiction.objects.filter(parent__in=upper).values_list("pk", "parent") if upper else ():
        below[parent].add(pk)
    found = {}
    for pk, place in places.items():
        if pk in wide:
            found[pk] = Reach(paths=tuple(sorted({paths[other] for other in own[pk]})) if len(own[pk]) > 1 else (place.path,))
        else:
            under = () if place.level == Level.VILLAGE else (below[other] for other in own[pk])
            found[pk] = Reach(jurisdictions=frozenset(own[pk].union(*under)))
    return found


def _with_predecessors(places: Iterable[int]) -> dict[int, set[int]]:
    """Each place with all that it came from. One query, and one for each step back."""
    before: dict[int, set[int]] = {}
    frontier = set(places)
    seen = set(frontier)
    while frontier:
        step = list(Succession.objects.filter(successor__in=frontier).values_list("successor", "predecessor"))
        for after, came_from in step:
            before.setdefault(after, set()).add(came_from)
        frontier = {came_from for _after, came_from in step} - seen
        seen |= frontier
    own: dict[int, set[int]] = {}
    for pk in places:
        own[pk] = wave = {pk}
        while wave := {other for one in wave for other in before.get(one, ())} - own[pk]:
            own[pk] |= wave
    return own


def acting(account: Account | None, post: Post, person_id: int | None = None, *, deputy: bool = False) -> Acting:
    """The plain values of who acts for ``post``. The caller has checked that the account's person holds it, or stands in.

    Of a deputy the ledger says so behind the title of the post; the person is the one who acts.
    """
    place = post.unit.jurisdiction
    return Acting(
        account_id=account.pk if account else None,
        person_id=person_id or (account.person_id if account else None),
        post_id=post.pk,
        post_title=f"{post.title}{DEPUTY_MARK}" if deputy else post.title,
        unit_id=post.unit_id,
        level=post.kind.level or place.level,
        jurisdiction_id=place.pk,
        scheme=post.kind.scheme.code if post.kind.scheme_id else "",
        reach=reach_of(place),
        functions=frozenset(post.kind.functions),
    )


def system(code: str) -> Acting:
    """The acting of a system post: nobody is None."""
    return acting(None, Post.objects.select_related("kind__scheme", "unit__jurisdiction").get(code=code))


def tenures_of(person_id: int, on: date) -> list[Tenure]:
    """The terms that a person holds on a day; the first is the one to act for unless another is chosen."""
    return list(
        Tenure.objects.in_force(on)
        # By the columns of the post that is joined anyway; "in the posts of today" would list all of them at every request.
        .filter(Q(post__until=None) | Q(post__until__gt=on), person_id=person_id, post__since__lte=on)
        .select_related("post__kind__scheme", "post__unit__jurisdiction")
        .order_by("since", "pk")
    )


def accounts_standing_in(on: date) -> QuerySet[Account]:
    """Accounts with ``stands_in``: whether somebody is away for whom the person, or a post of the person, acts on the day."""
    rows = Deputation.objects.in_force(on)
    seated = Tenure.objects.in_force(on).filter(person=OuterRef(OuterRef("person")), post=OuterRef("post"))
    by_post = rows.exclude(post=None).filter(Exists(seated))
    return Account.objects.annotate(stands_in=Exists(rows.filter(person=OuterRef("person"))) | Exists(by_post))


def open_to(person_id: int, on: date) -> list[Tenure]:
    """The terms in which a person may act on a day: the own ones, then those of holders for whom the person stands in; of these
    ``deputation`` says so. Two queries: one statement for both would read all terms of the prefecture at every request."""
    own = tenures_of(person_id, on)
    standing = (
        Deputation.objects.in_force(on)
        .filter(Q(person_id=person_id) | Q(post__in=[term.post_id for term in own]))
        .filter(Q(tenure__until=None) | Q(tenure__until__gt=on), tenure__since__lte=on)
        .filter(Q(tenure__post__until=None) | Q(tenure__post__until__gt=on), tenure__post__since__lte=on)
        .select_related("tenure__post__kind__scheme", "tenure__post__unit__jurisdiction")
        .order_by("since", "pk")
    )
    held = {term.post_id for term in own}
    for row in standing:
        if row.tenure.post_id not in held:
            held.add(row.tenure.post_id)
            row.tenure.deputation = row
            own.append(row.tenure)
    return own


def term_of(post: Post, on: date, person_id: int | None = None) -> Tenure | None:
    """The term in which a post was held on a day (of one person, for a desk with several; a deputy acts in the holder's term)."""
    rows = Tenure.objects.in_force(on).filter(post=post)
    if person_id is None:
        return rows.order_by("since").first()
    own = rows.filter(person_id=person_id).order_by("since").first()
    return own or next((term for term in open_to(person_id, on) if term.post_id == post.pk), None)


def answerers(segment: Segment, on: date) -> dict[str, list[Post]]:
    """Who answers for a segment on a day, by level; a level without a chief is missing. One query."""
    found: dict[str, list[Post]] = {}
    charges = (
        Charge.objects.in_force(on).filter(segment=segment).select_related("post__kind__scheme", "post__unit__jurisdiction").order_by("pk")
    )
    for charge in charges:
        found.setdefault(charge.post.kind.level, []).append(charge.post)
    return found


def is_vacant(post: Post, on: date) -> bool:
    """Whether nobody holds the post on the day."""
    return not Tenure.objects.in_force(on).filter(post=post).exists()


def vacant_among(post_ids: Iterable[int], on: date) -> set[int]:
    """Those of the posts that nobody holds on the day. One query."""
    wanted = set(post_ids)
    return wanted - set(Tenure.objects.in_force(on).filter(post__in=wanted).values_list("post", flat=True))


def superiors_of(unit_id: int, on: date, kind: str = Superior.Kind.LEAD) -> list[Unit]:
    """The units that lead (or are informed about) a unit on a day."""
    rows = Superior.objects.in_force(on).filter(unit_id=unit_id, kind=kind).select_related("superior__jurisdiction")
    return [row.superior for row in rows]


def units_under(unit_id: int, on: date) -> set[int]:
    """The unit and every unit that it leads, directly or over others. One query per level."""
    found = frontier = {unit_id}
    while frontier:
        led = Superior.objects.in_force(on).filter(superior__in=frontier, kind=Superior.Kind.LEAD)
        frontier = set(led.values_list("unit", flat=True)) - found
        found = found | frontier
    return found


def posts_over(unit_id: int, on: date) -> QuerySet[Post]:
    """The posts of a unit and of the units that lead it, directly or over others, to be asked inside another query."""
    led = Superior.objects.in_force(on).filter(kind=Superior.Kind.LEAD)
    above, units = led.filter(unit=unit_id).values("superior"), Q(unit=unit_id)
    for _step in range(MOST_LEVELS_LED):
        units |= Q(unit__in=above)
        above = led.filter(unit__in=above).values("superior")
    return Post.objects.filter(units)


def desks_of(unit_id: int, on: date, *functions: Function) -> list[Post]:
    """The posts of a unit that carry one of the functions, the duty desks first."""
    posts = (
        Post.objects.in_force(on)
        .filter(unit_id=unit_id)
        .select_related("kind__scheme", "unit__jurisdiction")
        .order_by("kind__single", "pk")
    )
    return [p for p in posts if not functions or any(p.kind.may(f) for f in functions)]


def desk_of(unit_id: int, on: date, *functions: Function) -> Post | None:
    """The first of them, to which what comes to the unit is addressed."""
    return next(iter(desks_of(unit_id, on, *functions)), None)


def receiver_at(jurisdiction: Jurisdiction, on: date) -> Post | None:
    """Who receives for a level without a chief: the government desk of the place (Zhejiang rule, art. 11)."""
    for unit in Unit.objects.in_force(on).filter(jurisdiction=jurisdiction, kind__in=[Unit.Kind.GOVERNMENT, Unit.Kind.VILLAGE]):
        if post := desk_of(unit.pk, on, Function.RECEIVER):
            return post
    return None


def units_with(function: Function, jurisdictions: Iterable[int], on: date) -> list[Unit]:
    """Units at these places that have a post with the function."""
    posts = Post.objects.in_force(on).filter(unit__jurisdiction__in=list(jurisdictions)).select_related("kind", "unit")
    return list({p.unit_id: p.unit for p in posts if p.kind.may(function)}.values())


def post(pk: int) -> Post:
    """One post with what is asked of it most."""
    return Post.objects.select_related("kind__scheme", "unit__jurisdiction").get(pk=pk)


def in_order(pks: Iterable[int]) -> list[Post]:
    """Posts in the order of their ids given. One query."""
    wanted = list(pks)
    found = {p.pk: p for p in Post.objects.select_related("kind__scheme", "unit__jurisdiction").filter(pk__in=wanted)}
    return [found[pk] for pk in wanted]


def posts_with(function: Function, jurisdictions: Iterable[int], on: date) -> list[Post]:
    """The posts at these places that carry a function on a day. One query."""
    rows = Post.objects.in_force(on).filter(unit__jurisdiction__in=list(jurisdictions)).select_related("kind__scheme", "unit__jurisdiction")
    return [p for p in rows.order_by("pk") if p.kind.may(function)]


def holders_between(post: Post, since: date, until: date | None) -> list[Tenure]:
    """The terms that share a day with the period, oldest first."""
    return list(Tenure.objects.touching(since, until).filter(post=post).select_related("person").order_by("since"))


def ancestors(jurisdiction: Jurisdiction) -> list[Jurisdiction]:
    """The unit itself and everything above it, from the bottom up."""
    chain = [jurisdiction]
    while chain[-1].parent is not None:
        chain.append(chain[-1].parent)
    return chain


def entries_of(person_id: int | None) -> QuerySet[Person]:
    """The ids under which a person stands in the ledger and under signatures: the own, and those of records that were joined to it."""
    return Person.everybody.filter(Q(pk=person_id) | Q(merged_into=person_id)).values("pk")


def may_act(person_id: int, post_id: int, on: date | None = None) -> bool:
    """Whether the person holds the post today, or stands in for who does."""
    return any(term.post_id == post_id for term in open_to(person_id, on or today()))


def terms_of_person(person: Person | int) -> TenureQuerySet:
    """All terms that somebody (a person or the id of one) ever held, the latest first; annulled ones are among them and say so."""
    return Tenure.objects.filter(person=person).select_related("post__kind__scheme", "post__unit__jurisdiction").order_by("-since", "-pk")


def terms_of_post(post: Post) -> QuerySet[Tenure]:
    """Who held a post, the latest first, with whoever stood in."""
    return Tenure.objects.filter(post=post).select_related("person").prefetch_related("deputations__person").order_by("-since", "-pk")


def demonstration_tenures(on: date) -> list[tuple[str, list[Tenure]]]:
    """The terms in force of invented persons who have an account, by the first function of their post; for the role switch."""
    rows = (
        Tenure.objects.in_force(on)
        .filter(person__demonstration=True, person__accounts__is_active=True, post__in=Post.objects.in_force(on))
        .select_related("person", "post__kind", "post__unit")
        .order_by("post__unit__jurisdiction__path", "post_id", "pk")
        .distinct()[:200]
    )
    groups: dict[str, list[Tenure]] = {f.value: [] for f in Function}
    for row in rows:
        groups[next(iter(row.post.kind.functions), Function.SYSTEM.value)].append(row)
    return [(str(Function(code).label), found) for code, found in groups.items() if found]


def demonstration_tenure(pk: str, on: date) -> tuple[Account, Tenure] | None:
    """One of them with the account to sign in; None for anything else."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    tenure = Tenure.objects.in_force(on).filter(pk=pk, person__demonstration=True).select_related("post__kind").first()
    account = Account.objects.filter(person=tenure.person_id, is_active=True).order_by("pk").first() if tenure else None
    return (account, tenure) if tenure and account else None
