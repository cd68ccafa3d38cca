"""Those who sat in one meeting log it at the same moment: one record, nothing lost."""

import datetime as dt

import pytest

from accounts.models import ActionItem
from core import clock
from core.actors import Actor
from huaweicrm.tests.test_attack_races import at_once, world
from relationships.actions import entries, interactions
from relationships.models import Interaction
from relationships.tests.build import kind

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


def test_all_who_log_one_planned_meeting_at_once_share_one_record():
    made, now = world(), clock.now()
    ours = [made.lin, made.wei, made.fang, made.boss]
    begun = {"type": kind(), "starts_at": now - dt.timedelta(hours=1)}
    row = interactions.plan(
        made.lanhai, [made.ruochuan], begun, by=Actor.of(made.lin), now=now - dt.timedelta(days=1),
        participants=ours,
    )  # fmt: skip
    read = [Interaction.objects.get(pk=row.pk) for _one in ours]

    def log(number):
        user = ours[number]
        values = begun | {
            "channel": "onsite", "summary": f"第{number}句", "promise": f"第{number}件",
            "promise_due_at": now + dt.timedelta(days=2),
        }  # fmt: skip
        return entries.enter(
            made.lanhai, [made.ruochuan], values, by=Actor.of(user), now=now,
            key=f"{user.username}-0001", planned=read[number],
        )[0].pk  # fmt: skip

    assert set(at_once(log, len(ours))) == {row.pk}
    held = Interaction.objects.get()
    assert held.status == "held"
    assert {f"第{number}句" in held.summary for number in range(len(ours))} == {True}
    duties = ActionItem.objects.filter(about_label="relationships.interaction", about_id=row.pk)
    assert set(duties.values_list("owner_id", "text")) == {
        (user.pk, f"第{number}件") for number, user in enumerate(ours)
    }
