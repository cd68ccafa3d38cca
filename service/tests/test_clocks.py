"""The clocks of a ticket from its events (clocks.md 1 to 5 and 7, domain.md c.6)."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.worktime import calendar_from_dict
from service.clocks import (
    ALWAYS,
    CONTRACT,
    Calendars,
    ClauseSet,
    ClockClause,
    ClockEvent,
    backdating,
    explain,
    is_tighter,
    target_seconds,
    tightened,
    timeline,
)

CN = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFFICE = calendar_from_dict(
    {
        "tz": "Asia/Shanghai",
        "week": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
BERLIN = calendar_from_dict({"tz": "Europe/Berlin", "week": {"mon": [["09:00", "17:00"]]}})
CALENDARS = Calendars(site=OFFICE, team=OFFICE)
CRITICAL, MAJOR, MINOR, QUESTION = 1, 2, 3, 4


def clause(kind, minutes, calendar=ALWAYS):
    return ClockClause(kind, minutes * 60, calendar)


CLAUSES = ClauseSet(
    {
        ("response", CRITICAL, "gold"): clause("response", 30),
        ("response", MAJOR, "gold"): clause("response", 60),
        ("response", MINOR, "gold"): clause("response", 240, CONTRACT),
        ("response", MINOR, "silver"): clause("response", 240, CONTRACT),
        ("onsite", CRITICAL, "gold"): clause("onsite", 240),
        ("restore", CRITICAL, "gold"): clause("restore", 360),
        ("restore", MAJOR, "gold"): clause("restore", 720),
        ("restore", CRITICAL, "platinum"): clause("restore", 240),
        ("restore", CRITICAL, "warranty"): clause("restore", 1440),
        ("resolve", CRITICAL, "gold"): clause("resolve", 7 * 1440),
        ("resolve", MAJOR, "gold"): clause("resolve", 15 * 1440),
        ("resolve", MINOR, "gold"): clause("resolve", 30 * 540, CONTRACT),
        ("update", CRITICAL, "gold"): clause("update", 60),
        ("update", MAJOR, "gold"): clause("update", 480),
        ("callback", CRITICAL, ""): clause("callback", 1080, CONTRACT),
        ("hop", CRITICAL, ""): clause("hop", 15),
        ("hop", MAJOR, ""): clause("hop", 30),
    }
)


def cn(text):
    return datetime.fromisoformat(text).replace(tzinfo=CN)


START = cn("2025-11-15 02:10")
LATER = START + 30 * DAY


class Log(list):
    """Events in the order in which they are recorded."""

    def add(self, kind, at, *, recorded_at=None, **more):
        self.append(ClockEvent(kind, at, recorded_at or at, len(self) + 1, **more))
        return self


def reported(severity=CRITICAL, level="gold", at=START):
    return Log().add("reported", at, severity=severity, level=level)


def states(log, now=LATER, clauses=CLAUSES):
    return timeline(log, clauses, CALENDARS, now)


def crossed(state):
    return [(one.pct, one.at) for one in state.crossings if not one.skipped_by_change]


# -- worked examples of domain.md c.6 --


def test_example_3_gold_critical_on_a_saturday_night():
    found = states(reported(), START + 9 * HOUR)

    assert found.current("response").due_at == cn("2025-11-15 02:40")
    assert found.current("restore").due_at == cn("2025-11-15 08:10")
    assert crossed(found.current("restore")) == [
        (50, cn("2025-11-15 05:10")),
        (75, cn("2025-11-15 06:40")),
        (90, cn("2025-11-15 07:34")),
        (100, cn("2025-11-15 08:10")),
        (120, cn("2025-11-15 09:22")),
        (150, cn("2025-11-15 11:10")),
    ]


@pytest.mark.parametrize(
    ("reason", "due"),
    [
        ("no_access", "2025-11-15 08:55"),
        ("waiting_customer", "2025-11-15 08:10"),
        ("spare_part", "2025-11-15 08:10"),
    ],
)
def test_example_3_a_critical_pauses_only_for_denied_access(reason, due):
    log = reported().add("paused", START + HOUR, reason=reason)
    log.add("resumed", START + HOUR + 45 * MINUTE)

    assert states(log, START + 3 * HOUR).current("restore").due_at == cn(due)


def test_example_4_silver_minor_over_a_weekend():
    log = reported(MINOR, "silver", cn("2025-11-14 16:30"))

    assert states(log).current("response").due_at == cn("2025-11-17 11:30")


def test_example_9_tightening():
    assert [tightened(minutes) for minutes in (30, 360, 1)] == [22, 270, 1]
    assert [is_tighter(proposed, 30) for proposed in (22, 30, 45)] == [True, False, False]


@pytest.mark.parametrize(
    ("amount", "unit", "seconds"),
    [(15, "min", 900), (4, "h", 14_400), (4, "bh", 14_400), (5, "d", 432_000), (2, "bd", 64_800)],
)
def test_target_units(amount, unit, seconds):
    assert target_seconds(amount, unit, OFFICE) == seconds


# -- verdicts --


@pytest.mark.parametrize(
    ("after", "state", "breaches"),
    [
        (30 * MINUTE - timedelta(seconds=1), "met", 0),
        (30 * MINUTE, "met", 0),
        (30 * MINUTE + timedelta(seconds=1), "breached_stopped", 1),
    ],
)
def test_response_just_before_at_and_after_its_target(after, state, breaches):
    found = states(reported().add("contacted", START + after)).current("response")

    assert (found.state, len(found.breaches)) == (state, breaches)


def test_answer_after_hours_is_met_when_the_target_ended_at_the_closing():
    log = reported(MINOR, at=cn("2025-11-14 14:00")).add("contacted", cn("2025-11-14 20:00"))

    found = states(log).current("response")

    assert (found.state, found.elapsed_s) == ("met", 14_400)
    assert found.due_at == cn("2025-11-14 18:00")
    assert found.due_latest == cn("2025-11-17 09:00")


def test_breach_has_its_true_time_and_overrun():
    found = states(reported(), START + 7 * HOUR).current("restore")

    assert found.state == "breached_running"
    assert [
        (b.due_at, b.breached_at, b.overrun_s, b.target_version, b.cause) for b in found.breaches
    ] == [(START + 6 * HOUR, START + 6 * HOUR, 3600, 1, "")]


def test_next_fire_is_the_next_threshold():
    found = states(reported(), START + 3 * HOUR)

    assert found.current("restore").next_fire_at == START + 4.5 * HOUR
    assert found.current("restore").crossings[-1].at == START + 3 * HOUR


def test_level_none_runs_on_warranty_as_an_internal_objective():
    found = states(reported(level="none"), START + 25 * HOUR).current("restore")

    assert (found.target_s, found.clause.internal) == (86_400, True)
    assert [breach.internal for breach in found.breaches] == [True]


# -- pauses --


def test_customer_message_resumes_at_once():
    log = reported(MAJOR).add("paused", START + HOUR, reason="waiting_customer")
    log.add("message_in", START + 3 * HOUR)

    found = states(log, START + 4 * HOUR).current("restore")

    assert (found.elapsed_s, found.paused_s, found.state) == (7200, 7200, "running")


def test_open_pause_freezes_and_has_no_due_time():
    log = reported(MAJOR).add("paused", START + HOUR, reason="waiting_customer")

    found = states(log, START + 5 * DAY).current("restore")

    assert (found.state, found.elapsed_s, found.paused_since) == ("paused", 3600, START + HOUR)
    assert (found.due_at, found.next_fire_at) == (None, None)


def test_response_and_update_never_pause():
    log = reported(MAJOR).add("paused", START, reason="no_access")

    found = states(log, START + 2 * HOUR)

    assert found.current("response").state == "breached_running"
    assert found.current("update").elapsed_s == 7200


def test_a_pause_ends_for_a_ticket_that_becomes_critical():
    log = reported(MAJOR).add("paused", START + HOUR, reason="waiting_customer")
    log.add("severity_changed", START + 2 * HOUR, severity=CRITICAL, by_customer=True)

    found = states(log, START + 3 * HOUR).current("restore")

    assert (found.state, found.elapsed_s) == ("running", 7200)


def test_onsite_starts_with_the_dispatch_and_pauses_for_access_only():
    log = reported().add("dispatched", START + HOUR)
    log.add("paused", START + 2 * HOUR, reason="waiting_customer")
    log.add("paused", START + 3 * HOUR, reason="no_access")
    log.add("resumed", START + 4 * HOUR).add("arrived", START + 6 * HOUR)

    found = states(log).current("onsite")

    assert (found.started_at, found.elapsed_s, found.state) == (START + HOUR, 4 * 3600, "met")


# -- changes in mid-flight --


def test_raise_with_time_used_up_is_due_at_the_change_and_reclassified():
    log = reported(MAJOR).add(
        "severity_changed", START + 7 * HOUR, severity=CRITICAL, by_customer=True
    )

    found = states(log, START + 8 * HOUR).current("restore")

    assert (found.target_version, found.due_at) == (2, START + 7 * HOUR)
    assert [(b.target_version, b.cause, b.overrun_s) for b in found.breaches] == [
        (2, "reclassified", 7200)
    ]
    assert [(c.pct, c.target_version, c.skipped_by_change) for c in found.crossings] == [
        (50, 1, False),
        (50, 2, True),
        (75, 2, True),
        (90, 2, True),
        (100, 2, False),
        (120, 2, False),
    ]


def test_downgrade_keeps_the_recorded_breach():
    log = reported().add("severity_changed", START + 7 * HOUR, severity=MAJOR, by_customer=True)
    log.add("restored", START + 8 * HOUR)

    found = states(log).current("restore")

    assert (found.state, found.is_breached, found.due_at) == ("met", True, START + 12 * HOUR)
    assert [(b.target_version, b.overrun_s) for b in found.breaches] == [(1, 3600)]


@pytest.mark.parametrize(("by_customer", "acts"), [(True, 1), (False, 3)])
def test_internal_raise_acts_when_recorded(by_customer, acts):
    log = reported(MAJOR).add(
        "severity_changed",
        START + HOUR,
        recorded_at=START + 3 * HOUR,
        severity=CRITICAL,
        by_customer=by_customer,
    )

    found = states(log, START + 4 * HOUR).current("restore")

    assert found.legs[1][0] == START + acts * HOUR


def test_stopped_response_is_untouched_by_a_change():
    log = reported(MAJOR).add("contacted", START + 50 * MINUTE)
    log.add("severity_changed", START + HOUR, severity=CRITICAL, by_customer=True)

    found = states(log).current("response")

    assert (found.state, found.target_version, found.target_s) == ("met", 1, 3600)


def test_promise_that_comes_with_a_raise_counts_from_the_report():
    log = reported(MINOR).add("severity_changed", START + 7 * HOUR, severity=CRITICAL)

    found = states(log, START + 8 * HOUR).current("restore")

    assert (found.started_at, found.elapsed_s, found.due_at) == (
        START,
        8 * 3600,
        START + 7 * HOUR,
    )
    assert [breach.cause for breach in found.breaches] == ["reclassified"]
    assert {crossing.at for crossing in found.crossings} == {START + 7 * HOUR, START + 432 * MINUTE}


def test_clock_without_a_promise_any_more_is_cancelled():
    log = reported().add("severity_changed", START + HOUR, severity=MINOR, by_customer=True)

    assert states(log).current("restore").state == "cancelled"


def test_policy_applied_again_carries_to_open_clocks():
    tight = ClauseSet({**CLAUSES.by_key, ("restore", CRITICAL, "gold"): clause("restore", 240)})
    log = reported().add("policy_applied", START + HOUR, clauses=tight)
    log.add("severity_changed", START + 2 * HOUR, severity=MAJOR, by_customer=True)
    log.add("severity_changed", START + 3 * HOUR, severity=CRITICAL, by_customer=True)

    found = states(log, START + 3.5 * HOUR).current("restore")

    assert (found.target_version, found.due_at) == (4, START + 4 * HOUR)


def test_contract_calendar_takes_over_from_24x7():
    log = reported(MAJOR, at=cn("2025-11-14 17:00"))
    log.add("severity_changed", cn("2025-11-14 17:30"), severity=MINOR, by_customer=True)

    found = states(log, cn("2025-11-14 20:00")).current("response")

    assert found.due_at == cn("2025-11-17 12:00")


# -- reopening --


def closed_ticket():
    log = reported().add("contacted", START + 10 * MINUTE).add("restored", START + 2 * HOUR)
    log.add("resolved", START + 5 * HOUR).add("confirmed", START + 8 * HOUR)
    return log.add("closed", START + 9 * HOUR)


def test_resolve_is_frozen_while_the_customer_decides():
    log = reported().add("resolved", START + 5 * HOUR)
    waiting = states(log, START + 4 * DAY).current("resolve")
    rejected = states(log.add("rejected", START + 4 * DAY), START + 5 * DAY)

    assert (waiting.state, waiting.elapsed_s) == ("paused", 5 * 3600)
    assert (rejected.current("resolve").state, rejected.current("resolve").elapsed_s) == (
        "running",
        29 * 3600,
    )
    assert rejected.current("resolve").cycle == 1


def test_reopening_resumes_restore_and_resolve_and_restarts_response_and_update():
    log = closed_ticket().add("reopened", START + 3 * DAY)

    found = states(log, START + 3 * DAY + HOUR)

    assert [(s.state, s.elapsed_s) for s in found.of("restore")] == [
        ("met", 7200),
        ("running", 10_800),
    ]
    assert [(s.state, s.elapsed_s) for s in found.of("resolve")] == [
        ("met", 18_000),
        ("running", 21_600),
    ]
    assert [(s.cycle, s.state) for s in found.of("response")] == [
        (1, "met"),
        (2, "breached_running"),
    ]
    assert found.current("response").started_at == START + 3 * DAY
    assert found.current("update").started_at == START + 3 * DAY
    assert found.current("callback").state == "cancelled"


def test_resumed_clock_does_not_fire_or_breach_twice():
    log = reported().add("restored", START + 7 * HOUR).add("closed", START + 8 * HOUR)
    log.add("reopened", START + 2 * DAY)

    first, second = states(log, START + 2 * DAY + 30 * MINUTE).of("restore")

    assert [crossing.pct for crossing in first.crossings] == [50, 75, 90, 100]
    assert [crossing.pct for crossing in second.crossings] == [120]
    assert (len(first.breaches), len(second.breaches)) == (1, 0)
    assert (second.state, second.is_breached) == ("breached_running", True)


# -- update, callback, hop --


def test_update_opens_a_new_cycle_with_each_update_and_ends_with_restoration():
    log = reported().add("update_sent", START + 50 * MINUTE)
    log.add("update_sent", START + 115 * MINUTE).add("restored", START + 2 * HOUR)
    log.add("update_sent", START + 4 * HOUR)

    found = states(log).of("update")

    assert [(s.cycle, s.elapsed_s // 60, s.state) for s in found] == [
        (1, 50, "met"),
        (2, 65, "breached_stopped"),
        (3, 5, "met"),
    ]


def test_callback_runs_on_the_team_calendar_from_the_closing():
    log = closed_ticket()

    found = states(log, START + 10 * HOUR).current("callback")

    assert (found.started_at, found.due_at) == (START + 9 * HOUR, cn("2025-11-18 18:00"))


def test_hop_is_stopped_by_acceptance_or_by_handing_on():
    log = reported().add("handed_over", START + HOUR)
    log.add("handed_over", START + HOUR + 10 * MINUTE)
    log.add("hop_accepted", START + HOUR + 26 * MINUTE)

    assert [(s.elapsed_s // 60, s.state) for s in states(log).of("hop")] == [
        (10, "met"),
        (16, "breached_stopped"),
    ]


def test_cancelled_ticket_has_no_verdicts():
    log = reported().add("cancelled", START + 7 * HOUR)

    assert {state.state for state in states(log).states} == {"cancelled"}


def test_customer_clocks_use_the_site_and_team_clocks_the_team():
    both = Calendars(site=BERLIN, team=OFFICE)

    assert both.of(clause("response", 1, CONTRACT)) is BERLIN
    assert both.of(clause("hop", 1, CONTRACT)) is OFFICE
    assert both.of(clause("hop", 1)).always is True


# -- back-dating and explanation --


def test_backdated_contact_heals_the_verdict():
    log = reported()
    before = states(log, START + HOUR).current("response").state
    log.add("contacted", START + 20 * MINUTE, recorded_at=START + 2 * HOUR)

    assert before == "breached_running"
    assert states(log, START + HOUR).current("response").state == "breached_running"
    assert states(log, START + 2 * HOUR).current("response").state == "met"


@pytest.mark.parametrize(
    ("ago", "closed_ago", "needs"),
    [
        (-2 * MINUTE - timedelta(seconds=1), None, "refused"),
        (-2 * MINUTE, None, ""),
        (2 * MINUTE, None, ""),
        (3 * MINUTE, None, "reason"),
        (24 * HOUR, None, "reason"),
        (24 * HOUR + timedelta(seconds=1), None, "second_person"),
        (2 * HOUR, HOUR, "second_person"),
    ],
)
def test_backdating_needs_a_reason_or_a_second_person(ago, closed_ago, needs):
    event = ClockEvent("contacted", LATER - ago, LATER)
    closed_at = None if closed_ago is None else LATER - closed_ago

    assert backdating(event, LATER, closed_at) == needs


def test_explanation_shows_work_night_pause_and_change():
    log = reported(MINOR, at=cn("2025-11-14 17:00"))
    log.add("severity_changed", cn("2025-11-17 09:30"), severity=MAJOR, by_customer=True)

    found = explain(states(log, cn("2025-11-17 10:00")).current("response"))

    assert [(part.reason, part.seconds // 60) for part in found] == [
        ("work", 60),
        ("night", 360),
        ("weekend", 2880),
        ("night", 540),
        ("work", 30),
        ("change", 0),
    ]


# -- properties of clocks.md 7 --

KINDS_OF_EVENTS = (
    "contacted",
    "update_sent",
    "message_in",
    "paused",
    "resumed",
    "restored",
    "resolved",
    "rejected",
    "confirmed",
    "closed",
    "reopened",
    "severity_changed",
    "level_changed",
    "dispatched",
    "arrived",
    "handed_over",
    "hop_accepted",
    "called_back",
)


@st.composite
def logs(draw):
    log = reported(draw(st.sampled_from([CRITICAL, MAJOR, MINOR])))
    for kind in draw(st.lists(st.sampled_from(KINDS_OF_EVENTS), max_size=12)):
        at = START + draw(st.integers(0, 20 * 24 * 60)) * MINUTE
        more = {}
        if kind == "severity_changed":
            more["severity"] = draw(st.sampled_from([CRITICAL, MAJOR, MINOR]))
        if kind == "level_changed":
            more["level"] = draw(st.sampled_from(["gold", "platinum", "none"]))
        if kind == "paused":
            more["reason"] = draw(st.sampled_from(["no_access", "waiting_customer", "vendor"]))
        log.add(kind, at, **more)
    return log


@given(logs(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_rebuilding_from_any_order_of_rows_gives_the_same(log, random):
    shuffled = random.sample(log, len(log))

    assert states(shuffled) == states(log)
    assert states(log) == states(log)


@given(logs(), st.lists(st.integers(0, 40 * 24), max_size=6))
@settings(max_examples=100, deadline=None)
def test_any_partition_of_sweeps_sees_the_same_crossings(log, hours):
    end = START + 41 * DAY

    def firings(now):
        return {
            (s.kind, s.cycle, c.target_version, c.pct, c.at, c.skipped_by_change)
            for s in states([e for e in log if e.effective_at <= now], now).states
            for c in s.crossings
        }

    seen = set().union(*(firings(START + hour * HOUR) for hour in [*hours, 41 * 24]))

    assert seen == firings(end)


@given(logs(), st.integers(0, 30 * 24 * 60))
@settings(max_examples=100, deadline=None)
def test_due_is_where_elapsed_reaches_the_target(log, minute):
    now = START + minute * MINUTE
    for state in states(log, now).states:
        if state.due_at is None or len(state.legs) > 1:
            continue
        since, _, calendar = state.legs[0]
        assert calendar.elapsed(since, state.due_at, state.pauses) == state.target_s
        assert (state.elapsed_s > state.target_s) is state.state.startswith("breached") or (
            state.state == "cancelled"
        )


@given(logs(), st.integers(0, 30 * 24 * 60))
@settings(max_examples=100, deadline=None)
def test_next_fire_is_the_next_crossing_when_nothing_else_happens(log, minute):
    now = START + minute * MINUTE
    known = [event for event in log if event.effective_at <= now]
    for before, after in zip(
        states(known, now).states, states(known, now + 400 * DAY).states, strict=True
    ):
        ahead = [crossing.at for crossing in after.crossings if crossing.at > now]
        assert (before.next_fire_at or min(ahead, default=None)) == min(ahead, default=None)


def test_instants_come_out_in_utc():
    assert states(reported()).current("restore").due_at.tzinfo is timezone.utc
