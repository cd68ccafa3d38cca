"""Closed sets of the relationship floor: attitudes, seats, channels, states."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Attitude(models.TextChoices):
    """Where somebody stands towards us, by the sign of support (b.2.2)."""

    SUPPORTER = "supporter", pgettext_lazy("attitude", "supporter")
    NEUTRAL = "neutral", pgettext_lazy("attitude", "neutral")
    OPPONENT = "opponent", pgettext_lazy("attitude", "opponent")


class SeatRole(models.TextChoices):
    """Roles in a buying decision (b.2.1 PowerSeat); the shape of a token."""

    APPROVER = "approver", pgettext_lazy("seat", "approver")
    DECIDER = "decider", pgettext_lazy("seat", "decider")
    EVALUATOR = "evaluator", pgettext_lazy("seat", "evaluator")
    INFLUENCER = "influencer", pgettext_lazy("seat", "influencer")
    SUPPORTER = "supporter", pgettext_lazy("seat", "supporter")
    USER = "user", pgettext_lazy("seat", "user")
    GATEKEEPER = "gatekeeper", pgettext_lazy("seat", "gatekeeper")


SEAT_WEIGHTS = {
    SeatRole.DECIDER: 5,
    SeatRole.APPROVER: 4,
    SeatRole.EVALUATOR: 3,
    SeatRole.INFLUENCER: 2,
    SeatRole.SUPPORTER: 1,
    SeatRole.USER: 1,
    SeatRole.GATEKEEPER: 1,
}
"""Size of a token, in the order of R-R3; the key index asks the policies of these weights."""


class SeatState(models.TextChoices):
    """What is known of a seat; derived, never stored (b.2.1)."""

    VACANT = "vacant", pgettext_lazy("seat", "vacant")
    IDENTIFIED = "identified", pgettext_lazy("seat", "not assessed")
    COVERED = "covered", pgettext_lazy("seat", "covered")


class Chain(models.TextChoices):
    """Which decision a power map draws."""

    OVERALL = "overall", pgettext_lazy("chain", "overall")
    TECHNICAL = "technical", pgettext_lazy("chain", "technical")
    COMMERCIAL = "commercial", pgettext_lazy("chain", "commercial")


class MapStatus(models.TextChoices):
    """State of a power map; one overall map of a customer is in force."""

    DRAFT = "draft", pgettext_lazy("power map", "draft")
    ACTIVE = "active", pgettext_lazy("power map", "in force")
    ARCHIVED = "archived", pgettext_lazy("power map", "archived")


class EdgeKind(models.TextChoices):
    """What one seat does to another one."""

    INFLUENCES = "influences", pgettext_lazy("influence", "influences")
    CONFLICTS = "conflicts", pgettext_lazy("influence", "is in conflict with")
    SPONSORS = "sponsors", pgettext_lazy("influence", "sponsors")


class Confidence(models.TextChoices):
    """How sure the assessor is."""

    LOW = "low", pgettext_lazy("confidence", "low")
    MEDIUM = "medium", pgettext_lazy("confidence", "medium")
    HIGH = "high", pgettext_lazy("confidence", "high")


class GridStatus(models.TextChoices):
    """State of a grid assessment; confirmed and stale ones are current."""

    PROPOSED = "proposed", pgettext_lazy("grid", "waiting for confirmation")
    CONFIRMED = "confirmed", pgettext_lazy("grid", "confirmed")
    REJECTED = "rejected", pgettext_lazy("grid", "rejected")
    SUPERSEDED = "superseded", pgettext_lazy("grid", "superseded")
    STALE = "stale", pgettext_lazy("grid", "to re-check")


CURRENT = (GridStatus.CONFIRMED, GridStatus.STALE)
COUNTED = (GridStatus.CONFIRMED, GridStatus.STALE, GridStatus.SUPERSEDED)
"""States of positions that were true at some time: what time travel reads."""


class Period(models.TextChoices):
    """How far back movement is told."""

    MONTH = "month", pgettext_lazy("period", "a month")
    QUARTER = "quarter", pgettext_lazy("period", "a quarter")
    HALF = "half", pgettext_lazy("period", "half a year")
    YEAR = "year", pgettext_lazy("period", "a year")


PERIOD_DAYS = {Period.MONTH: 30, Period.QUARTER: 91, Period.HALF: 182, Period.YEAR: 365}


class RoundStatus(models.TextChoices):
    """State of a round in which several people rate one contact."""

    OPEN = "open", pgettext_lazy("round", "open")
    CLOSED = "closed", pgettext_lazy("round", "closed")
    CANCELLED = "cancelled", pgettext_lazy("round", "cancelled")


class Layer(models.TextChoices):
    """Which relation a plan is about: a person, the breadth of people, the two organisations."""

    KEY = "key", pgettext_lazy("layer", "key person")
    UNIVERSAL = "universal", pgettext_lazy("layer", "universal")
    ORGANISATIONAL = "organisational", pgettext_lazy("layer", "organisational")


class Grade(models.TextChoices):
    """Grade of a layer, the best first (R-R11, R-R12)."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


