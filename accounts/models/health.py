"""How a customer relation was on each day: written by night, never changed (confidential)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices_health import HealthBand, HealthPart
from accounts.models.customer import Customer, confided_to
from core.models import Stored


class HealthQuerySet(models.QuerySet):
    """Questions about account health. `visible_to` is the confidential door (domain.md 0.2)."""

    def visible_to(self, user: Any) -> HealthQuerySet:
        """Rows of customers whose confidential class this person may read."""
        return self.filter(customer__in=confided_to(user))

    def current(self) -> HealthQuerySet:
        """The last one of each customer that is neither archived nor merged away."""
        return self.filter(is_current=True, customer__is_archived=False)


def _part() -> models.DecimalField:
    return models.DecimalField(max_digits=5, decimal_places=2, null=True, editable=False)


class AccountHealth(Stored):
    """One day of one customer: each part from 0 to 100, empty without evidence, and their total.

    A row stays as it was written; only `is_current` moves to the next day.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    as_of = models.DateField(_("as of"))
    key_index = _part()
    universal = _part()
    organisational = _part()
    attainment = _part()
    satisfaction = _part()
    sla = _part()
    total = models.DecimalField(
        _("total"), max_digits=5, decimal_places=2, null=True, editable=False
    )
    band = models.CharField(
        _("band"), max_length=8, choices=HealthBand, blank=True, default="", editable=False
    )
    lost = models.DecimalField(_("lost"), max_digits=5, decimal_places=2, default=0, editable=False)
    facts = models.JSONField(default=dict, editable=False)
    is_current = models.BooleanField(_("current"), default=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)

    objects = HealthQuerySet.as_manager()

    class Meta:
        verbose_name = _("account health")
        verbose_name_plural = _("account health")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=None, band="")
                | Q(total__range=(0, 100), band__in=HealthBand.values),
                name="accounts_health_band",
            ),
            models.UniqueConstraint(fields=["customer", "as_of"], name="accounts_health_one_a_day"),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_current=True),
                name="accounts_health_one_current",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-lost", "-id"],
                condition=Q(is_current=True),
                name="accounts_health_fallen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.as_of}"

    def get_absolute_url(self) -> str:
        """The health of the customer, part by part."""
        return f"/customers/{self.customer_id}/health/"

    @property
    def values(self) -> dict[str, Any]:
        """The parts by name; None is no evidence."""
        return {part: getattr(self, part) for part in HealthPart.values}
