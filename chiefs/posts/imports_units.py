"""Units and posts from a table: the offices that answer, and the seats in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.exchange import differing
from accountability.exchange.columns import Column, Kind, Sheet
from accountability.exchange.importing import Importer, Trace, differences, twice, values
from accountability.exchange.reading import Row
from accountability.exchange.rules import heading, narrow
from chiefs.territory import imports_places
from chiefs.territory.models import Jurisdiction

from . import deeds, rules
from .defaults import HOUSE
from .functions import Function
from .models import Post, PostKind, Superior, Unit

CLOSED = gettext_lazy("Your post does not fill “%(post)s”. The chief office above does, or the administrator for desks of other functions.")


class UnitsImporter(Importer):
    sheet = Sheet(
        key="units",
        title=gettext_lazy("Units"),
        about=gettext_lazy("Governments, party committees, offices, departments and village committees, with the unit that leads each."),
        columns=(
            Column(
                "code",
                "单位编码",
                Kind.CODE,
                required=True,
                most=60,
                example="kangding-gov",
                help_text=gettext_lazy("Given by you, once for ever."),
            ),
            Column("name", "单位名称", required=True, most=120, example="康定市人民政府（示例）"),
            Column("name_bo", "藏文名称", most=160),
            Column(
                "kind",
                "单位类别",
                Kind.CHOICE,
                required=True,
                choices=tuple(choice for choice in Unit.Kind.choices if choice[0] != Unit.Kind.SYSTEM),
                example="政府",
            ),
            imports_places.column("513301000000"),
            Column(
                "phone", "值班电话", Kind.PHONE, most=30, example="0836-0000000", help_text=gettext_lazy("Stands on the notice boards.")
            ),
            Column(
                "superior",
                "上级单位编码",
                Kind.CODE,
                most=60,
                help_text=gettext_lazy("The unit that leads this one; may stand in the same file."),
            ),
            Column("since", "设立日期", Kind.DAY, required=True, example="2018-01-01"),
        ),
    )

    def glance(self, rows: Sequence[Row]) -> None:
        twice(rows, "code")
        self.coming = {row["code"]: row for row in rows if row["code"]}
        led = Superior.objects.touching(self.today, None).filter(kind=Superior.Kind.LEAD).order_by("-since")
        pairs = list(led.values_list("unit__code", "superior__code"))
        self.leads: dict[str, str] = dict(pairs)  # of several to come, the first
        self.above = rules.uppers([*pairs, *((code, row["superior"]) for code, row in self.coming.items() if row["superior"])])

    def hold(self) -> None:
        """Who leads whom is one picture: two at once could close a circle that neither sees."""
        Unit.objects.select_for_update(of=("self",)).filter(code=HOUSE).first()

    def check(self, rows: Sequence[Row]) -> None:
        places = imports_places.named(rows, self.today)
        known = {u.code: u for u in Unit.objects.filter(code__in=values(rows, "code", "superior")).select_related("jurisdiction")}
        for row in rows:
            self._check(row, places, known)

    def _check(self, row: Row, places: dict[str | None, Jurisdiction], known: dict[str, Unit]) -> None:
        place = imports_places.of(row, places, partial(rules.keeps_register, self.by))
        if place is not None and row["since"] and not rules.inside(row["since"], None, place.since, place.until):
            row.refuse("since", "before_place", _("%(place)s is there since %(day)s only. Correct the day.") % said_of(place))
        unit = known.get(row["code"] or "")
        if unit is not None and place is not None and (unit.kind != row["kind"] or unit.jurisdiction_id != place.pk or unit.until):
            row.refuse(
                "code",
                "differs",
                _("This code belongs to %(unit)s, of another kind or place, or ended. Use another code.") % {"unit": unit.name},
            )
        self._check_superior(row, unit, known)
        if not row.good:
            return
        changes = differences(unit, self._wanted(row)) if unit is not None else {}
        if unit is not None:  # another name has a first day and a document: it is an act of its own, on the unit's page
            differing.tell(self.sheet, row, {"name": unit.name, "since": unit.since})
        links = bool(row["superior"]) and row["code"] not in self.leads
        row.outcome = "new" if unit is None else "changed" if changes or links else "unchanged"
        row.plan = (unit, place, changes)

    def _check_superior(self, row: Row, unit: Unit | None, known: dict[str, Unit]) -> None:
        above = row["superior"]
        if not above or not row["code"]:
            return
        leader = known.get(above)
        if leader is not None and (leader.kind == Unit.Kind.SYSTEM or (leader.until is not None and leader.until <= self.today)):
            row.refuse("superior", "ended", _("%(unit)s does not stand any more, or leads nobody. Choose another.") % {"unit": leader.name})
        if above not in known and above not in self.coming:
            row.refuse("superior", "unknown_unit", _("No unit has the code %(code)s, here or in the register.") % {"code": above})
            return
        led_by = self.leads.get(row["code"])
        if led_by and led_by != above:
            row.refuse(
                "superior", "differs", _("The unit is led by %(unit)s already. Change that on the page of the unit.") % {"unit": led_by}
            )
        place = unit.jurisdiction if unit is not None else None
        if place is not None and not led_by and not rules.orders_units(self.by, place.path, place.pk):
            row.refuse("superior", "order", _("Who leads a unit that stands is said by a chief office. Leave this cell empty."))
        if rules.circle(row["code"], above, self.above):
            row.refuse("superior", "circle", _("By this the unit would lead itself. Look at the units above it."))

    def write(self, rows: Sequence[Row], trace: Trace) -> None:
        trace.add(Unit, [(row, self._unit(row)) for row in rows if row.plan[0] is None])
        trace.amend(Unit, [(row, row.plan[0], row.plan[2], self._wanted(row)) for row in rows if row.plan[2]])

    @staticmethod
    def _wanted(row: Row) -> dict[str, Any]:
        return {name: row[name] for name in ("name_bo", "phone")}

    def _unit(self, row: Row) -> Unit:
        said = {name: row[name] or "" for name in ("code", "name", "name_bo", "kind", "phone")}
        return Unit(jurisdiction=row.plan[1], since=row["since"], **said)

    def link(self, rows: Sequence[Row], trace: Trace) -> None:
        wanted = [row for row in rows if row["superior"] and row["code"] not in self.leads]
        units = {u.code: u for u in Unit.objects.filter(code__in=values(wanted, "code", "superior"))}
        new = []
        for row in wanted:
            above = units.get(row["superior"])
            if above is None:  # it stands in this file too, in a row that was not right
                row.warn("superior", "unknown_unit", _("The unit above was not taken over, so this one has none yet. Hand both in again."))
                continue
            # A unit that stands is led from today on: past days had theirs, or nobody.
            since = max(row["since"] if row.plan[0] is None else self.today, above.since)
            new.append((row, Superior(unit=units[row["code"]], superior=above, since=since)))
        trace.add(Superior, new)


def said_of(place: Jurisdiction) -> dict[str, object]:
    return {"place": place.name, "day": place.since}


def kinds_offered() -> list[tuple[str, str]]:
    """The kinds of post that a file may name, by level and name."""
    kinds = [kind for kind in PostKind.objects.all() if not kind.may(Function.SYSTEM)]
    return [(kind.code, kind.name) for kind in sorted(kinds, key=lambda kind: (kind.level, kind.code))]


class PostsImporter(Importer):
    sheet = Sheet(
        key="posts",
        title=gettext_lazy("Posts"),
        about=gettext_lazy("Seats of chiefs, government desks and departments. Other posts are set up by whoever may fill them."),
        columns=(
            Column(
                "code",
                "岗位编码",
                Kind.CODE,
                required=True,
                most=60,
                example="kangding-river-chief",
                help_text=gettext_lazy("Given by you, once for ever."),
            ),
            Column("title", "岗位名称", required=True, most=120, example="康定市河长（示例）"),
            Column("title_bo", "藏文名称", most=160),
            Column(
                "kind",
                "岗位类别编码",
                required=True,
                most=60,
                example="river-chief-county",
                listed=kinds_offered,
                help_text=gettext_lazy("Code or name of the kind of post; the instructions of the XLSX template list them all."),
            ),
            Column("unit", "单位编码", Kind.CODE, required=True, most=60, example="kangding-gov"),
            Column("since", "设立日期", Kind.DAY, required=True, example="2018-01-01"),
        ),
    )

    def glance(self, rows: Sequence[Row]) -> None:
        twice(rows, "code")
        self.kinds: dict[str, list[PostKind]] = defaultdict(list)  # by name, and alone by code
        known = list(PostKind.objects.select_related("scheme").order_by("code"))
        for kind in known:
            self.kinds[heading(kind.name)].append(kind)
        self.kinds |= {heading(kind.code): [kind] for kind in known}

    def _kind(self, row: Row) -> PostKind | None:
        """The kind of post that a row names by its code or its Chinese name."""
        found = self.kinds.get(heading(narrow(row["kind"] or "")), []) if row["kind"] else []
        if row["kind"] and not found:
            said = _("There is no kind of post “%(code)s”. Write its code or name as the instructions of the template list them.")
            row.refuse("kind", "unknown_kind", said % {"code": row["kind"]})
        elif len(found) > 1:
            said = _("Several kinds of post are called “%(name)s”. Write the code of the one that is meant: %(codes)s.")
            row.refuse("kind", "several", said % {"name": row["kind"], "codes": "、".join(kind.code for kind in found)})
        return found[0] if len(found) == 1 else None

    def check(self, rows: Sequence[Row]) -> None:
        units = {u.code: u for u in Unit.objects.filter(code__in=values(rows, "unit")).select_related("jurisdiction")}
        known = {p.code: p for p in Post.objects.filter(code__in=values(rows, "code")).select_related("unit")}
        for row in rows:
            self._check(row, units, known)

    def _check(self, row: Row, units: dict[str, Unit], known: dict[str, Post]) -> None:
        kind, unit, post = self._kind(row), units.get(row["unit"] or ""), known.get(row["code"] or "")
        if row["unit"] and unit is None:
            row.refuse("unit", "unknown_unit", _("No unit has the code %(code)s. Import the units first.") % {"code": row["unit"]})
        elif unit is not None and not self.by.reach.holds(unit.jurisdiction.path, unit.jurisdiction_id):
            row.refuse("unit", "reach", _("%(place)s lies outside the reach of your post.") % {"place": unit.name})
        elif unit is not None and unit.until:
            row.refuse("unit", "ended", _("%(unit)s ends or has ended. Use the unit that takes its place.") % {"unit": unit.name})
        elif unit is not None and kind is not None and not self._may_fill(kind, unit):
            row.refuse("kind", "closed_kind", CLOSED % {"post": f"{unit.name}, {kind.name}"})
        elif unit is not None and row["since"] and row["since"] < unit.since:
            row.refuse("since", "before_unit", _("The post would begin before its unit, which stands since %(day)s.") % {"day": unit.since})
        if row["since"] and not rules.not_too_far(row["since"], self.today):
            row.refuse("since", "far", _("The day lies more than a year ahead. Compare the document."))
        if kind is not None and unit is not None and kind.level and kind.level != unit.jurisdiction.level:
            said = {"level": kind.get_level_display(), "place": unit.jurisdiction.name}
            row.refuse("kind", "level", _("This kind of post is for the level “%(level)s”; the unit is of %(place)s.") % said)
        if (
            post is not None
            and kind is not None
            and unit is not None
            and (post.kind_id, post.unit_id, post.until) != (kind.pk, unit.pk, None)
        ):
            row.refuse(
                "code",
                "differs",
                _("This code belongs to the post %(post)s of %(unit)s. Use another code.") % {"post": post.title, "unit": post.unit.name},
            )
        if row.good:
            changes = differences(post, self._wanted(row)) if post is not None else {}
            if post is not None:  # another title has a first day and a document: it is an act of its own, on the post's page
                differing.tell(self.sheet, row, {"title": post.title, "since": post.since})
            row.outcome = "new" if post is None else "changed" if changes else "unchanged"
            row.plan = (post, kind, unit, changes)

    def _may_fill(self, kind: PostKind, unit: Unit) -> bool:
        """As on the page: who sets up a post is who fills it."""
        return unit.kind != Unit.Kind.SYSTEM and deeds.may_fill(self.by, Post(kind=kind, unit=unit))

    def write(self, rows: Sequence[Row], trace: Trace) -> None:
        trace.add(Post, [(row, self._post(row)) for row in rows if row.plan[0] is None])
        trace.amend(Post, [(row, row.plan[0], row.plan[3], self._wanted(row)) for row in rows if row.plan[3]])

    @staticmethod
    def _wanted(row: Row) -> dict[str, Any]:
        return {name: row[name] for name in ("title_bo",)}

    def _post(self, row: Row) -> Post:
        _post, kind, unit, _changes = row.plan
        return Post(code=row["code"], title=row["title"], title_bo=row["title_bo"] or "", kind=kind, unit=unit, since=row["since"])
