"""Risks: what threatens a promise, since when it is known, and when it would hit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, seen_by
from core.models import Record, Referenced, in_choices
from expectations.choices import RISK_OPEN, RiskCategory, RiskStatus
from expectations.models.commitment import Commitment
from expectations.models.project import Project

ONE_TO_FIVE = (MinValueValidator(1), MaxValueValidator(5))


class RiskQuerySet(models.QuerySet):
    """Questions about risks."""

    def visible_to(self, user: Any) -> RiskQuerySet:
        """Risks of visible customers' projects."""
        return self.filter(customer__in=seen_by(user))

    def open(self) -> RiskQuerySet:
        """Neither accepted nor closed."""
        return self.filter(status__in=RISK_OPEN)


class Risk(Record, Referenced):
    """Something that may break a promise. `impact_at` is the earliest threatened due time.

    `customer` repeats the project's, so that lists need no join. `known_at` is when risk and date
    were first recorded; only a correction with a reason changes it (clocks.md 6).
    """

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="risks", verbose_name=_("project")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="risks", editable=False, verbose_name=_("customer")
    )
    title = models.CharField(_("title"), max_length=160)
    detail = models.TextField(_("detail"), blank=True, default="")
    category = models.CharField(_("category"), max_length=20, choices=RiskCategory)
    probability = models.PositiveSmallIntegerField(_("probability"), validators=ONE_TO_FIVE)
    impact = models.PositiveSmallIntegerField(_("impact"), validators=ONE_TO_FIVE)
    commitments = models.ManyToManyField(
        Commitment, blank=True, related_name="risks", verbose_name=_("threatened commitments")
    )
    customer_impact = models.BooleanField(_("customer impact"), default=False, editable=False)
    impact_at = models.DateTimeField(_("impact"), null=True, editable=False)
    actual_impact_at = models.DateTimeField(_("actual impact"), null=True, editable=False)
    known_at = models.DateTimeField(_("known since"), editable=False)
    contingency = models.TextField(_("contingency"))
    trigger = models.CharField(_("trigger"), max_length=200, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=RiskStatus, default=RiskStatus.OPEN, editable=False
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closing_note = models.CharField(_("closing note"), max_length=300, blank=True, default="")

    objects = RiskQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("category", RiskCategory),
            in_choices("status", RiskStatus),
            models.CheckConstraint(
                condition=~Q(contingency=""),
                name="expectations_risk_contingency",
                violation_error_message=_("A risk needs a contingency: what we do if it happens."),
            ),
            models.CheckConstraint(
                condition=Q(probability__range=(1, 5), impact__range=(1, 5)),
                name="expectations_risk_scores",
                violation_error_message=_("Probability and impact are 1 to 5."),
            ),
            models.CheckConstraint(
                condition=Q(customer_impact=False) | Q(impact_at__isnull=False),
                name="expectations_risk_impact_date",
                violation_error_message=_("A risk to the customer has a date of impact."),
            ),
        ]
        indexes = [
            models.Index(fields=["project", "status", "-id"], name="expectations_risk_of"),
            models.Index(
                fields=["customer", "impact_at"],
                condition=Q(status__in=["open", "mitigating", "occurred"]),
                name="expectations_risk_open",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of this risk."""
        return f"/risks/{self.pk}/"

    @property
    def exposure(self) -> int:
        """Probability times impact, 1 to 25."""
        return self.probability * self.impact

    @property
    def is_open(self) -> bool:
        """Neither accepted nor closed."""
        return self.status in RISK_OPEN


class RiskImpact(models.Model):
    """One version of the date of impact: rows are added, never changed (clocks.md 6.5)."""

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="impacts")
    impact_at = models.DateTimeField(_("impact"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("date of impact")
        verbose_name_plural = _("dates of impact")
        ordering = ["recorded_at", "id"]

    def __str__(self) -> str:
        return f"{self.impact_at:%Y-%m-%d %H:%M}"
