"""Departure audits for the matrix: with a grant for the auditor who asks, with one for colleagues only, and just commissioned."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from accountability.kit import days
from audits.departures import actions
from audits.departures.desk import PARTS
from audits.departures.models import Audit, Figure, Item
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, Tenure
from tests.factories.posts import AccountFactory, TenureFactory, UnitFactory, acting_for, desk

from .cast import Cast, Role
from .things import issued, makes, sends


def _colleagues(cast: Cast) -> list[Account]:
    """Two more members of the auditor's bureau."""
    if "colleagues" not in cast.made:
        post = cast.roles["audit"].post
        cast.made["colleagues"] = [AccountFactory(person=TenureFactory(post=post).person) for _ in range(2)]
    return cast.made["colleagues"]  # type: ignore[no-any-return]


def _commissioned(cast: Cast, by_another: bool) -> Audit:
    audit_desk, organisation = cast.roles["audit"].post, cast.roles["organisation"].post
    assert audit_desk is not None
    if by_another:
        organisation = desk(UnitFactory(name="邻州委组织部", jurisdiction=audit_desk.unit.jurisdiction), Function.ORGANISATION)
    assert organisation is not None
    tenure = Tenure.objects.get(post=cast.neighbours["village"] if by_another else cast.chain.township)
    known = Audit.objects.filter(tenure=tenure).first()
    return known or actions.commission(
        tenure=tenure,
        kind="departure" if tenure.until else "midterm",
        audit_unit=audit_desk.unit,
        basis="〔2026〕1号",
        by=acting_for(organisation),
    )


@makes("audit waiting")
def audit_waiting(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"number": _commissioned(cast, by_another=False).number} if relation == "own" else None


@makes("audit")
def audit_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """Own: the auditor is in the team and the organisation department has commissioned it. Sibling: neither."""
    if relation == "superior":
        return None
    audit, colleagues, auditor = _commissioned(cast, by_another=relation == "sibling"), _colleagues(cast), cast.roles["audit"]
    if audit.state == Audit.State.COMMISSIONED:
        team = colleagues[:1] if relation == "sibling" else [auditor.account]
        leading = posts.acting(team[0], auditor.post, team[0].person_id)  # type: ignore[union-attr,arg-type]
        until = days.today() + timedelta(days=30)
        actions.form_team(audit, team=team, reviewer=colleagues[1], until=until, by=leading, expect=audit.version)  # type: ignore[arg-type]
    return {"number": audit.number}


@makes("audit figure")
def audit_figure(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    keys = audit_(cast, role, relation)
    if keys is None:
        return None
    told = {"item": Item.objects.order_by("pk")[0], "label": "试验数字", "value": 1}
    Figure.objects.get_or_create(audit=Audit.objects.get(**keys), code="walked", defaults=told)
    return keys | {"code": "walked"}


@makes("audit paper")
def audit_paper(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    keys = audit_(cast, role, relation)
    if keys is None:
        return None
    if relation not in cast.made:
        cast.made[relation] = issued(printed=True, owner=Audit.objects.get(**keys).stream)
    return {"ref": cast.made[relation].ref}


@sends("audit step")
def audit_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    audit, colleagues = Audit.objects.get(number=keys["number"]), _colleagues(cast)
    auditor = cast.roles["audit"].account
    assert auditor is not None
    return {
        "expect": audit.version,
        "client_ref": uuid.uuid4(),
        "team": [auditor.pk],
        "reviewer": colleagues[0].pk,
        "until": (days.today() + timedelta(days=30)).isoformat(),
        "part": next(iter(PARTS)),
        "opinion": "证据充分，评分适当",
        "grade": "ordinary",
        "reason": "综合考虑履职情况",
    }
