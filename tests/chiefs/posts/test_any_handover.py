"""Whatever comes and goes while terms end and begin: no open matter is ever without somebody who answers for it by name."""

from __future__ import annotations

import contextlib
import datetime as dt

import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accountability.cases.models import Case
from accountability.kit import days
from accountability.ledger.errors import GateError
from accountability.ledger.models import gate_open
from chiefs.posts import actions_handover, handovers, tenures
from chiefs.posts.models import Handover, Tenure
from tests.factories.cases import case
from tests.factories.posts import PersonFactory, acting_for, chain

START = days.start_of(days.today()) + dt.timedelta(hours=9)
deed = st.tuples(
    st.sampled_from(["case", "case", "sign off", "end", "succeed", "appoint", "take", "finish", "receiver leaves"]), st.integers(0, 5)
)


class AnyHandover(TestCase):
    @settings(max_examples=10)
    @given(history=st.lists(deed, min_size=4, max_size=14))
    def test_no_open_matter_is_lost(self, history):
        world = chain()
        left = False  # whether anybody ever left the post: before that its first holder answers
        for step, (what, number) in enumerate(history):
            with time_machine.travel(START + dt.timedelta(days=step), tick=False):
                office = acting_for(world.office)
                with contextlib.suppress(GateError):  # refused whole
                    self.do(what, number, world, office)
                actions_handover.look_after()
                left = left or Handover.objects.filter(post=world.village).exists()
                self.nothing_is_lost(world, left)

    def nothing_is_lost(self, world, left: bool) -> None:
        today = days.today()
        for held in Case.objects.open().filter(holder=world.village):
            answering = handovers.answers_for(world.village, held.stream, today)
            assert answering is not None
            assert answering.since <= today < (answering.until or dt.date.max)
        for handover in Handover.objects.filter(post=world.village):
            listed = {row.stream for row in handovers.rows_of(handover)}
            assert handover.state == Handover.State.FINISHED or handovers.open_streams(handover) <= listed
        for handover in Handover.objects.exclude(state=Handover.State.OPEN):
            assert not handover.items.filter(taker=None, settled_at=None).exists(), "finished while a matter had nobody"

    def do(self, what: str, number: int, world, office) -> None:
        today = days.today()
        term = Tenure.objects.in_force(today).filter(post=world.village).first()
        handover = Handover.objects.open().filter(post=world.village).order_by("-pk").first()
        if what == "case":
            case(world)
        elif what == "sign off":
            with gate_open():
                Case.objects.filter(pk=getattr(Case.objects.open().first(), "pk", 0)).update(state=Case.State.SIGNED_OFF)
        elif what == "end" and term:
            tenures.end_term(term, day=today, reason="免职", by=office)
        elif what == "succeed" and term:
            tenures.succeed(term, person=PersonFactory(), day=today, basis="任字1号", by=office)
        elif what == "appoint":
            tenures.appoint(world.village, person=PersonFactory(), since=today, basis="任字1号", by=office)
        elif what == "take" and handover:
            found, rows = handovers.takers(handover), [row.stream for row in handovers.rows_of(handover) if row.settled_at is None]
            taker = found[number % len(found)].key
            actions_handover.take_over(handover, streams=rows[: number + 1], taker=taker, by=office, expect=handover.version)
        elif what == "finish" and handover:
            actions_handover.finish(handover, by=office, expect=handover.version)
        elif what == "receiver leaves":
            leaving = Tenure.objects.in_force(today).filter(post__unit=world.village.unit, post__kind__single=False).first()
            if leaving:
                tenures.end_term(leaving, day=today, reason="调离", by=office)
