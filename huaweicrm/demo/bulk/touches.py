"""Stage six: interactions, until the trail is as long as the size asks."""

from __future__ import annotations

import datetime as dt
import random

from accounts.models import Customer
from core import events, trail
from core.actors import Actor
from core.models import TrailEntry, User
from huaweicrm.demo.bulk.stage import Bulk, Client, forget_queries
from huaweicrm.demo.world import SHANGHAI
from relationships.choices import Channel, Direction, InteractionStatus, Phase
from relationships.models import Interaction, InteractionType

OLDEST_D = 725
CLOSED_SHARE = 0.6
PURPOSES = (
    ("技术交流", "演示新版本并回答问题，客户希望先在一个站点试用。"),
    ("项目例会", "核对里程碑与风险，双方确认下一步。"),
    ("高层拜访", "介绍年度规划，客户关注服务响应。"),
    ("巡检回访", "逐项确认巡检结果，约定整改时间。"),
    ("商务澄清", "解释报价构成，客户内部再讨论。"),
    ("工作餐", "了解组织调整，新主管下月到任。"),
)
CHANNELS = (Channel.ONSITE, Channel.ONSITE, Channel.PHONE, Channel.WECHAT, Channel.VIDEO)


def fill(bulk: Bulk) -> int:
    """Log interactions of the past two years; six of ten are closed."""
    wanted = bulk.size.interactions
    if bulk.size.trail:
        lacking = bulk.size.trail - TrailEntry.objects.count()
        wanted = max(wanted, int(lacking / (1 + CLOSED_SHARE)) + 1)
    users = _users(bulk)
    types = list(InteractionType.objects.filter(is_active=True))
    for start in range(0, wanted, bulk.batch):
        rng = bulk.rng("touches", start)
        _batch(bulk, rng, types, users, range(start, min(wanted, start + bulk.batch)), wanted)
        forget_queries()
    return wanted


def _users(bulk: Bulk) -> dict[int, User]:
    return {
        user.pk: user
        for office in bulk.offices
        for people in office.people.values()
        for user in people
    }


def _batch(bulk: Bulk, rng: random.Random, types, users, numbers: range, wanted: int) -> None:
    rows, people, by = [], [], []
    for number in numbers:
        client = bulk.clients[int(len(bulk.clients) * rng.random() ** 1.4)]
        days = OLDEST_D - (OLDEST_D - 1) * number / wanted
        row = _interaction(rng, client, rng.choice(types), bulk.ago(days))
        actor = Actor.of(users[client.team[0 if rng.random() < 0.6 else 1]])
        row.stamp(by=actor, now=_logged(row))
        if row.status == InteractionStatus.CLOSED:
            row.version, row.updated_at = 2, _logged(row) + dt.timedelta(hours=2)
        rows.append(row)
        by.append(actor)
        met = client.contacts[:6]
        people.append(rng.sample(met, min(len(met), rng.choice((1, 1, 2)))))
    Interaction.objects.bulk_create(rows, batch_size=500)
    met_rows, our_rows = Interaction.contacts.through, Interaction.participants.through
    met_rows.objects.bulk_create(
        [
            met_rows(interaction_id=row.pk, contact_id=pk)
            for row, met in zip(rows, people, strict=True)
            for pk in met
        ],
        batch_size=2000,
    )
    our_rows.objects.bulk_create(
        [
            our_rows(interaction_id=row.pk, user_id=actor.user_id)
            for row, actor in zip(rows, by, strict=True)
        ],
        batch_size=2000,
    )
    _say(list(zip(rows, people, by, strict=True)))


def _interaction(
    rng: random.Random, client: Client, kind: InteractionType, day: dt.datetime
) -> Interaction:
    purpose, summary = rng.choice(PURPOSES)
    start = day.astimezone(SHANGHAI).replace(
        hour=rng.randrange(9, 17), minute=rng.choice((0, 15, 30)), second=0, microsecond=0
    )
    closed = rng.random() < CLOSED_SHARE
    return Interaction(
        customer=Customer(pk=client.id, name=client.name),
        type=kind,
        direction=Direction.OUTBOUND if rng.random() < 0.8 else Direction.INBOUND,
        channel=rng.choice(CHANNELS),
        phase=rng.choice(tuple(Phase)),
        starts_at=start,
        ends_at=start + dt.timedelta(minutes=rng.choice((30, 60, 90, 120))),
        purpose=purpose,
        summary=summary,
        status=InteractionStatus.CLOSED if closed else InteractionStatus.HELD,
    )


def _logged(row: Interaction) -> dt.datetime:
    return row.starts_at + dt.timedelta(hours=3)


def _say(told: list[tuple[Interaction, list[int], Actor]]) -> None:
    entries, heard = [], []
    for row, people, by in told:
        facts = {"type": row.type.code, "channel": row.channel}
        more = {"scope": row.customer, "occurred_at": row.starts_at}
        logged = facts | {"contacts": people, "backdated": False}
        entries.append(
            trail.entry_for(
                row, "interaction.logged", by=by, now=_logged(row), facts=logged, **more
            )
        )
        if row.status == InteractionStatus.CLOSED:
            at = row.updated_at
            entries.append(
                trail.entry_for(row, "interaction.closed", by=by, now=at, facts=facts, **more)
            )
        heard.append(
            events.event_for(
                "interaction.logged",
                row,
                by=by,
                now=_logged(row),
                scope=row.customer,
                facts={"promise": False},
            )
        )
    trail.record_many(entries)
    events.emit_many(heard)
