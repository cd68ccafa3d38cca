"""What two houses agree on for years: intent, and projects with year and value (C134–C136)."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer, Opportunity
from accounts.models.customer import OfCustomerQuerySet, seen_by
from core.days import FIRST_YEAR, LAST_YEAR
from core.models import Record, Referenced, in_choices
from core.text import plain_line, plain_text
from relationships.choices_agreement import (
    AGREEMENT_DRAFTS,
    AGREEMENT_OPEN,
    AgreementStatus,
    LockStatus,
)

ENDED = tuple(each for each in AgreementStatus if each not in AGREEMENT_OPEN)
AFTER_SIGNING = (AgreementStatus.IN_FORCE, AgreementStatus.RENEWED, AgreementStatus.EXPIRED)


def _staff(label: Any, **more: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **more
    )


def _line(label: Any, length: int = 300) -> models.CharField:
    return models.CharField(
        label, max_length=length, blank=True, default="", validators=[plain_line]
    )


class AgreementQuerySet(OfCustomerQuerySet):
    """Questions about agreements."""

    def open(self) -> AgreementQuerySet:
        """Not ended."""
        return self.filter(status__in=AGREEMENT_OPEN)

    def in_force(self) -> AgreementQuerySet:
        """Binding today; what R-R11 asks for."""
        return self.filter(status=AgreementStatus.IN_FORCE)

    def ending_by(self, day: dt.date) -> AgreementQuerySet:
        """In force, and over on this day at the latest."""
        return self.in_force().filter(ends_on__lte=day)


class StrategicAgreement(Record, Referenced):
    """A strategic agreement with a customer: its soft half is text, its hard half locked projects.

    Exclusivity needs compliance (C136); it is in force once both sides have signed.
    """

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    title = models.CharField(_("title"), max_length=120, validators=[plain_line])
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    clauses = models.TextField(
        _("clauses of intent"),
        blank=True,
        default="",
        max_length=8000,
        validators=[plain_text],
        help_text=_("One a line."),
    )
    is_exclusive = models.BooleanField(_("exclusive"), default=False)
    exclusivity = _line(_("what is exclusive"))
    documents = models.TextField(
        _("documents"),
        blank=True,
        default="",
        max_length=2000,
        validators=[plain_text],
        help_text=_("Where the signed paper and its annexes are filed, one a line."),
    )
    owner = _staff(_("owner"))
    renews = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="successors",
        verbose_name=_("renews"),
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=AgreementStatus,
        default=AgreementStatus.DRAFTING,
        editable=False,
    )
    compliance_by = _staff(_("looked at by compliance"), null=True, editable=False)
    compliance_at = models.DateTimeField(_("compliance"), null=True, editable=False)
    compliance_note = _line(_("what compliance says"))
    approved_by = _staff(_("approved by"), null=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    signed_on = models.DateField(_("signed on"), null=True, editable=False)
    our_signatory = _staff(_("signed for us"), null=True, editable=False)
    their_signatory = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("signed for them"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    note = _line(_("note"))

    objects = AgreementQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("strategic agreement")
        verbose_name_plural = _("strategic agreements")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("status", AgreementStatus),
            models.CheckConstraint(
                condition=Q(starts_on__lt=F("ends_on")),
                name="relationships_agreement_period",
                violation_error_message=_("The last day lies after the first one."),
            ),
            models.CheckConstraint(
                condition=Q(is_exclusive=True) | Q(exclusivity=""),
                name="relationships_agreement_exclusivity",
                violation_error_message=_("Say what is exclusive only where something is."),
            ),
            models.CheckConstraint(
                condition=Q(is_exclusive=False)
                | Q(status__in=[*AGREEMENT_DRAFTS, AgreementStatus.TERMINATED])
                | Q(compliance_at__isnull=False),
                name="relationships_agreement_compliance",
                violation_error_message=_("Exclusivity needs the consent of compliance."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=AFTER_SIGNING)
                | Q(
                    signed_on__isnull=False,
                    our_signatory__isnull=False,
                    their_signatory__isnull=False,
                ),
                name="relationships_agreement_signed",
                violation_error_message=_("It is in force once both sides have signed."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, status__in=list(AGREEMENT_OPEN))
                | Q(closed_at__isnull=False, status__in=list(ENDED)),
                name="relationships_agreement_closed",
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=Q(renews__isnull=False) & ~Q(status="terminated"),
                name="relationships_agreement_one_successor",
                violation_error_message=_("Another one renews it already."),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "status"], name="relationships_agreement_of"),
            models.Index(fields=["status", "ends_on"], name="relationships_agreement_end"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The agreement with its two halves."""
        return f"/agreements/{self.pk}/"

    @property
    def is_open(self) -> bool:
        """Not ended."""
        return self.status in AGREEMENT_OPEN

    @property
    def is_draft(self) -> bool:
        """Its text may still change."""
        return self.status in AGREEMENT_DRAFTS

    @property
    def waits_for_compliance(self) -> bool:
        """Exclusive, and compliance has not consented to this text."""
        return self.is_draft and self.is_exclusive and self.compliance_at is None

    @property
    def clause_lines(self) -> list[str]:
        """The clauses of intent."""
        return [line for line in self.clauses.splitlines() if line.strip()]

    @property
    def document_lines(self) -> list[str]:
        """Where the paper is filed."""
        return [line for line in self.documents.splitlines() if line.strip()]

    def local(self, day: dt.date, hour: int = 0) -> dt.datetime:
        """An hour of a day where the owning unit of the customer is, in UTC."""
        zone = zoneinfo.ZoneInfo(self.customer.owning_unit.timezone)
        return dt.datetime.combine(day, dt.time(hour), tzinfo=zone).astimezone(dt.UTC)


