"""When the demonstration world is played, and when it is refused."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accountability.kit import days
from accountability.ledger.models import Mark
from chiefs.posts.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    call_command("load_ganzi", verbosity=0)


def test_it_needs_the_reference_data(settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="load_ganzi"):
        call_command("load_demo")
    with pytest.raises(CommandError, match="1 to 52 weeks"):
        call_command("load_demo", weeks=53)
    assert not Mark.objects.filter(name="demonstration").exists()


def test_it_needs_the_demonstration_mode_and_a_database_without_accounts(demo, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")
    assert not Mark.objects.filter(name="demonstration").exists()
    with pytest.raises(RuntimeError), days.pretend(days.now() - timedelta(days=1)):
        pass
    settings.DEMO = True
    Account.objects.create_user(login="somebody")
    with pytest.raises(CommandError, match="has accounts"):
        call_command("load_demo")
