"""Verification and the HTML twin in a real browser."""

import pytest
from django.core.files.storage import default_storage

from accountability.ledger import registry
from tests.browser import barriers, sideways
from tests.factories.papers import issued
from tests.factories.posts import AccountFactory, TenureFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.once]


def test_a_file_is_verified_on_a_phone_without_a_script(visitor, tmp_path):
    paper = issued(printed=True)
    with default_storage.open(paper.pdf) as file:
        data = file.read()
    (tmp_path / "right.pdf").write_bytes(data)
    (tmp_path / "wrong.pdf").write_bytes(data.replace(b"%PDF-1.7", b"%PDF-1.6"))
    citizen = visitor(360, javascript=False)
    page = citizen.page
    citizen.go("/verify/")
    page.locator("#code-form input[name=code]").fill(paper.verify_code.lower())
    citizen.press("#code-form button")
    assert page.locator("#sha256").inner_text() == paper.sha256
    for name, verdict in (("right", "same"), ("wrong", "different")):
        page.locator("#file-form input[name=pdf]").set_input_files(tmp_path / f"{name}.pdf")
        citizen.press("#file-form button")
        assert page.locator("#verdict").get_attribute("data-verdict") == verdict


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_has_a_barrier_and_the_twin_is_styled(visitor, monkeypatch, width):
    monkeypatch.setitem(registry._answers, "may_open_paper", [lambda **about: [True]])
    account = AccountFactory(person=TenureFactory().person)
    paper = issued(printed=True, title="关于雅拉乡原乡长自然资源资产离任审计的报告")
    reader = visitor(width)
    reader.sign_in(account)
    for path in ("/verify/", f"/verify/{paper.verify_code}/", "/verify/ABCDEFGHJKMN/", f"/papers/{paper.ref}/"):
        reader.go(path)
        assert barriers(reader.page) == []
        assert sideways(reader.page) == 0
    assert reader.page.evaluate("getComputedStyle(document.querySelector('.issuer')).color") == "rgb(200, 16, 46)"
