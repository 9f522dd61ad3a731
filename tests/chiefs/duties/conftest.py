"""A day that is today."""

from datetime import timedelta

import pytest

from accountability.kit import days


@pytest.fixture
def at(settings):
    """``at(day)`` lets a day be today; the demonstration's way, because the actions ask the clock themselves."""
    settings.DEMO = True

    def on(day):
        return days.pretend(days.start_of(day) + timedelta(hours=9))

    return on
