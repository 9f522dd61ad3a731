"""What of an agreement is printed: the page that a village chief signs by hand, and the records of signatures."""

import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accountability.papers import rendering
from chiefs.agreements import paper
from tests.factories import agreements as made
from tests.factories.posts import AccountFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return made.world()


def pages(pdf):
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return text.removesuffix("\f").split("\f")


def test_both_find_on_the_page_what_they_sign_and_where(client, w):
    agreement = made.prepared(w)
    client.force_login(AccountFactory(person=w.village.tenures.get().person), backend="chiefs.posts.backends.AccountBackend")
    shown = client.get(reverse("agreements:village_page", args=[agreement.number]))
    assert shown["Content-Type"] == "application/pdf"
    text = re.sub(r"\s", "", "".join(pages(shown.content)))
    for words in (agreement.unit.name, agreement.person.name, agreement.duties, agreement.funding, agreement.liability, agreement.number):
        assert re.sub(r"\s", "", words) in text
    assert "甲方（盖章）" in text
    assert "乙方（签字）" in text


@dataclass
class Signed:
    """A signature as the paper shows it."""

    person_name: str
    unit_name: str = "试验单位"
    post_title: str = "试验岗位"
    takes_over: bool = True
    at: datetime = datetime(2026, 5, 6, tzinfo=UTC)

    def get_side_display(self):
        return "承担方"


def test_the_record_of_a_signature_is_not_torn_between_two_pages(w):
    """Whoever has signed on in twelve years stands with the own hash, and every page says what its columns are."""
    agreement = made.signed(w)
    shown = paper.context(agreement) | {"signatures": [(Signed(f"第{n}任"), f"{n:02d}" * 32) for n in range(40)]}
    fixed = {
        "title": "试验",
        "number": "P",
        "issuer": "试验",
        "language": "zh-hans",
        "qr": "data:,",
        "verify_url": "/",
        "issued_on": agreement.since,
    }
    printed = pages(rendering.render(rendering.twin("papers/target_agreement.html", shown | fixed, "zh-hans")).pdf)
    signing = [page for page in printed if re.search(r"第\d+任", page)]
    assert len(signing) > 1
    assert all("签署时间" in page for page in signing)
    for page in signing:
        names = re.findall(r"第(\d+)任", page)
        assert [int(number) for number in names] == [int(found) for found in re.findall(r"(\d\d)\d{62}", page)]
