"""Two records of one customer, or of one person, that became one; undone for a time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.contact import Contact
from accounts.models.customer import Customer, OfCustomerQuerySet
from core.models import Record


class Merge(Record):
    """What a merge moved and changed, row by row, so that it can be undone exactly."""

    taken = models.JSONField(_("values taken over"), default=list, blank=True)
    journal = models.JSONField(_("journal"), default=dict, blank=True)
    rows = models.PositiveIntegerField(_("rows moved"), default=0)
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar = ["-id"]


def _once(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=["merged"],
        condition=Q(undone_at=None),
        name=name,
        violation_error_message=_("This record has been merged already."),
    )


class CustomerMerge(Merge):
    """Two records of one customer that became one."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="merges", verbose_name=_("customer that stays")
    )
    merged = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer that was merged")
    )

    class Meta(Merge.Meta):
        verbose_name = _("merge of customers")
        verbose_name_plural = _("merges of customers")
        constraints = [
            models.CheckConstraint(
                condition=~Q(customer=F("merged")),
                name="accounts_merge_two",
                violation_error_message=_("A customer is not merged with itself."),
            ),
            _once("accounts_merge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.merged} → {self.customer}"

    def get_absolute_url(self) -> str:
        """Merges stand on the page where one merges."""
        return f"/customers/{self.customer_id}/merge/"


class ContactMerge(Merge):
    """Two records of one person at one customer that became one, row by row."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="merges", verbose_name=_("contact that stays")
    )
    merged = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("contact that was merged")
    )

    class Meta(Merge.Meta):
        verbose_name = _("merge of contacts")
        verbose_name_plural = _("merges of contacts")
        constraints = [
            models.CheckConstraint(
                condition=~Q(contact=F("merged")),
                name="accounts_contactmerge_two",
                violation_error_message=_("A contact is not merged with itself."),
            ),
            _once("accounts_contactmerge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.merged} → {self.contact}"

    def get_absolute_url(self) -> str:
        """Merges stand on the page where one merges."""
        return f"/contacts/{self.contact_id}/merge/"
