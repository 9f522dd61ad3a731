"""Reading the plan's duties, as drafts."""

from __future__ import annotations

from accountability.exchange.runs import Report
from accountability.kit.parsing import table

from .models import Duty

COLUMNS = {
    "levels": "levels",
    "who": "who",
    "duty": "duty",
    "words": "words_in_source",
    "frequency": "frequency",
    "object_text": "object",
    "source": "source_section",
}


def take_duties(data: bytes, report: Report) -> None:
    """62 duties in the plan's words; an office turns them into responsibility items."""
    for row in table(data, columns=("id", *COLUMNS.values()), key=("id",)):
        report.read += 1
        values = {name: row.cells[column] for name, column in COLUMNS.items()}
        made, new = Duty.objects.get_or_create(code=row.cells["id"], defaults=values)
        report.found(row.line, made, values, new=new)
