import pytest
from django.urls import reverse

from tests.factories.posts import AccountFactory

pytestmark = pytest.mark.django_db


def test_sign_in_page_is_shown(client):
    answer = client.get(reverse("posts:sign_in"))
    assert answer.status_code == 200
    assert 'name="username"' in answer.content.decode()


def test_wrong_password_is_answered_with_a_sentence_and_the_name_is_kept(client):
    AccountFactory(login="zhaxi")
    answer = client.post(reverse("posts:sign_in"), {"username": "zhaxi", "password": "wrong"})
    assert answer.status_code == 422
    assert 'value="zhaxi"' in answer.content.decode()
    assert 'class="error-summary"' in answer.content.decode()
