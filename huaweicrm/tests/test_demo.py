"""The small demo: a story that is complete, quiet until its moment, and sound at any hour."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from accounts.choices import Role, Tier
from accounts.models import AccountPlan, Customer, UserRole
from core import reconcile, sealing
from core.models import Timer, TrailEntry
from expectations.choices import FormStatus, NoticeStatus
from expectations.models import (
    Commitment,
    ConfirmationForm,
    CustomerNotice,
    Project,
    Risk,
    WeeklyReport,
)
from huaweicrm.demo import run
from huaweicrm.demo.world import PASSWORD, PEOPLE, SHANGHAI
from huaweicrm.testing import turns
from relationships.choices_agreement import CentreStatus
from relationships.models import (
    GridAssessment,
    InnovationTopic,
    Interaction,
    JointInnovationCentre,
    StrategicAgreement,
)
from service.choices import TicketStatus
from service.models import SlaClock, Ticket

AFTERNOON = dt.datetime(2026, 11, 18, 15, 12, tzinfo=SHANGHAI)
NIGHT = dt.datetime(2026, 11, 18, 2, 40, tzinfo=SHANGHAI)
WEEKEND = dt.datetime(2026, 11, 22, 11, 5, tzinfo=SHANGHAI)


TOLD_AT = {"afternoon": AFTERNOON, "night": NIGHT, "weekend": WEEKEND}
if connection.vendor == "postgresql":  # what a time of day changes asks no engine
    del TOLD_AT["night"], TOLD_AT["weekend"]
else:
    TOLD_AT = dict(turns.share(list(TOLD_AT.items())))  # one of them a day in `make test`


@pytest.fixture(params=list(TOLD_AT.values()), ids=list(TOLD_AT))
def world(request, db):
    return run.run("small", seed=1, now=request.param, say=lambda text: None)


def has(queryset, field, wanted):
    """Every wanted value stands in the column."""
    return set(map(str, wanted)) - set(map(str, queryset.values_list(field, flat=True)))


def test_the_story_holds(world):
    """One load per hour of the day: loading is slow, so what belongs together is asked at once."""
    _every_state_is_there(world)
    _everyone_can_sign_in(world)
    _two_timers_fall_due_in_a_moment(world)
    _it_is_sound(world)


def _every_state_is_there(world):
    waiting = {TicketStatus.RESTORED, TicketStatus.REOPENED}
    assert has(Ticket.objects, "status", set(TicketStatus) - waiting) == set()
    assert has(SlaClock.objects, "state", ["met", "running", "paused"]) == set()
    forms = [
        FormStatus.DRAFT,
        FormStatus.SENT,
        FormStatus.PARTLY_SIGNED,
        FormStatus.EFFECTIVE,
        FormStatus.COMMENTED,
    ]
    assert has(ConfirmationForm.objects, "status", forms) == set()
    notices = [
        NoticeStatus.PENDING,
        NoticeStatus.DRAFTED,
        NoticeStatus.SENT,
        NoticeStatus.ACKNOWLEDGED,
        NoticeStatus.CANCELLED,
    ]
    assert has(CustomerNotice.objects, "status", notices) == set()
    planned = ["draft", "submitted", "approved", "in_execution", "closed", "returned"]
    assert has(AccountPlan.objects, "status", planned) == set()
    agreed = ["drafting", "negotiating", "approved", "in_force"]
    assert has(StrategicAgreement.objects, "status", agreed) == set()
    assert (
        has(JointInnovationCentre.objects, "status", ["proposed", "chartered", "running"]) == set()
    )
    assert has(InnovationTopic.objects, "status", list(CentreStatus)) == set()
    assert has(Project.objects, "status", ["initiating", "executing"]) == set()
    assert has(WeeklyReport.objects, "status", ["draft", "submitted"]) == set()
    assert has(Customer.objects, "status", ["prospect", "active", "dormant"]) == set()
    assert has(Customer.objects.exclude(tier=None), "tier", [Tier.S.value, Tier.A.value]) == set()
    assert has(GridAssessment.objects, "status", ["confirmed"]) == set()
    for model in (Commitment, Risk, Interaction):
        assert model.objects.exists(), model


def _everyone_can_sign_in(world):
    roles = set(UserRole.objects.values_list("role", flat=True))
    assert roles == set(Role.values) - {Role.CUS}, "one sign-in per role"
    for _key, username, *_rest in PEOPLE[:3]:
        assert authenticate(username=username, password=PASSWORD) is not None
    portal = [user for key, user in world.made.items() if key.startswith("portal:")]
    assert portal
    assert all(user.is_portal and user.is_active for user in portal)


def _two_timers_fall_due_in_a_moment(world):
    now = world.now
    armed = Timer.objects.armed()
    late = armed.filter(due_at__lte=now)
    assert not late.exists(), list(late.values_list("kind", "due_at"))
    soon = armed.filter(due_at__gt=now + dt.timedelta(seconds=60))
    kinds = set(
        soon.filter(due_at__lte=now + dt.timedelta(minutes=3)).values_list("kind", flat=True)
    )
    assert {"expectations.notice_step", "service.clock"} <= kinds


def _it_is_sound(world):
    now = world.now
    assert reconcile.differences(now) == []
    assert reconcile.others(now, repairing=False) == []
    assert not Timer.objects.filter(state="dead").exists()
    ahead = TrailEntry.objects.filter(recorded_at__gt=now)
    assert not ahead.exists(), list(ahead.values_list("verb", "recorded_at")[:5])
    sealing.seal(now)
    assert sealing.verify().problems == []
