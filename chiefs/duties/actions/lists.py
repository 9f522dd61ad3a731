"""Every write about lists of duties: opening one, working on a draft, publishing it, adopting a duty of the plan."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger import once
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from chiefs.duties import rules
from chiefs.duties.lifecycle import ListVersionLifecycle, keeps_list
from chiefs.duties.models import DraftItem, Duty, DutyList, Line, ListItem, ListVersion
from chiefs.posts.models import Post, PostKind, Unit
from chiefs.territory.models import Jurisdiction

#: What a person writes in a line; ``key`` and ``order`` are the house's.
SAID = ("text", "text_bo", "basis", "level", "what", "every", "evidence", "consequence", "since", "until", "power", "duty")
WRITTEN = {"text", "text_bo", "basis", "evidence", "consequence"}
V = ListVersion.State


def stream_of(duty_list: DutyList) -> str:
    return f"{duty_list._meta.label_lower}:{duty_list.pk}"


def open_list(
    *,
    kind: str,
    title: str,
    by: Acting,
    post_kind: PostKind | None = None,
    unit: Unit | None = None,
    post: Post | None = None,
    jurisdiction: Jurisdiction | None = None,
) -> DutyList:
    """A list of one subject, with its first draft. ``jurisdiction``: of a kind of post, where its posts are meant.

    Raises NotPermitted for who does not keep the register there, Refused when the subject has such a list already.
    """
    made = DutyList(kind=kind, title=title.strip(), post_kind=post_kind, unit=unit, post=post, jurisdiction=jurisdiction)
    if not keeps_list(by, made):
        raise NotPermitted
    try:
        with transaction.atomic():
            made.save()
            facts = {"kind": kind, "title": Words(title), "post_kind": post_kind, "unit": unit, "post": post, "jurisdiction": jurisdiction}
            Event.record(stream_of(made), "duty_lists.open", by, facts=plain(facts))
            _draft(made, by)
    except IntegrityError:
        raise Refused(_("There is such a list already. Open it and begin its next version.")) from None
    return made


def draft(duty_list: DutyList, *, by: Acting) -> ListVersion:
    """Begin the next version: a copy of what is in force or will be, to be worked on. One draft at a time."""
    if not keeps_list(by, duty_list):
        raise NotPermitted
    with transaction.atomic():
        DutyList.objects.select_for_update(of=("self",)).get(pk=duty_list.pk)
        if duty_list.versions.filter(state=V.DRAFT).exists():
            raise Refused(_("There is a draft already. Work on that one, or throw it away first."))
        version = _draft(duty_list, by)
        before = duty_list.versions.filter(state=V.PUBLISHED).first()
        today = days.today()
        for item in before.items.order_by("order", "pk") if before else ():
            if item.until is None or item.until > today:
                DraftItem.objects.create(version=version, key=item.key, order=item.order, **{name: getattr(item, name) for name in SAID})
    return version


def _draft(duty_list: DutyList, by: Acting) -> ListVersion:
    last = duty_list.versions.order_by("-number").first()
    version = ListVersion(duty_list=duty_list, number=last.number + 1 if last else 1)
    ListVersionLifecycle.begin(version, by=by, act="draft", facts={"list": duty_list, "number": version.number})
    return version


def _edit(
    version: ListVersion, change: str, *, line: str, by: Acting, expect: int, client_ref: uuid.UUID | None, said: Mapping[str, Any]
) -> bool:
    """One change of a draft through the gate; False when this very one was made already (a double click). Inside a transaction."""
    ListVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    again = once.taken(client_ref)
    told: Any = {name: Words(value) if name in WRITTEN and value else value for name, value in said.items()}
    ListVersionLifecycle.perform("edit", version, by=by, expect=expect, client_ref=client_ref, change=change, line=line, **told)
    return not again


def add_item(version: ListVersion, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None, **said: Any) -> DraftItem | None:
    """Put a line at the end of a draft; None when this very one was added already."""
    with transaction.atomic():
        if not _edit(version, "add", line="", by=by, expect=expect, client_ref=client_ref, said=said):
            return None
        if version.drafts.count() >= rules.MOST_ITEMS:
            raise Refused(_("A list has at most %(most)s lines. Split it by subject.") % {"most": rules.MOST_ITEMS})
        last = version.drafts.order_by("-order").first()
        return DraftItem.objects.create(version=version, order=last.order + 1 if last else 0, **said)


def change_item(item: DraftItem, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None, **said: Any) -> None:
    """Rewrite a line of a draft."""
    with transaction.atomic():
        if _edit(item.version, "change", line=str(item.key), by=by, expect=expect, client_ref=client_ref, said=said):
            for name, value in said.items():
                setattr(item, name, value)
            item.save(update_fields=list(said))


def remove_item(item: DraftItem, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> None:
    """Take a line out of a draft; what was published before keeps it."""
    with transaction.atomic():
        if _edit(item.version, "remove", line=str(item.key), by=by, expect=expect, client_ref=client_ref, said={}):
            item.delete()


def told_lines(lines: Iterable[Line]) -> list[dict[str, object]]:
    """The lines as their hash covers them."""
    return [{"key": line.key, **model_to_dict(line, fields=[name for name in rules.HASHED if name != "key"])} for line in lines]


def publish(version: ListVersion, *, since: date, document: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Put a version in force from a day on: its lines are copied where nobody can change them, and their hash goes into the ledger.

    The version before it ends that day. Duties of the plan that it adopts are marked as adopted.
    """
    with transaction.atomic():
        DutyList.objects.select_for_update(of=("self",)).get(pk=version.duty_list_id)
        lines = list(version.drafts.order_by("order", "pk"))
        before = version.duty_list.versions.filter(state=V.PUBLISHED).first()
        # Published first, while the binding is still free: facts are judged against the version before it.
        digest = rules.digest(told_lines(lines)) if lines else version.digest
        if before is not None and before.since is not None and version.state == V.DRAFT and since > before.since:
            ListVersionLifecycle.perform("replace", before, by=by, expect=before.version, until=since)
        event = ListVersionLifecycle.perform(
            "publish",
            version,
            by=by,
            expect=expect,
            client_ref=client_ref,
            since=since,
            document=Words(document),
            digest=digest,
        )
        if not lines:  # sent a second time: everything stands already
            return event
        ListItem.objects.bulk_create(
            ListItem(version=version, key=line.key, order=line.order, **{name: getattr(line, name) for name in SAID}) for line in lines
        )
        version.drafts.all().delete()
        _adopted(version, by)
    return event


def _adopted(version: ListVersion, by: Acting) -> None:
    """The plan's duties that stand in a published list are drafts no longer."""
    duties = Duty.objects.filter(standing=Duty.Standing.DRAFT, pk__in=version.items.exclude(duty=None).values("duty"))
    for duty in duties.select_for_update(of=("self",)):
        duty.standing = Duty.Standing.ADOPTED
        duty.save(update_fields=["standing"])
        Event.record(f"{duty._meta.label_lower}:{duty.pk}", "duty_lists.adopt", by, facts=plain({"version": version}))


def discard(version: ListVersion, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Throw a draft away; the list goes on as it is."""
    return ListVersionLifecycle.perform("discard", version, by=by, expect=expect, client_ref=client_ref)
