"""Which parts of the register a post may open. What a page asks of its reader is said on the page itself and read from there."""

from __future__ import annotations

from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accountability.ledger.acting import Acting

#: (name of the address, what stands on the link)
DOORS: tuple[tuple[str, Promise], ...] = (
    ("registry:units", _("Units and posts")),
    ("registry:posts", _("Posts")),
    ("registry:term_list", _("Terms of office")),
    ("registry:charges", _("Charges")),
    ("registry:segments", _("Segments")),
    ("registry:persons", _("People and terms of office")),
    ("terms:handovers", _("Handovers")),
    ("registry:accounts", _("Ways in: accounts and slips")),
    ("registry:resources", _("Rivers, lakes, mountains, forests")),
    ("resources:list", _("Keep resources and segments")),
    ("resources:cells", _("Grid cells")),
    ("resources:red_lines", _("Ecological red lines")),
    ("signboards:list", _("Notice boards")),
    ("plans:list", _("Plans and files of waters")),
    ("sites:list", _("Regulated sites")),
    ("duties:list", _("Responsibility lists")),
    ("duties:obligations", _("Recurring obligations")),
    ("agreements:targets", _("Target agreements")),
    ("agreements:villages", _("Village agreements")),
    ("bodies:list", _("Bodies and meetings")),
    ("indicators:projects", _("Key projects")),
    ("territory:list", _("Divisions and their changes")),
    ("exchange:list", _("Imports")),
    ("registry:health", _("Health of the register")),
)


def doors(acting: Acting) -> list[tuple[str, Promise]]:
    """(address, label) of every part that exists and opens for this post."""
    found = []
    for name, label in DOORS:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue  # a part without pages
        view = resolve(address).func
        functions, opens = getattr(view, "functions", ()), getattr(view, "opens", None)
        if (not functions or acting.may(*functions)) and (opens is None or opens(acting)):
            found.append((address, label))
    return found
