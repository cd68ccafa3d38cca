"""Cells of the coverage matrix: derived each night, never entered (R-R12)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import ContactLevel, UnitKind
from accounts.models import Customer
from accounts.models.customer import OfCustomerQuerySet
from core.models import Stored, in_choices


class CoverageCell(Stored):
    """The active people of one kind of unit and one level at a customer, and how we cover them.

    Only cells with somebody in them are kept.
    """

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", verbose_name=_("customer")
    )
    unit_kind = models.CharField(_("kind of unit"), max_length=20, choices=UnitKind)
    level = models.CharField(_("level"), max_length=16, choices=ContactLevel)
    active = models.PositiveIntegerField(_("people"))
    contacted = models.PositiveIntegerField(_("met lately"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("relationship owner"),
    )
    last_touch_at = models.DateTimeField(_("last touch"), null=True)
    counted_at = models.DateTimeField(_("counted"))

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage cell")
        verbose_name_plural = _("coverage cells")
        ordering = ["-id"]
        constraints = [
            in_choices("unit_kind", UnitKind),
            in_choices("level", ContactLevel),
            models.CheckConstraint(
                condition=Q(active__gt=0) & Q(contacted__lte=F("active")),
                name="relationships_coverage_counts",
            ),
            models.UniqueConstraint(
                fields=["customer", "unit_kind", "level"], name="relationships_coverage_cell"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_unit_kind_display()} · {self.get_level_display()}"

    def get_absolute_url(self) -> str:
        """The people of the cell, on the matrix."""
        return f"/customers/{self.customer_id}/coverage/?kind={self.unit_kind}&level={self.level}"
