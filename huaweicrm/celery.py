"""The Celery application: it only nudges, the rows are the truth.

`celery -A huaweicrm worker` and `celery -A huaweicrm beat`; any number of either may run.
"""

from __future__ import annotations

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

from huaweicrm.registry import HEARTBEAT

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huaweicrm.settings")
# Celery would run every check of Django at the start of each worker and beat, as long again as the
# start itself and with all pages in memory, and then look at no answer. Every `manage.py` command
# does: `migrate`, which comes before a start, and `check`.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
TASK = "huaweicrm.run"
EXPIRES_S = 60
# Whose turn comes after the others': what sends may take a place for seconds, and there is always
# something to send while much falls due (0 is first, 9 is last).
AFTER_OTHERS = {"deliver": 3}


def schedule() -> dict[str, dict[str, Any]]:
    """The periodic jobs in the words of beat. A run that waited a minute is dropped: long enough
    for machines whose clocks differ by seconds, short enough that none pile up."""
    return {
        name: {
            "task": TASK,
            "schedule": float(seconds),
            "args": (name,),
            "options": {"expires": max(seconds, EXPIRES_S), "priority": AFTER_OTHERS.get(name, 0)},
        }
        for name, (seconds, _path) in HEARTBEAT.items()
    }


app = Celery("huaweicrm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ["huaweicrm.tasks"]
app.conf.beat_schedule = schedule()


@setup_logging.connect
def log_like_the_rest(**_more: Any) -> None:
    """Celery's own format prints arguments and messages of errors: the workers log as we do."""
    logging.config.dictConfig(settings.LOGGING)
