"""The register of gifts, given and received (confidential, R-G1 to R-G3)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer, private_to
from core.models import Record, in_choices
from core.text import plain_line
from relationships.choices import (
    COUNTED_GIFTS,
    GiftDirection,
    GiftOccasion,
    GiftStatus,
    RecipientClass,
)


class GiftQuerySet(models.QuerySet):
    """Questions about gifts."""

    def visible_to(self, user: Any) -> GiftQuerySet:
        """Of people at customers about whose people one may know more."""
        return self.filter(contact__customer__in=private_to(user))

    def counted(self) -> GiftQuerySet:
        """Those that use up what a person may be given."""
        return self.filter(status__in=COUNTED_GIFTS)


class GiftRecord(Record):
    """One gift as it was entered: what it was is never changed and no row is removed.

    What was wrong is cancelled and entered again; the register is kept seven years.
    """

    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="gifts", verbose_name=_("contact")
    )
    direction = models.CharField(_("direction"), max_length=8, choices=GiftDirection)
    occasion = models.CharField(_("occasion"), max_length=12, choices=GiftOccasion)
    item = models.CharField(_("what"), max_length=120, validators=[plain_line])
    value = models.DecimalField(
        _("value"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    recipient_class = models.CharField(_("works for"), max_length=16, choices=RecipientClass)
    purpose = models.CharField(_("purpose"), max_length=200, validators=[plain_line])
    given_on = models.DateField(_("day"))
    receipt = models.CharField(
        _("receipt"), max_length=80, blank=True, default="", validators=[plain_line]
    )
    status = models.CharField(
        _("status"), max_length=10, choices=GiftStatus, default=GiftStatus.DRAFT
    )
    needs_approval = models.BooleanField(_("needs approval"), default=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    note = models.CharField(
        _("note"), max_length=200, blank=True, default="", validators=[plain_line]
    )

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        ordering = ["-id"]
        constraints = [
            in_choices("direction", GiftDirection),
            in_choices("occasion", GiftOccasion),
            in_choices("recipient_class", RecipientClass),
            in_choices("status", GiftStatus),
            models.CheckConstraint(condition=Q(value__gte=0), name="relationships_gift_value"),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "given"])
                | Q(needs_approval=False)
                | Q(decided_by__isnull=False),
                name="relationships_gift_approved",
                violation_error_message=_("This gift needs an approval first."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("created_by")),
                name="relationships_gift_four_eyes",
                violation_error_message=_("Somebody other than who entered it decides."),
            ),
        ]
        indexes = [
            models.Index(fields=["contact", "given_on"], name="relationships_gift_of"),
            models.Index(fields=["status", "-id"], name="relationships_gift_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()} {self.given_on}"

    def get_absolute_url(self) -> str:
        """The gift with its decision."""
        return f"/gifts/{self.pk}/"

    @property
    def customer(self) -> Customer:
        """Whose person it is."""
        return self.contact.customer

    @property
    def customer_id(self) -> int:
        """Id of the customer."""
        return self.contact.customer_id
