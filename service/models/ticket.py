"""Tickets (ITR) and their append-only event log, which is the truth about their clocks."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Contact, Customer, OrgUnit, Sight, on_postgres, seen_by, sight_of
from core.kept import KeptRows, counting, reading_first
from core.models import Record, Referenced, Stored, in_choices
from service.choices import (
    OPEN,
    SEVERITY_KEYS,
    STATUS_TONES,
    Channel,
    EventKind,
    Level,
    Line,
    RootCause,
    Severity,
    TicketClass,
    TicketStatus,
    Verdict,
)

NEVER = dt.datetime(2999, 1, 1, tzinfo=dt.timezone.utc)


class TicketQuerySet(models.QuerySet):
    """Questions about tickets."""

    def visible_to(self, user: Any) -> TicketQuerySet:
        """Tickets of the customers that a person sees, and those one owns."""
        if not user.is_authenticated or user.is_portal:
            return self.none()
        if user.is_superuser and user.is_active:
            return self
        seen = seen_by(user)
        return self.filter(Q(customer__in=seen) | Q(owner=user))

    def open(self) -> TicketQuerySet:
        """Neither closed nor cancelled."""
        # in the words of the partial indexes: SQLite takes them for no others
        return self.filter(~Q(status__in=["closed", "cancelled"]))

    def by_next_breach(self) -> TicketQuerySet:
        """The order of the queue: what breaches first comes first."""
        return self.order_by("queue_at", "id")


class Ticket(Record, Referenced):
    """Something a customer reported. State moves by actions, times by its events."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="tickets", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("reported by"),
    )
    contract = models.ForeignKey(
        "service.ServiceContract",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("service contract"),
    )
    site = models.CharField(_("site"), max_length=120, blank=True, default="")
    asset_serial = models.CharField(_("serial number"), max_length=80, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    ticket_class = models.CharField(
        _("class"), max_length=20, choices=TicketClass, default=TicketClass.FAULT
    )
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    outage = models.BooleanField(_("business interrupted"), default=False)
    kdm_involved = models.BooleanField(_("key decision maker involved"), default=False)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("description"), blank=True, default="")

    status = models.CharField(
        _("status"), max_length=18, choices=TicketStatus, default=TicketStatus.REPORTED
    )
    line = models.PositiveSmallIntegerField(_("support line"), choices=Line, default=Line.L1)
    line_accepted_at = models.DateTimeField(
        _("line took over"), null=True, blank=True, editable=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("owner"),
    )
    group = models.ForeignKey(
        OrgUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("group"),
    )

    level = models.CharField(_("service level"), max_length=10, choices=Level, default=Level.NONE)
    entitlement = models.CharField(
        _("entitlement"), max_length=14, choices=Verdict, default=Verdict.NO_DATA
    )
    entitlement_basis = models.CharField(_("basis"), max_length=120, blank=True, default="")
    is_internal = models.BooleanField(
        _("internal targets"),
        default=False,
        help_text=_("Without a commitment the targets are our own aim."),
    )
    terms = models.JSONField(
        default=dict,
        editable=False,
        help_text=_("Targets and calendars frozen when the ticket was reported."),
    )

    occurred_at = models.DateTimeField(pgettext_lazy("ticket", "occurred"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    responded_at = models.DateTimeField(_("responded"), null=True, blank=True, editable=False)
    dispatched_at = models.DateTimeField(_("dispatched"), null=True, blank=True, editable=False)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True, editable=False)
    restored_at = models.DateTimeField(_("restored"), null=True, blank=True, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    queue_at = models.DateTimeField(_("next breach"), default=NEVER, editable=False)

    root_cause = models.CharField(
        _("root cause"), max_length=16, choices=RootCause, blank=True, default=""
    )
    root_cause_text = models.TextField(_("what happened"), blank=True, default="")
    fix = models.TextField(_("fix"), blank=True, default="")
    workaround = models.TextField(_("workaround"), blank=True, default="")
    unconfirmed = models.BooleanField(_("restored by evidence"), default=False, editable=False)
    assumed = models.BooleanField(_("closed after silence"), default=False, editable=False)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0, editable=False)
    reopened_count = models.PositiveSmallIntegerField(_("reopened"), default=0, editable=False)
    cancel_reason = models.CharField(_("why cancelled"), max_length=300, blank=True, default="")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("mass incident"),
    )
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("follows"),
    )
    unrestored_called_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome_label = models.CharField(max_length=60, blank=True, default="", editable=False)
    outcome_id = models.BigIntegerField(null=True, blank=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("status", TicketStatus),
            in_choices("ticket_class", TicketClass),
            in_choices("severity", Severity),
            in_choices("channel", Channel),
            in_choices("line", Line),
            in_choices("level", Level),
            in_choices("entitlement", Verdict),
            models.CheckConstraint(
                condition=Q(root_cause="") | Q(root_cause__in=RootCause.values),
                name="service_ticket_root_cause",
            ),
            models.CheckConstraint(
                condition=(Q(status="closed", closed_at__isnull=False))
                | (~Q(status="closed") & Q(closed_at=None)),
                name="service_ticket_closed_at",
                violation_error_message=_("A closed ticket has the time of its closing."),
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""),
                name="service_ticket_cancel_reason",
                violation_error_message=_("Cancelling needs a reason."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue_at", "id"],
                condition=~Q(status__in=["closed", "cancelled"]),
                name="service_ticket_queue",
            ),
            models.Index(
                fields=["owner", "queue_at", "id"],
                condition=~Q(status__in=["closed", "cancelled"]),
                name="service_ticket_mine",
            ),
            models.Index(
                fields=["group", "queue_at", "id"],
                condition=~Q(status__in=["closed", "cancelled"]),
                name="service_ticket_group",
            ),
            models.Index(
                fields=["customer", "queue_at", "id"],
                condition=~Q(status__in=["closed", "cancelled"]),
                name="service_ticket_waiting",
            ),
            models.Index(fields=["customer", "-id"], name="service_ticket_customer"),
            models.Index(fields=["reported_at", "id"], name="service_ticket_reported"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """The page of this ticket."""
        return f"/tickets/{self.pk}/"

    @property
    def severity_key(self) -> str:
        """critical, major, minor or question."""
        return SEVERITY_KEYS[Severity(self.severity)]

    @property
    def tone(self) -> str:
        """The tone of the status."""
        return STATUS_TONES[TicketStatus(self.status)]

    @property
    def is_open(self) -> bool:
        """Neither closed nor cancelled."""
        return self.status in OPEN


def of_seen_tickets(rows: models.QuerySet, user: Any, ticket: str = "ticket") -> models.QuerySet:
    """The rows whose ticket a person sees; `ticket` leads to it.

    The database would read every ticket in sight for the first fifty rows: it is told to read
    the few tickets of a few customers first, or else to ask for one row after the other.
    """
    if user.is_superuser and user.is_active and not user.is_portal:
        return rows
    if not on_postgres() or not user.is_authenticated or user.is_portal or not user.is_active:
        return rows.filter(**{f"{ticket}__in": Ticket.objects.visible_to(user)})
    sight = sight_of(user)
    found = _few_tickets(user) if sight == Sight.FEW else _each_ticket(user)
    if sight != Sight.FEW:
        found.first = partial(_first_tickets, user)
    if sight == Sight.SOME:
        found.counted = partial(_few_tickets, user)
    return rows.filter(**{f"{ticket}__in": found})


def _few_tickets(user: Any) -> KeptRows:
    """The tickets of `visible_to` from two indexes."""
    with counting():  # the customers are read first
        theirs = Ticket.objects.filter(customer__in=seen_by(user)).order_by().values("pk")
        own = Ticket.objects.filter(owner=user).order_by().values("pk")
        return _as_kept(theirs.union(own, all=True), "few")


def _each_ticket(user: Any) -> KeptRows:
    """The tickets of `visible_to`, one asked for after the other."""
    seen = Q(customer__in=seen_by(user, each=True)) | Q(owner=user)
    return _as_kept(Ticket.objects.filter(seen).order_by().values("pk"), "each")


def _first_tickets(user: Any) -> KeptRows:
    """The same, whatever the database thinks: for the first rows of an order."""
    with reading_first():
        seen = Q(customer__in=seen_by(user)) | Q(owner=user)
        return _as_kept(Ticket.objects.filter(seen).order_by().values("pk"), "one")


def _as_kept(tickets: models.QuerySet, how: str) -> KeptRows:
    rows = KeptRows(*tickets.query.sql_with_params())
    rows.how = how
    return rows


class TicketEventQuerySet(models.QuerySet):
    """Questions about events."""

    def visible_to(self, user: Any) -> TicketEventQuerySet:
        """Events of the tickets that a person sees."""
        return of_seen_tickets(self, user)

    def in_order(self) -> TicketEventQuerySet:
        """The order that counts: effective time, then sequence (clocks.md 4)."""
        return self.order_by("effective_at", "sequence")


class TicketEvent(Stored):
    """One thing that happened; never changed. A correction is another event (`corrects`)."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField(_("sequence"))
    kind = models.CharField(_("kind"), max_length=20, choices=EventKind)
    effective_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(_("channel"), max_length=12, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")
    facts = models.JSONField(default=dict)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    objects = TicketEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")
        default_permissions = ("view",)
        constraints = [
            in_choices("kind", EventKind),
            models.UniqueConstraint(
                fields=["ticket", "sequence"], name="service_ticketevent_sequence"
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "effective_at", "sequence"], name="service_event_order"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.sequence} {self.kind}"

    @property
    def is_backdated(self) -> bool:
        """Recorded more than two minutes after it happened."""
        return self.recorded_at - self.effective_at > dt.timedelta(minutes=2)
