"""What stands on a board, in Chinese and, where there is one, in Tibetan. Read for its page, its sheets, and to say what is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiefs.duties import reports as duties
from chiefs.plans import reports as plans
from chiefs.posts import reports as posts
from chiefs.posts.models import Post, Tenure, Unit
from chiefs.resources.models import Scheme, Segment
from chiefs.territory.models import UPWARDS, Jurisdiction

from . import reports, rules
from .models import BoardText, Signboard

MOST_DUTIES, MOST_TARGETS = 6, 6  # of a sheet: what nobody reads to the end helps nobody
CHINESE, TIBETAN = "zh-hans", "bo"
FIELDS = {
    "extent": gettext_lazy("length or area"),
    "begins_at": gettext_lazy("where the stretch begins"),
    "ends_at": gettext_lazy("where the stretch ends"),
    "targets": gettext_lazy("Targets"),
    "hotline": gettext_lazy("a telephone number"),
    "chiefs": gettext_lazy("a chief"),
}


@dataclass(frozen=True)
class Words:
    """One text in both scripts; without a Tibetan one the Chinese stands alone."""

    name: str
    name_bo: str = ""


@dataclass(frozen=True)
class Line:
    """One chief: level, post, who holds it (none: vacant), and the duty telephone of the unit, which the rule wants published."""

    level: Words
    title: Words
    names: tuple[Words, ...]
    phone: str


@dataclass(frozen=True)
class Content:
    """All that a board says."""

    code: str
    address: str
    scheme: Words
    water: Words
    segment: Words
    territory: tuple[Words, ...]
    extent: Words
    begins_at: Words
    ends_at: Words
    chiefs: tuple[Line, ...]
    duties: tuple[Words, ...]
    targets: tuple[Words, ...]
    forbidden: tuple[Words, ...]
    hotlines: tuple[str, ...]
    unit: Words
    set_up_on: date

    def fingerprint(self) -> str:
        """The same hash for the same content; what changed since a sheet was printed gives another."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def missing(self) -> list[str]:
        """What the rules require and the board lacks, in the reader's language."""
        found = rules.missing(
            extent=bool(self.extent.name),
            begins_at=self.begins_at.name,
            ends_at=self.ends_at.name,
            targets=bool(self.targets),
            hotline=bool(self.hotlines),
            chiefs=bool(self.chiefs),
        )
        return [str(FIELDS[name]) for name in found]


def address_of(code: str) -> str:
    """What the QR on a board opens: its public page, from which the report form is one tap away."""
    return settings.SITE_URL + reverse("public:board", args=[code])


def words(thing: Any, field: str = "name") -> Words:
    return Words(str(getattr(thing, field, "") or ""), getattr(thing, f"{field}_bo", "") or "")


def of(board: Signboard, on: date) -> Content:
    """What the board should say on a day."""
    segment = board.segment
    chiefs = _chiefs(board, on)
    texts = _texts(segment.resource.scheme, segment.jurisdiction, on)
    forbidden, own_duties, hotlines = (texts[kind] for kind in (BoardText.Kind.FORBIDDEN, BoardText.Kind.DUTY, BoardText.Kind.HOTLINE))
    listed = [words(row, "text") for post, _names in chiefs for row in duties.responsibilities(post, on)]
    goals = [words(goal, "text") for goal in plans.goals(segment, on)]
    own_targets = [words(board, "targets")] if board.targets else []
    return Content(
        code=board.code,
        address=address_of(board.code),
        scheme=words(segment.resource.scheme),
        water=words(segment.resource),
        segment=Words("") if board.whole else words(segment),
        territory=tuple(words(place) for place in reversed(posts.ancestors(segment.jurisdiction))),
        extent=_extent(board),
        begins_at=words(board, "begins_at"),
        ends_at=words(board, "ends_at"),
        chiefs=tuple(_line(post, names) for post, names in chiefs),
        duties=tuple(dict.fromkeys(listed or own_duties))[:MOST_DUTIES],
        targets=tuple(dict.fromkeys([*own_targets, *goals]))[:MOST_TARGETS],
        forbidden=tuple(forbidden),
        hotlines=tuple(dict.fromkeys(number for number in (board.unit.phone, *(text.name for text in hotlines)) if number)),
        unit=words(board.unit),
        set_up_on=board.set_up_on,
    )


