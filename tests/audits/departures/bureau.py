"""A chain of chiefs with an organisation department and an audit bureau, and the steps of an audit up to its score."""

from datetime import timedelta

import pytest

from accountability.cases import actions as case_actions
from accountability.kit import days
from audits.departures import actions, desk
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, Tenure
from tests.factories import cases, patrols, posts
from tests.factories.posts import AccountFactory, TenureFactory, UnitFactory, acting_for


@pytest.fixture
def bureau(db):
    """A chain, an organisation department, and an audit bureau with three members."""
    world = posts.chain()
    home = world.bureau.unit.jurisdiction
    organisation = posts.desk(UnitFactory(name="州委组织部", jurisdiction=home), Function.ORGANISATION)
    audit_desk = posts.desk(UnitFactory(name="州审计局", jurisdiction=home), Function.AUDIT)
    accounts = [Account.objects.get(person__tenures__post=audit_desk)]
    accounts += [AccountFactory(person=TenureFactory(post=audit_desk).person) for _ in range(2)]
    return world, organisation, audit_desk, accounts


def as_account(post, account):
    from chiefs.posts import reports

    return reports.acting(account, post, account.person_id)


def newcomer(post):
    """One more holder of the bureau's desk, with an account."""
    return AccountFactory(person=TenureFactory(post=post).person)


def commissioned(bureau, tenure=None):
    world, organisation, audit_desk, _accounts = bureau
    tenure = tenure or Tenure.objects.get(post=world.township)
    return actions.commission(
        tenure=tenure,
        kind="departure" if tenure.until else "midterm",
        audit_unit=audit_desk.unit,
        basis="〔2026〕1号",
        by=acting_for(organisation),
    )


def scored(bureau):
    world, _organisation, audit_desk, (lead, member, reviewer) = bureau
    monday = days.today() - timedelta(days=days.today().weekday())
    for month in range(1, 5):
        on = days.start_of(monday - timedelta(days=30 * month)) + timedelta(hours=9)
        patrols.patrol(world.township, world.segment, on=on)
    case = cases.case(world)
    case_actions.report_up(case, note="村里没有车", by=acting_for(world.village), expect=case.version)
    audit = commissioned(bureau)
    by = as_account(audit_desk, lead)
    actions.form_team(audit, team=[lead, member], reviewer=reviewer, until=days.today() + timedelta(days=30), by=by, expect=audit.version)
    actions.collect(audit, by=by, expect=audit.version)
    for part in desk.PARTS:
        actions.check(audit, part=part, remark="", by=by, expect=audit.version)
    actions.score(audit, by=by, expect=audit.version)
    return audit
