"""Throws away what nobody needs any more: old answers, old failures, ended sessions, drafts."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session

from core import jobs
from core.api.idempotency import forget_old
from core.imports import drafts
from core.models import LoginAttempt

ATTEMPTS_KEPT = dt.timedelta(days=30)


def tidy(now: dt.datetime) -> int:
    """Delete answers after 24 h, failed sign-ins after 30 days, ended sessions, and uploads that
    nobody imported within a day; how many."""
    answers = forget_old(now)
    failures, _by_model = LoginAttempt.objects.filter(at__lte=now - ATTEMPTS_KEPT).delete()
    ended, _by_model = Session.objects.filter(expire_date__lte=now).delete()
    return answers + failures + ended + jobs.tidy(now) + drafts.forget_old(now)
