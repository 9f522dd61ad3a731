"""What the pages say of a judgement and of an odd file; the rules themselves know only codes."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "too_short": _("The way was %(found)s m; at least %(wanted)s m are needed."),
    "too_quick": _("It took %(found)s minutes; at least %(wanted)s are needed."),
    "too_fast": _("%(share)s %% of the way was faster than %(wanted)s km/h: that is a drive, not a patrol."),
    "no_times": _("The track carries no times, so nobody can see that it took %(wanted)s minutes. Record with times switched on."),
    "elsewhere": _("Only %(share)s %% of the track lies within %(metres)s m of the segment."),
    "no_track": _("There is no track, so the way cannot be measured."),
    "no_rule": _("No rule for a valid patrol was in force that day. The chief office must enter one."),
}
WARNINGS: dict[str, Promise] = {
    "places_left_out": _("Some points of the track had no possible place and were left out."),
    "times_unreadable": _("Some times in the track could not be read."),
    "times_impossible": _("Some times in the track lie in the future or before the year 2000 and were not used."),
    "no_times": _("The track carries no times."),
}


def reasons(stored: list[dict[str, Any]]) -> list[str]:
    """The sentences of a patrol's stored reasons, in the reader's language."""
    return [str(SENTENCES[r["code"]]) % r["figures"] for r in stored]
