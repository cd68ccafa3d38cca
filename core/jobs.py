"""Jobs of people that outlast a page: taken up by any worker, with progress, cancelled at will."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import clock, registry, trail
from core.actors import Actor
from core.errors import Refused
from core.models import Attachment, Job, JobState, User
from core.notify import tell
from core.registry import label_of

logger = logging.getLogger("core.jobs")
LEASE = dt.timedelta(minutes=10)
TRIES = 3
KINDS = {"export": "core.lists.exporting:run", "bulk": "core.lists.bulk:run"}


class Cancelled(Exception):
    """The person does not want it any more."""


def work(now: dt.datetime, *, limit: int = 5) -> int:
    """Run jobs that wait, oldest first; how many were run. Many workers may do this at once."""
    done = 0
    for pk in list(Job.objects.waiting(now).order_by("id").values_list("pk", flat=True)[:limit]):
        lost = Q(state=JobState.RUNNING, leased_until__lte=now)
        free = Job.objects.filter(Q(state=JobState.WAITING) | lost, pk=pk)
        if free.update(
            state=JobState.RUNNING, leased_until=now + LEASE, attempts=F("attempts") + 1
        ):
            run(Job.objects.select_related("created_by").get(pk=pk), now=now)
            done += 1
    return done


def run(job: Job, *, now: dt.datetime) -> None:
    """One job to its end. A refusal and a bug both end it with their sentence; nothing is lost."""
    if job.attempts > TRIES:
        _finish(job, JobState.FAILED, now)
        return
    act = registry.load(KINDS[job.kind])
    with translation.override(job.created_by.language):
        try:
            state = act(job, progress=lambda done: _beat(job, done), now=now)
        except Cancelled:
            state = JobState.CANCELLED
        except Refused as refusal:
            job.facts = {**job.facts, "sentence": str(refusal.sentence)}
            state = JobState.REFUSED
        except Exception:
            logger.exception("job_failed", extra={"job": job.pk})
            state = JobState.FAILED
    _finish(job, state, now)


def cancel(job: Job, *, by: Actor, now: dt.datetime) -> None:
    """Stop a job: at once when it waits, at its next step when it runs."""
    cache.set(_stop(job), True, LEASE.total_seconds())
    if Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(
        state=JobState.CANCELLED, finished_at=now
    ):
        trail.record(job, "job.cancelled", by=by, now=now)
    elif not job.is_open:
        raise Refused(_("This job has ended already."))


def done_of(job: Job) -> int:
    """Rows that are through, also while a transaction hides them."""
    return int(cache.get(_through(job), job.done)) if job.is_open else job.done


def reads_file(user: User, attachment: Attachment) -> bool:
    """The file of a job: whoever asked for it, until it expires (FILE_ACCESS of the registry)."""
    rows = Job.objects.filter(pk=attachment.about_id, created_by=user)
    return rows.filter(expires_at__gt=clock.now()).exists()


def tidy(now: dt.datetime) -> int:
    """Throw away the files of jobs that expired; the trail keeps who took what."""
    ended = Job.objects.filter(expires_at__lte=now).values("pk")
    files = list(Attachment.objects.filter(about_label=label_of(Job), about_id__in=ended)[:500])
    for row in files:
        default_storage.delete(row.path)
        row.delete()
    return len(files)


def _stop(job: Job) -> str:
    return f"job:stop:{job.pk}:{job.created_at.timestamp()}"


def _through(job: Job) -> str:
    return f"job:done:{job.pk}:{job.created_at.timestamp()}"


def _beat(job: Job, done: int) -> None:
    """A step of a running job: says how far it is, and stops when it shall."""
    if cache.get(_stop(job)):
        raise Cancelled
    job.done = done
    cache.set(_through(job), done, LEASE.total_seconds())


def _finish(job: Job, state: str, now: dt.datetime) -> None:
    job.state, job.finished_at = state, now
    job.save(
        update_fields=["state", "finished_at", "done", "total", "report", "facts", "expires_at"]
    )
    cache.delete(_through(job))
    titles: dict[str, Any] = {
        JobState.DONE: gettext_noop("Done: %(title)s"),
        JobState.REFUSED: gettext_noop("Refused, nothing was changed: %(title)s"),
        JobState.FAILED: gettext_noop("Failed: %(title)s"),
    }
    if state in titles:
        tell(
            [job.created_by],
            kind="job.ended",
            title=titles[state],
            params={"title": job.title},
            once=f"job:{job.pk}:{state}",
            url=job.get_absolute_url(),
            now=now,
            mail=False,
        )
