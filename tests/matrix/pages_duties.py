"""Who may open and change lists of duties, obligations and waivers.

What is published is open to every post. A chief office keeps the lists and obligations of its county (its reach), a township's
government desk those of the township; the cast's receiver sits in a village and keeps nothing.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from accountability.evidence import actions as evidence
from accountability.kit import days
from chiefs.duties.actions import lists, obligations, waivers
from chiefs.duties.models import Duty, DutyList, ListVersion, Obligation
from chiefs.posts.models import Post
from tests.factories.duties import MEETING, add, clerk, published
from tests.factories.evidence import photo

from .cast import CHIEFS, Cast, Role
from .expectations import READ, Page, only
from .things import makes, sends

KEEPERS = ("chief office",)
OPEN = {"posts": 200, "strangers": 302}
#: A page of an office about a thing: own, a neighbour's, a superior's.
KEPT = only((200, 404, 404), *KEEPERS)
DONE = only((302, 404, 404), *KEEPERS)
HERE = only(200, *KEEPERS)


def _post(cast: Cast, role: Role, relation: str) -> Post | None:
    """Whose list or obligation it is: the office keeps the county's posts, not its neighbour's nor the prefecture's."""
    if relation == "superior":
        return cast.chain.prefecture if role.name in KEEPERS else None
    return cast.village_chief(role, relation)


@makes("list")
def list_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    post = _post(cast, role, relation)
    return {"ref": _list(cast, post).ref} if post else None


def _list(cast: Cast, post: Post) -> DutyList:
    key = ("list", post.pk)
    if key not in cast.made:
        cast.made[key] = published({}, post=post)
    return cast.made[key]  # type: ignore[no-any-return]


@makes("list draft")
def draft_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """A draft of a list that has been published before."""
    post = _post(cast, role, relation)
    if post is None:
        return None
    key = ("draft", post.pk)
    if key not in cast.made:
        version = lists.draft(_list(cast, post), by=clerk())
        add(version, clerk())
        cast.made[key] = version
    return {"ref": cast.made[key].client_ref}


@makes("list line")
def line_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    keys = draft_(cast, role, relation)
    if keys is None:
        return None
    item = ListVersion.objects.get(client_ref=keys["ref"]).drafts.order_by("pk").first()
    return {**keys, "key": item.key if item else uuid.uuid4()}


@makes("plan duty")
def duty_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    Duty.objects.get_or_create(
        code="D05", defaults={"levels": "县", "who": "主要负责人", "duty": "study", "words": "每季度研究", "source": "八"}
    )
    return {"code": "D05"} if relation == "own" else None


@makes("owing unit")
def unit_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    post = _post(cast, role, relation)
    return {"code": post.unit.code} if post else None


@makes("owed patrol")
def patrol_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    return {"post": cast.village_chief(role, relation).code, "segment": cast.segment(role, relation).code}


def _owed(cast: Cast, post: Post, state: str) -> Obligation:
    """A quarterly meeting of the post: due now, or done."""
    key = (state, post.pk)
    if key not in cast.made:
        about = published(MEETING, kind="power", post=post) if state == "due" else _list(cast, post)
        today = days.today()
        owed = Obligation(
            client_ref=uuid.uuid4(), post=post, item=about.versions.get(state="published").items.first(), key=uuid.uuid4(), what="meeting",
            since=today, until=today + timedelta(days=30), due=today + timedelta(days=29),
        )  # fmt: skip
        obligations.ObligationLifecycle.begin(owed, by=clerk(), act="plan")
        obligations.ObligationLifecycle.perform("fall_due", owed, by=clerk(), expect=owed.version)
        if state == "done":
            evidence.keep(photo(), owner=owed.stream, role="minutes", by=clerk(), name="a.jpg")
            given = {"happened_on": today, "note": "", "tenure": None, "files": ["x"]}
            obligations.ObligationLifecycle.perform("done", owed, by=clerk(), expect=owed.version, **given)
        cast.made[key] = owed
    return cast.made[key]  # type: ignore[no-any-return]


@makes("obligation")
def obligation_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """Own: of the chief who asks, else of the village chief in the own territory."""
    post = role.post if relation == "own" and role.name.endswith(" chief") else _post(cast, role, relation)
    return {"ref": _owed(cast, post, "due").client_ref} if post else None


