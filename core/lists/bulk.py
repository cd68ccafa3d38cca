"""One verb on many rows: all or nothing, a result per row, undone where that is cheap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policies, policy, trail
from core.actors import Actor
from core.custom import tagging
from core.errors import Refused
from core.lists.exporting import listing_for
from core.lists.spec import ListSpec, spec_of
from core.models import Job, JobState
from core.nudge import soon
from core.text import plain_line

STEP = 20


@dataclass(frozen=True)
class BulkVerb:
    """What can be done to many rows of a list, through the action that does it to one.

    `act(row, values, by, now)` returns what `undo(row, before, values, by, now)` needs (JSON), or
    None when nothing had to change. `fields(user)` is the form.
    """

    key: str
    label: Any
    fields: Callable[[Any], Mapping[str, forms.Field]]
    may: Callable[[Any, Any], bool]
    act: Callable[..., Any]
    undo: Callable[..., None] | None = None


def verb_of(spec: ListSpec, key: str) -> BulkVerb | None:
    """The verb of a list by its key."""
    return next((verb for verb in spec.bulk if verb.key == key), None)


def form_of(verb: BulkVerb, user: Any, data: Any = None) -> forms.Form:
    """The form of a verb."""
    form = forms.Form(data)
    form.fields.update(verb.fields(user))
    return form


def chosen_ids(spec: ListSpec, user: Any, data: Mapping[str, Any], now: dt.datetime) -> list[int]:
    """Ids of the ticked rows, or of all that match `query`; within sight, bounded. Refused."""
    most = policy.get(policies.BULK_MOST, at=now)
    if data["all"]:
        rows = listing_for(spec.key, user, data["query"], now).rows
    else:
        rows = spec.rows(user).filter(pk__in=data["ids"])
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: most + 1])
    if len(ids) > most:
        raise Refused(_("More than %(most)d rows; narrow the list first.") % {"most": most})
    if not ids:
        raise Refused(_("No row is selected."))
    return ids


@transaction.atomic
def ask_for(
    spec: ListSpec, verb: BulkVerb, ids: Sequence[int], given: Mapping[str, Any],
    *, by: Actor, now: dt.datetime,
) -> Job:  # fmt: skip
    """Book a change of many rows: few are done at once, many become a job."""
    if by.user is None:
        raise Refused(_("Only a person changes many rows."))
    job = Job.objects.create(
        kind="bulk",
        listing=spec.key,
        title=_("%(verb)s: %(count)d rows of %(list)s")
        % {"verb": verb.label, "count": len(ids), "list": spec.title},
        total=len(ids),
        facts={"verb": verb.key, "ids": list(ids), "given": dict(given)},
        created_at=now,
        created_by=by.user,
    )
    if len(ids) > policy.get(policies.BULK_AT_ONCE, at=now):
        soon("jobs")
        return job
    job.state = run(job, progress=lambda done: None, now=now, by=by)
    job.done, job.finished_at = (job.total if job.state == JobState.DONE else 0), now
    job.save(update_fields=["state", "done", "finished_at", "report", "facts"])
    return job


class _Back(Exception):
    """Takes the transaction back."""


def run(
    job: Job, *, progress: Callable[[int], None], now: dt.datetime, by: Actor | None = None
) -> str:
    """Do it: either every row or none. `report` says for each row what happened or why not."""
    spec = spec_of(job.listing)
    verb = verb_of(spec, job.facts["verb"])
    if verb is None:
        raise Refused(_("This list does not offer that any more."))
    by = by or Actor.of(job.created_by, "system")
    form = form_of(verb, job.created_by, job.facts["given"])
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))
    rows = {row.pk: row for row in spec.rows(job.created_by).filter(pk__in=job.facts["ids"])}
    report: list[dict[str, Any]] = []
    try:
        with transaction.atomic():
            for number, pk in enumerate(job.facts["ids"], 1):
                report.append(_one(verb, rows.get(pk), pk, form.cleaned_data, by, now))
                if number % STEP == 0:
                    progress(number)
            if any(line["state"] == "refused" for line in report):
                raise _Back
    except _Back:
        job.report = [
            {**line, "state": "left" if line["state"] != "refused" else "refused"}
            for line in report
        ]
        return JobState.REFUSED
    job.report = report
    facts = {"list": spec.key, "verb": verb.key, "rows": len(report)}
    trail.record(job, "list.changed", by=by, now=now, facts=facts)
    return JobState.DONE


def _one(
    verb: BulkVerb, row: Any, pk: int, values: dict[str, Any], by: Actor, now: dt.datetime
) -> dict[str, Any]:
    """What happened to one row: changed, same or refused."""
    line: dict[str, Any] = {"id": pk, "label": str(row or pk), "state": "changed", "why": ""}
    if row is None:
        return {**line, "state": "refused", "why": _("It is out of sight by now.")}
    line["url"] = row.get_absolute_url()
    if not verb.may(by.user, row):
        return {**line, "state": "refused", "why": _("You may not change this one.")}
    try:
        with transaction.atomic():
            before = verb.act(row, values, by=by, now=now)
    except Refused as refusal:
        return {**line, "state": "refused", "why": str(refusal.sentence)}
    if before is None:
        return {**line, "state": "same"}
    return {**line, "before": before}


def may_undo(job: Job) -> bool:
    """A change that is done and whose verb knows the way back."""
    if job.kind != "bulk" or job.state != JobState.DONE:
        return False
    verb = verb_of(spec_of(job.listing), job.facts["verb"])
    return verb is not None and verb.undo is not None


@transaction.atomic
def undo(job: Job, *, by: Actor, now: dt.datetime) -> int:
    """Take a change back, row by row through the same rules; how many rows. Refused twice."""
    spec = spec_of(job.listing)
    verb = verb_of(spec, job.facts["verb"])
    hits = Job.objects.filter(pk=job.pk, state=JobState.DONE).update(state=JobState.UNDONE)
    if not hits or verb is None or verb.undo is None:
        raise Refused(_("This cannot be undone any more."))
    form = form_of(verb, by.user, job.facts["given"])
    form.is_valid()
    changed = [line for line in job.report if line["state"] == "changed"]
    rows = {row.pk: row for row in spec.rows(by.user).filter(pk__in=[one["id"] for one in changed])}
    for line in changed:
        row = rows.get(line["id"])
        if row is None or not verb.may(by.user, row):
            raise Refused(
                _("%(row)s cannot be changed any more; nothing was undone.")
                % {"row": line["label"]}
            )
        verb.undo(row, line["before"], form.cleaned_data, by=by, now=now)
    trail.record(job, "list.change_undone", by=by, now=now, facts={"rows": len(changed)})
    return len(changed)


def tag_verbs(may: Callable[[Any, Any], bool]) -> tuple[BulkVerb, BulkVerb]:
    """Put a tag on rows, take it off: for every list whose entity takes tags."""

    def fields(user: Any) -> dict[str, forms.Field]:
        return {"tag": forms.CharField(label=_("Tag"), max_length=40, validators=[plain_line])}

    def put(row: Any, values: dict, *, by: Actor, now: dt.datetime) -> Any:
        return {} if tagging.tag(row, values["tag"], by=by, now=now) else None

    def take(row: Any, values: dict, *, by: Actor, now: dt.datetime) -> Any:
        return {} if tagging.untag(row, values["tag"], by=by, now=now) else None

    return (
        BulkVerb(
            "tag", gettext_lazy("Put a tag"), fields, may, put,
            lambda row, before, values, *, by, now: tagging.untag(
                row, values["tag"], by=by, now=now
            ),
        ),
        BulkVerb(
            "untag", gettext_lazy("Take a tag off"), fields, may, take,
            lambda row, before, values, *, by, now: tagging.tag(row, values["tag"], by=by, now=now),
        ),
    )  # fmt: skip
