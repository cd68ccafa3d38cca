"""Closed sets of the service floor: severities, levels, clocks, states, reasons and moves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Severity(models.IntegerChoices):
    """The only scale of severity: order means order. Travels as a key (see SEVERITY_KEYS)."""

    CRITICAL = 1, _("critical")
    MAJOR = 2, _("major")
    MINOR = 3, pgettext_lazy("severity", "minor")
    QUESTION = 4, _("question")


SEVERITY_KEYS = {
    Severity.CRITICAL: "critical",
    Severity.MAJOR: "major",
    Severity.MINOR: "minor",
    Severity.QUESTION: "question",
}
SEVERITY_OF = {key: value for value, key in SEVERITY_KEYS.items()}


class Level(models.TextChoices):
    """Service levels, best first."""

    PLATINUM = "platinum", _("platinum")
    GOLD = "gold", _("gold")
    SILVER = "silver", _("silver")
    WARRANTY = "warranty", _("warranty")
    NONE = "none", _("no commitment")


class TicketClass(models.TextChoices):
    """What a ticket is about."""

    FAULT = "fault", _("fault")
    TECHNICAL_QUESTION = "technical_question", _("technical question")
    COMPLAINT = "complaint", _("complaint")
    PRAISE = "praise", _("praise")
    NEED = "need", _("need")


class Channel(models.TextChoices):
    """How a ticket or a message reached us."""

    PORTAL = "portal", _("customer portal")
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    API = "api", _("system")
    FIELD = "field", _("in the field")


class TicketStatus(models.TextChoices):
    """State of a ticket (domain.md b.4.1)."""

    REPORTED = "reported", _("reported")
    ACCEPTED = "accepted", _("accepted")
    IN_PROGRESS = "in_progress", _("in progress")
    WAITING_CUSTOMER = "waiting_customer", _("waiting for the customer")
    RESTORED = "restored", _("restored")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", pgettext_lazy("ticket", "closed")
    REOPENED = "reopened", _("reopened")
    CANCELLED = "cancelled", _("cancelled")


FINISHED = (TicketStatus.CLOSED, TicketStatus.CANCELLED)
WORKING = (
    TicketStatus.ACCEPTED,
    TicketStatus.IN_PROGRESS,
    TicketStatus.REOPENED,
)
OPEN = tuple(status for status in TicketStatus if status not in FINISHED)

TICKET_MOVES = {
    TicketStatus.REPORTED: (TicketStatus.ACCEPTED, TicketStatus.CANCELLED),
    TicketStatus.ACCEPTED: (
        TicketStatus.IN_PROGRESS,
        TicketStatus.WAITING_CUSTOMER,
        TicketStatus.RESTORED,
        TicketStatus.RESOLVED,
        TicketStatus.CLOSED,
        TicketStatus.CANCELLED,
    ),
    TicketStatus.IN_PROGRESS: (
        TicketStatus.WAITING_CUSTOMER,
        TicketStatus.RESTORED,
        TicketStatus.RESOLVED,
    ),
    TicketStatus.WAITING_CUSTOMER: (
        TicketStatus.IN_PROGRESS,
        TicketStatus.RESTORED,
        TicketStatus.RESOLVED,
    ),
    TicketStatus.RESTORED: (
        TicketStatus.WAITING_CUSTOMER,
        TicketStatus.RESOLVED,
        TicketStatus.IN_PROGRESS,
    ),
    TicketStatus.RESOLVED: (TicketStatus.CLOSED, TicketStatus.IN_PROGRESS),
    TicketStatus.CLOSED: (TicketStatus.REOPENED,),
    TicketStatus.REOPENED: (
        TicketStatus.IN_PROGRESS,
        TicketStatus.WAITING_CUSTOMER,
        TicketStatus.RESTORED,
        TicketStatus.RESOLVED,
    ),
    TicketStatus.CANCELLED: (),
}

STATUS_TONES = {
    TicketStatus.REPORTED: "risk",
    TicketStatus.ACCEPTED: "info",
    TicketStatus.IN_PROGRESS: "watch",
    TicketStatus.WAITING_CUSTOMER: "paused",
    TicketStatus.RESTORED: "ok",
    TicketStatus.RESOLVED: "ok",
    TicketStatus.CLOSED: "none",
    TicketStatus.REOPENED: "risk",
    TicketStatus.CANCELLED: "none",
}


class Line(models.IntegerChoices):
    """Support lines. Travels as l1, l2, l3."""

    L1 = 1, _("first line")
    L2 = 2, _("second line")
    L3 = 3, _("third line")


LINE_KEYS = {Line.L1: "l1", Line.L2: "l2", Line.L3: "l3"}


class Verdict(models.TextChoices):
    """What the customer is entitled to (domain.md b.4.1)."""

    PER_STANDARD = "per_standard", _("by contract")
    NOT_ENTITLED = "not_entitled", _("not entitled")
    NO_DATA = "no_data", _("no record")


class RootCause(models.TextChoices):
    """Why it happened; asked when a ticket closes."""

    HARDWARE = "hardware", _("hardware")
    SOFTWARE = "software", _("software")
    CONFIGURATION = "configuration", _("configuration")
    OPERATION = "operation", _("handling")
    ENVIRONMENT = "environment", _("power and environment")
    THIRD_PARTY = "third_party", _("third party")
    DOCUMENTATION = "documentation", _("documentation")
    SERVICE_QUALITY = "service_quality", _("quality of our service")
    NO_FAULT_FOUND = "no_fault_found", _("no fault found")
    UNKNOWN = "unknown", _("not known")


class ClockKind(models.TextChoices):
    """The clocks of a ticket (clocks.md 2)."""

    RESPONSE = "response", _("response")
    ONSITE = "onsite", _("on site")
    RESTORE = "restore", _("restore")
    RESOLVE = "resolve", _("resolve")
    UPDATE = "update", _("update")
    CALLBACK = "callback", _("callback")
    HOP = "hop", _("handover")


class ClockState(models.TextChoices):
    """Where a clock stands: a cache of the timeline."""

    NOT_STARTED = "not_started", _("not started")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    MET = "met", _("met")
    BREACHED_RUNNING = "breached_running", _("overdue")
    BREACHED_STOPPED = "breached_stopped", pgettext_lazy("clock", "missed")
    CANCELLED = "cancelled", _("cancelled")


LIVE = (ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED_RUNNING)


class CalendarRule(models.TextChoices):
    """Which hours a clause counts."""

    ALWAYS = "24x7", _("round the clock")
    CONTRACT = "contract", _("working hours")


class TargetUnit(models.TextChoices):
    """Unit of a target; bd = working minutes of the calendar's standard day (clocks.md 3)."""

    MINUTES = "minutes", _("minutes")
    BD = "bd", _("working days")


