"""How the three layers of a relation stood in each month: written once (confidential)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, confided_to
from core.models import Stored
from relationships.choices import GRADES, Grade, Layer


class LayerQuerySet(models.QuerySet):
    """Questions about snapshots. `visible_to` is the confidential door (domain.md 0.2)."""

    def visible_to(self, user: Any) -> LayerQuerySet:
        """Rows of customers whose confidential class this person may read."""
        return self.filter(customer__in=confided_to(user))


class LayerSnapshot(Stored):
    """One month of one customer: key persons, breadth, organisations (R-R3, R-R11, R-R12).

    A row stays as it was written. Empty means that there was no evidence.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    month = models.DateField(_("month"))
    as_of = models.DateField(_("as of"))
    key_index = models.DecimalField(
        _("key index"), max_digits=5, decimal_places=2, null=True, editable=False
    )
    key_coverage = models.DecimalField(
        _("key coverage"), max_digits=5, decimal_places=2, null=True, editable=False
    )
    universal_grade = models.CharField(
        _("universal grade"), max_length=1, choices=Grade, blank=True, default=""
    )
    organisational_grade = models.CharField(
        _("organisational grade"), max_length=1, choices=Grade, blank=True, default=""
    )
    inputs = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)

    objects = LayerQuerySet.as_manager()

    class Meta:
        verbose_name = _("layer snapshot")
        verbose_name_plural = _("layer snapshots")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(universal_grade__in=["", *GRADES[Layer.UNIVERSAL]])
                & Q(organisational_grade__in=["", *GRADES[Layer.ORGANISATIONAL]]),
                name="relationships_layer_grades",
            ),
            models.CheckConstraint(
                condition=Q(key_index=None, key_coverage=None)
                | Q(key_index__range=(-100, 100), key_coverage__range=(0, 100)),
                name="relationships_layer_key",
            ),
            models.CheckConstraint(
                condition=Q(as_of__gte=F("month")),
                name="relationships_layer_month",
            ),
            models.UniqueConstraint(
                fields=["customer", "month"], name="relationships_layer_one_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.month}"

    def get_absolute_url(self) -> str:
        """The three layers of the customer."""
        return f"/customers/{self.customer_id}/layers/"
