"""Who may read a dossier, for how long, and in which part."""

from datetime import timedelta

import pytest

from accountability.kit import days
from accountability.ledger.errors import GateError, NotPermitted, Refused
from audits.departures import actions
from audits.departures.models import WORK, Audit, AuditGrant
from tests.factories.posts import AccountFactory, TenureFactory, acting_for

from .bureau import as_account, commissioned, newcomer, scored


def test_only_team_and_reviewers_see_the_dossier(bureau):
    world, organisation, audit_desk, (lead, member, reviewer) = bureau
    audit = scored(bureau)
    outsider = AccountFactory(person=TenureFactory(post=audit_desk).person)
    for account in (lead, member, reviewer):
        assert Audit.objects.dossier_open_to(as_account(audit_desk, account)).filter(pk=audit.pk).exists()
    assert not Audit.objects.visible_to(as_account(audit_desk, outsider)).filter(pk=audit.pk).exists()
    assert Audit.objects.visible_to(acting_for(organisation)).filter(pk=audit.pk).exists()
    assert not Audit.objects.dossier_open_to(acting_for(organisation)).exists()
    for post in (world.township, world.county, world.office, world.intake, world.water):
        assert not Audit.objects.visible_to(acting_for(post)).exists()


def test_an_expired_grant_opens_nothing_and_allows_nothing(bureau):
    _world, _organisation, audit_desk, (lead, _member, reviewer) = bureau
    audit = scored(bureau)
    AuditGrant.objects.filter(content_object=audit).update(until=days.today())
    for account in (lead, reviewer):
        acting = as_account(audit_desk, account)
        assert not Audit.objects.dossier_open_to(acting).exists()
        with pytest.raises(NotPermitted):
            actions.review(audit, opinion="证据充分，评分适当", by=acting, expect=audit.version)


def test_an_audit_whose_team_has_lost_its_access_gets_a_new_team_from_the_bureau(bureau):
    _world, _organisation, audit_desk, (lead, member, reviewer) = bureau
    audit = scored(bureau)
    colleague = newcomer(audit_desk)
    until = days.today() + timedelta(days=9)
    with pytest.raises(NotPermitted):  # while the team serves, nobody beside it
        actions.change_team(
            audit, team=[colleague], reviewer=reviewer, until=until, by=as_account(audit_desk, colleague), expect=audit.version
        )
    AuditGrant.objects.filter(content_object=audit).update(until=days.today())
    by = as_account(audit_desk, colleague)
    assert Audit.objects.visible_to(by).filter(pk=audit.pk).exists()
    actions.change_team(audit, team=[member, colleague], reviewer=reviewer, until=until, by=by, expect=audit.version)
    opened = {a for a in (lead, member, reviewer, colleague) if Audit.objects.dossier_open_to(as_account(audit_desk, a)).exists()}
    assert opened == {member, reviewer, colleague}
    assert set(audit.serving(WORK)) == {member.pk, colleague.pk}
    actions.review(audit, opinion="证据充分，评分适当", by=as_account(audit_desk, reviewer), expect=audit.version)


def test_a_team_may_replace_its_own_members_and_whoever_left_sees_nothing_from_that_day(bureau):
    _world, _organisation, audit_desk, (lead, member, reviewer) = bureau
    audit = scored(bureau)
    until = days.today() + timedelta(days=9)
    actions.change_team(audit, team=[member], reviewer=reviewer, until=until, by=as_account(audit_desk, lead), expect=audit.version)
    assert not Audit.objects.visible_to(as_account(audit_desk, lead)).exists()
    assert Audit.objects.dossier_open_to(as_account(audit_desk, member)).exists()


def test_nobody_changes_sides_in_one_audit(bureau):
    _world, _organisation, audit_desk, (lead, member, reviewer) = bureau
    audit, colleague = scored(bureau), newcomer(audit_desk)
    by, until = as_account(audit_desk, lead), days.today() + timedelta(days=9)
    for team, review in (([member], lead), ([reviewer], colleague)):
        with pytest.raises(Refused):
            actions.change_team(audit, team=team, reviewer=review, until=until, by=by, expect=audit.version)
    assert set(audit.serving(WORK)) == {lead.pk, member.pk}


def test_who_scored_does_not_review_and_who_reviews_is_not_of_the_team(bureau):
    _world, _organisation, audit_desk, (lead, member, _reviewer) = bureau
    audit = commissioned(bureau)
    by = as_account(audit_desk, lead)
    with pytest.raises(Refused):
        actions.form_team(audit, team=[lead, member], reviewer=lead, until=days.today() + timedelta(days=9), by=by, expect=audit.version)
    with pytest.raises(GateError):
        actions.collect(audit, by=by, expect=audit.version)
    assert not AuditGrant.objects.exists()