class LockedQuerySet(models.QuerySet):
    """Questions about locked projects."""

    def visible_to(self, user: Any) -> LockedQuerySet:
        """Those of agreements in sight whose opportunity is in sight too."""
        if user.is_superuser and user.is_active and not user.is_portal:
            return self
        seen = seen_by(user)
        return self.filter(agreement__customer__in=seen, opportunity__customer__in=seen)

    def counting(self) -> LockedQuerySet:
        """Not released."""
        return self.exclude(status=LockStatus.RELEASED)


class LockedProject(Record):
    """A project named in an agreement, with its year and value; the opportunity decides it."""

    agreement = models.ForeignKey(
        StrategicAgreement, models.PROTECT, related_name="locked", verbose_name=_("agreement")
    )
    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, related_name="+", verbose_name=_("opportunity")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    value = models.DecimalField(
        _("value"), max_digits=18, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, editable=False, default="CNY")
    status = models.CharField(
        _("status"), max_length=10, choices=LockStatus, default=LockStatus.LOCKED, editable=False
    )
    settled_at = models.DateTimeField(_("decided"), null=True, editable=False)
    note = _line(_("note"))

    objects = LockedQuerySet.as_manager()

    class Meta:
        verbose_name = _("locked project")
        verbose_name_plural = _("locked projects")
        ordering = ["year", "id"]
        constraints = [
            in_choices("status", LockStatus),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="relationships_locked_value",
                violation_error_message=_("A value is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(status="locked", settled_at=None)
                | (~Q(status="locked") & Q(settled_at__isnull=False)),
                name="relationships_locked_settled",
            ),
            models.UniqueConstraint(
                fields=["opportunity"],
                condition=~Q(status="released"),
                name="relationships_locked_once",
                violation_error_message=_("This opportunity is locked in an agreement already."),
            ),
        ]
        indexes = [models.Index(fields=["status"], name="relationships_locked_state")]

    def __str__(self) -> str:
        return f"{self.year} {self.opportunity_id}"

    def get_absolute_url(self) -> str:
        """The agreement in which it is locked."""
        return f"/agreements/{self.agreement_id}/"

    @property
    def customer(self) -> Customer:
        """Of the agreement."""
        return self.agreement.customer
