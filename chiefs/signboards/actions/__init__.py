"""Every write about boards and their updates."""

from .boards import Entry, as_entry, change, check, print_sheet, put_up_again, repair, report_damaged, set_up, take_down
from .updates import chiefs_changed, finish, follow, follow_names, same_person, sweep, waive

__all__ = [
    "Entry",
    "as_entry",
    "change",
    "check",
    "chiefs_changed",
    "finish",
    "follow",
    "follow_names",
    "print_sheet",
    "put_up_again",
    "repair",
    "report_damaged",
    "same_person",
    "set_up",
    "sweep",
    "take_down",
    "waive",
]
