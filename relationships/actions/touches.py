"""Tasks to meet somebody: one for each key person who is overdue, few at a time (R-R4).

A breach is a row of results; its task goes to the relationship owner or who stands in, of the
hardest opponents (N3C) also to the regional head. A touch closes it.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import Counter
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.actions import action_items
from accounts.choices import ActionStatus, ContactStatus, TeamRole
from accounts.models import AccountAssignment, ActionItem, Customer
from accounts.queries import regional_head, unit_head
from accounts.queries_leave import stand_ins
from core import policy
from core.actors import Actor
from core.models import User
from core.writes import add
from relationships import policies_cadence as policies
from relationships.choices import HAPPENED, CadenceSubject, ResultStatus
from relationships.models import CadenceResult, CadenceRule, Interaction
from relationships.queries.touches import Due, dues_of, key_people

LABEL = "relationships.cadenceresult"
MARGIN = 20
"""So many more than could be asked for are kept of each of us before the least are dropped."""
AT_ONCE = 500
"""So many customers are read at a time: memory stays bounded however many there are."""


def ask(*, now: dt.datetime) -> int:
    """Heartbeat: close the tasks of whom we met, then ask for those who are overdue, most at stake
    first and so many open at a time for each of us. Returns how many tasks it made."""
    close(now=now)
    rule = CadenceRule.objects.on(now.date()).filter(subject=CadenceSubject.CELL).first()
    if rule is None:
        return 0
    made, open_now = 0, _open_by_owner()
    cap = policy.get(policies.WEEK_CAP, at=now)
    for owner, due in _waiting(rule, now, cap):
        hard = due.touch.is_hard
        if not hard and open_now[owner.pk] >= cap:
            continue
        open_now[owner.pk] += 1
        made += _breach(rule, owner, due, now)
    return made


def _waiting(rule: CadenceRule, now: dt.datetime, cap: int) -> list[tuple[User, Due]]:
    """Who may be asked for, most at stake first: the hardest opponents, and of the others no more
    for each of us than fit at all. Kept so while it is read: memory stays bounded."""
    hard, best = [], dict[int, list[tuple[User, Due]]]()
    for owner, due in _overdue(rule, now):
        if due.touch.is_hard:
            hard.append((owner, due))
            continue
        rows = best.setdefault(owner.pk, [])
        rows.append((owner, due))
        if len(rows) > 4 * cap + MARGIN:
            rows[:] = sorted(rows, key=_at_stake)[:cap]
    return sorted([*hard, *(pair for rows in best.values() for pair in rows)], key=_at_stake)


def _at_stake(pair: tuple[User, Due]) -> tuple[int, dt.datetime, int]:
    return pair[1].order


def close(*, now: dt.datetime) -> int:
    """Open tasks whose person was met since, or works there no more: done, or called off."""
    items = ActionItem.objects.filter(about_label=LABEL, status=ActionStatus.OPEN)
    items = list(items.select_related("customer", "owner"))
    about = {item.about_id for item in items}
    people = {
        row.pk: row.contact
        for row in CadenceResult.objects.filter(pk__in=about).select_related("contact")
    }
    met = _met([person.pk for person in people.values() if person is not None])
    closed, by = 0, Actor.system()
    for item in items:
        person = people.get(item.about_id or 0)
        if person is None:
            continue
        touched = met.get(person.pk)
        with override(item.owner.language or settings.LANGUAGE_CODE):
            if person.status != ContactStatus.ACTIVE:
                action_items.cancel(item, by=by, now=now, reason=_("Works there no more"))
            elif touched is not None and touched >= item.created_at:
                said = _("Met on %(day)s") % {"day": touched.date().isoformat()}
                action_items.done(item, by=by, now=now, evidence=said)
            else:
                continue
        closed += 1
    return closed


def _met(contacts: Sequence[int]) -> dict[int, dt.datetime]:
    pairs = Interaction.contacts.through.objects.filter(
        contact__in=contacts, interaction__status__in=HAPPENED
    )
    return dict(pairs.order_by().values_list("contact_id").annotate(Max("interaction__starts_at")))


def _open_by_owner() -> Counter[int]:
    rows = ActionItem.objects.filter(about_label=LABEL, status=ActionStatus.OPEN)
    return Counter(rows.values_list("owner_id", flat=True))


def _overdue(rule: CadenceRule, now: dt.datetime) -> Iterator[tuple[User, Due]]:
    """Who is overdue and was not asked for in this interval, with whom it concerns."""
    for ids in _portions():
        rows = key_people().filter(customer__in=ids)
        rows = rows.select_related("customer__owning_unit", "relationship_owner")
        dues = [one for one in dues_of(rows, now=now) if one.due_at < now]
        asked = _asked(rule, [one.contact.pk for one in dues])
        dues = [one for one in dues if _window(one, now)[1] not in asked.get(one.contact.pk, ())]
        owners = _owners(dues, now)
        for one in dues:
            owner = owners.get(one.contact.pk)
            if owner is not None:
                yield owner, one


def _portions() -> Iterator[list[int]]:
    last = 0
    rows = Customer.objects.current().order_by("pk").values_list("pk", flat=True)
    while found := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield found
        last = found[-1]


def _asked(rule: CadenceRule, contacts: Sequence[int]) -> dict[int, set[dt.date]]:
    """Intervals for which there is a breach or still an open task, by contact."""
    rows = CadenceResult.objects.filter(rule=rule, contact__in=contacts)
    found: dict[int, set[dt.date]] = {}
    for contact, day in rows.values_list("contact_id", "ends_on"):
        found.setdefault(contact, set()).add(day)
    return found


def _window(due: Due, now: dt.datetime) -> tuple[dt.date, dt.date]:
    """First and last day of the interval that ran out last: each is asked for once."""
    zone = zoneinfo.ZoneInfo(due.contact.customer.owning_unit.timezone)
    step = dt.timedelta(days=due.interval)
    end = due.due_at + (now - due.due_at) // step * step
    last = end.astimezone(zone).date()
    return last - step, last


def _owners(dues: Sequence[Due], now: dt.datetime) -> dict[int, User]:
    """{contact: relationship owner, else account manager; who stands in while they are away}."""
    seats = AccountAssignment.objects.active().filter(
        customer__in={one.contact.customer_id for one in dues}, role=TeamRole.AR
    )
    managers = {row.customer_id: row.user for row in seats.select_related("user")}
    found: dict[int, User] = {}
    for one in dues:
        contact = one.contact
        owner = contact.relationship_owner
        if owner is None or not owner.is_active:
            owner = managers.get(contact.customer_id)
        owner = owner or unit_head(contact.customer, at=now)
        if owner is not None and owner.is_active:
            found[contact.pk] = owner
    away = stand_ins([owner.pk for owner in found.values()], now.date())
    return {contact: away.get(owner.pk, owner) for contact, owner in found.items()}


@transaction.atomic
def _breach(rule: CadenceRule, owner: User, due: Due, now: dt.datetime) -> int:
    first, last = _window(due, now)
    row = add(
        CadenceResult(
            rule=rule, contact=due.contact, starts_on=first, ends_on=last, actual=0, minimum=1,
            target=1, status=ResultStatus.BELOW, mode=rule.mode, due_at=due.due_at, judged_at=now,
            late_by_s=int((now - due.due_at).total_seconds()),
        )
    )  # fmt: skip
    people = {owner.pk: owner}
    if due.touch.is_hard:
        head = regional_head(due.contact.customer, at=now)
        if head is not None and head.is_active:
            people[head.pk] = head
    until = now + dt.timedelta(days=policy.get(policies.TASK_DAYS, at=now))
    for one in people.values():
        with override(one.language or settings.LANGUAGE_CODE):
            text = _("Meet %(name)s: nobody of ours has for too long") % {"name": due.contact.name}
            action_items.create(
                text, owner=one, due_at=until, customer=due.contact.customer, about=row,
                by=Actor.system(), now=now,
            )  # fmt: skip
    return len(people)
