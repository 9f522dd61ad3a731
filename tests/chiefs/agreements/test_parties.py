"""Between whom an agreement is made may be corrected while it is a draft, and not in an amendment."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from accountability.ledger.errors import NotPermitted, NoTransition, Refused
from accountability.ledger.models import Event
from accountability.notices.models import Notice
from chiefs.agreements import actions
from tests.factories import agreements as made
from tests.factories import territory
from tests.factories.posts import acting_for, chief, government
from tests.factories.territory import JurisdictionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return made.world()


@pytest.fixture
def neighbour(w):
    place = JurisdictionFactory(level="county", code="513322000000", name="泸定县", parent=territory.prefecture())
    return chief("county", government(place))


def reworded(w, agreement, *, by=None, **parties):
    stays = {name: getattr(agreement, name) for name in ("since", "until", "evaluator", "clauses", "reward")}
    return actions.reword(agreement, by=acting_for(by or w.targets), expect=agreement.version, **stays, **parties)


def test_a_draft_may_be_turned_to_other_posts_and_is_then_about_the_place_of_the_taker(w, neighbour):
    agreement = made.drafted(w)
    reworded(w, agreement, taker=neighbour)
    assert (agreement.giver, agreement.taker) == (w.prefecture, neighbour)
    assert (agreement.jurisdiction, agreement.path) == (neighbour.unit.jurisdiction, "513322")
    assert Event.objects.filter(stream=agreement.stream).latest("pk").facts["taker"] == {"posts.post": neighbour.pk}
    made.offered(w, agreement)
    assert set(Notice.objects.filter(kind__startswith="agreement").values_list("post", flat=True)) >= {neighbour.pk}
    assert not Notice.objects.filter(post=w.county).exists()
    with pytest.raises(NoTransition):
        reworded(w, agreement, taker=w.county)


def test_not_named_they_stay(w):
    agreement = made.drafted(w)
    reworded(w, agreement)
    assert (agreement.giver, agreement.taker) == (w.prefecture, w.county)


def test_parties_that_cannot_be(w, neighbour):
    agreement = made.drafted(w)
    with pytest.raises(Refused):
        reworded(w, agreement, taker=w.prefecture)
    with pytest.raises(Refused):
        reworded(w, agreement, taker=chief("county", w.targets.unit))  # who evaluates does not take
    own = made.drafted(w, giver=w.county, taker=w.township, by=w.office, evaluator=w.office.unit)
    with pytest.raises(NotPermitted):
        reworded(w, own, by=w.office, taker=neighbour)


def test_the_giver_of_targets_that_are_broken_down_stays(w, neighbour):
    parent = made.signed(w).items.get()
    below = made.drafted(w, giver=w.county, taker=w.township, items=0)
    made.put(w, below, parent=parent)
    with pytest.raises(Refused):
        reworded(w, below, giver=neighbour)
    actions.drop_item(below, place=1, by=acting_for(w.targets), expect=below.version)
    reworded(w, below, giver=neighbour)
    assert below.giver == neighbour


def test_an_amendment_is_made_between_the_same_posts(w, neighbour, client):
    agreement = made.signed(w)
    following = actions.amend(agreement, reason="指标调整", by=acting_for(w.targets), expect=agreement.version)
    with pytest.raises(Refused):
        reworded(w, following, taker=neighbour)
    fields = signed_in(client, w).get(address(following)).context["form"].fields
    assert not {"giver", "taker"} & fields.keys()


def signed_in(client, w):
    client.force_login(w.targets.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def address(agreement):
    return reverse("agreements:target_step", args=[agreement.number, agreement.edition, "reword"])


def test_the_page_takes_a_title_or_a_code_and_asks_which_is_meant(w, neighbour, client):
    agreement = made.drafted(w)
    form = signed_in(client, w).get(address(agreement)).context["form"]
    assert (form["giver"].initial, form["taker"].initial) == (w.prefecture.code, w.county.code)
    last = (agreement.until - timedelta(days=1)).isoformat()
    given = {"since": agreement.since.isoformat(), "last": last, "evaluator": agreement.evaluator_id, "client_ref": uuid.uuid4()}
    given |= {"expect": agreement.version, "giver": w.prefecture.code}
    answer = client.post(address(agreement), given | {"taker": "泸定"})
    assert answer.status_code == 422
    assert neighbour.code in str(answer.context["form"].fields["taker_one"].choices)
    assert client.post(address(agreement), given | {"taker": "无此岗位"}).status_code == 422
    assert client.post(address(agreement), given | {"taker": "泸定", "taker_one": neighbour.code}).status_code == 302
    agreement.refresh_from_db()
    assert agreement.taker == neighbour