def _chiefs(board: Signboard, on: date) -> list[tuple[Post, list[Words]]]:
    """Posts with their holders' names, the highest level first."""
    found = reports.chiefs_by_board([board], on)[board.pk]
    seats = posts.in_order(sorted({post for post, _person in found}))
    seats.sort(key=lambda post: (-UPWARDS.index(post.kind.level), post.pk))  # type: ignore[arg-type]
    names: dict[int, list[Words]] = {post.pk: [] for post in seats}
    rows = Tenure.objects.in_force(on).filter(post__in=names).select_related("person").order_by("since", "pk")
    for tenure in rows:
        names[tenure.post_id].append(words(tenure.person))
    return [(post, names[post.pk]) for post in seats]


def _line(post: Post, names: list[Words]) -> Line:
    return Line(_in_both(post.kind.get_level_display), words(post, "title"), tuple(names), _phone(post.unit))


def _phone(unit: Unit) -> str:
    """The unit's duty telephone, never a person's own."""
    return unit.phone


def _in_both(say: Any) -> Words:
    """A text of the interface in both scripts; a Tibetan one that falls back to Chinese counts as none."""
    with translation.override(CHINESE):
        chinese = str(say())
    with translation.override(TIBETAN):
        tibetan = str(say())
    return Words(chinese, tibetan if tibetan != chinese else "")


def _extent(board: Signboard) -> Words:
    """Length or area: the board's own, else the segment's by chainage, else that of the water."""
    segment, water = board.segment, board.segment.resource
    length, area = board.length_m, board.area_m2
    if length is None and area is None and not board.whole and segment.from_m is not None and segment.to_m is not None:
        length = segment.to_m - segment.from_m
    if length is None and area is None and board.whole:
        length, area = water.length_m, water.area_m2
    if length is not None:
        return _in_both(lambda: _("length %(length)s km") % {"length": f"{length / 1000:.2f}".rstrip("0").rstrip(".")})
    if area is not None:
        return _in_both(lambda: _("area %(area)s ha") % {"area": f"{area / 10_000:.2f}".rstrip("0").rstrip(".")})
    return Words("")


def _texts(scheme: Scheme, place: Jurisdiction, on: date) -> dict[str, list[Words]]:
    """The texts in force: for the scheme or for all, of the places around, in their order."""
    around = [unit.pk for unit in posts.ancestors(place)]
    found: dict[str, list[Words]] = {kind: [] for kind in BoardText.Kind.values}
    for row in BoardText.objects.in_force(on).order_by("kind", "order", "pk"):
        if row.scheme_id in (None, scheme.pk) and (row.jurisdiction_id is None or row.jurisdiction_id in around):
            found[row.kind].append(words(row, "text"))
    return found


def public(segment: Segment, on: date) -> dict[str, list[Words]]:
    """What a public page says of a segment besides its chiefs: the goals of its plan in force, and what is forbidden there."""
    texts = _texts(segment.resource.scheme, segment.jurisdiction, on)
    return {"goals": [words(goal, "text") for goal in plans.goals(segment, on)], "forbidden": texts[BoardText.Kind.FORBIDDEN]}


def labels(languages: Sequence[str]) -> list[dict[str, str]]:
    """The headings of a sheet, once in each of its languages."""
    found = []
    for language in languages:
        with translation.override(language):
            found.append(
                {
                    "lang": language,
                    "board": _("Notice board of the chief scheme"),
                    "place": _("Place"),
                    "extent": _("Length or area"),
                    "from": _("The stretch begins at"),
                    "to": _("The stretch ends at"),
                    "level": _("Level"),
                    "post": _("Post"),
                    "name": _("Name"),
                    "phone": _("Duty telephone"),
                    "vacant": _("vacant; the government of the place receives"),
                    "duties": _("What they answer for"),
                    "targets": _("Goals"),
                    "forbidden": _("Not allowed here"),
                    "hotline": _("Report by telephone"),
                    "scan": _("Scan to see who answers today and to report. You may stay anonymous."),
                    "unit": _("Kept by"),
                    "set_up": _("Set up on"),
                }
            )
    return found
