"""Agreements made through the real actions on the chain of ``posts.chain()``."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accountability.kit import days
from chiefs.agreements import actions
from chiefs.agreements.actions.villages import keep_scans
from chiefs.agreements.models import TargetAgreement, VillageAgreement
from chiefs.posts.functions import Function

from .evidence import photo
from .posts import UnitFactory, acting_for, chain, desk


def world() -> SimpleNamespace:
    """The chain, with a target office of the prefecture beside it and the desk of the township's government."""
    made = chain()
    targets = desk(UnitFactory(name="州委办公室目标科", jurisdiction=made.prefecture.unit.jurisdiction), Function.TARGETS)
    township = next(post for post in made.township.unit.posts.all() if post.kind.may(Function.RECEIVER))
    return SimpleNamespace(**vars(made), targets=targets, township_desk=township)


def this_year() -> tuple[date, date]:
    year = days.today().year
    return date(year, 1, 1), date(year + 1, 1, 1)


def drafted(w: Any, *, giver: Any = None, taker: Any = None, by: Any = None, items: int = 1, **facts: Any) -> TargetAgreement:
    """A draft from the prefecture's chief to the county's, with ``items`` plain targets of weight 10."""
    since, until = this_year()
    given = {"kind": "year", "since": since, "until": until, "evaluator": w.targets.unit}
    agreement = actions.draft(giver=giver or w.prefecture, taker=taker or w.county, by=acting_for(by or w.targets), **{**given, **facts})
    for number in range(items):
        put(w, agreement, by=by, text=f"试验目标{number + 1}")
    return agreement


def put(w: Any, agreement: TargetAgreement, *, by: Any = None, **facts: Any) -> Any:
    given = {"text": "森林覆盖率", "unit": "%", "baseline_text": "50", "target_text": "60", "direction": "up", "weight": Decimal(10)}
    given["expect"] = agreement.version
    actions.put_item(agreement, by=acting_for(by or w.targets), **{**given, **facts})
    return agreement.items.order_by("place").last()


def offered(w: Any, agreement: TargetAgreement | None = None, *, by: Any = None, **facts: Any) -> TargetAgreement:
    agreement = agreement or drafted(w, by=by, **facts)
    actions.offer(agreement, by=acting_for(by or w.targets), expect=agreement.version)
    return agreement


def signed(w: Any, agreement: TargetAgreement | None = None, *, by: Any = None, **facts: Any) -> TargetAgreement:
    """In force: both posts have signed."""
    agreement = agreement or drafted(w, by=by, **facts)
    if agreement.state == "draft":
        offered(w, agreement, by=by)
    for post in (agreement.giver, agreement.taker):
        actions.sign(agreement, document=agreement.sha256, by=acting_for(post), expect=agreement.version)
    return agreement


WORDS = {"duties": "每周巡查责任河段一次，做好记录", "funding": "乡财政按年拨付巡查补贴", "liability": "未履职的按协议扣减补贴"}


def prepared(w: Any, *, post: Any = None, since: date | None = None, length: int = 365, by: Any = None, **facts: Any) -> VillageAgreement:
    begin = since or days.today()
    given = {"since": begin, "until": begin + timedelta(days=length), **WORDS}
    return actions.prepare(post=post or w.village, by=acting_for(by or w.township_desk), **{**given, **facts})


def scanned(agreement: VillageAgreement, w: Any) -> VillageAgreement:
    page = SimpleUploadedFile("page.jpg", photo(), "image/jpeg")
    keep_scans(agreement, [page], form_ref=uuid.uuid4(), by=acting_for(w.township_desk))
    return agreement


def concluded(w: Any, **facts: Any) -> VillageAgreement:
    """Signed by both parties, with the photo of the page."""
    agreement = scanned(prepared(w, **facts), w)
    signed_on = min(days.today(), agreement.since)
    actions.sign_village(agreement, signed_on=signed_on, by=acting_for(w.township_desk), expect=agreement.version)
    return agreement
