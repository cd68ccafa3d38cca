"""Tables of the ground floor, one aggregate per file."""

from core.models.access import (
    ApiToken,
    Attachment,
    IdempotencyRecord,
    ImportBatch,
    ImportMapping,
    ImportRow,
    LoginAttempt,
    PolicyValue,
    Sequence,
    WebhookEndpoint,
)
from core.models.base import Record, Referenced, in_choices
from core.models.calendar import Calendar, CalendarException, CalendarVersion
from core.models.queue import (
    About,
    Event,
    EventConsumer,
    EventDelivery,
    Heartbeat,
    HeartbeatGap,
    Notification,
    NotificationChannel,
    OutboxMessage,
    Timer,
)
from core.models.search import SearchEntry
from core.models.trail import TrailEntry, TrailPersonal, TrailSeal
from core.models.user import User

__all__ = [
    "About",
    "ApiToken",
    "Attachment",
    "Calendar",
    "CalendarException",
    "CalendarVersion",
    "Event",
    "EventConsumer",
    "EventDelivery",
    "Heartbeat",
    "HeartbeatGap",
    "IdempotencyRecord",
    "ImportBatch",
    "ImportMapping",
    "ImportRow",
    "LoginAttempt",
    "Notification",
    "NotificationChannel",
    "OutboxMessage",
    "PolicyValue",
    "Record",
    "Referenced",
    "SearchEntry",
    "Sequence",
    "Timer",
    "TrailEntry",
    "TrailPersonal",
    "TrailSeal",
    "User",
    "WebhookEndpoint",
    "in_choices",
]
