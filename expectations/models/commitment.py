"""Commitments: one dated promise to a customer, or between departments."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Function
from accounts.models import Customer, seen_by
from core.models import About, Record, Referenced, in_choices
from expectations.choices import COMMITMENT_OPEN, CommitmentStatus, CommitmentTo
from expectations.models.item import ExpectationItem
from expectations.models.milestone import Milestone
from expectations.models.project import Project


class CommitmentQuerySet(models.QuerySet):
    """Questions about commitments."""

    def visible_to(self, user: Any) -> CommitmentQuerySet:
        """Promises to visible customers."""
        return self.filter(customer__in=seen_by(user))

    def open(self) -> CommitmentQuerySet:
        """Still to be kept."""
        return self.filter(status__in=COMMITMENT_OPEN)

    def overdue(self, now: dt.datetime) -> CommitmentQuerySet:
        """Open and past their due time."""
        return self.open().filter(due_at__lte=now)

    def to_customer(self) -> CommitmentQuerySet:
        """Promises that the customer counts on."""
        return self.filter(promised_to=CommitmentTo.CUSTOMER)


class Commitment(Record, Referenced, About):
    """One promise with a due instant. `about_*` names what it came from (minutes, notice, …)."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="commitments", verbose_name=_("customer")
    )
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("project"),
    )
    text = models.CharField(_("promise"), max_length=300)
    promised_to = models.CharField(
        _("promised to"), max_length=10, choices=CommitmentTo, default=CommitmentTo.CUSTOMER
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("promised by")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    department = models.CharField(
        _("department"), max_length=14, choices=Function, blank=True, default=""
    )
    due_at = models.DateTimeField(_("due"))
    capacity_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("capacity confirmed by"),
    )
    capacity_confirmed_at = models.DateTimeField(_("capacity confirmed"), null=True, editable=False)
    milestone = models.ForeignKey(
        Milestone,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("milestone"),
    )
    item = models.ForeignKey(
        ExpectationItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("expectation"),
    )
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="replaces"
    )
    explanation = models.TextField(_("explanation"), blank=True, default="")
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=CommitmentStatus,
        default=CommitmentStatus.PROPOSED,
        editable=False,
    )

    about_id = models.BigIntegerField(_("object id"), null=True, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["due_at", "id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("status", CommitmentStatus),
            in_choices("promised_to", CommitmentTo),
            models.CheckConstraint(
                condition=~Q(status__in=["confirmed", "at_risk", "met"])
                | Q(promised_to="internal")
                | Q(capacity_confirmed_by__isnull=False),
                name="expectations_commitment_capacity",
                violation_error_message=_(
                    "The delivery manager confirms the capacity before a customer is promised."
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status__in=["proposed", "confirmed", "at_risk"]),
                name="expectations_commitment_due",
            ),
            models.Index(
                fields=["customer", "status", "due_at"], name="expectations_commitment_of"
            ),
            models.Index(fields=["project", "status", "due_at"], name="expectations_commitment_pr"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """The page of this commitment."""
        return f"/commitments/{self.pk}/"

    @property
    def is_open(self) -> bool:
        """Still to be kept."""
        return self.status in COMMITMENT_OPEN

    def is_overdue(self, now: dt.datetime) -> bool:
        """Open and past its due time."""
        return self.is_open and self.due_at <= now
