"""When the demonstration world is played and when it is refused; its shortest story is lawful too."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accountability.kit import days
from accountability.ledger.models import Mark
from accountability.ledger.verification import first_fault
from accountability.setup.management.commands.load_demo import play
from chiefs.posts.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.DEMO = True


def test_it_needs_the_reference_data():
    with pytest.raises(CommandError, match="load_ganzi"):
        call_command("load_demo")
    assert not Mark.objects.filter(name="demonstration").exists()


def test_its_length_is_bounded():
    with pytest.raises(CommandError, match="1 to 52 weeks"):
        call_command("load_demo", weeks=53)


def test_it_needs_the_demonstration_mode(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")
    with pytest.raises(RuntimeError), days.pretend(days.now() - timedelta(days=1)):
        pass


def test_it_needs_a_database_without_accounts():
    Account.objects.create_user(login="somebody")
    with pytest.raises(CommandError, match="has accounts"):
        call_command("load_demo")
    assert not Mark.objects.filter(name="demonstration").exists()


def test_a_story_of_one_week_is_lawful_too():
    call_command("load_ganzi", verbosity=0)
    play(weeks=1)
    fault, events = first_fault()
    assert fault is None
    assert events > 50
