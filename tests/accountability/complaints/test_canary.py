"""Who complained stands nowhere in clear: not in a table, not in the ledger, not in a log, not on a page of others."""

import io
import logging
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from accountability.complaints import actions, additions
from accountability.complaints.models import Complaint, PollutionKind
from tests.factories.complaints import CLEARED, public
from tests.factories.posts import acting_for, chain

pytestmark = pytest.mark.django_db
NAME, PHONE, ADDRESS = "金丝雀名乙", "13987654321", "金丝雀街七十七号"
WORDS, PLACE, NOTE, REASON = "金丝雀说河里有油污", "金丝雀家门前", "金丝雀补充一句", "13987654321"
CANARIES = [NAME, PHONE, ADDRESS, WORDS, PLACE, NOTE]


def forms_of(text):
    """A text as it may lie in a column: itself, in JSON escapes, in UTF-16, in base64."""
    import base64
    import json

    raw = text.encode()
    return [raw, json.dumps(text).strip('"').encode(), text.encode("utf-16-le"), base64.b64encode(raw).rstrip(b"=")[:-2]]


def dump():
    """Every value of every table as bytes."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    if value is not None and not isinstance(value, bool | int | float):
                        yield table, bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


@pytest.fixture
def lived(client, caplog):
    """A complaint with everything personal in it, through the citizen's door and through every move."""
    caplog.set_level(logging.DEBUG)
    world = chain()
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(data, "JPEG")
    response = client.post(
        reverse("public:complain_at", args=[world.segment.code]),
        {
            "client_ref": str(uuid.uuid4()),
            "kinds": [PollutionKind.objects.get(code="water").pk],
            "place_text": PLACE,
            "text": WORDS,
            "who": "named",
            "name": NAME,
            "phone": PHONE,
            "address": ADDRESS,
            "photos": [SimpleUploadedFile(f"{NAME}.jpg", data.getvalue(), "image/jpeg")],
        },
    )
    assert response.status_code == 302, response.context["form"].errors
    complaint, clerk = Complaint.objects.get(), acting_for(world.intake)
    assert complaint.informant.open()["name"] == NAME, "the canary must really be there, sealed"
    additions.add_note(complaint, text=NOTE, ref=uuid.uuid4(), by=public())
    actions.accept(complaint, transfer_text=CLEARED, by=clerk, expect=complaint.version)
    actions.reply(complaint, text="已经处理完毕。", by=clerk, expect=complaint.version)
    actions.unseal(complaint, reason="回访核实", by=clerk, expect=complaint.version)
    actions.rate(complaint, satisfaction="dissatisfied", reason=REASON, by=public(), expect=complaint.version)
    return world, complaint, response


def test_no_table_holds_a_word_of_it_in_clear(lived):
    hits = [(table, text) for table, value in dump() for text in CANARIES for shape in forms_of(text) if shape in value]
    assert hits == []


def test_the_dump_would_find_a_leak(lived):
    from chiefs.posts.models import Person

    Person.objects.create(name=NAME)
    assert any(NAME.encode() in value for _table, value in dump())


def test_no_log_and_no_address_holds_it(lived, caplog):
    _world, _complaint, response = lived
    spoken = caplog.text + response.headers["Location"]
    assert not any(text in spoken for text in CANARIES)


@pytest.mark.parametrize("who", ["village", "township", "county", "prefecture", "office", "water", "forestry", "branch", "bureau"])
def test_no_page_of_a_post_other_than_the_intake_holds_it(client, lived, who):
    world, complaint, _response = lived
    post = getattr(world, who)
    account = post.tenures.get().person.accounts.get()
    client.force_login(account, backend="chiefs.posts.backends.AccountBackend")
    case = complaint.case.number
    addresses = ["/desk/", f"/desk/cases/{case}/", f"/desk/complaints/{complaint.number}/", "/desk/complaints/", "/patrol/"]
    for address in addresses:
        response = client.get(address)
        if post == complaint.case.holder and case in address:
            assert response.status_code == 200, "the handler reads the case, so this page is really looked through"
        body = response.content.decode(errors="replace")
        assert not any(text in body for text in CANARIES), address


def test_not_even_the_own_timeline_shows_the_contact_details(client, lived):
    body = client.get(reverse("public:track")).content.decode()
    assert lived[1].number in body
    assert not any(text in body for text in (NAME, PHONE, ADDRESS))
