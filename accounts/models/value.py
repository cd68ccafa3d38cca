"""What a customer brings in by month, and the cash-flow designation that may follow from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import OPEN_DESIGNATIONS, DesignationStatus, Role, Stance
from accounts.models.assessment import ConfidentialQuerySet
from accounts.models.customer import Customer, confided_to, seen_by
from accounts.models.opportunity import CURRENCY
from accounts.models.organisation import OrgUnit, roles_of
from core.models import Record, Referenced, in_choices
from core.text import plain_line, plain_text


class RevenueQuerySet(models.QuerySet):
    """Questions about revenue: of the confidential class, for it holds margins (domain.md 0.2)."""

    def visible_to(self, user: Any) -> RevenueQuerySet:
        """Of customers whose confidential class one reads; an integration of those in sight."""
        inner = Q(customer__in=confided_to(user))
        if user.is_authenticated and not user.is_superuser and Role.INT in roles_of(user):
            inner |= Q(customer__in=seen_by(user))
        return self.filter(inner)

    def between(self, first: dt.date, end: dt.date) -> RevenueQuerySet:
        """Months from `first` on and before `end`."""
        return self.filter(month__gte=first, month__lt=end)


def _money(label: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=18, decimal_places=2, default=0)


class RevenueRecord(Record, Referenced):
    """What was ordered, earned and collected in a month. Never changed, only reversed."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="revenue", verbose_name=_("customer")
    )
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("our unit"))
    month = models.DateField(_("month"))
    product_line = models.CharField(
        _("product line"), max_length=60, blank=True, default="", validators=[plain_line]
    )
    order_amount = _money(_("orders"))
    revenue = _money(_("revenue"))
    gross_profit = _money(_("gross profit"))
    cash_collected = _money(_("cash collected"))
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[CURRENCY])
    headcount_of_unit = models.PositiveIntegerField(_("people of the unit"), null=True, blank=True)
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="reversed_by",
        verbose_name=_("reverses"),
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, default="", validators=[plain_line]
    )

    objects = RevenueQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("revenue record")
        verbose_name_plural = _("revenue records")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            models.CheckConstraint(
                condition=Q(month__endswith="-01"),  # no function that a plain reader lacks
                name="accounts_revenue_first_of_month",
                violation_error_message=_("A month is given by its first day."),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "month"], name="accounts_revenue_of"),
            models.Index(fields=["month"], name="accounts_revenue_month"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.month:%Y-%m}"


def _person(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=label,
    )


class CashFlowDesignation(Record):
    """A customer that pays well while its strategy leaves ours: proposed, and confirmed by two.

    It steers what we invest (stance harvest, a budget that shrinks), never what we owe: service
    levels, notices, reports and surveys do not know of it (R-A4).
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="designations", verbose_name=_("customer")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=DesignationStatus, default=DesignationStatus.PROPOSED
    )
    by_rule = models.BooleanField(_("proposed by rule"), default=False, editable=False)
    grounds = models.JSONField(_("grounds"), default=list, blank=True, editable=False)
    evidence = models.TextField(_("evidence"), blank=True, default="", validators=[plain_text])
    fit = models.DecimalField(
        _("fit"), max_digits=5, decimal_places=2, null=True, blank=True, editable=False
    )
    revenue = models.DecimalField(
        _("revenue of twelve months"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
    )
    median = models.DecimalField(
        _("median customer of the unit"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[CURRENCY])
    budget = models.DecimalField(
        _("starting budget"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Resources for this customer in a year, where the way down begins."),
    )
    rh_by = _person(_("regional head"))
    rh_at = models.DateTimeField(_("regional head agreed"), null=True, editable=False)
    exe_by = _person(_("executive"))
    exe_at = models.DateTimeField(_("executive agreed"), null=True, editable=False)
    starts_on = models.DateField(_("since"), null=True, editable=False)
    review_on = models.DateField(_("look again on"), null=True, editable=False)
    previous_stance = models.CharField(
        _("stance before"), max_length=10, choices=Stance, blank=True, default="", editable=False
    )
    closed_by = _person(_("ended by"))
    closed_at = models.DateTimeField(_("ended"), null=True, editable=False)
    note = models.CharField(
        _("note"), max_length=300, blank=True, default="", validators=[plain_line]
    )

    objects = ConfidentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash-flow designation")
        verbose_name_plural = _("cash-flow designations")
        ordering = ["-id"]
        constraints = [
            in_choices("status", DesignationStatus),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status__in=list(OPEN_DESIGNATIONS)),
                name="accounts_designation_one_open",
                violation_error_message=_("A designation of this customer is open already."),
            ),
            models.CheckConstraint(
                condition=~Q(status=DesignationStatus.CONFIRMED)
                | Q(rh_by__isnull=False, exe_by__isnull=False, starts_on__isnull=False),
                name="accounts_designation_two_persons",
                violation_error_message=_("A regional head and an executive must agree."),
            ),
            models.CheckConstraint(
                condition=Q(rh_by=None) | Q(exe_by=None) | ~Q(rh_by=F("exe_by")),
                name="accounts_designation_not_one",
                violation_error_message=_("Two different persons must agree."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.get_status_display()}"

    def get_absolute_url(self) -> str:
        """The page of its customer."""
        return f"/customers/{self.customer_id}/value/"
