"""What the village agreements lack, with the page that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Reach
from chiefs.posts.models import Tenure, UnitPlace
from chiefs.territory import former
from chiefs.territory.health import Faults, Found, Queried, name_of

from .models import VillageAgreement
from .reports import chief_kinds

PLACE = "post__unit__jurisdiction"


def register_faults(*, reach: Reach, on: date) -> list[Faults]:
    """Answer to the question of the same name: village chiefs who answer under no agreement on the day."""
    signed = [VillageAgreement.State.IN_FORCE, VillageAgreement.State.CLOSED]
    valid = VillageAgreement.objects.filter(post=OuterRef("post"), person=OuterRef("person"), state__in=signed, since__lte=on, until__gt=on)
    here = former.lay_in(UnitPlace, on, reach, reach.q(path=f"{PLACE}__path", jurisdiction=f"{PLACE}_id"), "post__unit")
    bare = Tenure.objects.in_force(on).filter(here, ~Exists(valid), post__kind__in=chief_kinds())
    return [
        Queried(
            "no_agreement",
            _("Village chiefs without an agreement"),
            _("A village chief answers under a signed agreement with the township; without one nobody can be held to it."),
            bare.select_related("person", f"{PLACE}__parent").order_by(f"{PLACE}__path", "pk"),
            former.place_then(UnitPlace, on, PLACE, "post__unit"),
            partial(_tell, on=on),
        )
    ]


def _tell(rows: Sequence[Any], on: date) -> list[Found]:
    former.put_back(UnitPlace, [tenure.post.unit for tenure in rows], on)
    return [
        Found(
            f"{local(tenure.post, 'title')} · {local(tenure.person)}",
            name_of(tenure.post.unit.jurisdiction),
            reverse("agreements:village_new", args=[tenure.post.code]),
            _("Prepare an agreement"),
            since=tenure.since,
        )
        for tenure in rows
    ]
