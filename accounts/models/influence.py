"""Which customer has a say in what another one buys (C055)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import InfluenceKind
from accounts.models.customer import Customer, seen_by
from core.models import Record, in_choices
from core.text import plain_line


class InfluenceQuerySet(models.QuerySet):
    """Questions about influence."""

    def visible_to(self, user: Any) -> InfluenceQuerySet:
        """Both ends are in sight: an edge would name the other customer otherwise."""
        if user.is_superuser and user.is_active and not user.is_portal:
            return self
        seen = seen_by(user)
        return self.filter(customer__in=seen, influenced__in=seen)

    def standing(self) -> InfluenceQuerySet:
        """Not ended."""
        return self.filter(ended_at=None)

    def around(self, customer: Customer) -> InfluenceQuerySet:
        """Shown both ways: what this customer influences, and what influences it."""
        return self.filter(Q(customer=customer) | Q(influenced=customer))


class CustomerInfluence(Record):
    """`customer` advises, approves or budgets what `influenced` buys; ended, never deleted."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("who has a say")
    )
    influenced = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("who buys")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=InfluenceKind)
    note = models.CharField(
        _("note"), max_length=200, blank=True, default="", validators=[plain_line]
    )
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects = InfluenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("influence between customers")
        verbose_name_plural = _("influences between customers")
        ordering = ["-id"]
        constraints = [
            in_choices("kind", InfluenceKind),
            models.CheckConstraint(
                condition=~Q(customer=F("influenced")),
                name="accounts_influence_other",
                violation_error_message=_("A customer does not influence itself."),
            ),
            models.UniqueConstraint(
                fields=["customer", "influenced", "kind"],
                condition=Q(ended_at=None),
                name="accounts_influence_once",
                violation_error_message=_("This influence is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} → {self.influenced_id}"

    def other_of(self, customer: Customer) -> Customer:
        """The customer at the other end."""
        return self.influenced if self.customer_id == customer.pk else self.customer
