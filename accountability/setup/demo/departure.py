"""The audit of the township head who left, from the commission to the issued report."""

from __future__ import annotations

from datetime import timedelta

from accountability.kit import days
from audits.departures import actions, desk
from audits.departures.models import Audit
from chiefs.posts import reports as posts
from chiefs.posts.models import Account, Tenure

from .stage import Stage, version_of

LEAST = timedelta(days=45)  # of the term that must be told


def plan(stage: Stage) -> None:
    """Commissioned three weeks before today, issued a week before; a story that tells too little of the term has no audit."""
    outgoing = stage.world.outgoing
    if outgoing is None or outgoing.until is None or days.day_of(stage.begin) + LEAST > outgoing.until:
        return
    stage.at(stage.office_hour(stage.end - timedelta(days=21)), lambda: _commission(stage))


def _commission(stage: Stage) -> None:
    tenure = stage.world.outgoing
    if tenure is None:
        return
    organisation, bureau = stage.world.posts["pref-organisation-organisation"], stage.world.posts["pref-audit-audit"]
    audit = actions.commission(
        tenure=Tenure.objects.get(pk=tenure.pk),
        kind=Audit.Kind.DEPARTURE,
        audit_unit=bureau.unit,
        basis="州委组织部离任审计委托〔2026〕演示1号",
        by=stage.by(organisation),
        demonstration=True,
    )
    people = [t.person_id for t in bureau.tenures.order_by("pk")]
    accounts = [Account.objects.get(person_id=pk) for pk in people]
    acting = [posts.acting(account, posts.post(bureau.pk), account.person_id) for account in accounts]
    lead, reviewer = acting[0], acting[2]
    until = stage.world.today + timedelta(days=180)
    actions.form_team(audit, team=accounts[:2], reviewer=accounts[2], until=until, by=lead, expect=version_of(audit))

    def work() -> None:
        actions.collect(audit, by=lead, expect=version_of(audit))
        for part in desk.PARTS:
            actions.check(audit, part=part, remark="", by=lead, expect=version_of(audit))
        actions.score(audit, by=lead, expect=version_of(audit))

    def decide() -> None:
        actions.review(audit, opinion="证据充分，评分计算无误", by=reviewer, expect=version_of(audit))
        reason = "巡查和问题处置总体到位，按计算等次认定"
        actions.decide(audit, grade=audit.capped_grade, reason=reason, by=lead, expect=version_of(audit))
        actions.issue(audit, by=lead, expect=version_of(audit))
        stage.counts["audits issued"] += 1

    stage.later(5 * 24, work)
    stage.later(14 * 24, decide)
