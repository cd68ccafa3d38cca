"""Equipment that stands at a customer: ours and that of competitors (C149, C122)."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import AssetStatus, Vendor
from accounts.models.customer import Customer, OfCustomerQuerySet
from core.models import Record, Referenced, in_choices
from core.text import plain_line


def _line(label: object, length: int) -> models.CharField:
    return models.CharField(
        label, max_length=length, blank=True, default="", validators=[plain_line]
    )


class AssetQuerySet(OfCustomerQuerySet):
    """Questions about equipment."""

    def standing(self) -> AssetQuerySet:
        """Planned or in service."""
        return self.exclude(status=AssetStatus.RETIRED)

    def guarded(self) -> AssetQuerySet:
        """Ours, in service, with a warranty that ends: what the alerts are about."""
        return self.filter(
            vendor=Vendor.OURS, status=AssetStatus.IN_SERVICE, warranty_end__isnull=False
        )


class Asset(Record, Referenced):
    """One piece of equipment, or several alike, at one place of a customer."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="assets", verbose_name=_("customer")
    )
    site = _line(_("site"), 120)
    product = models.CharField(_("product"), max_length=80, validators=[plain_line])
    model = _line(_("model"), 80)
    serial = _line(_("serial number"), 80)
    vendor = models.CharField(_("vendor"), max_length=10, choices=Vendor, default=Vendor.OURS)
    quantity = models.PositiveIntegerField(
        _("quantity"), default=1, validators=[MinValueValidator(1)]
    )
    commissioned_on = models.DateField(_("in service since"), null=True, blank=True)
    warranty_end = models.DateField(_("warranty until"), null=True, blank=True)
    contract = models.CharField(
        _("service contract"),
        max_length=60,
        blank=True,
        default="",
        validators=[plain_line],
        help_text=_("The number of the contract that covers it."),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=AssetStatus, default=AssetStatus.PLANNED
    )
    last_verified_on = models.DateField(_("last verified"), null=True, editable=False)
    note = models.CharField(
        _("note"), max_length=200, blank=True, default="", validators=[plain_line]
    )

    objects = AssetQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("asset")
        verbose_name_plural = _("installed base")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("vendor", Vendor),
            in_choices("status", AssetStatus),
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="accounts_asset_quantity",
                violation_error_message=_("The quantity is 1 or more."),
            ),
            models.CheckConstraint(
                condition=~Q(vendor=Vendor.OURS, status=AssetStatus.IN_SERVICE)
                | Q(warranty_end__isnull=False)
                | ~Q(contract=""),
                name="accounts_asset_covered",
                violation_error_message=_(
                    "Our equipment in service needs the end of its warranty or a contract."
                ),
            ),
            models.CheckConstraint(
                condition=Q(commissioned_on=None)
                | Q(warranty_end=None)
                | Q(warranty_end__gte=F("commissioned_on")),
                name="accounts_asset_warranty_after",
                violation_error_message=_("A warranty does not end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["customer", "product", "serial"],
                condition=~Q(serial="") & ~Q(status=AssetStatus.RETIRED),
                name="accounts_asset_serial",
                violation_error_message=_("This serial number stands at the customer already."),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "status"], name="accounts_asset_of"),
            models.Index(
                fields=["warranty_end"],
                condition=Q(status=AssetStatus.IN_SERVICE),
                name="accounts_asset_warranty",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.product, self.model, self.serial) if part)

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/assets/{self.pk}/"

    def local(self, day: dt.date, hour: int) -> dt.datetime:
        """An hour of a day where the owning unit of the customer is, in UTC."""
        return self.customer.local(day, hour)
