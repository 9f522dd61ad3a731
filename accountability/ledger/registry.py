"""What a lower room needs from rooms above it, without importing them: questions and joins.

Filled in ``AppConfig.ready()`` of the room that answers. docs/map.md lists every entry, and a test compares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

_answers: dict[str, list[Callable[..., list[Any]]]] = defaultdict(list)
_joins: dict[str, list[Callable[..., None]]] = defaultdict(list)


class Question:
    """A named question that rooms above may answer; the answers are lists that are put together."""

    def __init__(self, name: str) -> None:
        self.name = name

    def provide(self, answer: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        if answer not in _answers[self.name]:
            _answers[self.name].append(answer)
        return answer

    def ask(self, **about: Any) -> list[Any]:
        return [item for answer in _answers[self.name] for item in answer(**about)]


open_work = Question("open_work")  # post_id= | unit_id= | jurisdiction_id= : what is still open there
may_open_evidence = Question("may_open_evidence")  # evidence=, acting= : [True] from the owning room, or []
may_open_paper = Question("may_open_paper")  # paper=, acting= : [True] from the owning room, or []
on_record = Question("on_record")  # person_id=, since=, until= : what is on record of a person
concerning = Question("concerning")  # record=, acting= : open matters of rooms above that are about a record and may be seen
standing_on = Question("standing_on")  # jurisdictions=, day= : records in force that stand on units which end on the day
patrolled = Question("patrolled")  # posts=, since=, until= : (post id, segment id, day) of every walk that counts for a segment
resettle = Question("resettle")  # record=, to= (None: it ends), day=, by= : [True] from the room that has moved or ended it
settling = Question("settling")  # records=, acting= : (record, territory.standing.Way) for the records of a room that stand on old units
register_faults = Question("register_faults")  # reach=, on= : territory.health.Faults, what is missing in the register of a room
standing_on_segment = Question("standing_on_segment")  # segment=, day= : what still stands on a segment that ends with the day
divide_segment = Question("divide_segment")  # segment=, parts=, day=, by=, event= : [True] where records were carried along
about_site = Question("about_site")  # site_id=, acting= : what is about a regulated site, as sites.reports.Mention


class after_move:
    """``after_move("cases.sign_off").join(actions.reply_due)``: runs inside the gate's transaction; an exception aborts the move.

    The joined function is called as ``fn(record, event=event, by=acting, facts=facts)``.
    """

    def __init__(self, move: str) -> None:
        self.move = move

    def join(self, action: Callable[..., None]) -> Callable[..., None]:
        if action not in _joins[self.move]:
            _joins[self.move].append(action)
        return action


def joined(move: str) -> list[Callable[..., None]]:
    return _joins[move]


def entries() -> dict[str, list[str]]:
    """Every question and join with the dotted names of those who answer, for docs/map.md."""

    def name(fn: Callable[..., Any]) -> str:
        return f"{fn.__module__}.{fn.__qualname__}"

    table = {f"question {key}": sorted(map(name, fns)) for key, fns in _answers.items() if fns}
    table.update({f"after {key}": sorted(map(name, fns)) for key, fns in _joins.items() if fns})
    return dict(sorted(table.items()))
