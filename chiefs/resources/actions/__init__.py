"""Every write about resources, by noun: what is registered, its segments, its geometry, the grid, red lines, changes of divisions."""

from .divisions import carry, move_segment, resettle, standing_on
from .drawings import drop, hand_in, take
from .ending import end_resource
from .grid import add_cell, change_cell, end_cell
from .red_lines import (
    change_marker,
    change_plot,
    check_marker,
    end_marker,
    end_plot,
    enter_plot,
    find_project,
    place_marker,
    project_back,
    project_gone,
    rectify_project,
    rename_plot,
)
from .registering import code, delimit, describe, join_waters, register, rename
from .schemes import check_scheme, keep_scheme
from .segments import add, correct, cut_line, divide, end, rename_segment

__all__ = [
    "add",
    "add_cell",
    "carry",
    "change_cell",
    "change_marker",
    "change_plot",
    "check_marker",
    "check_scheme",
    "code",
    "correct",
    "cut_line",
    "delimit",
    "describe",
    "divide",
    "drop",
    "end",
    "end_cell",
    "end_marker",
    "end_plot",
    "end_resource",
    "enter_plot",
    "find_project",
    "hand_in",
    "join_waters",
    "keep_scheme",
    "move_segment",
    "place_marker",
    "project_back",
    "project_gone",
    "rectify_project",
    "register",
    "rename",
    "rename_plot",
    "rename_segment",
    "resettle",
    "standing_on",
    "take",
]
