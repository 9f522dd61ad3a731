"""Village agreements from a table: prepared by the act that the page takes; they bind when both have signed the paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.exchange import differing
from accountability.exchange.columns import Column, Kind, Sheet
from accountability.exchange.importing import ActingImporter, values
from accountability.exchange.reading import Row
from accountability.exchange.rules import MOST_ACTS
from accountability.ledger.models import Mark
from chiefs.posts.models import Post
from chiefs.posts.rules import keeps_register

from . import actions
from .models import VillageAgreement

DEMONSTRATION = "demonstration"  # the mark that setup.world sets
AGREEMENT = "agreements.villageagreement"
MOST_WORDS = 2000
WORDS = ("duties", "funding", "liability")
GONE = (VillageAgreement.State.DROPPED, VillageAgreement.State.CLOSED)


class VillageAgreementsImporter(ActingImporter):
    sheet = Sheet(
        key="village_agreements",
        title=gettext_lazy("Village agreements"),
        about=gettext_lazy(
            "One row for each village chief. The agreements are prepared; the photo of the signed page is added one by one."
        ),
        most_rows=MOST_ACTS,
        columns=(
            Column("post", "村级岗位编码", Kind.CODE, required=True, most=60, example="zhonggu-river-chief"),
            Column("since", "起始日期", Kind.DAY, required=True, example="2026-01-01"),
            Column("last", "截止日期", Kind.DAY, required=True, example="2026-12-31", help_text=gettext_lazy("The last day covered.")),
            Column("duties", "职责", Kind.LINES, required=True, most=MOST_WORDS, example="每周巡查责任河段一次，做好记录（示例）"),
            Column("funding", "经费", Kind.LINES, required=True, most=MOST_WORDS, example="乡财政按年拨付巡查补贴（示例）"),
            Column("amount", "年补贴（元）", Kind.NUMBER, least=0, greatest=1_000_000, places=2, example="3600"),
            Column("liability", "责任追究", Kind.LINES, required=True, most=MOST_WORDS, example="未履职的按协议扣减补贴（示例）"),
        ),
    )
    undoing = gettext_lazy("Agreements that the file prepared are marked as not concluded. The ledger keeps them.")

    def glance(self, rows: Sequence[Row]) -> None:
        self.demonstration = Mark.objects.filter(name=DEMONSTRATION).exists()
        first: dict[tuple[str, object], int] = {}
        for row in rows:
            key = (row["post"], row["since"])
            if all(key) and first.setdefault(key, row.line) != row.line:
                row.refuse("post", "duplicate", _("Row %(row)s is for the same post and day. Delete one of them.") % {"row": first[key]})

    def look(self, rows: Sequence[Row]) -> None:
        found = Post.objects.filter(code__in=values(rows, "post")).select_related("kind", "unit__jurisdiction__parent")
        posts = {post.code: post for post in found}
        standing = VillageAgreement.objects.filter(post__in=found, since__in=values(rows, "since")).exclude(state__in=GONE)
        there = {(agreement.post_id, agreement.since): agreement for agreement in standing}
        for row in rows:
            post = posts.get(row["post"] or "")
            if row["post"] and post is None:
                row.refuse("post", "unknown_post", _("No post has the code %(code)s. Import the posts first.") % {"code": row["post"]})
            elif post is not None and not keeps_register(self.by, post.unit.jurisdiction.path, post.unit.jurisdiction_id):
                row.refuse("post", "reach", _("%(place)s lies outside the reach of your post.") % {"place": post.title})
            if post is not None and post.until is not None and row["since"] and row["since"] >= post.until:
                row.refuse("post", "ended", _("The post ended on %(day)s. Use the post that took its place.") % {"day": post.until})
            if not row.good or post is None:
                continue
            agreement = there.get((post.pk, row["since"]))
            if agreement is not None and agreement.last_day != row["last"]:
                said = _("An agreement of this post from %(day)s on is prepared or signed, with another last day. Open it on its page.")
                row.refuse("last", "differs", said % {"day": row["since"]})
            elif agreement is not None:
                row.outcome = "unchanged"
                differing.tell(self.sheet, row, {name: getattr(agreement, name) for name in (*WORDS, "amount")})
            else:
                row.outcome, row.plan = "new", post

    def act(self, row: Row) -> Sequence[models.Model]:
        words = {name: row[name] for name in WORDS}
        agreement = actions.prepare(
            post=row.plan,
            since=row["since"],
            until=row["last"] + timedelta(days=1),
            amount=row["amount"],
            by=self.by,
            demonstration=self.demonstration,
            **words,
        )
        return [agreement]

    def chains(self, made: dict[str, list[int]]) -> list[VillageAgreement]:
        return list(VillageAgreement.objects.filter(pk__in=made.get(AGREEMENT, [])).order_by("pk"))

    def end(self, made: dict[str, list[int]]) -> None:
        for agreement in self.chains(made):
            actions.drop(agreement, reason=_("The import that it came from was undone."), by=self.by, expect=agreement.version)