class PauseReason(models.TextChoices):
    """Waits that the customer causes; nothing else pauses a clock (clocks.md 2)."""

    WAITING_CUSTOMER = "waiting_customer", _("waiting for the customer")
    NO_ACCESS = "no_access", _("access denied")
    WINDOW_SET_BY_CUSTOMER = "window_set_by_customer", _("window set by the customer")


class EventKind(models.TextChoices):
    """What happened to a ticket; the event log is the truth (clocks.md 1)."""

    REPORTED = "reported", _("reported")
    ACCEPTED = "accepted", _("accepted")
    CLAIMED = "claimed", _("claimed")
    UNCLAIMED = "unclaimed", _("claim taken back")
    ASSIGNED = "assigned", _("assigned")
    CONTACTED = "contacted", _("customer contacted")
    MESSAGE_IN = "message_in", _("message from the customer")
    UPDATE_SENT = "update_sent", _("update sent to the customer")
    NOTE = "note", _("internal note")
    PAUSED = "paused", _("clocks paused")
    RESUMED = "resumed", _("clocks resumed")
    DISPATCHED = "dispatched", _("engineer dispatched")
    DISPATCH_CANCELLED = "dispatch_cancelled", _("dispatch cancelled")
    ARRIVED = "arrived", _("arrived on site")
    RESTORED = "restored", _("service restored")
    RESOLVED = "resolved", _("resolved")
    CONFIRMED = "confirmed", _("confirmed by the customer")
    REJECTED = "rejected", _("rejected by the customer")
    CLOSED = "closed", pgettext_lazy("ticket", "closed")
    REOPENED = "reopened", _("reopened")
    CANCELLED = "cancelled", _("cancelled")
    SEVERITY_CHANGED = "severity_changed", _("severity changed")
    LEVEL_CHANGED = "level_changed", _("service level changed")
    POLICY_APPLIED = "policy_applied", _("clauses applied again")
    HANDED_OVER = "handed_over", _("handed to the next line")
    HOP_ACCEPTED = "hop_accepted", _("taken over by the line")
    CALLED_BACK = "called_back", _("called back")
    ESCALATED = "escalated", _("escalated")
    ACKNOWLEDGED = "acknowledged", _("escalation acknowledged")
    CORRECTED = "corrected", _("time corrected")


class ThresholdState(models.TextChoices):
    """What became of a crossed threshold."""

    NOTIFIED = "notified", _("notified")
    INHIBITED = "inhibited", _("covered by a higher step")
    SKIPPED_BY_CHANGE = "skipped_by_change", _("passed by a change")
    SILENT = "silent", _("recorded, nobody paged")


