"""The pages of the register of sites, and the page on which a case or a complaint is given one."""

import csv
import io
import re
import uuid

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accountability.kit import days
from chiefs.sites import actions
from chiefs.sites.models import Site
from tests.factories import cases, complaints
from tests.factories.posts import acting_for, chain
from tests.factories.sites import credit_code, site

pytestmark = pytest.mark.django_db
LIST = "/register/sites/"


@pytest.fixture
def world():
    return chain()


def signed_in(client, post):
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def sent(record=None, **facts):
    return {"expect": record.version if record else 0, "client_ref": uuid.uuid4()} | facts


def entry(world, **facts):
    return sent(kind="mine", name="试验铅锌矿", place=world.place.name, importance="general") | facts


def text(answer):
    return answer.content.decode()


def test_a_site_is_registered_on_its_page_and_led_to(client, world):
    code = credit_code()
    answer = signed_in(client, world.office).post(
        f"{LIST}new/",
        entry(world, credit_code=code, latitude="30.1000004", longitude="101.9", board=world.segment.code, other_names="老矿\n\n大矿"),
    )
    made = Site.objects.get()
    assert answer.url == reverse("sites:detail", args=[made.ref])
    assert (str(made.latitude), made.segment, made.credit_code) == ("30.100000", world.segment, code)
    assert made.names.count() == 3


