"""What was promised to a customer in a meeting becomes a proposed commitment, which FR answers."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from accounts.models import ActionItem
from accounts.queries import team_of
from core import notify
from core.actors import Actor
from core.models import Event, User
from core.notify import Urgency
from expectations.actions import commitment
from expectations.models import Commitment
from relationships.choices import LineKind
from relationships.models import Interaction, Minutes

MET = "relationships.interaction"


def promised(event: Event, *, now: dt.datetime) -> None:
    """A promise of an interaction, of somebody who joined it or of its minutes: proposed to the
    delivery manager, once."""
    if event.name == "interaction.promised":
        meeting = _meetings().get(pk=event.about_id)
        made_by: User = meeting.promise_item.owner if meeting.promise_item else meeting.created_by
        text, due_at = meeting.promise, meeting.promise_due_at
        further = ActionItem.objects.filter(pk=event.facts.get("item")).select_related("owner")
        for item in further:
            made_by, text, due_at = item.owner, item.text, item.due_at
        _propose(meeting, text, due_at, now, made_by=made_by)
        return
    row = Minutes.objects.get(pk=event.about_id)
    meeting = _meetings().get(pk=row.interaction_id)
    owner = meeting.promise_item.owner if meeting.promise_item else meeting.created_by
    for line in row.lines.filter(kind=LineKind.PROMISE):
        _propose(meeting, line.text, line.due_at, now, made_by=owner)


def _meetings():
    return Interaction.objects.select_related("customer__owning_unit", "created_by", "promise_item")


def _propose(
    meeting: Interaction,
    text: str,
    due_at: dt.datetime | None,
    now: dt.datetime,
    *,
    made_by: User,
) -> None:
    """Nothing twice in the same words; a date that has passed is the promiser's to renew."""
    known = Commitment.objects.filter(about_label=MET, about_id=meeting.pk, text=text)
    if due_at is None or known.exists():
        return
    answers = team_of(meeting.customer).fr
    url, title = meeting.get_absolute_url(), gettext_noop("Promised and already due: %(text)s")
    people = [made_by]
    if due_at > now:
        row = commitment.promise(
            customer=meeting.customer,
            text=text,
            due_at=due_at,
            owner=answers or made_by,
            made_by=made_by,
            about_label=MET,
            about_id=meeting.pk,
            by=Actor.system(),
            now=now,
        )
        url, title = (
            "/commitments/inbox/",
            gettext_noop("Can we keep it? %(who)s promised: %(text)s"),
        )
        people = [answers] if answers and answers != made_by else []
        once = f"promise:{row.pk}"
    else:
        once = f"promise-past:{meeting.pk}:{text}"
    notify.tell(
        people,
        kind="promise.asked",
        title=title,
        once=once,
        now=now,
        params={"who": made_by.full_name, "text": text},
        url=url,
        urgency=Urgency.NOW,
        about=meeting,
        scope=meeting.customer,
    )
