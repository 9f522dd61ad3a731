"""What no page can mean is answered at the door."""

import pytest
from django.urls import reverse

from tests.factories.posts import chain

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/?q=a%00b", "/desk/?number=C%00", "/desk/cases/C%00/", "/board/x%00/", "/verify/A%00/"])
def test_a_nul_sign_in_the_address_is_no_error_of_ours(client, address):
    assert client.get(address).status_code == 400


def test_a_body_larger_than_any_form_is_refused_before_it_is_read(client, settings):
    address = reverse("public:complain_at", args=[chain().segment.code])
    settings.MOST_BODY_BYTES = 1000
    answer = client.post(address, {"text": "长" * 2000})
    assert answer.status_code == 413
    assert "Content-Security-Policy" in answer.headers


def test_the_way_to_https_carries_the_policy_too(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/")
    assert answer.status_code == 301
    assert "Content-Security-Policy" in answer.headers
