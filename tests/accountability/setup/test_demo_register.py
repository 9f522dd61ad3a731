"""What the demonstration world shows of sites, bodies and meetings, played by itself over its whole year."""

import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import Count

from accountability.kit import days
from accountability.ledger.verification import first_fault
from accountability.setup.demo import meetings, sites, world
from accountability.setup.demo.stage import Stage
from accountability.setup.management.commands.load_demo import _accounts
from chiefs.bodies.models import Meeting, Resolution
from chiefs.sites import rules
from chiefs.sites.models import Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def played(settings):
    settings.DEMO = True
    call_command("load_ganzi", verbosity=0)
    made = world.build(days.today())
    _accounts()
    end = days.start_of(days.today())
    stage = Stage(made, end - timedelta(weeks=52), end, random.Random(1))
    for part in (sites, meetings):
        part.plan(stage)
    stage.play()
    return stage


def test_a_dozen_sites_marked_as_invented_one_of_them_entered_twice(played):
    rows = Site.objects.all()
    assert rows.count() == 12
    assert all(site.demonstration and "演示" in site.name for site in rows)
    coded = rows.exclude(credit_code="")
    assert coded.count() == 8
    assert all(rules.is_credit_code(site.credit_code) and site.credit_code[2:8] == "000000" for site in coded)
    assert dict(rows.values_list("state").annotate(n=Count("pk"))) == {"operating": 10, "closed": 1, "merged": 1}
    merged = rows.get(state="merged")
    assert merged.name in {name.name for name in merged.current.names.all()}
    assert Site.objects.operating().unwatched(days.today()).count() == 1


def test_a_body_with_held_meetings_a_missed_one_and_a_late_decision(played):
    states = set(Meeting.objects.values_list("state", flat=True))
    assert {"closed", "missed"} <= states
    first = Meeting.objects.filter(state="closed").earliest("period_since")
    assert first.attendance.filter(outcome="excused").count() == 1
    assert sorted(first.resolutions.values_list("state", flat=True)) == ["confirmed", "open"]
    assert Resolution.objects.overdue(days.today()).count() == 1
    assert first_fault()[0] is None


def test_an_invented_code_could_not_be_a_real_one():
    assert sites.code(1)[2:8] == "000000"
    assert rules.is_credit_code(sites.code(1))
