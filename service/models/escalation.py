"""Who was called about a ticket, and the bulletins of a critical one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Record, in_choices
from service.choices import (
    Audience,
    BulletinStage,
    BulletinStatus,
    EscalationKind,
    EscalationReason,
    EscalationStatus,
)
from service.models.clock import OfTicketQuerySet, SlaClock
from service.models.ticket import Ticket


class EscalationQuerySet(OfTicketQuerySet):
    """Questions about escalations."""

    def open(self) -> EscalationQuerySet:
        """Not closed."""
        return self.exclude(status=EscalationStatus.CLOSED)


class Escalation(Record):
    """One call for help or attention: who was told, who acknowledged (clocks.md 5)."""

    several_lines = ("text", "outcome")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="escalations")
    clock = models.ForeignKey(SlaClock, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=EscalationKind)
    level = models.PositiveSmallIntegerField(_("step"))
    reason = models.CharField(_("reason"), max_length=18, choices=EscalationReason)
    text = models.CharField(_("text"), max_length=300, blank=True, default="")
    told = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", verbose_name=pgettext_lazy("escalation", "told")
    )
    roles = models.JSONField(_("roles"), default=list)
    at = models.DateTimeField(_("raised"))
    repeat_s = models.PositiveIntegerField(_("repeats every (s)"), null=True, blank=True)
    repeat_working = models.BooleanField(_("repeats in working hours"), default=False)
    next_repeat_at = models.DateTimeField(null=True, blank=True, editable=False)
    repeats = models.PositiveSmallIntegerField(_("repeated"), default=0)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        _("status"), max_length=12, choices=EscalationStatus, default=EscalationStatus.RAISED
    )
    outcome = models.CharField(_("outcome"), max_length=300, blank=True, default="")

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        default_permissions = ("view",)
        ordering = ["-at", "-id"]
        constraints = [
            in_choices("kind", EscalationKind),
            in_choices("reason", EscalationReason),
            in_choices("status", EscalationStatus),
            models.UniqueConstraint(
                fields=["ticket", "kind", "level"],
                condition=~Q(status="closed"),
                name="service_escalation_one_open",
                violation_error_message=_("This step has been called already."),
            ),
            models.CheckConstraint(
                condition=(Q(acknowledged_at=None) & Q(acknowledged_by=None))
                | (Q(acknowledged_at__isnull=False) & Q(acknowledged_by__isnull=False)),
                name="service_escalation_acknowledged",
            ),
        ]
        indexes = [models.Index(fields=["ticket", "kind", "-level"], name="service_escalation_of")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.level}"

    def get_absolute_url(self) -> str:
        """Shown on the page of its ticket."""
        return f"/tickets/{self.ticket_id}/#escalations"


class IncidentBulletin(Record):
    """A bulletin of a critical ticket: due, then sent; late never clears (R-T7)."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="bulletins")
    stage = models.CharField(_("stage"), max_length=10, choices=BulletinStage)
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    audience = models.CharField(
        _("audience"), max_length=8, choices=Audience, default=Audience.CUSTOMER
    )
    text = models.TextField(_("text"), blank=True, default="")
    due_at = models.DateTimeField(_("due"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        _("status"), max_length=8, choices=BulletinStatus, default=BulletinStatus.DUE
    )

    objects = OfTicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident bulletin")
        verbose_name_plural = _("incident bulletins")
        default_permissions = ("view",)
        ordering = ["due_at", "id"]
        constraints = [
            in_choices("stage", BulletinStage),
            in_choices("audience", Audience),
            in_choices("status", BulletinStatus),
            models.UniqueConstraint(
                fields=["ticket", "stage", "number", "audience"],
                name="service_incidentbulletin_unique",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["due", "dropped"]) | Q(sent_at__isnull=False),
                name="service_incidentbulletin_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.stage}"
