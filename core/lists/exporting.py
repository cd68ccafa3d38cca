"""What a person sees as a file: the columns and filters of a view, all pages, never a secret."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from core import exports, files, policies, policy, trail
from core.actors import Actor
from core.errors import Refused
from core.lists.reading import Listing, listing_of
from core.lists.spec import Asker, Cell, spec_of
from core.models import Job, JobState
from core.nudge import soon
from core.paging import batches

BATCH = 500
HOUR = dt.timedelta(hours=1)


def listing_for(key: str, user: Any, query: str, now: dt.datetime) -> Listing:
    """A list outside a request: in sight of the person, without locked columns."""
    request = SimpleNamespace(user=user, GET=QueryDict(query))
    return listing_of(spec_of(key), request, Asker(user, now), exporting=True)


def count_of(listing: Listing, most: int) -> int:
    """Rows of an export, at most `most` + 1: a count never reads a whole large table."""
    return listing.rows.order_by()[: most + 1].count()


def header_of(listing: Listing) -> list[str]:
    """The heads of the columns."""
    return [str(column.label) for column in listing.columns]


def rows_of(
    listing: Listing, progress: Callable[[int], None] = lambda done: None
) -> Iterator[list[Any]]:
    """Every row of the list by keyset, a bounded number of queries a batch."""
    done = 0
    for rows in batches(listing.rows, ordering=listing.ordering, size=BATCH):
        for line in listing.lines_of(rows):
            yield [_plain(column.value(line)) for column in listing.columns]
        done += len(rows)
        progress(done)


def _plain(value: Any) -> Any:
    if isinstance(value, Cell):
        return " ".join(part for part in (value.text, value.sub) if part)
    return value


@transaction.atomic
def ask_for(listing: Listing, kind: str, *, by: Actor, now: dt.datetime) -> Job:
    """Book an export: a small one is `done` and handed out at once, a large one waits its turn.

    Refused above the hourly allowance, or above the largest export.
    """
    user = by.user
    if user is None:
        raise Refused(_("Only a person exports."))
    total = _allowed(listing, user, now)
    small = total <= policy.get(policies.EXPORT_AT_ONCE, at=now)
    job = Job.objects.create(
        kind="export",
        listing=listing.spec.key,
        title=_("%(list)s, %(count)d rows as %(kind)s")
        % {"list": listing.spec.title, "count": total, "kind": kind.upper()},
        state=JobState.DONE if small else JobState.WAITING,
        total=total,
        done=total if small else 0,
        facts={"query": listing.query, "format": kind},
        created_at=now,
        created_by=user,
        finished_at=now if small else None,
    )
    trail.record(
        job,
        "list.exported",
        by=by,
        now=now,
        facts={
            "list": listing.spec.key,
            "query": listing.query,
            "columns": [column.key for column in listing.columns],
            "rows": total,
            "format": kind,
        },
    )
    if not small:
        soon("jobs")
    return job


def _allowed(listing: Listing, user: Any, now: dt.datetime) -> int:
    """How many rows it will be; Refused above the hourly allowance or the largest export."""
    allowance = policy.get(policies.EXPORTS_PER_HOUR, at=now)
    recent = Job.objects.filter(kind="export", created_by=user, created_at__gt=now - HOUR)
    if recent.count() >= allowance:
        raise Refused(
            _("%(most)d exports an hour are allowed; wait a little.") % {"most": allowance},
            rule="trust.exports",
        )
    most = policy.get(policies.EXPORT_MOST, at=now)
    total = count_of(listing, most)
    if total > most:
        raise Refused(
            _("More than %(most)d rows; narrow the list with filters.") % {"most": most},
            rule="trust.exports",
        )
    return total


def run(job: Job, *, progress: Callable[[int], None], now: dt.datetime) -> str:
    """The job: the person's sight and the columns are judged anew, the file expires."""
    listing = listing_for(job.listing, job.created_by, job.facts["query"], now)
    kind = job.facts["format"]
    rows = rows_of(listing, progress)
    if kind == "xlsx":
        content = exports.xlsx(header_of(listing), rows, title=str(listing.spec.title))
    else:
        content = "".join(exports.csv_rows(header_of(listing), rows)).encode()
    job.expires_at = now + dt.timedelta(hours=policy.get(policies.EXPORT_KEPT_H, at=now))
    name = f"{listing.spec.title}-{now:%Y%m%d-%H%M}.{kind}"
    files.store(content, name=name, about=job, by=Actor.of(job.created_by, "system"), now=now)
    return JobState.DONE
