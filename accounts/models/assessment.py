"""Strategy fit and tier: scores that somebody else approves."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import AssessmentStatus, FitTrend, Tier
from accounts.models.customer import Customer, confided_to
from core.models import Record, in_choices
from core.text import plain_line, plain_text

SCORE = (MinValueValidator(0), MaxValueValidator(100))


class ConfidentialQuerySet(models.QuerySet):
    """Rows of the confidential class: the second, explicit door."""

    def visible_to(self, user: Any) -> ConfidentialQuerySet:
        """Rows of customers whose confidential class this person may read."""
        return self.filter(customer__in=confided_to(user))


class Assessment(Record):
    """What fit and tier assessments share: who asks, who approves, when."""

    as_of = models.DateField(_("as of"))
    evidence = models.TextField(_("evidence"), blank=True, default="", validators=[plain_text])
    status = models.CharField(
        _("status"), max_length=10, choices=AssessmentStatus, default=AssessmentStatus.DRAFT
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approver"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decision_note = models.CharField(
        _("note"), max_length=300, blank=True, default="", validators=[plain_line]
    )

    class Meta:
        abstract = True
        constraints = [
            in_choices("status", AssessmentStatus),
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=F("submitted_by")),
                name="%(app_label)s_%(class)s_four_eyes",
                violation_error_message=_("Someone else must approve."),
            ),
        ]


class StrategyFitAssessment(Assessment):
    """How the customer's direction matches ours over 3–5 years (R-A2)."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="fit_assessments", verbose_name=_("customer")
    )
    horizon_years = models.PositiveSmallIntegerField(
        _("horizon (years)"), default=3, validators=[MinValueValidator(3), MaxValueValidator(5)]
    )
    investment_areas = models.PositiveSmallIntegerField(_("investment areas"), validators=SCORE)
    business_scope = models.PositiveSmallIntegerField(_("business scope"), validators=SCORE)
    organisation_mode = models.PositiveSmallIntegerField(_("organisation mode"), validators=SCORE)
    main_business_position = models.PositiveSmallIntegerField(
        _("position in the main business"), validators=SCORE
    )
    future_value = models.PositiveSmallIntegerField(_("future value"), validators=SCORE)
    fit = models.DecimalField(_("fit"), max_digits=5, decimal_places=2, editable=False)
    trend = models.CharField(
        _("trend"), max_length=12, choices=FitTrend, default=FitTrend.STABLE, editable=False
    )

    objects = ConfidentialQuerySet.as_manager()

    class Meta(Assessment.Meta):
        abstract = False
        verbose_name = _("strategy fit assessment")
        verbose_name_plural = _("strategy fit assessments")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.customer} {self.as_of}"


class TierAssessment(Assessment):
    """The score behind S, A, B, C (R-A1): an approved one sets the tier of the customer."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="tier_assessments", verbose_name=_("customer")
    )
    fit = models.DecimalField(_("fit"), max_digits=5, decimal_places=2, validators=SCORE)
    current_value = models.PositiveSmallIntegerField(_("current value"), validators=SCORE)
    potential = models.PositiveSmallIntegerField(_("potential"), validators=SCORE)
    influence = models.PositiveSmallIntegerField(_("influence"), validators=SCORE)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, editable=False)
    proposed_tier = models.PositiveSmallIntegerField(
        _("proposed tier"), choices=Tier, editable=False
    )
    approved_tier = models.PositiveSmallIntegerField(
        _("approved tier"), choices=Tier, null=True, editable=False
    )
    override_reason = models.CharField(
        _("reason"), max_length=300, blank=True, default="", validators=[plain_line]
    )
    valid_until = models.DateField(_("valid until"), null=True, editable=False)

    objects = ConfidentialQuerySet.as_manager()

    class Meta(Assessment.Meta):
        abstract = False
        verbose_name = _("tier assessment")
        verbose_name_plural = _("tier assessments")
        ordering = ["-id"]
        constraints = [
            *Assessment.Meta.constraints,
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status="submitted"),
                name="accounts_tierassessment_one_submitted",
                violation_error_message=_("An assessment is waiting for approval already."),
            ),
            models.CheckConstraint(
                condition=Q(approved_tier=None)
                | Q(approved_tier=F("proposed_tier"))
                | ~Q(override_reason=""),
                name="accounts_tierassessment_override_reason",
                violation_error_message=_("A tier other than the proposed one needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.as_of}"
