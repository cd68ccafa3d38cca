"""A told customer hears of a later date within 24 hours (R-E7, clocks.md 6.5)."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.tests.build import contact, customer
from core import timers
from core.actors import Actor
from core.errors import Forbidden
from core.models import Notification, Timer
from expectations.actions import notice as notices
from expectations.actions import risk as risks
from expectations.models import CustomerNotice
from expectations.notices import ImpactVersion, NoticeFacts, Told
from expectations.tests.test_notice_actions import DUE, KNOWN, at, drafted, opened, threatened
from expectations.timers import expected_timers
from expectations.updates import owed_since

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
TOLD, MOVED = at(10, 9), at(10, 15)


def facts(*impacts, told=None, **more) -> NoticeFacts:
    versions = (ImpactVersion(KNOWN, DUE), *(ImpactVersion(*one) for one in impacts))
    first = Told(TOLD, stated_impact_at=DUE)
    return NoticeFacts(known_at=KNOWN, impacts=versions, told=(first, *(told or ())), **more)


def test_only_a_later_date_that_nobody_has_said_is_owed():
    later, earlier = (MOVED, DUE + DAY), (MOVED, DUE - DAY)
    again = [Told(MOVED + SECOND, stated_impact_at=DUE + DAY)]
    same = [Told(MOVED + SECOND, stated_impact_at=DUE)]

    assert owed_since(facts(), TOLD) is None
    assert owed_since(facts(later), TOLD) == MOVED
    assert owed_since(facts(earlier), TOLD) is None
    assert owed_since(facts(later), None) is None
    assert owed_since(facts((TOLD - SECOND, DUE + DAY)), TOLD) is None
    assert owed_since(facts(later, (MOVED + DAY, DUE + 2 * DAY)), TOLD) == MOVED
    assert owed_since(facts(later, (MOVED + DAY, DUE)), TOLD) is None
    assert owed_since(facts(later, told=again), TOLD) is None
    assert owed_since(facts(later, told=same), TOLD) is None
    assert owed_since(facts(later, (MOVED + DAY, DUE + 2 * DAY), told=again), TOLD) == MOVED + DAY
    assert owed_since(facts(later, closed_at=MOVED), TOLD) is None
    assert owed_since(facts(later, actual_impact_at=MOVED), TOLD) is None


@pytest.fixture
def moved(db):
    """The customer was told and has answered; then the date moves two days later."""
    cast = threatened()
    risk, notice = opened(cast)
    drafted(cast, notice, TOLD)
    notices.approve(notice, by=Actor.of(cast.lin), now=TOLD)
    notices.send(notice, by=Actor.of(cast.fang), now=TOLD)
    notice.refresh_from_db()
    notices.acknowledge(notice, cast.ruochuan, by=Actor(channel="portal"), now=TOLD)
    risk.refresh_from_db()
    risks.move_impact(
        risk, DUE + 2 * DAY, reason="船期", by=Actor.of(cast.fang), now=MOVED, approver=cast.boss
    )
    cast.notice = CustomerNotice.objects.get(pk=notice.pk)
    return cast


def test_only_a_contact_of_the_customer_acknowledges(moved):
    stranger = contact(customer(moved.office, "岭东电网"), "梁总")
    before = moved.notice.version

    with pytest.raises(Forbidden) as refused:
        notices.acknowledge(moved.notice, stranger, by=Actor(channel="portal"), now=MOVED)

    assert refused.value.rule == "R-E4"
    assert CustomerNotice.objects.get(pk=moved.notice.pk).version == before


def told_of(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("user__username", flat=True))


def wait() -> list[dt.datetime]:
    return list(Timer.objects.armed().filter(about_label__endswith="notice").values_list(
        "due_at", flat=True))  # fmt: skip


def test_the_team_hears_at_once_and_the_head_after_a_day(moved):
    assert moved.notice.verdict == "on_time"
    assert {moved.lin.username, moved.fang.username} <= told_of("notice.update")
    assert wait() == [MOVED + DAY]
    assert list(expected_timers()) == [
        ("expectations.notice_step", "expectations.customernotice", moved.notice.pk, MOVED + DAY)
    ]

    timers.sweep(MOVED + DAY - SECOND)
    assert told_of("notice.update_late") == set()
    timers.sweep(MOVED + DAY)
    timers.sweep(MOVED + DAY + SECOND)

    rows = Notification.objects.filter(kind="notice.update_late")
    assert {moved.lin.username, moved.boss.username} <= told_of("notice.update_late")
    assert rows.count() == rows.values("user").distinct().count()
    assert wait() == [] == list(expected_timers())


def test_a_call_with_the_new_date_ends_the_waiting(moved):
    notices.told_orally(
        moved.notice,
        moved.ruochuan,
        at=MOVED + SECOND,
        evidence="",
        by=Actor.of(moved.fang),
        now=MOVED + SECOND,
    )

    assert wait() == [] == list(expected_timers())
    timers.sweep(MOVED + 2 * DAY)
    assert told_of("notice.update_late") == set()
