"""Rows of the permission table of the ground floor."""

from core import clock
from core.models import Notification, TrailEntry
from core.tests.permission_rows import STAFF, TOKEN, Row, page, resource


def notification(world):
    """A line for lin."""
    return Notification.objects.create(
        user=world.lin, kind="sample", title="Sample", once="sample", created_at=clock.now()
    )


def entry(world):
    """Something lin did, on nobody's timeline."""
    return TrailEntry.objects.create(
        about_label="core.user",
        about_id=world.lin.pk,
        verb="user.changed",
        actor=world.lin,
        channel="browser",
        occurred_at=clock.now(),
        recorded_at=clock.now(),
        key_id="k1",
        mac="0" * 64,
    )


ANYBODY = STAFF | TOKEN | {"anonymous", "portal", "outsider"}
MINE = frozenset({"lin"})

ROWS = [
    *resource("notifications", notification, sees=MINE | TOKEN, verbs={"read": MINE | TOKEN}),
    *resource("trail-entries", entry, sees=MINE | TOKEN | {"adm"}),
    Row("api/v1/me/", get=STAFF | TOKEN),
    Row("api/v1/domain-events/", get=STAFF | TOKEN),
    Row("api/v1/policies/", get=STAFF | TOKEN),
    Row("api/v1/schema/", get=ANYBODY, door="public"),
    Row("api/v1/docs/", get=ANYBODY, door="public"),
    Row("api/v1/errors/", get=ANYBODY, door="public"),
]