@makes("obligation kept")
def obligation_kept(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    post = _post(cast, role, relation)
    return {"ref": _owed(cast, post, "due").client_ref} if post else None


@makes("obligation done")
def obligation_done(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    post = _post(cast, role, relation)
    return {"ref": _owed(cast, post, "done").client_ref} if post else None


@makes("waiver")
def waiver_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    post, segment = cast.village_chief(role, relation), cast.segment(role, relation)
    key = ("waiver", post.pk)
    if key not in cast.made:
        span = {"since": days.today(), "until": days.today() + timedelta(days=7)}
        cast.made[key] = waivers.grant(post=post, segment=segment, reason="winter", note="大雪封路", by=clerk(), **span)
    return {"ref": cast.made[key].client_ref}


@sends("duties form")
def form_(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    """Filled in rightly for every step, so that only lawfulness and permission decide."""
    seen = 0
    for model in (ListVersion, Obligation, waivers.Waiver):
        if found := model.objects.filter(client_ref=keys.get("ref")).first():
            seen = found.version
    today = days.today()
    drafts = ListVersion.objects.filter(state="draft", duty_list__post__isnull=False).order_by("pk")
    return {
        "expect": seen,
        "client_ref": uuid.uuid4(),
        "subject": f"post:{cast.chain.village.pk}",
        "kind": "negative",
        "title": "试验清单",
        "text": "巡查责任河段",
        "basis": "试验依据",
        "target": next((d.pk for d in drafts if d.duty_list.post_id == cast.chain.village.pk), ""),
        "since": today + timedelta(days=1),
        "last_day": today + timedelta(days=9),
        "document": "试验〔2026〕1号",
        "jurisdiction": cast.chain.place.parent_id,
        "reason": "winter" if "segment" in keys or "note" not in keys else "disaster",
        "note": "大雪封路",
    }


PAGES: dict[str, Page] = {
    "duties:list": Page(get=OPEN, post=READ),
    "duties:one": Page(get=OPEN, post=READ, about="list", why="what is published binds openly"),
    "duties:new": Page(get=HERE, post=only(422, *KEEPERS)),
    "duties:draft": Page(get=KEPT, post=DONE, about="list", send="duties form"),
    "duties:version": Page(get=KEPT, post=READ, about="list draft", why="a draft is open to who keeps the list"),
    "duties:add_item": Page(get=KEPT, post=DONE, about="list draft", send="duties form"),
    "duties:change_item": Page(get=KEPT, post=DONE, about="list line", send="duties form"),
    "duties:remove_item": Page(get=KEPT, post=DONE, about="list line", send="duties form"),
    "duties:publish": Page(get=KEPT, post=DONE, about="list draft", send="duties form"),
    "duties:discard": Page(get=KEPT, post=DONE, about="list draft", send="duties form"),
    "duties:plan": Page(get=OPEN, post=READ),
    "duties:adopt": Page(get=HERE, post=only(422, *KEEPERS), about="plan duty"),
    "duties:powers": Page(get=OPEN, post=READ),
    "duties:obligations": Page(get=HERE, post=READ),
    "duties:unit": Page(get=KEPT, post=READ, about="owing unit"),
    "duties:obligation": Page(
        get=only((200, 404, 404), *CHIEFS, *KEEPERS),
        post=only((422, 404, 404), *CHIEFS, *KEEPERS),
        about="obligation",
        why="the post that owes it, and who keeps its register; without minutes nothing is done",
    ),
    "duties:waive": Page(get=KEPT, post=DONE, about="obligation kept", send="duties form"),
    "duties:send_back": Page(get=KEPT, post=DONE, about="obligation done", send="duties form"),
    "duties:waive_patrol": Page(get=KEPT, post=DONE, about="owed patrol", send="duties form"),
    "duties:waivers": Page(get=HERE, post=READ),
    "duties:waive_place": Page(get=HERE, post=only(302, *KEEPERS), send="duties form"),
    "duties:lift": Page(get=KEPT, post=DONE, about="waiver", send="duties form"),
}  # fmt: skip
