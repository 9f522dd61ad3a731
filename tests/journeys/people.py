"""The world of the walk: real Ganzi, the invented people of the Yala river, and a way in for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.management import call_command

from accountability.kit import days
from accountability.setup.demo import world as demo
from chiefs.duties.defaults import items_for
from chiefs.posts.models import Account, Post, PostKind, Tenure
from tests.browser import Visitor

PASSWORD = "quiet mountain river 7"


@dataclass(frozen=True)
class Ganzi:
    """The world, and the day after today on which the township head leaves."""

    world: demo.World
    leaving: Tenure

    def post(self, code: str) -> Post:
        return self.world.posts[code]

    def account(self, code: str, place: int = 0) -> Account:
        """The account of the holder of a post; ``place`` chooses among the several of a desk."""
        return Account.objects.filter(person__tenures__post__code=code).order_by("pk")[place]


def settle() -> Ganzi:
    """Load the reference data and let everybody take office; the township head leaves tomorrow, the successor is named."""
    call_command("load_ganzi", verbosity=0)
    world = demo.build(days.today())
    for person in {t.person for t in Tenure.objects.select_related("person")}:
        Account.objects.create_user(login=f"walker{person.pk}", password=PASSWORD, person=person)
    for kind in PostKind.objects.all():
        items_for(kind)
    tomorrow = days.today() + timedelta(days=1)
    assert world.incoming is not None
    leaving = world.incoming
    Tenure.objects.filter(pk=leaving.pk).update(until=tomorrow)
    leaving.refresh_from_db()
    Tenure.objects.create(person=world.person(), post=leaving.post, since=tomorrow, basis=demo.SOURCE)
    return Ganzi(world, leaving)


def sign_in(visitor: Visitor, account: Account, post: Post | None = None) -> None:
    """Through the form, as everybody does; who holds several posts chooses one."""
    visitor.go("/sign-in/")
    visitor.page.fill("#id_username", account.login)
    visitor.page.fill("#id_password", PASSWORD)
    visitor.press("#sign-in-form button.button")
    if post is not None and visitor.page.locator("#change-post").count():
        visitor.go("/post/")
        visitor.page.check(f"input[name=post][value='{post.pk}']")
        visitor.press("main form button.button")


def files(**several: bytes) -> list[dict[str, Any]]:
    """Files as a browser hands them in: name__suffix=bytes."""
    types = {"jpg": "image/jpeg", "gpx": "application/gpx+xml", "pdf": "application/pdf"}
    found = []
    for name, data in several.items():
        stem, _sep, suffix = name.rpartition("__")
        found.append({"name": f"{stem}.{suffix}", "mimeType": types[suffix], "buffer": data})
    return found
