"""The demonstration world is played through the real actions, kept apart, and played once."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accountability.cases.models import Case, Leg
from accountability.kit import days
from accountability.ledger.models import Mark
from accountability.ledger.verification import first_fault
from accountability.setup.management.commands.load_demo import play
from audits.departures.models import Audit
from chiefs.patrols.models import Patrol
from chiefs.posts.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    call_command("load_ganzi", verbosity=0)


def test_a_short_story_is_lawful_from_end_to_end(demo):
    stage = play(weeks=30)
    fault, events = first_fault()
    assert fault is None
    assert events > 1000
    assert Mark.objects.filter(name="demonstration").exists()
    outgoing, incoming = stage.world.outgoing, stage.world.incoming
    for patrol in Patrol.objects.select_related("tenure", "post"):
        day = days.day_of(patrol.started_at)
        assert patrol.demonstration
        assert patrol.tenure.post_id == patrol.post_id
        assert patrol.tenure.since <= day
        assert patrol.tenure.until is None or day < patrol.tenure.until
        assert patrol.arrived_at <= stage.end
    assert outgoing.until == incoming.since
    for case in Case.objects.exclude(state="signed_off"):
        assert Leg.objects.get(case=case, role="lead", left_at=None).post_id == case.holder_id
    audit = Audit.objects.get()
    assert audit.tenure_id == outgoing.pk
    assert not audit.evidence.filter(day__gte=outgoing.until, block="patrols").exists()
    with pytest.raises(CommandError):
        call_command("load_demo")


def test_it_needs_the_demonstration_mode_and_a_database_without_accounts(demo, settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo")
    with pytest.raises(RuntimeError), days.pretend(days.now() - timedelta(days=1)):
        pass
    settings.DEMO = True
    Account.objects.create_user(login="somebody")
    with pytest.raises(CommandError):
        call_command("load_demo")
