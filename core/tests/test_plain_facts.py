"""Facts of events: what the trail says in one text, as it would be read again."""

import datetime as dt
import json
import unicodedata
from decimal import Decimal

import pytest

from core.models import Notification, Timer
from core.trail import as_plain, canonical

EAST = dt.timezone(dt.timedelta(hours=8))
DECOMPOSED = unicodedata.normalize("NFD", "ü")


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"b": 1, "a": "x", "c": None, "d": True},
        {"a": DECOMPOSED, DECOMPOSED: "é"},
        {"at": dt.datetime(2026, 3, 2, 9, tzinfo=EAST), "day": dt.date(2026, 3, 2)},
        {"time": dt.time(9, 30), "amount": Decimal("1.50"), "share": 0.1},
        {"state": Timer.State.ARMED, "urgency": Notification.Urgency.NOW},
        {"pair": ("a", 2), "deep": {"z": [{"y": 1, "x": Decimal(1)}], "b": {1: "one"}}},
        {7: "number", "none": [None, False]},
    ],
)
def test_as_the_canonical_text_read_again(facts):
    plain, again = as_plain(facts), json.loads(canonical(facts))

    assert plain == again
    assert json.dumps(plain) == json.dumps(again)  # the order of the names and the kinds too
    assert [type(each) for each in plain.values()] == [type(each) for each in again.values()]
