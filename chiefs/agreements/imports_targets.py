"""Targets from a table: drafts of target agreements with their items, entered by the acts that the pages take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.exchange import differing
from accountability.exchange.columns import Column, Kind, Sheet
from accountability.exchange.importing import ActingImporter, values
from accountability.exchange.reading import Row
from accountability.exchange.rules import MOST_ACTS
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.models import Mark
from audits.indicators.models import Indicator
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, Unit

from . import actions, reports
from .lifecycle import may_draft
from .models import TargetAgreement, TargetItem

DEMONSTRATION = "demonstration"  # the mark that setup.world sets
OPEN = Q(state__in=[TargetAgreement.State.DRAFT, TargetAgreement.State.OFFERED, TargetAgreement.State.HALF, TargetAgreement.State.SIGNED])
AGREEMENT, ITEM = "agreements.targetagreement", "agreements.targetitem"
Key = tuple[int, int, object]  # giver, taker, first day


class TargetsImporter(ActingImporter):
    sheet = Sheet(
        key="targets",
        title=gettext_lazy("Targets of agreements"),
        about=gettext_lazy(
            "One row for each target. Rows with the same parties and first day are one draft; it is offered for signature on its page."
        ),
        most_rows=MOST_ACTS,
        columns=(
            Column("giver", "下达岗位编码", Kind.CODE, required=True, most=60, example="ganzi-general-chief"),
            Column("taker", "承担岗位编码", Kind.CODE, required=True, most=60, example="kangding-general-chief"),
            Column("evaluator", "考核单位编码", Kind.CODE, required=True, most=60, example="ganzi-target-office"),
            Column("kind", "类型", Kind.CHOICE, required=True, choices=tuple(TargetAgreement.Kind.choices), example="年度"),
            Column("since", "起始日期", Kind.DAY, required=True, example="2026-01-01"),
            Column("last", "截止日期", Kind.DAY, required=True, example="2026-12-31", help_text=gettext_lazy("The last day covered.")),
            Column("text", "目标内容", required=True, most=300, example="森林覆盖率（示例）"),
            Column("unit", "计量单位", most=40, example="%"),
            Column("baseline", "基期值", most=120, example="50"),
            Column("target", "目标值", required=True, most=120, example="60"),
            Column("direction", "方向", Kind.CHOICE, required=True, choices=tuple(TargetItem.Direction.choices), example="越高越好"),
            Column("weight", "分值", Kind.NUMBER, required=True, least=0, greatest=1000, places=2, example="10"),
            Column("due", "完成期限", Kind.DAY),
            Column("additive", "下级可相加", Kind.YES_NO, help_text=gettext_lazy("No when empty.")),
            Column(
                "indicator",
                "规划指标序号",
                Kind.CODE,
                most=7,
                help_text=gettext_lazy("As in Table 1 of the plan, its part after a dash: 11-2."),
            ),
            Column(
                "above",
                "上级责任书编号",
                Kind.CODE,
                most=24,
                help_text=gettext_lazy("The agreement in force whose target in the same words this one breaks down."),
            ),
        ),
    )
    undoing = gettext_lazy(
        "Drafts that the file began are withdrawn, and its targets are taken out of drafts that were there before. The ledger keeps both."
    )

    @classmethod
    def open_to(cls, by: Acting) -> bool:
        """Also to the target office: it is the one that drafts most of them."""
        return super().open_to(by) or by.may(Function.TARGETS)

    def glance(self, rows: Sequence[Row]) -> None:
        self.demonstration = Mark.objects.filter(name=DEMONSTRATION).exists()
        self.indicators = {f"{i.no}-{i.sub_no}" if i.sub_no else str(i.no): i for i in Indicator.objects.all()}
        heads: dict[tuple[object, ...], Row] = {}
        first: dict[tuple[object, ...], int] = {}
        for row in rows:
            key = (row["giver"], row["taker"], row["since"])
            if not all(key):
                continue
            head = heads.setdefault(key, row)
            if any(row[name] != head[name] for name in ("evaluator", "kind", "last")):
                said = _("Row %(row)s begins the same agreement with another evaluator, kind or last day. Make them agree.")
                row.refuse("since", "head", said % {"row": head.line})
            if row["text"] and first.setdefault((*key, row["text"]), row.line) != row.line:
                said = _("Row %(row)s says the same target. Delete one of them.")
                row.refuse("text", "duplicate", said % {"row": first[(*key, row["text"])]})

    def look(self, rows: Sequence[Row]) -> None:
        found = Post.objects.filter(code__in=values(rows, "giver", "taker")).select_related("kind", "unit__jurisdiction")
        posts = {post.code: post for post in found}
        evaluators = Unit.objects.in_force(self.today).filter(code__in=values(rows, "evaluator")).exclude(kind=Unit.Kind.SYSTEM)
        units = {unit.code: unit for unit in evaluators}
        agreements: dict[Key, TargetAgreement] = {}
        standing = TargetAgreement.objects.filter(OPEN, giver__in=found, taker__in=found, since__in=values(rows, "since"))
        around = ("items__indicator", "items__parent__agreement")
        for agreement in standing.select_related("evaluator").prefetch_related(*around).order_by("edition"):
            agreements[agreement.giver_id, agreement.taker_id, agreement.since] = agreement
        for row in rows:
            giver, taker = (self._party(row, name, posts) for name in ("giver", "taker"))
            if row["evaluator"] and row["evaluator"] not in units:
                row.refuse(
                    "evaluator", "unknown_unit", _("No unit has the code %(code)s. Import the units first.") % {"code": row["evaluator"]}
                )
            if row["indicator"] and row["indicator"] not in self.indicators:
                row.refuse(
                    "indicator", "unknown_indicator", _("The plan has no indicator of this number. Leave the cell empty, or correct it.")
                )
            if taker is not None and not may_draft(self.by, taker.unit.jurisdiction.path, taker.unit.jurisdiction_id):
                row.refuse("taker", "reach", _("%(place)s lies outside the reach of your post.") % {"place": taker.title})
            if row.good and giver is not None and taker is not None:
                self._settle(row, giver, taker, units[row["evaluator"]], agreements.get((giver.pk, taker.pk, row["since"])))

    @staticmethod
    def _party(row: Row, name: str, posts: dict[str, Post]) -> Post | None:
        post = posts.get(row[name] or "")
        if row[name] and post is None:
            row.refuse(name, "unknown_post", _("No post has the code %(code)s. Import the posts first.") % {"code": row[name]})
        if post is not None and post.until is not None and row["since"] and row["since"] >= post.until:
            row.refuse(name, "ended", _("The post ended on %(day)s. Use the post that took its place.") % {"day": post.until})
        return post

    def _settle(self, row: Row, giver: Post, taker: Post, evaluator: Unit, agreement: TargetAgreement | None) -> None:
        if agreement is not None:
            ours = agreement.state == TargetAgreement.State.DRAFT and agreement.office_id == self.by.unit_id
            if item := next((item for item in agreement.items.all() if self._is(row, item, ours)), None):
                row.outcome = "unchanged"
                if ours or agreement.state != TargetAgreement.State.DRAFT:  # what another office drafts is its own
                    differing.tell(self.sheet, row, self._held(agreement, item))
                return
            if not ours:
                said = _("An agreement of these parties from this day on is offered, signed, or drafted by another office. Go on there.")
                row.refuse("since", "not_draft", said)
                return
        row.outcome, row.plan = "new", (giver, taker, evaluator)

    @staticmethod
    def _is(row: Row, item: TargetItem, ours: bool) -> bool:
        """In a draft of the own office the words tell one target from another, as in the file: two of one wording are never meant."""
        return item.text == row["text"] and (ours or item.target_text == row["target"])

    @staticmethod
    def _held(agreement: TargetAgreement, item: TargetItem) -> dict[str, object]:
        indicator = item.indicator and (f"{item.indicator.no}-{item.indicator.sub_no}" if item.indicator.sub_no else str(item.indicator.no))
        return {
            "evaluator": agreement.evaluator.code,
            "kind": agreement.kind,
            "last": agreement.last_day,
            "target": item.target_text,
            "baseline": item.baseline_text,
            "indicator": indicator,
            "above": item.parent and item.parent.agreement.number,
            **{name: getattr(item, name) for name in ("unit", "direction", "weight", "due", "additive")},
        }

    def act(self, row: Row) -> Sequence[models.Model]:
        """The first row of an agreement drafts it; the draft is looked up each time, because every target counts it up."""
        giver, taker, evaluator = row.plan
        mine = TargetAgreement.objects.filter(giver=giver, taker=taker, since=row["since"], office=self.by.unit_id)
        agreement = mine.filter(state=TargetAgreement.State.DRAFT).order_by("edition").last()
        made: list[models.Model] = []
        if agreement is None:
            until = row["last"] + timedelta(days=1)
            parties = {"giver": giver, "taker": taker, "evaluator": evaluator, "kind": row["kind"]}
            agreement = actions.draft(since=row["since"], until=until, by=self.by, demonstration=self.demonstration, **parties)
            made.append(agreement)
        actions.put_item(
            agreement,
            text=row["text"],
            target_text=row["target"],
            baseline_text=row["baseline"] or "",
            unit=row["unit"] or "",
            direction=row["direction"],
            weight=row["weight"],
            additive=bool(row["additive"]),
            due=row["due"],
            indicator=self.indicators.get(row["indicator"] or ""),
            parent=self._above(row, agreement),
            by=self.by,
            expect=agreement.version,
        )
        return [*made, agreement.items.order_by("place").reverse()[0]]

    @staticmethod
    def _above(row: Row, agreement: TargetAgreement) -> TargetItem | None:
        if not row["above"]:
            return None
        found = reports.may_break_down(agreement).filter(agreement__number=row["above"], text=row["text"]).first()
        if found is None:
            said = _("The giver has taken on no target “%(text)s” under %(number)s. Use its very words, or leave the number out.")
            raise Refused(said % {"text": row["text"], "number": row["above"]})
        return found

    def chains(self, made: dict[str, list[int]]) -> list[TargetAgreement]:
        """The drafts that the file began, and those of before to which it added targets."""
        begun, items = made.get(AGREEMENT, []), made.get(ITEM, [])
        return list(TargetAgreement.objects.filter(Q(pk__in=begun) | Q(items__in=items)).order_by("pk").distinct())

    def end(self, made: dict[str, list[int]]) -> None:
        begun, items = set(made.get(AGREEMENT, [])), made.get(ITEM, [])
        for agreement in self.chains(made):
            if agreement.pk in begun:
                actions.withdraw(agreement, reason=_("The import that it came from was undone."), by=self.by, expect=agreement.version)
                continue
            for place in agreement.items.filter(pk__in=items).order_by("place").values_list("place", flat=True):
                actions.drop_item(agreement, place=place, by=self.by, expect=agreement.version)
