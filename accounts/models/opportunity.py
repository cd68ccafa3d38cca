"""A deal in the making at a customer."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import CLOSED_STAGES, OPEN_STAGES, OpportunitySource, Stage
from accounts.models.customer import Customer, OfCustomerQuerySet
from core.models import Record, Referenced, in_choices
from core.text import plain_line, plain_text

CURRENCY = RegexValidator(r"\A[A-Z]{3}\Z", _("Three capital letters, such as CNY."))


class OpportunityQuerySet(OfCustomerQuerySet):
    """Questions about deals."""

    def open(self) -> OpportunityQuerySet:
        """Neither won nor lost nor shelved."""
        return self.filter(stage__in=OPEN_STAGES)


class Opportunity(Record, Referenced):
    """What a customer may buy, until when it is decided, and how it ended."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="opportunities", verbose_name=_("customer")
    )
    name = models.CharField(_("name"), max_length=120, validators=[plain_line])
    source = models.CharField(
        _("source"), max_length=10, choices=OpportunitySource, default=OpportunitySource.PLAN
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[CURRENCY])
    expected_close = models.DateField(_("expected close"))
    tender_decision_date = models.DateField(
        _("tender decision"),
        null=True,
        blank=True,
        help_text=_("The day on which the customer decides about the bids, if there is a tender."),
    )
    note = models.TextField(_("note"), blank=True, default="", validators=[plain_text])
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.LEAD)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    left_stage = models.CharField(
        _("stage before it closed"), max_length=12, blank=True, default="", editable=False
    )
    close_reason = models.CharField(
        _("reason"), max_length=300, blank=True, default="", editable=False, validators=[plain_line]
    )
    lost_to = models.CharField(
        _("lost to"), max_length=80, blank=True, default="", editable=False, validators=[plain_line]
    )

    objects = OpportunityQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("stage", Stage),
            in_choices("source", OpportunitySource),
            models.CheckConstraint(
                condition=~Q(stage=Stage.LOST) | (~Q(close_reason="") & ~Q(lost_to="")),
                name="accounts_opportunity_lost_says_why",
                violation_error_message=_("A lost opportunity says why and to whom."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, stage__in=list(OPEN_STAGES))
                | Q(closed_at__isnull=False, stage__in=list(CLOSED_STAGES)),
                name="accounts_opportunity_closed",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="accounts_opportunity_amount",
                violation_error_message=_("An amount is not negative."),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "stage"], name="accounts_opportunity_of"),
            models.Index(fields=["stage", "expected_close"], name="accounts_opportunity_due"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        """The page of this deal."""
        return f"/opportunities/{self.pk}/"

    @property
    def is_open(self) -> bool:
        """Neither won nor lost nor shelved."""
        return self.stage in OPEN_STAGES
