"""What took place in a period for which nobody is charged is recorded all the same, for the term of its day."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accountability.kit import days
from accountability.ledger.errors import NoTransition, Refused
from accountability.ledger.verification import first_fault
from chiefs.duties import reports
from chiefs.duties.actions import obligations
from chiefs.duties.lifecycle import ObligationLifecycle
from chiefs.duties.models import Obligation
from chiefs.posts.models import Tenure
from tests.factories import posts
from tests.factories.duties import MEETING, published
from tests.factories.posts import TenureFactory, acting_for

from .test_obligations import BEGUN, Q2, Q3, handed_in

pytestmark = pytest.mark.django_db
CHANGE = date(2026, 5, 20)
BACKEND = "chiefs.posts.backends.AccountBackend"


@pytest.fixture
def world():
    return posts.chain()


@pytest.fixture
def changed(world, at):
    """The county's post changed hands inside the second quarter: at its end nobody is charged."""
    with at(BEGUN):
        made = published(MEETING, since=date(2020, 1, 1), post=world.county)
    Tenure.objects.filter(post=world.county).update(until=CHANGE)
    TenureFactory(post=world.county, since=CHANGE)
    with at(Q3):
        obligations.sweep()
    return made


def of_the_quarter(reason="part"):
    owed = Obligation.objects.get(since=Q2)
    assert (owed.state, owed.reason) == ("waived", reason)
    return owed


def may(owed, by):
    return {move.name for move in ObligationLifecycle.available(owed, by)}


@pytest.mark.parametrize("before", [True, False])
def test_it_is_credited_to_whoever_held_the_post_on_the_day(world, changed, at, before):
    owed, day = of_the_quarter(), CHANGE - timedelta(days=1) if before else CHANGE
    with at(date(2026, 7, 15)):
        by = acting_for(world.county)
        assert owed in reports.next_due(world.county, days.today())
        assert "done" in may(owed, by)
        handed_in(owed, by, happened_on=day)
        assert owed not in reports.next_due(world.county, days.today())
    assert (owed.state, owed.reason) == ("done", "")
    assert owed.tenure == Tenure.objects.in_force(day).get(post=world.county)
    assert first_fault()[0] is None


def test_sent_back_it_is_let_off_again_and_nobody_has_missed_it(world, changed, at):
    owed = of_the_quarter()
    with at(date(2026, 7, 15)):
        handed_in(owed, acting_for(world.county), happened_on=CHANGE)
        obligations.send_back(owed, reason="纪要是上季度的", by=acting_for(world.office), expect=owed.version)
        assert (owed.state, owed.reason, owed.tenure, owed.happened_on) == ("waived", "part", None, None)
        handed_in(owed, acting_for(world.county), happened_on=CHANGE)
    assert owed.state == "done"


def test_on_a_day_on_which_nobody_held_the_post_nothing_was_done(world, changed, at):
    Tenure.objects.filter(post=world.county, since=CHANGE).update(since=CHANGE + timedelta(days=10))
    owed = of_the_quarter()
    with at(date(2026, 7, 15)):
        for day in (CHANGE, CHANGE + timedelta(days=9), Q3, Q2 - timedelta(days=1)):
            with pytest.raises(Refused):
                handed_in(owed, acting_for(world.county), happened_on=day)
        handed_in(owed, acting_for(world.county), happened_on=CHANGE + timedelta(days=10))


def test_a_vacancy_that_was_none_after_all_is_filled_with_what_was_done(world, at):
    with at(BEGUN):
        published(MEETING, since=date(2020, 1, 1), post=world.county)
    Tenure.objects.filter(post=world.county).update(until=date(2026, 3, 1))
    with at(Q3):
        obligations.sweep()
        owed = of_the_quarter("vacancy")
        with pytest.raises(Refused):
            handed_in(owed, acting_for(world.office), happened_on=CHANGE)
        late = TenureFactory(post=world.county, since=CHANGE)  # entered afterwards
        handed_in(owed, acting_for(world.county), happened_on=CHANGE)
    assert (owed.state, owed.tenure) == ("done", late)


@pytest.mark.parametrize("reason", ["vacancy", "disaster"])
def test_what_an_office_let_off_stays_let_off(world, at, reason):
    with at(BEGUN):
        published(MEETING, since=date(2020, 1, 1), post=world.county)
    with at(date(2026, 5, 10)):
        obligations.sweep()
        owed = Obligation.objects.get(since=Q2)
        obligations.waive(owed, reason=reason, note="地震抢险", by=acting_for(world.office), expect=owed.version)
        by = acting_for(world.county)
        assert "done" not in may(owed, by)
        with pytest.raises(Refused) as refusal:
            handed_in(owed, by, happened_on=date(2026, 5, 8))
        assert not isinstance(refusal.value, NoTransition)
    assert (owed.state, owed.reason) == ("waived", reason)


def test_the_new_chief_finds_it_at_home_without_being_called_late(world, changed, at, client):
    with at(date(2026, 7, 15)):
        client.force_login(posts.AccountFactory(person=Tenure.objects.get(post=world.county, since=CHANGE).person), backend=BACKEND)
        page = client.get(reverse("patrols:home")).content.decode()
        card = page.split('data-obligation="waived"')[1].split("</div>")[0]
        owed = of_the_quarter()
        assert owed.get_reason_display() in card
        assert reverse("duties:obligation", args=[owed.client_ref]) in card
        assert "badge-bad" not in card
        assert 'data-move="done"' in client.get(reverse("duties:obligation", args=[owed.client_ref])).content.decode()
