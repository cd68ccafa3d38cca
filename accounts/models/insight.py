"""What we understand of a customer, and how it buys: each current once, the older ones kept."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.buying import DAYS, STEPS
from accounts.choices import InsightStatus, MainBusiness, ProcurementMode, ProfileStatus
from accounts.models.customer import Customer, OfCustomerQuerySet
from core.models import Record, in_choices
from core.text import plain_line, plain_text

currency = RegexValidator(r"^[A-Z]{3}\Z", _("Three capital letters, for example CNY."))


def _text(label: object) -> models.TextField:
    return models.TextField(label, blank=True, default="", max_length=4000, validators=[plain_text])


class InsightQuerySet(OfCustomerQuerySet):
    """Questions about insight."""

    def published(self) -> InsightQuerySet:
        """In force."""
        return self.filter(status=InsightStatus.PUBLISHED)


class CustomerInsight(Record):
    """The customer's industry, plans and pains as we understand them (C126, C128)."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="insights", verbose_name=_("customer")
    )
    industry_analysis = _text(_("industry analysis"))
    customer_plan = _text(_("the customer's plan"))
    direction = _text(_("direction in three to five years"))
    pains = _text(_("pains"))
    competitor_view = _text(_("view of the competitors"))
    main_business_position = models.CharField(
        _("our place in its main business"),
        max_length=10,
        choices=MainBusiness,
        blank=True,
        default="",
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=InsightStatus,
        default=InsightStatus.DRAFT,
        editable=False,
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    valid_until = models.DateField(_("valid until"), null=True, editable=False)

    objects = InsightQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer insight")
        verbose_name_plural = _("customer insights")
        ordering = ["-id"]
        constraints = [
            in_choices("status", InsightStatus),
            models.CheckConstraint(
                condition=Q(main_business_position__in=["", *MainBusiness.values]),
                name="accounts_insight_position",
            ),
            models.CheckConstraint(
                condition=Q(status=InsightStatus.DRAFT, published_at=None, valid_until=None)
                | (
                    ~Q(status=InsightStatus.DRAFT)
                    & Q(published_at__isnull=False, valid_until__isnull=False)
                ),
                name="accounts_insight_published",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status=InsightStatus.PUBLISHED),
                name="accounts_insight_one_published",
                violation_error_message=_("Somebody published one in between. Reload the page."),
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status=InsightStatus.DRAFT),
                name="accounts_insight_one_draft",
                violation_error_message=_("A draft is open already; go on with that one."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["valid_until"],
                condition=Q(status=InsightStatus.PUBLISHED),
                name="accounts_insight_until",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.status}"

    def get_absolute_url(self) -> str:
        """Where it is read: the record of the customer."""
        return f"/customers/{self.customer_id}/record/"

    def local(self, day: dt.date, hour: int) -> dt.datetime:
        """An hour of a day where the owning unit of the customer is, in UTC."""
        return self.customer.local(day, hour)


class ProfileQuerySet(OfCustomerQuerySet):
    """Questions about buying profiles."""

    def current(self) -> ProfileQuerySet:
        """Not superseded."""
        return self.filter(status=ProfileStatus.CURRENT)


class BuyingProfile(Record):
    """How a customer buys (C091). A change is a new row; the one before is superseded."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="buying_profiles", verbose_name=_("customer")
    )
    procurement_mode = models.CharField(_("procurement"), max_length=14, choices=ProcurementMode)
    budget_cycle = models.CharField(
        _("budget cycle"), max_length=120, blank=True, default="", validators=[plain_line]
    )
    budget_amount = models.DecimalField(
        _("yearly budget"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[currency])
    payment_habit = models.CharField(
        _("how it pays"), max_length=200, blank=True, default="", validators=[plain_line]
    )
    updated_on = models.DateField(_("as of"), editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ProfileStatus,
        default=ProfileStatus.CURRENT,
        editable=False,
    )
    superseded_at = models.DateTimeField(_("superseded"), null=True, editable=False)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("buying profile")
        verbose_name_plural = _("buying profiles")
        ordering = ["-id"]
        constraints = [
            in_choices("procurement_mode", ProcurementMode),
            in_choices("status", ProfileStatus),
            models.CheckConstraint(
                condition=Q(budget_amount=None) | Q(budget_amount__gte=0),
                name="accounts_buying_budget",
                violation_error_message=_("A budget is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(status=ProfileStatus.CURRENT, superseded_at=None)
                | Q(status=ProfileStatus.SUPERSEDED, superseded_at__isnull=False),
                name="accounts_buying_superseded",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status=ProfileStatus.CURRENT),
                name="accounts_buying_one_current",
                violation_error_message=_("Somebody wrote one in between. Reload the page."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.updated_on}"

    def get_absolute_url(self) -> str:
        """Where it is read: the record of the customer."""
        return f"/customers/{self.customer_id}/record/"


class BuyingStep(models.Model):
    """One step of a buying decision, in its order; it changes with its profile only."""

    profile = models.ForeignKey(
        BuyingProfile, models.CASCADE, related_name="steps", verbose_name=_("buying profile")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), validators=[MinValueValidator(1), MaxValueValidator(STEPS)]
    )
    name = models.CharField(_("step"), max_length=80, validators=[plain_line])
    roles = models.CharField(
        _("who takes part"), max_length=120, blank=True, default="", validators=[plain_line]
    )
    usual_days = models.PositiveSmallIntegerField(
        _("usual days"), null=True, blank=True, validators=[MaxValueValidator(DAYS)]
    )

    class Meta:
        verbose_name = _("buying step")
        verbose_name_plural = _("buying steps")
        ordering = ["profile", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "position"], name="accounts_buyingstep_position"
            )
        ]

    def __str__(self) -> str:
        return self.name
