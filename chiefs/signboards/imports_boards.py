"""Notice boards from a table: each is set up by the act that its page takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.exchange import differing
from accountability.exchange import reports as imports
from accountability.exchange.columns import Column, Kind, Sheet
from accountability.exchange.importing import ActingImporter, twice, values
from accountability.exchange.reading import Row
from accountability.exchange.rules import MOST_ACTS
from accountability.ledger.models import Mark
from chiefs.posts.models import Unit
from chiefs.resources.models import Segment
from chiefs.territory import imports_places

from . import actions, rules
from .actions import Entry
from .models import LONGEST_CODE, Signboard

DEMONSTRATION = "demonstration"  # the mark that setup.world sets
BOARD = "signboards.signboard"
UNKNOWN = gettext_lazy("No segment in force has the code %(code)s. Import the segments first.")
#: Columns of the table that a board holds as they stand there.
WORDS = ("place", "place_bo", "begins_at", "begins_at_bo", "ends_at", "ends_at_bo", "targets", "targets_bo")
AS_THEY_ARE = (*WORDS, "length_m", "area_m2", "longitude", "latitude", "whole")
AROUND = ("resource__scheme", "jurisdiction__parent__parent__parent")


class SignboardsImporter(ActingImporter):
    sheet = Sheet(
        key="signboards",
        title=gettext_lazy("Notice boards"),
        about=gettext_lazy("One row for each board that stands. Boards that are planned are registered when they stand."),
        most_rows=MOST_ACTS,
        columns=(
            Column(
                "code",
                "公示牌编码",
                Kind.CODE,
                required=True,
                most=LONGEST_CODE,
                example="YLH-001",
                help_text=gettext_lazy("Stands in its QR address for ever. The first board of a segment may have the code of the segment."),
            ),
            Column("segment", "责任段编码", Kind.CODE, required=True, most=20, example="YLH-001"),
            Column("place", "设立位置", required=True, most=80, example="中谷村桥头左岸（示例）"),
            Column("place_bo", "设立位置（藏文）", most=160),
            Column("begins_at", "责任段起点", required=True, most=40, example="中谷村界碑（示例）"),
            Column("begins_at_bo", "责任段起点（藏文）", most=100),
            Column("ends_at", "责任段终点", required=True, most=40, example="二道桥（示例）"),
            Column("ends_at_bo", "责任段终点（藏文）", most=100),
            Column("unit", "管护单位编码", Kind.CODE, required=True, most=60, example="zhonggu-village"),
            Column("set_up_on", "设立日期", Kind.DAY, required=True, example="2026-01-01"),
            Column(
                "as_of",
                "牌上责任人截至日期",
                Kind.DAY,
                help_text=gettext_lazy("The day whose chiefs stand on the board; today when empty."),
            ),
            Column("length_m", "长度（米）", Kind.WHOLE, least=1, greatest=10_000_000),
            Column("area_m2", "面积（平方米）", Kind.WHOLE, least=1, greatest=100_000_000_000),
            Column(
                "targets",
                "管护目标",
                most=160,
                help_text=gettext_lazy("Left empty, the goals of the approved river plan stand on the board."),
            ),
            Column("targets_bo", "管护目标（藏文）", most=320),
            *imports_places.point(),
            Column("whole", "代表整条河湖", Kind.YES_NO, help_text=gettext_lazy("No when empty.")),
            Column("segments", "兼管责任段编码", Kind.NAMES, most=20, help_text=gettext_lazy("Further segments of the same water.")),
        ),
    )

    undoing = gettext_lazy("Boards that the file brought are marked as gone. A corrected file puts them up again under their codes.")

    def glance(self, rows: Sequence[Row]) -> None:
        twice(rows, "code")
        self.demonstration = Mark.objects.filter(name=DEMONSTRATION).exists()

    def look(self, rows: Sequence[Row]) -> None:
        named = values(rows, "segment", "segments")
        segments = {s.code: s for s in Segment.objects.in_force(self.today).filter(code__in=named).select_related(*AROUND)}
        units = {u.code: u for u in Unit.objects.filter(code__in=values(rows, "unit")).select_related("jurisdiction")}
        boards = {
            b.code: b for b in Signboard.objects.filter(code__in=values(rows, "code")).select_related("unit").prefetch_related("segments")
        }
        gone = [board.pk for board in boards.values() if board.state == Signboard.State.GONE]
        self.undone = imports.undone(BOARD, gone) if gone else set()
        for row in rows:
            self._look(row, segments, units, boards.get(row["code"] or ""))

    def _look(self, row: Row, segments: dict[str, Segment], units: dict[str, Unit], board: Signboard | None) -> None:
        segment, unit = segments.get(row["segment"] or ""), units.get(row["unit"] or "")
        if row["segment"] and segment is None:
            row.refuse("segment", "unknown_segment", UNKNOWN % {"code": row["segment"]})
        elif segment is not None and not rules.keeps(self.by, segment.path, segment.jurisdiction_id):
            row.refuse("segment", "reach", _("%(place)s lies outside the reach of your post.") % {"place": segment.code})
        if row["unit"] and (unit is None or unit.kind == Unit.Kind.SYSTEM):
            row.refuse("unit", "unknown_unit", _("No unit has the code %(code)s. Import the units first.") % {"code": row["unit"]})
        elif unit is not None and unit.until is not None and unit.until <= self.today:
            row.refuse("unit", "ended", _("%(unit)s has ended. Use the unit that took its place.") % {"unit": unit.name})
        if strange := [code for code in row["segments"] or [] if code not in segments]:
            row.refuse("segments", "unknown_segment", UNKNOWN % {"code": strange[0]})
        again = board is not None and board.pk in self.undone and segment is not None and board.segment_id == segment.pk
        if board is not None and segment is not None and not again:
            if (board.segment_id, board.set_up_on) == (segment.pk, row["set_up_on"]):
                row.outcome = "unchanged"
                if row.good and board.state == Signboard.State.GONE:
                    row.warn("code", "gone", _("This board is gone. If it stands again, put it up again on its page."))
                elif row.good:
                    differing.tell(self.sheet, row, self._held(row, board))
                return
            row.refuse("code", "differs", _("This code stands on another board, or on one set up on another day. Use another code."))
        if row.good:
            row.outcome = "new"
            row.plan = (
                segment,
                unit,
                [segments[code] for code in row["segments"] or []],
                board.pk if board is not None and again else None,
            )

    @staticmethod
    def _held(row: Row, board: Signboard) -> dict[str, Any]:
        """What stands on a board. An earlier day of its names is no correction: they were looked at again since."""
        held: dict[str, Any] = {name: getattr(board, name) for name in AS_THEY_ARE}
        held |= {"unit": board.unit.code, "segments": sorted(segment.code for segment in board.segments.all())}
        return held | ({"as_of": board.as_of} if row["as_of"] and row["as_of"] > board.as_of else {})

    def act(self, row: Row) -> Sequence[models.Model]:
        segment, unit, beside, gone = row.plan
        said = {name: row[name] or "" for name in WORDS}
        point = {name: None if row[name] is None else float(row[name]) for name in ("latitude", "longitude")}
        entry = Entry(**said, **point, unit=unit, **{name: row[name] for name in ("set_up_on", "length_m", "area_m2")})
        if gone is not None:
            return [self._again(row, Signboard.objects.get(pk=gone), entry, beside)]
        board = actions.set_up(
            code=row["code"],
            segment=segment,
            entry=entry,
            segments=beside,
            whole=bool(row["whole"]),
            as_of=row["as_of"],
            by=self.by,
            demonstration=self.demonstration,
        )
        return [board]

    def _again(self, row: Row, board: Signboard, entry: Entry, beside: Sequence[Segment]) -> Signboard:
        """A board of a file that was undone keeps its code for ever: the corrected file puts it up again, with what it says now."""
        actions.change(board, entry=entry, segments=beside, whole=bool(row["whole"]), by=self.by, expect=board.version)
        note = _("It came again with a corrected file.")
        actions.put_up_again(board, seen_on=row["as_of"] or self.today, note=note, by=self.by, expect=board.version)
        return board

    def chains(self, made: dict[str, list[int]]) -> list[Signboard]:
        return list(Signboard.objects.filter(pk__in=made.get(BOARD, [])).select_related("segment", "unit").order_by("pk"))

    def end(self, made: dict[str, list[int]]) -> None:
        note = _("The import that it came from was undone.")
        for board in self.chains(made):
            actions.take_down(board, seen_on=self.today, note=note, by=self.by, expect=board.version)
