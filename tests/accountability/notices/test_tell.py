"""A post is told once of each event, and reads it in its own language."""

import json

import pytest
from django.db import transaction
from django.utils import translation

from accountability.ledger import outbox
from accountability.ledger.models import Outbox
from accountability.notices import actions, reports, wording
from accountability.notices.models import Notice
from tests.factories.posts import PostFactory, acting_for

pytestmark = pytest.mark.django_db

DUE = {"due": "2026-05-06"}


def tell(*posts, key="sample.thing:1:1", **facts):
    given = {"kind": "case-received", "about": "sample.thing:1", "number": "C2026-0001", "params": DUE, "key": key}
    return actions.tell(posts, **{**given, **facts})


def test_each_post_is_told_once_per_key():
    one, other = PostFactory(), PostFactory()
    assert {n.post for n in tell(one, other, one)} == {one, other}
    assert tell(one, other) == []
    assert Notice.objects.count() == 2


def test_another_event_tells_again():
    post = PostFactory()
    tell(post)
    assert len(tell(post, key="sample.thing:1:2")) == 1
    assert reports.unread(post.pk).count() == 2


def test_the_sentence_is_in_the_language_of_whoever_reads_it():
    post = PostFactory()
    tell(post)
    notice = Notice.objects.get()
    said = {}
    for language in ("en", "zh-hans", "bo"):
        with translation.override(language):
            said[language] = notice.text
    assert said["en"] == "Case C2026-0001 has reached you. Legal date: 2026-05-06."
    assert len(set(said.values())) == 3
    assert all("C2026-0001" in text and "2026-05-06" in text for text in said.values())


@pytest.mark.parametrize("wrong", [{"kind": "no-such-kind"}, {"params": {}}])
def test_a_sentence_that_cannot_be_said_is_refused_before_anybody_is_told(wrong):
    post = PostFactory()
    with pytest.raises(KeyError):
        tell(post, **wrong)
    assert not Notice.objects.exists()


def test_every_kind_that_is_registered_can_be_said_in_every_language():
    class Anything(dict):
        def __missing__(self, key):
            return "x"

    assert {"case-received", "case-assist", "inspection-asked"} <= wording.known()
    for language in ("en", "zh-hans", "bo"):
        with translation.override(language):
            for kind in wording.known():
                assert str(wording._sentences[kind]) % Anything(number="x")


def test_it_is_delivered_through_the_outbox_and_a_second_delivery_changes_nothing():
    tell(PostFactory())
    notice = Notice.objects.get()
    assert notice.delivered_at is None
    (waiting,) = Outbox.objects.filter(topic="notices.deliver")
    outbox.send_waiting()
    notice.refresh_from_db()
    first = notice.delivered_at
    assert first is not None
    actions.deliver(json.loads(waiting.payload))
    notice.refresh_from_db()
    assert notice.delivered_at == first


def test_what_did_not_happen_is_told_to_nobody():
    post = PostFactory()
    with transaction.atomic():
        tell(post)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not Outbox.objects.filter(topic="notices.deliver").exists()


def test_a_post_marks_only_its_own_as_read_and_only_up_to_what_it_saw():
    mine, other = PostFactory(), PostFactory()
    tell(mine, other)
    seen = Notice.objects.order_by("-pk").first()
    tell(mine, key="sample.thing:1:2")
    assert actions.mark_read(acting_for(mine), up_to=seen.pk) == 1
    assert reports.unread(mine.pk).count() == 1
    assert reports.unread(other.pk).count() == 1
    assert actions.mark_read(acting_for(mine), up_to=seen.pk) == 0


def test_the_newest_is_read_first():
    post = PostFactory()
    tell(post)
    tell(post, key="sample.thing:1:2", number="C2026-0002")
    assert [n.number for n in reports.of_post(post.pk)] == ["C2026-0002", "C2026-0001"]
