"""Who may take which step in which state: one table, every cell asked of the gate itself."""

import pytest
from django.db import transaction

from accountability.cases import actions
from accountability.cases.lifecycle import CaseLifecycle
from accountability.ledger.errors import GateError, NotPermitted, NoTransition, Refused
from chiefs.posts.functions import Function
from tests.factories import cases, posts
from tests.factories.posts import acting_for

pytestmark = pytest.mark.django_db
WHO = ["village", "township", "county", "prefecture", "office", "intake", "water", "forestry", "branch", "bureau", "stranger", "receiver"]
CHIEF = {"report_up", "hand_down", "hand_over", "send_back", "ask_extension", "report_done"}


def asking(world):
    made = cases.case(world, holder=world.county)
    actions.hand_over(made, to=world.branch, assisting=[], note="", by=acting_for(world.county), expect=made.version)
    actions.ask_extension(made, days=5, reason="降雪封路", by=acting_for(world.branch), expect=made.version)
    return made


def at_the_township(world):
    made = cases.case(world)
    actions.report_up(made, note="请上级协调", by=acting_for(world.village), expect=made.version)
    return made


#: state of the case: how it gets there, and who may then take which steps (who is not named: none)
TABLE = {
    "held by the village": (cases.case, {"village": {"report_up", "ask_extension", "report_done"}}),
    "held by the township": (at_the_township, {"township": CHIEF}),
    "held by the county, opened there": (
        lambda world: cases.case(world, holder=world.county),
        {"county": CHIEF - {"send_back"}, "office": {"hand_over"}},
    ),
    "held by the prefecture, opened there": (
        lambda world: cases.case(world, holder=world.prefecture),
        {"prefecture": {"hand_down", "hand_over", "report_done"}},
    ),
    "in work": (cases.in_work, {"water": {"send_back", "ask_extension", "report_done"}}),
    "asking for time": (asking, {"branch": {"send_back", "report_done"}, "bureau": {"decide_extension"}}),
    "done": (cases.done, {"office": {"confirm", "return_to_work"}}),
    "verified": (cases.verified, {"office": {"sign_off"}, "county": {"sign_off"}, "prefecture": {"sign_off"}}),
    "signed off": (cases.signed_off, {"office": {"reopen"}, "intake": {"reopen"}}),
}


@pytest.fixture
def world():
    return posts.chain()


def post_of(world, who):
    if who == "stranger":
        return posts.desk(posts.UnitFactory(), Function.AUDIT, Function.ADMINISTRATOR)
    if who == "receiver":
        return world.township.unit.posts.get(kind__single=False)
    return getattr(world, who)


def facts_for(world, move):
    return {
        "report_up": {"note": "请上级协调"},
        "hand_down": {"to": world.village, "note": ""},
        "hand_over": {"to": world.water, "assisting": [], "note": ""},
        "send_back": {"note": "请先自行处理"},
        "ask_extension": {"days": 3, "reason": "降雪封路"},
        "decide_extension": {"granted": True, "reason": "情况属实"},
        "report_done": {"measure": "已清运完毕"},
        "confirm": {"note": ""},
        "return_to_work": {"note": "还有一堆"},
        "sign_off": {"note": ""},
        "reopen": {"reason": "又有垃圾"},
    }[move]


@pytest.mark.parametrize("state", TABLE)
def test_the_gate_and_the_buttons_say_the_same_as_the_table(world, state):
    make, table = TABLE[state]
    case, wrong = make(world), []
    for who in WHO:
        by, lawful = acting_for(post_of(world, who)), table.get(who, set())
        offered = {move.name for move in CaseLifecycle.available(case, by)}
        if offered != lawful:
            wrong.append(f"{who} is offered {sorted(offered)} instead of {sorted(lawful)}")
        for move in CaseLifecycle.moves():
            before = transaction.savepoint()
            try:
                getattr(actions, move)(case, by=by, expect=case.version, **facts_for(world, move))
                answer = "ok"
            except GateError as refusal:
                answer = type(refusal)
            transaction.savepoint_rollback(before)
            case.refresh_from_db()
            if (answer == "ok") != (move in lawful):
                wrong.append(f"{move} by {who}: {answer}")
    assert not wrong, "\n".join(wrong)


def test_the_three_refusals_stay_apart(world):
    case = cases.in_work(world)
    for move, post, refusal in (
        ("confirm", world.office, NoTransition),
        ("report_done", world.forestry, NotPermitted),
        ("ask_extension", world.water, Refused),
    ):
        facts = facts_for(world, move) | ({"days": 31} if move == "ask_extension" else {})
        with pytest.raises(refusal):
            getattr(actions, move)(case, by=acting_for(post), expect=case.version, **facts)


@pytest.mark.parametrize("move", ["report_up", "send_back", "ask_extension", "report_done", "return_to_work", "reopen", "decide_extension"])
@pytest.mark.parametrize("words", ["", " ", "\n", "x"])
def test_a_reason_of_no_words_is_none(world, move, words):
    state = {"return_to_work": "done", "reopen": "signed off", "decide_extension": "asking for time"}.get(move, "held by the township")
    make, table = TABLE[state]
    case, facts = make(world), facts_for(world, move)
    post = next(post_of(world, who) for who, moves in table.items() if move in moves)
    word = next(name for name in ("note", "reason", "measure") if name in facts)
    with pytest.raises(Refused) as refusal:
        getattr(actions, move)(case, by=acting_for(post), expect=case.version, **facts | {word: words})
    assert len(str(refusal.value)) > 5


def test_a_post_of_the_leading_unit_that_does_not_work_with_cases_decides_nothing(world):
    case = asking(world)
    statistics = posts.desk(world.bureau.unit, Function.STATISTICS)
    with pytest.raises(NotPermitted):
        actions.decide_extension(case, granted=True, reason="情况属实", by=acting_for(statistics), expect=case.version)


def test_another_desk_of_the_chief_office_does_not_verify(world):
    case = cases.done(world)
    tables = posts.desk(world.office.unit, Function.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        actions.confirm(case, note="", by=acting_for(tables), expect=case.version)


def test_a_chief_of_the_same_rank_who_answers_for_another_water_does_not_sign_off(world):
    case = cases.verified(world)
    colleague = posts.chief("county", world.county.unit)
    with pytest.raises(NotPermitted):
        actions.sign_off(case, note="", by=acting_for(colleague), expect=case.version)


def test_a_general_chief_of_the_place_may_sign_off(world):
    case = cases.verified(world)
    kind = posts.PostKindFactory(code="general-chief-county", level="county", functions=[Function.CHIEF.value])
    general = posts.PostFactory(kind=kind, unit=world.county.unit)
    posts.TenureFactory(post=general)
    actions.sign_off(case, note="", by=acting_for(general), expect=case.version)
    assert case.state == "signed_off"
