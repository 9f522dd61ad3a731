"""What the parties of an agreement are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.notices import actions as notices
from accountability.notices import wording
from chiefs.agreements.models import DESKS, TargetAgreement, VillageAgreement
from chiefs.posts import reports as posts
from chiefs.posts.models import Post, Unit

wording.register(
    "agreements:target_number",
    agreement_offered=_("Target agreement %(number)s waits for your signature."),
    agreement_in_force=_("Target agreement %(number)s is signed by both sides and in force."),
    agreement_returned=_("Target agreement %(number)s was sent back before it was signed. Change it and offer it again."),
    agreement_withdrawn=_("Target agreement %(number)s was withdrawn. It needs no signature."),
    agreement_settled=_("Target agreement %(number)s is settled; the result stands on its page."),
    agreement_ended=_("Target agreement %(number)s was ended early; the reason stands on its page."),
    agreement_successor=_("You have taken over the post of target agreement %(number)s. Read it and sign on with what is still open."),
)


def _tell(agreement: TargetAgreement, to: Iterable[Post], kind: str, key: str = "") -> None:
    notices.tell(
        to,
        kind=kind,
        about=agreement.stream,
        number=agreement.number,
        params={"edition": agreement.edition},
        key=f"{agreement.stream}:{kind}:{key or agreement.offers}",
    )


def desks(unit: Unit) -> list[Post]:
    """The desks of a unit that work on agreements."""
    return posts.desks_of(unit.pk, days.today(), *DESKS)


def asked(agreement: TargetAgreement) -> None:
    """Both sides are asked for their signature."""
    _tell(agreement, [agreement.giver, agreement.taker], "agreement-offered")


def parties(agreement: TargetAgreement, kind: str, key: str = "") -> None:
    _tell(agreement, [agreement.giver, agreement.taker], kind, key)


def in_force(agreement: TargetAgreement) -> None:
    """Both sides, the drafting office, the evaluator."""
    to = [agreement.giver, agreement.taker, *desks(agreement.office), *desks(agreement.evaluator)]
    _tell(agreement, to, "agreement-in-force")


def returned(agreement: TargetAgreement) -> None:
    _tell(agreement, desks(agreement.office), "agreement-returned")


def successor(agreement: TargetAgreement, person_id: int) -> None:
    """Once per agreement and successor."""
    _tell(agreement, [agreement.taker], "agreement-successor", f"person-{person_id}")


def village(agreement: VillageAgreement, to: Iterable[Post], kind: str, key: str, **params: Any) -> None:
    notices.tell(to, kind=kind, about=agreement.stream, number=agreement.number, params=params, key=f"{agreement.stream}:{kind}:{key}")