GRADES = {Layer.UNIVERSAL: "ABCD", Layer.ORGANISATIONAL: "ABC"}
"""Grades that a layer has."""


class PlanStatus(models.TextChoices):
    """State of a relationship plan (b.2.1)."""

    DRAFT = "draft", pgettext_lazy("plan", "draft")
    APPROVED = "approved", pgettext_lazy("plan", "approved")
    IN_PROGRESS = "in_progress", pgettext_lazy("plan", "in progress")
    CLAIMED = "claimed", pgettext_lazy("plan", "reported as reached")
    CONFIRMED = "confirmed", pgettext_lazy("plan", "reached")
    MISSED = "missed", pgettext_lazy("plan", "missed")
    CANCELLED = "cancelled", pgettext_lazy("plan", "cancelled")


OPEN_PLANS = (PlanStatus.DRAFT, PlanStatus.APPROVED, PlanStatus.IN_PROGRESS, PlanStatus.CLAIMED)
RUNNING = (PlanStatus.APPROVED, PlanStatus.IN_PROGRESS)
"""A plan that is being worked on, and may be missed."""
COUNTING = (*RUNNING, PlanStatus.CLAIMED)
"""A plan that somebody approved and that has not ended: what R-R5 asks for, and a ghost."""


class InteractionStatus(models.TextChoices):
    """State of an interaction (b.2.1)."""

    PLANNED = "planned", pgettext_lazy("interaction", "planned")
    HELD = "held", pgettext_lazy("interaction", "held")
    MINUTED = "minuted", pgettext_lazy("interaction", "minuted")
    CLOSED = "closed", pgettext_lazy("interaction", "closed")
    CANCELLED = "cancelled", pgettext_lazy("interaction", "cancelled")


HAPPENED = (InteractionStatus.HELD, InteractionStatus.MINUTED, InteractionStatus.CLOSED)


class MinutesStatus(models.TextChoices):
    """State of the minutes of a meeting (b.2.1); being late is a flag beside it."""

    DUE = "due", pgettext_lazy("minutes", "to be written")
    SUBMITTED = "submitted", pgettext_lazy("minutes", "written")
    DISTRIBUTED = "distributed", pgettext_lazy("minutes", "distributed")


class LineKind(models.TextChoices):
    """What a line of minutes is."""

    PROMISE = "promise", _("promise")
    OPINION = "opinion", _("opinion of the customer")


class Direction(models.TextChoices):
    """Who came to whom."""

    OUTBOUND = "outbound", _("we went to them")
    INBOUND = "inbound", _("they came to us")


class Channel(models.TextChoices):
    """The way of an interaction."""

    ONSITE = "onsite", pgettext_lazy("channel", "in person")
    PHONE = "phone", pgettext_lazy("channel", "phone")
    WECHAT = "wechat", pgettext_lazy("channel", "WeChat")
    VIDEO = "video", pgettext_lazy("channel", "video")
    VISIT_TO_US = "visit_to_us", pgettext_lazy("channel", "visit to us")
    MESSAGE = "message", pgettext_lazy("channel", "message")
    EVENT = "event", pgettext_lazy("channel", "event")


