"""Who is chief where, for everybody: post, name, and the duty telephone of the unit. No personal telephone, no term of the past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from accountability.kit.names import named as meant
from accountability.kit.pieces import pieces
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, PostKind, Tenure
from chiefs.resources.models import Scheme
from chiefs.territory import former
from chiefs.territory.models import Jurisdiction, Level

from .boards import Chief

AT_ONCE = 500


def chiefs_at(on: date, *, within: Jurisdiction | None, scheme: str = "", words: str = "") -> QuerySet[Post]:
    """The chiefs' posts of a day: of the whole prefecture its own, of a county or township its own and those one level below.

    Whoever searches by a name searches everything below the place.
    """
    kinds = [kind.pk for kind in PostKind.objects.all() if kind.may(Function.CHIEF)]
    rows = Post.objects.in_force(on).filter(kind__in=kinds).select_related("kind__scheme", "unit__jurisdiction__parent")
    if scheme:
        rows = rows.filter(kind__scheme__code=scheme)
    place = "unit__jurisdiction"
    if words:
        held = Tenure.objects.in_force(on).filter(meant(words, "person__name")).values("post")
        rows = rows.filter(meant(words, "title") | Q(pk__in=held))
        if within is not None:
            rows = rows.filter(former.inside(within, place))
    elif within is None:
        rows = rows.filter(**{f"{place}__level": Level.PREFECTURE})
    else:
        rows = rows.filter(Q(**{place: within}) | Q(**{f"{place}__parent": within}))
    return rows.order_by(f"{place}__path", "kind__scheme__code", "code")


def named(posts: Sequence[Post], on: date) -> list[Chief]:
    """Posts with their holders of the day. One query."""
    held: dict[int, list[Tenure]] = {}
    for tenure in Tenure.objects.in_force(on).filter(post__in=posts).select_related("person").order_by("since"):
        held.setdefault(tenure.post_id, []).append(tenure)
    return [Chief(post, held.get(post.pk, [])) for post in posts]


def listed(posts: QuerySet[Post], on: date) -> Iterator[Chief]:
    """All of a list for a file, some hundred at a time: whoever asks for the whole prefecture holds no more of it in memory."""
    for some in pieces(posts.iterator(chunk_size=AT_ONCE), AT_ONCE):
        yield from named(some, on)


def schemes() -> list[Scheme]:
    return list(Scheme.objects.order_by("pk"))
