"""Number and code: five wrong guesses, then a wait, and no answer that tells anything."""

from datetime import timedelta

import pytest

from accountability.complaints import reports
from accountability.complaints.models import Attempt
from accountability.kit import days
from accountability.ledger.errors import Refused
from tests.factories.complaints import registered
from tests.factories.posts import chain

pytestmark = pytest.mark.django_db
HERE = "192.0.2.1"


@pytest.fixture
def receipt():
    complaint, code = registered(segment=chain().segment)
    return complaint.number, code


def wrong(code):
    return ("2" if code[0] != "2" else "3") + code[1:]


def guess(number, code, guesser=HERE):
    with pytest.raises(Refused) as refusal:
        reports.find(number, code, guesser)
    return refusal.value


def test_number_and_code_open_the_complaint_as_people_type_them(receipt):
    number, code = receipt
    assert reports.find(f" {number.lower()} ", f"{code[:3].lower()} {code[3:]}", HERE).number == number


def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(receipt):
    number, code = receipt
    no_code, no_number = guess(number, wrong(code)), guess("T2026-999999-9", code, "192.0.2.2")
    assert (str(no_code), no_code.http_status) == (str(no_number), no_number.http_status)


def test_a_wrong_number_and_a_wrong_code_take_the_same_steps(receipt):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    number, code = receipt
    counts = []
    for pair, guesser in (((number, wrong(code)), "192.0.2.3"), (("T2026-999999-9", code), "192.0.2.4")):
        with CaptureQueriesContext(connection) as queries:
            guess(*pair, guesser)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_sixth_guess_waits_even_if_it_is_right(receipt):
    number, code = receipt
    answers = [guess(number, wrong(code)) for _ in range(5)]
    assert {answer.http_status for answer in answers} == {422}
    sixth = guess(number, code)
    assert sixth.http_status == 429
    assert isinstance(sixth, reports.Wait)


def test_the_wait_holds_for_the_number_from_any_address(receipt):
    number, code = receipt
    for n in range(5):
        guess(number, wrong(code), f"192.0.2.{n}")
    assert guess(number, code, "198.51.100.7").http_status == 429


def test_the_wait_holds_for_the_guesser_at_any_number(receipt):
    number, code = receipt
    for n in range(5):
        guess(f"T2026-00099{n}-1", "AAAAAA")
    assert guess(number, code).http_status == 429
    assert reports.find(number, code, "198.51.100.7").number == number


def test_after_a_quarter_of_an_hour_the_right_code_opens_again(receipt):
    number, code = receipt
    for _ in range(5):
        guess(number, wrong(code))
    Attempt.objects.update(wait_until=days.now() - timedelta(seconds=1), first_at=days.now() - timedelta(minutes=16))
    assert reports.find(number, code, HERE).number == number


def test_addresses_are_kept_as_a_keyed_hash_and_old_rows_go(receipt):
    number, code = receipt
    guess(number, wrong(code))
    assert not any(HERE in row.key for row in Attempt.objects.all())
    Attempt.objects.update(first_at=days.now() - timedelta(days=2))
    guess("T2026-999999-9", code, "192.0.2.9")
    assert Attempt.objects.filter(first_at__lt=days.now() - timedelta(days=1)).count() == 0
