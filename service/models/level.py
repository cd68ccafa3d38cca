"""What was promised: levels, clauses with their targets, and overrides that only tighten."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, seen_by
from core.models import About, Record, in_choices
from service.choices import CalendarRule, ClockKind, Level, Severity, TargetUnit, TicketClass


class ServiceLevelQuerySet(models.QuerySet):
    """Questions about levels."""

    def visible_to(self, user: Any) -> ServiceLevelQuerySet:
        """Levels are no secret of the house; portal users and strangers see none here."""
        if not user.is_authenticated or not user.is_active or user.is_portal:
            return self.none()
        return self


class ServiceLevel(Record):
    """A grade of service; rank 1 is the best."""

    code = models.CharField(_("code"), max_length=10, choices=Level, unique=True)
    name = models.CharField(_("name"), max_length=40)
    rank = models.PositiveSmallIntegerField(_("rank"), unique=True)

    objects = ServiceLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("service level")
        verbose_name_plural = _("service levels")
        ordering = ["rank"]
        constraints = [in_choices("code", Level)]

    def __str__(self) -> str:
        return str(self.get_code_display())


class SlaClauseQuerySet(models.QuerySet):
    """Questions about clauses."""

    def visible_to(self, user: Any) -> SlaClauseQuerySet:
        """Clauses of the house for every member of staff; those of contracts by their customer."""
        if not user.is_authenticated or not user.is_active or user.is_portal:
            return self.none()
        seen = seen_by(user)
        return self.filter(Q(contract=None) | Q(contract__customer__in=seen))


class SlaClause(Record):
    """One target: level or contract (or the whole house) × class × severity × clock.

    Versioned: a change is a new row with a later `valid_from`; tickets keep their snapshot.
    """

    level = models.ForeignKey(
        ServiceLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clauses",
        verbose_name=_("service level"),
    )
    contract = models.ForeignKey(
        "service.ServiceContract",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clauses",
        verbose_name=_("service contract"),
    )
    ticket_class = models.CharField(
        _("class"),
        max_length=20,
        choices=TicketClass,
        blank=True,
        default="",
        help_text=_("Empty: by severity alone."),
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=Severity, null=True, blank=True
    )
    outage_only = models.BooleanField(_("only with an outage"), default=False)
    kind = models.CharField(_("clock"), max_length=10, choices=ClockKind)
    target = models.PositiveIntegerField(_("target"))
    unit = models.CharField(_("unit"), max_length=8, choices=TargetUnit, default=TargetUnit.MINUTES)
    calendar = models.CharField(
        _("hours"), max_length=8, choices=CalendarRule, default=CalendarRule.CONTRACT
    )
    is_objective = models.BooleanField(
        _("objective only"),
        default=False,
        help_text=_("An internal aim: missing it is no breach towards the customer."),
    )
    valid_from = models.DateTimeField(_("valid from"))

    objects = SlaClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("SLA clause")
        verbose_name_plural = _("SLA clauses")
        ordering = ["kind", "level__rank", "severity", "-valid_from", "id"]
        constraints = [
            in_choices("kind", ClockKind),
            in_choices("unit", TargetUnit),
            in_choices("calendar", CalendarRule),
            models.CheckConstraint(
                condition=Q(severity=None) | Q(severity__in=Severity.values),
                name="service_slaclause_severity",
            ),
            models.CheckConstraint(
                condition=Q(ticket_class="") | Q(ticket_class__in=TicketClass.values),
                name="service_slaclause_class",
            ),
            models.CheckConstraint(
                condition=Q(target__gt=0),
                name="service_slaclause_target",
                violation_error_message=_("A target is at least one minute."),
            ),
            models.CheckConstraint(
                condition=Q(level=None) | Q(contract=None),
                name="service_slaclause_level_or_contract",
                violation_error_message=_("A clause belongs to a level or to a contract."),
            ),
            models.CheckConstraint(
                condition=Q(unit="minutes") | Q(calendar="contract"),
                name="service_slaclause_bd_calendar",
                violation_error_message=_("Working days count on working hours."),
            ),
            models.UniqueConstraint(
                Coalesce("level", 0),
                Coalesce("contract", 0),
                F("ticket_class"),
                Coalesce("severity", 0),
                F("kind"),
                F("valid_from"),
                name="service_slaclause_unique",
                violation_error_message=_("This target exists already from that time on."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.target} {self.get_unit_display()}"


class SlaOverrideQuerySet(models.QuerySet):
    """Questions about overrides."""

    def visible_to(self, user: Any) -> SlaOverrideQuerySet:
        """Overrides of the customers that a person sees."""
        return self.filter(customer__in=seen_by(user))

    def in_force(self, at: dt.datetime) -> SlaOverrideQuerySet:
        """Begun and not ended."""
        return self.filter(starts_at__lte=at, ends_at__gt=at)


class SlaOverride(Record, About):
    """A tighter target for one customer and time; `about` is the remedy that it fulfils (R-S4)."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="sla_overrides", verbose_name=_("customer")
    )
    kind = models.CharField(_("clock"), max_length=10, choices=ClockKind)
    ticket_class = models.CharField(
        _("class"), max_length=20, choices=TicketClass, blank=True, default=""
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=Severity, null=True, blank=True
    )
    target_min = models.PositiveIntegerField(_("target (minutes)"))
    replaced_min = models.PositiveIntegerField(_("replaces (minutes)"), editable=False)
    about_id = models.BigIntegerField(_("object id"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    objects = SlaOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("SLA override")
        verbose_name_plural = _("SLA overrides")
        ordering = ["-id"]
        constraints = [
            in_choices("kind", ClockKind),
            models.CheckConstraint(
                condition=Q(target_min__lt=F("replaced_min")) & Q(target_min__gt=0),
                name="service_slaoverride_tighter",
                violation_error_message=_("An override only tightens a target."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="service_slaoverride_period",
                violation_error_message=_("The override ends before it starts."),
            ),
        ]
        indexes = [models.Index(fields=["customer", "ends_at"], name="service_override_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind} {self.target_min}"
