"""What an administrator may do to a rule: prepare it, end it, follow it by the next; never rewrite what may have been judged by."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from accountability.clocks import reports as clocks
from accountability.clocks.models import CalendarDay, Term
from accountability.complaints.models import RefusalReason
from accountability.exchange.models import ImportRun
from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event
from accountability.setup import administrators
from audits.departures.models import Block, ScoreSheet
from audits.indicators.models import Indicator
from chiefs.duties.models import Duty, PatrolObligation
from chiefs.posts.functions import Function
from chiefs.resources.models import Alias, Resource, Segment
from chiefs.territory import actions
from chiefs.territory.models import DatedRule, Succession
from tests.factories.posts import AccountFactory as Accounts
from tests.factories.posts import PostFactory, PostKindFactory, TenureFactory, acting_for, chain, desk
from tests.factories.territory import county, township, village
from tests.pages.harness import served

pytestmark = pytest.mark.django_db


def keeper(client, function="administrator"):
    """Signed in as somebody who has every permission of the tables and acts for a post with this function."""
    post = PostFactory(kind=PostKindFactory(code=f"kind-{function}", functions=[function]))
    account = Accounts(person=TenureFactory(post=post).person, is_staff=True)
    account.groups.add(administrators.group())
    client.force_login(account, backend="chiefs.posts.backends.AccountBackend")
    return client


@pytest.fixture
def term():
    return Term.objects.create(code="sample.term", length=10, day_kind="days", starts="begin", basis="试验依据", since=dt.date(2018, 1, 1))


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def given(**facts):
    return {
        "code": "sample.term",
        "channel": "",
        "length": "20",
        "day_kind": "days",
        "starts": "begin",
        "most_extension": "0",
        "basis": "新依据",
        "jurisdiction": "",
        "until": "",
        **facts,
    }


def events(row):
    return list(Event.objects.filter(stream=f"{row._meta.label_lower}:{row.pk}").order_by("seq"))


TABLES = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def filled():
    """A row in every table that is not filled by the defaults."""
    chain()
    Indicator.objects.create(no=1, system="试验", name="试验指标", attribute="binding", direction="up")
    ImportRun.objects.create(kind="sample", file_name="a.csv", sha256="0" * 64).notes.create(weight="warning", code="odd", text="试验")
    Succession.objects.create(predecessor=village(), day=days.today(), kind="合并", confirmation="uncertain")
    CalendarDay.objects.create(day=days.today() + dt.timedelta(days=30), working=False, name="试验假日")


def test_every_table_opens_for_an_administrator_under_our_policy(client, filled):
    keeper(client)
    for model in TABLES:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"{name}_changelist")]
        row = model._default_manager.first()
        if row is not None:
            pages += [reverse(f"{name}_change", args=[row.pk]), reverse(f"{name}_history", args=[row.pk])]
        if admin.site._registry[model].has_add_permission(client.get(pages[0]).wsgi_request):
            pages.append(reverse(f"{name}_add"))
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            headers = {key.lower(): value for key, value in answer.headers.items()}
            faults = [
                f for f in served(answer.content.decode(), headers) if f.startswith(("inline", "policy", "style=", "on", "javascript:"))
            ]
            assert not faults, (page, faults)


def test_the_tables_of_the_prefecture_are_all_there():
    labels = {model._meta.label_lower for model in TABLES}
    dated = {sub._meta.label_lower for sub in DatedRule.__subclasses__() if not sub.__module__.startswith("tests.")}
    assert dated <= labels
    assert {
        "clocks.calendarday",
        "duties.duty",
        "cases.problemkind",
        "complaints.channel",
        "complaints.pollutionkind",
        "complaints.refusalreason",
        "territory.succession",
        "territory.jurisdiction",
        "resources.scheme",
        "exchange.importrun",
        "indicators.indicator",
    } <= labels


@pytest.mark.parametrize("function", ["department", "chief", "audit"])
def test_nobody_else_reads_or_writes_a_rule(client, term, function):
    keeper(client, function)
    for answer in (client.get(change(term)), client.post(change(term), {"until": str(days.today() + dt.timedelta(days=1))})):
        assert answer.status_code == 302
        assert "login" in answer.url or answer.url.startswith("/sign-in/")
    term.refresh_from_db()
    assert term.until is None


def test_only_an_administrators_post_keeps_a_rule(term):
    clerk = acting_for(desk(chain().office.unit, Function.INTAKE))
    term.until = days.today() + dt.timedelta(days=1)
    with pytest.raises(NotPermitted):
        actions.keep(term, changed=["until"], by=clerk)
    assert Term.objects.get(pk=term.pk).until is None
    assert not events(term)


def test_a_rule_that_has_begun_is_not_rewritten(client, term):
    keeper(client)
    client.post(change(term), given(since="2018-01-01"))
    term.refresh_from_db()
    assert (term.length, term.basis) == (10, "试验依据")
    assert not events(term)


def test_not_even_by_the_action(client, term):
    by = keeper(client).get(reverse("admin:index")).wsgi_request.acting
    term.length = 20
    with pytest.raises(Refused):
        actions.keep(term, changed=["length"], by=by)
    assert Term.objects.get(pk=term.pk).length == 10


def test_a_rule_cannot_be_deleted_nor_in_bulk(client, term):
    keeper(client)
    assert client.post(reverse("admin:clocks_term_delete", args=[term.pk]), {"post": "yes"}).status_code == 403
    client.post(reverse("admin:clocks_term_changelist"), {"action": "delete_selected", "_selected_action": term.pk, "post": "yes"})
    assert Term.objects.filter(pk=term.pk).exists()


def test_closed_and_followed_by_the_next_while_a_past_day_is_still_judged_by_the_old_one(client, term):
    keeper(client)
    tomorrow = days.today() + dt.timedelta(days=1)
    assert client.post(change(term), {"until": str(tomorrow)}).status_code == 302
    assert client.post(reverse("admin:clocks_term_add"), given(since=str(tomorrow))).status_code == 302
    following = Term.objects.exclude(pk=term.pk).get(code="sample.term")
    assert clocks.due("sample.term", dt.date(2026, 1, 5)) == (dt.date(2026, 1, 15), Term.objects.get(pk=term.pk))
    assert clocks.due("sample.term", tomorrow) == (tomorrow + dt.timedelta(days=20), following)


def test_what_changed_is_an_event_of_whoever_changed_it(client, term):
    by = keeper(client).get(reverse("admin:index")).wsgi_request.acting
    tomorrow = days.today() + dt.timedelta(days=1)
    client.post(change(term), {"until": str(tomorrow)})
    (event,) = events(term)
    assert (event.act, event.post_id, event.account_id) == ("clocks.rule", by.post_id, by.account_id)
    assert event.facts == {"before": {"until": None}, "now": {"until": str(tomorrow)}}
    client.post(reverse("admin:clocks_term_add"), given(since=str(tomorrow)))
    (entered,) = events(Term.objects.exclude(pk=term.pk).get(code="sample.term"))
    assert entered.facts["before"] == {}
    assert entered.facts["now"]["length"] == 20
    assert "新依据" not in entered.payload


def test_saving_without_a_change_is_no_event(client, term):
    keeper(client).post(change(term), {"until": ""})
    assert not events(term)


@pytest.mark.parametrize("back", [1, 400])
def test_an_end_is_not_set_for_days_that_have_passed(client, term, back):
    answer = keeper(client).post(change(term), {"until": str(days.today() - dt.timedelta(days=back))})
    assert answer.status_code == 200
    term.refresh_from_db()
    assert term.until is None


def test_an_end_that_has_come_stays(client, term):
    Term.objects.filter(pk=term.pk).update(until=days.today())
    keeper(client).post(change(term), {"until": ""})
    term.refresh_from_db()
    assert term.until == days.today()


def test_a_new_rule_begins_today_at_the_earliest(client, term):
    keeper(client)
    before = Term.objects.count()
    assert client.post(reverse("admin:clocks_term_add"), given(since=str(days.today() - dt.timedelta(days=1)))).status_code == 200
    assert Term.objects.count() == before
    assert client.post(reverse("admin:clocks_term_add"), given(since=str(days.today()))).status_code == 302
    assert Term.objects.count() == before + 1


def test_a_rule_that_has_not_begun_may_still_be_changed(client, term):
    later = days.today() + dt.timedelta(days=9)
    Term.objects.filter(pk=term.pk).update(since=later)
    assert keeper(client).post(change(term), given(since=str(later), length="30")).status_code == 302
    term.refresh_from_db()
    assert term.length == 30


@pytest.mark.parametrize("length", ["0", "-1", "9999", "x"])
def test_an_impossible_length_is_refused(client, term, length):
    keeper(client)
    assert client.post(reverse("admin:clocks_term_add"), given(since=str(days.today()), length=length)).status_code == 200
    assert Term.objects.get(code="sample.term") == term


def test_a_term_for_something_that_no_room_asks_about_is_refused(client):
    assert keeper(client).post(reverse("admin:clocks_term_add"), given(since=str(days.today()))).status_code == 200
    assert not Term.objects.filter(code="sample.term").exists()


@pytest.mark.parametrize(("months", "taken"), [("[12, 1, 2]", True), ("[13]", False), ('["winter"]', False), ("{}", True), ("3", False)])
def test_resting_months_are_months(client, months, taken):
    before = PatrolObligation.objects.count()
    facts = {"level": "village", "every": "week", "times": "1", "basis": "试验", "since": str(days.today()), "resting_months": months}
    answer = keeper(client).post(reverse("admin:duties_patrolobligation_add"), facts)
    assert (answer.status_code == 302) is taken
    assert PatrolObligation.objects.count() == before + taken


def test_major_lies_above_rather_serious(client):
    from accountability.cases.models import ProblemKind, SeverityLimit

    keeper(client)
    facts = {"kind": ProblemKind.objects.get(code="fish").pk, "basis": "试验", "since": str(days.today())}
    for serious, major in (("10", "10"), ("10", "5"), ("", ""), ("-1", "")):
        given = facts | {"serious_from": serious, "major_from": major}
        assert client.post(reverse("admin:cases_severitylimit_add"), given).status_code == 200
    assert not SeverityLimit.objects.filter(kind__code="fish").exists()
    assert client.post(reverse("admin:cases_severitylimit_add"), facts | {"serious_from": "10", "major_from": "50"}).status_code == 302


def test_the_parts_of_a_sheet_in_force_are_closed_and_those_of_the_next_are_open(client):
    keeper(client)
    sheet = ScoreSheet.objects.get()
    block = sheet.blocks.first()
    client.post(change(block), {"title": "改", "most": "1", "order": "0", "items-TOTAL_FORMS": "0", "items-INITIAL_FORMS": "0"})
    block.refresh_from_db()
    assert block.title != "改"
    later = days.today() + dt.timedelta(days=30)
    rows = {
        "name": "新评分表",
        "least_assessed": "40",
        "basis": "试验",
        "since": str(later),
        "blocks-TOTAL_FORMS": "1",
        "blocks-INITIAL_FORMS": "0",
        "blocks-0-code": "all",
        "blocks-0-title": "全部",
        "blocks-0-most": "100",
        "blocks-0-order": "0",
        "limits-TOTAL_FORMS": "2",
        "limits-INITIAL_FORMS": "0",
        "limits-0-grade": "good",
        "limits-0-from_score": "60",
        "limits-1-grade": "poor",
        "limits-1-from_score": "0",
    }
    wrong = rows | {"limits-1-from_score": "70"}
    assert client.post(reverse("admin:departures_scoresheet_add"), wrong).status_code == 200
    assert client.post(reverse("admin:departures_scoresheet_add"), rows).status_code == 302
    following = ScoreSheet.objects.get(name="新评分表")
    assert [e.act for e in events(following.blocks.get())] == ["departures.rule"]
    assert following.limits.count() == 2
    items = {
        "code": "all",
        "title": "全部",
        "most": "100",
        "order": "0",
        "items-TOTAL_FORMS": "1",
        "items-INITIAL_FORMS": "0",
        "items-0-code": "patrols_owed",
        "items-0-title": "巡查",
        "items-0-most": "100",
        "items-0-evidence": "obligations",
        "items-0-method": "share_done",
        "items-0-params": '{"name": "patrols_owed"}',
        "items-0-order": "0",
    }
    address = change(following.blocks.get())
    assert client.post(address, items | {"items-0-method": "anything"}).status_code == 200
    assert client.post(address, items).status_code == 302
    assert Block.objects.get(sheet=following).items.get().params == {"name": "patrols_owed"}


def test_a_day_of_the_calendar_that_has_passed_stays(client):
    past = CalendarDay.objects.create(day=days.today() - dt.timedelta(days=3), working=False)
    coming = CalendarDay.objects.create(day=days.today() + dt.timedelta(days=3), working=False)
    keeper(client)
    for row in (past, coming):
        client.post(change(row), {"working": "on", "name": "", "source": ""})
        row.refresh_from_db()
    assert (past.working, coming.working) == (False, True)


def test_an_uncertain_succession_is_confirmed_by_a_person_once(client):
    row = Succession.objects.create(predecessor=village(), day=dt.date(2020, 1, 1), kind="合并", confirmation="uncertain")
    other = village("513301201201", "试验二村")
    keeper(client)
    assert client.post(change(row), {"successor": "", "day": "2020-05-01", "confirmation": "confirmed"}).status_code == 200
    assert client.post(change(row), {"successor": row.predecessor_id, "day": "2020-05-01", "confirmation": "confirmed"}).status_code == 200
    assert client.post(change(row), {"successor": other.pk, "day": "2020-05-01", "confirmation": "certain"}).status_code == 200
    answer = client.post(change(row), {"successor": other.pk, "day": "2020-05-01", "day_certain": "on", "confirmation": "confirmed"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.successor_id, row.day, row.day_certain, row.confirmation) == (other.pk, dt.date(2020, 5, 1), True, "confirmed")
    client.post(change(row), {"successor": other.pk, "day": "2021-05-01", "confirmation": "uncertain"})
    row.refresh_from_db()
    assert (row.day, row.confirmation) == (dt.date(2020, 5, 1), "confirmed")
    assert [e.act for e in events(row)] == ["territory.rule"]


@pytest.mark.parametrize("make", [township, county])
def test_places_get_their_tibetan_name_and_nothing_else(client, make):
    row = make()
    before = row.name
    assert keeper(client).post(change(row), {"name_bo": "ཡ་ལ།", "name": "改名"}).status_code == 302
    row.refresh_from_db()
    assert (row.name_bo, row.name) == ("ཡ་ལ།", before)


def test_waters_are_kept_by_chief_offices_on_their_pages_not_here():
    assert not {Resource, Alias, Segment} & set(TABLES)


def test_of_a_duty_of_the_plan_only_its_standing_changes(client):
    duty = Duty.objects.create(code="D1", levels="县", who="河长", duty="巡河", words="原文", source="第1节")
    keeper(client).post(change(duty), {"standing": "adopted", "words": "改"})
    duty.refresh_from_db()
    assert (duty.standing, duty.words) == ("adopted", "原文")


@pytest.mark.parametrize("table", ["exchange_importrun", "indicators_indicator", "indicators_observation", "indicators_project"])
def test_what_came_in_is_only_looked_at(client, filled, table):
    keeper(client)
    assert client.get(reverse(f"admin:{table}_add")).status_code == 403
    room, name = table.split("_")
    row = next(m for m in TABLES if (m._meta.app_label, m._meta.model_name) == (room, name))._default_manager.first()
    if row is not None:
        assert client.post(change(row), {"name": "改", "kind": "改"}).status_code == 403


def test_the_code_of_a_reason_stays(client):
    reason = RefusalReason.objects.first()
    keeper(client).post(change(reason), {"code": "other", "name": "改名", "advice": "请", "basis": "试验", "order": "0"})
    assert RefusalReason.objects.get(pk=reason.pk).code == reason.code


def test_a_changed_advice_is_an_event_of_whoever_changed_it(client):
    reason = RefusalReason.objects.first()
    keeper(client)
    given = {"name": reason.name, "advice": "请联系林草部门", "basis": reason.basis, "order": reason.order}
    assert client.post(change(reason), given).status_code == 302
    assert [e.act for e in events(reason)] == ["complaints.rule"]