def test_more_names_than_are_kept_are_refused_and_none_is_dropped(client, world):
    many = "\n".join(f"别名{number}" for number in range(21))
    answer = signed_in(client, world.office).post(f"{LIST}new/", entry(world, other_names=many))
    assert answer.status_code == 422
    assert "别名20" in text(answer)
    assert not Site.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"credit_code": "1"}, "credit_code"),
        ({"place": "无此地"}, "place"),
        ({"board": "NO-1"}, "board"),
        ({"latitude": "30"}, "longitude"),
        ({"latitude": "NaN", "longitude": "1"}, "latitude"),
        ({"latitude": "91", "longitude": "1"}, "latitude"),
        ({"since": "0001-01-01"}, "since"),
        ({"name": "矿" * 121}, "name"),
        ({"kind": "palace"}, "kind"),
        ({"name": "矿\0"}, "name"),
        ({"place": "9" * 80}, "place"),
        ({"latitude": "1e400", "longitude": "1"}, "latitude"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(client, world, wrong, field):
    answer = signed_in(client, world.office).post(f"{LIST}new/", entry(world, permit_number="P-77") | wrong)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert "P-77" in text(answer)
    assert not Site.objects.exists()


def test_a_name_that_several_places_have_is_answered_with_their_codes(client, world):
    from tests.factories.territory import village

    village("513301202200", world.place.name)
    answer = signed_in(client, world.office).post(f"{LIST}new/", entry(world))
    assert "513301202200" in text(answer)
    assert world.place.code in text(answer)
    assert client.post(f"{LIST}new/", entry(world, place=world.place.code)).status_code == 302


def test_a_code_that_is_taken_names_the_site_that_has_it(client, world):
    first = site(world, name="先登记的厂", credit_code=credit_code())
    answer = signed_in(client, world.office).post(f"{LIST}new/", entry(world, credit_code=first.credit_code))
    assert answer.status_code == 422
    assert "先登记的厂" in text(answer)


def test_the_list_is_filtered_by_tab_kind_and_name(client, world):
    by = acting_for(world.office)
    plain, key = site(world, name="甲厂"), site(world, name="乙矿", kind="mine", importance="key", unit=world.water.unit)
    closed, lost = site(world, name="丙场"), site(world, name="甲厂旧")
    actions.close(closed, day=days.today(), reason="停产", by=by, expect=0)
    actions.merge(lost, into=plain, reason="同一家", by=by, expect=0)
    signed_in(client, world.office)

    def shown(query):
        answer = client.get(LIST + query)
        assert answer.status_code == 200
        return {row.name for row in answer.context["page"].object_list}

    assert shown("") == {"甲厂", "乙矿"}
    assert shown("?tab=key") == shown("?kind=mine") == {"乙矿"}
    assert shown("?tab=unwatched") == {"甲厂"}
    assert shown("?tab=closed") == {"丙场"}
    assert shown("?tab=all&q=甲厂旧") == {"甲厂"}
    assert key.name in shown("?tab=all")
    for wrong in ("?tab=nowhere", "?kind=palace"):
        assert client.get(LIST + wrong).status_code == 404
    for odd in (f"?q={'砂' * 5000}", "?q=%25_", "?page=99999999999999999999"):
        assert client.get(LIST + odd).status_code == 200


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_list_goes_out_as_a_file_without_formulas(client, world, kind):
    site(world, name="=SUM(A1)", unit=world.water.unit)
    answer = signed_in(client, world.office).get(f"{LIST}?format={kind}")
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    else:
        rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert len(rows) == 2
    assert rows[1][0] == "'=SUM(A1)"
    assert world.water.unit.name in rows[1]


@pytest.mark.parametrize("many", [1, 40])
def test_the_number_of_questions_does_not_grow_with_the_list(client, world, many, django_assert_max_num_queries):
    for number in range(many):
        site(world, name=f"试验厂{number % 20}", unit=world.water.unit)
    signed_in(client, world.office).get(LIST)
    for address, most in ((LIST, 12), (f"{LIST}?tab=unwatched&q=厂", 12), (f"{LIST}?format=csv", 10), (f"{LIST}duplicates/", 11)):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("many", [1, 30])
def test_the_page_of_a_site_asks_few_questions(client, world, many, django_assert_max_num_queries):
    made = site(world, unit=world.water.unit)
    for _ in range(many):
        cases.case(world, site=made)
    signed_in(client, world.office).get(LIST)
    with django_assert_max_num_queries(16):
        answer = client.get(reverse("sites:detail", args=[made.ref]))
    assert len(answer.context["mentions"]) == many


def test_two_entries_are_merged_from_the_list_of_same_names(client, world):
    lost, kept = site(world, name="同名厂"), site(world, name="同名厂", credit_code=credit_code())
    page = text(signed_in(client, world.office).get(f"{LIST}duplicates/"))
    address = reverse("sites:step", args=[lost.ref, "merge"])
    assert address in page
    assert re.findall(r'name="into" value="([^"]+)"', text(client.get(address))) == [str(kept.ref)]
    assert client.post(address, sent(lost, into="", reason="同一家")).status_code == 422
    answer = client.post(address, sent(lost, into=kept.ref, reason="同一家"))
    assert answer.url == reverse("sites:detail", args=[kept.ref])
    assert reverse("sites:detail", args=[kept.ref]) in text(client.get(reverse("sites:detail", args=[lost.ref])))
    assert client.get(address).status_code == 403


def test_a_stale_form_is_answered_409_and_may_be_sent_again(client, world):
    made = site(world)
    actions.name_also(made, names=["别名"], by=acting_for(world.office), expect=0)
    data = sent(kind="mine", name="改名厂", place=world.place.code)
    answer = signed_in(client, world.office).post(reverse("sites:step", args=[made.ref, "change"]), data)
    assert answer.status_code == 409
    assert "改名厂" in text(answer)


def test_every_step_has_a_page_that_shows_what_stands(client, world):
    made = site(world, address="河口", since=days.today().replace(year=2020, day=1), segment=world.segment)
    signed_in(client, world.office)
    for name in ("change", "classify", "put_in_charge", "name_also", "close", "merge"):
        answer = client.get(reverse("sites:step", args=[made.ref, name]))
        assert answer.status_code == 200, name
    page = text(client.get(reverse("sites:step", args=[made.ref, "change"])))
    for shown in ("河口", made.name, world.place.code, world.segment.code, made.since.isoformat()):
        assert f'value="{shown}"' in page
    assert client.post(reverse("sites:step", args=[made.ref, "put_in_charge"]), sent(made, unit=world.bureau.unit_id, day=days.today())).url
    assert made.supervisions.get().unit == world.bureau.unit


# -- cases and complaints ---------------------------------------------------------------------------------------------------


def test_the_holder_looks_for_a_site_by_name_and_names_it(client, world):
    made, case = site(world, name="雅拉砂厂"), cases.case(world)
    signed_in(client, world.village)
    address = reverse("cases:site", args=[case.number])
    assert address in text(client.get(reverse("desk:case", args=[case.number])))
    assert str(made.ref) not in text(client.get(address))
    assert str(made.ref) in text(client.get(f"{address}?q=砂"))
    answer = client.post(f"{address}?q=砂", sent(case, site=made.ref))
    assert answer.url == reverse("desk:case", args=[case.number])
    page = text(client.get(answer.url))
    assert "雅拉砂厂" in page
    case.refresh_from_db()
    assert case.site == made
    for odd in (uuid.uuid4(), "x", "9" * 40, "\0"):
        assert client.post(address, sent(case, site=odd)).status_code == 422
    assert client.post(address, sent(case, site="")).status_code == 302
    case.refresh_from_db()
    assert case.site is None


def test_who_only_sees_the_case_sees_the_site_and_is_offered_nothing(client, world):
    case = cases.case(world, site=site(world, name="雅拉砂厂"))
    page = text(signed_in(client, world.township).get(reverse("desk:case", args=[case.number])))
    assert "雅拉砂厂" in page
    assert 'id="name-site"' not in page


def test_the_intake_names_the_site_and_nothing_of_the_informant_reaches_the_register(client, world):
    made = site(world, name="雅拉砂厂")
    complaint, _code = complaints.registered(
        segment=world.segment, informant={"name": "举报人甲", "phone": "13800000000", "address": "某村9号"}
    )
    signed_in(client, world.intake)
    address = reverse("complaints:site", args=[complaint.number])
    assert client.post(f"{address}?q=雅拉", sent(complaint, site=made.ref)).status_code == 302
    assert "雅拉砂厂" in text(client.get(reverse("complaints:detail", args=[complaint.number])))
    for page in (client.get(address), client.get(reverse("sites:detail", args=[made.ref])), client.get(f"{LIST}?format=csv")):
        for secret in ("举报人甲", "13800000000", "某村9号", complaints.WORDS):
            assert secret not in text(page)
    assert complaint.number in text(client.get(reverse("sites:detail", args=[made.ref]))), "who took it finds it there"
    for reader in (world.office, world.township, world.village):
        assert complaint.number not in text(signed_in(client, reader).get(reverse("sites:detail", args=[made.ref])))
