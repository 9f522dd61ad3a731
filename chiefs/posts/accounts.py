"""Every write about ways in: slips are issued and used, a lost telephone is shut out. A code exists on paper only.

Numbers here guard a door and judge nobody, so they are constants: docs/decisions/0015-accounts.md.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.kit.codes import TRACKING_ALPHABET
from accountability.kit.sealing import fingerprint
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event

from . import reports
from .deeds import may_fill
from .functions import SYSTEM_PUBLIC
from .models import Account, Activation, Person, Tenure

CODE_LENGTH = 8  # 30^8 = 6.6 * 10^11
SLIP_DIGITS = 9
MOST_WRONG = 5  # then the slip is worth nothing any more
VALID = {Activation.Purpose.FIRST: timedelta(days=30), Activation.Purpose.RESET: timedelta(days=7)}
MOST_AT_ONCE = 400  # a large township with all its villages and rangers
AHEAD = timedelta(days=60)  # whose term begins by then may get in already


@dataclass(frozen=True)
class Slip:
    """What is printed once and kept nowhere: for whom, the number in the address, the code, until when."""

    person: Person
    login: str
    slip: str
    code: str
    expires_at: datetime
    posts: tuple[str, ...]

    @property
    def written_code(self) -> str:
        """As it stands on the paper: 'ABCD-EFGH'."""
        return f"{self.code[:4]}-{self.code[4:]}"


def around(by: Acting) -> models.QuerySet[Person]:
    """The persons with a term, running or soon to begin, inside a post's reach; whom of them it lets in says ``let_in_by``."""
    today, place = days.today(), "post__unit__jurisdiction"
    here = Tenure.objects.touching(today, today + AHEAD).filter(by.reach.q(path=f"{place}__path", jurisdiction=place))
    return Person.objects.filter(pk__in=here.values("person"))


def let_in_by(by: Acting, people: Iterable[Person]) -> set[int]:
    """Those of the persons to whom a post may give a slip: it could enter every term that they hold now or soon.

    So no office gets hold of a way in that opens more than it keeps itself, nor anybody of their own. One query.
    """
    today = days.today()
    rows = Tenure.objects.touching(today, today + AHEAD).filter(person__in=[person.pk for person in people])
    allowed: dict[int, bool] = {}
    for tenure in rows.select_related("post__kind", "post__unit__jurisdiction"):
        allowed[tenure.person_id] = allowed.get(tenure.person_id, True) and may_fill(by, tenure.post)
    return {pk for pk, may in allowed.items() if may and pk != by.person_id}


def issue(persons: Iterable[Person], *, by: Acting) -> list[Slip]:
    """Slips for persons who have not got in yet; whoever has is left out. An earlier slip of theirs is taken back.

    Raises NotPermitted for somebody whom the post may not let in, Refused for too many at once.
    """
    return _issue(persons, Activation.Purpose.FIRST, by)


def reset(person: Person, *, by: Acting) -> Slip:
    """After a loss: the old password no longer opens, every device is signed out at its next step, and a new slip is printed.

    What lies unsent on the old device is accepted when its owner has signed in again: it is known by its own reference.
    """
    (slip,) = _issue([person], Activation.Purpose.RESET, by)
    return slip


