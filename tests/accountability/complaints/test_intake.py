"""Taking in: the receipt, the office, and who may."""

import uuid

import pytest

from accountability.complaints import actions, additions, intakes, rules
from accountability.complaints.models import Channel, Complaint, Informant
from accountability.kit import days
from accountability.kit.codes import is_number
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.models import Event
from accountability.notices.models import Notice
from chiefs.posts.functions import Function
from chiefs.posts.models import Unit
from tests.factories.complaints import registered
from tests.factories.posts import UnitFactory, acting_for, below, chain, chief, desk
from tests.factories.territory import JurisdictionFactory, prefecture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


def prefecture_intake(world):
    unit = UnitFactory(name="州投诉中心", kind=Unit.Kind.OFFICE, jurisdiction=prefecture())
    below(unit, world.prefecture.unit)
    return desk(unit, Function.INTAKE)


def test_a_complaint_gets_a_number_with_a_check_digit_and_a_code_that_is_stored_only_as_a_keyed_hash(world):
    complaint, code = registered(segment=world.segment)
    assert is_number(complaint.number)
    assert complaint.number.startswith("T")
    assert complaint.code_fingerprint == rules.code_fingerprint(complaint.number, code)
    stored = [str(value) for row in Complaint.objects.values() for value in row.values()]
    assert not any(code in value for value in stored)


def test_the_same_reference_gives_the_same_receipt_and_one_complaint(world):
    ref = uuid.uuid4()
    first = registered(segment=world.segment, client_ref=ref)
    again = registered(segment=world.segment, client_ref=ref)
    assert (first[0].number, first[1]) == (again[0].number, again[1])
    assert Complaint.objects.count() == 1
    assert Event.objects.filter(act="complaints.register").count() == 1


@pytest.mark.parametrize("changed", [{"text": "完全不同的另一件事情"}, {"informant": {"phone": "13900000001"}}])
def test_the_same_reference_with_other_words_is_refused_rather_than_lost(world, changed):
    ref = uuid.uuid4()
    registered(segment=world.segment, client_ref=ref)
    with pytest.raises(Mismatch):
        registered(segment=world.segment, client_ref=ref, **changed)


def test_the_date_of_decision_runs_from_receipt(world):
    complaint, _code = registered(segment=world.segment)
    assert complaint.accept_due > days.day_of(complaint.filed_at)
    assert complaint.due is None


def test_the_county_s_intake_takes_it_and_is_told(world):
    complaint, _code = registered(segment=world.segment)
    assert complaint.intake_unit == world.intake.unit
    notice = Notice.objects.get(about=complaint.stream)
    assert notice.post == world.intake


def test_a_county_without_an_intake_is_served_by_the_prefecture(world):
    above = prefecture_intake(world)
    other = JurisdictionFactory(level="county", code="513302000000", name="试验县", parent=prefecture())
    assert registered(other)[0].intake_unit == above.unit


def test_where_nobody_takes_complaints_in_the_answer_says_whom_to_call(world):
    other = JurisdictionFactory(level="county", code="513302000000", name="试验县", parent=prefecture())
    with pytest.raises(Refused, match="12345"):
        registered(other)
    assert not Complaint.objects.exists()


def test_a_complaint_about_the_intake_s_own_unit_goes_above(world):
    above = prefecture_intake(world)
    complaint, _code = registered(segment=world.segment, subject_post=world.intake)
    assert complaint.intake_unit == above.unit


def test_a_complaint_about_the_county_chief_passes_over_the_intake_that_the_county_leads(world):
    above = prefecture_intake(world)
    assert intakes.stands_under(world.intake.unit, world.county.unit, days.today())
    complaint, _code = registered(segment=world.segment, subject_post=world.county)
    assert complaint.intake_unit == above.unit


def test_a_complaint_about_the_highest_chief_still_finds_an_intake_other_than_the_own_unit(world):
    above = prefecture_intake(world)
    complaint, _code = registered(segment=world.segment, subject_post=world.prefecture)
    assert complaint.intake_unit == above.unit != world.prefecture.unit


def test_without_contact_details_there_is_no_informant_row(world):
    complaint, _code = registered(segment=world.segment)
    assert complaint.anonymous
    assert not Informant.objects.exists()


def test_contact_details_are_sealed_and_open_only_in_their_place(world):
    complaint, _code = registered(segment=world.segment, informant={"name": "测试人甲", "phone": "13900000001", "address": ""})
    assert not complaint.anonymous
    assert Informant.objects.get().open() == {"name": "测试人甲", "phone": "13900000001", "address": ""}


def test_the_clerk_takes_one_down_by_telephone_under_12369(world):
    clerk = acting_for(world.intake)
    complaint, code = registered(
        segment=world.segment, channel="12369", by=clerk, taken_by=world.intake, informant={"name": "来电人", "phone": "13900000002"}
    )
    assert complaint.channel.code == "12369"
    assert complaint.taken_by == world.intake
    assert len(code) == 6
    assert Event.objects.get(act="complaints.register").post_id == world.intake.pk


@pytest.mark.parametrize("who", ["water", "township", "office"])
def test_only_the_intake_and_the_public_door_take_complaints_in(world, who):
    with pytest.raises(NotPermitted):
        registered(segment=world.segment, channel="12369", by=acting_for(getattr(world, who)))


def test_a_clerk_does_not_file_under_the_web_channel(world):
    with pytest.raises(NotPermitted):
        registered(segment=world.segment, channel="web", by=acting_for(world.intake))


def test_every_channel_kind_and_reason_is_there_from_the_start_with_its_tibetan():
    from accountability.complaints.models import PollutionKind, RefusalReason

    codes = set(Channel.objects.values_list("code", flat=True))
    assert codes == {"12369", "12345", "wechat", "web", "letter", "visit", "superior", "media"}
    assert PollutionKind.objects.count() == 9
    assert RefusalReason.objects.count() == 5
    for model in (Channel, PollutionKind, RefusalReason):
        assert not model.objects.filter(name_bo="").exists()
    assert not RefusalReason.objects.filter(basis="").exists()


def test_a_note_of_the_citizen_is_sealed_kept_once_and_told_to_the_intake(world):
    from tests.factories.complaints import public

    complaint, _code = registered(segment=world.segment)
    ref = uuid.uuid4()
    for _ in range(2):
        additions.add_note(complaint, text="又来了一辆车", ref=ref, by=public())
    assert [note.text for note in complaint.notes.all()] == ["又来了一辆车"]
    assert complaint.steps.filter(kind="note_added").count() == 1
    with pytest.raises(NotPermitted):
        additions.add_note(complaint, text="别人写的", ref=uuid.uuid4(), by=acting_for(world.water))


def test_unfinished_complaints_are_open_work_of_their_unit(world):
    from accountability.ledger.registry import open_work

    complaint, _code = registered(segment=world.segment)
    assert complaint in open_work.ask(unit_id=world.intake.unit_id)
    actions.refuse(complaint, reason=_reason(), note="请补充地点", by=acting_for(world.intake), expect=complaint.version)
    assert complaint not in open_work.ask(unit_id=world.intake.unit_id)


def _reason():
    from tests.factories.complaints import reason

    return reason()


def test_another_county_s_chief_is_no_obstacle(world):
    stranger = chief("county", UnitFactory(jurisdiction=JurisdictionFactory(level="county", code="513302000000", parent=prefecture())))
    complaint, _code = registered(segment=world.segment, subject_post=stranger)
    assert complaint.intake_unit == world.intake.unit
