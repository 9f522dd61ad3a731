"""The stage on which the demonstration's year is played: moments in order, each lived through ``days.pretend``."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed
from chiefs.posts import reports as posts
from chiefs.posts.models import Account, Post, Tenure

from .world import World

Deed = Callable[[], None]


@dataclass
class Stage:
    """What is still to happen, and who plays."""

    world: World
    begin: datetime
    end: datetime
    chance: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    _waiting: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    _order: int = 0
    _acting: dict[tuple[int, int], Acting] = field(default_factory=dict)

    def at(self, moment: datetime, deed: Deed) -> None:
        """Let something happen at a moment; what would lie after the end does not happen."""
        if moment < self.end:
            self._order += 1
            heapq.heappush(self._waiting, (moment, self._order, deed))

    def later(self, hours: float, deed: Deed) -> None:
        """Let something happen some hours from the pretended now, during office hours."""
        self.at(self.office_hour(days.now() + timedelta(hours=hours)), deed)

    def office_hour(self, moment: datetime) -> datetime:
        local = moment.astimezone(days.SHANGHAI)
        if not 9 <= local.hour < 18:
            local = local.replace(hour=9 + self.chance.randrange(8), minute=self.chance.randrange(60)) + timedelta(days=local.hour >= 18)
        return local

    def play(self) -> None:
        """Live everything in order of time."""
        while self._waiting:
            moment, _order, deed = heapq.heappop(self._waiting)
            with days.pretend(moment):
                deed()

    def holder(self, post: Post, on: date | None = None) -> Tenure | None:
        """Who holds a post on the pretended day."""
        return posts.term_of(post, on or days.today())

    def by(self, post: Post, tenure: Tenure | None = None) -> Acting:
        """The acting of whoever holds the post now."""
        term = tenure or self.holder(post)
        if term is None:
            raise LookupError(f"Nobody holds {post} on {days.today()}.")
        key = (post.pk, term.person_id)
        if key not in self._acting:
            self._acting[key] = posts.acting(Account.objects.get(person_id=term.person_id), posts.post(post.pk), term.person_id)
        return self._acting[key]


def version_of(record: Governed) -> int:
    """The version as the actor sees it now."""
    record.refresh_from_db()
    return record.version