class Phase(models.TextChoices):
    """Where in the life of a deal."""

    PRE_SALES = "pre_sales", _("pre-sales")
    IN_DELIVERY = "in_delivery", _("in delivery")
    AFTER_SALES = "after_sales", _("after-sales")


class GiftDirection(models.TextChoices):
    """Who got it."""

    GIVEN = "given", pgettext_lazy("gift", "given to them")
    RECEIVED = "received", pgettext_lazy("gift", "received from them")


class GiftOccasion(models.TextChoices):
    """What a gift was for."""

    BIRTHDAY = "birthday", pgettext_lazy("gift", "birthday")
    FESTIVAL = "festival", pgettext_lazy("gift", "festival")
    EXEC_VISIT = "exec_visit", pgettext_lazy("gift", "executive visit")
    SOUVENIR = "souvenir", pgettext_lazy("gift", "souvenir")
    MEAL = "meal", pgettext_lazy("gift", "meal")
    OTHER = "other", pgettext_lazy("gift", "other")


class RecipientClass(models.TextChoices):
    """Whom a person works for, as the rules for gifts see it (R-G1)."""

    PUBLIC_OFFICIAL = "public_official", pgettext_lazy("gift", "public official")
    STATE_ENTERPRISE = "state_enterprise", pgettext_lazy("gift", "state enterprise")
    PRIVATE = "private", pgettext_lazy("gift", "private company")


class GiftStatus(models.TextChoices):
    """State of a gift (b.2.1)."""

    DRAFT = "draft", pgettext_lazy("gift", "draft")
    SUBMITTED = "submitted", pgettext_lazy("gift", "waits for approval")
    APPROVED = "approved", pgettext_lazy("gift", "may be given")
    REFUSED = "refused", pgettext_lazy("gift", "refused")
    GIVEN = "given", pgettext_lazy("gift", "handed over")
    CANCELLED = "cancelled", pgettext_lazy("gift", "cancelled")


COUNTED_GIFTS = (GiftStatus.SUBMITTED, GiftStatus.APPROVED, GiftStatus.GIVEN)
"""Gifts that use up what a person may be given."""
KEY_SEATS = (SeatRole.APPROVER, SeatRole.DECIDER, SeatRole.EVALUATOR)
"""Seats whose holders are met at an interval, wherever they stand (R-R4)."""


class CadenceSubject(models.TextChoices):
    """Of whom a rule of cadence asks something."""

    ROLE = "role", _("people in a role")
    VP = "vp", _("vice presidents and above")
    TIER = "tier", _("customers of a tier")
    CELL = "cell", _("key people, by their place on the grid")


OF_PEOPLE = (CadenceSubject.ROLE, CadenceSubject.VP)
"""Rules that count what one of us did."""


class CadenceMetric(models.TextChoices):
    """What a rule of cadence counts."""

    INTERACTIONS = "interactions", _("interactions with customers")
    DISTINCT_CONTACTS = "distinct_contacts", _("different people met")
    EXEC_MEETINGS = "exec_meetings", _("meetings with customers")
    BENCHMARK_MEETINGS = "benchmark_meetings", _("strategic benchmark meetings")
    EXEC_VISITS = "exec_visits", _("executive visits")


class CadenceWindow(models.TextChoices):
    """Over which time a rule counts."""

    ISO_WEEK = "iso_week", _("calendar week")
    ROLLING_DAYS = "rolling_days", _("rolling days")


class CadenceMode(models.TextChoices):
    """Whether what lacks is told, or only shown."""

    ENFORCED = "enforced", pgettext_lazy("cadence", "enforced")
    ADVISORY = "advisory", pgettext_lazy("cadence", "advisory")


class ResultStatus(models.TextChoices):
    """What a week came to."""

    MET = "met", pgettext_lazy("cadence", "met")
    BELOW = "below", pgettext_lazy("cadence", "below")
    EXEMPT = "exempt", pgettext_lazy("cadence", "exempt")
