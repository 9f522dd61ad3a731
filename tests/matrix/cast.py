"""Everybody who may ask for a page, and the places that are theirs, their neighbours' and their superiors'.

A *role* is a function of a post (chiefs/posts/functions.py), for chiefs at each of the four levels; besides them the public
and an account without a post. For every role a thing lies in its **own** territory, in a **sibling**'s (same superior,
another unit of the role's level), or in the own territory but with a **superior**.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from accountability.ledger.acting import Acting
from chiefs.posts.functions import Function as F
from chiefs.posts.models import Account, Post
from chiefs.resources.models import Segment
from chiefs.territory.models import Level
from tests.factories import territory
from tests.factories.posts import (
    AccountFactory,
    Chain,
    ChargeFactory,
    UnitFactory,
    acting_for,
    below,
    chain,
    chief,
    desk,
    government,
    watcher,
)
from tests.factories.resources import SegmentFactory
from tests.factories.territory import JurisdictionFactory

RELATIONS = ("own", "sibling", "superior")
PUBLIC = "public"
NO_POST = "no post"
STAFF = ("ranger", "supervisor")
CHIEFS = ("village chief", "township chief", "county chief", "prefecture chief")
DESKS = (
    "receiver",
    "chief office",
    "intake",
    "department",
    "statistics",
    "targets",
    "audit",
    "organisation",
    "discipline",
    "administrator",
)
ROLES = (PUBLIC, NO_POST, *CHIEFS, *STAFF, *DESKS)
LEVEL = {
    "village chief": Level.VILLAGE,
    "township chief": Level.TOWNSHIP,
    "county chief": Level.COUNTY,
    "prefecture chief": Level.PREFECTURE,
    "ranger": Level.VILLAGE,
    "supervisor": Level.VILLAGE,
    "receiver": Level.VILLAGE,
    "chief office": Level.COUNTY,
    "intake": Level.COUNTY,
    "department": Level.COUNTY,
}  # the others work for the whole prefecture


@dataclass
class Role:
    """One of those who ask; ``post`` and ``acting`` are None for the public and for an account without a post."""

    name: str
    client: Client
    account: Account | None = None
    post: Post | None = None
    acting: Acting | None = None

    @property
    def level(self) -> str:
        return LEVEL.get(self.name, Level.PREFECTURE)


@dataclass
class Cast:
    """The roles, and for each level the segment whose unit of that level is a sibling of the chain's own."""

    chain: Chain
    roles: dict[str, Role]
    siblings: dict[str, Segment]
    neighbours: dict[str, Post]  # the village chief of each sibling segment
    made: dict[Any, Any] = field(default_factory=dict)  # what builders want to make only once

    def segment(self, role: Role, relation: str) -> Segment:
        return self.siblings[role.level] if relation == "sibling" else self.chain.segment

    def village_chief(self, role: Role, relation: str) -> Post:
        return self.neighbours[role.level] if relation == "sibling" else self.chain.village

    def superior(self, role: Role) -> Post | None:
        """The chief one level above the role; nobody stands above the prefecture."""
        above = {Level.VILLAGE: self.chain.township, Level.TOWNSHIP: self.chain.county, Level.COUNTY: self.chain.prefecture}
        return above.get(role.level)  # type: ignore[call-overload,no-any-return]


def assemble() -> Cast:
    """Build everybody. Needs a database with its default rows."""
    own = chain()
    siblings = {
        Level.VILLAGE: territory.village("513301201201", "试验二村"),
        Level.TOWNSHIP: territory.village("513301202200", "试验邻村"),
        Level.COUNTY: far_village("513322", "邻县", parent=territory.prefecture()),
        Level.PREFECTURE: far_village("513401", "邻州县", parent=_other_prefecture()),
    }
    segments = {level: SegmentFactory(jurisdiction=place) for level, place in siblings.items()}
    neighbours = {}
    for level, place in siblings.items():
        unit = government(place)
        below(unit, government(place.parent))
        neighbours[level] = chief("village", unit)
        ChargeFactory(post=neighbours[level], segment=segments[level])
    home = own.prefecture.unit.jurisdiction
    posts = {
        "village chief": own.village,
        "township chief": own.township,
        "county chief": own.county,
        "prefecture chief": own.prefecture,
        "ranger": watcher("ranger", own.village.unit, own.segment),
        "supervisor": watcher("supervisor", own.village.unit, own.segment),
        "receiver": Post.objects.get(unit=own.village.unit, kind__functions=[F.RECEIVER.value]),
        "chief office": own.office,
        "intake": own.intake,
        "department": own.water,
    }
    for name, function in (
        ("statistics", F.STATISTICS),
        ("targets", F.TARGETS),
        ("audit", F.AUDIT),
        ("organisation", F.ORGANISATION),
        ("discipline", F.DISCIPLINE),
        ("administrator", F.ADMINISTRATOR),
    ):
        posts[name] = desk(UnitFactory(name=f"州{name}", jurisdiction=home), function)
    roles = {PUBLIC: Role(PUBLIC, Client(raise_request_exception=False)), NO_POST: _signed_in(NO_POST, AccountFactory(), None)}
    for name, post in posts.items():
        account = Account.objects.get(person__tenures__post=post)
        roles[name] = _signed_in(name, account, post)
    assert tuple(roles) == ROLES
    return Cast(own, roles, segments, neighbours)


def _signed_in(name: str, account: Account, post: Post | None) -> Role:
    client = Client(raise_request_exception=False)
    client.force_login(account, backend="chiefs.posts.backends.AccountBackend")
    if post is not None:
        session = client.session
        session["post"] = post.pk
        session.save()
    return Role(name, client, account, post, acting_for(post) if post else None)


def _other_prefecture() -> Any:
    return JurisdictionFactory(level=Level.PREFECTURE, code="513400000000", name="邻州")


def far_village(county: str, name: str, parent: Any) -> Any:
    there = JurisdictionFactory(level=Level.COUNTY, code=f"{county}000000", name=name, parent=parent)
    township = JurisdictionFactory(level=Level.TOWNSHIP, code=f"{county}201000", name=f"{name}乡", parent=there)
    return JurisdictionFactory(code=f"{county}201200", name=f"{name}村", parent=township)
