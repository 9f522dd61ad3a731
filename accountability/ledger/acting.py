"""Who acts, as plain values: an account, for a person, in a post, within a reach."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q

from accountability.kit.codes import after


@dataclass(frozen=True)
class Reach:
    """The own territory and all its predecessors.

    ``paths``          significant code prefixes, for county and above
    ``jurisdictions``  ids of jurisdictions, for township and below (their codes change)
    """

    paths: tuple[str, ...] = ()
    jurisdictions: frozenset[int] = frozenset()

    def q(self, path: str = "path", jurisdiction: str = "jurisdiction_id") -> Q:
        """The rows inside this reach; no reach, no rows."""
        inside = Q(pk__in=[])
        for prefix in self.paths:
            inside |= Q(**{f"{path}__gte": prefix, f"{path}__lt": after(prefix)})
        if self.jurisdictions:
            inside |= Q(**{f"{jurisdiction}__in": self.jurisdictions})
        return inside

    def holds(self, path: str, jurisdiction_id: int | None = None) -> bool:
        """The same question for one place."""
        return any(path.startswith(prefix) for prefix in self.paths) or jurisdiction_id in self.jurisdictions


@dataclass(frozen=True)
class Acting:
    """The post for which somebody acts in this request. System posts act without account and person."""

    account_id: int | None
    person_id: int | None
    post_id: int
    post_title: str
    unit_id: int
    level: str = ""
    jurisdiction_id: int | None = None
    scheme: str = ""
    reach: Reach = field(default_factory=Reach)
    functions: frozenset[str] = frozenset()

    def may(self, *functions: str) -> bool:
        """Whether the post carries one of these functions (chiefs/posts/functions.py)."""
        return not self.functions.isdisjoint(functions)
