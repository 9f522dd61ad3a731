"""Periods of the same thing never share a day; the database refuses it, not the form."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.sample.models import Lease

DAY = date(2026, 1, 1)


def day(n):
    return None if n is None else DAY + timedelta(days=n)


def lease(since, until, plot=1):
    with transaction.atomic():
        return Lease.objects.create(plot=plot, since=day(since), until=day(until))


@pytest.mark.django_db
@pytest.mark.parametrize(("since", "until"), [(0, 10), (5, 6), (9, 20), (-5, 1), (-5, None), (9, None), (-5, 20)])
def test_a_period_that_shares_a_day_is_refused(since, until):
    lease(0, 10)
    with pytest.raises(IntegrityError, match="sample_lease_no_overlap"):
        lease(since, until)


@pytest.mark.django_db
@pytest.mark.parametrize(("since", "until"), [(10, None), (10, 11), (-5, 0)])
def test_a_period_that_only_touches_is_accepted(since, until):
    lease(0, 10)
    lease(since, until)


@pytest.mark.django_db
def test_an_open_period_shares_every_later_day():
    lease(0, None)
    with pytest.raises(IntegrityError):
        lease(1000, 1001)
    lease(-1, 0)


@pytest.mark.django_db
def test_another_key_or_none_never_clashes():
    lease(0, None)
    lease(0, None, plot=2)
    lease(0, None, plot=None)
    lease(0, None, plot=None)


@pytest.mark.django_db
def test_an_update_into_another_period_is_refused():
    lease(0, 10)
    later = lease(10, 20)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.filter(pk=later.pk).update(since=day(9))
    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.filter(pk=later.pk).update(plot=1, since=day(5), until=None)
    assert Lease.objects.filter(pk=later.pk).update(until=day(30)) == 1


@pytest.mark.django_db
def test_many_rows_at_once_are_checked_too():
    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.bulk_create([Lease(plot=1, since=day(0), until=day(5)), Lease(plot=1, since=day(4), until=day(9))])
    assert Lease.objects.count() == 0


periods = st.tuples(st.integers(0, 30), st.one_of(st.none(), st.integers(1, 10)))


class Overlap(TestCase):
    @given(st.lists(periods, max_size=8))
    def test_what_the_database_accepts_is_exactly_what_does_not_overlap(self, wanted):
        """The plain reckoning, day by day, agrees with trigger and constraint."""
        Lease.objects.all().delete()
        taken: set[int] = set()
        for since, length in wanted:
            days = set(range(since, 100 if length is None else since + length))
            free = not days & taken
            try:
                lease(since, None if length is None else since + length)
            except IntegrityError:
                assert not free, f"{connection.vendor} refused {since} {length} beside {sorted(taken)}"
            else:
                assert free, f"{connection.vendor} accepted {since} {length} beside {sorted(taken)}"
                taken |= days
