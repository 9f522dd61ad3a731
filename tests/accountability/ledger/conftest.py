from __future__ import annotations

import pytest

from accountability.ledger.acting import Acting
from tests.sample.lifecycle import ParcelLifecycle
from tests.sample.models import Parcel


@pytest.fixture
def by() -> Acting:
    return Acting(account_id=11, person_id=12, post_id=13, post_title="雅拉河村级河长", unit_id=14)


@pytest.fixture
def other() -> Acting:
    return Acting(account_id=21, person_id=22, post_id=23, post_title="雅拉河乡级河长", unit_id=24)


@pytest.fixture
def parcel(db: None, by: Acting) -> Parcel:
    return begun(by)


def begun(by: Acting, title: str = "plot") -> Parcel:
    record = Parcel(title=title)
    ParcelLifecycle.begin(record, by=by, act="open")
    return record
