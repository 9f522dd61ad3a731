import pytest
from django.urls import reverse

from accountability.kit.days import today
from tests.factories.posts import AccountFactory, PersonFactory, PostFactory, PostKindFactory, TenureFactory

pytestmark = pytest.mark.django_db
DEMO = "/demo/"


def tenure(function, *, demonstration=True, active=True, until=None):
    person = PersonFactory(demonstration=demonstration)
    AccountFactory(person=person, is_active=active)
    return TenureFactory(person=person, post=PostFactory(kind=PostKindFactory(functions=[function])), until=until)


@pytest.fixture
def demonstration(settings):
    settings.DEMO = True


def test_the_role_switch_does_not_exist_outside_the_demonstration(client):
    one = tenure("chief")
    assert client.get(DEMO).status_code == 404
    assert client.post(DEMO, {"tenure": one.pk}).status_code == 404
    assert client.get("/sign-in/").wsgi_request.user.is_anonymous
    assert b"demo-banner" not in client.get("/sign-in/").content


@pytest.mark.usefixtures("demonstration")
def test_one_press_and_one_acts_for_the_post(client):
    chief, desk = tenure("chief"), tenure("department")
    page = client.get(DEMO)
    assert f'name="tenure" value="{chief.pk}"' in page.content.decode()
    assert client.post(DEMO, {"tenure": chief.pk}).url == reverse("patrols:home")
    assert client.get(reverse("posts:choose")).wsgi_request.acting.post_id == chief.post_id
    assert client.post(DEMO, {"tenure": desk.pk}).url == reverse("desk:home")
    assert client.get(reverse("posts:choose")).wsgi_request.acting.post_id == desk.post_id


@pytest.mark.usefixtures("demonstration")
def test_real_persons_closed_accounts_and_past_terms_cannot_be_taken(client):
    wrong = [tenure("chief", demonstration=False), tenure("chief", active=False), tenure("chief", until=today())]
    page = client.get(DEMO).content.decode()
    for one in wrong:
        assert f'name="tenure" value="{one.pk}"' not in page
        assert client.post(DEMO, {"tenure": one.pk}).status_code == 404
    for nonsense in ("", "x", "9" * 30, "-1"):
        assert client.post(DEMO, {"tenure": nonsense}).status_code == 404


@pytest.mark.usefixtures("demonstration")
def test_every_page_says_that_it_is_a_demonstration(client):
    for path in ("/sign-in/", DEMO, "/nowhere/"):
        assert b'id="demo-banner"' in client.get(path).content


@pytest.mark.usefixtures("demonstration")
def test_the_list_costs_the_same_for_ten_as_for_two(client, django_assert_max_num_queries):
    for _ in range(10):
        tenure("chief")
    with django_assert_max_num_queries(4):
        client.get(DEMO)
