"""Writes of joint innovation: propose, charter, approve the IP terms, run, close; topics (C137)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions.assessments import local_today
from accounts.actions.guards import in_ids, invalid, must_see, only, persons_only
from accounts.models import Customer
from accounts.queries import compliance_above
from core import notify, trail
from core.actors import Actor
from core.errors import Forbidden, Refused
from core.notify import Urgency
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move
from relationships import innovation
from relationships.choices_agreement import CENTRE_OPEN, CentreStatus, ReuseClass
from relationships.models import InnovationTopic, JointInnovationCentre

RULE = "C137"
FIELDS = ("name", "charter", "ip_terms", "budget", "our_share", "awards", "owner")
TOPIC_FIELDS = ("title", "question", "owner", "due_on", "outcome", "reuse")


@transaction.atomic
def propose(
    customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> JointInnovationCentre:
    """A centre that is proposed; without an owner it is whoever proposes it."""
    given = _tidied(only(dict(values), FIELDS))
    if customer.is_archived:
        raise Refused(_("This customer is archived; restore it first."), rule=RULE)
    if given.get("owner") is None and by.user is not None:
        given["owner"] = by.user
    row = JointInnovationCentre(customer=customer, **given)
    must_see(customer, row.owner, "owner")
    insert(row, by=by, now=now)
    trail.record(row, "innovation.proposed", by=by, now=now, scope=customer)
    return row


@transaction.atomic
def edit(
    row: JointInnovationCentre,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> JointInnovationCentre:
    """Change FIELDS until it is closed. New IP terms need legal again: not while it runs."""
    changed = _tidied(only(dict(changes), FIELDS))
    if not row.is_open:
        raise Refused(_("This centre is closed."), rule=RULE)
    if changed.get("ip_terms", row.ip_terms) != row.ip_terms:
        if row.status == CentreStatus.RUNNING:
            raise Refused(
                _("It runs on these IP terms; close it and propose another one."),
                rule=RULE,
                fields={"ip_terms": [_("Not while it runs.")]},
            )
        changed |= {"ip_approved_at": None, "ip_approved_by": None}
    if "charter" in changed and not changed["charter"] and row.status != CentreStatus.PROPOSED:
        raise invalid("charter", _("A centre that is chartered has a charter."), rule=RULE)
    if "owner" in changed:
        must_see(row.customer, changed["owner"], "owner")
    differs = edit_row(row, changed, by=by, now=now, version=version)
    if differs:
        facts = {"changed": sorted(in_ids(differs))}
        trail.record(row, "innovation.edited", by=by, now=now, scope=row.customer, facts=facts)
    return row


@transaction.atomic
def charter(row: JointInnovationCentre, *, by: Actor, now: dt.datetime) -> JointInnovationCentre:
    """Proposed → chartered, by a head; legal hears of the IP terms."""
    persons_only(by, rule=RULE)
    _whole(row, CentreStatus.CHARTERED)
    _move(row, CentreStatus.CHARTERED, by, now)
    trail.record(row, "innovation.chartered", by=by, now=now, scope=row.customer)
    if row.ip_approved_at is None:
        notify.tell(
            [one for one in compliance_above(row.customer) if one is not None],
            kind="innovation.terms",
            title=gettext_noop("The IP terms of %(name)s wait for legal"),
            params={"name": row.name},
            once=f"innovation:{row.pk}:terms:{row.version}",
            url=row.get_absolute_url(),
            urgency=Urgency.SOON,
            about=row,
            scope=row.customer,
            now=now,
        )
    return row


@transaction.atomic
def approve_terms(
    row: JointInnovationCentre, *, by: Actor, now: dt.datetime
) -> JointInnovationCentre:
    """Legal approves the IP terms as they stand; never who wrote them."""
    persons_only(by, rule=RULE)
    if by.user_id in (row.owner_id, row.created_by_id):
        raise Forbidden(_("Somebody other than its author and owner approves them."), rule=RULE)
    if not row.ip_terms.strip():
        raise invalid("ip_terms", _("There are no IP terms yet; write them first."), rule=RULE)
    if row.status == CentreStatus.RUNNING or row.ip_approved_at is not None:
        raise Refused(_("These IP terms are approved already."), rule=RULE)
    move(
        row, row.status, frm=row.status, by=by, now=now, rule=RULE,
        ip_approved_by=by.user, ip_approved_at=now,
    )  # fmt: skip
    trail.record(row, "innovation.terms_approved", by=by, now=now, scope=row.customer)
    return row


@transaction.atomic
def run(row: JointInnovationCentre, *, by: Actor, now: dt.datetime) -> JointInnovationCentre:
    """Chartered → running, once legal has approved the IP terms."""
    persons_only(by, rule=RULE)
    _whole(row, CentreStatus.RUNNING)
    _move(row, CentreStatus.RUNNING, by, now, running_since=now)
    trail.record(row, "innovation.running", by=by, now=now, scope=row.customer)
    return row


@transaction.atomic
def close(
    row: JointInnovationCentre, *, by: Actor, now: dt.datetime, note: str
) -> JointInnovationCentre:
    """Open → closed, with what it came to; its topics are closed before."""
    persons_only(by, rule=RULE)
    if not note.strip():
        raise invalid("note", _("Say what it came to."), rule=RULE)
    if row.topics.filter(status__in=CENTRE_OPEN).exists():
        raise Refused(_("Close its topics first: each says what came out."), rule=RULE)
    move(
        row, CentreStatus.CLOSED, frm=CENTRE_OPEN, by=by, now=now, rule=RULE,
        closed_at=now, note=tidy(note)[:300],
    )  # fmt: skip
    trail.record(row, "innovation.closed", by=by, now=now, scope=row.customer)
    return row


@transaction.atomic
def add_topic(
    row: JointInnovationCentre, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> InnovationTopic:
    """A question that is proposed to a centre that is not closed."""
    given = _tidied(only(dict(values), TOPIC_FIELDS))
    if not row.is_open:
        raise Refused(_("This centre is closed."), rule=RULE)
    if given.get("owner") is None:
        given["owner"] = row.owner
    made = InnovationTopic(centre=row, **given)
    _check_topic(made, now)
    insert(made, by=by, now=now)
    trail.record(made, "innovation.topic_proposed", by=by, now=now, scope=row.customer)
    return made


@transaction.atomic
def edit_topic(
    row: InnovationTopic,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> InnovationTopic:
    """Change TOPIC_FIELDS until it is closed; later only where it may be used."""
    changed = _tidied(only(dict(changes), TOPIC_FIELDS))
    differs = {name for name, value in changed.items() if getattr(row, name) != value}
    if not row.is_open and differs - {"reuse"}:
        raise Refused(_("This topic is closed; only its use elsewhere changes."), rule=RULE)
    if "owner" in differs:
        must_see(row.customer, changed["owner"], "owner")
    if "due_on" in differs:
        _not_over(row, changed["due_on"], now)
    done = edit_row(row, changed, by=by, now=now, version=version)
    if done:
        facts = {"changed": sorted(in_ids(done))}
        trail.record(
            row, "innovation.topic_edited", by=by, now=now, scope=row.customer, facts=facts
        )
    return row


@transaction.atomic
def charter_topic(row: InnovationTopic, *, by: Actor, now: dt.datetime) -> InnovationTopic:
    """Proposed → chartered: it says what it asks, and until when."""
    persons_only(by, rule=RULE)
    if not row.question.strip():
        raise invalid("question", _("Write what the topic is to find out."), rule=RULE)
    if row.due_on is None:
        raise invalid("due_on", _("Say until when."), rule=RULE)
    _move(row, CentreStatus.CHARTERED, by, now)
    trail.record(row, "innovation.topic_chartered", by=by, now=now, scope=row.customer)
    return row


@transaction.atomic
def run_topic(row: InnovationTopic, *, by: Actor, now: dt.datetime) -> InnovationTopic:
    """Chartered → running, while its centre runs."""
    persons_only(by, rule=RULE)
    chartered = row.status == CentreStatus.CHARTERED
    if chartered and not innovation.may_begin(row.status, row.centre.status):
        raise Refused(_("A topic begins once its centre runs."), rule=RULE)
    _move(row, CentreStatus.RUNNING, by, now)
    trail.record(row, "innovation.topic_running", by=by, now=now, scope=row.customer)
    return row


@transaction.atomic
def close_topic(
    row: InnovationTopic,
    *,
    by: Actor,
    now: dt.datetime,
    outcome: str,
    reuse: str = ReuseClass.UNKNOWN,
) -> InnovationTopic:
    """Open → closed, with what came out and where it may be used."""
    persons_only(by, rule=RULE)
    if not outcome.strip():
        raise invalid("outcome", _("Say what came out, also when it is nothing."), rule=RULE)
    move(
        row, CentreStatus.CLOSED, frm=CENTRE_OPEN, by=by, now=now, rule=RULE,
        closed_at=now, outcome=outcome.strip(), reuse=reuse,
    )  # fmt: skip
    facts = {"reuse": reuse}
    trail.record(row, "innovation.topic_closed", by=by, now=now, scope=row.customer, facts=facts)
    return row


def _whole(row: JointInnovationCentre, to: str) -> None:
    lacks = innovation.lacking(
        charter=row.charter, ip_terms=row.ip_terms, ip_approved=row.ip_approved_at is not None,
        to=to,
    )  # fmt: skip
    if not lacks:
        return
    sentence = {
        "charter": _("Write the charter first: what for, who decides, until when."),
        "ip_terms": _("Write the IP terms first: who owns what comes out."),
        "ip_approved_at": _("Legal approves the IP terms before it runs."),
    }[lacks[0]]
    raise Refused(sentence, rule=RULE, fields={lacks[0]: [sentence]})


def _check_topic(row: InnovationTopic, now: dt.datetime) -> None:
    must_see(row.customer, row.owner, "owner")
    _not_over(row, row.due_on, now)


def _not_over(row: InnovationTopic, due_on: dt.date | None, now: dt.datetime) -> None:
    if due_on is not None and due_on < local_today(row.customer, now):
        raise invalid("due_on", _("This day is over."), rule=RULE)


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    for name in ("name", "title"):
        if name in values:
            values[name] = tidy(values[name])
    for name in ("charter", "ip_terms", "awards", "question", "outcome"):
        if name in values:
            values[name] = values[name].strip()
    return values


def _move(
    row: JointInnovationCentre | InnovationTopic,
    to: str,
    by: Actor,
    now: dt.datetime,
    **columns: Any,
) -> None:
    frm = next(before for before, after in innovation.NEXT.items() if after == to)
    move(row, to, frm=frm, by=by, now=now, rule=RULE, **columns)
