"""Chiefs and their terms, and what their posts answer for, from a table.

A table fills what is empty: it appoints nobody in the place of somebody else. A succession is an act of its own, with a handover.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.exchange import differing
from accountability.exchange.columns import Column, Kind, Sheet
from accountability.exchange.importing import Importer, Trace, values
from accountability.exchange.reading import Row
from accountability.exchange.rules import dialled, shares_a_day
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Event, Mark
from chiefs.resources.models import Segment

from . import deeds, reports, rules
from .functions import Function
from .imports_units import CLOSED
from .models import Charge, Person, Post, Tenure
from .tenures import LEAST_WORDS

DEMONSTRATION = "demonstration"  # the mark that setup.world sets: whoever is entered there is invented
MOST_TOLD, MOST_NAMED = 50, 5


def who(row: Row) -> tuple[str, str]:
    """Whom a row means, as far as it says."""
    return row["name"], dialled(row["phone"] or "")


def posts_of(rows: Sequence[Row]) -> dict[str, Post]:
    """The posts that a batch names, with what is asked of them. One query."""
    found = Post.objects.filter(code__in=values(rows, "post")).select_related("kind__scheme", "unit__jurisdiction")
    return {post.code: post for post in found}


def check_post(row: Row, post: Post | None, by: Acting) -> bool:
    """Refuse a row whose post is unknown, not of this office, or does not stand on its days. Returns whether the office keeps it."""
    if post is None:
        if row["post"]:
            row.refuse("post", "unknown_post", _("No post has the code %(code)s. Import the posts first.") % {"code": row["post"]})
        return False
    place = post.unit.jurisdiction
    if not by.reach.holds(place.path, place.pk):
        row.refuse("post", "reach", _("%(place)s lies outside the reach of your post.") % {"place": post.title})
        return False
    if not deeds.may_fill(by, post):
        row.refuse("post", "closed_kind", CLOSED % {"post": post.title})
        return False
    since, until = row["since"], row["until"]
    begins, closes = max(post.since, post.unit.since), min((d for d in (post.until, post.unit.until) if d is not None), default=None)
    if since and until and until <= since:
        row.refuse("until", "period", _("The end must lie after the first day. It is the first day no longer in force."))
    elif since and since < begins:
        row.refuse("since", "before_post", _("The post stands since %(day)s only. Correct the day, here or at the post.") % {"day": begins})
    elif since and closes and (until is None or until > closes):
        row.refuse("until", "after_post", _("The post ends on %(day)s. Enter that as the end, or choose the new post.") % {"day": closes})
    if since and not rules.not_too_far(since, days.today()):
        row.refuse("since", "far", _("The day lies more than a year ahead. Compare the document."))
    return True


class ChiefsImporter(Importer):
    sheet = Sheet(
        key="chiefs",
        title=gettext_lazy("Chiefs and their terms of office"),
        about=gettext_lazy(
            "Who holds which post from which day. Somebody with several posts has a row for each, with the same name and telephone."
        ),
        columns=(
            Column("name", "姓名", required=True, most=80, example="扎西（示例）"),
            Column("name_bo", "藏文姓名", most=120),
            Column(
                "phone", "工作电话", Kind.PHONE, most=20, example="19900000000", help_text=gettext_lazy("Tells people of one name apart.")
            ),
            Column("post", "岗位编码", Kind.CODE, required=True, most=60, example="kangding-river-chief"),
            Column("since", "任职日期", Kind.DAY, required=True, example="2026-01-01"),
            Column("until", "离任日期", Kind.DAY, help_text=gettext_lazy("First day no longer in office; empty while in office.")),
            Column("basis", "任职文件", required=True, most=200, example="康委〔2026〕1号（示例）"),
            Column("appointed_on", "任职文件日期", Kind.DAY, help_text=gettext_lazy("No term begins before its document.")),
        ),
    )

    def glance(self, rows: Sequence[Row]) -> None:
        self.persons: dict[tuple[str, str], Person] = {}  # of this file and of the register, by name and telephone
        self.namesakes: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)  # of this file: who becomes a person, in which row first
        for row in rows:
            if row["name"]:
                self.namesakes[row["name"]].setdefault(self._key(row), row.line)
        self.terms: dict[str, list[Row]] = defaultdict(list)  # of this file, by post
        self.naming: dict[int, tuple[Row, Person]] = {}  # rows that bring a registered person's Tibetan name
        self.named: dict[int, str] = {}
        self.demonstration = Mark.objects.filter(name=DEMONSTRATION).exists()

    def check(self, rows: Sequence[Row]) -> None:
        posts = posts_of(rows)
        held: dict[int, list[Tenure]] = defaultdict(list)
        for tenure in Tenure.objects.standing().filter(post__in=[post.pk for post in posts.values()]).select_related("person"):
            held[tenure.post_id].append(tenure)
        namesakes: dict[str, list[Person]] = defaultdict(list)
        for person in Person.everybody.filter(name__in=values(rows, "name")).select_related("merged_into").order_by("pk"):
            namesakes[person.name].append(person)
        for row in rows:
            post = posts.get(row["post"] or "")
            person = self._person(row, namesakes)
            if check_post(row, post, self.by) and post is not None:  # who holds a post elsewhere is not told here
                self._check_term(row, post, person, held[post.pk])
            if row["name"] and row.outcome != "unchanged":
                self._tell_apart(row)

    def _tell_apart(self, row: Row) -> None:
        """Rows of one name that do not share a telephone become several people: nobody is guessed to be one, but it is said."""
        others = (line for key, line in self.namesakes[row["name"]].items() if key != self._key(row))
        if named := [str(line) for line in islice(others, MOST_NAMED)]:
            said = _(
                "This name stands in other rows too (%(rows)s), as another person. "
                "If it is one person, write the same service telephone in each."
            )
            row.warn("phone", "same_name", said % {"rows": "、".join(named)})

    def _person(self, row: Row, namesakes: dict[str, list[Person]]) -> Person | None:
        """The registered person of a row: same name and telephone. Without a telephone nobody is taken for somebody else."""
        name, phone = row["name"], row["phone"] or ""
        if not name:
            return None
        meant = [person for person in namesakes[name] if dialled(person.phone) == dialled(phone)] if phone else []
        same = list(dict.fromkeys(person.merged_into or person for person in meant))  # who was entered twice is the one that goes on
        if not same and namesakes[name]:
            said = _("Somebody called %(name)s is registered. If it is the same person, write the telephone number that stands there.")
            row.warn("phone", "same_name", said % {"name": name})
        if len(same) > 1:
            row.warn("phone", "same_name", _("Two registered people have this name and telephone; the first is taken."))
        return same[0] if same else None

    def _check_term(self, row: Row, post: Post, person: Person | None, held: list[Tenure]) -> None:
        since, until = row["since"], row["until"]
        if since is None:
            return
        same = [t for t in held if (t.since, t.until, t.person.name) == (since, until, row["name"])]
        known = next((t for t in same if not row["phone"] or (person is not None and t.person_id == person.pk)), None)
        if known is not None:
            row.outcome = "changed" if self._names(row, known.person) else "unchanged"
            if row.good:
                differing.tell(self.sheet, row, {"basis": known.basis, "appointed_on": known.appointed_on})
            return
        self._check_document(row, post)
        if person is not None and person.pk == self.by.person_id:
            row.refuse("name", "oneself", _("Nobody enters a term of their own. Ask a colleague or the office above."))
        others = [t for t in held if shares_a_day(since, until, t.since, t.until)]
        clash = next((t for t in others if post.kind.single or (person is not None and t.person_id == person.pk)), None)
        if clash is not None:
            said = {"person": clash.person.name, "since": clash.since, "until": clash.until or "…"}
            row.refuse(
                "post",
                "held",
                _("%(person)s holds this post from %(since)s to %(until)s. End that term on the page of the post first.") % said,
            )
        for other in self.terms[post.code]:
            if (post.kind.single or who(other) == who(row)) and shares_a_day(since, until, other["since"], other["until"]):
                row.refuse("post", "duplicate", _("Row %(row)s gives this post to somebody for the same days.") % {"row": other.line})
                break
        if row.good:
            self.terms[post.code].append(row)
            row.outcome, row.plan = "new", (post, person)
            if person is not None:
                self._names(row, person)

    def _names(self, row: Row, person: Person) -> bool:
        """Whether a row gives a registered person the Tibetan name that was missing; one that stands is not replaced."""
        if not row.good:
            return False
        held = person.name_bo or self.named.get(person.pk, "")
        if row["name_bo"] and not held:
            self.naming[row.line], self.named[person.pk] = (row, person), row["name_bo"]
            return True
        differing.tell(self.sheet, row, {"name_bo": held})
        return False

    def _check_document(self, row: Row, post: Post) -> None:
        appointed, months = row["appointed_on"], post.kind.longest_months
        if row["basis"] and len(row["basis"]) < LEAST_WORDS:
            row.refuse("basis", "basis", _("Name the document that appoints: its number or its title."))
        if appointed and row["since"] < appointed:
            said = _("The term would begin before the document of %(day)s that appoints. Correct one of the two days.")
            row.refuse("appointed_on", "before_document", said % {"day": appointed})
        if not rules.contract_fits(row["since"], row["until"], months):
            said = _("This post is held under contract: give the last day, at most %(months)s months after the first.")
            row.refuse("until", "contract", said % {"months": months})

    def write(self, rows: Sequence[Row], trace: Trace) -> None:
        people, new = dict(self.persons), []
        terms = [row for row in rows if row.outcome == "new"]
        for row in terms:
            key = self._key(row)
            if row.plan[1] is not None:
                people.setdefault(key, row.plan[1])
            elif key not in people:
                people[key] = self._new_person(row)
                new.append((row, people[key]))
        Person.objects.bulk_create(person for _row, person in new)
        tenures = [(row, self._tenure(row, people[self._key(row)])) for row in terms]
        Tenure.objects.bulk_create(tenure for _row, tenure in tenures)
        self.persons = people  # not before: the database may refuse the batch, and its new people with it
        for row, person in new:
            trace.made(row, person)
        for row, tenure in tenures:
            trace.made(row, tenure)
        named = [self.naming[row.line] for row in rows if row.line in self.naming]
        trace.amend(Person, [(row, person, {"name_bo": ""}, {"name_bo": row["name_bo"]}) for row, person in named])

    @staticmethod
    def _key(row: Row) -> tuple[str, str]:
        return row["name"], dialled(row["phone"] or "") or f"row {row.line}"

    def _new_person(self, row: Row) -> Person:
        return Person(name=row["name"], name_bo=row["name_bo"] or "", phone=row["phone"] or "", demonstration=self.demonstration)

    def _tenure(self, row: Row, person: Person) -> Tenure:
        post = row.plan[0]
        single = post if post.kind.single else None  # as Tenure.save does, which a bulk write passes by
        said = {name: row[name] for name in ("since", "until", "basis", "appointed_on")}
        return Tenure(person=person, post=post, single_post=single, **said)

    def holds(self, made: dict[str, list[int]]) -> list[str]:
        """What was done in a term of this file stands in the ledger for ever: such a term cannot be taken back, only ended."""
        found: list[str] = []
        pks = made.get(Tenure._meta.label_lower, [])
        terms = list(Tenure.objects.filter(pk__in=pks).select_related("person", "post"))
        people = {term.person_id for term in terms}
        did = set(Event.objects.filter(person_id__in=people).values_list("person_id", "post_id").distinct()) if people else set()
        for term in terms:
            if (term.person_id, term.post_id) in did and len(found) < MOST_TOLD:
                found.append(_("%(person)s has acted as %(post)s already.") % {"person": term.person.name, "post": term.post.title})
        return found


class ChargesImporter(Importer):
    sheet = Sheet(
        key="charges",
        title=gettext_lazy("Charges: which post answers for which segment"),
        about=gettext_lazy("One row for each post and segment. The post answers for it from the first day on, whoever holds it."),
        columns=(
            Column("post", "岗位编码", Kind.CODE, required=True, most=60, example="kangding-river-chief"),
            Column("segment", "责任段编码", Kind.CODE, required=True, most=20, example="YLH-001"),
            Column("since", "起始日期", Kind.DAY, required=True, example="2026-01-01"),
            Column("until", "终止日期", Kind.DAY, help_text=gettext_lazy("First day no longer bound; empty while it holds.")),
            Column("basis", "依据", most=200),
        ),
    )

    def glance(self, rows: Sequence[Row]) -> None:
        self.seen: dict[tuple[str, str], list[Row]] = defaultdict(list)

    def check(self, rows: Sequence[Row]) -> None:
        posts = posts_of(rows)
        segments = {
            s.code: s for s in Segment.objects.filter(code__in=values(rows, "segment")).select_related("resource__scheme", "jurisdiction")
        }
        self.reaches = reports.reaches_of({post.unit.jurisdiction for post in posts.values()})
        standing: dict[tuple[int, int], dict[tuple[date, date | None], str]] = defaultdict(dict)  # the basis, by its days
        pairs = Charge.objects.filter(post__in=[p.pk for p in posts.values()], segment__in=[s.pk for s in segments.values()])
        for post_id, segment_id, since, until, basis in pairs.values_list("post", "segment", "since", "until", "basis"):
            standing[post_id, segment_id][since, until] = basis
        for row in rows:
            post, segment = posts.get(row["post"] or ""), segments.get(row["segment"] or "")
            ours = check_post(row, post, self.by)
            if row["segment"] and segment is None:
                row.refuse(
                    "segment",
                    "unknown_segment",
                    _("No segment has the code %(code)s. Import the segments first.") % {"code": row["segment"]},
                )
            if ours and post is not None and segment is not None:
                self._check_pair(row, post, segment, standing[post.pk, segment.pk])

    def _check_pair(self, row: Row, post: Post, segment: Segment, standing: dict[tuple[date, date | None], str]) -> None:
        since, until = row["since"], row["until"]
        self._check_fit(row, post, segment)
        if since is None:
            return
        if (since, until) in standing:
            row.outcome = "unchanged"
            if row.good:
                differing.tell(self.sheet, row, {"basis": standing[since, until]})
            return
        if any(shares_a_day(since, until, *other) for other in standing):
            row.refuse("segment", "held", _("The post answers for this segment on some of these days already. Correct the days."))
        for other in self.seen[post.code, segment.code]:
            if shares_a_day(since, until, other["since"], other["until"]):
                row.refuse(
                    "segment", "duplicate", _("Row %(row)s says the same for some of these days. Delete one of them.") % {"row": other.line}
                )
                break
        if row.good:
            self.seen[post.code, segment.code].append(row)
            row.outcome, row.plan = "new", (post, segment)

    def _check_fit(self, row: Row, post: Post, segment: Segment) -> None:
        scheme, place = post.kind.scheme, post.unit.jurisdiction
        if not post.kind.may(Function.CHIEF):
            row.refuse("post", "no_chief", _("The post %(post)s is not a chief's. Only chiefs answer for segments.") % {"post": post.title})
        if scheme is not None and scheme.pk != segment.resource.scheme_id:
            said = {"post": scheme.name, "segment": segment.resource.scheme.name}
            row.refuse("segment", "scheme", _("The post belongs to %(post)s, the segment to %(segment)s.") % said)
        if row["since"] and row["since"] < segment.since:
            row.refuse("since", "before_segment", _("The segment stands since %(day)s only. Correct the day.") % {"day": segment.since})
        if segment.until and row["since"] and (row["until"] is None or row["until"] > segment.until):
            row.refuse("until", "after_segment", _("The segment ends on %(day)s. Enter that as the end.") % {"day": segment.until})
        if not self.reaches[place.pk].holds(segment.path, segment.jurisdiction_id):
            said = {"segment": segment.code, "place": place.name}
            row.refuse("segment", "elsewhere", _("%(segment)s does not lie in %(place)s. Compare the codes.") % said)

    def write(self, rows: Sequence[Row], trace: Trace) -> None:
        new = [(row, self._charge(row)) for row in rows]
        Charge.objects.bulk_create(charge for _row, charge in new)
        for row, charge in new:
            trace.made(row, charge)

    @staticmethod
    def _charge(row: Row) -> Charge:
        post, segment = row.plan
        return Charge(post=post, segment=segment, since=row["since"], until=row["until"], basis=row["basis"] or "")
