"""Numbers: one row-locked counter per kind and year; none given twice, none lost."""

from datetime import datetime
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from accountability.kit import codes, days
from accountability.papers import actions
from accountability.papers.models import Counter


@pytest.mark.django_db
def test_numbers_count_up_by_kind_and_year_and_carry_a_check_digit(settings):
    settings.DEMO = True
    year = days.today().year
    assert [actions.take_number("C") for _ in range(2)] == [codes.number("C", year, 1), codes.number("C", year, 2)]
    assert actions.take_number("P") == codes.number("P", year, 1)
    with days.pretend(datetime(2020, 12, 31, 16, 0, tzinfo=days.SHANGHAI)):
        assert actions.take_number("C") == codes.number("C", 2020, 1)
    assert codes.is_number(actions.take_number("C"))


@pytest.mark.django_db
def test_the_year_is_the_one_in_ganzi(settings):
    settings.DEMO = True
    with days.pretend(datetime(2020, 12, 31, 16, 0, tzinfo=days.UTC)):  # midnight in Ganzi
        assert actions.take_number("C").startswith("C2021-")


@pytest.mark.django_db(transaction=True)
def test_a_number_is_taken_inside_a_transaction_only():
    with pytest.raises(RuntimeError):
        actions.take_number("C")


@pytest.mark.django_db(transaction=True)
def test_what_fails_leaves_no_gap():
    with transaction.atomic():
        actions.take_number("C")
        transaction.set_rollback(True)
    with transaction.atomic():
        assert actions.take_number("C").split("-")[1] == "000001"


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_eight_times_five_different_numbers_without_a_gap():
    start, taken, year = Barrier(8), [], days.today().year

    def take():
        start.wait()
        try:
            for _ in range(5):
                with transaction.atomic():
                    taken.append(actions.take_number("C"))
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [codes.number("C", year, serial) for serial in range(1, 41)]
    assert Counter.objects.get().last == 40
