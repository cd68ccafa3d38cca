"""Service contracts: which level covers which scope of a customer, from when to when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer, seen_by
from core.models import Calendar, Record, Referenced, in_choices
from service.choices import CONTRACT_IN_FORCE, ContractStatus


class ServiceContractQuerySet(models.QuerySet):
    """Questions about contracts."""

    def visible_to(self, user: Any) -> ServiceContractQuerySet:
        """Contracts of the customers that a person sees."""
        return self.filter(customer__in=seen_by(user))

    def in_force(self, on: dt.date) -> ServiceContractQuerySet:
        """Signed and covering the day."""
        return self.filter(status__in=CONTRACT_IN_FORCE, starts_on__lte=on, ends_on__gte=on)


class ServiceContract(Record, Referenced):
    """A period of service for a scope of a customer (R-T9). `scope` empty: everything."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="service_contracts", verbose_name=_("customer")
    )
    level = models.ForeignKey(
        "service.ServiceLevel", models.PROTECT, related_name="+", verbose_name=_("service level")
    )
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    scope = models.CharField(
        _("scope"),
        max_length=120,
        blank=True,
        default="",
        help_text=_("A site, product or serial number; empty covers everything."),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    price = models.DecimalField(_("price"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("calendar"),
        help_text=_("Working hours of the contract; empty: those of the customer."),
    )
    contacts = models.ManyToManyField(
        Contact, blank=True, related_name="+", verbose_name=_("contacts")
    )
    renewal_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("renewal owner"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ContractStatus, default=ContractStatus.DRAFT
    )

    next_alert_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ServiceContractQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("service contract")
        verbose_name_plural = _("service contracts")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("status", ContractStatus),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="service_servicecontract_period",
                violation_error_message=_("The contract ends before it starts."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "starts_on", "ends_on"],
                condition=Q(status__in=["active", "expiring"]),
                name="service_contract_in_force",
            ),
            models.Index(
                fields=["ends_on"],
                condition=Q(status__in=["active", "expiring"]),
                name="service_contract_ending",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """Shown on the page of its customer."""
        return f"/customers/{self.customer_id}/#contracts"
