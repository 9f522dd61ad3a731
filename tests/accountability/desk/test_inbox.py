"""The officers' inbox: the own unit's open cases, the legal date first, at a bounded price."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accountability.cases.models import Case, CaseScope
from accountability.kit import days
from chiefs.posts.functions import Function
from tests.factories import cases, posts
from tests.factories.posts import acting_for

pytestmark = pytest.mark.django_db
HOME = "desk:home"


@pytest.fixture
def world():
    return posts.chain()


def sign_in(client, post):
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def numbers(response):
    return re.findall(r'<tr data-number="([^"]+)"', response.content.decode())


def due_in(case, by_days):
    day = days.today() + timedelta(days=by_days)
    Case.objects.filter(pk=case.pk).update(due=day)
    CaseScope.objects.filter(case=case).update(due=day)


def counted(response):
    found = re.findall(r'data-tab="(\w+)">.*?data-count>(\d+\+?)<', response.content.decode())
    return dict(found)


@pytest.mark.parametrize("who", ["village", "county", "office", "water"])
@pytest.mark.parametrize("several", [3, 30])
def test_the_inbox_asks_the_same_few_questions_however_full_it_is(client, world, who, several, django_assert_max_num_queries):
    for _ in range(several):
        cases.in_work(world) if who == "water" else cases.case(world, holder=world.county if who == "county" else None)
    sign_in(client, getattr(world, who)).get(reverse(HOME))
    with django_assert_max_num_queries(15):
        response = client.get(reverse(HOME) + ("?tab=watching" if who == "office" else ""))
    assert len(numbers(response)) == several


def test_the_nearest_legal_date_stands_first(client, world):
    made = [cases.case(world) for _ in range(4)]
    for case, by_days in zip(made, (9, -2, 30, 1), strict=True):
        due_in(case, by_days)
    assert numbers(sign_in(client, world.village).get(reverse(HOME))) == [made[i].number for i in (1, 3, 0, 2)]


def test_a_late_row_says_so_in_words_and_who_holds_it_for_how_long(client, world):
    case = cases.case(world)
    due_in(case, -3)
    case.legs.update(received_at=days.now() - timedelta(days=12))
    world.village.tenures.get().person.accounts.update(language="en")
    html = sign_in(client, world.village).get(reverse(HOME)).content.decode()
    assert "late by 3 days" in html
    assert world.village.title in html
    assert "for 12 days" in html


def test_every_tab_counts_what_it_lists(client, world):
    cases.case(world, holder=world.county)
    late, near = cases.in_work(world), cases.in_work(world)
    due_in(late, -1)
    due_in(near, 2)
    cases.done(world)
    sign_in(client, world.office)
    expected = {"mine": 1, "in_work": 2, "near": 1, "late": 1, "to_verify": 1, "watching": 3}
    assert counted(client.get(reverse(HOME))) == {tab: str(count) for tab, count in expected.items()}
    for tab, count in expected.items():
        assert len(numbers(client.get(reverse(HOME), {"tab": tab}))) == count, tab


def test_a_department_sees_its_work_and_not_its_neighbours(client, world):
    case = cases.in_work(world)
    assert numbers(sign_in(client, world.water).get(reverse(HOME))) == [case.number]
    assert numbers(sign_in(client, world.forestry).get(reverse(HOME), {"tab": "all"})) == []


def test_pages_follow_each_other_without_a_gap_or_a_repetition(client, world):
    made = {cases.case(world).number for _ in range(53)}
    sign_in(client, world.village)
    first = client.get(reverse(HOME))
    link = re.search(r'href="(\?tab=mine&amp;after=[^"]+)"', first.content.decode())
    second = client.get(reverse(HOME) + link[1].replace("&amp;", "&"))
    seen = numbers(first) + numbers(second)
    assert (len(numbers(first)), len(seen)) == (50, 53)
    assert set(seen) == made
    assert 'rel="next"' not in second.content.decode()


@pytest.mark.parametrize("after", ["x", "2026-13-01_5", "2026-02-30_5", "2026-01-01_", "2026-01-01_²", "2026-01-01_" + "9" * 19])
def test_a_place_in_the_list_that_cannot_be_is_not_there(client, world, after):
    assert sign_in(client, world.village).get(reverse(HOME), {"after": after}).status_code == 404


def test_a_number_leads_to_its_case_also_when_that_is_signed_off(client, world):
    case = cases.signed_off(world)
    answer = sign_in(client, world.office).get(reverse(HOME), {"number": f" {case.number.lower()} "})
    assert answer["Location"] == reverse("desk:case", args=[case.number])


def test_a_number_that_one_may_not_see_is_answered_like_one_that_does_not_exist(client, world):
    hidden = cases.case(world).number
    sign_in(client, world.water)
    pages = [client.get(reverse(HOME), {"number": number}).content.decode() for number in (hidden, "C2026-999999-9")]
    assert all('id="not-found"' in page for page in pages)


def test_whoever_is_complained_of_has_no_row_in_the_inbox_nor_has_who_stands_under(client, world):
    case = cases.case(world, subject_post=world.township, by=acting_for(world.intake))
    assert set(CaseScope.objects.filter(case=case).values_list("unit", flat=True)) == {world.county.unit_id, world.office.unit_id}


@pytest.mark.parametrize(
    ("function", "door"),
    [
        (Function.AUDIT, "departures:list"),
        (Function.ORGANISATION, "departures:list"),
        (Function.ADMINISTRATOR, "admin:index"),
    ],
)
def test_a_post_without_cases_gets_the_doors_of_its_function(client, world, function, door):
    post = posts.desk(posts.UnitFactory(), function)
    html = sign_in(client, post).get(reverse(HOME)).content.decode()
    assert f'data-door="{door}"' in html
    assert 'id="inbox"' not in html
    assert "data-tab" not in html


@pytest.mark.parametrize("function", [Function.STATISTICS, Function.TARGETS, Function.DISCIPLINE])
def test_a_post_with_nothing_yet_is_told_so(client, world, function):
    post = posts.desk(posts.UnitFactory(), function)
    assert 'class="empty"' in sign_in(client, post).get(reverse(HOME)).content.decode()


def test_what_the_post_was_told_stands_above_the_list_until_it_is_read(client, world):
    cases.case(world, holder=world.county)
    sign_in(client, world.county)
    assert 'id="unread"' in client.get(reverse(HOME)).content.decode()
    notices = client.get(reverse("desk:notices")).content.decode()
    client.post(reverse("desk:notices"), {"up_to": re.search(r'name="up_to" value="(\d+)"', notices)[1]})
    assert 'id="unread"' not in client.get(reverse(HOME)).content.decode()


def test_a_tab_goes_out_as_a_file_whole_and_in_its_order(client, world):
    made = [cases.case(world) for _ in range(3)]
    for case, by_days in zip(made, (9, -2, 30), strict=True):
        due_in(case, by_days)
    sign_in(client, world.village)
    lines = client.get(reverse(HOME), {"tab": "all", "format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [made[i].number for i in (1, 0, 2)]
    late = client.get(reverse(HOME), {"tab": "late", "format": "csv"}).content.decode("utf-8-sig")
    assert made[1].number in late
    assert made[0].number not in late