class BreachReason(models.TextChoices):
    """Why a target was missed; asked within one working day (clocks.md 5)."""

    LATE_ASSIGNMENT = "late_assignment", _("assigned late")
    SKILL_GAP = "skill_gap", _("skill missing")
    SPARE_PART = "spare_part", _("spare part")
    VENDOR = "vendor", _("vendor")
    RND_FIX = "rnd_fix", _("fix from R&D")
    CHANGE_WINDOW_OWN = "change_window_own", _("our own change window")
    CUSTOMER_SIDE = "customer_side", _("on the customer's side")
    ACCESS = "access", _("access")
    MISROUTED = "misrouted", _("sent to the wrong group")
    SEVERITY_WRONG = "severity_wrong", _("wrong severity")
    FORCE_MAJEURE = "force_majeure", _("force majeure")
    MONITORING_GAP = "monitoring_gap", _("gap in monitoring")
    DATA_ENTRY_LATE = "data_entry_late", _("recorded late")
    SYSTEM_DOWN = "system_down", _("system down")
    RECLASSIFIED = "reclassified", _("reclassified")


class EscalationKind(models.TextChoices):
    """Who is called: hands or heads."""

    TECHNICAL = "technical", _("technical escalation")
    MANAGEMENT = "management", _("management escalation")


class EscalationReason(models.TextChoices):
    """Why somebody was called."""

    THRESHOLD = "threshold", _("time used up")
    BELOW_EXPECTATION = "below_expectation", _("progress below expectation")
    SOLUTION_REJECTED = "solution_rejected", _("plan rejected by the customer")
    KDM_COMPLAINT = "kdm_complaint", _("complaint of a key decision maker")
    KDM_RISK = "kdm_risk", _("likely complaint of a key decision maker")
    REOPENED = "reopened", _("reopened for the third time")
    REPEATED = "repeated", _("same fault for the third time")
    MANUAL = "manual", _("asked for")


class EscalationStatus(models.TextChoices):
    """State of an escalation."""

    RAISED = "raised", _("told")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    ACTING = "acting", _("acting")
    CLOSED = "closed", pgettext_lazy("escalation", "closed")


class ContractStatus(models.TextChoices):
    """State of a service contract."""

    DRAFT = "draft", _("draft")
    ACTIVE = "active", pgettext_lazy("contract", "active")
    EXPIRING = "expiring", _("expiring")
    EXPIRED = "expired", _("expired")
    RENEWED = "renewed", _("renewed")
    TERMINATED = "terminated", _("terminated")


CONTRACT_IN_FORCE = (ContractStatus.ACTIVE, ContractStatus.EXPIRING)
CONTRACT_MOVES = {
    ContractStatus.DRAFT: (ContractStatus.ACTIVE, ContractStatus.TERMINATED),
    ContractStatus.ACTIVE: (
        ContractStatus.EXPIRING,
        ContractStatus.EXPIRED,
        ContractStatus.RENEWED,
        ContractStatus.TERMINATED,
    ),
    ContractStatus.EXPIRING: (
        ContractStatus.EXPIRED,
        ContractStatus.RENEWED,
        ContractStatus.TERMINATED,
    ),
}


class BulletinStage(models.TextChoices):
    """The four bulletins of a critical ticket (R-T7)."""

    FIRST = "first", _("first bulletin")
    PROGRESS = "progress", _("progress bulletin")
    RESTORED = "restored", _("restoration bulletin")
    ROOT_CAUSE = "root_cause", _("root cause bulletin")


class Audience(models.TextChoices):
    """Who reads a bulletin."""

    INTERNAL = "internal", _("internal")
    CUSTOMER = "customer", _("customer")


class BulletinStatus(models.TextChoices):
    """State of a bulletin; late never clears."""

    DUE = "due", _("due")
    SENT = "sent", _("sent")
    LATE = "late", _("sent late")
    DROPPED = "dropped", _("not needed")


LADDER_ROLES = {
    "owner": _("owner of the ticket"),
    "l1_lead": _("leads of the first line"),
    "l2_duty": _("duty of the second line"),
    "l3_duty": _("duty of the third line"),
    "rnd_duty": _("duty of R&D"),
    "rnd_manager": _("R&D manager"),
    "ar": _("account manager"),
    "sr": _("solution expert"),
    "fr": _("delivery manager"),
    "service_manager": _("service manager"),
    "unit_head": _("head of the unit"),
    "regional_head": _("regional head"),
    "executive_sponsor": _("executive sponsor"),
    "executive": _("executive"),
    "admin": _("administrator"),
}
"""The roles of the ladder in words, by their keys in `ladders`."""
