"""An empty registry grows from its administrators: the first chief office, its first clerk, and everything after that by that clerk."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accountability.kit import days
from accountability.ledger.errors import NotPermitted
from accountability.setup import accounts
from chiefs.posts import units
from chiefs.posts.models import Account, Post, PostKind, Unit
from tests.factories.posts import acting_for
from tests.factories.territory import county, prefecture

pytestmark = pytest.mark.django_db
TODAY = days.today()
PASSWORD = "yak butter in the morning"


@pytest.fixture
def administrator():
    accounts.open_administrators([("wang", "王一（演示）")])
    return Account.objects.get(login="wang")


def signed_in(account) -> Client:
    client = Client()
    client.force_login(account, backend="chiefs.posts.backends.AccountBackend")
    return client


def enter(client, address, *args, **told):
    """Send one form of the register; it must be taken."""
    answer = client.post(reverse(address, args=args), {"expect": 0, "client_ref": uuid.uuid4(), "since": TODAY.isoformat()} | told)
    assert answer.status_code == 302, re.findall(r'class="error[^>]*>([^<]+)', answer.content.decode())
    return answer


def test_the_first_office_and_its_clerk_come_from_an_administrator_and_the_rest_from_that_clerk(administrator):
    assert not Unit.objects.exclude(kind=Unit.Kind.SYSTEM).exists()
    first = signed_in(administrator)
    home = first.get(reverse("registry:home")).content.decode()
    assert reverse("registry:units") in home
    assert reverse("terms:found_unit") in first.get(reverse("registry:units")).content.decode()
    page = first.get(reverse("terms:found_unit")).content.decode()
    assert re.findall(r'<option value="([a-z]+)"', page) == ["office"]
    enter(first, "terms:found_unit", name="州河长制办公室", code="office", kind="office", jurisdiction=settings.PREFECTURE_CODE)
    assert reverse("terms:create_post", args=["office"]) in first.get(reverse("registry:unit", args=["office"])).content.decode()
    kind = PostKind.objects.get(code="desk-chief_office-prefecture")
    enter(first, "terms:create_post", "office", title_zh="值班岗", code="office-desk", kind=kind.pk)
    enter(first, "terms:appoint", "office-desk", name="张三（演示）", basis="任命〔2026〕1号")

    slips = first.post(reverse("registry:slips"))
    assert slips["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(slips.content)).pages[0].extract_text()
    assert "张三" in text
    clerk = Client()
    slip, code = re.search(r"\b\d{9}\b", text)[0], re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", text)[0]
    told = {"slip": slip, "code": code, "password": PASSWORD, "again": PASSWORD, "expect": 0, "client_ref": uuid.uuid4()}
    assert clerk.post(reverse("posts:activate_slip", args=[slip]), told).status_code == 302

    enter(
        clerk,
        "terms:found_unit",
        name="州水利局",
        code="water",
        kind="department",
        jurisdiction=settings.PREFECTURE_CODE,
        superior="office",
    )
    assert Unit.objects.get(code="water").kind == Unit.Kind.DEPARTMENT
    assert clerk.get(reverse("exchange:list")).status_code == 200


def test_an_administrator_founds_offices_and_nothing_else(administrator):
    by = acting_for(Post.objects.get(code="administrator"))
    told = {"name": "某单位", "since": TODAY, "by": by}
    assert units.found_unit(code="kd-office", kind=Unit.Kind.OFFICE, jurisdiction=county(), **told).jurisdiction == county()
    for kind in (Unit.Kind.GOVERNMENT, Unit.Kind.DEPARTMENT, Unit.Kind.PARTY):
        with pytest.raises(NotPermitted):
            units.found_unit(code="another", kind=kind, jurisdiction=prefecture(), **told)
    answer = signed_in(administrator).post(
        reverse("terms:found_unit"),
        {
            "expect": 0,
            "client_ref": uuid.uuid4(),
            "name": "某局",
            "code": "x",
            "kind": "department",
            "jurisdiction": settings.PREFECTURE_CODE,
        },
    )
    assert answer.status_code == 422
    assert not Unit.objects.filter(code__in=["another", "x"]).exists()
