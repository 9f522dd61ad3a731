"""The pages of agreements and key projects, for those who sign them and those who keep them."""

from __future__ import annotations

import pytest

from audits.indicators import project_actions
from audits.indicators.models import Project, ProjectTotal
from chiefs.agreements import actions
from chiefs.agreements.actions import Achieved
from chiefs.agreements.models import VillageAgreement
from tests.factories import agreements as made
from tests.factories.posts import PersonFactory, acting_for

from .harness import inspect

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
LANGUAGES = ("zh-hans", "bo")
TARGETS, VILLAGES, PROJECTS = "/register/agreements/targets/", "/register/agreements/villages/", "/register/projects/"


def account_of(post):
    return post.tenures.get().person.accounts.get()


def come_in(visitor, post, language="zh-hans", **wishes):
    person = visitor(**wishes)
    person.speak(language)
    person.sign_in(account_of(post))
    return person


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_village_agreement_are_open_to_everybody(visitor, language):
    w = made.world()
    agreement = made.concluded(w, length=20)
    chief = come_in(visitor, w.village, language)
    faults = inspect(chief, VILLAGES) + inspect(chief, f"{VILLAGES}{agreement.number}/")
    clerk = come_in(visitor, w.township_desk, language)
    former = made.concluded(w, since=agreement.until, length=20)
    VillageAgreement.objects.filter(pk=former.pk).update(person=PersonFactory())
    for path in (
        "?list=expiring",
        "?list=missing",
        "?list=former",
        f"{agreement.number}/",
        f"{agreement.number}/renew/",
        f"{agreement.number}/close/",
    ):
        faults += inspect(clerk, VILLAGES + path)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_target_agreement_are_open_to_who_signs_it(visitor, language):
    w = made.world()
    offered = made.offered(w, items=3, clauses="甲方提供支持", reward="通报表扬")
    leader = come_in(visitor, w.county, language)
    faults = inspect(leader, TARGETS)
    for path in ("", "sign/", "send_back/"):
        faults += inspect(leader, f"{TARGETS}{offered.number}/1/{path}")
    signed = made.signed(w)
    below = made.drafted(w, giver=w.county, taker=w.township, by=w.office, items=0)
    made.put(w, below, by=w.office, parent=signed.items.get())
    actions.report_progress(signed, place=1, as_of=signed.since, text="52", by=acting_for(w.county), expect=signed.version)
    for path in ("", "report_progress/"):
        faults += inspect(leader, f"{TARGETS}{signed.number}/1/{path}")
    assert not faults, "\n".join(faults)


def test_the_pages_of_the_office_are_open_to_everybody(visitor):
    w = made.world()
    clerk = come_in(visitor, w.targets)
    draft = made.drafted(w)
    year = made.this_year()[0].replace(year=made.this_year()[0].year - 1)
    settled = made.signed(w, items=2, since=year, until=made.this_year()[0])
    faults = inspect(clerk, f"{TARGETS}new/") + inspect(clerk, f"{TARGETS}new/?giver=河长&taker=河长")
    for path in ("", "put_item/", "put_item/?place=1", "drop_item/?place=1", "reword/", "offer/", "withdraw/"):
        faults += inspect(clerk, f"{TARGETS}{draft.number}/1/{path}")
    for path in ("settle/", "amend/", "end/"):
        faults += inspect(clerk, f"{TARGETS}{settled.number}/1/{path}")
    actions.settle(settled, results={1: Achieved("55")}, reward="通报", by=acting_for(w.targets), expect=settled.version)
    faults += inspect(clerk, f"{TARGETS}{settled.number}/1/")
    assert not faults, "\n".join(faults)


def test_the_desks_pages_of_a_village_agreement_are_open_to_everybody(visitor):
    w = made.world()
    prepared = made.prepared(w)
    clerk = come_in(visitor, w.township_desk)
    faults = inspect(clerk, f"{VILLAGES}new/{w.village.code}/")
    for path in ("sign/", "drop/"):
        faults += inspect(clerk, f"{VILLAGES}{prepared.number}/{path}")
    assert not faults, "\n".join(faults)


def test_the_pages_of_key_projects_are_open_to_everybody(visitor):
    w = made.world()
    project = Project.objects.create(seq=1, category="一、试验工程", name="试验项目", invest_total="0.54", content="试验内容")
    stated = {"projects": "93", "invest_total": "239.6821"}
    ProjectTotal.objects.create(
        source_table="table 2", category="试验", label="小计", stated=stated, summed=stated | {"projects": "94"}, agrees=False
    )
    project_actions.assign(project, unit=w.water.unit, by=acting_for(w.targets))
    told = {"as_of": made.this_year()[0], "stage": "under_way", "text": "完成招标"}
    project_actions.report(project, by=acting_for(w.water), **told)
    clerk = come_in(visitor, w.targets)
    faults = []
    for path in ("", "totals/", "1/", "1/report/", "1/lead/"):
        faults += inspect(clerk, PROJECTS + path)
    assert not faults, "\n".join(faults)
