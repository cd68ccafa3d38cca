"""Closed sets of the floor of promises: states, classes, sides, ranks of answers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProjectStatus(models.TextChoices):
    """Life of a project (domain.md b.3.2)."""

    INITIATING = "initiating", _("initiating")
    EXECUTING = "executing", _("executing")
    ACCEPTANCE = "acceptance", _("in acceptance")
    WARRANTY = "warranty", _("under warranty")
    CLOSED = "closed", pgettext_lazy("project", "closed")
    ON_HOLD = "on_hold", _("on hold")
    CANCELLED = "cancelled", pgettext_lazy("project", "cancelled")


PROJECT_OPEN = (
    ProjectStatus.INITIATING,
    ProjectStatus.EXECUTING,
    ProjectStatus.ACCEPTANCE,
    ProjectStatus.WARRANTY,
    ProjectStatus.ON_HOLD,
)


class ProjectRole(models.TextChoices):
    """What somebody is in a project; the first three are the iron triangle."""

    AR = "ar", _("account manager")
    SR = "sr", _("solution expert")
    FR = "fr", _("delivery manager")
    RND = "rnd", _("R&D assessor")
    SVC = "svc", _("service manager")
    FIN = "fin", _("finance")
    PRO = "pro", _("procurement")
    QM = "qm", _("quality manager")
    OTHER = "other", pgettext_lazy("project role", "other")


TRIANGLE = (ProjectRole.AR, ProjectRole.SR, ProjectRole.FR)


class MemberStatus(models.TextChoices):
    """State of a project membership."""

    ACTIVE = "active", pgettext_lazy("membership", "active")
    ENDED = "ended", _("ended")


class MilestoneStatus(models.TextChoices):
    """State of a milestone."""

    PLANNED = "planned", _("planned")
    AT_RISK = "at_risk", _("at risk")
    DONE = "done", _("done")
    MISSED = "missed", _("missed")


class CommitmentTo(models.TextChoices):
    """To whom a promise was made."""

    CUSTOMER = "customer", _("customer")
    INTERNAL = "internal", _("between departments")


class CommitmentStatus(models.TextChoices):
    """Life of one dated promise."""

    PROPOSED = "proposed", pgettext_lazy("commitment", "proposed")
    CONFIRMED = "confirmed", _("confirmed")
    AT_RISK = "at_risk", _("at risk")
    MET = "met", pgettext_lazy("commitment", "met")
    MISSED = "missed", _("missed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REPLACED = "replaced", _("replaced")


COMMITMENT_OPEN = (
    CommitmentStatus.PROPOSED,
    CommitmentStatus.CONFIRMED,
    CommitmentStatus.AT_RISK,
)


class Health(models.TextChoices):
    """Red, amber, green: a tone that a report gives."""

    GREEN = "green", _("green")
    AMBER = "amber", _("amber")
    RED = "red", _("red")


class Dimension(models.TextChoices):
    """Where a need was found."""

    BUSINESS = "business", _("business needs")
    TECHNICAL = "technical", _("technical needs")
    IMPLICIT = "implicit", _("implicit needs")


class Operator(models.TextChoices):
    """How a measured value is compared with the target."""

    LTE = "lte", "≤"
    LT = "lt", "<"
    GTE = "gte", "≥"
    GT = "gt", ">"
    EQ = "eq", "="
    DONE = "done", _("is delivered")


class PriorityClass(models.TextChoices):
    """Must, negotiable or not in this period."""

    MUST = "must", _("must")
    NEGOTIABLE = "negotiable", _("negotiable")
    DEFERRED = "deferred", _("deferred")


class Mandatory(models.TextChoices):
    """Why an item is a must whatever its value (R-E1)."""

    CONTRACT = "contract", _("contract")
    REGULATION = "regulation", _("regulation")
    SAFETY = "safety", _("safety")


class Feasibility(models.TextChoices):
    """Verdict on an item (F3)."""

    FEASIBLE = "feasible", _("feasible")
    CONDITIONAL = "conditional", _("feasible with conditions")
    INFEASIBLE = "infeasible", _("not feasible")


class ItemStatus(models.TextChoices):
    """Life of an expectation item (domain.md b.3.1)."""

    DRAFT = "draft", _("draft")
    CLARIFIED = "clarified", _("clarified")
    CONFIRMED = "confirmed", _("confirmed")
    IN_FULFILMENT = "in_fulfilment", _("in fulfilment")
    ACCEPTED = "accepted", pgettext_lazy("item", "accepted")
    PARTLY_ACCEPTED = "partly_accepted", _("partly accepted")
    UNMET = "unmet", _("unmet")
    DROPPED = "dropped", _("dropped")
    SUPERSEDED = "superseded", _("superseded")


ITEM_OPEN = (ItemStatus.DRAFT, ItemStatus.CLARIFIED)
ITEM_PROMISED = (ItemStatus.CONFIRMED, ItemStatus.IN_FULFILMENT)
ITEM_DECIDED = (
    ItemStatus.ACCEPTED,
    ItemStatus.PARTLY_ACCEPTED,
    ItemStatus.UNMET,
    ItemStatus.DROPPED,
    ItemStatus.SUPERSEDED,
)


class FormStatus(models.TextChoices):
    """Life of a confirmation form (domain.md b.3.1)."""

    DRAFT = "draft", _("draft")
    INTERNAL_REVIEW = "internal_review", _("in internal review")
    READY = "ready", _("ready to send")
    SENT = "sent", _("waiting for the customer's signature")
    PARTLY_SIGNED = "partly_signed", _("waiting for our signature")
    EFFECTIVE = "effective", _("effective")
    COMMENTED = "commented", _("commented by the customer")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUPERSEDED = "superseded", _("superseded")
    TERMINATED = "terminated", _("terminated")


FORM_OPEN = (
    FormStatus.DRAFT,
    FormStatus.INTERNAL_REVIEW,
    FormStatus.READY,
    FormStatus.SENT,
    FormStatus.PARTLY_SIGNED,
)
FORM_FROZEN = (
    FormStatus.SENT,
    FormStatus.PARTLY_SIGNED,
    FormStatus.EFFECTIVE,
    FormStatus.COMMENTED,
    FormStatus.EXPIRED,
    FormStatus.WITHDRAWN,
    FormStatus.SUPERSEDED,
    FormStatus.TERMINATED,
)
FORM_TONES = {
    FormStatus.DRAFT: "none",
    FormStatus.INTERNAL_REVIEW: "info",
    FormStatus.READY: "info",
    FormStatus.SENT: "watch",
    FormStatus.PARTLY_SIGNED: "watch",
    FormStatus.EFFECTIVE: "ok",
    FormStatus.COMMENTED: "risk",
    FormStatus.EXPIRED: "breach",
}
PROJECT_TONES = {
    ProjectStatus.INITIATING: "info",
    ProjectStatus.EXECUTING: "ok",
    ProjectStatus.ACCEPTANCE: "info",
    ProjectStatus.WARRANTY: "ok",
    ProjectStatus.ON_HOLD: "paused",
}


class Side(models.TextChoices):
    """Whose signature it is."""

    CUSTOMER = "customer", _("customer")
    OURS = "ours", _("ours")


class SignMethod(models.TextChoices):
    """How somebody signed."""

    PORTAL_OTP = "portal_otp", _("portal with a one-time code")
    SESSION = "session", _("signed in, confirmed by password")
    EMAIL_REPLY = "email_reply", _("reply by e-mail")
    SEALED_SCAN = "sealed_scan", _("sealed scan")
    IN_PERSON = "in_person", _("in person")
    EXTERNAL = "external_esign", _("licensed signing service")


RECORDED_METHODS = (SignMethod.EMAIL_REPLY, SignMethod.SEALED_SCAN, SignMethod.IN_PERSON)


class SignatureStatus(models.TextChoices):
    """A recorded signature waits for a second person; the others are signed at once."""

    PENDING = "pending", pgettext_lazy("signature", "pending")
    SIGNED = "signed", _("signed")
    DECLINED = "declined", pgettext_lazy("signature", "declined")


class RiskCategory(models.TextChoices):
    """What a risk comes from."""

    SUPPLY_DELAY = "supply_delay", _("supply delay")
    REQUIREMENT_CHANGE = "requirement_change", _("requirement change")
    RESOURCE = "resource", _("resources")
    TECHNICAL = "technical", _("technical")
    SITE_READINESS = "site_readiness", _("site readiness")
    QUALITY = "quality", _("quality")
    PAYMENT = "payment", _("payment")
    REGULATORY = "regulatory", _("regulation")
    COMPETITOR = "competitor", _("competitor")
    OTHER = "other", pgettext_lazy("risk", "other")


class RiskStatus(models.TextChoices):
    """Life of a risk (domain.md b.3.2)."""

    OPEN = "open", pgettext_lazy("risk", "open")
    MITIGATING = "mitigating", _("mitigating")
    OCCURRED = "occurred", _("occurred")
    ACCEPTED = "accepted", pgettext_lazy("risk", "accepted")
    CLOSED = "closed", pgettext_lazy("risk", "closed")


RISK_OPEN = (RiskStatus.OPEN, RiskStatus.MITIGATING, RiskStatus.OCCURRED)


class NoticeStatus(models.TextChoices):
    """Workflow of a 72-hour notice (clocks.md 6.4)."""

    PENDING = "pending", pgettext_lazy("notice", "pending")
    DRAFTED = "drafted", _("drafted")
    APPROVED = "approved", pgettext_lazy("notice", "approved")
    SENT = "sent", pgettext_lazy("notice", "sent")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    SETTLED = "settled", _("settled")
    CANCELLED = "cancelled", pgettext_lazy("notice", "cancelled")


NOTICE_UNTOLD = (NoticeStatus.PENDING, NoticeStatus.DRAFTED, NoticeStatus.APPROVED)
NOTICE_TOLD = (NoticeStatus.SENT, NoticeStatus.ACKNOWLEDGED)


class NoticeVerdict(models.TextChoices):
    """How the customer was told (clocks.md 6.4)."""

    PENDING = "pending", _("not told yet")
    ON_TIME = "on_time", _("on time")
    LATE = "late", pgettext_lazy("verdict", "late")
    LATE_SHORT_KNOWN = "late_short_known", _("late, known at short notice")
    LATE_PULLED_IN = "late_pulled_in", _("late, the date moved in")
    AFTER_IMPACT = "after_impact", _("after the impact")
    OVERDUE = "overdue", pgettext_lazy("verdict", "overdue")
    MISSED = "missed", pgettext_lazy("verdict", "missed")
    MISSED_NO_IMPACT = "missed_no_impact", _("missed, without impact")
    NOT_REQUIRED = "not_required", _("not required")


class NoticeChannel(models.TextChoices):
    """How the customer was told; oral counts from its written confirmation."""

    EMAIL = "email", _("e-mail and portal")
    ORAL = "oral", _("by phone or in person")
    LETTER = "letter", _("letter")
    MESSAGE = "message", _("chat message")


class AlternativeKind(models.TextChoices):
    """What we offer instead."""

    RESEQUENCE = "resequence", _("another order of work")
    SUBSTITUTE_PART = "substitute_part", _("substitute part")
    PARTIAL_DELIVERY = "partial_delivery", _("partial delivery")
    LOAN_EQUIPMENT = "loan_equipment", _("loan equipment")
    WORKAROUND = "workaround", _("workaround")
    SERVICE_COMPENSATION = "service_compensation", _("service compensation")
    DOWNGRADE = "downgrade", _("smaller scope")
    VALUE_ADD = "value_add", _("added value")
    RESOURCE_SWAP = "resource_swap", _("exchange of resources")


class AlternativeStatus(models.TextChoices):
    """What the customer said to an alternative."""

    OFFERED = "offered", _("offered")
    CHOSEN = "chosen", _("chosen")
    REFUSED = "refused", pgettext_lazy("alternative", "refused")


class ReportStatus(models.TextChoices):
    """Life of a weekly report."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    RETURNED = "returned", _("returned")
