"""Who commissions an audit, of which days, and takes it back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, NoTransition, Refused
from accountability.ledger.models import Event, gate_open
from accountability.notices.models import Notice
from audits.departures import actions
from audits.departures.models import Audit
from chiefs.posts import merging
from chiefs.posts.models import Tenure
from tests.factories.posts import PersonFactory, PostFactory, TenureFactory, acting_for

from .bureau import as_account, commissioned


def test_nobody_else_commissions_and_nobody_is_audited_twice_at_once(bureau):
    world, _organisation, audit_desk, _accounts = bureau
    tenure = Tenure.objects.get(post=world.township)
    with pytest.raises(NotPermitted):
        actions.commission(tenure=tenure, kind="departure", audit_unit=audit_desk.unit, basis="x1", by=acting_for(world.county))
    commissioned(bureau)
    with pytest.raises(Refused):
        commissioned(bureau)


def test_a_term_that_still_runs_has_a_mid_term_audit_and_no_departure_audit(bureau):
    world, organisation, audit_desk, _accounts = bureau
    tenure = Tenure.objects.get(post=world.township)
    given = {"audit_unit": audit_desk.unit, "basis": "〔2026〕2号", "by": acting_for(organisation)}
    with pytest.raises(Refused):
        actions.commission(tenure=tenure, kind="departure", **given)
    first = actions.commission(tenure=tenure, kind="midterm", **given)
    with pytest.raises(Refused, match=first.number):
        actions.commission(tenure=tenure, kind="midterm", **given)


def test_the_last_day_audited_is_the_same_on_every_page(bureau, client):
    _world, organisation, _desk, _accounts = bureau
    audit = commissioned(bureau)
    client.force_login(organisation.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    last = (audit.until - timedelta(days=1)).isoformat()
    for name, args in (("list", []), ("detail", [audit.number]), ("step", [audit.number, "withdraw"])):
        page = client.get(reverse(f"departures:{name}", args=args)).content.decode()
        assert last in page, name
        assert audit.until.isoformat() not in page, name


def test_a_commission_is_withdrawn_by_who_gave_it_and_the_term_can_be_audited_again(bureau):
    _world, organisation, audit_desk, (lead, member, reviewer) = bureau
    audit = commissioned(bureau)
    bureau_by = as_account(audit_desk, lead)
    actions.form_team(
        audit, team=[lead, member], reviewer=reviewer, until=days.today() + timedelta(days=30), by=bureau_by, expect=audit.version
    )
    with pytest.raises(NotPermitted):
        actions.withdraw(audit, reason="证据过少", by=bureau_by, expect=audit.version)
    with pytest.raises(Refused):
        actions.withdraw(audit, reason="  ", by=acting_for(organisation), expect=audit.version)
    actions.withdraw(audit, reason="证据过少，不足以评价", by=acting_for(organisation), expect=audit.version)
    with pytest.raises(NoTransition):
        actions.collect(audit, by=bureau_by, expect=audit.version)
    told = Notice.objects.filter(post=audit_desk).values_list("kind", flat=True)
    assert set(told) == {"audit-commissioned", "audit-withdrawn"}
    assert commissioned(bureau).number != audit.number


def test_days_that_were_audited_are_not_audited_again(bureau):
    audit = commissioned(bureau)
    with gate_open():
        Audit.objects.filter(pk=audit.pk).update(state=Audit.State.ISSUED)
    with pytest.raises(Refused, match=audit.number):
        commissioned(bureau)


def test_an_audit_goes_along_when_two_records_of_its_person_become_one(bureau):
    """Whom it is about still neither sees it nor works on it."""
    world, *_others = bureau
    audit = commissioned(bureau)
    own, into = audit.person, PersonFactory(name=audit.person.name)
    TenureFactory(person=into, post=PostFactory(kind=world.village.kind, unit=world.village.unit), until=days.today())
    office = acting_for(world.office)
    merging.merge(own, into=into, reason="证件号码相同", by=office, expect=own.revision)
    audit.refresh_from_db()
    assert (audit.person, audit.tenure.person) == (into, into)
    told = Event.objects.get(stream=audit.stream, act="departures.follow_person")
    assert told.facts == {"person": {"posts.person": into.pk}, "before": {"posts.person": own.pk}}
