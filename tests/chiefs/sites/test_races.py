"""Two people and the same site at the same moment, on SQLite in a file and on PostgreSQL."""

import pytest

from accountability.cases import sites as case_sites
from accountability.cases.models import Case
from accountability.ledger.models import Event
from chiefs.sites import actions
from chiefs.sites.models import Site
from tests.accountability.ledger.test_race import at_once
from tests.factories import cases
from tests.factories.posts import acting_for, chain
from tests.factories.sites import credit_code, site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return chain()


def merged(pk, into, by):
    actions.merge(Site.objects.get(pk=pk), into=Site.objects.get(pk=into), reason="同一家", by=by, expect=0)
    return "merged"


def test_two_entries_merged_into_each_other_at_once_leave_one_standing(world):
    office, pair = acting_for(world.office), [site(world).pk, site(world).pk]
    assert at_once(lambda i: merged(pair[i], pair[1 - i], office), 2)["merged"] == 1
    standing = Site.objects.standing().filter(pk__in=pair)
    assert [s.merged_into_id for s in Site.objects.filter(pk__in=pair).exclude(pk__in=standing)] == [standing.get().pk]


def test_one_entry_merged_into_two_others_at_once_goes_to_one_of_them(world):
    office, lost, kept = acting_for(world.office), site(world).pk, [site(world).pk, site(world).pk]
    answers = at_once(lambda i: merged(lost, kept[i], office), 2)
    assert answers["merged"] == 1
    assert answers.keys() <= {"merged", "Stale", "NoTransition"}
    assert Event.objects.filter(act="sites.take_up").count() == 1


def test_a_site_named_while_it_is_merged_is_the_one_that_goes_on(world):
    office, lost, kept, case = acting_for(world.office), site(world).pk, site(world).pk, cases.case(world).pk

    def work(i):
        if i == 0:
            return merged(lost, kept, office)
        found = Case.objects.get(pk=case)
        case_sites.name_site(found, site=Site.objects.get(pk=lost), by=office, expect=found.version)
        return "named"

    assert at_once(work, 2) == {"merged": 1, "named": 1}
    assert Case.objects.get(pk=case).site_id == kept


def test_one_credit_code_entered_twice_at_once_is_one_site(world):
    code, office = credit_code(), acting_for(world.office)

    def work(i):
        return "ok" if site(world, name=f"试验厂{i}", credit_code=code, by=office) else ""

    assert at_once(work, 3) == {"ok": 1, "Refused": 2}
    assert Site.objects.get(credit_code=code).names.count() == 1