def _issue(persons: Iterable[Person], purpose: str, by: Acting) -> list[Slip]:
    wanted = {person.pk for person in persons}
    if len(wanted) > MOST_AT_ONCE:
        raise Refused(_("Print at most %(most)s slips at once: one township after the other.") % {"most": MOST_AT_ONCE})
    with transaction.atomic():
        people = list(Person.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
        if let_in_by(by, people) != {person.pk for person in people}:
            raise NotPermitted
        accounts = _accounts(people)
        posts = _posts_of(people)
        found = []
        for person in people:
            account = accounts[person.pk]
            if purpose == Activation.Purpose.FIRST and account.has_usable_password():
                continue
            found.append(_slip(account, person, purpose, posts.get(person.pk, ()), by))
    return found


def _accounts(people: Sequence[Person]) -> dict[int, Account]:
    """The account of each person, made where there is none: with a login name and no password yet."""
    found: dict[int, Account] = {}
    for account in Account.objects.select_for_update(of=("self",)).filter(person__in=people, is_active=True).order_by("-pk"):
        found[account.person_id or 0] = account  # of several the oldest one stays the way in
    for person in people:
        if person.pk not in found:
            found[person.pk] = Account.objects.create_user(_login_for(person), None, person=person)
    return found


def _login_for(person: Person) -> str:
    """The service telephone where it is a number of one's own, else a drawn number: both can be typed on any telephone."""
    phone = "".join(sign for sign in person.phone if sign.isdigit())
    if len(phone) == 11 and phone.startswith("1") and not Account.objects.filter(login=phone).exists():
        return phone
    while True:
        drawn = f"k{secrets.randbelow(10**7):07d}"
        if not Account.objects.filter(login=drawn).exists():
            return drawn


def _posts_of(people: Sequence[Person]) -> dict[int, tuple[str, ...]]:
    """The titles of the posts that each person holds now or soon. One query."""
    today, found = days.today(), dict[int, tuple[str, ...]]()
    rows = Tenure.objects.touching(today, today + AHEAD).filter(person__in=people).select_related("post").order_by("since", "pk")
    for tenure in rows:
        found[tenure.person_id] = (*found.get(tenure.person_id, ()), tenure.post.title)
    return found


def _slip(account: Account, person: Person, purpose: str, posts: tuple[str, ...], by: Acting) -> Slip:
    now = days.now()
    account.activations.open().update(withdrawn_at=now)
    if purpose == Activation.Purpose.RESET:
        account.set_unusable_password()  # the sessions of the account carry a hash of the old one: none of them goes on
        account.save(update_fields=["password"])
    code = "".join(secrets.choice(TRACKING_ALPHABET) for _n in range(CODE_LENGTH))
    number, expires_at = _number(), now + VALID[Activation.Purpose(purpose)]
    Activation.objects.create(
        account=account, purpose=purpose, slip=number, code_fingerprint=_print(number, code), issued_at=now, expires_at=expires_at
    )
    facts = {"purpose": purpose, "slip": number, "person": person.pk, "expires_on": days.day_of(expires_at).isoformat()}
    Event.record(_stream(account), "posts.issue_slip", by, facts=facts)
    return Slip(person, account.login, number, code, expires_at, posts)


def _number() -> str:
    while True:
        drawn = str(secrets.randbelow(9 * 10 ** (SLIP_DIGITS - 1)) + 10 ** (SLIP_DIGITS - 1))
        if not Activation.objects.filter(slip=drawn).exists():
            return drawn


def _print(slip: str, code: str) -> str:
    return fingerprint(f"{slip}:{code}", "activation")


def _stream(account: Account) -> str:
    return f"{account._meta.label_lower}:{account.pk}"


def read_code(text: str) -> str:
    """What somebody typed, as a code: spaces and dashes do not count, nor do small letters."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def activate(slip: str, code: str, password: str) -> Account:
    """Use a slip: the person chooses a password and is in. The slip opens nothing a second time.

    Raises Refused: one sentence for an unknown, used, withdrawn, expired or locked slip and for a wrong code, so that nobody
    learns which numbers exist; another for a password that is too weak, which costs no try.
    """
    wrong = Refused(
        _(
            "This slip and this code do not open anything. Compare both with the paper. After five wrong tries, or when the slip "
            "has run out, ask your township for a new one."
        )
    )
    now = days.now()
    found = Activation.objects.open().filter(slip=slip, expires_at__gt=now, wrong_tries__lt=MOST_WRONG).select_related("account").first()
    if found is None:
        raise wrong
    if not hmac.compare_digest(found.code_fingerprint, _print(slip, read_code(code))):
        # Counted for itself: the refusal that follows takes nothing of it back.
        Activation.objects.filter(pk=found.pk).update(wrong_tries=models.F("wrong_tries") + 1)
        raise wrong
    try:
        validate_password(password, found.account)
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages)) from weak
    with transaction.atomic():
        # Compare and set: of two at once one gets in.
        if not Activation.objects.open().filter(pk=found.pk, wrong_tries__lt=MOST_WRONG).update(used_at=now):
            raise wrong
        account = Account.objects.select_for_update(of=("self",)).get(pk=found.account_id)
        account.set_password(password)
        account.save(update_fields=["password"])
        facts = {"slip": slip, "purpose": found.purpose, "person": account.person_id}
        Event.record(_stream(account), "posts.activate", reports.system(SYSTEM_PUBLIC), facts=facts)
    return account


def standings(people: Iterable[Person]) -> dict[int, str]:
    """How each person stands with getting in: 'none', 'slip', 'ran_out', 'in', 'asleep'. Three queries for any number.

    An account sleeps when the last term has ended: it still opens the door, and behind it there is nothing (ActingMiddleware).
    """
    rows = list(people)
    today, now = days.today(), days.now()
    awake = set(Tenure.objects.in_force(today).filter(person__in=rows).values_list("person", flat=True))
    accounts = {a.person_id: a for a in Account.objects.filter(person__in=rows, is_active=True).order_by("-pk")}
    slips = dict(Activation.objects.open().filter(account__in=accounts.values()).values_list("account", "expires_at"))
    found = {}
    for person in rows:
        account = accounts.get(person.pk)
        if account is not None and account.has_usable_password():
            found[person.pk] = "in" if person.pk in awake else "asleep"
        elif account is not None and account.pk in slips:
            found[person.pk] = "slip" if slips[account.pk] > now else "ran_out"
        else:
            found[person.pk] = "none"
    return found
