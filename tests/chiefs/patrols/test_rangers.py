"""Rangers walk the segments of their cells, supervisors see what the rangers of their cells walked; neither answers for a segment."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accountability.cases.models import Case, ProblemKind
from accountability.kit import days
from chiefs.duties import overview
from chiefs.patrols.models import Patrol
from chiefs.posts import accounts, deeds
from chiefs.posts.models import PostKind, Watch
from chiefs.resources.models import GridCell
from tests.factories import patrols, posts
from tests.factories.posts import acting_for, chief, government, watcher
from tests.factories.resources import SchemeFactory, SegmentFactory
from tests.factories.territory import LONG_AGO, village

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class Forest:
    """A plot in a cell with its chief, supervisor and ranger, and the same in the next village."""

    def __init__(self) -> None:
        self.world = posts.chain()
        self.unit = self.world.village.unit
        self.plot = self._plot(self.world.place)
        self.chief = chief("village", self.unit, scheme="forest_grass")
        posts.ChargeFactory(post=self.chief, segment=self.plot)
        self.ranger, self.supervisor = (watcher(role, self.unit, self.plot) for role in ("ranger", "supervisor"))
        next_door = government(village("513301201201", "试验二村"))
        self.other_plot = self._plot(next_door.jurisdiction)
        self.other_ranger = watcher("ranger", next_door, self.other_plot)

    @staticmethod
    def _plot(place):
        made = SegmentFactory(jurisdiction=place)
        made.resource.scheme = SchemeFactory(code="forest_grass")
        made.resource.save()
        return made


@pytest.fixture
def forest():
    return Forest()


def signed_in(post) -> Client:
    client = Client()
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def handed_in(post, segment, **more):
    form = {
        "client_ref": uuid.uuid4(),
        "findings": "1",
        "f0-client_ref": uuid.uuid4(),
        "track": SimpleUploadedFile("w.gpx", patrols.walk()),
    }
    return signed_in(post).post(reverse("patrols:new", args=[segment.code]), form | more)


@pytest.mark.parametrize("role", ["ranger", "supervisor"])
def test_the_sign_in_leads_to_the_cells(forest, client, role):
    post = getattr(forest, role)
    login = post.tenures.get().person.accounts.get().login
    assert client.post("/sign-in/", {"username": login, "password": "correct horse battery"}).url == reverse("patrols:home")
    page = client.get("/patrol/").content.decode()
    assert 'data-cell="N-' in page
    assert f'data-segment="{forest.plot.code}"' in page
    assert forest.other_plot.code not in page
    assert ("data-upload" in page) == (role == "ranger")


def test_a_ranger_walks_a_segment_of_a_cell_and_no_other(forest):
    answer = handed_in(forest.ranger, forest.plot)
    patrol = Patrol.objects.get()
    assert answer.url == reverse("patrols:detail", args=[patrol.number])
    assert (patrol.post, patrol.tenure, patrol.state) == (forest.ranger, forest.ranger.tenures.get(), "valid")
    assert handed_in(forest.ranger, forest.other_plot).status_code == 404
    home = signed_in(forest.ranger).get("/patrol/").content.decode()
    assert f"{days.day_of(patrol.started_at):%Y-%m-%d}" in home


def test_a_walk_before_the_watch_began_is_refused(forest):
    Watch.objects.filter(post=forest.ranger).update(since=days.today() + DAY)
    assert handed_in(forest.ranger, forest.plot).status_code == 422
    assert not Patrol.objects.exists()


def test_a_supervisor_hands_in_no_walk(forest):
    assert handed_in(forest.supervisor, forest.plot).status_code == 404


def test_what_a_ranger_finds_is_held_by_the_chief_who_answers_there(forest):
    rubbish = ProblemKind.objects.get(code="rubbish").pk
    handed_in(forest.ranger, forest.plot, **{"f0-kind": rubbish, "f0-text": "林边有垃圾"})
    case = Case.objects.get()
    assert case.holder == forest.chief
    page = signed_in(forest.ranger).get(reverse("patrols:detail", args=[Patrol.objects.get().number])).content.decode()
    assert case.number in page
    assert reverse("desk:case", args=[case.number]) not in page


def test_a_supervisor_sees_the_patrols_of_the_rangers_of_the_own_cells_alone(forest):
    mine, other = patrols.patrol(forest.ranger, forest.plot), patrols.patrol(forest.other_ranger, forest.other_plot)
    of_a_chief = patrols.patrol(forest.chief, forest.plot)
    client = signed_in(forest.supervisor)
    for address in ("/patrol/", "/patrol/rangers/"):
        page = client.get(address).content.decode()
        assert reverse("patrols:detail", args=[mine.number]) in page
        assert other.number not in page
        assert of_a_chief.number not in page
    assert client.get(reverse("patrols:detail", args=[mine.number])).status_code == 200
    assert client.get(reverse("patrols:detail", args=[other.number])).status_code == 404
    assert mine.number in client.get("/patrol/rangers/?format=csv").content.decode()
    Watch.objects.filter(post=forest.supervisor).update(until=days.today())
    assert client.get(reverse("patrols:detail", args=[mine.number])).status_code == 404


def test_the_village_chief_of_the_line_sees_the_walks_of_the_two_staff_and_the_river_chief_does_not(forest):
    walk = patrols.patrol(forest.ranger, forest.plot)
    seen = [post for post in (forest.chief, forest.world.village, forest.other_ranger) if _sees(post, walk)]
    assert seen == [forest.chief]


def _sees(post, patrol):
    return Patrol.objects.visible_to(acting_for(post)).filter(pk=patrol.pk).exists()


def test_the_walk_of_a_ranger_fulfils_no_obligation_of_a_chief(forest):
    patrols.patrol(forest.ranger, forest.plot)
    states = {one.segment.code: one.state for one in overview.of_posts([posts.reports.post(forest.chief.pk)], days.today()) if one.segment}
    assert states == {forest.plot.code: "due"}
    assert overview.of_posts([posts.reports.post(forest.ranger.pk)], days.today()) == []


def test_the_pages_cost_the_same_with_many_cells(forest, django_assert_max_num_queries):
    client = signed_in(forest.supervisor)
    client.get("/patrol/")
    for number in range(12):
        place = forest.world.place
        cell = GridCell.objects.create(code=f"M-{number}", name="网格", jurisdiction=place, since=LONG_AGO)
        cell.segments.add(forest._plot(place))
        for post in (forest.ranger, forest.supervisor):
            Watch.objects.create(post=post, cell=cell, since=LONG_AGO)
    for number in range(3):
        patrols.patrol(forest.ranger, forest.plot, on=days.now() - timedelta(days=number + 1))
    with django_assert_max_num_queries(32):
        client.get("/patrol/")
    with django_assert_max_num_queries(10):
        client.get("/patrol/rangers/")


def test_a_township_enters_a_ranger_for_a_year_and_lets_the_ranger_in(forest):
    desk = acting_for(posts.government(forest.world.township.unit.jurisdiction).posts.get(kind__functions=["receiver"]))
    assert deeds.may_fill(desk, posts.reports.post(forest.ranger.pk))
    assert accounts.let_in_by(desk, [forest.ranger.tenures.get().person])
    assert PostKind.objects.get(code="ranger-village").longest_months == 12
