"""What notices about boards say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accountability.notices import wording

wording.register(
    "signboards:detail",
    board_update=_("A chief or a name on the notice board %(number)s has changed. Bring the board up to date by %(due)s."),
)
